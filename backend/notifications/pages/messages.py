"""What I was told, and how often I want to be told."""

from typing import Any, cast

from django import forms
from django.contrib import messages as flash
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.pages.access import signed_in
from backend.notifications.choices import Rhythm, Template
from backend.notifications.events import news_for
from backend.notifications.models import Notice, Preference
from backend.notifications.operations import choose_rhythm

SHOWN = 50


class RhythmForm(forms.Form):
    """One choice for each sort of news that this person's roles may get."""

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        """Offer the choices as they stand."""
        super().__init__(*args, **kwargs)
        roles = set(user.memberships.current().values_list("role", flat=True))
        chosen = Preference.rhythms_of(user)
        for template, usual in news_for(roles).items():
            self.fields[template] = forms.ChoiceField(
                label=Template(template).label,
                choices=Rhythm.choices,
                initial=chosen.get(template, usual),
            )


@signed_in
def messages(request: HttpRequest) -> HttpResponse:
    """Show what I was told; change how often."""
    person = cast(User, request.user)
    form = RhythmForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        for template in form.changed_data:
            choose_rhythm(user=person, template=template, rhythm=form.cleaned_data[template])
        flash.success(request, _("Kept. It counts from the next message on."))
        return redirect("notifications:messages")
    told = (
        Notice.objects.read_by(person)
        .values("template", "topic", "state", "message_id")
        .annotate(count=Count("pk"), due=Max("due_at"), sent=Max("sent_at"), newest=Max("pk"))
        .order_by("-newest")[:SHOWN]
    )
    return render(
        request,
        "notifications/messages.html",
        {"form": form, "told": [_with_words(dict(row)) for row in told]},
    )


def _with_words(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"label": Template(row["template"]).label, "when": row["sent"] or row["due"]}
