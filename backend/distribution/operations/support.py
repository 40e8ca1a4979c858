"""Calls for help, opened by whoever scans the label of a device."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.core import codes, events
from backend.core.errors import InvalidInput, NotFound, Refusal
from backend.core.transactions import operation
from backend.distribution.choices import SupportTopic
from backend.distribution.models import SupportCase
from backend.distribution.operations.locking import number_of
from backend.inventory.models import Device
from backend.inventory.operations import UnknownCode, facts_of

LONGEST_MESSAGE = 2000
LONGEST_CONTACT = 120


class UnknownCase(NotFound):
    """No support case that this person may see has this number."""

    code = "unknown_case"
    title = _("Unknown support case")


class CaseClosed(Refusal):
    """The case is closed already."""

    code = "case_closed"
    title = _("This case is closed already")


@operation
def open_support_case(
    *, code: str, topic: str, message: str, contact: str, at: datetime
) -> SupportCase:
    """Write down what somebody with a device in hand needs, and how to reach them.

    Needs no account: the label is enough. Raises MisreadCode and UnknownCode.
    """
    _check(topic, message.strip(), contact.strip())
    devices = Device.objects.with_code(codes.read(code)).select_related("custodian")
    device = devices.first()
    if device is None:
        raise UnknownCode(_("There is no device with this code. Compare it with the label."))
    case = SupportCase.objects.create(
        device=device,
        topic=topic,
        message=message.strip(),
        contact=contact.strip(),
        opened_at=at,
    )
    events.record(
        "support_case.opened",
        subject=case,
        by=None,
        at=at,
        organisation=device.custodian_id,
        **facts_of(device),
        topic=topic,
    )
    return case


@operation
def close_support_case(
    *, case: SupportCase | int, note: str, by: Membership, at: datetime
) -> SupportCase:
    """Close a case and say what was done. Raises CaseClosed."""
    cases = SupportCase.objects.seen_by(by).select_for_update(of=("self",))
    found = cases.select_related("device").filter(pk=number_of(case)).first()
    if found is None:
        raise UnknownCase(_("You have no support case with this number. Reload the list."))
    if found.closed_at:
        raise CaseClosed(_("Somebody closed this case already: nothing is left to do."))
    if not note.strip():
        raise InvalidInput(_("Say what was done."), fields={"note": [_("required")]})
    if at < found.opened_at:
        raise InvalidInput(
            _("This moment is before the call for help. Check the date."),
            fields={"at": [_("too early")]},
        )
    found.closed_at = at
    found.closing_note = note.strip()
    found.clean_fields(exclude=["device"])
    found.save(update_fields=["closed_at", "closing_note"])
    events.record(
        "support_case.closed",
        subject=found,
        by=by,
        at=at,
        **facts_of(found.device),
        topic=found.topic,
    )
    return found


def _check(topic: str, message: str, contact: str) -> None:
    wrong = {}
    if topic not in set(SupportTopic):
        wrong["topic"] = [_("choose from the list")]
    if len(message) > LONGEST_MESSAGE:
        wrong["message"] = [_("at most 2,000 characters")]
    if not 0 < len(contact) <= LONGEST_CONTACT:
        wrong["contact"] = [_("give a telephone number or an e-mail, at most 120 characters")]
    if wrong:
        raise InvalidInput(_("Tell us what you need and how to reach you."), fields=wrong)
