"""Bodies of requests: read up to a limit, and never deeper than a person would nest."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import parsers
from rest_framework.exceptions import APIException, ParseError

_Stream = IO[bytes]


class TooLarge(APIException):
    """The body is longer than this address takes."""

    status_code = 413
    default_code = "too_large"
    default_detail = _("This is too large to be read. Send less at once.")


def _check_length(context: Mapping[str, Any] | None, most: int) -> None:
    request = (context or {}).get("request")
    declared = request.META.get("CONTENT_LENGTH") if request is not None else None
    if declared and int(declared) > most:
        raise TooLarge


class JSONBody(parsers.JSONParser):
    """JSON up to `settings.LONGEST_BODY` bytes."""

    def parse(
        self,
        stream: _Stream,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Read the body.

        Raises TooLarge, and ParseError also for a bottomless nesting and for half a character
        (a lone surrogate), which no answer that quotes it could carry.
        """
        _check_length(parser_context, settings.LONGEST_BODY)
        try:
            body = super().parse(stream, media_type, parser_context)
            json.dumps(body, ensure_ascii=False).encode()
        except (RecursionError, UnicodeEncodeError) as error:
            raise ParseError from error
        return body


class FormWithFile(parsers.MultiPartParser):
    """A form with a file, up to `settings.LONGEST_UPLOAD` bytes in all."""

    def parse(
        self,
        stream: _Stream,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Read the form. Raises TooLarge."""
        _check_length(parser_context, settings.LONGEST_UPLOAD)
        return super().parse(stream, media_type, parser_context)


class RawBody(parsers.BaseParser):
    """A file as the whole body, up to `settings.LONGEST_UPLOAD` bytes; the address says the rest.

    Gives the file as `report` beside the parameters of the address.
    """

    media_type = "application/octet-stream"

    def parse(
        self,
        stream: _Stream,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Read the body. Raises TooLarge."""
        _check_length(parser_context, settings.LONGEST_UPLOAD)
        content = stream.read(settings.LONGEST_UPLOAD + 1)
        if len(content) > settings.LONGEST_UPLOAD:
            raise TooLarge
        request = (parser_context or {}).get("request")
        return {**(request.query_params.dict() if request else {}), "report": content}
