"""Letters to counsellors: the queue, the reservation, the hand-over, the return."""

from datetime import datetime

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.core import codes
from backend.distribution import queries
from backend.distribution.choices import RequestState
from backend.distribution.models import Allocation, HandOver, Request
from backend.distribution.models.allocations import AllocationQuerySet
from backend.inventory.models import Device
from backend.notifications.letters.layout import Letter, News, Way, day, page


def _request(news: News) -> Request:
    event = news.event
    is_request = event.subject_type == "request"
    pk = event.subject_id if is_request else event.facts["request"]
    return Request.objects.select_related("beneficiary").get(pk=pk)


def _desk(request: Request) -> Way:
    return Way(action=_("Open the request"), link=page("distribution:request", request.reference))


def _case(request: Request) -> dict[str, str]:
    return {"reference": str(request), "case": request.beneficiary.case_reference}


def _name(device: Device) -> str:
    words = filter(None, [device.get_kind_display(), device.maker, device.model])
    return f"{codes.spell(device.code)} · {' '.join(words)}"


def _promised(news: News) -> AllocationQuerySet:
    """Give the promises that the batch is about."""
    numbers = {event.facts["allocation"] for event in news.events}
    promises = Allocation.objects.filter(pk__in=numbers).select_related("device")
    return promises.order_by("pk")


def _reserved(news: News) -> list[Allocation]:
    """Give those that still wait for their hand-over."""
    return list(_promised(news).reserved())


def request_submitted(news: News) -> Letter | None:
    """Confirm the request and tell its place in the queue."""
    request = _request(news)
    place = queries.place_in_queue(request)
    if place is None:
        return None
    return Letter(
        subject=_("Request %(reference)s is in the queue") % {"reference": request},
        said=_("Your request for the file %(case)s is in the queue, at place %(place)d.")
        % {**_case(request), "place": place},
        rows=[(line.get_kind_display(), line.accessories) for line in request.lines.all()],
        next=_("You get a message as soon as a device is reserved."),
        **_desk(request),
    )


def request_declined(news: News) -> Letter:
    """Say why a request is refused."""
    request = _request(news)
    return Letter(
        subject=_("Request %(reference)s is refused") % {"reference": request},
        said=_("The request for the file %(case)s is refused: %(reason)s")
        % {**_case(request), "reason": request.decline_reason},
        next=_("If the situation changes, make a new request."),
        **_desk(request),
    )


def _until(allocations: list[Allocation]) -> list[tuple[str, str]]:
    until = _("until %(day)s")
    return [(_name(a.device), until % {"day": day(a.expires_at)}) for a in allocations]


def devices_reserved(news: News) -> Letter | None:
    """Say what is reserved and until when."""
    reserved = _reserved(news)
    if not reserved:
        return None
    request = _request(news)
    return Letter(
        subject=ngettext(
            "%(count)d device reserved for %(reference)s",
            "%(count)d devices reserved for %(reference)s",
            len(reserved),
        )
        % {"count": len(reserved), "reference": request},
        said=ngettext(
            "%(count)d device is reserved for the file %(case)s.",
            "%(count)d devices are reserved for the file %(case)s.",
            len(reserved),
        )
        % {"count": len(reserved), **_case(request)},
        rows=_until(reserved),
        next=_(
            "Agree on a day with the person, and record the hand-over by scanning the label. "
            "After the date above, the device goes to the next request."
        ),
        **_desk(request),
    )


def reservation_ending(news: News) -> Letter | None:
    """Remind of a reservation that still waits for its hand-over."""
    reserved = _reserved(news)
    if not reserved:
        return None
    request = _request(news)
    soonest: datetime = min(a.expires_at for a in reserved)
    return Letter(
        subject=_("Reservation for %(reference)s ends on %(day)s")
        % {"reference": request, "day": day(soonest)},
        said=_("A device reserved for the file %(case)s is still waiting.") % _case(request),
        rows=_until(reserved),
        next=_(
            "Record the hand-over before that day. If the person no longer needs it, release the "
            "device: somebody else is waiting."
        ),
        **_desk(request),
    )


def reservation_ended(news: News) -> Letter:
    """Say that a reservation ended, and where the request stands now."""
    request = _request(news)
    is_waiting = request.state == RequestState.WAITING
    return Letter(
        subject=_("A reservation for %(reference)s has ended") % {"reference": request},
        said=_("These devices are no longer reserved for the file %(case)s.") % _case(request),
        rows=[(_name(promise.device), "") for promise in _promised(news)],
        next=_("The request is back in the queue, at the place it had.")
        if is_waiting
        else _("The request is closed."),
        **_desk(request),
    )


def _price(cents: int) -> str:
    if not cents:
        return _("free of charge")
    return _("%(price)s €") % {"price": number_format(cents / 100, 2)}


def devices_handed_over(news: News) -> Letter | None:
    """Confirm hand-overs, with the receipt's number, the price and the warranty."""
    request = _request(news)
    numbers = {event.facts["hand_over"] for event in news.events}
    valid = HandOver.objects.filter(pk__in=numbers, undone_at=None)
    done = list(valid.select_related("allocation__device").order_by("pk"))
    if not done:
        return None
    terms = _("receipt %(receipt)s, %(price)s, warranty until %(day)s")
    return Letter(
        subject=_("Hand-over recorded: %(reference)s") % {"reference": request},
        said=ngettext(
            "%(count)d device was handed over for the file %(case)s.",
            "%(count)d devices were handed over for the file %(case)s.",
            len(done),
        )
        % {"count": len(done), **_case(request)},
        rows=[
            (
                _name(one.allocation.device),
                terms
                % {
                    "receipt": one.receipt,
                    "price": _price(one.price_cents),
                    "day": date_format(one.warranty_end, "j F Y"),
                },
            )
            for one in done
        ],
        next=_("The receipt to print or to give is on the page of the hand-over."),
        action=_("Open the receipt"),
        link=page("distribution:receipt", done[-1].receipt),
    )


def devices_returned(news: News) -> Letter:
    """Confirm that a device came back."""
    request = _request(news)
    return Letter(
        subject=_("Device back: %(reference)s") % {"reference": request},
        said=_("What was handed over for the file %(case)s came back to the workshop.")
        % _case(request),
        rows=[(_name(promise.device), "") for promise in _promised(news)],
        next=_("Its data is erased again. If the person needs another device, make a request."),
        **_desk(request),
    )
