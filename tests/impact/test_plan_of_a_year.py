"""The synthetic year: exact counts, the same for the same seed, quiet on days off."""

from collections import Counter, defaultdict
from datetime import date

import pytest

from backend.accounts.models import DEPARTEMENT, validate_siren
from backend.impact.replay.catalogue import machines, territories
from backend.impact.replay.fates import COUNTED
from backend.impact.replay.organisations import donors, workshops
from backend.impact.replay.plan import Plan, Random, TooSmall, plan
from backend.impact.replay.working_days import easter, public_holidays, working_days
from backend.inventory.choices import COMPUTERS_AND_SMARTPHONES, Kind
from backend.inventory.models import Device

SCALES = {0.01: (200, 74, 30), 0.05: (1000, 370, 150), 0.1: (2000, 740, 300)}


def figures_of(planned: Plan) -> tuple[int, int, int]:
    """Count the plan by hand: received, first passed, people who still hold something."""
    steps = [step for day in planned.days.values() for step in day]
    kinds = {thing.number: thing.kind for thing in planned.things}
    passed = {s.number for s in steps if s.verb == "pass_check"}
    asked_by = {s.number: s.facts["person"] for s in steps if s.verb == "submit"}
    held: Counter[int] = Counter(asked_by[s.number] for s in steps if s.verb == "hand_over")
    held.subtract(asked_by[s.facts["request"]] for s in steps if s.verb == "take_back")
    received = sum(s.verb == "receive" for s in steps)
    return (
        received,
        sum(kinds[number] in COUNTED for number in passed),
        sum(count > 0 for count in held.values()),
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("scale", SCALES)
def test_the_three_figures_come_out_exactly(scale: float, seed: int) -> None:
    assert figures_of(plan(seed, scale)) == SCALES[scale]


def test_a_whole_year_is_that_of_the_reference_programme() -> None:
    year = plan(1, 1)
    assert figures_of(year) == (20_000, 7_400, 3_000)
    assert len(year.workshops) == 23
    assert len({workshop.territory for workshop in year.workshops}) == 20
    assert len({gift.donor.number for gift in year.gifts}) == 400
    assert {gift.donor.legal_type for gift in year.gifts} == {
        "company",
        "public_body",
        "association",
        "individual",
    }


def test_the_same_seed_gives_the_same_year_and_another_seed_another() -> None:
    assert plan(5, 0.02) == plan(5, 0.02)
    assert plan(5, 0.02).days != plan(6, 0.02).days


@pytest.mark.parametrize("scale", SCALES)
def test_nothing_happens_on_weekends_and_public_holidays(scale: float) -> None:
    days = plan(7, scale).days
    assert set(days) <= set(working_days(2025))
    assert not any(day.weekday() >= 5 or day in public_holidays(2025) for day in days)


@pytest.mark.parametrize("seed", range(10, 16))
def test_every_request_goes_its_way_in_order(seed: int) -> None:
    seen: dict[int, list[str]] = defaultdict(list)
    for steps in plan(seed, 0.05).days.values():
        for step in steps:
            if step.verb in {"submit", "allocate", "hand_over"}:
                seen[step.number].append(step.verb)
    assert {tuple(verbs) for verbs in seen.values()} == {
        ("submit",),
        ("submit", "allocate"),
        ("submit", "allocate", "hand_over"),
    }


def test_every_machine_comes_in_before_anything_is_done_to_it() -> None:
    of_machines = {"receive", "triage", "pass_check", "recycle", "miss", "dismantle", "place"}
    first = {}
    for steps in plan(3, 0.05).days.values():
        for step in steps:
            if step.verb in of_machines:
                first.setdefault(step.number, step.verb)
    assert set(first.values()) == {"receive"}


def test_a_year_smaller_than_a_hundredth_is_refused() -> None:
    with pytest.raises(TooSmall):
        plan(1, 0.009)


def test_easter_and_the_days_off_are_those_of_the_calendar() -> None:
    assert easter(2025) == date(2025, 4, 20)
    assert easter(2026) == date(2026, 4, 5)
    assert len(public_holidays(2025)) == 11
    assert date(2025, 6, 9) in public_holidays(2025)
    assert len(working_days(2025)) == 251


def test_the_catalogue_holds_real_machines_that_fit_the_house() -> None:
    known = machines()
    assert len(known) >= 80
    assert len({(machine.maker, machine.model) for machine in known}) == len(known)
    assert {machine.kind for machine in known} == set(Kind)
    assert all(
        len(machine.model) <= Device._meta.get_field("model").max_length for machine in known
    )
    assert set(COUNTED) == COMPUTERS_AND_SMARTPHONES


def test_made_up_organisations_have_real_territories_and_sirens_nobody_has() -> None:
    for organisation in [*workshops(), *donors(400, Random(1))]:
        DEPARTEMENT(organisation.territory)
        if organisation.siren:
            validate_siren(organisation.siren)
            assert organisation.siren.startswith("0")
    assert len(territories()) == 20


def test_some_serials_lie() -> None:
    serials = Counter(thing.serial for thing in plan(1, 0.1).things)
    assert serials["To be filled by O.E.M."]
    assert any(count == 2 for count in serials.values())


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_machine_that_comes_back_is_erased_before_it_is_given_again(seed: int) -> None:
    year = plan(seed, 0.1)
    stores = {thing.number for thing in year.things if thing.kind in COUNTED}
    back: set[int] = set()
    again = 0
    for steps in year.days.values():
        for step in steps:
            if step.verb == "take_back":
                back.add(step.number)
            elif step.verb in {"erase", "destroy", "absent"}:
                back.discard(step.number)
            elif step.verb in {"pass_check", "recycle"} and step.number in stores:
                assert step.number not in back
                again += 1
    assert again
