"""What the API asks for each command on devices and what they hold."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.accounts.api.resources import MOST_INTEGER, Seen
from backend.core.api.commands import CommandSerializer
from backend.inventory.choices import (
    Condition,
    Destruction,
    ErasureMethod,
    ErasureResult,
    Kind,
    Medium,
    PartCondition,
    PerformanceClass,
    TransferOutcome,
    Triage,
)
from backend.inventory.lifecycle import UNDOABLE_ACTS
from backend.inventory.models import (
    Location,
    Lot,
    Part,
    Pledge,
    PledgeLine,
    StockTake,
    Transfer,
)
from backend.inventory.models.workshop import MOST_MINUTES
from backend.inventory.operations.setting import MOST_POINTS, POINT_KEY

_LONGEST_CODE = 300


def text(most: int, **kwargs: Any) -> serializers.CharField:
    """A text that may be left out."""
    kwargs.setdefault("required", False)
    if not kwargs["required"]:
        kwargs.setdefault("allow_blank", True)
    return serializers.CharField(max_length=most, **kwargs)


def whole(most: int = MOST_INTEGER, *, least: int = 0, **kwargs: Any) -> serializers.IntegerField:
    """A whole number that may be left out."""
    kwargs.setdefault("required", False)
    return serializers.IntegerField(min_value=least, max_value=most, **kwargs)


def code(**kwargs: Any) -> serializers.CharField:
    """A label's code in any spelling."""
    return serializers.CharField(
        max_length=_LONGEST_CODE,
        help_text="A label's code, bare, spelled with dashes, or the address in its QR code.",
        **kwargs,
    )


@extend_schema_field(
    {
        "type": "object",
        "propertyNames": {"pattern": "^[a-z0-9_]{1,40}$"},
        "maxProperties": 80,
        "additionalProperties": {"type": "boolean"},
    }
)
class AnswersField(serializers.DictField):
    """The points of the workshop's checklist, answered yes or no; other points are let be."""

    child = serializers.BooleanField()
    default_error_messages = {"unknown_point": _("“{point}” is not a point of the checklist.")}

    def to_internal_value(self, data: Any) -> Any:
        """Read the answers. Refuses what can be the key of no point."""
        if isinstance(data, dict):
            if len(data) > 2 * MOST_POINTS:
                self.fail("unknown_point", point=len(data))
            for point in data:
                if not POINT_KEY.fullmatch(str(point)):
                    self.fail("unknown_point", point=str(point)[:40])
        return super().to_internal_value(data)


class Specs(serializers.Serializer[Any]):
    """A machine's configuration."""

    cpu = text(80)
    ram_gb = whole(4096)
    storage_gb = whole(1_000_000)
    screen_in = serializers.FloatField(min_value=0, max_value=200, required=False)
    cpu_cores = whole(1024)
    storage_medium = serializers.ChoiceField(choices=Medium.choices, required=False)
    battery_percent = whole(100)
    battery_cycles = whole(100_000)


class DeviceDetails(CommandSerializer):
    """What is known of a machine."""

    maker = text(60)
    # pledges and machines call it alike
    model = text(80)
    year = whole(2100, least=1970, allow_null=True)
    serial = text(80)
    asset_number = text(80, help_text="The donor's own number.")
    specs = Specs(required=False)
    mass_g = whole(allow_null=True)


