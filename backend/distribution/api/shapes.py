"""What the API says of distribution."""

from typing import Any

from rest_framework import serializers

from backend.distribution.choices import (
    Connection,
    Criterion,
    Purpose,
    RequestState,
    Urgency,
)
from backend.distribution.models import (
    Allocation,
    Beneficiary,
    HandOver,
    Programme,
    Return,
    SupportCase,
)
from backend.inventory.choices import Kind


class ProgrammeShape(serializers.ModelSerializer[Programme]):
    criteria = serializers.ListField(child=serializers.ChoiceField(choices=Criterion.choices))

    class Meta:
        model = Programme
        fields = [
            "id",
            "name",
            "criteria",
            "devices_per_person",
            "period_days",
            "open_requests_per_counsellor",
            "reservation_days",
            "price_cents",
            "warranty_days",
            "is_open",
        ]


class BeneficiaryShape(serializers.ModelSerializer[Beneficiary]):
    """A person as lists show them: by case reference, without a name."""

    class Meta:
        model = Beneficiary
        fields = ["id", "case_reference", "household_size", "last_contact_at", "purged_at"]


class CheckShape(serializers.Serializer[Any]):
    criterion = serializers.ChoiceField(choices=Criterion.choices)
    checked_by_label = serializers.CharField()
    checked_at = serializers.DateTimeField()


class BeneficiaryCard(BeneficiaryShape):
    """What a command answers: the file without name and year of birth."""

    criteria = CheckShape(many=True)

    class Meta(BeneficiaryShape.Meta):
        fields = [*BeneficiaryShape.Meta.fields, "criteria"]


class BeneficiaryFile(BeneficiaryCard):
    """A person's whole file, for the structure that entered it only."""

    name = serializers.CharField()

    class Meta(BeneficiaryCard.Meta):
        fields = [*BeneficiaryCard.Meta.fields, "name", "birth_year"]


class LineShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    min_ram_gb = serializers.IntegerField()
    min_storage_gb = serializers.IntegerField()
    accessories = serializers.CharField()
    allocation = serializers.IntegerField(
        allow_null=True, help_text="The reservation or hand-over that serves it."
    )


class RequestShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    reference = serializers.CharField()
    state = serializers.ChoiceField(choices=RequestState.choices)
    programme = serializers.IntegerField()
    beneficiary = serializers.IntegerField(help_text="A number: the name stays in its structure.")
    structure = serializers.IntegerField()
    purpose = serializers.ChoiceField(choices=Purpose.choices)
    urgency = serializers.ChoiceField(choices=Urgency.choices)
    connection = serializers.ChoiceField(choices=Connection.choices)
    submitted_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    decline_reason = serializers.CharField()
    lines = LineShape(many=True)


class DelayShape(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    days = serializers.IntegerField(
        allow_null=True, help_text="Null when nothing can honestly be said."
    )


class QueuedRequest(RequestShape):
    """A request with its place in the queue."""

    place_in_queue = serializers.IntegerField(allow_null=True, help_text="1 is the next.")
    expected = DelayShape(many=True)


class FitShape(serializers.Serializer[Any]):
    code = serializers.CharField()
    maker = serializers.CharField()
    model = serializers.CharField()
    ram_gb = serializers.FloatField(allow_null=True)
    storage_gb = serializers.FloatField(allow_null=True)
    received_at = serializers.DateTimeField()


class SuggestionShape(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    fits = FitShape(many=True)


class ChoiceShape(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    request = serializers.CharField(help_text="Its reference.")
    kind = serializers.ChoiceField(choices=Kind.choices)
    code = serializers.CharField(allow_null=True)
    allocation = serializers.IntegerField(allow_null=True)
    why = serializers.CharField(help_text="Why this device, or why none.")


class AllocationShape(serializers.ModelSerializer[Allocation]):
    line = serializers.IntegerField()
    request = serializers.IntegerField()
    code = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)

    class Meta:
        model = Allocation
        fields = [
            "id",
            "line",
            "request",
            "code",
            "kind",
            "outcome",
            "reserved_at",
            "expires_at",
            "closed_at",
            "release_reason",
        ]


class TextShape(serializers.Serializer[Any]):
    text = serializers.CharField(help_text="To be read together before signing.")
    price_cents = serializers.IntegerField()


class HandOverShape(serializers.ModelSerializer[HandOver]):
    allocation = serializers.IntegerField()
    request = serializers.IntegerField()
    code = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)

    class Meta:
        model = HandOver
        fields = [
            "id",
            "receipt",
            "allocation",
            "request",
            "code",
            "kind",
            "taken_by",
            "signed_by",
            "price_cents",
            "warranty_end",
            "handed_over_at",
            "undone_at",
        ]


class ReceiptShape(serializers.Serializer[Any]):
    receipt = serializers.CharField()
    text = serializers.CharField(help_text="As signed, in the language it was signed in.")
    signature = serializers.CharField(
        allow_null=True, help_text="SVG path in a box of 600 × 200; only for its structure."
    )
    handed_over_at = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)


class ReturnShape(serializers.ModelSerializer[Return]):
    hand_over = serializers.IntegerField()
    code = serializers.CharField()

    class Meta:
        model = Return
        fields = ["id", "hand_over", "code", "reason", "returned_at"]


class SupportCaseShape(serializers.ModelSerializer[SupportCase]):
    code = serializers.CharField()
    message = serializers.CharField(allow_null=True, help_text="Only for who answers.")
    contact = serializers.CharField(allow_null=True, help_text="Only for who answers.")

    class Meta:
        model = SupportCase
        fields = [
            "id",
            "code",
            "topic",
            "message",
            "contact",
            "opened_at",
            "closed_at",
            "closing_note",
        ]


class CallTaken(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    opened_at = serializers.DateTimeField()


class CallClosed(CallTaken):
    closed_at = serializers.DateTimeField()
    closing_note = serializers.CharField()
