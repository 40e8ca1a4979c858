"""A command sent twice with the same key is done once and answered the same.

Optimistic: the answer is written in the command's own transaction, with one INSERT. A
repetition runs into the unique key, or into the refusal of what is already done; either
way everything is undone and the first answer is given again.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

from django.conf import settings
from django.db import IntegrityError, OperationalError
from django.utils.translation import gettext_lazy as _

from backend.core import batches
from backend.core.errors import InvalidInput
from backend.core.models import Answer, insert
from backend.core.transactions import one_transaction

LONGEST_KEY = 200


class Reply(NamedTuple):
    """A status and a JSON body, or, for pages, a status and where to go."""

    status: int
    body: Any
    is_repeated: bool = False


class KeyUsedForSomethingElse(InvalidInput):
    """The idempotency key came before with another request."""

    code = "key_used_for_something_else"
    title = _("This key was used for another request")


def new_key() -> str:
    """Draw a key, such as each printed form carries."""
    return secrets.token_urlsafe(16)


def fingerprint(*parts: str | bytes) -> str:
    """Give the keyed SHA-256 of what was asked: a body may hold a name that could be guessed."""
    digest = hmac.new(settings.SECRET_KEY.encode(), digestmod=hashlib.sha256)
    for part in parts:
        digest.update(part.encode() if isinstance(part, str) else part)
        digest.update(b"\0")
    return digest.hexdigest()


def once(
    *,
    actor: str,
    key: str,
    asked: str,
    act: Callable[[], Reply],
    frame: Callable[[], AbstractContextManager[None]] = one_transaction,
) -> Reply:
    """Run `act` in one transaction unless this actor's `key` was answered before.

    `actor` names whose key it is (`membership:12`, `public`), `asked` is the fingerprint of
    the request. `frame` is `one_of_many` for an item of a batch: its refusal undoes only
    itself. Only answers of commands that were done are remembered: a refusal changed
    nothing and is decided anew. Raises KeyUsedForSomethingElse for the same key with another
    request, and whatever `act` raises.
    """
    if len(key) > LONGEST_KEY:
        raise InvalidInput(_("An idempotency key has at most 200 characters."))
    if not key:
        with frame():
            return act()
    known = _known_to_the_batch(actor)
    if key in known:
        return _repeated(known[key], asked)
    try:
        with frame():
            reply = act()
            given = Answer(
                actor=actor, key=key, fingerprint=asked, status=reply.status, body=reply.body
            )
            insert(given)
    except OperationalError:
        raise  # nothing can be asked of a database that is away
    except Exception as error:
        if batches.current() is not None and not isinstance(error, IntegrityError):
            raise
        earlier = Answer.objects.filter(actor=actor, key=key).first()
        if earlier is None:
            raise
        return _repeated(earlier, asked)
    known[key] = given
    return reply


def _known_to_the_batch(actor: str) -> dict[str, Answer]:
    """Give the answers that the keys of the batch under way got before, by key."""
    batch = batches.current()
    if batch is None:
        return {}

    def read() -> dict[str, Answer]:
        rows = Answer.objects.filter(actor=actor, key__in=batch.hints["keys"])
        return {answer.key: answer for answer in rows}

    return batch.load(("answers", actor), read)


def _repeated(earlier: Answer, asked: str) -> Reply:
    if earlier.fingerprint != asked:
        raise KeyUsedForSomethingElse(
            _("Send this request again with a new Idempotency-Key: the key belongs to another.")
        )
    return Reply(earlier.status, earlier.body, is_repeated=True)