class Receive(DeviceDetails):
    """A machine under its label, against a pledge line or unexpected with a reason."""

    code = code()
    kind = serializers.ChoiceField(
        choices=Kind.choices, required=False, help_text="Left out: the line's."
    )
    line = Seen(PledgeLine, also=("pledge",), required=False, allow_null=True)
    pledge = Seen(Pledge, required=False, allow_null=True)
    unexpected_reason = text(240)
    location = Seen(Location, required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for the kind where no line says it."""
        if not attrs.get("line") and not attrs.get("kind"):
            raise serializers.ValidationError({"kind": [_("Say what kind of device it is.")]})
        return super().validate(attrs)


class TriageAsked(CommandSerializer):
    decision = serializers.ChoiceField(choices=Triage.choices)
    reason = text(240, required=True)
    visual = text(240)
    powers_on = serializers.BooleanField(required=False, allow_null=True)
    is_locked = serializers.BooleanField(required=False)
    performance_class = serializers.ChoiceField(
        choices=PerformanceClass.choices, required=False, allow_blank=True
    )
    condition = serializers.ChoiceField(
        choices=Condition.choices, required=False, allow_blank=True
    )


class PassQualityCheck(CommandSerializer):
    """The points of the list, one by one, or all of them declared at once."""

    answers = AnswersField(required=False, allow_null=True)
    all_points = serializers.BooleanField(
        default=False, help_text="Every point of the list of that moment was checked."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for one of both; the operation knows all points as no answers."""
        if attrs.pop("all_points"):
            attrs["answers"] = None
        elif attrs.get("answers") is None:
            raise serializers.ValidationError({"answers": [_("Answer the points of the list.")]})
        return super().validate(attrs)


class FailQualityCheck(CommandSerializer):
    decision = serializers.ChoiceField(choices=Triage.choices)
    reason = text(240, required=True)
    answers = AnswersField(required=False)


class Place(CommandSerializer):
    """Where a device goes: what is left out stays as it is, null clears it."""

    location = Seen(Location, required=False, allow_null=True)
    lot = Seen(Lot, required=False, allow_null=True)


class CountAsked(CommandSerializer):
    stock_take = Seen(StockTake)


class TransferField(Seen):
    """A transfer by its id or its reference."""

    def to_internal_value(self, data: Any) -> Any:
        """Find the transfer."""
        if isinstance(data, str):
            known = self.get_queryset().filter(reference=data[:20]).values_list("pk", flat=True)
            data = known.first() or self.fail("does_not_exist", pk_value=data[:20])
        return super().to_internal_value(data)


class ReceiveTransfer(CommandSerializer):
    transfer = TransferField(Transfer, help_text="Its id or its reference.")
    outcome = serializers.ChoiceField(
        choices=[c for c in TransferOutcome.choices if c[0] != TransferOutcome.PENDING],
        default=TransferOutcome.RECEIVED,
    )


class Recycle(CommandSerializer):
    mass_g = whole(least=1, required=True)
    waste_slip = text(40, required=True, help_text="Number of the waste slip (Trackdéchets).")


class ReasonAsked(CommandSerializer):
    reason = text(240, required=True)


class Undo(CommandSerializer):
    undoes = serializers.ChoiceField(
        choices=sorted(UNDOABLE_ACTS),
        required=False,
        help_text="The act to take back: refused where the last one is another or a colleague's.",
    )


class Relabel(CommandSerializer):
    new_code = code()


class Repair(CommandSerializer):
    what = text(240, required=True)
    part = text(120)
    part_condition = serializers.ChoiceField(choices=PartCondition.choices, required=False)
    minutes = whole(MOST_MINUTES)
    cost_cents = whole(10_000_000)
    stock_part = Seen(
        Part, required=False, allow_null=True, help_text="Brings its name, condition and price."
    )


class Grade(CommandSerializer):
    performance_class = serializers.ChoiceField(
        choices=PerformanceClass.choices, allow_blank=True, help_text="Empty: computed again."
    )
    reason = text(240, default="")


class DestructionAsked(ReasonAsked):
    """How it was destroyed, with a photo of what is left: sent as a form."""

    destruction = serializers.ChoiceField(choices=Destruction.choices, default=Destruction.OTHER)
    photo = serializers.FileField(max_length=100)


class UnitDetails(CommandSerializer):
    """What is known of a drive. Size in GB (10⁹ bytes)."""

    medium = serializers.ChoiceField(choices=Medium.choices, required=False)
    maker = text(60)
    model = text(80)
    serial = text(80)
    size_gb = whole(1_000_000, allow_null=True)


class AddUnit(UnitDetails):
    code = code()


class RecordErasure(CommandSerializer):
    """One finished attempt. `erased` needs tool, version, verification, no errors, and a proof.

    The proof is a report, or an attestation.
    """

    unit_id = whole(2**63 - 1, least=1, required=True)
    result = serializers.ChoiceField(choices=ErasureResult.choices)
    method = serializers.ChoiceField(choices=ErasureMethod.choices)
    standard = text(60, allow_blank=False)
    revision = text(20)
    technique = text(120)
    tool = text(60, required=True)
    tool_version = text(40, required=True)
    verification = text(120)
    errors = whole()  # type: ignore[assignment]  # a field, over the property
    remark = text(240, help_text="Why it does not count.")
    attestation = text(
        400,
        help_text="The words by which who did it vouches for it; needed without a report.",
    )
    verifier_label = text(160, help_text="A function or a number, no name.")
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField()
    report = serializers.FileField(required=False, allow_null=True, max_length=100)


class Erase(CommandSerializer):
    """Evidence for the only drive of a device that still held data: it ended without error."""

    method = serializers.ChoiceField(choices=ErasureMethod.choices)
    technique = text(120)
    tool = text(60, required=True)
    tool_version = text(40, required=True)
    verification = text(120, required=True, help_text="How it was verified.")
    attestation = text(
        400, required=True, help_text="The words by which who scans vouches for it."
    )
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField()


class ScanItem(serializers.Serializer[Any]):
    """One scan, as the bench kept it: what was done to which device, when."""

    client_id = serializers.CharField(max_length=64, help_text="Names the scan, for ever.")
    code = code()
    action = serializers.CharField(max_length=40)
    at = serializers.DateTimeField(help_text="When it was done.")
    facts = serializers.DictField(required=False, default=dict)


class Scans(serializers.Serializer[Any]):
    membership = whole(
        2**63 - 1, least=1, help_text="Whose scans these are; refused when you are another."
    )
    scans = ScanItem(many=True)
