"""Help behind a label: asked by anybody, read and closed by those it concerns."""

from typing import Any

import pytest
from django.test import Client

from backend.distribution.models import SupportCase
from tests.distribution.factories import a_label
from tests.distribution.pages.conftest import See
from tests.distribution.world import World
from tests.factories import a_technician

CALL = {"topic": "help", "message": "How do I print?", "contact": "06 00 00 00 01", "once": "k"}


def test_a_stranger_asks_for_help_once(world: World) -> None:
    visitor = Client(HTTP_ACCEPT_LANGUAGE="en")
    address = f"/d/{world.given.allocation.device.code}/aide/"
    page = visitor.get(address).content.decode()
    assert world.counsellor.organisation.name not in page
    before = SupportCase.objects.count()
    for _press in range(2):
        assert b"it is sent" in visitor.post(address, CALL, follow=True).content
    assert SupportCase.objects.count() == before + 1


@pytest.mark.parametrize("wrong", [{"contact": ""}, {"topic": "dance"}, {"message": "x" * 3000}])
def test_a_call_that_cannot_be_answered_is_refused(
    world: World, nothing_changed: Any, wrong: dict[str, str]
) -> None:
    address = f"/d/{world.given.allocation.device.code}/aide/"
    with nothing_changed(world.case):
        answer = Client(HTTP_ACCEPT_LANGUAGE="en").post(address, CALL | wrong)
    assert answer.status_code == 422


def test_a_free_label_leads_nowhere(world: World) -> None:
    code = a_label(by=world.technician)
    assert Client().get(f"/d/{code}/aide/").status_code == 404
    assert Client().get("/d/nonsense/aide/").status_code == 422


def test_the_workshop_reads_and_closes(world: World, seen_by: See) -> None:
    bench = seen_by(world.technician)
    address = f"/aide/{world.case.pk}/"
    assert address in bench.get("/aide/").content.decode()
    assert "06 00 00 00 00" in bench.get(address).content.decode()
    assert bench.post(address, {"note": ""}).status_code == 422
    assert bench.post(address, {"note": "Explained"}).status_code == 302
    world.case.refresh_from_db()
    assert world.case.closed_at is not None
    assert address not in bench.get("/aide/").content.decode()
    assert address in bench.get("/aide/?etat=closes").content.decode()


def test_another_workshop_sees_no_call(world: World, seen_by: See) -> None:
    stranger = seen_by(a_technician())
    assert stranger.get(f"/aide/{world.case.pk}/").status_code == 404
    assert f"/aide/{world.case.pk}/" not in stranger.get("/aide/").content.decode()


def test_one_address_does_not_flood_the_workshop_with_calls(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.distribution.pages.support.CALLS_PER_HOUR_PER_ADDRESS", 1)
    visitor = Client(HTTP_ACCEPT_LANGUAGE="en", REMOTE_ADDR="203.0.113.7")
    address = f"/d/{world.given.allocation.device.code}/aide/"
    before = SupportCase.objects.count()
    statuses = [visitor.post(address, CALL | {"once": key}).status_code for key in "ab"]
    assert statuses == [302, 422]
    assert SupportCase.objects.count() == before + 1
