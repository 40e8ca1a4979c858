"""What a certificate says: everything that is printed, as it stands at one moment.

The fields are those of NIST SP 800-88 Rev. 2, appendix on certificates of sanitization. Functions
stand for people: `actor_label` names a role, a number and an organisation.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, Sum
from django.utils import timezone

from backend.accounts.choices import LegalType
from backend.core.models import Event
from backend.inventory.choices import DataOutcome, ErasureResult, PledgeState
from backend.inventory.models import (
    Certificate,
    Device,
    DeviceQuerySet,
    Erasure,
    Pledge,
    StorageUnit,
)

Facts = dict[str, Any]
_TOLD = (
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
    "report_sha256",
)
NO_STORAGE = "none"  # a device that never held data


def facts_of_unit(unit: StorageUnit, *, replaces: str = "") -> Facts:
    """Tell one storage unit whose data was dealt with; `device` is loaded."""
    device = unit.device
    attempts = list(unit.erasures.order_by("pk"))
    done = [one for one in attempts if one.result == ErasureResult.ERASED]
    is_erased = unit.outcome == DataOutcome.ERASED
    return {
        "kind": "unit",
        "replaces": replaces,
        **_of_donor(device.pledge),
        "workshop": _of_workshop(device),
        "device": {
            name: getattr(device, name) or ""
            for name in ("code", "kind", "maker", "model", "serial", "asset_number")
        },
        "unit": {
            name: getattr(unit, name) for name in ("medium", "maker", "model", "serial", "size_gb")
        },
        "destination": device.state,
        "outcome": unit.outcome,
        "outcome_at": _local(unit.outcome_at),
        "outcome_by": unit.outcome_by_label,
        "reason": unit.outcome_reason,
        "destruction": unit.destruction,
        "photo_sha256": unit.photo_sha256,
        "erasure": _of_attempt(done[-1]) if done and is_erased else None,
        "failed": [_of_attempt(one) for one in attempts if one.result != ErasureResult.ERASED],
    }


def withdrawn_at(certificate: Certificate) -> datetime | None:
    """Give the day on which the erasure behind a certificate of one unit was withdrawn, if any."""
    unit = certificate.unit
    if unit is None:
        return None
    about = Event.objects.about(unit.device).of_kind("storage_unit.erasure_withdrawn")
    later = about.filter(facts__unit=unit.pk, recorded_at__gte=certificate.issued_at)
    return later.order_by("pk").values_list("happened_at", flat=True).first()


def facts_of_pledge(pledge: Pledge, *, replaces: str = "") -> Facts:
    """Tell what became of the data on every device of a pledge, and what is not finished."""
    devices = list(_with_papers(Device.objects.filter(pledge=pledge)))
    rows = [row for device in devices for row in _rows_of(device)]
    counted = Counter(row["outcome"] for row in rows)
    return {
        "kind": "pledge",
        "replaces": replaces,
        **_of_donor(pledge),
        "workshop": {
            "name": pledge.workshop.name if pledge.workshop else "",
            "territory": pledge.workshop.territory if pledge.workshop else "",
            "contact": settings.CONTACT_EMAIL,
        },
        "devices": len(devices),
        "outcomes": {outcome: counted[outcome] for outcome in [*DataOutcome.values, NO_STORAGE]},
        "awaited": _awaited(pledge, devices),
        "rows": rows,
    }


def _with_papers(devices: DeviceQuerySet) -> Any:
    done = Erasure.objects.filter(result=ErasureResult.ERASED).order_by("pk")
    papers = Certificate.objects.order_by("pk")
    return devices.order_by("asset_number", "pk").prefetch_related(
        "storage_units",
        Prefetch("storage_units__erasures", queryset=done, to_attr="proofs"),
        Prefetch("storage_units__certificates", queryset=papers, to_attr="papers"),
    )


def _rows_of(device: Device) -> Iterable[Facts]:
    about = {
        "asset_number": device.asset_number,
        "code": device.code,
        "device": " ".join(filter(None, [device.maker, device.model])),
        "kind": device.kind,
    }
    units: list[Any] = list(device.storage_units.all())
    if not units:
        yield about | {"outcome": NO_STORAGE}
    for unit in units:
        proof = unit.proofs[-1] if unit.proofs and unit.outcome == DataOutcome.ERASED else None
        papers = [paper.number for paper in unit.papers if paper.settled_at == unit.outcome_at]
        yield about | {
            "medium": unit.medium,
            "serial": unit.serial,
            "outcome": unit.outcome,
            "outcome_at": "" if unit.outcome == DataOutcome.PENDING else _local(unit.outcome_at),
            "method": proof.method if proof else unit.destruction,
            "tool": f"{proof.tool} {proof.tool_version}" if proof else "",
            "number": papers[-1] if papers else "",
        }


def _awaited(pledge: Pledge, devices: list[Device]) -> int:
    """Count what was announced, not refused at the door, and has not come yet."""
    if pledge.state == PledgeState.CLOSED:
        return 0
    announced = pledge.lines.aggregate(n=Sum("quantity"))["n"] or 0
    refused = pledge.lines.aggregate(n=Sum("collection_lines__refused"))["n"] or 0
    came = sum(device.pledge_line_id is not None for device in devices)
    return int(max(0, announced - refused - came))


def _of_donor(pledge: Pledge | None) -> Facts:
    if pledge is None:
        return {"donor": "", "pledge": ""}
    is_private = pledge.legal_type == LegalType.INDIVIDUAL
    name = pledge.donor.name if pledge.donor else pledge.donor_name
    return {"donor": "" if is_private else name, "pledge": pledge.reference}


def _of_workshop(device: Device) -> Facts:
    return {
        "name": device.custodian.name,
        "territory": device.custodian.territory,
        "contact": settings.CONTACT_EMAIL,
    }


def _of_attempt(erasure: Erasure) -> Facts:
    told = {name: getattr(erasure, name) for name in _TOLD}
    return told | {
        "started_at": _local(erasure.started_at),
        "ended_at": _local(erasure.ended_at),
    }


def _local(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime("%d/%m/%Y %H:%M") if moment else ""
