"""Every POST of the API as one command: one transaction, one remembered answer."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from backend.core.idempotency import Reply, fingerprint, once

CLOCK_SKEW_SECONDS = 300
_FIRST_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
_LAST_MOMENT = datetime(2100, 1, 1, tzinfo=UTC)


def command(request: Request, act: Callable[[], Any], *, status: int = 200) -> Response:
    """Run `act` once per `Idempotency-Key` of this actor and answer with what it returns.

    `act` returns the JSON body. The same key with the same body is answered the same, with
    the header `Idempotency-Replayed: true`.
    """
    reply = once(
        actor=key_owner(request),
        key=request.headers.get("Idempotency-Key", ""),
        asked=fingerprint(request.method or "", request.path, asked_of(request)),
        act=lambda: Reply(status, plain(act())),
    )
    response = Response(reply.body, status=reply.status)
    if reply.is_repeated:
        response["Idempotency-Replayed"] = "true"
    return response


def plain(body: Any) -> Any:
    """Give a body as JSON will carry it: moments in words, lazy words spoken."""
    return json.loads(json.dumps(body, cls=JSONEncoder))


def key_owner(request: Any) -> str:
    """Name whose idempotency keys these are."""
    hat = getattr(request.user, "acting_as_id", None)
    return f"membership:{hat}" if hat else "public"


def asked_of(request: Request) -> str:
    """Write what was asked in one canonical way, whatever the content type."""
    data = request.data
    if hasattr(data, "lists"):
        return repr(sorted((name, [_said(v) for v in values]) for name, values in data.lists()))
    return repr(sorted(data.items())) if isinstance(data, dict) else repr(data)


def _said(value: Any) -> str:
    if not isinstance(value, UploadedFile):
        return str(value)
    digest = hashlib.sha256(b"".join(value.chunks())).hexdigest()
    value.seek(0)
    return f"{value.name} {digest}"


class MomentField(serializers.DateTimeField):
    """When something was done. Absent: now. A clock a few minutes fast is forgiven."""

    default_error_messages = {"unlikely": _("Give a moment between 2000 and 2100.")}

    def __init__(self, **kwargs: Any) -> None:
        """Be optional unless told otherwise; the house has one time zone, asked for once."""
        zone = timezone.get_default_timezone()
        super().__init__(**{"required": False, "default_timezone": zone, **kwargs})

    def to_internal_value(self, value: Any) -> datetime:
        """Read the moment; take `now` for one that is ahead by less than five minutes."""
        moment: datetime = super().to_internal_value(value)
        if not _FIRST_MOMENT <= moment < _LAST_MOMENT:
            self.fail("unlikely")
        now = timezone.now()
        ahead = (moment - now).total_seconds()
        return now if 0 < ahead < CLOCK_SKEW_SECONDS else moment


class CommandSerializer(serializers.Serializer[Any]):
    """What every command may carry: the moment it was done."""

    at = MomentField(help_text="When it was done, if not now (ISO 8601, not in the future).")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Fill in the moment from the clock: this is the edge where the clock is read."""
        attrs.setdefault("at", timezone.now())
        return attrs
