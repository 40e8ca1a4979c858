"""The OpenAPI document: what every operation has beside its own."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from backend.core.api.problems import MEDIA_TYPE

_KEY = OpenApiParameter(
    name="Idempotency-Key",
    location=OpenApiParameter.HEADER,
    type={"type": "string", "maxLength": 200},
    description=(
        "Any text that names this command, such as a UUID. Sent again with the same key and "
        "body, the command is not done again: it is answered as the first time, with the "
        "header `Idempotency-Replayed: true`. The same key with another body is a 422."
    ),
)


class Problem(serializers.Serializer[Any]):
    """Why nothing was changed (RFC 9457)."""

    type = serializers.CharField(help_text="`/problems/<code>`")
    title = serializers.CharField(help_text="The kind of problem, in the reader's language.")
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What to do next, in the reader's language.")
    code = serializers.CharField(help_text="Stable, for programs.")
    errors = serializers.DictField(  # type: ignore[assignment]  # a field, over the property
        required=False, child=serializers.JSONField(), help_text="Field → what is wrong with it."
    )


REFUSED = OpenApiResponse(
    Problem,
    description="A problem: nothing was changed. `detail` says what to do next.",
    examples=[
        OpenApiExample(
            "A refused move",
            value={
                "type": "/problems/forbidden_move",
                "title": "This device cannot do that now",
                "status": 409,
                "detail": "This device is “Received”: this step does not follow. Sort it first.",
                "code": "forbidden_move",
                "state": "received",
                "move": "dismantle",
            },
        )
    ],
)


class Described(AutoSchema):
    """Adds to every operation its problems, and to every POST its idempotency key."""

    def get_override_parameters(self) -> list[Any]:
        """Add the idempotency key."""
        return [_KEY] if self.method == "POST" else []

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        if direction == "response":
            bodies["default"] = self._get_response_for_code(  # type: ignore[no-untyped-call]  # untyped there
                REFUSED, "default", media_types=[MEDIA_TYPE]
            )
        return bodies
