"""The counsellor's desk, the structure, the people's files."""

from collections.abc import Callable
from typing import Any

import pytest

from backend.distribution.choices import RequestState
from tests.distribution.factories import a_request
from tests.distribution.pages.conftest import See
from tests.distribution.world import World
from tests.factories import a_counsellor


def test_the_desk_shows_what_to_hand_over_and_the_place_in_the_queue(
    world: World, seen_by: See
) -> None:
    page = seen_by(world.counsellor).get("/bureau/").content.decode()
    assert f"/bureau/remise/{world.reserved.pk}/" in page
    assert "Place 1 in the queue" in page


def test_the_desk_tells_why_a_request_was_refused(world: World, seen_by: See) -> None:
    coordination = seen_by(world.coordinator)
    answer = coordination.post(
        f"/coordination/file/{world.waiting.reference}/refuser/", {"reason": "No printers."}
    )
    assert answer.status_code == 302
    world.waiting.refresh_from_db()
    assert world.waiting.state == RequestState.DECLINED
    assert "No printers." in seen_by(world.counsellor).get("/bureau/").content.decode()


def test_a_longer_list_costs_no_more_queries(
    world: World, seen_by: See, statements: Callable[..., Any]
) -> None:
    desk = seen_by(world.counsellor)
    desk.get("/bureau/")
    with statements() as few:
        desk.get("/bureau/")
    for _more in range(6):
        a_request(by=world.counsellor, programme=world.programme)
    with statements() as many:
        desk.get("/bureau/")
    assert len(many) == len(few)
    assert len(few) <= 12


def test_the_structure_shows_everybodys_requests(world: World, seen_by: See) -> None:
    colleague = a_counsellor(organisation=world.counsellor.organisation)
    page = seen_by(colleague).get("/bureau/structure/").content.decode()
    assert world.waiting.reference in page
    assert world.waiting.reference not in seen_by(colleague).get("/bureau/").content.decode()


def test_a_request_is_withdrawn_after_a_question(world: World, seen_by: See) -> None:
    desk = seen_by(world.counsellor)
    address = f"/bureau/demandes/{world.waiting.reference}/retirer/"
    assert desk.get(address).status_code == 200
    assert desk.post(address, {"once": "a"}).status_code == 302
    world.waiting.refresh_from_db()
    assert world.waiting.state == RequestState.CANCELLED
    assert desk.post(address, {"once": "b"}).status_code == 422


def test_every_reading_of_a_file_is_noted(world: World, seen_by: See) -> None:
    desk = seen_by(world.counsellor)
    page = desk.get(f"/bureau/personnes/{world.person.pk}/").content.decode()
    assert world.person.name in page
    assert world.person.reads.count() == 1


def test_the_list_of_people_holds_no_name(world: World, seen_by: See) -> None:
    page = seen_by(world.counsellor).get("/bureau/personnes/").content.decode()
    assert world.person.case_reference in page
    assert world.person.name not in page


def test_the_file_is_given_as_data_and_the_reading_noted(world: World, seen_by: See) -> None:
    answer = seen_by(world.counsellor).get(f"/bureau/personnes/{world.person.pk}/export/")
    assert answer.json()["file"]["name"] == world.person.name
    assert answer["Cache-Control"] == "no-store"
    assert world.person.reads.count() == 1


def test_a_file_is_erased_after_a_question(world: World, seen_by: See) -> None:
    desk = seen_by(world.counsellor)
    address = f"/bureau/personnes/{world.idle_person.pk}/effacer/"
    assert desk.get(address).status_code == 200
    assert desk.post(address, {"once": "a"}).status_code == 302
    world.idle_person.refresh_from_db()
    assert world.idle_person.name == ""


def test_a_person_who_waits_is_not_erased(
    world: World, seen_by: See, nothing_changed: Any
) -> None:
    with nothing_changed(world.person):
        answer = seen_by(world.counsellor).post(
            f"/bureau/personnes/{world.person.pk}/effacer/", {"once": "a"}
        )
    assert answer.status_code == 422
    assert b"Withdraw the request first" in answer.content


@pytest.mark.parametrize(
    "path",
    [
        "/bureau/personnes/{person.pk}/",
        "/bureau/personnes/{person.pk}/export/",
        "/bureau/personnes/{person.pk}/effacer/",
        "/bureau/demandes/{waiting.reference}/",
        "/bureau/demandes/{waiting.reference}/retirer/",
        "/bureau/remise/{reserved.pk}/",
        "/recus/{given.receipt}/",
        "/recus/{given.receipt}/annuler/",
        "/aide/{case.pk}/",
    ],
)
def test_another_structures_rows_do_not_exist(
    world: World, seen_by: See, path: str, nothing_changed: Any
) -> None:
    address = path.format(**vars(world))
    assert seen_by(world.counsellor).get(address).status_code == 200
    stranger = seen_by(a_counsellor())
    with nothing_changed(world.person, world.waiting, world.reserved, world.given):
        assert stranger.get(address).status_code == 404
        assert stranger.post(address, {"reason": "x"}).status_code == 404
