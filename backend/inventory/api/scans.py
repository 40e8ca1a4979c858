"""What a bench did, scan by scan, perhaps hours ago and without network."""

import logging
from typing import Any, ClassVar

from django.db import OperationalError, connection
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.viewsets import ViewSet

from backend.accounts.api.resources import BIGGEST_ID, Facts
from backend.accounts.models import ApiToken, Membership
from backend.accounts.people import acting
from backend.accounts.roles import can
from backend.core import codes
from backend.core.api.commands import command, plain
from backend.core.api.problems import body_of, fault
from backend.core.batches import NotTogether, open_batch
from backend.core.errors import InvalidInput, NotAllowed, Refusal
from backend.core.idempotency import Reply, fingerprint, once
from backend.core.transactions import one_of_many
from backend.inventory import operations
from backend.inventory.api.asked import Scans
from backend.inventory.api.devices import row_of
from backend.inventory.api.shapes import ScanAnswers
from backend.inventory.api.verbs import VERBS, Verb
from backend.inventory.models import Device
from backend.inventory.serials import good_serial

log = logging.getLogger(__name__)
MOST_SCANS = 200


class UnknownAction(InvalidInput):
    """No verb of a device has this name."""

    code = "unknown_action"
    title = _("Unknown action")


class AnotherHat(Refusal):
    """The scans were made by somebody else, or in another role, than who sends them."""

    code = "another_hat"
    title = _("These scans are somebody else's")


class AlreadyThere(Exception):
    """The device is already where the scan would lead it: nothing was changed."""

    def __init__(self, device: Device, led_by: operations.Led) -> None:
        """Keep the device and what led it there."""
        super().__init__()
        self.device, self.led_by = device, led_by


class ScanList(ViewSet):
    """Scans made at the bench, sent together."""

    capabilities: ClassVar[dict[str, str]] = {"create": "device.edit"}

    @extend_schema(
        request=Scans,
        responses={200: ScanAnswers},
        examples=[
            OpenApiExample(
                "Two machines to the workshop",
                request_only=True,
                value={
                    "scans": [
                        {
                            "client_id": "01J8-1",
                            "code": "7K3M9XQ29",
                            "action": "triage",
                            "at": "2026-09-15T09:30:00+02:00",
                            "facts": {"decision": "repair", "reason": "Starts"},
                        }
                    ]
                },
            )
        ],
    )
    def create(self, request: Request) -> Response:
        """Apply up to 200 scans, in the order sent; each is answered by itself.

        A `client_id` is applied once: sent again, it is answered `already_applied`. A device
        that is where the action leads is `already_done`: when, by whom. `facts` holds what the
        verb's own address takes; `erase` takes the evidence for the only drive that still
        held data. A scan keeps the moment it was made, which is neither in the future nor
        before the device's last event. Refused as `elsewhere`: another organisation's label.
        """
        scans = _scans_of(request)
        return command(request, lambda: {"results": _apply_all(scans, request)})


def _scans_of(request: Request) -> list[Facts]:
    asked = Scans(data=request.data)
    asked.is_valid(raise_exception=True)
    if asked.validated_data.get("membership", acting(request).pk) != acting(request).pk:
        raise AnotherHat(_("Sign in as who made them, and they are sent."))
    scans: list[Facts] = asked.validated_data["scans"]
    if len(scans) > MOST_SCANS:
        raise ValidationError(
            {"scans": [ErrorDetail(str(_("Send at most 200 scans at once.")), "max_length")]}
        )
    return scans


def _apply_all(scans: list[Facts], request: Request) -> list[Facts]:
    desk = Desk(request)
    try:
        with open_batch(len(scans), **_hints(scans, by=desk.hat)):
            return [desk.answer(scan) for scan in scans]
    except NotTogether:
        pass  # the database refused one of them
    except OperationalError:
        raise  # it is away: the bench keeps its scans and sends them again
    except Exception:
        log.exception("a batch of scans failed")
    # Each is written by itself, and told by itself.
    operations.lock_in_order(scanned=_hints(scans, by=desk.hat)["codes"], by=desk.hat)
    return [desk.answer_by_itself(scan) for scan in scans]


def _hints(scans: list[Facts], *, by: Membership) -> Facts:
    """Say what the scans will look up, so that it is looked up once."""
    facts = [scan["facts"] for scan in scans]
    said = [scan["code"] for scan in scans] + [given.get("new_code") for given in facts]
    serials = (given.get("serial") for given in facts)
    return {
        "by": by,
        "keys": [_key(scan) for scan in scans],
        "codes": {code for code in map(_code_in, said) if code},
        "serials": {good_serial(text) for text in serials if isinstance(text, str)},
        "parts": {given["stock_part"] for given in facts if _may_be_id(given.get("stock_part"))},
        "ids": {n for given in facts for n in given.values() if _may_be_id(n)},
    }


