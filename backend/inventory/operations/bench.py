"""At the bench: triage, repair, unlock, quality check."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.core import events
from backend.core.errors import InvalidInput, Refusal
from backend.core.models import insert
from backend.core.transactions import operation
from backend.inventory.choices import Triage
from backend.inventory.lifecycle import DECISION_LEADS_TO, ForbiddenMove
from backend.inventory.models import (
    Device,
    DeviceQuerySet,
    Inspection,
    QualityCheck,
    RepairAction,
    StorageUnit,
)
from backend.inventory.operations.checklists import asked_of, with_checklist
from backend.inventory.operations.fitting import units_for_unknown_drives
from backend.inventory.operations.grading import graded, with_scale
from backend.inventory.operations.moving import (
    apply_move,
    change,
    check_move,
    facts_of,
    locked_device,
)
from backend.inventory.queries.checking import colleagues_who_may_check


class ChecklistIncomplete(InvalidInput):
    """A point of the checklist is unanswered or was answered no."""

    code = "checklist_incomplete"
    title = _("The checklist is not complete")


class CheckedByTheRepairer(Refusal):
    """Who repaired a device leaves its check to somebody of the bench who did not.

    Where nobody else works at the bench, or all of them repaired it, anyone of them checks.
    """

    code = "checked_by_the_repairer"
    title = _("Another person has to check this device")


def _required(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput(
            _("Say why in a few words: the decision needs its reason."),
            fields={"reason": [_("required")]},
        )
    return reason


@operation
def triage_device(
    *,
    code: str,
    decision: Triage,
    reason: str,
    by: Membership,
    at: datetime,
    visual: str = "",
    powers_on: bool | None = None,
    is_locked: bool = False,
    performance_class: str = "",
    condition: str = "",
) -> Device:
    """Decide where a received or returned device goes: repair, parts or recycling.

    The performance class is computed when the configuration is known; a `performance_class`
    given here wins, and `reason` is its reason.
    """
    device = locked_device(code=code, by=by, at=at, among=with_scale, reads=(StorageUnit,))
    _required(reason)
    said = apply_move(
        device,
        "triage",
        at=at,
        target=DECISION_LEADS_TO[Triage(decision)],
        is_locked=is_locked,
        condition=condition or device.condition,
        **graded(device, letter=performance_class),
    )
    inspection = Inspection(
        device=device,
        by_id=by.user_id,
        at=at,
        decision=decision,
        reason=reason,
        visual=visual,
        powers_on=powers_on,
        is_locked=is_locked,
        performance_class=performance_class,
        condition=condition,
    )
    inspection.clean_fields(exclude=["device", "by"])
    insert(inspection)
    events.record("device.triaged", subject=device, by=by, at=at, **said, decision=decision)
    return device


@operation
def unlock_device(*, code: str, by: Membership, at: datetime) -> Device:
    """Record that the account, BIOS or fleet lock is gone."""
    device = locked_device(code=code, by=by, at=at)
    if not device.is_locked:
        raise ForbiddenMove(
            _("This device is not locked: nothing to do."), state=device.state, move="unlock"
        )
    said = change(device, at=at, is_locked=False)
    events.record("device.unlocked", subject=device, by=by, at=at, **said)
    return device


@operation
def pass_quality_check(
    *, code: str, answers: Mapping[str, bool] | None, by: Membership, at: datetime
) -> Device:
    """Declare a device READY: data gone, no lock, every point of the checklist yes.

    The list is the workshop's own for this kind, as it held at `at`; `answers` None declares
    every point of it checked. Where somebody who did not
    repair this device works at the bench, somebody who did is refused.

    Raises DataNotGone, StillLocked, ChecklistIncomplete, CheckedByTheRepairer.
    """
    device = locked_device(code=code, by=by, at=at, among=_with_people, reads=(RepairAction,))
    check_move(device, "pass_quality_check")
    asked = asked_of(device, at=at)
    answers = dict.fromkeys(asked.keys, True) if answers is None else answers
    open_points = asked.open_points(answers)
    if open_points:
        raise ChecklistIncomplete(
            _("Check every point, or send the device back to repair."),
            fields={key: [_("not yet yes")] for key in open_points},
        )
    if device.is_repaired_by_me and device.has_colleagues:  # type: ignore[attr-defined]  # annotated
        raise CheckedByTheRepairer(
            _("You repaired this device: a colleague who did not does the last check.")
        )
    said = apply_move(device, "pass_quality_check", at=at)
    insert(
        QualityCheck(
            device=device,
            by_id=by.user_id,
            at=at,
            checklist_id=asked.checklist_id,
            answers=asked.kept(answers),
            is_passed=True,
        )
    )
    events.record("device.passed_quality_check", subject=device, by=by, at=at, **said)
    return device


def _with_people(by: Membership) -> DeviceQuerySet:
    repairs = RepairAction.objects.standing().filter(device=OuterRef("pk"), by_id=by.user_id)
    return with_checklist(Device.objects.all()).annotate(
        is_repaired_by_me=Exists(repairs), has_colleagues=Exists(colleagues_who_may_check(by))
    )


def _with_checklist(_by: Membership) -> DeviceQuerySet:
    return with_checklist(Device.objects.all())


@operation
def fail_quality_check(
    *,
    code: str,
    decision: Triage,
    reason: str,
    by: Membership,
    at: datetime,
    answers: Mapping[str, bool] | None = None,
) -> Device:
    """Send a device back from the check, also from the shelf, and say where it goes.

    Drives that a report found past the erasure gate become units with data: it is done again.
    """
    device = locked_device(code=code, by=by, at=at, among=_with_checklist, reads=())
    _required(reason)
    asked = asked_of(device, at=at)
    said = apply_move(
        device,
        "fail_quality_check",
        at=at,
        target=DECISION_LEADS_TO[Triage(decision)],
        **units_for_unknown_drives(device),
    )
    check = QualityCheck(
        device=device,
        by_id=by.user_id,
        at=at,
        checklist_id=asked.checklist_id,
        answers=asked.kept(answers or {}),
        is_passed=False,
        reason=reason,
    )
    check.clean_fields(exclude=["device", "by", "answers", "checklist"])
    insert(check)
    events.record(
        "device.failed_quality_check", subject=device, by=by, at=at, **said, decision=decision
    )
    if "pending_units" in said["was"]:
        # A second event, so that undoing the first does not hide what was found.
        events.record("storage_unit.added", subject=device, by=by, at=at, **facts_of(device))
    return device
