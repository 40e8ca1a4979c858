"""Refusals and errors as problem details (RFC 9457)."""

from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.db import IntegrityError, OperationalError
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from backend.core.api.parsers import TooLarge
from backend.core.errors import Refusal

MEDIA_TYPE = "application/problem+json"
_LONGEST_MESSAGE = 300


def problem(
    *, code: str, status: int, title: Any, detail: Any, errors: Any = None, **facts: Any
) -> dict[str, Any]:
    """Build the body of a problem: stable `code`, words in the reader's language."""
    body: dict[str, Any] = {
        "type": f"/problems/{code}",
        "title": str(title),
        "status": status,
        "detail": str(detail),
        "code": code,
    }
    if errors:
        body["errors"] = errors
    return body | facts


def problem_of_refusal(refusal: Refusal) -> dict[str, Any]:
    """Tell a domain refusal."""
    errors = {name: [str(line) for line in lines] for name, lines in refusal.fields.items()}
    return problem(
        code=refusal.code,
        status=refusal.status,
        title=refusal.title,
        detail=refusal.detail,
        errors=errors,
        **refusal.facts,
    )


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn any foreseen error of an API view into a problem; let the others be 500s."""
    body = body_of(error)
    if body is None:
        return None
    set_rollback()
    response = Response(body, status=body["status"], content_type=MEDIA_TYPE)
    if isinstance(error, exceptions.APIException):
        if auth_header := getattr(error, "auth_header", None):
            response["WWW-Authenticate"] = auth_header
        if wait := getattr(error, "wait", None):
            response["Retry-After"] = str(int(wait))
    return response


def body_of(error: Exception) -> dict[str, Any] | None:
    """Tell any foreseen error as a problem; None for one that nobody foresaw."""
    if isinstance(error, Refusal):
        return problem_of_refusal(error)
    if isinstance(error, ValidationError):
        return _invalid(getattr(error, "message_dict", {"": error.messages}))
    if isinstance(error, exceptions.ValidationError):
        return _invalid(error.detail if isinstance(error.detail, dict) else {"": error.detail})
    if isinstance(error, IntegrityError):
        return problem(
            code="changed_meanwhile",
            status=status.HTTP_409_CONFLICT,
            title=_("Somebody was faster"),
            detail=_("This changed while you were working. Reload it and try again."),
        )
    if isinstance(error, OperationalError):
        return problem(
            code="busy",
            status=status.HTTP_503_SERVICE_UNAVAILABLE,
            title=_("Too busy just now"),
            detail=_("Nothing was changed. Send it again in a moment."),
        )
    return _body_of_http_error(error)


def _body_of_http_error(error: Exception) -> dict[str, Any] | None:
    if isinstance(error, Http404 | exceptions.NotFound):
        return problem(
            code="not_found",
            status=status.HTTP_404_NOT_FOUND,
            title=_("Not found"),
            detail=_("There is nothing here that you may see. Check the code or the address."),
        )
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, RequestDataTooBig):
        error = TooLarge()
    if isinstance(error, SuspiciousOperation):
        error = exceptions.ParseError()
    if isinstance(error, exceptions.APIException):
        return problem(
            code=str(error.default_code),
            status=error.status_code,
            title=error.default_detail,
            detail=error.detail,
        )
    return None


def fault() -> dict[str, Any]:
    """Tell an error that nobody foresaw, and nothing of what it was."""
    return problem(
        code="fault",
        status=status.HTTP_500_INTERNAL_SERVER_ERROR,
        title=_("Something broke on our side"),
        detail=_("Nothing was changed. Try again in a moment; we have been told."),
    )


def _short(said: Any) -> Any:
    """Keep messages short: some repeat what was sent, however long it was."""
    if isinstance(said, dict):
        return {name: _short(value) for name, value in said.items()}
    if isinstance(said, list | tuple):
        return [_short(value) for value in said]
    text = str(said)
    return text if len(text) <= _LONGEST_MESSAGE else text[:_LONGEST_MESSAGE] + "…"


def _invalid(errors: Any) -> dict[str, Any]:
    return problem(
        code="invalid_input",
        status=status.HTTP_422_UNPROCESSABLE_ENTITY,
        title=_("Something in what you sent needs a correction"),
        detail=_("Correct the fields named below and send it again. Nothing was changed."),
        errors=_short(errors),
    )


def problem_response(body: dict[str, Any]) -> JsonResponse:
    """Answer with a problem outside DRF."""
    return JsonResponse(body, status=body["status"], content_type=MEDIA_TYPE)
