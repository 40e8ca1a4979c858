"""A pledge: announced, then accepted or declined, in the end closed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypedDict

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.choices import OrganisationKind
from backend.accounts.models import Membership, Organisation
from backend.core import events
from backend.core.errors import InvalidInput, Refusal
from backend.core.operations import next_reference
from backend.core.transactions import operation
from backend.inventory.choices import PledgeState
from backend.inventory.models import Pledge, PledgeLine

MOST_LINES = 200


class PledgeFacts(TypedDict, total=False):
    """What a donor says of itself and of the place; the columns of Pledge."""

    donor_name: str
    legal_type: str
    siren: str
    contact_name: str
    contact_email: str
    contact_phone: str
    language: str
    address: str
    territory: str
    access: str
    available_from: date | None
    wishes: str
    campaign: str


class LineFacts(TypedDict, total=False):
    """What a donor says of some machines of one sort; the columns of PledgeLine."""

    kind: str
    quantity: int
    maker: str
    model: str
    year: int | None
    works: bool | None
    has_storage: bool | None
    is_locked: bool | None
    asset_numbers: list[str]
    serials: list[str]


class EmptyPledge(InvalidInput):
    """A pledge without a single device, or with more lines than one can read."""

    code = "empty_pledge"
    title = _("What do you give?")


class ForbiddenDecision(Refusal):
    """The pledge is past the point where this can be decided."""

    code = "forbidden_decision"
    title = _("This pledge is already decided")


class NotAWorkshop(InvalidInput):
    """Only a workshop can receive a pledge."""

    code = "not_a_workshop"
    title = _("Choose a workshop")


@operation
def announce_pledge(
    *, facts: PledgeFacts, lines: Sequence[LineFacts], by: Membership | None, at: datetime
) -> Pledge:
    """Write down what a donor wants to give. Nothing is stock yet.

    `by` None is the public form. Raises EmptyPledge without lines and ValidationError for
    facts that no donor can mean (a SIREN that fails its check, an unknown département).
    """
    if not 1 <= len(lines) <= MOST_LINES:
        raise EmptyPledge(_("Name at least one kind of device, in at most 200 lines."))
    donor = by.organisation if by and by.organisation.kind == OrganisationKind.DONOR else None
    year = timezone.localtime(at).year
    pledge = Pledge(
        **facts, reference=next_reference(series="P", year=year), donor=donor, announced_at=at
    )
    pledge.full_clean(exclude=["donor", "workshop", "decided_at"])
    pledge.save()
    written = [PledgeLine(pledge=pledge, **line) for line in lines]
    for line in written:
        line.full_clean(exclude=["pledge"])
    PledgeLine.objects.bulk_create(written)
    events.record(
        "pledge.announced",
        subject=pledge,
        by=by,
        at=at,
        reference=pledge.reference,
        devices=sum(line.quantity for line in written),
        territory=pledge.territory,
    )
    return pledge


@operation
def accept_pledge(
    *,
    pledge: Pledge,
    workshop: Organisation,
    donor: Organisation | None = None,
    by: Membership,
    at: datetime,
) -> Pledge:
    """Accept a pledge for one workshop. The donor is found by its SIREN or written down.

    Raises ForbiddenDecision unless the pledge waits for an answer, NotAWorkshop otherwise.
    """
    if workshop.kind != OrganisationKind.WORKSHOP or not workshop.is_active:
        raise NotAWorkshop(_("Choose one of the workshops to receive this pledge."))
    pledge = _locked(pledge, PledgeState.ANNOUNCED)
    pledge.donor = donor or pledge.donor or _recognised_donor(pledge)
    pledge.workshop = workshop
    return _decide(
        pledge, PledgeState.ACCEPTED, by=by, at=at, workshop=workshop.pk, donor=pledge.donor.pk
    )


@operation
def decline_pledge(*, pledge: Pledge, reason: str, by: Membership, at: datetime) -> Pledge:
    """Decline a pledge, with the reason that the donor will read."""
    if not reason.strip():
        raise InvalidInput(
            _("Say why, so that the donor understands."), fields={"reason": [_("required")]}
        )
    pledge = _locked(pledge, PledgeState.ANNOUNCED)
    pledge.decline_reason = reason
    return _decide(pledge, PledgeState.DECLINED, by=by, at=at)


@operation
def withdraw_pledge(*, pledge: Pledge, by: Membership | None, at: datetime) -> Pledge:
    """Let the donor take the pledge back, as long as it waits for an answer."""
    return _decide(_locked(pledge, PledgeState.ANNOUNCED), PledgeState.WITHDRAWN, by=by, at=at)


@operation
def close_pledge(*, pledge: Pledge, by: Membership, at: datetime) -> Pledge:
    """Close an accepted pledge: nothing more is expected on it."""
    return _decide(_locked(pledge, PledgeState.ACCEPTED), PledgeState.CLOSED, by=by, at=at)


def _locked(pledge: Pledge, expected: PledgeState) -> Pledge:
    pledge = Pledge.objects.select_for_update().get(pk=pledge.pk)
    if pledge.state != expected:
        raise ForbiddenDecision(
            _("This pledge is “%(state)s”. Reload its page to see what may follow.")
            % {"state": PledgeState(pledge.state).label},
            state=pledge.state,
        )
    return pledge


def _decide(
    pledge: Pledge, state: PledgeState, *, by: Membership | None, at: datetime, **facts: Any
) -> Pledge:
    pledge.state = state
    pledge.decided_at = at
    pledge.save(update_fields=["state", "donor", "workshop", "decided_at", "decline_reason"])
    events.record(
        f"pledge.{state}", subject=pledge, by=by, at=at, reference=pledge.reference, **facts
    )
    return pledge


def _recognised_donor(pledge: Pledge) -> Organisation:
    donors = Organisation.objects.filter(kind=OrganisationKind.DONOR)
    known = donors.filter(siren=pledge.siren).first() if pledge.siren else None
    return known or Organisation.objects.create(
        kind=OrganisationKind.DONOR,
        name=pledge.donor_name,
        legal_type=pledge.legal_type,
        siren=pledge.siren,
        territory=pledge.territory,
    )
