"""What a bench needs to know before it goes where there is no network."""

from typing import Any, ClassVar

from django.middleware.csrf import get_token
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from backend.accounts.api.resources import BIGGEST_ID
from backend.accounts.choices import Role
from backend.accounts.people import acting
from backend.accounts.roles import can
from backend.inventory.api.verbs import VERBS
from backend.inventory.choices import Kind, State
from backend.inventory.lifecycle import NEXT_STEP
from backend.inventory.queries import bench


class Asked(serializers.Serializer[Any]):
    since = serializers.IntegerField(min_value=0, max_value=BIGGEST_ID, required=False)


class Who(serializers.Serializer[Any]):
    membership = serializers.IntegerField()
    role = serializers.CharField()
    workshop = serializers.CharField()


class ActRule(serializers.Serializer[Any]):
    """From which states an act starts (none named: from any) and what it needs."""

    action = serializers.CharField()
    sources = serializers.ListField(child=serializers.ChoiceField(choices=State.choices))
    leads_to = serializers.CharField(allow_null=True)
    decisions = serializers.DictField(child=serializers.CharField())
    needs_data_gone = serializers.BooleanField()
    needs_unlocked = serializers.BooleanField()
    clears_data = serializers.BooleanField()
    unlocks = serializers.BooleanField()
    is_undoable = serializers.BooleanField()


class BenchChoice(serializers.Serializer[Any]):
    value = serializers.IntegerField()
    words = serializers.CharField()
    facts = serializers.DictField(required=False)


class BenchList(serializers.Serializer[Any]):
    """What a quality check asks, and of which kinds."""

    kinds = serializers.ListField(child=serializers.ChoiceField(choices=Kind.choices))
    words = serializers.CharField(help_text="The kinds in words.")
    points = serializers.ListField(child=serializers.CharField())


class KnownDevice(serializers.Serializer[Any]):
    """As much of a device as a bench checks by itself."""

    codes = serializers.ListField(child=serializers.CharField())
    kind = serializers.ChoiceField(choices=Kind.choices)
    state = serializers.ChoiceField(choices=State.choices)
    pending_units = serializers.IntegerField()
    is_locked = serializers.BooleanField()
    location = serializers.IntegerField(allow_null=True)
    lot = serializers.IntegerField(allow_null=True)
    changed_at = serializers.DateTimeField()
    words = serializers.CharField()


@extend_schema_serializer(many=False)
class BenchShape(serializers.Serializer[Any]):
    """Everything a bench takes along."""

    now = serializers.DateTimeField(help_text="The server's clock.")
    who = Who()
    csrf = serializers.CharField()
    acts = ActRule(many=True)
    states = serializers.DictField(child=serializers.CharField(), help_text="State → words.")
    next_steps = serializers.DictField(
        child=serializers.CharField(), help_text="State → what to do next."
    )
    roles = serializers.DictField(child=serializers.CharField(), help_text="Role → words.")
    choices = serializers.DictField(child=BenchChoice(many=True))
    checklists = BenchList(many=True)
    devices = KnownDevice(many=True)
    gone = serializers.ListField(child=serializers.CharField(), help_text="Codes that left.")
    since = serializers.IntegerField(help_text="Ask from here next time.")


class Bench(ViewSet):
    """The bench's bootstrap."""

    capabilities: ClassVar[dict[str, str]] = {"list": "device.receive"}

    @extend_schema(
        operation_id="bench_retrieve",
        parameters=[OpenApiParameter("since", {"type": "integer", "minimum": 0})],
        responses=BenchShape,
    )
    def list(self, request: Request) -> Response:
        """Read who acts, the table of moves, the choices, the checklists, the devices.

        With `since`, only the devices that something happened to after it, and in `gone` the
        codes of those that left.
        """
        asked = Asked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        since = asked.validated_data.get("since")
        hat = acting(request)
        latest = bench.latest_event()  # before the devices: what happens between comes again
        devices, gone = bench.known_devices(hat, since=since)
        return Response(
            {
                "now": timezone.now(),
                "who": {
                    "membership": hat.pk,
                    "role": str(hat.get_role_display()),
                    "workshop": hat.organisation.name,
                },
                "csrf": get_token(request._request),
                "acts": [
                    {"action": name, **bench.rule_of(name)}
                    for name, verb in VERBS.items()
                    if can(hat, verb.capability)
                ],
                "states": {str(state): str(state.label) for state in State},
                "next_steps": {str(state): str(words) for state, words in NEXT_STEP.items()},
                "roles": {str(role): str(role.label) for role in Role},
                "choices": bench.choices_of(hat),
                "checklists": bench.checklists_of(hat),
                "devices": devices,
                "gone": gone,
                "since": latest,
            },
            headers={"Cache-Control": "no-store"},
        )
