"""ETag and If-Match: nobody overwrites what somebody else has just changed."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from backend.core.errors import NotFound, Refusal

IF_MATCH = OpenApiParameter(
    name="If-Match",
    location=OpenApiParameter.HEADER,
    required=True,
    type=str,
    description="The `ETag` of the row as you read it; `*` to overwrite whatever is there.",
)


class ChangedSinceRead(Refusal):
    """The row is no longer as the client saw it."""

    code = "changed_since_read"
    status = 412
    title = _("Somebody changed this since you read it")


class IfMatchRequired(Refusal):
    """An edit has to say which version of the row it starts from."""

    code = "if_match_required"
    status = 428
    title = _("Say which version you are changing")


def etag_of(body: Any) -> str:
    """Give the strong ETag of a JSON body: the same content gives the same tag.

    Keyed, so that a tag kept somewhere does not help to guess the names it was made from.
    """
    text = json.dumps(body, cls=_Canonical, sort_keys=True)
    return f'"{salted_hmac("etag", text, algorithm="sha256").hexdigest()[:32]}"'


class _Canonical(JSONEncoder):
    """Writes a moment the same whatever its time zone."""

    def default(self, obj: Any) -> Any:
        """Write what JSON has no word for."""
        return super().default(obj.astimezone(UTC) if isinstance(obj, datetime) else obj)


class Tagged:
    """Mixin of a resource whose rows people edit: reads carry an ETag, edits an If-Match."""

    get_queryset: Callable[[], Any]
    kwargs: dict[str, Any]

    def one_locked(self) -> Any:
        """Give the row that the address names, locked for the edit. Raises NotFound."""
        rows = self.get_queryset().select_for_update(of=("self",))
        row = rows.filter(pk=self.kwargs["pk"]).first()
        if row is None:
            raise NotFound(_("There is nothing here that you may see. Check the address."))
        return row

    @staticmethod
    def tag(response: Response) -> Response:
        """Put the ETag of its body on a response."""
        response["ETag"] = etag_of(response.data)
        return response

    @staticmethod
    def require_match(request: Request, body: Any) -> None:
        """Refuse an edit unless its If-Match names the row's present content.

        Raises IfMatchRequired without the header and ChangedSinceRead for another content.
        Call it with the row locked.
        """
        asked = request.headers.get("If-Match", "")
        if not asked.strip():
            raise IfMatchRequired(
                _("Read it first and send its ETag in the header If-Match. Nothing was changed.")
            )
        tags = {tag.strip() for tag in asked.split(",")}
        if "*" not in tags and etag_of(body) not in tags:
            raise ChangedSinceRead(_("Read it again, then make your change on what is there now."))
