"""A page's form as one command: sent twice (double press, reload, lost answer), done once."""

from collections.abc import Callable

from django.http import HttpRequest

from backend.core.idempotency import Reply, fingerprint, once

KEY_FIELD = "once"
_NOT_ASKED = {KEY_FIELD, "csrfmiddlewaretoken"}


def command_of_page(request: HttpRequest, act: Callable[[], str]) -> str:
    """Run `act` once per printed form; give the address to go to next, the same each time.

    `act` does the verb and returns that address. The form holds `core/_once.html`. Raises
    what `act` raises: a refusal changed nothing and is decided anew.
    """
    hat = getattr(request.user, "acting_as_id", None)
    asked = [(k, *v) for k, v in sorted(request.POST.lists()) if k not in _NOT_ASKED]
    reply = once(
        actor=f"membership:{hat}" if hat else "public",
        key=request.POST.get(KEY_FIELD, ""),
        asked=fingerprint(request.path, repr(asked)),
        act=lambda: Reply(303, act()),
    )
    return str(reply.body)
