"""The figures say what happened, whatever the order in which it was learnt."""

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.impact import figures, operations
from backend.impact.models import DailyTally, TouchedDay
from tests.impact.conftest import Note

pytestmark = pytest.mark.django_db


def counted() -> dict[str, int]:
    """The figures that are not 0, by tallies that agree with the recount."""
    operations.recompute_touched_days()
    totals = figures.totals()
    assert totals == figures.recount()
    return {name: value for name, value in totals.items() if value}


def test_a_received_device_is_collected(note: Note) -> None:
    note("device.received", 1)
    note("device.received", 2)
    assert counted() == {"devices_collected": 2}


def test_a_device_is_reconditioned_once(note: Note) -> None:
    note("device.passed_quality_check", 1)
    note("device.passed_quality_check", 1, day=9)
    assert counted() == {"devices_reconditioned": 1}


def test_a_monitor_is_reconditioned_beside_the_headline(note: Note) -> None:
    note("device.passed_quality_check", 1, kind="monitor")
    assert counted() == {"other_devices_reconditioned": 1}


def test_a_check_that_was_taken_back_does_not_count(note: Note) -> None:
    check = note("device.passed_quality_check", 1)
    note("device.undone", 1, day=1, undone=check.kind, undone_event=check.pk)
    assert counted() == {}
    note("device.passed_quality_check", 1, day=5)
    assert counted() == {"devices_reconditioned": 1}


def test_a_late_check_moves_the_first_day(note: Note) -> None:
    note("device.passed_quality_check", 1, day=5)
    counted()
    note("device.passed_quality_check", 1, day=2)
    assert counted() == {"devices_reconditioned": 1}
    (tally,) = DailyTally.objects.all()
    assert tally.day.day == 17


def test_a_person_with_two_devices_is_equipped_once(note: Note) -> None:
    note("device.handed_over", 1, beneficiary=7)
    note("device.handed_over", 2, beneficiary=7, day=3)
    assert counted()["people_equipped"] == 1


def test_who_gives_the_only_device_back_is_taken_off_on_that_day(note: Note) -> None:
    note("device.handed_over", 1, beneficiary=7)
    note("device.returned", 1, beneficiary=7, day=4)
    found = counted()
    assert "people_equipped" not in found
    assert found["devices_returned"] == 1
    tallies = DailyTally.objects.filter(figure="people_equipped").order_by("day")
    assert [(tally.day.day, tally.value) for tally in tallies] == [(15, 1), (19, -1)]


def test_a_machine_given_again_is_one_machine(note: Note) -> None:
    note("device.handed_over", 1, beneficiary=7)
    note("device.returned", 1, beneficiary=7, day=4)
    note("device.handed_over", 1, beneficiary=8, day=9)
    found = counted()
    assert (found["devices_handed_over"], found["machines_given"]) == (2, 1)
    assert found["people_equipped"] == 1


def test_a_hand_over_that_was_taken_back_did_not_happen(note: Note) -> None:
    given_away = note("device.handed_over", 1, beneficiary=7)
    note("device.hand_over_undone", 1, beneficiary=7, undone_event=given_away.pk)
    assert counted() == {}


def test_mass_is_counted_where_it_goes(note: Note) -> None:
    note("device.handed_over", 1, beneficiary=7, mass_g=1500)
    note("device.recycled", 2, mass_g=700)
    found = counted()
    assert (found["grams_handed_over"], found["grams_recycled"]) == (1500, 700)


def test_counting_twice_changes_nothing(note: Note) -> None:
    note("device.received", 1)
    before = counted()
    assert operations.recompute_touched_days() == 0
    operations.rebuild_tallies()
    assert counted() == before
    assert not TouchedDay.objects.exists()


def test_a_wrong_tally_is_found_and_mended(note: Note) -> None:
    note("device.received", 1)
    counted()
    DailyTally.objects.update(value=5)
    assert operations.differences() == {"devices_collected": (5, 1)}
    operations.rebuild_tallies()
    assert operations.differences() == {}


def test_reading_the_figures_costs_one_statement(note: Note, statements, now: datetime) -> None:
    for device in range(30):
        note("device.received", device, day=device)
    operations.recompute_touched_days()
    with statements() as found:
        figures.totals()
    assert len(found) == 1


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["receive", "pass", "undo", "give", "back", "recycle"]),
        st.integers(1, 3),
        st.integers(0, 6),
        st.integers(1, 2),
    ),
    max_size=25,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_tallies_and_recount_agree_whatever_happens(note: Note, steps) -> None:
    """Events arrive in any order of days; each day is recounted as soon as it is touched."""
    last_pass: dict[int, int] = {}
    holder: dict[int, int] = {}
    for verb, device, day, person in steps:
        if verb == "receive":
            note("device.received", device, day=day)
        elif verb == "pass":
            last_pass[device] = note("device.passed_quality_check", device, day=day).pk
        elif verb == "undo" and device in last_pass:
            note("device.undone", device, day=6, undone_event=last_pass.pop(device))
        elif verb == "give" and device not in holder:
            note("device.handed_over", device, day=day, beneficiary=person)
            holder[device] = person
        elif verb == "back" and device in holder:
            note("device.returned", device, day=6, beneficiary=holder.pop(device))
        elif verb == "recycle":
            note("device.recycled", device, day=day)
        operations.recompute_touched_days()
    assert operations.differences() == {}
