"""The mails of a demonstration, to be read where they would have left."""

from functools import wraps
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from backend.accounts.pages.access import View, public
from backend.notifications.models import DemoMail

ON_A_PAGE = 30


def in_a_demonstration(view: View) -> View:
    """Open a page in demonstrations only: elsewhere it does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return public(guarded)


@in_a_demonstration
def outbox(request: HttpRequest) -> HttpResponse:
    """List the mails, the newest first, or those to one address."""
    to = request.GET.get("to", "").strip()
    mails = DemoMail.objects.order_by("-pk").only("pk", "recipients", "subject", "sent_at")
    if to:
        mails = mails.filter(recipients__icontains=to)
    page = Paginator(mails, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "notifications/outbox.html", {"page_obj": page, "to": to})


@in_a_demonstration
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one mail, as HTML and as text."""
    return render(request, "notifications/mail.html", {"mail": get_object_or_404(DemoMail, pk=pk)})


@csp_replace(
    {"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "frame-ancestors": ["'self'"]}
)
@in_a_demonstration
def mail_html(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a mail's own HTML, for the frame of its page: styles yes, anything else no."""
    html = get_object_or_404(DemoMail, pk=pk).html
    whole = html.replace("<head>", '<head><base target="_top">', 1)
    return HttpResponse(whole, headers={"X-Frame-Options": "SAMEORIGIN"})
