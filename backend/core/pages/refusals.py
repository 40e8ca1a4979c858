"""A refusal that no page caught is told as a page of its own, never as a server error."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from backend.core.errors import Refusal


class TellRefusals:
    """Middleware: the refusal's sentence, its status and the way back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Stand around the view."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request through."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a refusal: a fragment for htmx, a whole page otherwise."""
        if not isinstance(error, Refusal):
            return None
        is_fragment = request.headers.get("HX-Request") == "true"
        template = "core/_refusal.html" if is_fragment else "core/refusal.html"
        return render(request, template, {"refusal": error}, status=error.status)
