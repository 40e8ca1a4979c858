"""Letters to the coordination, and to whoever runs a program of their own."""

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts.choices import LegalType
from backend.distribution.models import Request
from backend.inventory.models import Pledge
from backend.notifications.letters.layout import Letter, News, devices, page


def _who(pledge: Pledge) -> str:
    """Name an organisation; a private person stays a reference."""
    if pledge.legal_type == LegalType.INDIVIDUAL:
        return str(pledge)
    return f"{pledge} · {pledge.donor_name}"


def new_pledge(news: News) -> Letter | None:
    """List the pledges that still wait for an answer."""
    asked = Pledge.objects.filter(pk__in={event.subject_id for event in news.events})
    pledges = asked.undecided()
    if not pledges:
        return None
    counts: dict[int, int] = dict(
        asked.annotate(number=Sum("lines__quantity")).values_list("pk", "number")
    )
    where = _("%(devices)s, département %(code)s")
    return Letter(
        subject=ngettext("A new pledge", "%(count)d new pledges", len(pledges))
        % {"count": len(pledges)},
        said=_("They wait for your answer: accept and name a workshop, or decline with a reason."),
        rows=[
            (_who(p), where % {"devices": devices(counts[p.pk]), "code": p.territory})
            for p in pledges
        ],
        action=_("Open the pledges"),
        link=page("inventory:pledges"),
    )


def new_requests(news: News) -> Letter:
    """Tell how many requests came in."""
    waiting = Request.objects.waiting().count()
    count = len(news.events)
    return Letter(
        subject=ngettext("A new request", "%(count)d new requests", count) % {"count": count},
        said=ngettext(
            "In all, %(waiting)d request is in the queue.",
            "In all, %(waiting)d requests are in the queue.",
            waiting,
        )
        % {"waiting": waiting},
        action=_("Open the board"),
        link=page("distribution:board"),
    )


def webhook_stopped(news: News) -> Letter:
    """Say that a program does not answer any more."""
    return Letter(
        subject=_("Your webhook was stopped"),
        said=_(
            "Your program has not accepted a call for a long time, so Rebond no longer calls it."
        ),
        next=_("Put your program right, then switch the webhook on again by the API."),
        rows=[(_("Webhook"), str(news.event.subject_id))],
        action=_("Read how"),
        link=page("api_docs"),
    )
