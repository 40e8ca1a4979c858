"""What the API says of the inventory: one shape per noun. Masses in grams, moments in UTC."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from backend.core import codes
from backend.core.models import Event
from backend.inventory.choices import CollectionState
from backend.inventory.labels import address
from backend.inventory.lifecycle import MOVES
from backend.inventory.models import (
    Collection,
    CollectionLine,
    Device,
    Erasure,
    Label,
    LabelBatch,
    Pledge,
    PledgeLine,
    StorageUnit,
)


class PledgeShape(serializers.ModelSerializer[Pledge]):
    class Meta:
        model = Pledge
        fields = [
            "id",
            "reference",
            "state",
            "donor",
            "workshop",
            "donor_name",
            "legal_type",
            "siren",
            "contact_name",
            "contact_email",
            "contact_phone",
            "language",
            "address",
            "territory",
            "access",
            "available_from",
            "wishes",
            "campaign",
            "announced_at",
            "decided_at",
            "decline_reason",
        ]


class PledgeLineShape(serializers.ModelSerializer[PledgeLine]):
    collected = serializers.IntegerField()
    refused = serializers.IntegerField()
    received = serializers.IntegerField()

    class Meta:
        model = PledgeLine
        fields = [
            "id",
            "kind",
            "quantity",
            "maker",
            "model",
            "year",
            "works",
            "has_storage",
            "is_locked",
            "asset_numbers",
            "serials",
            "collected",
            "refused",
            "received",
        ]


class PledgeSheet(PledgeShape):
    """A pledge with its lines; `unexpected` counts devices received beside what was announced."""

    lines = PledgeLineShape(many=True)
    unexpected = serializers.IntegerField()

    class Meta(PledgeShape.Meta):
        fields = [*PledgeShape.Meta.fields, "lines", "unexpected"]


class AnnouncedPledge(PledgeShape):
    """A pledge as its donor gets it back: the secret opens its tracking page."""

    tracking_secret = serializers.CharField()

    class Meta(PledgeShape.Meta):
        fields = [*PledgeShape.Meta.fields, "tracking_secret"]


class CollectionShape(serializers.ModelSerializer[Collection]):
    state = serializers.ChoiceField(choices=CollectionState.choices)

    class Meta:
        model = Collection
        fields = [
            "id",
            "reference",
            "state",
            "workshop",
            "fetched_by",
            "planned_for",
            "done_at",
            "signed_by_role",
            "note",
        ]


class CollectionLineShape(serializers.ModelSerializer[CollectionLine]):
    class Meta:
        model = CollectionLine
        fields = ["pledge_line", "collected", "refused", "refusal_reason"]


class CollectionSheet(CollectionShape):
    lines = CollectionLineShape(many=True)

    class Meta(CollectionShape.Meta):
        fields = [*CollectionShape.Meta.fields, "lines"]


class LabelBatchShape(serializers.ModelSerializer[LabelBatch]):
    class Meta:
        model = LabelBatch
        fields = ["id", "workshop", "quantity", "minted_at", "is_replacement"]


class LabelShape(serializers.ModelSerializer[Label]):
    spelled = serializers.CharField(help_text="The code as people read it.")
    address = serializers.CharField(help_text="What the QR code holds.")
    device = serializers.CharField(allow_null=True, help_text="Code of the device it is on.")

    class Meta:
        model = Label
        fields = ["code", "spelled", "address", "device", "claimed_at"]


def label_row(code: str, *, device: str | None, claimed_at: datetime | None) -> dict[str, Any]:
    """Give a label its shape."""
    return {
        "code": code,
        "spelled": codes.spell(code),
        "address": address(code),
        "device": device,
        "claimed_at": claimed_at,
    }


class DeviceShape(serializers.ModelSerializer[Device]):
    """A device. `workshop` answers for it; `changed_at` is its last event's moment."""

    spelled = serializers.CharField(help_text="The code as people read it.")
    workshop = serializers.IntegerField(help_text="Who answers for it.")
    possible_moves = serializers.ListField(child=serializers.ChoiceField(choices=list(MOVES)))

    class Meta:
        model = Device
        fields = [
            "code",
            "spelled",
            "kind",
            "state",
            "maker",
            "model",
            "year",
            "serial",
            "serial_quality",
            "asset_number",
            "specs",
            "mass_g",
            "pledge",
            "pledge_line",
            "unexpected_reason",
            "workshop",
            "promised_to",
            "location",
            "lot",
            "pending_units",
            "is_locked",
            "performance_class",
            "condition",
            "received_at",
            "changed_at",
            "possible_moves",
        ]


