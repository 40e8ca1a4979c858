"""The replay: through the real operations, interrupted and resumed, counted twice."""

import json
from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from backend.accounts.operations import found_coordination
from backend.core.models import Event, Outbox
from backend.distribution.models import Beneficiary
from backend.impact import figures
from backend.impact.models import ReplayedDay
from backend.impact.replay import playing
from backend.impact.replay.driving import Driver
from backend.impact.replay.plan import plan
from backend.impact.replay.steps import Step
from backend.inventory.choices import SerialQuality, State
from backend.inventory.models import Device, Erasure

pytestmark = pytest.mark.django_db
SMALLEST = 0.01


def replay(**options: Any) -> dict[str, Any]:
    """Run the command; give the one object that it prints."""
    told = StringIO()
    call_command("replay", json=True, stdout=told, **{"scale": SMALLEST, "seed": 3} | options)
    answer: dict[str, Any] = json.loads(told.getvalue())
    return answer


@pytest.fixture
def interrupted_in_june(monkeypatch: pytest.MonkeyPatch) -> None:
    """Press Ctrl-C in the middle of the first day after May."""
    do = Driver.do

    def do_half(driver: Driver, steps: list[Step]) -> None:
        if steps[0].at.month < 6:
            do(driver, steps)
            return
        do(driver, steps[: max(1, len(steps) // 2)])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Driver, "do", do_half)
        with pytest.raises(SystemExit) as stopped:
            replay()
    assert stopped.value.code == 130


@pytest.mark.usefixtures("interrupted_in_june")
def test_an_interrupted_year_goes_on_and_comes_out_exactly() -> None:
    kept = ReplayedDay.objects.order_by("day").last()
    last_event = Event.objects.order_by("happened_at").last()
    assert kept is not None
    assert last_event is not None
    assert last_event.happened_at.date() <= kept.day  # the day under way left nothing

    answer = replay()

    told = answer["figures"]
    assert told == answer["recount"] == figures.totals()
    assert answer["agree"] is True
    assert (answer["scale"], answer["seed"]) == (SMALLEST, 3)
    assert told["devices_collected"] == Device.objects.count() == 200
    assert told["devices_reconditioned"] == 74
    assert told["people_equipped"] == 30
    assert ReplayedDay.objects.count() == len(plan(3, SMALLEST).days)
    _check_what_a_year_leaves(told)


def _check_what_a_year_leaves(told: dict[str, int]) -> None:
    states = set(Device.objects.values_list("state", flat=True))
    assert {State.READY, State.HANDED_OVER, State.RECYCLED, State.IN_WORKSHOP} <= states
    assert Device.objects.filter(serial_quality=SerialQuality.PLACEHOLDER, serial=None).exists()
    assert Erasure.objects.filter(result="failed").exists()
    assert told["devices_returned"] >= 3
    assert told["devices_handed_over"] > told["people_equipped"]
    assert not Outbox.objects.exists()
    assert set(Beneficiary.objects.values_list("name", flat=True)) == {""}


def test_a_year_that_is_done_is_only_counted_again() -> None:
    year = plan(3, SMALLEST)
    ReplayedDay.objects.bulk_create(
        ReplayedDay(day=day, seed=3, scale=SMALLEST) for day in year.days
    )
    assert set(replay()["figures"].values()) == {0}
    assert not Event.objects.exists()


@pytest.mark.parametrize("other", [{"seed": 4}, {"scale": 0.02}])
def test_another_year_in_the_same_place_is_refused(other: dict[str, Any]) -> None:
    ReplayedDay.objects.create(day=min(plan(3, SMALLEST).days), seed=3, scale=0.01)
    with pytest.raises(CommandError, match="holds the year of seed 3"):
        replay(**other)
    assert not Event.objects.exists()


@pytest.mark.parametrize("restart", [True, False])
def test_a_place_with_real_work_is_refused(restart: bool, now: datetime) -> None:
    found_coordination(
        name="Coordination", territory="69", email="a@example.org", password=None, at=now
    )
    before = Event.objects.count()
    with pytest.raises(CommandError, match="other work than a replay"):
        replay(restart=restart)
    assert Event.objects.count() == before == 2


def test_a_year_too_small_is_refused() -> None:
    with pytest.raises(CommandError, match="from 0"):
        replay(scale=0.001)


def test_figures_that_differ_from_the_recount_fail_the_replay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(playing, "play", lambda _plan: iter(()))
    monkeypatch.setattr(figures, "recount", lambda: {"devices_collected": 1})
    with pytest.raises(CommandError, match="differ"):
        replay()
