"""What the commands of distribution ask for."""

from typing import Any

from rest_framework import serializers

from backend.accounts.api.resources import BIGGEST_ID, MOST_INTEGER, Seen
from backend.core.api.commands import CommandSerializer
from backend.distribution.choices import (
    Connection,
    Criterion,
    Purpose,
    ReturnReason,
    SignedBy,
    SupportTopic,
    TakenBy,
    Urgency,
)
from backend.distribution.models import Beneficiary, Programme
from backend.distribution.operations.allocations import MOST_AT_ONCE
from backend.distribution.operations.requests import MOST_LINES
from backend.inventory.choices import Kind

_SMALL = 32_767
_LONGEST_CODE = 300  # a label's whole address may be scanned


def _codes(**kwargs: Any) -> serializers.ListField:
    child = serializers.ChoiceField(choices=Criterion.choices)
    return serializers.ListField(child=child, max_length=len(Criterion), **kwargs)


def _count(highest: int = _SMALL, **kwargs: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=highest, required=False, **kwargs)


class ProgrammeRules(CommandSerializer):
    """The rules of a programme, those that differ from the usual ones."""

    name = serializers.CharField(max_length=80)
    criteria = _codes(min_length=1, help_text="One of them is enough.")
    devices_per_person = _count()
    period_days = _count()
    open_requests_per_counsellor = _count()
    reservation_days = _count()
    price_cents = _count(MOST_INTEGER, help_text="Euro cents; 0 is free.")
    warranty_days = _count()
    is_open = serializers.BooleanField(required=False)


class EditProgramme(ProgrammeRules):
    name = serializers.CharField(max_length=80, required=False)
    criteria = _codes(min_length=1, required=False, help_text="One of them is enough.")


class RegisterBeneficiary(CommandSerializer):
    case_reference = serializers.CharField(max_length=40)
    name = serializers.CharField(
        max_length=120, required=False, allow_blank=True, help_text="Kept encrypted."
    )
    birth_year = serializers.IntegerField(
        min_value=1900, max_value=2100, required=False, allow_null=True
    )
    household_size = serializers.IntegerField(min_value=1, max_value=50, required=False)
    criteria = _codes(required=False, help_text="Those you have checked; no proof is kept.")


class EditBeneficiary(RegisterBeneficiary):
    case_reference = serializers.CharField(max_length=40, required=False)


class NeedAsked(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=Kind.choices)
    min_ram_gb = _count()
    min_storage_gb = _count()
    accessories = serializers.CharField(max_length=120, required=False, allow_blank=True)


class SubmitRequest(CommandSerializer):
    beneficiary = Seen(Beneficiary)
    programme = Seen(Programme)
    needs = serializers.ListField(child=NeedAsked(), min_length=1, max_length=MOST_LINES)
    purpose = serializers.ChoiceField(choices=Purpose.choices)
    urgency = serializers.ChoiceField(choices=Urgency.choices, required=False)
    connection = serializers.ChoiceField(choices=Connection.choices, required=False)


class DeclineRequest(CommandSerializer):
    reason = serializers.CharField(max_length=400)


class AllocateDevice(CommandSerializer):
    line = serializers.IntegerField(min_value=1, max_value=BIGGEST_ID)
    code = serializers.CharField(max_length=_LONGEST_CODE)


class AllocateWaiting(CommandSerializer):
    most = serializers.IntegerField(min_value=1, max_value=MOST_AT_ONCE, required=False)


class ReleaseAllocation(CommandSerializer):
    reason = serializers.CharField(max_length=240)


class HandOverDevice(CommandSerializer):
    taken_by = serializers.ChoiceField(choices=TakenBy.choices)
    signed_by = serializers.ChoiceField(choices=SignedBy.choices)
    signature = serializers.CharField(
        max_length=20_000,
        required=False,
        allow_blank=True,
        help_text="SVG path data (M, L, Q, C, Z and numbers), when the person signs.",
    )
    price_cents = _count(MOST_INTEGER, help_text="If less than the programme's price.")
    beneficiary = serializers.IntegerField(
        min_value=1,
        max_value=BIGGEST_ID,
        required=False,
        help_text="Whom you believe it is for: refused when it is for somebody else.",
    )


class TakeBackDevice(CommandSerializer):
    code = serializers.CharField(max_length=_LONGEST_CODE)
    reason = serializers.ChoiceField(choices=ReturnReason.choices)


class OpenSupportCase(CommandSerializer):
    code = serializers.CharField(max_length=_LONGEST_CODE)
    topic = serializers.ChoiceField(choices=SupportTopic.choices)
    message = serializers.CharField(max_length=2000, allow_blank=True, default="")
    contact = serializers.CharField(max_length=120, help_text="Telephone or e-mail.")


class CloseSupportCase(CommandSerializer):
    note = serializers.CharField(max_length=240)
