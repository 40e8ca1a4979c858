"""The first page: a welcome for visitors, the main page of the role for the others."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse

from backend.accounts.choices import Role
from backend.accounts.pages.access import public
from backend.accounts.people import hat_of

MAIN_PAGES = {
    Role.COORDINATOR: "distribution:board",
    Role.DONOR_CONTACT: "inventory:my_pledges",
    Role.TECHNICIAN: "inventory:bench",
    Role.WORKSHOP_MANAGER: "inventory:bench",
    Role.COUNSELLOR: "distribution:desk",
    Role.STRUCTURE_MANAGER: "distribution:desk",
    Role.AUDITOR: "impact:figures",
}


def main_page(role: str | None) -> str:
    """Give the address of a role's main page; of the account page for a person without a hat."""
    try:
        return reverse(MAIN_PAGES[Role(role)]) if role else reverse("accounts:account")
    except NoReverseMatch:
        return reverse("accounts:account")


@public
def home(request: HttpRequest) -> HttpResponse:
    """Welcome visitors, send the others to their work."""
    if not request.user.is_authenticated:
        return render(request, "core/welcome.html")
    hat = hat_of(request)
    return redirect(main_page(hat.role if hat else None))
