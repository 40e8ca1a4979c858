"""Letters to donors, from the pledge to the fate of the devices."""

from collections import Counter
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.inventory.choices import Kind
from backend.inventory.models import Collection, CollectionLine, Device, Pledge, PledgeLine
from backend.notifications.letters.layout import Letter, News, Way, day, moment, page

Rows = list[tuple[str, str]]


def _pledge(news: News) -> Pledge:
    return Pledge.objects.select_related("workshop").get(pk=news.recipient.id)


def _tracking(pledge: Pledge) -> Way:
    link = page("inventory:pledge_tracking", pledge.tracking_secret)
    return Way(action=_("Follow your pledge"), link=link)


def _name(line: PledgeLine) -> str:
    return " ".join(filter(None, [line.get_kind_display(), line.maker, line.model]))


def _announced(pledge: Pledge) -> Rows:
    return [(_name(line), str(line.quantity)) for line in pledge.lines.order_by("pk")]


def pledge_announced(news: News) -> Letter:
    """Thank for the pledge and give the way to follow it."""
    pledge = _pledge(news)
    return Letter(
        subject=_("We received your pledge %(reference)s") % {"reference": pledge},
        said=_("Thank you! Your pledge %(reference)s is with the coordination.")
        % {"reference": pledge},
        rows=_announced(pledge),
        next=_(
            "You get an answer by mail as soon as a workshop near you can take the devices. "
            "Keep this message: its link shows at any time where they are."
        ),
        **_tracking(pledge),
    )


def pledge_accepted(news: News) -> Letter:
    """Say who will receive the devices."""
    pledge = _pledge(news)
    return Letter(
        subject=_("Your pledge %(reference)s is accepted") % {"reference": pledge},
        said=_("Good news: your devices will be received by %(workshop)s.")
        % {"workshop": pledge.workshop},
        next=_(
            "The day of the collection comes in another message. You need not erase anything: "
            "the workshop erases every disk and proves it."
        ),
        **_tracking(pledge),
    )


def pledge_declined(news: News) -> Letter:
    """Say why not, and that another pledge is welcome."""
    pledge = _pledge(news)
    return Letter(
        subject=_("Your pledge %(reference)s: we cannot take it") % {"reference": pledge},
        said=_("Thank you for thinking of us. We cannot take these devices: %(reason)s")
        % {"reason": pledge.decline_reason},
        next=_("There is nothing for you to do. Another pledge is welcome at any time."),
        action=_("Announce other devices"),
        link=page("inventory:pledge_form"),
    )


def pledge_closed(news: News) -> Letter:
    """Sum up what came."""
    pledge = _pledge(news)
    lines = pledge.lines.with_counts().order_by("pk")
    counts: dict[int, Any] = {line.pk: vars(line)["received"] for line in lines}
    return Letter(
        subject=_("Your pledge %(reference)s is complete") % {"reference": pledge},
        said=_("No more devices are expected on this pledge. Here is what arrived."),
        rows=[
            (
                _name(line),
                _("announced %(announced)d, received %(received)d")
                % {"announced": line.quantity, "received": counts[line.pk]},
            )
            for line in lines
        ],
        next=_("We go on telling you what becomes of them, once a week at the most."),
        **_tracking(pledge),
    )


def _collection(news: News) -> Collection:
    return Collection.objects.select_related("workshop").get(pk=news.event.subject_id)


def collection_planned(news: News) -> Letter:
    """Say when somebody comes, and what to prepare."""
    pledge, collection = _pledge(news), _collection(news)
    lines = collection.lines.filter(pledge_line__pledge=pledge).select_related("pledge_line")
    return Letter(
        subject=_("Collection on %(day)s") % {"day": day(collection.planned_for)},
        said=_("Your devices are fetched on %(moment)s. They go to %(workshop)s.")
        % {"moment": moment(collection.planned_for), "workshop": collection.workshop},
        rows=[(_name(line.pledge_line), str(line.pledge_line.quantity)) for line in lines],
        next=_(
            "Please bring the devices and their chargers together in one place. They are counted "
            "with you at the door."
        ),
        **_tracking(pledge),
    )


