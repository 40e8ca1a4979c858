"""A request: submitted for one person, then declined, withdrawn or served."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership, User
from backend.core import events
from backend.core.errors import InvalidInput, Refusal
from backend.core.operations import next_reference
from backend.core.transactions import operation
from backend.distribution import queries
from backend.distribution.choices import Connection, RequestState, Urgency
from backend.distribution.models import Beneficiary, Programme, Request, RequestLine
from backend.distribution.operations.allocations import release_all
from backend.distribution.operations.beneficiaries import FileClosed, UnknownBeneficiary
from backend.distribution.operations.locking import locked_request, number_of
from backend.inventory.choices import Kind

MOST_LINES = 20


class Need(TypedDict, total=False):
    """One device needed; the columns of RequestLine. `kind` is required, sizes in GB."""

    kind: str
    min_ram_gb: int
    min_storage_gb: int
    accessories: str


class ProgrammeClosed(Refusal):
    """The programme takes no requests now."""

    code = "programme_closed"
    title = _("This programme is closed")


class NoCriterionChecked(Refusal):
    """None of the programme's criteria was checked for this person."""

    code = "no_criterion_checked"
    title = _("No criterion is checked")


class PersonLimitReached(Refusal):
    """The person has, or waits for, as many devices as the programme gives in its period."""

    code = "person_limit_reached"
    title = _("This person has reached the programme's limit")


class CounsellorLimitReached(Refusal):
    """The counsellor has as many requests in the queue as the programme allows."""

    code = "counsellor_limit_reached"
    title = _("You have reached the number of open requests")


class EmptyRequest(InvalidInput):
    """A request names at least one device, and not more than one can read."""

    code = "empty_request"
    title = _("What does the person need?")


class UnknownKind(InvalidInput):
    """A line asks for something that is no kind of device."""

    code = "unknown_kind"
    title = _("Choose a kind of device")


class RequestClosed(Refusal):
    """The request is no longer in the queue."""

    code = "request_closed"
    title = _("This request is no longer in the queue")


class PartlyServed(Refusal):
    """A device of this request is in the person's hands: it cannot be refused any more."""

    code = "partly_served"
    title = _("This request is partly served")


@operation
def submit_request(
    *,
    beneficiary: Beneficiary | int,
    programme: Programme,
    needs: Sequence[Need],
    purpose: str,
    by: Membership,
    at: datetime,
    urgency: int = Urgency.NORMAL,
    connection: str = Connection.UNKNOWN,
) -> Request:
    """Put one person's need in the queue of a programme.

    Raises EmptyRequest, UnknownKind, ProgrammeClosed, NoCriterionChecked, PersonLimitReached
    (all structures count, none is named), CounsellorLimitReached, FileClosed.
    """
    _check_needs(needs)
    person = _locked_person(beneficiary, by=by)
    _check_person(person, programme)
    _check_limits(person, programme, devices=len(needs), by=by, at=at)
    request = Request(
        reference=next_reference(series="D", year=timezone.localtime(at).year),
        programme=programme,
        beneficiary=person,
        structure_id=by.organisation_id,
        counsellor_id=by.user_id,
        purpose=purpose,
        urgency=urgency,
        connection=connection,
        submitted_at=at,
    )
    request.clean_fields(exclude=["programme", "beneficiary", "structure", "counsellor"])
    request.save()
    _write_lines(request, needs)
    person.last_contact_at = max(person.last_contact_at, at)
    person.save(update_fields=["last_contact_at"])
    events.record(
        "request.submitted",
        subject=request,
        by=by,
        at=at,
        **facts_of_request(request),
        kinds=[need["kind"] for need in needs],
        urgency=int(urgency),
    )
    return request


@operation
def decline_request(
    *, request: Request | int, reason: str, by: Membership, at: datetime
) -> Request:
    """Refuse a request, saying why; what was reserved for it goes back to the shelf.

    Raises RequestClosed, and PartlyServed when a device was handed over already.
    """
    found = _in_the_queue(request, by=by, at=at)
    if not reason.strip():
        raise InvalidInput(
            _("Say why, in words that the counsellor can pass on."),
            fields={"reason": [_("required")]},
        )
    if queries.has_hand_over(found):
        raise PartlyServed(
            _("A device was handed over already. Ask the counsellor to withdraw the rest.")
        )
    release_all(found, reason="declined", by=by, at=at)
    found.state = RequestState.DECLINED
    found.decided_at = at
    found.decline_reason = reason.strip()
    found.clean_fields(exclude=["programme", "beneficiary", "structure", "counsellor"])
    found.save(update_fields=["state", "decided_at", "decline_reason"])
    events.record("request.declined", subject=found, by=by, at=at, **facts_of_request(found))
    return found


