"""Read-only answers: the queue, what fits a need, the text that is signed, a person's data."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from backend.accounts.choices import LegalType
from backend.distribution.choices import (
    PUBLIC_DONOR_PRICE_CAPS,
    AllocationOutcome,
    RequestState,
)
from backend.distribution.models import (
    Allocation,
    Beneficiary,
    HandOver,
    Programme,
    Request,
    RequestLine,
)
from backend.inventory.choices import Kind, State
from backend.inventory.models import Device

PACE_IS_MEASURED_OVER = timedelta(weeks=8)
_LOOKED_AT = 500


def place_in_queue(request: Request) -> int | None:
    """Give the place of a request in its queue, 1 being the next; None when it waits no more."""
    if request.state != RequestState.WAITING:
        return None
    return Request.objects.waiting().filter(_before(request)).count() + 1


def _before(request: Request, path: str = "") -> Q:
    """Say which requests are served first: more urgent, or as urgent and asked before."""
    return (
        Q(**{f"{path}urgency__gt": request.urgency})
        | Q(**{f"{path}urgency": request.urgency, f"{path}submitted_at__lt": request.submitted_at})
        | Q(
            **{
                f"{path}urgency": request.urgency,
                f"{path}submitted_at": request.submitted_at,
                f"{path}pk__lt": request.pk,
            }
        )
    )


def waiting_lines() -> "models.QuerySet[RequestLine]":
    """Give the lines that wait for a device, in the order in which they are served."""
    served = Allocation.objects.open().filter(line=OuterRef("pk"))
    return (
        RequestLine.objects.filter(request__state=RequestState.WAITING)
        .exclude(Exists(served))
        .order_by("-request__urgency", "request__submitted_at", "request_id", "pk")
    )


def lines_of(requests: Sequence[int]) -> Any:
    """Give the lines of several requests at once, each with the promise that serves it."""
    serving = Allocation.objects.open().filter(line=OuterRef("pk")).values("pk")[:1]
    lines = RequestLine.objects.filter(request__in=requests).order_by("pk")
    return list(
        lines.values(
            "id",
            "request",
            "kind",
            "min_ram_gb",
            "min_storage_gb",
            "accessories",
            allocation=Subquery(serving),
        )
    )


def promise_to_show(allocation: Allocation) -> Allocation:
    """Read a promise with all that its text names."""
    return Allocation.objects.select_related(
        "line__request__programme", "line__request__structure", "device"
    ).get(pk=allocation.pk)


def expected_delay(line: RequestLine, *, at: datetime) -> timedelta | None:
    """Estimate when a line gets its device, or None when nothing can honestly be said.

    The lines of its kind ahead of it, at the pace of hand-overs of that kind in the last
    eight weeks. None too for a line that waits no longer or has its device reserved.
    """
    request = line.request
    if not waiting_lines().filter(pk=line.pk).exists():
        return None
    pace = HandOver.objects.filter(
        undone_at=None,
        allocation__device__kind=line.kind,
        handed_over_at__gt=at - PACE_IS_MEASURED_OVER,
        handed_over_at__lte=at,
    ).count()
    if not pace:
        return None
    same_request = Q(request=request, pk__lt=line.pk)
    before = waiting_lines().filter(_before(request, "request__") | same_request, kind=line.kind)
    time_each: timedelta = PACE_IS_MEASURED_OVER / pace
    return time_each * (before.count() + 1)


def has_hand_over(request: Request) -> bool:
    """Whether a device of this request is in the person's hands."""
    given = Allocation.objects.filter(outcome=AllocationOutcome.HANDED_OVER)
    return given.filter(line__request=request).exists()


def devices_counted(person: Beneficiary, programme: Programme, *, at: datetime) -> tuple[int, int]:
    """Count the devices a person waits for or received in the period: here, elsewhere.

    The same person in another structure is known by the keyed hash of name and birth year.
    """
    since = at - timedelta(days=programme.period_days)
    same = Q(request__beneficiary=person)
    if person.name_hash:
        same |= Q(request__beneficiary__name_hash=person.name_hash)
    held = Allocation.objects.filter(
        line=OuterRef("pk"),
        outcome=AllocationOutcome.HANDED_OVER,
        hand_over__handed_over_at__gt=since,
    )
    counted = Q(request__state=RequestState.WAITING) | Exists(held)
    lines = RequestLine.objects.filter(same, counted, request__programme=programme)
    here = Q(request__structure_id=person.structure_id)
    counts = lines.aggregate(here=Count("pk", filter=here), elsewhere=Count("pk", filter=~here))
    return counts["here"], counts["elsewhere"]


class Fit(NamedTuple):
    """A device on the shelf that fits a line, and by how much it exceeds the need."""

    code: str
    device_id: int
    maker: str
    model: str
    ram_gb: float | None
    storage_gb: float | None
    received_at: datetime

    def excess(self, line: RequestLine) -> float:
        """Give how far the device exceeds the need: 0 is exact, unknown facts come last."""
        if self.ram_gb is None or self.storage_gb is None:
            return float("inf")
        over_ram = self.ram_gb / max(line.min_ram_gb, 1)
        return over_ram + self.storage_gb / max(line.min_storage_gb, 1) / 32