def _key(scan: Facts) -> str:
    return f"scan:{scan['client_id']}"


def _code_in(said: object) -> str:
    try:
        return codes.read(said) if isinstance(said, str) else ""
    except codes.MisreadCode:
        return ""


def _may_be_id(said: object) -> bool:
    return isinstance(said, int) and not isinstance(said, bool) and 0 < said <= BIGGEST_ID


class Desk:
    """Answers the scans of one request, one after the other."""

    def __init__(self, request: Request) -> None:
        """Take who scans; what a verb asks for is composed once."""
        self.token, self.hat = request.auth, acting(request)
        self._context = {"request": request, "hat": self.hat}
        self._asked: dict[str, Serializer[Any]] = {}

    def answer(self, scan: Facts) -> Facts:
        """Apply one scan, or say why not.

        Raises OperationalError: a database that is away or busy settles nothing.
        """
        said: Facts = {"client_id": scan["client_id"]}
        said |= {"outcome": "refused", "device": None, "problem": None, "done": None}
        try:
            reply = once(
                actor=f"membership:{self.hat.pk}",
                key=_key(scan),
                asked=fingerprint(repr(sorted(plain(scan).items()))),
                act=lambda: Reply(200, plain(self._apply(scan))),
                frame=one_of_many,
            )
        except AlreadyThere as there:
            return said | self._already_done(there)
        except OperationalError:
            raise
        except Exception as error:
            problem = body_of(error)
            if problem is None:
                raise
            return said | {"problem": problem}
        outcome = "already_applied" if reply.is_repeated else "applied"
        return said | {"outcome": outcome, "device": reply.body}

    def answer_by_itself(self, scan: Facts) -> Facts:
        """Apply one scan; a fault of ours undoes this one, is written down, and holds up no other.

        It is refused and not remembered: sent again once we mended it, it is applied.
        """
        try:
            return self.answer(scan)
        except OperationalError:
            raise
        except Exception:
            if connection.needs_rollback:
                raise  # nothing of this request is kept: what was answered as done would be lost
            log.exception("a scan failed")
            said: Facts = {"client_id": scan["client_id"], "outcome": "refused"}
            return said | {"device": None, "problem": fault(), "done": None}

    def _apply(self, scan: Facts) -> Facts | None:
        verb = VERBS.get(scan["action"])
        if verb is None:
            words = _("“%(action)s” is no action of a device.")
            raise UnknownAction(words % {"action": scan["action"]})
        self._check(verb.capability)
        data = {**scan["facts"], "at": scan["at"], "code": scan["code"]}
        given: Facts = self._asked_for(scan["action"], verb).run_validation(data)
        given.setdefault("code", scan["code"])
        _look_where_it_is(verb, given, by=self.hat)
        return self._row_of(verb.act(**given, by=self.hat))

    def _already_done(self, there: AlreadyThere) -> Facts:
        led_by = {"at": there.led_by.happened_at, "by_label": there.led_by.actor_label}
        device, done = plain([self._row_of(there.device), led_by])
        return {"outcome": "already_done", "device": device, "done": done}

    def _row_of(self, device: Device) -> Facts | None:
        """Give a device's row to who answers for it: what is lost on its way is the sender's."""
        is_seen = self.hat.sees_all or device.custodian_id == self.hat.organisation_id
        return row_of(device) if is_seen else None

    def _asked_for(self, name: str, verb: Verb) -> "Serializer[Any]":
        if name not in self._asked:
            self._asked[name] = verb.asked(context=self._context)
        return self._asked[name]

    def _check(self, capability: str) -> None:
        in_scope = not isinstance(self.token, ApiToken) or self.token.allows(capability)
        if not in_scope or not can(self.hat, capability):
            raise NotAllowed(_("Your role or this token does not include this action."))


def _look_where_it_is(verb: Verb, given: Facts, *, by: Membership) -> None:
    device = (
        verb.finds(given) if verb.finds else operations.scanned_device(code=given["code"], by=by)
    )
    if device is None:
        if verb.finds is None and verb is not VERBS["receive"]:
            raise operations.not_received_yet()
    elif event := verb.goal.event(device, given):
        raise AlreadyThere(device, event)
