"""My API tokens: issue, show once, revoke."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from backend.accounts.models import ApiToken, Membership
from backend.accounts.operations import issue_token
from backend.accounts.operations import revoke_token as close
from backend.accounts.pages.access import needs
from backend.accounts.people import acting
from backend.accounts.roles import CAPABILITIES, can
from backend.core.errors import Refusal
from backend.core.pages.forms import show_refusal

REPORTING = (
    "device.view",
    "report.record",
    "storage.record",
    "erasure.view",
    "erasure.record",
)


class TokenForm(forms.Form):
    """What a token is for, what it may do, how long."""

    name = forms.CharField(
        label=gettext_lazy("What is it for?"),
        help_text=gettext_lazy("For example: erasure station, stock export."),
        max_length=80,
    )
    may = forms.ChoiceField(
        label=gettext_lazy("What may it do?"),
        widget=forms.RadioSelect,
        choices=[
            ("read", gettext_lazy("Read only")),
            ("stick", gettext_lazy("Send hardware reports only (bench stick)")),
            ("report", gettext_lazy("Send hardware reports and erasure evidence")),
            ("all", gettext_lazy("All that my role may do")),
        ],
        initial="read",
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("For how long?"),
        coerce=int,
        choices=[
            (30, gettext_lazy("30 days")),
            (90, gettext_lazy("90 days")),
            (365, gettext_lazy("One year")),
        ],
        initial=90,
    )


def scope_of(hat: Membership, may: str) -> list[str]:
    """Give the capabilities behind a choice; an empty scope means all the role's."""
    wanted: dict[str, Any] = {
        "all": [],
        "read": [c for c in CAPABILITIES if c.endswith(".view") and can(hat, c)],
        "stick": ["report.record"],  # refused to other roles: an empty scope would open all
        "report": [c for c in REPORTING if can(hat, c)],
    }
    return list(wanted[may])


@needs("token.issue")
@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """List the tokens of this hat; make one and show its secret this once."""
    hat = acting(request)
    form = TokenForm(request.POST or None)
    made = None
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            made = issue_token(
                name=form.cleaned_data["name"],
                scope=scope_of(hat, form.cleaned_data["may"]),
                expires_at=now + timedelta(days=form.cleaned_data["days"]),
                by=hat,
                at=now,
            )
            form = TokenForm()
        except Refusal as refusal:
            show_refusal(form, refusal)
    open_tokens = hat.tokens.open_at(timezone.now()).order_by("-created_at")
    return render(
        request,
        "accounts/tokens.html",
        {"form": form, "tokens": open_tokens, "made": made},
    )


@needs("token.issue")
@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """Close one of my tokens."""
    hat = acting(request)
    token = get_object_or_404(ApiToken, pk=pk, membership__user=request.user)
    close(token=token, by=hat, at=timezone.now())
    messages.success(request, _("The token “%(name)s” opens nothing any more.") % {"name": token})
    return redirect("accounts:tokens")
