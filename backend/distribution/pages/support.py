"""Help after the hand-over: whoever scans the label asks, the workshop answers."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.pages.access import needs, public
from backend.accounts.people import acting
from backend.accounts.roles import can
from backend.core import codes
from backend.core.pages.commands import sent, status_of
from backend.core.pages.throttling import take_turn
from backend.distribution import operations
from backend.distribution.choices import SupportTopic
from backend.distribution.models import SupportCase
from backend.inventory.models import Label

ON_A_PAGE = 25
CALLS_PER_HOUR_PER_ADDRESS = 20


class SupportForm(forms.Form):
    """What is wrong and how to reach the person; nothing else is asked."""

    topic = forms.ChoiceField(
        label=gettext_lazy("What do you need?"),
        choices=SupportTopic.choices,
        widget=forms.RadioSelect,
    )
    message = forms.CharField(
        label=gettext_lazy("Tell us more"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    contact = forms.CharField(
        label=gettext_lazy("How to reach you"),
        max_length=120,
        help_text=gettext_lazy("Telephone or e-mail. Only those who help you see it."),
        widget=forms.TextInput(attrs={"autocomplete": "tel"}),
    )


class ClosingForm(forms.Form):
    """What was done."""

    note = forms.CharField(
        label=gettext_lazy("What was done"),
        max_length=240,
        help_text=gettext_lazy("In a few words, without any name."),
    )


@public
def ask_for_help(request: HttpRequest, code: str) -> HttpResponse:
    """Let whoever holds the device ask for help; nothing about it is told."""
    bare = codes.read(code)
    if not Label.objects.filter(code=bare, device__isnull=False).exists():
        raise Http404
    form = SupportForm(request.POST or None)

    def act() -> str:
        if not request.user.is_authenticated:
            take_turn(request, form="support", most=CALLS_PER_HOUR_PER_ADDRESS)
        operations.open_support_case(code=bare, **form.cleaned_data, at=timezone.now())
        return reverse("distribution:support", args=[bare]) + "?merci"

    if answer := sent(request, form, act):
        return answer
    shown = {"form": form, "code": codes.spell(bare), "is_sent": "merci" in request.GET}
    return render(request, "distribution/support.html", shown, status=status_of(form))


@needs("support.view")
def cases(request: HttpRequest) -> HttpResponse:
    """List the calls for help, those that wait first."""
    mine = SupportCase.objects.seen_by(acting(request)).select_related("device__custodian")
    is_open = request.GET.get("etat") != "closes"
    shown_cases = (
        mine.open().order_by("opened_at", "pk")
        if is_open
        else mine.exclude(closed_at=None).order_by("-closed_at", "-pk")
    )
    page = Paginator(shown_cases, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "distribution/cases.html", {"page_obj": page, "is_open": is_open})


@needs("support.view")
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a call for help; who may, closes it with what was done."""
    hat = acting(request)
    asked = get_object_or_404(
        SupportCase.objects.seen_by(hat).select_related("device__custodian"), pk=pk
    )
    may_close = can(hat, "support.close") and asked.closed_at is None
    form = ClosingForm(request.POST or None) if may_close else None

    def act() -> str:
        note = form.cleaned_data["note"] if form else ""
        operations.close_support_case(case=asked, note=note, by=hat, at=timezone.now())
        messages.success(request, _("The call is closed."))
        return reverse("distribution:support_cases")

    if form and (answer := sent(request, form, act)):
        return answer
    shown = {"case": asked, "form": form}
    return render(
        request, "distribution/case.html", shown, status=status_of(form) if form else 200
    )