class DeviceSheet(DeviceShape):
    """A device looked up, with the names that a person wants beside it."""

    workshop_name = serializers.CharField()
    location_name = serializers.CharField(allow_null=True)
    lot_name = serializers.CharField(allow_null=True)
    pledge_reference = serializers.CharField(allow_null=True)
    performance = serializers.DictField(
        help_text="How the class came about: `version` of the scale, `letter`, `score`, `parts`, "
        "what is `missing`, and the class chosen `by_hand`."
    )
    previous = serializers.CharField(
        allow_null=True, help_text="Code of the same machine's earlier cycle."
    )

    class Meta(DeviceShape.Meta):
        fields = [
            *DeviceShape.Meta.fields,
            "workshop_name",
            "location_name",
            "lot_name",
            "pledge_reference",
            "performance",
            "previous",
        ]


class StorageUnitShape(serializers.ModelSerializer[StorageUnit]):
    device = serializers.CharField(help_text="Code of the device.")

    class Meta:
        model = StorageUnit
        fields = [
            "id",
            "device",
            "medium",
            "maker",
            "model",
            "serial",
            "size_gb",
            "outcome",
            "outcome_at",
            "outcome_by_label",
            "outcome_reason",
            "destruction",
            "photo_sha256",
        ]


class ErasureShape(serializers.ModelSerializer[Erasure]):
    device = serializers.CharField(help_text="Code of the device.")
    has_report = serializers.BooleanField()

    class Meta:
        model = Erasure
        fields = [
            "id",
            "unit",
            "device",
            "result",
            "method",
            "standard",
            "revision",
            "technique",
            "tool",
            "tool_version",
            "verification",
            "errors",
            "remark",
            "attestation",
            "operator_label",
            "verifier_label",
            "has_report",
            "report_sha256",
            "started_at",
            "ended_at",
        ]


@extend_schema_serializer(component_name="LoggedEvent")
class EventShape(serializers.ModelSerializer[Event]):
    facts = serializers.DictField()

    class Meta:
        model = Event
        fields = [
            "id",
            "kind",
            "subject_type",
            "subject_id",
            "actor_label",
            "organisation_id",
            "happened_at",
            "recorded_at",
            "facts",
        ]


class ScanDone(serializers.Serializer[Any]):
    """The event that led a device where a scan would lead it."""

    at = serializers.DateTimeField(help_text="When it was done.")
    by_label = serializers.CharField(help_text="By whom: role, number, organisation.")


class ScanAnswer(serializers.Serializer[Any]):
    """What became of one scan."""

    client_id = serializers.CharField()
    outcome = serializers.ChoiceField(
        choices=["applied", "already_applied", "already_done", "refused"],
        help_text="`already_applied`: this `client_id` came before. `already_done`: the device "
        "was where the action leads, nothing was changed.",
    )
    device = DeviceShape(allow_null=True, help_text="The device after it, unless refused.")
    problem = serializers.DictField(allow_null=True, help_text="Why it was refused (RFC 9457).")
    done = ScanDone(allow_null=True, help_text="What led there, when `already_done`.")


class ScanAnswers(serializers.Serializer[Any]):
    """One answer for each scan, in the order sent."""

    results = ScanAnswer(many=True)
