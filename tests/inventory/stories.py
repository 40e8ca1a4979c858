"""Workshops to start a story in, and devices brought to any state by the verbs themselves."""

import io
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image

from backend.accounts.models import Membership, Organisation
from backend.core.transactions import one_transaction
from backend.inventory import operations
from backend.inventory.choices import State, Triage, checklist_for
from backend.inventory.labels import STOCKS
from backend.inventory.models import (
    Collection,
    Device,
    LabelBatch,
    LabelPrint,
    Location,
    Pledge,
    PledgeLine,
    StorageUnit,
)
from tests.factories import a_coordinator, a_counsellor, a_technician, a_workshop_manager

NOW = datetime(2026, 9, 15, 10, 0, tzinfo=UTC)
DONOR = {
    "donor_name": "Ateliers Exemple",
    "legal_type": "company",
    "contact_name": "Camille Exemple",
    "contact_email": "camille@example.org",
    "language": "fr",
    "address": "1 rue de l'Exemple, Lyon",
    "territory": "69",
}
ERASED: dict[str, Any] = {
    "result": "erased",
    "method": "purge",
    "tool": "nwipe",
    "tool_version": "0.38",
    "verification": "read back, all blocks",
    "attestation": "I saw it end.",
    "started_at": NOW,
    "ended_at": NOW,
}


@dataclass
class Workshop:
    """One workshop with a technician and a manager; everything happens at `NOW`."""

    technician: Membership = field(default_factory=a_technician)
    serials: Any = field(default_factory=lambda: count(1000))

    def __post_init__(self) -> None:
        """Hire the manager, print labels."""
        self.organisation: Organisation = self.technician.organisation
        self.manager = a_workshop_manager(organisation=self.organisation)
        self.roll = iter(self.labels(60).labels.order_by("pk").values_list("code", flat=True))

    def label(self) -> str:
        """Take a blank label from the roll."""
        return next(self.roll)

    def labels(self, quantity: int) -> LabelBatch:
        """Mint labels."""
        return operations.mint_labels(
            quantity=quantity, workshop=self.organisation, by=self.manager, at=NOW
        )

    def receive(self, kind: str = "laptop", **given: Any) -> Device:
        """Receive an unexpected device under a fresh label, or as `given` says."""
        if "line" not in given:
            given.setdefault("unexpected_reason", "left at the door")
        facts = {"kind": kind, "serial": f"SN{next(self.serials)}"} | given.pop("facts", {})
        code = given.pop("code", "") or self.label()
        return operations.receive_device(
            code=code, facts=facts, by=self.technician, at=NOW, **given
        )

    def triage(self, device: Device, decision: Triage = Triage.REPAIR, **given: Any) -> Device:
        """Send a device where triage says."""
        return operations.triage_device(
            code=device.code,
            decision=decision,
            reason="looked at",
            by=self.technician,
            at=NOW,
            **given,
        )

    def erase(self, device: Device) -> None:
        """Erase everything on a device."""
        for unit in StorageUnit.objects.filter(device=device, outcome="pending"):
            operations.record_erasure(
                unit_id=unit.pk, facts={**ERASED}, by=self.technician, at=NOW
            )

    def check(self, device: Device) -> Device:
        """Have the manager pass the quality check."""
        return operations.pass_quality_check(
            code=device.code, answers=all_yes(device), by=self.manager, at=NOW
        )

    def ready(self, kind: str = "laptop", **given: Any) -> Device:
        """Bring a device to the shelf."""
        device = self.triage(self.receive(kind, **given))
        self.erase(device)
        return self.check(device)

    def device(self, state: str, kind: str = "laptop") -> Device:
        """Bring a device to a state, by the verbs themselves."""
        make = getattr(self, f"_{State(state)}")
        device: Device = make(kind)
        device.refresh_from_db()
        assert device.state == state
        return device

    def _received(self, kind: str) -> Device:
        return self.receive(kind)

    def _in_workshop(self, kind: str) -> Device:
        return self.triage(self.receive(kind))

    def _for_parts(self, kind: str) -> Device:
        return self.triage(self.receive(kind), Triage.PARTS)

    def _to_recycle(self, kind: str) -> Device:
        device = self.triage(self.receive(kind), Triage.RECYCLE)
        self.erase(device)
        return device

    def _recycled(self, kind: str) -> Device:
        return operations.recycle_device(
            code=self._to_recycle(kind).code,
            mass_g=1500,
            waste_slip="BSD-1",
            by=self.technician,
            at=NOW,
        )

    def _ready(self, kind: str) -> Device:
        return self.ready(kind)

    def _allocated(self, kind: str) -> Device:
        structure = a_counsellor().organisation
        return self._move(self.ready(kind), "allocate", promised_to=structure)

    def _handed_over(self, kind: str) -> Device:
        return self._move(self._allocated(kind), "hand_over")

    def _returned(self, kind: str) -> Device:
        device = self._handed_over(kind)
        with one_transaction():
            pending = operations.reopen_storage(device, at=NOW)
            operations.apply_move(
                device, "take_back", at=NOW, promised_to=None, pending_units=pending
            )
        return device

    def _missing(self, kind: str) -> Device:
        return self.lose(self._in_workshop(kind))

    def lose(self, device: Device) -> Device:
        """Report a device missing."""
        return operations.report_device_missing(
            code=device.code, reason="not on its shelf", by=self.technician, at=NOW
        )

    def _move(self, device: Device, name: str, **columns: Any) -> Device:
        with one_transaction():
            operations.apply_move(device, name, at=NOW, **columns)
        return device

    def site(self, name: str = "Hangar") -> Location:
        """Open a site."""
        return operations.create_location(
            organisation=self.organisation, kind="site", name=name, by=self.manager, at=NOW
        )


def a_picture(color: str = "red") -> bytes:
    """Paint a small photo."""
    out = io.BytesIO()
    Image.new("RGB", (80, 40), color).save(out, "PNG")
    return out.getvalue()


def a_photo() -> "ContentFile[bytes]":
    """Give a small photo as somebody sends it."""
    return ContentFile(a_picture(), name="IMG_20260915_camille.png")


def all_yes(device: Device) -> dict[str, bool]:
    """Answer every point of a device's checklist with yes."""
    return dict.fromkeys(checklist_for(device.kind), True)


def a_pledge(quantity: int = 3, **facts: Any) -> Pledge:
    """Announce laptops by the public form."""
    return operations.announce_pledge(
        facts={**DONOR, **facts}, lines=[{"kind": "laptop", "quantity": quantity}], by=None, at=NOW
    )


def an_accepted_pledge(workshop: Workshop, by: Membership | None = None) -> Pledge:
    """Announce laptops and accept them for one workshop."""
    return operations.accept_pledge(
        pledge=a_pledge(), workshop=workshop.organisation, by=by or a_coordinator(), at=NOW
    )


def a_collection(workshop: Workshop, *lines: PledgeLine) -> Collection:
    """Plan a trip for these lines."""
    return operations.plan_collection(
        lines=lines,
        workshop=workshop.organisation,
        fetched_by="Our van",
        planned_for=NOW,
        by=workshop.manager,
        at=NOW,
    )


def a_label_print(workshop: Workshop) -> LabelPrint:
    """Ask for a batch of three labels to be printed."""
    how = operations.Printing(stock=STOCKS["l7160"])
    batch = workshop.labels(3)
    return operations.ask_for_print(batch_id=batch.pk, how=how, by=workshop.manager, at=NOW)