@operation
def cancel_request(*, request: Request | int, by: Membership, at: datetime) -> Request:
    """Withdraw what is still open of a request; reserved devices go back to the shelf.

    A request of which a device was handed over ends as served. Raises RequestClosed.
    """
    found = _in_the_queue(request, by=by, at=at)
    release_all(found, reason="cancelled", by=by, at=at)
    is_partly_served = queries.has_hand_over(found)
    found.state = RequestState.SERVED if is_partly_served else RequestState.CANCELLED
    found.decided_at = at
    found.save(update_fields=["state", "decided_at"])
    events.record(
        "request.cancelled",
        subject=found,
        by=by,
        at=at,
        **facts_of_request(found),
        is_partly_served=is_partly_served,
    )
    return found


def facts_of_request(request: Request) -> dict[str, Any]:
    """Give what every event about a request says of it."""
    return {
        "request": request.pk,
        "reference": request.reference,
        "programme": request.programme_id,
        "structure": request.structure_id,
        "beneficiary": request.beneficiary_id,
    }


def _in_the_queue(request: Request | int, *, by: Membership, at: datetime) -> Request:
    found = locked_request(request, by=by)
    if found.state != RequestState.WAITING:
        raise RequestClosed(
            _("This request is “%(state)s” already: nothing was changed.")
            % {"state": RequestState(found.state).label},
            state=found.state,
        )
    if at < found.submitted_at:
        raise InvalidInput(
            _("This moment is before the request was made. Check the date."),
            fields={"at": [_("too early")]},
        )
    return found


def _check_needs(needs: Sequence[Need]) -> None:
    if not 1 <= len(needs) <= MOST_LINES:
        raise EmptyRequest(
            _("Name at least one device, and at most 20."), fields={"needs": [_("required")]}
        )
    if not all(need.get("kind") in set(Kind) for need in needs):
        raise UnknownKind(
            _("Choose each kind of device from the list."),
            fields={"needs": [_("choose from the list")]},
        )


def _locked_person(beneficiary: Beneficiary | int, *, by: Membership) -> Beneficiary:
    # All files of the same person are locked, in one order: two structures that ask for one
    # person at once are served one after the other.
    seen = Beneficiary.objects.seen_by(by).filter(pk=number_of(beneficiary))
    found = seen.values_list("pk", "name_hash").first()
    if found is None:
        raise UnknownBeneficiary(_("Your structure has no file with this number."))
    same = Q(name_hash=found[1]) if found[1] else Q(pk=found[0])
    files = Beneficiary.objects.filter(same).order_by("pk").defer("name")
    return next(file for file in files.select_for_update() if file.pk == found[0])


def _check_person(person: Beneficiary, programme: Programme) -> None:
    if person.purged_at:
        raise FileClosed(_("This person's data was erased. Open a new file if they come back."))
    if not programme.is_open:
        raise ProgrammeClosed(
            _("%(programme)s takes no requests now. Choose another programme.")
            % {"programme": programme.name}
        )
    if not person.criterion_checks.filter(criterion__in=programme.criteria).exists():
        raise NoCriterionChecked(
            _("Check one of the programme's criteria with the person, tick it, then ask again."),
            criteria=programme.criteria,
        )


def _check_limits(
    person: Beneficiary, programme: Programme, *, devices: int, by: Membership, at: datetime
) -> None:
    # With the lock on the person: two requests of one counsellor wait for each other too.
    User.objects.select_for_update(no_key=True).get(pk=by.user_id)
    here, elsewhere = queries.devices_counted(person, programme, at=at)
    if here + elsewhere + devices > programme.devices_per_person:
        raise PersonLimitReached(_limit_told(elsewhere), limit=programme.devices_per_person)
    open_requests = Request.objects.waiting().filter(counsellor=by.user_id, programme=programme)
    if open_requests.count() >= programme.open_requests_per_counsellor:
        raise CounsellorLimitReached(
            _(
                "%(limit)s of your requests are in the queue of this programme. "
                "Wait for one to be served, or withdraw one."
            )
            % {"limit": programme.open_requests_per_counsellor},
            limit=programme.open_requests_per_counsellor,
        )


def _limit_told(elsewhere: int) -> object:
    if elsewhere:
        return _(
            "This person has asked elsewhere already. Talk it over with them, "
            "or write to the coordination."
        )
    return _(
        "With this request the person would have more devices than the programme gives in "
        "its period. Ask for less, or wait until the period is over."
    )


def _write_lines(request: Request, needs: Sequence[Need]) -> None:
    lines = [RequestLine(request=request, **need) for need in needs]
    for line in lines:
        line.clean_fields(exclude=["request"])
    RequestLine.objects.bulk_create(lines)
