"""A device comes back: one code, one reason."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.pages.access import needs
from backend.accounts.people import acting
from backend.accounts.roles import can
from backend.core import codes
from backend.core.pages.commands import sent, status_of
from backend.distribution import operations
from backend.distribution.choices import ReturnReason


class ReturnForm(forms.Form):
    """Which device and why."""

    code = forms.CharField(
        label=gettext_lazy("Label on the device"),
        max_length=300,
        widget=forms.TextInput(
            attrs={"class": "code-input", "autocomplete": "off", "autocapitalize": "characters"}
        ),
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Why it comes back"),
        choices=ReturnReason.choices,
        widget=forms.RadioSelect,
    )


@needs("return.record")
def take_back(request: HttpRequest) -> HttpResponse:
    """Take a device back; its data counts as present again until it is erased."""
    hat = acting(request)
    form = ReturnForm(request.POST or None, initial={"code": request.GET.get("code", "")})

    def act() -> str:
        code = codes.read(form.cleaned_data["code"])
        operations.take_back_device(
            code=code, reason=form.cleaned_data["reason"], by=hat, at=timezone.now()
        )
        messages.success(
            request,
            _("%(code)s is back. The workshop erases it again.") % {"code": codes.spell(code)},
        )
        return reverse("distribution:take_back")

    if answer := sent(request, form, act):
        return answer
    shown = {"form": form, "is_desk": can(hat, "request.submit")}
    return render(request, "distribution/take_back.html", shown, status=status_of(form))
