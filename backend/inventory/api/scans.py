"""What a bench did, scan by scan, perhaps hours ago and without network."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from backend.accounts.api.resources import Facts
from backend.accounts.models import ApiToken, Membership
from backend.accounts.people import acting
from backend.accounts.roles import can
from backend.core import codes
from backend.core.api.commands import command, plain
from backend.core.api.problems import body_of
from backend.core.errors import InvalidInput, NotAllowed
from backend.core.idempotency import Reply, fingerprint, once
from backend.core.transactions import one_of_many
from backend.inventory import operations
from backend.inventory.api.asked import Scans
from backend.inventory.api.devices import row_of
from backend.inventory.api.shapes import ScanAnswers
from backend.inventory.api.verbs import VERBS, Verb
from backend.inventory.models import Device

MOST_SCANS = 200


class UnknownAction(InvalidInput):
    """No verb of a device has this name."""

    code = "unknown_action"
    title = _("Unknown action")


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
    scans: list[Facts] = asked.validated_data["scans"]
    if len(scans) > MOST_SCANS:
        raise ValidationError(
            {"scans": [ErrorDetail(str(_("Send at most 200 scans at once.")), "max_length")]}
        )
    return scans


def _apply_all(scans: list[Facts], request: Request) -> list[Facts]:
    readable = [code for code in map(_code_of, scans) if code]
    operations.lock_in_order(scanned=readable, by=acting(request))
    return [_answer(scan, request) for scan in scans]


def _code_of(scan: Facts) -> str:
    try:
        return codes.read(scan["code"])
    except codes.MisreadCode:
        return ""


def _answer(scan: Facts, request: Request) -> Facts:
    said: Facts = {"client_id": scan["client_id"], "device": None, "problem": None, "done": None}
    try:
        reply = once(
            actor=f"membership:{acting(request).pk}",
            key=f"scan:{scan['client_id']}",
            asked=fingerprint(repr(sorted(plain(scan).items()))),
            act=lambda: Reply(200, plain(_apply(scan, request))),
            frame=one_of_many,
        )
    except AlreadyThere as there:
        return said | plain(_already_done(there))
    except Exception as error:
        problem = body_of(error)
        if problem is None:
            raise
        return said | {"outcome": "refused", "problem": problem}
    outcome = "already_applied" if reply.is_repeated else "applied"
    return said | {"outcome": outcome, "device": reply.body}


def _already_done(there: AlreadyThere) -> Facts:
    event = there.led_by
    return {
        "outcome": "already_done",
        "device": row_of(there.device),
        "done": {"at": event.happened_at, "by_label": event.actor_label},
    }


def _apply(scan: Facts, request: Request) -> Facts:
    hat, name = acting(request), scan["action"]
    verb = VERBS.get(name)
    if verb is None:
        raise UnknownAction(_("“%(action)s” is no action of a device.") % {"action": name})
    _check(verb.capability, request)
    data: dict[str, Any] = {**scan["facts"], "at": scan["at"], "code": scan["code"]}
    asked = verb.asked(data=data, context={"request": request, "hat": hat})
    asked.is_valid(raise_exception=True)
    given = {"code": scan["code"]} | asked.validated_data
    _look_where_it_is(verb, given, by=hat)
    return row_of(verb.act(**given, by=hat))


def _look_where_it_is(verb: Verb, given: Facts, *, by: Membership) -> None:
    device = (
        verb.finds(given) if verb.finds else operations.scanned_device(code=given["code"], by=by)
    )
    if device is None:
        if verb.finds is None and verb is not VERBS["receive"]:
            raise operations.not_received_yet()
    elif event := verb.goal.event(device, given):
        raise AlreadyThere(device, event)


def _check(capability: str, request: Request) -> None:
    token = request.auth
    in_scope = not isinstance(token, ApiToken) or token.allows(capability)
    if not in_scope or not can(acting(request), capability):
        raise NotAllowed(_("Your role or this token does not include this action."))
