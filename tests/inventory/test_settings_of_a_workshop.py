"""A workshop's own checklists and rate, the programme's scale: published, versioned, kept."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from backend.core.errors import InvalidInput
from backend.inventory import operations
from backend.inventory.choices import State, checklist_for
from backend.inventory.models import Checklist, Device, QualityCheck
from backend.inventory.performance import STANDARD
from tests.factories import a_coordinator, a_technician, a_workshop_manager
from tests.inventory.stories import NOW, Workshop, all_yes

pytestmark = pytest.mark.django_db
HINGES = {"key": "hinges", "fr": "Charnières", "en": "Hinges"}
FINAL = {"key": "final_test", "fr": "Essai final", "en": ""}
LATER = NOW + timedelta(minutes=30)


def publish(workshop: Workshop, *points: Any, replaces: int = 0, **given: Any) -> Checklist:
    return operations.publish_checklist(
        **{"kind": "laptop", "by": workshop.manager, "at": NOW}
        | given
        | {"points": points or (HINGES, FINAL), "replaces": replaces}
    )


def erased(workshop: Workshop) -> Device:
    device = workshop.device(State.IN_WORKSHOP)
    workshop.erase(device)
    return device


def check(workshop: Workshop, device: Device, answers: dict[str, bool], at: Any = NOW) -> Device:
    return operations.pass_quality_check(
        code=device.code, answers=answers, by=workshop.manager, at=at
    )


def test_a_check_answers_the_list_of_its_workshop_and_keeps_its_version() -> None:
    workshop, device = (w := Workshop()), erased(w)
    checklist = publish(workshop)
    with pytest.raises(operations.ChecklistIncomplete) as refused:
        check(workshop, device, all_yes(device))
    assert set(refused.value.fields) == {"hinges"}
    check(workshop, device, {"hinges": True, "final_test": True, "keyboard": True})
    kept = QualityCheck.objects.get()
    assert kept.checklist == checklist
    assert kept.answers == {"hinges": True, "final_test": True}


def test_a_scan_of_before_answers_the_list_of_its_moment() -> None:
    workshop, device = (w := Workshop()), erased(w)
    first = publish(workshop)
    publish(workshop, {"key": "lid", "fr": "Capot", "en": ""}, FINAL, replaces=1, at=LATER)
    check(workshop, device, {"hinges": True, "final_test": True}, at=NOW)
    assert QualityCheck.objects.get().checklist == first


def test_a_scan_of_before_the_first_version_answers_the_standard_list() -> None:
    workshop, device = (w := Workshop()), erased(w)
    publish(workshop, at=LATER)
    check(workshop, device, all_yes(device))
    assert QualityCheck.objects.get().checklist is None


@pytest.mark.parametrize("what", ["checklist", "rate", "scale"])
def test_nothing_is_published_before_what_holds(what: str, nothing_changed: Any) -> None:
    workshop, coordinator = Workshop(), a_coordinator()
    acts: dict[str, Any] = {
        "checklist": partial(publish, workshop),
        "rate": partial(operations.set_hourly_rate, cents=1800, by=workshop.manager),
        "scale": partial(
            operations.publish_performance_scale, points=STANDARD, replaces=0, by=coordinator
        ),
    }
    first = acts[what](at=LATER)
    again = {} if what == "rate" else {"replaces": 1}
    with nothing_changed(first), pytest.raises(operations.BeforeLastVersion):
        acts[what](at=NOW, **again)
    assert acts[what](at=LATER, **again).pk > first.pk


def test_a_repair_keeps_the_rate_of_its_own_day() -> None:
    workshop = Workshop()
    device = workshop.device(State.IN_WORKSHOP)
    hour = timedelta(hours=1)
    for cents, at in ((1000, NOW + hour), (1500, NOW + 2 * hour), (2000, NOW + 3 * hour)):
        operations.set_hourly_rate(cents=cents, by=workshop.manager, at=at)
    rates = [
        operations.record_repair(
            code=device.code, what="x", by=workshop.technician, at=NOW + hours * hour
        ).rate_cents
        for hours in (0, 1, 2.5, 4)
    ]
    assert rates == [0, 1000, 1500, 2000]


def test_other_kinds_and_other_workshops_keep_theirs() -> None:
    workshop = Workshop()
    publish(Workshop())
    publish(workshop, kind="desktop")
    device = erased(workshop)
    check(workshop, device, dict.fromkeys(checklist_for("laptop"), True))
    assert QualityCheck.objects.get().checklist is None


@pytest.mark.parametrize(
    "points",
    [
        [HINGES],
        [FINAL, FINAL],
        [FINAL, {"key": "No spaces", "fr": "x", "en": ""}],
        [FINAL, {"key": "empty", "fr": " ", "en": ""}],
        [FINAL, {"key": "long", "fr": "x" * 81, "en": ""}],
        [FINAL, *({"key": f"p{n}", "fr": "x", "en": ""} for n in range(40))],
    ],
)
def test_a_list_that_cannot_be_is_refused(points: Any) -> None:
    with pytest.raises(InvalidInput):
        publish(Workshop(), *points)
    assert not Checklist.objects.exists()


def test_two_versions_are_not_made_from_the_same() -> None:
    workshop = Workshop()
    publish(workshop)
    with pytest.raises(operations.ChangedMeanwhile):
        publish(workshop)
    assert publish(workshop, replaces=1).version == 2


def test_only_a_workshop_has_lists_and_a_rate() -> None:
    coordinator = a_coordinator()
    with pytest.raises(operations.NotAWorkshop):
        publish(Workshop(), by=coordinator)
    with pytest.raises(operations.NotAWorkshop):
        operations.set_hourly_rate(cents=1500, by=coordinator, at=NOW)


@pytest.mark.parametrize("cents", [-1, 20_001])
def test_a_rate_that_cannot_be_is_refused(cents: int) -> None:
    with pytest.raises(InvalidInput):
        operations.set_hourly_rate(cents=cents, by=a_workshop_manager(), at=NOW)


def test_a_repair_keeps_the_rate_of_its_day() -> None:
    workshop = Workshop()
    device = workshop.device(State.IN_WORKSHOP)

    def repair() -> int:
        return operations.record_repair(
            code=device.code, what="x", minutes=30, by=workshop.technician, at=NOW
        ).rate_cents

    assert repair() == 0
    operations.set_hourly_rate(cents=1800, by=workshop.manager, at=NOW)
    operations.set_hourly_rate(cents=900, by=a_workshop_manager(), at=NOW)
    assert repair() == 1800


@pytest.mark.parametrize(
    "change",
    [
        {"weight_cpu": 41},
        {"weight_cpu": -5, "weight_ram": 80},
        {"from_a": 40},
        {"ram_8": 101},
        {"cpu_core_i5": None},
        {"cpu_abacus": 3},
    ],
)
def test_a_scale_that_cannot_be_is_refused(change: dict[str, Any]) -> None:
    points = {key: value for key, value in {**STANDARD, **change}.items() if value is not None}
    with pytest.raises(InvalidInput):
        operations.publish_performance_scale(points=points, replaces=0, by=a_coordinator(), at=NOW)


class TestTheLastLookByAnother:
    """Who repaired leaves the check to somebody who did not, where there is one."""

    @staticmethod
    def repair(device: Device, by: Any) -> Any:
        return operations.record_repair(code=device.code, what="x", by=by, at=NOW)

    def test_where_all_repaired_it_anyone_of_them_checks(self) -> None:
        workshop, device = (w := Workshop()), erased(w)
        self.repair(device, workshop.manager)
        self.repair(device, workshop.technician)
        assert check(workshop, device, all_yes(device)).state == State.READY

    def test_of_three_the_two_who_repaired_leave_it_to_the_third(self) -> None:
        workshop, device = (w := Workshop()), erased(w)
        third = a_technician(organisation=workshop.organisation)
        self.repair(device, workshop.manager)
        self.repair(device, workshop.technician)
        with pytest.raises(operations.CheckedByTheRepairer):
            check(workshop, device, all_yes(device))
        checked = operations.pass_quality_check(
            code=device.code, answers=all_yes(device), by=third, at=NOW
        )
        assert checked.state == State.READY

    def test_a_repair_taken_back_is_nobodys(self) -> None:
        workshop, device = (w := Workshop()), erased(w)
        action = self.repair(device, workshop.manager)
        operations.undo_repair(repair_id=action.pk, reason="not so", by=workshop.manager, at=NOW)
        assert check(workshop, device, all_yes(device)).state == State.READY
