"""Errors outside any API view: an unknown address, a fault of ours."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from backend.core.api import problems
from backend.core.api.problems import problem, problem_response

PREFIX = "/api/"


def not_found(request: HttpRequest, exception: Any = None) -> JsonResponse:
    """Say that the API has no such address."""
    return problem_response(
        problem(
            code="not_found",
            status=404,
            title=_("Not found"),
            detail=_("The API has no such address. Look it up in /api/docs/."),
        )
    )


def bad_request(request: HttpRequest, exception: Any = None) -> JsonResponse:
    """Say that the request could not be read."""
    return problem_response(
        problem(
            code="bad_request",
            status=400,
            title=_("This request cannot be read"),
            detail=_("Check how it is written. Nothing was changed."),
        )
    )


def fault(request: HttpRequest) -> JsonResponse:
    """Say that something broke, and nothing of what."""
    return problem_response(problems.fault())
