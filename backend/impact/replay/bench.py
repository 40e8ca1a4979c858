"""The verbs of the plan at the workshop's bench."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image

from backend.accounts.models import Membership
from backend.impact.replay.gifts import Thing
from backend.impact.replay.made import Made
from backend.impact.replay.plan import Plan
from backend.impact.replay.steps import Step
from backend.inventory import operations as inventory
from backend.inventory.choices import (
    DataOutcome,
    ErasureMethod,
    ErasureResult,
    Triage,
    checklist_for,
)
from backend.inventory.models import Location, Pledge, PledgeLine, StorageUnit

_MANAGER, _REPAIRER, _CHECKER = 0, 1, 2
_TOOLS = {
    "hdd": ("nwipe", "0.38", "Écriture de zéros, une passe", timedelta(hours=2)),
    "ssd": ("hdparm", "9.65", "ATA Secure Erase", timedelta(minutes=9)),
    "nvme": ("nvme-cli", "2.10", "nvme sanitize, effacement de blocs", timedelta(minutes=6)),
    "emmc": (
        "Réinitialisation d'usine",
        "1",
        "Clé de chiffrement détruite",
        timedelta(minutes=12),
    ),
}
_ATTESTED = "J’atteste avoir effacé ce support moi-même et l’avoir vu se terminer sans erreur."


def _a_photo() -> "ContentFile[bytes]":
    """Paint what stands for the photo of a drive that never was."""
    out = io.BytesIO()
    Image.new("RGB", (32, 24), "grey").save(out, "PNG")
    return ContentFile(out.getvalue(), name="photo.png")


class Bench:
    """Receives, sorts, erases, repairs, checks, puts on the shelf, takes apart."""

    def __init__(self, plan: Plan, made: Made) -> None:
        """Take the plan, and what was made of it."""
        self.plan = plan
        self.made = made
        self._shelves: dict[int, Location] = {}
        self._lines: dict[int, PledgeLine] = {}

    def verbs(self) -> dict[str, Callable[[Step], None]]:
        """Give what is done here."""
        return {
            "receive": self.receive,
            "triage": self.triage,
            "describe": self.describe,
            "erase": self.erase,
            "erase_in_vain": self.erase_in_vain,
            "destroy": self.destroy,
            "absent": self.absent,
            "unlock": self.unlock,
            "repair": self.repair,
            "pass_check": self.pass_check,
            "fail_check": self.fail_check,
            "undo_check": self.undo_check,
            "place": self.place,
            "miss": self.miss,
            "find": self.find,
            "dismantle": self.dismantle,
            "recycle": self.recycle,
        }

    def _thing(self, step: Step) -> Thing:
        return self.plan.things[step.number]

    def _code(self, step: Step) -> str:
        code: str = self.made.get("device", step.number)
        return code

    def _unit(self, step: Step) -> int:
        units = StorageUnit.objects.filter(device__code=self._code(step))
        return units.filter(outcome=DataOutcome.PENDING).values_list("pk", flat=True)[0]

    def _by(self, step: Step, place: int) -> Membership:
        return self.made.hat("workshop", self._thing(step).workshop, place)

    def receive(self, step: Step) -> None:
        """Book a machine in under the next label of the pile."""
        thing = self._thing(step)
        facts: inventory.DeviceFacts = {
            "kind": thing.kind,
            "maker": thing.machine.maker,
            "model": thing.machine.model,
            "year": thing.machine.year,
            "serial": thing.serial,
            "asset_number": thing.asset_number,
            "specs": _specs(thing),
            "mass_g": thing.machine.mass_g,
        }
        device = inventory.receive_device(
            code=self.made.next_label(thing.workshop),
            facts=facts,
            line=self._line(thing.line) if thing.line is not None else None,
            pledge=self._found_beside(thing),
            unexpected_reason=thing.unexpected,
            by=self._by(step, _REPAIRER),
            at=step.at,
        )
        self.made.add("device", step.number, device.code)

    def _line(self, number: int) -> PledgeLine:
        if number not in self._lines:
            lines = PledgeLine.objects.select_related("pledge")
            self._lines[number] = lines.get(pk=self.made.get("line", number))
        return self._lines[number]

    def _found_beside(self, thing: Thing) -> Pledge | None:
        if thing.line is not None or thing.gift is None:
            return None
        return Pledge.objects.get(pk=self.made.get("pledge", thing.gift))

    def triage(self, step: Step) -> None:
        """Decide where a machine goes."""
        inventory.triage_device(
            code=self._code(step), by=self._by(step, _REPAIRER), at=step.at, **step.facts
        )

    def describe(self, step: Step) -> None:
        """Name the drive that the machine turns out to hold."""
        drive = self._thing(step).drive
        if drive is None:
            return
        inventory.describe_storage_unit(
            unit_id=self._unit(step),
            facts={
                "medium": drive.medium,
                "maker": drive.maker,
                "model": drive.model,
                "serial": f"{drive.medium.upper()}-{step.number:07}",
                "size_gb": drive.size_gb,
            },
            by=self._by(step, _REPAIRER),
            at=step.at,
        )

    def erase(self, step: Step) -> None:
        """Erase and verify."""
        self._attempt(step, ErasureResult.ERASED, verification="Relecture complète", errors=0)

    def erase_in_vain(self, step: Step) -> None:
        """Try to erase: the drive reports errors."""
        self._attempt(step, ErasureResult.FAILED, verification="", errors=3)

    def _attempt(self, step: Step, result: str, *, verification: str, errors: int) -> None:
        drive = self._thing(step).drive
        tool, version, technique, takes = _TOOLS[drive.medium if drive else "emmc"]
        purges = step.facts.get("purge") or (drive is not None and drive.medium != "hdd")
        inventory.record_erasure(
            unit_id=self._unit(step),
            facts={
                "result": result,
                "method": ErasureMethod.PURGE if purges else ErasureMethod.CLEAR,
                "technique": technique,
                "tool": tool,
                "tool_version": version,
                "verification": verification,
                "errors": errors,
                "attestation": _ATTESTED if result == ErasureResult.ERASED else "",
                "started_at": step.at - takes,
                "ended_at": step.at,
            },
            by=self._by(step, _REPAIRER),
            at=step.at,
        )

    def destroy(self, step: Step) -> None:
        """Destroy the drive: the manager's to record, with a photo."""
        inventory.record_storage_destroyed(
            unit_id=self._unit(step),
            photo=_a_photo(),
            by=self._by(step, _MANAGER),
            at=step.at,
            **step.facts,
        )

    def absent(self, step: Step) -> None:
        """Record that there is no drive inside."""
        inventory.record_storage_absent(
            unit_id=self._unit(step), by=self._by(step, _REPAIRER), at=step.at, **step.facts
        )

    def unlock(self, step: Step) -> None:
        """Record that the lock is gone."""
        inventory.unlock_device(code=self._code(step), by=self._by(step, _REPAIRER), at=step.at)

    def repair(self, step: Step) -> None:
        """Repair."""
        inventory.record_repair(
            code=self._code(step), by=self._by(step, _REPAIRER), at=step.at, **step.facts
        )

    def pass_check(self, step: Step) -> None:
        """Pass the last check, by another person than the repairer."""
        inventory.pass_quality_check(
            code=self._code(step),
            answers=dict.fromkeys(checklist_for(self._thing(step).kind), True),
            by=self._by(step, _CHECKER),
            at=step.at,
        )

    def fail_check(self, step: Step) -> None:
        """Send a machine back to repair."""
        inventory.fail_quality_check(
            code=self._code(step),
            decision=Triage.REPAIR,
            by=self._by(step, _CHECKER),
            at=step.at,
            **step.facts,
        )

    def undo_check(self, step: Step) -> None:
        """Take the last check back."""
        inventory.undo_last_move(code=self._code(step), by=self._by(step, _CHECKER), at=step.at)

    def place(self, step: Step) -> None:
        """Put a machine on one of the shelves of its workshop."""
        number = self._thing(step).workshop * 2 + step.number % 2
        if number not in self._shelves:
            self._shelves[number] = Location.objects.get(pk=self.made.get("shelf", number))
        inventory.place_device(
            code=self._code(step),
            location=self._shelves[number],
            lot=None,
            by=self._by(step, _CHECKER),
            at=step.at,
        )

    def miss(self, step: Step) -> None:
        """Report a machine missing."""
        inventory.report_device_missing(
            code=self._code(step), by=self._by(step, _CHECKER), at=step.at, **step.facts
        )

    def find(self, step: Step) -> None:
        """Find it again."""
        inventory.find_device(code=self._code(step), by=self._by(step, _CHECKER), at=step.at)

    def dismantle(self, step: Step) -> None:
        """Take a machine apart."""
        inventory.dismantle_device(code=self._code(step), by=self._by(step, _REPAIRER), at=step.at)

    def recycle(self, step: Step) -> None:
        """Give a machine to the recycler."""
        workshop = self._thing(step).workshop
        inventory.recycle_device(
            code=self._code(step),
            mass_g=step.facts["mass_g"],
            waste_slip=f"BSD-REJEU-{workshop:02}-{step.at:%Y%m%d}",
            by=self._by(step, _REPAIRER),
            at=step.at,
        )


def _specs(thing: Thing) -> dict[str, Any]:
    known = {
        "cpu": thing.machine.cpu,
        "ram_gb": thing.ram_gb,
        "storage_gb": thing.drive.size_gb if thing.drive else None,
        "screen_in": thing.machine.screen_in,
    }
    return {name: value for name, value in known.items() if value}
