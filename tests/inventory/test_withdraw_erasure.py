"""An erasure recorded by mistake is withdrawn: the evidence stays, the gate is shut again."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from backend.core.errors import InvalidInput, NotAllowed
from backend.core.models import Event
from backend.inventory import operations
from backend.inventory.choices import DataOutcome, State
from backend.inventory.models import Device, StorageUnit
from tests.inventory.pages.conftest import location_of, text_of
from tests.inventory.stories import ERASED, NOW, Workshop, all_yes

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


@pytest.fixture
def device(workshop: Workshop) -> Device:
    """A machine in the workshop whose drive is recorded as erased."""
    device = workshop.device(State.IN_WORKSHOP)
    workshop.erase(device)
    return device


def withdraw(workshop: Workshop, device: Device, **given: Any) -> StorageUnit:
    facts = {"reason": "the wrong machine was scanned", "by": workshop.manager, "at": LATER}
    unit = operations.withdraw_erasure(unit_id=device.storage_units.get().pk, **facts | given)
    device.refresh_from_db()
    return unit


def test_a_withdrawn_erasure_shuts_the_gate_and_stays_in_the_books(
    workshop: Workshop, device: Device, nothing_changed: Any
) -> None:
    unit = withdraw(workshop, device)
    assert (unit.outcome, device.pending_units) == (DataOutcome.PENDING, 1)
    assert unit.erasures.get().result == "erased"
    told = Event.objects.get(kind="storage_unit.erasure_withdrawn")
    assert (told.facts["unit"], told.actor_label) == (unit.pk, workshop.manager.actor_label)
    assert unit.outcome_reason == "the wrong machine was scanned"
    assert "wrong machine" not in str(told.facts), "a person's own words stay out of the log"
    check: Any = {"code": device.code, "by": workshop.manager, "at": LATER}
    with nothing_changed(device, unit), pytest.raises(operations.DataNotGone):
        operations.pass_quality_check(**check, answers=all_yes(device))


def test_what_was_said_of_the_drive_before_does_not_count_again(
    workshop: Workshop, device: Device, nothing_changed: Any
) -> None:
    unit = withdraw(workshop, device)
    facts: Any = {"unit_id": unit.pk, "by": workshop.technician, "at": LATER}
    with nothing_changed(device, unit), pytest.raises(InvalidInput):
        operations.record_erasure(**facts, facts=ERASED)
    again = {**ERASED, "started_at": LATER, "ended_at": LATER}
    operations.record_erasure(**facts, facts=again)
    device.refresh_from_db()
    unit.refresh_from_db()
    assert device.is_data_gone
    assert unit.outcome_reason == ""


@pytest.mark.parametrize("state", [State.READY, State.ALLOCATED, State.HANDED_OVER])
def test_past_the_gate_nothing_is_withdrawn(
    workshop: Workshop, state: State, nothing_changed: Any
) -> None:
    device = workshop.device(state)
    with nothing_changed(device), pytest.raises(operations.NothingToWithdraw):
        withdraw(workshop, device)


def test_only_what_was_erased_is_withdrawn(workshop: Workshop, nothing_changed: Any) -> None:
    device = workshop.device(State.IN_WORKSHOP)
    with nothing_changed(device), pytest.raises(operations.NothingToWithdraw):
        withdraw(workshop, device)


def test_the_manager_withdraws_and_says_why(
    workshop: Workshop, device: Device, nothing_changed: Any
) -> None:
    stranger = Workshop().manager
    with nothing_changed(device), pytest.raises(NotAllowed):
        withdraw(workshop, device, by=workshop.technician)
    with nothing_changed(device), pytest.raises(InvalidInput):
        withdraw(workshop, device, reason=" ")
    with nothing_changed(device), pytest.raises(operations.UnknownUnit):
        withdraw(workshop, device, by=stranger)


def test_whoever_checks_the_certificate_is_told(
    workshop: Workshop, device: Device, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    browser = Client(headers={"Accept-Language": "en"})
    browser.force_login(workshop.manager.user)
    unit = device.storage_units.get()
    paper = operations.issue_certificate(unit_id=unit.pk, by=workshop.manager, at=NOW)
    address = f"/verifier/{paper.token}"
    assert "withdrew" not in text_of(Client(headers={"Accept-Language": "en"}).get(address))
    page = f"/d/{device.code}/stockage/{unit.pk}/retrait/"
    assert page in text_of(browser.get(f"/d/{device.code}/"))
    said = {"reason": "the wrong machine was scanned", "once": "a press"}
    assert location_of(browser.post(page, said)) == f"/d/{device.code}/"
    device.refresh_from_db()
    assert device.pending_units == 1
    assert page not in text_of(browser.get(f"/d/{device.code}/"))
    assert "the workshop withdrew this erasure" in text_of(
        Client(headers={"Accept-Language": "en"}).get(address)
    )
