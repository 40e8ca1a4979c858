"""Promises: a device is reserved for a line of a request, released, or its time runs out."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.core import events
from backend.core.errors import InvalidInput, Refusal
from backend.core.models import Event
from backend.core.transactions import one_of_many, operation
from backend.distribution import queries
from backend.distribution.choices import AllocationOutcome, RequestState
from backend.distribution.models import Allocation, Request, RequestLine
from backend.distribution.operations.locking import (
    facts_of_promise,
    locked_allocation,
    locked_line,
)
from backend.inventory.choices import Kind, State
from backend.inventory.models import Device
from backend.inventory.operations import apply_move, change, locked_device

MOST_AT_ONCE = 200
_NAMES_OF_SIZES = {"ram_gb": _("memory"), "storage_gb": _("storage")}


class AlreadyAllocated(Refusal):
    """The device is promised to somebody, or the line has its device."""

    code = "already_allocated"
    title = _("This is already allocated")


class RequestNotWaiting(Refusal):
    """Devices are reserved only for requests in the queue."""

    code = "request_not_waiting"
    title = _("This request is not in the queue")


class DoesNotFit(Refusal):
    """The device is of another kind, or smaller than what the line needs."""

    code = "does_not_fit"
    title = _("This device does not fit the need")


class PriceAboveCap(Refusal):
    """The price is above what the law allows for gifts of public bodies (CG3P L.3212-2)."""

    code = "price_above_cap"
    title = _("This price is too high for a public body's gift")


class NotReserved(Refusal):
    """The reservation is over: handed over, released or expired."""

    code = "not_reserved"
    title = _("This reservation is over")


class Choice(NamedTuple):
    """What was decided for one waiting line: a device, or why there is none."""

    line_id: int
    request: str
    kind: str
    code: str | None
    allocation_id: int | None
    why: Any


@operation
def allocate_device(
    *, line: RequestLine | int, code: str, by: Membership, at: datetime
) -> Allocation:
    """Reserve a READY device for a line, for as many days as its programme says.

    Raises RequestNotWaiting, DoesNotFit, PriceAboveCap, ForbiddenMove for a device that is
    not READY and AlreadyAllocated for a line that has its device: the database keeps both.
    """
    found = locked_line(line, by=by)
    _check_line(found, at=at)
    device = locked_device(code=code, by=by, at=at)
    check_fit(found, device)
    said = apply_move(device, "allocate", at=at, promised_to_id=found.request.structure_id)
    allocation = reserve(found, device, at=at)
    events.record(
        "device.allocated", subject=device, by=by, at=at, **said, **facts_of_promise(allocation)
    )
    return allocation


def reserve(line: RequestLine, device: Device, *, at: datetime) -> Allocation:
    """Write the promise. Raises AlreadyAllocated where the database refuses a second one."""
    allocation = Allocation(
        line=line,
        device=device,
        reserved_at=at,
        expires_at=at + timedelta(days=line.request.programme.reservation_days),
    )
    try:
        allocation.save(force_insert=True)
    except IntegrityError as clash:
        what = str(clash)
        if "line_id" in what or "request_line_served_once" in what:
            sentence = _("This line has its device already. Release that one first.")
        else:
            sentence = _("This device is promised to somebody already. Choose another.")
        raise AlreadyAllocated(sentence) from clash
    return allocation


def _check_line(line: RequestLine, *, at: datetime) -> None:
    request = line.request
    if request.state != RequestState.WAITING:
        raise RequestNotWaiting(
            _("This request is “%(state)s”: nothing can be reserved for it.")
            % {"state": RequestState(request.state).label},
            state=request.state,
        )
    if at < request.submitted_at:
        raise InvalidInput(
            _("This moment is before the request was made. Check the date."),
            fields={"at": [_("too early")]},
        )


def check_fit(line: RequestLine, device: Device) -> None:
    """Raise DoesNotFit or PriceAboveCap; sizes that nobody knows are given the benefit."""
    if device.kind != line.kind:
        raise DoesNotFit(
            _("The request is for: %(needed)s. This device is: %(found)s. Choose another.")
            % {"needed": Kind(line.kind).label, "found": Kind(device.kind).label},
            needed=line.kind,
            found=device.kind,
        )
    if too_small := queries.lacks(line, device.specs):
        raise DoesNotFit(
            _("Too small for this need: %(what)s. Choose a device with more.")
            % {"what": _NAMES_OF_SIZES[too_small[0]]},
            too_small=too_small,
        )
    check_price(device, line.request.programme.price_cents)


def check_price(device: Device, price_cents: int) -> None:
    """Raise PriceAboveCap for a public body's gift dearer than the law allows."""
    cap = queries.price_cap(device.kind, device.pledge.legal_type if device.pledge else None)
    if cap is not None and price_cents > cap:
        raise PriceAboveCap(
            _("A public body gave this device: at most %(euros)s € may be asked for it.")
            % {"euros": cap // 100},
            cap_cents=cap,
        )


@operation
def release_allocation(
    *, allocation: Allocation | int, reason: str, by: Membership, at: datetime
) -> Allocation:
    """Take a promise back: the device is on the shelf again, the line in the queue.

    Raises NotReserved once the device is handed over or the promise closed.
    """
    found = locked_allocation(allocation, by=by, at=at)
    if not reason.strip():
        raise InvalidInput(
            _("Say in a few words why the device is released."),
            fields={"reason": [_("required")]},
        )
    return _release(found, "device.released", why="person", reason=reason, by=by, at=at)


def release_all(request: Request, *, reason: str, by: Membership, at: datetime) -> None:
    """Release what is reserved for a request that ends; `reason` is a code."""
    for allocation in queries.open_allocations_of(request).order_by("pk"):
        found = locked_allocation(allocation, by=by, at=at)
        _release(found, "device.released", why=reason, reason=f"request {reason}", by=by, at=at)


def expire_allocations(*, at: datetime) -> int:
    """Release the reservations that nobody came for. Each is a transaction of its own.

    Safe to run twice; gives how many expired.
    """
    due = Allocation.objects.expired(at=at).order_by("expires_at", "pk")
    return sum(_done(_expire, pk, at=at) for pk in due.values_list("pk", flat=True)[:1000])


def warn_of_expiring(*, at: datetime) -> int:
    """Record once for each reservation that it ends soon (`settings.EXPIRY_WARNING`)."""
    ending = Allocation.objects.reserved().filter(
        expires_at__gte=at, expires_at__lt=at + settings.EXPIRY_WARNING
    )
    told = Event.objects.of_kind("allocation.expiring").filter(subject_type="allocation")
    ids = list(ending.order_by("expires_at", "pk").values_list("pk", flat=True)[:1000])
    known = set(told.filter(subject_id__in=ids).values_list("subject_id", flat=True))
    return sum(_done(_warn, pk, at=at) for pk in ids if pk not in known)


def _done(act: Any, pk: int, *, at: datetime) -> bool:
    try:
        return bool(act(pk, at=at))
    except Refusal:
        return False  # it changed meanwhile; the next run looks again


@operation
def _expire(pk: int, *, at: datetime) -> bool:
    found = locked_allocation(pk, by=None, at=at)
    if found.outcome != AllocationOutcome.RESERVED or found.expires_at >= at:
        return False
    _release(
        found,
        "device.reservation_expired",
        why="expired",
        reason="",
        by=None,
        at=at,
        outcome=AllocationOutcome.EXPIRED,
    )
    return True


@operation
def _warn(pk: int, *, at: datetime) -> bool:
    found = locked_allocation(pk, by=None, at=at)
    if found.outcome != AllocationOutcome.RESERVED:
        return False
    if Event.objects.about(found).of_kind("allocation.expiring").exists():
        return False
    events.record(
        "allocation.expiring",
        subject=found,
        by=None,
        at=at,
        organisation=found.line.request.structure_id,
        code=found.device.code,
        kind=found.device.kind,
        **facts_of_promise(found),
        expires_at=found.expires_at.isoformat(),
    )
    return True


def _release(
    allocation: Allocation,
    kind: str,
    *,
    why: str,
    reason: str,
    by: Membership | None,
    at: datetime,
    outcome: AllocationOutcome = AllocationOutcome.RELEASED,
) -> Allocation:
    if allocation.outcome != AllocationOutcome.RESERVED:
        raise NotReserved(
            _("This reservation is “%(outcome)s”: nothing was changed.")
            % {"outcome": AllocationOutcome(allocation.outcome).label},
            outcome=allocation.outcome,
        )
    said = _back_on_the_shelf(allocation.device, at=at)
    allocation.outcome = outcome
    allocation.closed_at = at
    allocation.release_reason = reason.strip()
    allocation.clean_fields(exclude=["line", "device"])
    allocation.save(update_fields=["outcome", "closed_at", "release_reason"])
    events.record(
        kind,
        subject=allocation.device,
        by=by,
        at=at,
        organisation=None if by else allocation.line.request.structure_id,
        **said,
        **facts_of_promise(allocation),
        why=why,
    )
    return allocation


def _back_on_the_shelf(device: Device, *, at: datetime) -> dict[str, Any]:
    if device.state != State.MISSING:
        return apply_move(device, "release", at=at, promised_to_id=None)
    # Nobody knows where it is: once found, it is free.
    said = change(device, at=at, promised_to_id=None, state_before_missing=State.READY)
    return said | {"from": str(State.MISSING), "to": str(State.MISSING)}


@operation
def allocate_waiting(*, by: Membership, at: datetime, most: int = 50) -> list[Choice]:
    """Reserve for the queue, the most urgent and then the oldest request first.

    Each line gets the least over-specified device that fits, then the one longest on the
    shelf. One savepoint each: a refusal concerns its line only. Says for each line what was
    chosen or why nothing was.
    """
    lines = queries.waiting_lines().select_related("request__programme")
    shelves = _Shelves()
    return [
        _choose(line, shelves, by=by, at=at) for line in lines[: min(max(most, 0), MOST_AT_ONCE)]
    ]


class _Shelves:
    """What is READY, read once per kind and price; what was taken is taken off."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], list[tuple[queries.Fit, Any]]] = {}
        self._taken: set[int] = set()

    def fits(self, line: RequestLine) -> Iterator[queries.Fit]:
        """Give what fits a line and is still there, the best first."""
        key = (line.kind, line.request.programme.price_cents)
        if key not in self._known:
            self._known[key] = queries.on_the_shelf(kind=key[0], price_cents=key[1])
        for fit in queries.best_fits(line, self._known[key]):
            if fit.device_id not in self._taken:
                yield fit

    def take(self, fit: queries.Fit) -> None:
        """Take a device off, whether it was given or turned out to be gone."""
        self._taken.add(fit.device_id)


def _choose(line: RequestLine, shelves: _Shelves, *, by: Membership, at: datetime) -> Choice:
    why: Any = _("Nothing on the shelf fits this need now.")
    code, allocation_id = None, None
    fit = next(shelves.fits(line), None)
    if fit is not None:
        shelves.take(fit)
        try:
            with one_of_many():
                allocation = allocate_device(line=line.pk, code=fit.code, by=by, at=at)
            code, allocation_id = fit.code, allocation.pk
            why = _("First in the queue for this kind; the device that exceeds the need least.")
        except Refusal as refusal:
            why = refusal.detail
    return Choice(line.pk, line.request.reference, line.kind, code, allocation_id, why)
