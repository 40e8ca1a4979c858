"""Who may open a page: every view says so, and the house's tests read it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from backend.accounts.people import hat_of
from backend.accounts.roles import CAPABILITIES, can

View = Callable[..., HttpResponseBase]
PUBLIC = "public"
SIGNED_IN = "signed in"


def _guarded(view: View, capability: str, opens: Callable[[HttpRequest], bool]) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not opens(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    guarded.capability = capability  # type: ignore[attr-defined]  # read by the test of every route
    return guarded


def needs(capability: str) -> Callable[[View], View]:
    """Open a page to the roles that have the capability; visitors are sent to sign in.

    An unknown capability is a mistake: KeyError, when the module loads.
    """
    CAPABILITIES[capability]
    return lambda view: _guarded(
        view, capability, lambda request: can(hat_of(request), capability)
    )


def demand(request: HttpRequest, capability: str) -> None:
    """Raise PermissionDenied unless the hat worn has the capability: one act of a page."""
    if not can(hat_of(request), capability):
        raise PermissionDenied


def signed_in(view: View) -> View:
    """Open a page to everybody who has signed in, whatever the hat, even without one."""
    return _guarded(view, SIGNED_IN, lambda request: True)


def public(view: View) -> View:
    """Say that a page is open to everybody."""
    view.capability = PUBLIC  # type: ignore[attr-defined]  # read by the test of every route
    return view
