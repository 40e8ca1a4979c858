"""One press and you are in: made-up people, in demonstration only."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from backend.accounts.operations import switch_hat
from backend.accounts.pages.access import public
from backend.accounts.people import demo_hats


@public
@require_POST
def demo_sign_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign in as one of the made-up people. Outside a demonstration there is no such page."""
    if not settings.DEMO:
        raise Http404
    hat = get_object_or_404(demo_hats(), pk=pk)
    switch_hat(person=hat.user, to=hat)
    login(request, hat.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("home")
