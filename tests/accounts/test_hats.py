"""One person, several organisations: one hat at a time, and no leak between them."""

from datetime import datetime
from typing import Any

import pytest

from backend.accounts.models import Membership
from backend.accounts.operations import switch_hat
from backend.core.errors import NotFound
from tests.accounts.conftest import signed_in
from tests.factories import a_counsellor, a_technician, a_workshop_manager

pytestmark = pytest.mark.django_db


@pytest.fixture
def hats() -> tuple[Membership, Membership]:
    """A technician who is a counsellor too; the counsellor's hat is on."""
    bench = a_technician()
    return bench, a_counsellor(user=bench.user)


def test_a_person_changes_hat_from_any_page(hats: tuple[Membership, Membership]) -> None:
    bench, desk = hats
    client = signed_in(desk)
    assert f"/compte/roles/{bench.pk}/" in client.get("/compte/").content.decode()
    client.post(f"/compte/roles/{bench.pk}/")
    desk.user.refresh_from_db()
    assert desk.user.acting_as == bench


def test_what_one_may_do_follows_the_hat() -> None:
    boss = a_workshop_manager()
    bench = a_technician(user=boss.user)
    client = signed_in(bench)
    assert client.get("/compte/membres/").status_code == 403
    client.post(f"/compte/roles/{boss.pk}/")
    assert client.get("/compte/membres/").status_code == 200


def test_somebody_elses_hat_is_nowhere(hats: tuple[Membership, Membership]) -> None:
    mine, theirs = hats[1], a_technician()
    assert signed_in(mine).post(f"/compte/roles/{theirs.pk}/").status_code == 404
    with pytest.raises(NotFound):
        switch_hat(person=mine.user, to=theirs)
    mine.user.refresh_from_db()
    assert mine.user.acting_as == mine


def test_a_hat_taken_away_cannot_be_put_on(
    hats: tuple[Membership, Membership], now: datetime
) -> None:
    bench, desk = hats
    bench.ended_at = now
    bench.save()
    assert signed_in(desk).post(f"/compte/roles/{bench.pk}/").status_code == 404


def test_hats_are_changed_by_a_press_never_by_a_link(hats: tuple[Membership, Membership]) -> None:
    bench, desk = hats
    assert signed_in(desk).get(f"/compte/roles/{bench.pk}/").status_code == 405


def test_a_page_costs_the_same_for_many_hats(
    hats: tuple[Membership, Membership], django_assert_max_num_queries: Any
) -> None:
    for _ in range(6):
        a_technician(user=hats[0].user)
    browser = signed_in(hats[1])
    with django_assert_max_num_queries(4):
        browser.get("/compte/")
