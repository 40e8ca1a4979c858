"""The figures are public, in both languages, at the cost of the days shown."""

import pytest
from django.test import Client

from backend.impact import operations
from backend.impact.models import Statement
from tests.factories import a_coordinator, a_technician
from tests.impact.conftest import Note

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(note: Note) -> None:
    for device in range(12):
        note("device.received", device, day=-device)
    note("device.handed_over", 1, beneficiary=7)
    note("device.handed_over", 2, beneficiary=8, kind="printer")
    operations.recompute_touched_days()


def test_a_visitor_reads_the_figures(client: Client, year: None) -> None:
    page = client.get("/chiffres/", headers={"accept-language": "fr"}).content.decode()
    assert "Appareils collectés" in page
    assert "Estimation" in page
    assert "non estimé (1)" in page


def test_the_page_speaks_english(client: Client, year: None) -> None:
    page = client.get("/chiffres/", headers={"accept-language": "en"}).content.decode()
    assert "Devices collected" in page


def test_the_page_is_whole_before_anything_happened(client: Client) -> None:
    assert client.get("/chiffres/").status_code == 200


def test_the_api_gives_facts_and_estimate_apart(client: Client, year: None) -> None:
    answer = client.get("/api/v1/impact/").json()
    assert answer["facts"]["devices_collected"] == 12
    assert answer["facts"]["people_equipped"] == 2
    assert answer["estimate"]["not_estimated"] == {"printer": 1}
    assert sum(found["devices_collected"] for found in answer["by_month"].values()) == 12


def test_the_api_narrows_by_kind_and_day(client: Client, year: None) -> None:
    answer = client.get("/api/v1/impact/", {"kind": "printer", "first_day": "2026-09-15"}).json()
    assert answer["facts"]["devices_handed_over"] == 1
    assert answer["facts"]["devices_collected"] == 0


@pytest.mark.parametrize("wrong", [{"kind": "spoon"}, {"first_day": "soon"}, {"workshop": "x"}])
def test_a_wrong_filter_is_told(client: Client, wrong: dict[str, str]) -> None:
    answer = client.get("/api/v1/impact/", wrong)
    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == set(wrong)


def test_the_page_asks_the_database_as_often_with_more_days(
    client: Client, year: None, note: Note, statements
) -> None:
    with statements() as few:
        client.get("/chiffres/")
    for device in range(100, 160):
        note("device.received", device, day=-device)
    operations.recompute_touched_days()
    with statements() as many:
        client.get("/chiffres/")
    assert len(many) == len(few) <= 8


def test_only_the_coordination_publishes(client: Client) -> None:
    url, period = (
        "/api/v1/impact/statements/",
        {"first_day": "2026-09-01", "last_day": "2026-09-30"},
    )
    client.force_login(a_technician().user)
    assert client.post(url, period, "application/json").status_code == 403
    assert not Statement.objects.exists()
    client.force_login(a_coordinator().user)
    for _twice in range(2):
        answer = client.post(
            url, period, "application/json", headers={"Idempotency-Key": "once-and-for-all"}
        )
        assert answer.status_code == 201
    assert Statement.objects.count() == 1
    (listed,) = client.get("/api/v1/impact/statements/").json()["results"]
    assert listed["sha256"] == Statement.objects.get().sha256
