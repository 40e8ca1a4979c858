"""Every act on a device: its words, who may, from which states, what it asks, what it calls."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.accounts.roles import can
from backend.core.errors import Refusal
from backend.inventory import operations
from backend.inventory.choices import IN_HOUSE, PartCondition, State, Triage
from backend.inventory.lifecycle import MOVES
from backend.inventory.models import Device
from backend.inventory.operations.undoing import UNDOABLE
from backend.inventory.pages import act_forms as ask
from backend.inventory.pages.act_forms import ActForm

Run = Callable[[str, Any, Membership, datetime], object]


@dataclass(frozen=True)
class Act:
    """One act: `run(code, form, hat, at)` calls the one operation behind it."""

    label: Any
    question: Any
    done: Any
    capability: str
    event: str
    run: Run
    form: type[ActForm] = ask.NothingMore
    states: frozenset[State] = frozenset(State)
    fits: Callable[[Device], bool] = lambda device: True
    is_grave: bool = False
    press: Any = ""

    def is_open(self, device: Device, hat: Membership) -> bool:
        """Whether this person may try it on this device now."""
        return device.state in self.states and self.fits(device) and can(hat, self.capability)


def _triage(code: str, form: Any, by: Membership, at: datetime) -> object:
    said = dict(form.cleaned_data)
    said["decision"] = Triage(said["decision"])
    photos = said.pop("photos", [])
    return operations.triage_with_photos(photos=photos, code=code, by=by, at=at, **said)


def _photos(code: str, form: Any, by: Membership, at: datetime) -> object:
    photos = form.cleaned_data["photos"]
    return operations.add_photos(code=code, photos=photos, by=by, at=at)


def _grade(code: str, form: Any, by: Membership, at: datetime) -> object:
    return operations.grade_device(code=code, by=by, at=at, **form.cleaned_data)


def _pass(code: str, form: Any, by: Membership, at: datetime) -> object:
    return operations.pass_quality_check(code=code, answers=form.answers(), by=by, at=at)


def _fail(code: str, form: Any, by: Membership, at: datetime) -> object:
    said = form.cleaned_data
    return operations.fail_quality_check(
        code=code, decision=Triage(said["decision"]), reason=said["reason"], by=by, at=at
    )


def _repair(code: str, form: Any, by: Membership, at: datetime) -> object:
    said = form.cleaned_data
    return operations.record_repair(
        code=code,
        what=said["what"],
        part=said["part"],
        part_condition=said["part_condition"] or PartCondition.NONE,
        minutes=said["minutes"] or 0,
        cost_cents=round((said["cost"] or 0) * 100),
        stock_part=said["stock_part"],
        by=by,
        at=at,
    )


def _place(code: str, form: Any, by: Membership, at: datetime) -> object:
    return operations.place_device(code=code, by=by, at=at, **form.where())


def _recycle(code: str, form: Any, by: Membership, at: datetime) -> object:
    said = form.cleaned_data
    mass_g = round(said["mass_kg"] * 1000)
    return operations.recycle_device(
        code=code, mass_g=mass_g, waste_slip=said["waste_slip"], by=by, at=at
    )


def _miss(code: str, form: Any, by: Membership, at: datetime) -> object:
    reason = form.cleaned_data["reason"]
    return operations.report_device_missing(code=code, reason=reason, by=by, at=at)


def _relabel(code: str, form: Any, by: Membership, at: datetime) -> object:
    new = form.cleaned_data["new_code"]
    return operations.relabel_device(code=code, new_code=new, by=by, at=at)


def _correct(code: str, form: Any, by: Membership, at: datetime) -> object:
    return operations.correct_device(code=code, facts=form.facts(), by=by, at=at)


def _simply(verb: Callable[..., object]) -> Run:
    return lambda code, form, by, at: verb(code=code, by=by, at=at)


def _from(move: str) -> frozenset[State]:
    return MOVES[move].sources


ACTS: dict[str, Act] = {
    "tri": Act(
        label=_("Sort"),
        question=_("Sort this device"),
        done=_("Sorted"),
        capability="device.triage",
        event="device.triaged",
        run=_triage,
        form=ask.TriageWithPhotosForm,
        states=_from("triage"),
    ),
    "controle": Act(
        label=_("Quality check"),
        question=_("Last check before stock"),
        press=_("All is right: it is ready"),
        done=_("Ready"),
        capability="device.check",
        event="device.passed_quality_check",
        run=_pass,
        form=ask.CheckForm,
        states=_from("pass_quality_check"),
        fits=lambda device: device.is_data_gone and not device.is_locked,
    ),
    "refus": Act(
        label=_("Fail the check"),
        question=_("Send it back from the check"),
        done=_("Sent back"),
        capability="device.check",
        event="device.failed_quality_check",
        run=_fail,
        form=ask.FailForm,
        states=_from("fail_quality_check"),
    ),
    "reparation": Act(
        label=_("Write down a repair"),
        question=_("What was repaired?"),
        done=_("Repair written down"),
        capability="repair.record",
        event="device.repaired",
        run=_repair,
        form=ask.RepairForm,
        states=frozenset({State.IN_WORKSHOP}),
    ),
    "photos": Act(
        label=_("Add photos"),
        question=_("What does it look like?"),
        done=_("Photos added"),
        capability="device.triage",
        event="device.photographed",
        run=_photos,
        form=ask.PhotosForm,
        states=IN_HOUSE - {State.RECEIVED},
    ),
    "classe": Act(
        label=_("Choose the class"),
        question=_("Which performance class?"),
        done=_("Class chosen"),
        capability="device.triage",
        event="device.graded",
        run=_grade,
        form=ask.GradeForm,
        states=IN_HOUSE - {State.RECEIVED},
    ),
    "deverrouillage": Act(
        label=_("Unlock"),
        question=_("Is the lock gone?"),
        done=_("Unlocked"),
        capability="device.edit",
        event="device.unlocked",
        run=_simply(operations.unlock_device),
        fits=lambda device: device.is_locked,
    ),
    "rangement": Act(
        label=_("Put away"),
        question=_("Where do you put it?"),
        done=_("Put away"),
        capability="device.place",
        event="device.placed",
        run=_place,
        form=ask.PlaceForm,
        states=IN_HOUSE,
    ),
    "demontage": Act(
        label=_("Take apart"),
        question=_("Has it given its parts?"),
        done=_("Taken apart"),
        capability="device.dismantle",
        event="device.dismantled",
        run=_simply(operations.dismantle_device),
        states=_from("dismantle"),
    ),
    "recyclage": Act(
        label=_("Give to recycling"),
        question=_("Give it to recycling"),
        done=_("Recycled"),
        capability="device.recycle",
        event="device.recycled",
        run=_recycle,
        form=ask.RecycleForm,
        states=_from("recycle"),
        fits=lambda device: device.is_data_gone,
    ),
    "correction": Act(
        label=_("Correct the details"),
        question=_("What is this machine?"),
        done=_("Corrected"),
        capability="device.edit",
        event="device.corrected",
        run=_correct,
        form=ask.CorrectForm,
    ),
    "etiquette": Act(
        label=_("Stick a new label"),
        question=_("Scan the new label"),
        done=_("New label stuck on"),
        capability="device.edit",
        event="device.relabelled",
        run=_relabel,
        form=ask.RelabelForm,
    ),
    "retrouve": Act(
        label=_("Found again"),
        question=_("Is it back?"),
        done=_("Found again"),
        capability="device.report_missing",
        event="device.found",
        run=_simply(operations.find_device),
        states=_from("find"),
    ),
    "disparu": Act(
        label=_("Report missing"),
        question=_("Report it missing"),
        done=_("Reported missing"),
        capability="device.report_missing",
        event="device.reported_missing",
        run=_miss,
        form=ask.ReasonForm,
        states=_from("report_missing"),
        is_grave=True,
    ),
    "annulation": Act(
        label=_("Undo the last step"),
        question=_("Undo the last step?"),
        done=_("Last step undone"),
        capability="device.undo",
        event="device.undone",
        run=_simply(operations.undo_last_move),
        is_grave=True,
    ),
}

_NEXT = {
    State.RECEIVED: "tri",
    State.RETURNED: "tri",
    State.FOR_PARTS: "demontage",
    State.TO_RECYCLE: "recyclage",
    State.MISSING: "retrouve",
}


def next_act(device: Device) -> str:
    """Name what a device needs next: an act, "data" for its storage, or nothing."""
    if device.state in {State.IN_WORKSHOP, State.TO_RECYCLE} and device.pending_units:
        return "data"
    if device.state == State.IN_WORKSHOP:
        return "deverrouillage" if device.is_locked else "controle"
    if device.state == State.READY and device.location_id is None:
        return "rangement"
    return _NEXT.get(State(device.state), "")


def may_undo(device: Device, hat: Membership, at: datetime) -> bool:
    """Whether the device's last step is this person's to undo now."""
    try:
        operations.undoable_event(device, kinds=UNDOABLE, by=hat, at=at)
    except Refusal:
        return False
    return True
