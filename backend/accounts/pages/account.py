"""My account: who I am, the hats I may wear, my language."""

from typing import cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from backend.accounts.models import Membership, User
from backend.accounts.operations import switch_hat as put_on
from backend.accounts.pages.access import signed_in
from backend.accounts.people import hat_of
from backend.accounts.roles import can


class WhoForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """The name others see, the language of pages and mails."""

    class Meta:
        model = User
        fields = ["name", "language"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}


@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """Show the account; change the name or the language."""
    form = WhoForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        user = form.save()
        with override(user.language):
            messages.success(request, _("Kept."))
        response = redirect("accounts:account")
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")
        return response
    hat = hat_of(request)
    return render(
        request,
        "accounts/account.html",
        {
            "form": form,
            "may_see_members": can(hat, "member.view"),
            "may_issue_tokens": can(hat, "token.issue"),
        },
    )


@signed_in
@require_POST
def switch_hat(request: HttpRequest, pk: int) -> HttpResponse:
    """Put another hat on and go to its main page."""
    hat = get_object_or_404(Membership.objects.current(), pk=pk, user=request.user)
    put_on(person=cast(User, request.user), to=hat)
    messages.success(request, _("You now act as: %(hat)s") % {"hat": hat})
    return redirect("home")


@signed_in
def no_change_of_email(request: HttpRequest) -> HttpResponse:
    """Stand in the way of allauth's page: an address nobody checked could catch an invitation."""
    raise Http404
