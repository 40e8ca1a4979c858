"""The moment a person receives a device, the same day's second thought, and the way back."""

import re
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.core import events
from backend.core.errors import InvalidInput, NotFound, Refusal
from backend.core.operations import next_reference
from backend.core.transactions import operation
from backend.distribution import queries
from backend.distribution.choices import AllocationOutcome, RequestState, SignedBy
from backend.distribution.models import Allocation, Beneficiary, HandOver, Request, RequestLine
from backend.distribution.operations.allocations import NotReserved, check_price, reserve
from backend.distribution.operations.locking import (
    facts_of_promise,
    locked_allocation,
    number_of,
)
from backend.inventory.operations import (
    CannotUndo,
    apply_move,
    back_in_place,
    change,
    not_before_last_event,
    undoable_event,
)

LONGEST_SIGNATURE = 20_000
# Possessive: linear however it is attacked. Commands of a drawn line, numbers, separators.
_SIGNATURE = re.compile(r"M(?:[MLQCZmlqcz]|-?\d{1,5}+(?:\.\d{1,3}+)?+(?![\d.])|[ ,])*+", re.ASCII)
_DRAWN = re.compile(r"[LQClqc]\s*-?\d")


class ReservationExpired(Refusal):
    """The reservation ended before the moment of the hand-over."""

    code = "reservation_expired"
    title = _("The reservation has run out")


class WrongPerson(Refusal):
    """The device is reserved for another person."""

    code = "wrong_person"
    title = _("This device is for another person")


class PriceOutsideProgramme(Refusal):
    """More is asked than the programme's price."""

    code = "price_outside_programme"
    title = _("This price is above the programme's")


class NotConfirmed(InvalidInput):
    """There is neither a usable signature nor an attestation."""

    code = "not_confirmed"
    title = _("The hand-over is not confirmed")


class UnknownHandOver(NotFound):
    """No hand-over that this person may see has this number."""

    code = "unknown_hand_over"
    title = _("Unknown hand-over")


@operation
def hand_over_device(
    *,
    allocation: Allocation | int,
    taken_by: str,
    signed_by: str,
    by: Membership,
    at: datetime,
    signature: str = "",
    price_cents: int | None = None,
    beneficiary: Beneficiary | int | None = None,
) -> HandOver:
    """Hand a reserved device to the person it is for, and keep the text as signed.

    Price in euro cents; None is the programme's, which is also the most that may be asked.
    `beneficiary`, when given, has to be the person of the reservation. The text is in the
    language active now. A request whose lines are all handed over becomes SERVED.

    Raises NotReserved, ReservationExpired, WrongPerson, PriceOutsideProgramme, PriceAboveCap,
    NotConfirmed.
    """
    found = locked_allocation(allocation, by=by, at=at)
    _check_promise(found, at=at, beneficiary=beneficiary)
    price = _agreed_price(found, price_cents)
    _check_proof(signed_by, signature)
    programme = found.line.request.programme
    hand_over = HandOver(
        receipt=next_reference(series="H", year=timezone.localtime(at).year),
        allocation=found,
        taken_by=taken_by,
        signed_by=signed_by,
        signed_text=queries.text_to_sign(found, price_cents=price, at=at),
        signature=signature,
        price_cents=price,
        warranty_end=queries.warranty_end(programme, at=at),
        handed_over_at=at,
    )
    hand_over.clean_fields(exclude=["allocation"])
    said = apply_move(found.device, "hand_over", at=at, location_id=None, lot_id=None)
    hand_over.save(force_insert=True)
    found.outcome = AllocationOutcome.HANDED_OVER
    found.save(update_fields=["outcome"])
    events.record(
        "device.handed_over",
        subject=found.device,
        by=by,
        at=at,
        **said,
        **_facts_of(hand_over),
        is_request_served=_serve_if_complete(found.line.request, at=at),
    )
    return hand_over


def _facts_of(hand_over: HandOver) -> dict[str, Any]:
    return facts_of_promise(hand_over.allocation) | {
        "hand_over": hand_over.pk,
        "receipt": hand_over.receipt,
        "price_cents": hand_over.price_cents,
        "mass_g": hand_over.allocation.device.mass_g,
    }