def size_known(specs: Any, name: str) -> float | None:
    """Give a size (GB) of a configuration, or None when it is not known as a number."""
    value = specs.get(name) if isinstance(specs, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if value > 0 else None


def lacks(line: RequestLine, specs: Any) -> list[str]:
    """Name the sizes of a configuration that are known and below what a line needs."""
    needed = {"ram_gb": line.min_ram_gb, "storage_gb": line.min_storage_gb}
    sizes = {name: size_known(specs, name) for name in needed}
    return [name for name, size in sizes.items() if size is not None and size < needed[name]]


def price_cap(kind: str, legal_type: str | None) -> int | None:
    """Give the highest price (euro cents) the donor's kind allows, None when it sets none."""
    return PUBLIC_DONOR_PRICE_CAPS[Kind(kind)] if legal_type == LegalType.PUBLIC_BODY else None


def on_the_shelf(*, kind: str, price_cents: int) -> list[tuple[Fit, Any]]:
    """Give the longest-standing READY devices of a kind that this price is allowed for."""
    ready = Device.objects.on_the_shelf().filter(kind=kind).order_by("received_at", "pk")
    cap = price_cap(kind, LegalType.PUBLIC_BODY)
    if cap is not None and price_cents > cap:
        ready = ready.exclude(pledge__legal_type=LegalType.PUBLIC_BODY)
    columns = ("code", "pk", "maker", "model", "received_at", "specs")
    return [
        (
            Fit(
                code=code,
                device_id=pk,
                maker=maker,
                model=model,
                ram_gb=size_known(specs, "ram_gb"),
                storage_gb=size_known(specs, "storage_gb"),
                received_at=received_at,
            ),
            specs,
        )
        for code, pk, maker, model, received_at, specs in ready.values_list(*columns)[:_LOOKED_AT]
    ]


def best_fits(line: RequestLine, shelf: Iterable[tuple[Fit, Any]]) -> list[Fit]:
    """Order what fits a line: least over-specified first, then longest on the shelf."""
    fits = [fit for fit, specs in shelf if not lacks(line, specs)]
    return sorted(fits, key=lambda fit: (fit.excess(line), fit.received_at, fit.device_id))


def suggest_devices(line: RequestLine, *, most: int = 5) -> list[Fit]:
    """Give READY devices that fit a line, the best first; strong machines stay on the shelf."""
    price = line.request.programme.price_cents
    return best_fits(line, on_the_shelf(kind=line.kind, price_cents=price))[:most]


def warranty_end(programme: Programme, *, at: datetime) -> date:
    """Give the last day of the warranty of what is handed over at this moment."""
    return timezone.localtime(at).date() + timedelta(days=programme.warranty_days)


def text_to_sign(allocation: Allocation, *, price_cents: int, at: datetime) -> str:
    """Write, in the reader's language, what is read and signed at the hand-over. No name in it."""
    device, request = allocation.device, allocation.line.request
    end = warranty_end(request.programme, at=at)
    machine = f"{device.get_kind_display()} {device.maker} {device.model}".strip()
    price = (
        _("I paid %(price)s €.") % {"price": number_format(price_cents / 100, 2)}
        if price_cents
        else _("I paid nothing.")
    )
    lines = [
        _("Request %(reference)s, %(day)s, %(structure)s.")
        % {
            "reference": request.reference,
            "day": date_format(timezone.localtime(at), "DATE_FORMAT"),
            "structure": request.structure.name,
        },
        _("I received: %(machine)s, label %(label)s, with its charger.")
        % {"machine": machine, "label": device},
        price,
        _("If it breaks down before %(day)s, it is repaired or exchanged for nothing.")
        % {"day": date_format(end, "DATE_FORMAT")},
        _("It is for me and my household: I do not sell it."),
        _("If I no longer use it, I bring it back so that somebody else can have it."),
    ]
    return "\n".join(lines)


def open_allocations_of(request: Request) -> "models.QuerySet[Allocation]":
    """Give the reservations of a request that bind a device still."""
    return Allocation.objects.filter(line__request=request, outcome=AllocationOutcome.RESERVED)


def everything_about(person: Beneficiary) -> dict[str, Any]:
    """Give all that is kept about a person, as plain data."""
    lines = RequestLine.objects.filter(request__beneficiary=person).order_by("pk")
    signed = HandOver.objects.filter(allocation__line__request__beneficiary=person)
    file_columns = ("case_reference", "birth_year", "household_size", "last_contact_at")
    return {
        "file": {"name": person.name} | {name: getattr(person, name) for name in file_columns},
        "structure": person.structure.name,
        "criteria": list(
            person.criterion_checks.order_by("pk").values(
                "criterion", "checked_by_label", "checked_at"
            )
        ),
        "requests": list(
            person.requests.order_by("pk").values(
                "reference",
                "state",
                "programme__name",
                "purpose",
                "urgency",
                "connection",
                "submitted_at",
                "decided_at",
                "decline_reason",
            )
        ),
        "needs": list(
            lines.values(
                "request__reference", "kind", "min_ram_gb", "min_storage_gb", "accessories"
            )
        ),
        "hand_overs": list(
            signed.order_by("pk").values(
                "receipt",
                "allocation__device__code",
                "handed_over_at",
                "taken_by",
                "signed_by",
                "signed_text",
                "signature",
                "price_cents",
                "warranty_end",
                "undone_at",
                "returned__returned_at",
                "returned__reason",
            )
        ),
        "readings": list(person.reads.order_by("pk").values("reader_label", "read_at")),
    }


def promises_out_of_step() -> Iterable[str]:
    """Find devices bound without an open allocation, or with one while they are not bound.

    A missing device keeps its promise.
    """
    bound = Q(state__in=[State.ALLOCATED, State.HANDED_OVER])
    is_open = Exists(Allocation.objects.open().filter(device=OuterRef("pk")))
    off = (bound & ~Q(is_open)) | (~bound & ~Q(state=State.MISSING) & Q(is_open))
    return Device.objects.filter(off).values_list("code", flat=True)