def collection_cancelled(news: News) -> Letter:
    """Say that nobody comes."""
    pledge, collection = _pledge(news), _collection(news)
    return Letter(
        subject=_("The collection of %(day)s is cancelled") % {"day": day(collection.planned_for)},
        said=_("Nobody comes on %(day)s: the collection had to be cancelled.")
        % {"day": day(collection.planned_for)},
        next=_("A new day comes in another message. Please keep the devices until then."),
        **_tracking(pledge),
    )


def _at_the_door(line: CollectionLine) -> str:
    words = _("announced %(announced)d, collected %(collected)d") % {
        "announced": line.pledge_line.quantity,
        "collected": line.collected,
    }
    if not line.refused:
        return words
    refused = _("refused %(refused)d (%(reason)s)")
    return f"{words}, {refused % {'refused': line.refused, 'reason': line.refusal_reason}}"


def collection_done(news: News) -> Letter:
    """Say what left, what did not, and why."""
    pledge, collection = _pledge(news), _collection(news)
    lines = list(collection.lines.filter(pledge_line__pledge=pledge).select_related("pledge_line"))
    collected = sum(line.collected for line in lines)
    return Letter(
        subject=ngettext("%(count)d device collected", "%(count)d devices collected", collected)
        % {"count": collected},
        said=ngettext(
            "%(count)d device left your premises on %(day)s. It goes to %(workshop)s.",
            "%(count)d devices left your premises on %(day)s. They go to %(workshop)s.",
            collected,
        )
        % {
            "count": collected,
            "day": day(collection.done_at or news.event.happened_at),
            "workshop": collection.workshop,
        },
        rows=[(_name(line.pledge_line), _at_the_door(line)) for line in lines],
        next=_(
            "At the workshop, each device gets a label of its own. You hear when they are "
            "booked in, with any difference."
        ),
        **_tracking(pledge),
    )


def _kinds(kinds: "Counter[str]") -> Rows:
    return [(str(Kind(kind).label), str(count)) for kind, count in sorted(kinds.items())]


def devices_received(news: News) -> Letter:
    """Say how many of which kind arrived, and how that stands beside what was announced."""
    pledge = _pledge(news)
    arrived = len(news.events)
    in_all = Device.objects.filter(pledge=pledge).count()
    announced = pledge.lines.aggregate(sum=Sum("quantity"))["sum"] or 0
    unexpected = sum(not event.facts.get("is_expected", True) for event in news.events)
    rows = _kinds(Counter(event.facts["kind"] for event in news.events))
    rows.append(
        (
            _("In all, of this pledge"),
            _("received %(received)d, announced %(announced)d")
            % {"received": in_all, "announced": announced},
        )
    )
    if unexpected:
        rows.append((_("Not announced"), str(unexpected)))
    return Letter(
        subject=ngettext(
            "%(count)d of your devices arrived", "%(count)d of your devices arrived", arrived
        )
        % {"count": arrived},
        said=ngettext(
            "%(count)d device of your pledge %(reference)s arrived at the workshop.",
            "%(count)d devices of your pledge %(reference)s arrived at the workshop.",
            arrived,
        )
        % {"count": arrived, "reference": pledge},
        rows=rows,
        next=_("Next, every disk is erased and each device is checked. You find the proof here."),
        **_tracking(pledge),
    )


def devices_gone(news: News) -> Letter:
    """Say what became of devices that left the workshop."""
    pledge = _pledge(news)
    fates = Counter(event.kind for event in news.events)
    given, recycled = fates["device.handed_over"], fates["device.recycled"]
    rows = [(_("Handed over to a person"), str(given))] if given else []
    rows += [(_("Recycled, with a waste slip"), str(recycled))] if recycled else []
    return Letter(
        subject=_("News of your devices (%(reference)s)") % {"reference": pledge},
        said=ngettext(
            "One of your devices has left the workshop.",
            "%(count)d of your devices have left the workshop.",
            len(news.events),
        )
        % {"count": len(news.events)},
        rows=rows,
        next=_("The page of your pledge shows the fate of each device."),
        **_tracking(pledge),
    )