def _check_promise(
    allocation: Allocation, *, at: datetime, beneficiary: Beneficiary | int | None
) -> None:
    if allocation.outcome != AllocationOutcome.RESERVED:
        raise NotReserved(
            _("This reservation is “%(outcome)s”: nothing was changed.")
            % {"outcome": AllocationOutcome(allocation.outcome).label},
            outcome=allocation.outcome,
        )
    if at > allocation.expires_at:
        raise ReservationExpired(
            _("Ask the coordination to reserve a device again for this request."),
            expires_at=allocation.expires_at.isoformat(),
        )
    expected = allocation.line.request.beneficiary_id
    if beneficiary is not None and number_of(beneficiary) != expected:
        raise WrongPerson(
            _("This device is reserved for another file. Take the one reserved for this person.")
        )


def _agreed_price(allocation: Allocation, price_cents: int | None) -> int:
    highest = allocation.line.request.programme.price_cents
    price = highest if price_cents is None else price_cents
    if not 0 <= price <= highest:
        raise PriceOutsideProgramme(
            _("The programme's price is %(euros)s €: ask that or less.")
            % {"euros": f"{highest / 100:.2f}"},
            price_cents=highest,
        )
    check_price(allocation.device, price)
    return price


def _check_proof(signed_by: str, signature: str) -> None:
    if signed_by == SignedBy.SIGNATURE:
        is_right = (
            len(signature) <= LONGEST_SIGNATURE
            and _SIGNATURE.fullmatch(signature)
            and _DRAWN.search(signature)
        )
        if not is_right:
            raise NotConfirmed(
                _("The signature is missing or was not read well: sign again, or attest."),
                fields={"signature": [_("sign in the frame")]},
            )
    elif signature:
        raise NotConfirmed(
            _("Choose: the person signs, or you attest."),
            fields={"signature": [_("leave empty when you attest")]},
        )


def _serve_if_complete(request: Request, *, at: datetime) -> bool:
    # One statement that looks again: two lines may be handed over at the same moment.
    given = Allocation.objects.filter(line=OuterRef("pk"), outcome=AllocationOutcome.HANDED_OVER)
    missing = RequestLine.objects.filter(~Exists(given), request=OuterRef("pk"))
    complete = Request.objects.filter(~Exists(missing), pk=request.pk)
    return bool(complete.update(state=RequestState.SERVED, decided_at=at))


@operation
def undo_hand_over(*, hand_over: HandOver | int, by: Membership, at: datetime) -> HandOver:
    """Take back a hand-over recorded by mistake: the device is reserved anew.

    Within `settings.UNDO_WINDOW`, by who did it or a manager, and only while it is the last
    thing that happened to the device; else CannotUndo. The receipt stays, marked undone; its
    number is not given again. A request that was served waits again.
    """
    found = _locked_hand_over(hand_over, by=by, at=at)
    allocation, device = found.allocation, found.allocation.device
    last = undoable_event(device, kinds=frozenset({"device.handed_over"}), by=by, at=at)
    if last.facts.get("hand_over") != found.pk:
        raise CannotUndo(_("This device was handed over again since."), last=last.kind)
    before = device.state
    said = change(device, at=at, **back_in_place(device, last.facts["was"]))
    found.undone_at = at
    found.save(update_fields=["undone_at"])
    allocation.outcome = AllocationOutcome.RELEASED
    allocation.closed_at = at
    allocation.release_reason = "hand-over undone"
    allocation.save(update_fields=["outcome", "closed_at", "release_reason"])
    again = reserve(allocation.line, device, at=at)
    served = Request.objects.filter(pk=allocation.line.request_id, state=RequestState.SERVED)
    served.update(state=RequestState.WAITING, decided_at=None)
    events.record(
        "device.hand_over_undone",
        subject=device,
        by=by,
        at=at,
        **said | {"from": before, "to": device.state},
        **_facts_of(found) | {"allocation": again.pk},
        undone_event=last.pk,
    )
    return found


def _locked_hand_over(hand_over: HandOver | int, *, by: Membership, at: datetime) -> HandOver:
    found = (
        HandOver.objects.seen_by(by)
        .filter(pk=number_of(hand_over))
        .select_for_update(
            of=("allocation__line__request", "allocation", "allocation__device", "self")
        )
        .select_related("allocation__line__request__programme", "allocation__device__custodian")
        .first()
    )
    if found is None:
        raise UnknownHandOver(_("You have no hand-over with this number. Reload the list."))
    not_before_last_event(found.allocation.device, at=at)
    return found
