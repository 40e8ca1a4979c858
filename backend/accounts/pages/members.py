"""Members of my organisation: see, invite, end. The coordination sees every organisation."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts import operations
from backend.accounts.choices import ROLES_OF, OrganisationKind, Role
from backend.accounts.models import Membership, MembershipQuerySet, Organisation
from backend.accounts.pages.access import needs
from backend.accounts.people import acting
from backend.accounts.roles import can
from backend.core import codes
from backend.core.pages.commands import sent, status_of
from backend.core.pages.forms import field_of

ON_A_PAGE = 50


class InviteForm(forms.Form):
    """Who, in which role; for the coordination, in which organisation."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        help_text=gettext_lazy("The person receives a link there to choose a password."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"),
        queryset=Organisation.objects.none(),
        empty_label=gettext_lazy("Choose"),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, hat: Membership, **kwargs: Any) -> None:
        """Offer what this hat may give."""
        super().__init__(*args, **kwargs)
        mine = hat.organisation
        if hat.sees_all:
            everywhere = Organisation.objects.filter(is_active=True).order_by("name")
            field_of(self, "organisation").queryset = everywhere
            roles = list(Role)
        else:
            del self.fields["organisation"]
            roles = [r for r in Role if r in ROLES_OF[OrganisationKind(mine.kind)]]
        offered = [(role.value, role.label) for role in roles]
        field_of(self, "role").choices = offered


@needs("member.view")
def members(request: HttpRequest) -> HttpResponse:
    """List the members; invite one."""
    hat = acting(request)
    form = InviteForm(request.POST or None, hat=hat) if can(hat, "member.invite") else None
    if form and (gone := sent(request, form, lambda: _invite(request, form, hat))):
        return gone
    words = request.GET.get("q", "").strip()
    if label := codes.page_of_label(words):
        return redirect(label)
    page = Paginator(_people(hat, words), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "accounts/members.html",
        {"form": form, "page_obj": page, "q": words},
        status=status_of(form) if form else 200,
    )


def _people(hat: Membership, words: str) -> MembershipQuerySet:
    people = Membership.objects.seen_by(hat).filter(ended_at=None, user__is_active=True)
    if words:
        people = people.filter(
            Q(user__name__icontains=words)
            | Q(user__email__icontains=words)
            | Q(organisation__name__icontains=words)
        )
    return people.select_related("user", "organisation").order_by(
        "organisation__name", "user__name", "pk"
    )


def _invite(request: HttpRequest, form: InviteForm, hat: Membership) -> str:
    given = form.cleaned_data
    operations.invite_member(
        email=given["email"],
        name=given["name"],
        role=given["role"],
        organisation=given.get("organisation", hat.organisation),
        by=hat,
        at=timezone.now(),
    )
    messages.success(
        request, _("Invited: a mail is on its way to %(email)s.") % {"email": given["email"]}
    )
    return reverse("accounts:members")


@needs("member.invite")
def end_membership(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then take a member's hat away."""
    hat = acting(request)
    members_here = Membership.objects.seen_by(hat).select_related("user", "organisation")
    member = get_object_or_404(members_here, pk=pk)
    if request.method == "POST":
        operations.end_membership(membership=member, by=hat, at=timezone.now())
        name = member.user.name or member.user.email
        messages.success(
            request, _("%(name)s is no longer a member in this role.") % {"name": name}
        )
        return redirect("accounts:members")
    return render(request, "accounts/end_membership.html", {"member": member})
