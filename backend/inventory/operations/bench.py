"""At the bench: triage, repair, unlock, quality check."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from backend.accounts.choices import Role
from backend.accounts.models import Membership
from backend.core import events
from backend.core.errors import InvalidInput, Refusal
from backend.core.models import insert
from backend.core.rules import in_words_of
from backend.core.transactions import operation
from backend.inventory.choices import PartCondition, State, Triage, checklist_for
from backend.inventory.lifecycle import DECISION_LEADS_TO, ForbiddenMove
from backend.inventory.models import (
    Device,
    DeviceQuerySet,
    Inspection,
    QualityCheck,
    RepairAction,
)
from backend.inventory.operations.moving import (
    apply_move,
    change,
    check_move,
    facts_of,
    locked_device,
)


class ChecklistIncomplete(InvalidInput):
    """A point of the checklist is unanswered or was answered no."""

    code = "checklist_incomplete"
    title = _("The checklist is not complete")


class CheckedByTheRepairer(Refusal):
    """Another person than the repairer checks, where the workshop has two."""

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
    """Decide where a received or returned device goes: repair, parts or recycling."""
    device = locked_device(code=code, by=by, at=at)
    _required(reason)
    said = apply_move(
        device,
        "triage",
        at=at,
        target=DECISION_LEADS_TO[Triage(decision)],
        is_locked=is_locked,
        performance_class=performance_class or device.performance_class,
        condition=condition or device.condition,
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
def record_repair(
    *,
    code: str,
    what: str,
    by: Membership,
    at: datetime,
    part: str = "",
    part_condition: str = PartCondition.NONE,
    minutes: int = 0,
    cost_cents: int = 0,
) -> RepairAction:
    """Write down one repair. A part is new or reused; cost in euro cents, time in minutes."""
    device = locked_device(code=code, by=by, at=at)
    if device.state != State.IN_WORKSHOP:
        raise ForbiddenMove(
            _("Only a device in the workshop is repaired. Send it through triage first."),
            state=device.state,
            move="repair",
        )
    action = RepairAction(
        device=device,
        by_id=by.user_id,
        at=at,
        what=what,
        part=part,
        part_condition=part_condition,
        minutes=minutes,
        cost_cents=cost_cents,
    )
    action.clean_fields(exclude=["device", "by"])
    with in_words_of(RepairAction):
        insert(action)
    change(device, at=at)
    events.record(
        "device.repaired",
        subject=device,
        by=by,
        at=at,
        **facts_of(device),
        part_condition=part_condition,
        minutes=minutes,
        cost_cents=cost_cents,
    )
    return action


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
    *, code: str, answers: Mapping[str, bool], by: Membership, at: datetime
) -> Device:
    """Declare a device READY: data gone, no lock, every point of the checklist yes.

    Raises DataNotGone, StillLocked, ChecklistIncomplete, CheckedByTheRepairer.
    """
    device = locked_device(code=code, by=by, at=at, among=_with_people)
    check_move(device, "pass_quality_check")
    open_points = [key for key in checklist_for(device.kind) if answers.get(key) is not True]
    if open_points:
        raise ChecklistIncomplete(
            _("Check every point, or send the device back to repair."),
            fields={key: [_("not yet yes")] for key in open_points},
        )
    if device.is_repaired_by_me and device.has_colleagues:  # type: ignore[attr-defined]
        raise CheckedByTheRepairer(
            _("You repaired this device: ask a colleague to do the last check.")
        )
    said = apply_move(device, "pass_quality_check", at=at)
    insert(
        QualityCheck(device=device, by_id=by.user_id, at=at, answers=dict(answers), is_passed=True)
    )
    events.record("device.passed_quality_check", subject=device, by=by, at=at, **said)
    return device


def _with_people(by: Membership) -> DeviceQuerySet:
    repairs = RepairAction.objects.filter(device=OuterRef("pk"), by_id=by.user_id)
    colleagues = Membership.objects.current().filter(organisation_id=by.organisation_id)
    at_the_bench = colleagues.exclude(user_id=by.user_id).filter(
        role__in=[Role.TECHNICIAN, Role.WORKSHOP_MANAGER]
    )
    return Device.objects.annotate(
        is_repaired_by_me=Exists(repairs), has_colleagues=Exists(at_the_bench)
    )


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
    """Send a device back from the check, also from the shelf, and say where it goes."""
    device = locked_device(code=code, by=by, at=at)
    _required(reason)
    said = apply_move(
        device, "fail_quality_check", at=at, target=DECISION_LEADS_TO[Triage(decision)]
    )
    check = QualityCheck(
        device=device,
        by_id=by.user_id,
        at=at,
        answers=dict(answers or {}),
        is_passed=False,
        reason=reason,
    )
    check.clean_fields(exclude=["device", "by", "answers"])
    insert(check)
    events.record(
        "device.failed_quality_check", subject=device, by=by, at=at, **said, decision=decision
    )
    return device
