"""What a bench takes along: who, the table of moves, the choices, the devices in house."""

from typing import Any

import pytest

from backend.inventory.choices import Kind, State
from backend.inventory.lifecycle import MOVES
from tests.api.doors import door, session
from tests.inventory.stories import Workshop, an_accepted_pledge

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


def test_it_says_who_acts_and_gives_a_token_to_write_with(workshop: Workshop) -> None:
    said = session(workshop.technician).read("bench/").json()
    assert said["who"]["membership"] == workshop.technician.pk
    assert said["who"]["workshop"] == str(workshop.technician.organisation)
    assert said["csrf"]


def test_its_table_of_moves_is_that_of_the_server(workshop: Workshop) -> None:
    acts = {
        act["action"]: act for act in session(workshop.technician).read("bench/").json()["acts"]
    }
    for name in acts.keys() & MOVES.keys():
        assert set(acts[name]["sources"]) == MOVES[name].sources
    assert acts["pass_quality_check"]["needs_data_gone"]
    assert acts["pass_quality_check"]["needs_unlocked"]
    assert acts["recycle"]["needs_data_gone"]
    assert not acts["recycle"]["needs_unlocked"]
    assert acts["triage"]["decisions"]["parts"] == State.FOR_PARTS
    assert acts["erase"]["clears_data"]


def test_it_knows_the_words_and_the_next_step_of_every_state(workshop: Workshop) -> None:
    said = session(workshop.technician).read("bench/").json()
    assert said["states"].keys() == said["next_steps"].keys() == set(State)
    assert said["next_steps"]["received"] == "Sort it first."


def test_it_gives_each_checklist_once_with_its_kinds(workshop: Workshop) -> None:
    point = {"key": "hinges", "fr": "Charnières", "en": "Hinges"}
    final = {"key": "final_test", "fr": "Essai final", "en": "Final test"}
    published = session(workshop.manager).send(
        "checklists/", {"kind": "tablet", "replaces": 0, "points": [point, final]}
    )
    assert published.status_code == 201
    lists = session(workshop.technician).read("bench/").json()["checklists"]
    assert sorted(kind for each in lists for kind in each["kinds"]) == sorted(Kind.values)
    (own,) = [each for each in lists if each["kinds"] == ["tablet"]]
    assert own["points"] == ["Hinges", "Final test"]
    assert own["words"] == "Tablet"


def test_it_lists_the_devices_in_house_under_all_their_codes(workshop: Workshop) -> None:
    device = workshop.receive()
    second = workshop.label()
    program = door(workshop.technician)
    program.send(f"devices/{device.code}/relabel/", {"new_code": second})
    Workshop().receive()
    (known,) = program.read("bench/").json()["devices"]
    assert set(known["codes"]) == {device.code, second}
    assert (known["state"], known["pending_units"]) == ("received", 1)


def test_it_tells_what_changed_and_what_left(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.inventory.queries.bench.OVERLAP", 0)
    stays, leaves = workshop.receive(), workshop.device(State.TO_RECYCLE)
    program = door(workshop.technician)
    since = program.read("bench/").json()["since"]
    assert program.read("bench/", since=since).json()["devices"] == []
    program.send(f"devices/{stays.code}/triage/", {"decision": "repair", "reason": "starts"})
    answer = program.send(
        f"devices/{leaves.code}/recycle/", {"mass_g": 900, "waste_slip": "BSD-1"}
    )
    assert answer.status_code == 200, answer.json()
    news = program.read("bench/", since=since).json()
    assert [known["codes"] for known in news["devices"]] == [[stays.code]]
    assert news["gone"] == [leaves.code]


def test_the_scans_of_another_person_are_not_taken_for_mine(workshop: Workshop) -> None:
    device = workshop.receive()
    scan = {"client_id": "1", "code": device.code, "action": "find", "at": "2026-09-15T10:00:00Z"}
    body = {"membership": workshop.technician.pk, "scans": [scan]}
    refused = door(workshop.manager).send("scans/", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "another_hat")
    assert door(workshop.technician).send("scans/", body).status_code == 200


@pytest.mark.parametrize("since", ["-1", "x", "99999999999999999999"])
def test_a_wrong_beginning_is_refused(workshop: Workshop, since: str) -> None:
    assert door(workshop.technician).read("bench/", since=since).status_code == 422


def test_more_devices_cost_no_more_statements(workshop: Workshop, statements: Any) -> None:
    program = door(workshop.technician)
    an_accepted_pledge(workshop)
    workshop.receive()
    program.read("bench/")
    with statements() as few:
        program.read("bench/")
    for _more in range(4):
        an_accepted_pledge(workshop)
        workshop.receive()
    with statements() as more:
        program.read("bench/")
    assert len(more) == len(few)
    assert len(few) <= 9, few
