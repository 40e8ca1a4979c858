"""Logs as lines of JSON: what happened, in which request, never who or with what words.

Addresses are logged as routes (`pledges/<reference>/`), since a path may hold the secret of a
tracking link and a query string a name. Errors are logged by type and place: the message of
an exception may quote a row.
"""

import json
import logging
import re
import time
import traceback
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

request_id: ContextVar[str] = ContextVar("request_id", default="")

_log = logging.getLogger("rebond.request")
_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_QUOTE_WHAT_THEY_MET = ("django.request", "django.security", "django.server", "celery.app.trace")
_FACTS = ("method", "route", "status", "milliseconds")


class JsonLine(logging.Formatter):
    """Writes one record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        if request_id.get():
            line["request_id"] = request_id.get()
        line |= {fact: getattr(record, fact) for fact in _FACTS if hasattr(record, fact)}
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return json.dumps(line, ensure_ascii=False, default=str)


def _message(record: logging.LogRecord) -> str:
    if not record.name.startswith(_QUOTE_WHAT_THEY_MET):
        return record.getMessage()
    status = getattr(record, "status_code", None)
    task = (getattr(record, "data", None) or {}).get("name")
    return " ".join(str(part) for part in (record.name, status, task) if part)


class RequestLog:
    """Middleware: names each request, and logs its route, status and time once answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the request's id in `X-Request-ID`, the caller's own when it gave one."""
        given = request.headers.get("X-Request-ID", "")
        token = request_id.set(given if _GIVEN_ID.fullmatch(given) else uuid.uuid4().hex)
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id.get()
            _log.info("answered", extra=_facts(request, response, time.perf_counter() - began))
        finally:
            request_id.reset(token)
        return response


def _facts(request: HttpRequest, response: HttpResponse, seconds: float) -> dict[str, Any]:
    match = request.resolver_match
    return {
        "method": request.method,
        "route": match.route if match else None,
        "status": response.status_code,
        "milliseconds": round(seconds * 1000, 1),
    }
