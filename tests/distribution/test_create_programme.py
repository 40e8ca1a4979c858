"""The coordination sets the rules of a programme."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from backend.core.models import Event
from backend.distribution import operations
from backend.distribution.operations import UnknownCriterion
from tests.distribution.factories import DAY_ONE, a_programme, days
from tests.factories import a_coordinator

pytestmark = pytest.mark.django_db


def test_a_programme_opens_with_its_rules() -> None:
    programme = a_programme(price_cents=5000)
    assert (programme.is_open, programme.price_cents) == (True, 5000)
    assert Event.objects.about(programme).get().facts["changed"] == [
        "criteria",
        "name",
        "price_cents",
    ]


@pytest.mark.parametrize("criteria", [[], ["illness"], "attested", None, [1]])
def test_a_programme_needs_criteria_of_the_list(criteria: Any, nothing_changed: Any) -> None:
    hat = a_coordinator()
    with nothing_changed(hat), pytest.raises(UnknownCriterion):
        a_programme(by=hat, criteria=criteria)


@pytest.mark.parametrize("wrong", [{"devices_per_person": 0}, {"name": ""}, {"price_cents": -1}])
def test_rules_that_make_no_sense_are_refused(wrong: Any, nothing_changed: Any) -> None:
    programme = a_programme()
    with nothing_changed(programme), pytest.raises(ValidationError):
        operations.edit_programme(programme=programme, facts=wrong, by=a_coordinator(), at=DAY_ONE)


def test_a_name_is_used_once(nothing_changed: Any) -> None:
    programme, hat = a_programme(), a_coordinator()
    with nothing_changed(programme), pytest.raises(ValidationError, match="name"):
        a_programme(by=hat, name=programme.name)


def test_rules_change_from_now_on() -> None:
    programme = a_programme()
    operations.edit_programme(
        programme=programme, facts={"is_open": False}, by=a_coordinator(), at=DAY_ONE + days(1)
    )
    programme.refresh_from_db()
    assert not programme.is_open
    last = Event.objects.about(programme).latest("pk")
    assert (last.kind, last.facts["changed"]) == ("programme.edited", ["is_open"])
