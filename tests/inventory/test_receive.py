"""A machine comes in under its label, expected or not, whatever its serial says."""

from typing import Any

import pytest

from backend.core.codes import MisreadCode
from backend.core.errors import InvalidInput
from backend.core.models import Event
from backend.inventory import operations
from backend.inventory.choices import SerialQuality, State
from backend.inventory.models import Device, Label, StorageUnit
from tests.factories import a_coordinator
from tests.inventory.stories import DONOR, NOW, Workshop, a_pledge, an_accepted_pledge

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


def test_an_expected_device_takes_kind_and_pledge_from_its_line(workshop: Workshop) -> None:
    pledge = an_accepted_pledge(workshop)
    line = pledge.lines.get()
    device = operations.receive_device(
        code=workshop.label(), facts={}, line=line, by=workshop.technician, at=NOW
    )
    assert (device.kind, device.pledge, device.pledge_line) == ("laptop", pledge, line)
    assert device.unexpected_reason == ""
    assert device.custodian == workshop.organisation


def test_the_event_tells_who_what_and_when_without_names(workshop: Workshop) -> None:
    device = workshop.receive()
    event = Event.objects.get(kind="device.received")
    assert event.happened_at == NOW
    assert event.facts["code"] == device.code
    assert event.facts["is_expected"] is False
    assert workshop.technician.user.name not in str(event.facts) + event.actor_label


@pytest.mark.parametrize("kind", ["laptop", "desktop", "smartphone", "tablet"])
def test_a_kind_that_stores_data_is_born_with_one_pending_unit(
    workshop: Workshop, kind: str
) -> None:
    device = workshop.receive(kind)
    assert device.pending_units == 1
    assert StorageUnit.objects.get(device=device).outcome == "pending"


@pytest.mark.parametrize("kind", ["monitor", "printer", "other"])
def test_a_kind_without_storage_is_born_without_units(workshop: Workshop, kind: str) -> None:
    device = workshop.receive(kind)
    assert device.pending_units == 0
    assert not StorageUnit.objects.filter(device=device).exists()


def test_an_unexpected_device_needs_a_reason(workshop: Workshop, nothing_changed: Any) -> None:
    label = Label.objects.get(code=workshop.label())
    with nothing_changed(label), pytest.raises(operations.UnexpectedWithoutReason):
        workshop.receive(code=label.code, unexpected_reason="  ")


def test_a_pledge_that_waits_for_its_answer_is_not_expected(
    workshop: Workshop, nothing_changed: Any
) -> None:
    pledge = a_pledge()
    label = Label.objects.get(code=workshop.label())
    with nothing_changed(pledge, label), pytest.raises(operations.NotExpectedHere):
        workshop.receive(code=label.code, line=pledge.lines.get())


def test_a_pledge_of_another_workshop_is_not_expected_here(
    workshop: Workshop, nothing_changed: Any
) -> None:
    pledge = an_accepted_pledge(Workshop())
    with nothing_changed(pledge), pytest.raises(operations.NotExpectedHere):
        workshop.receive(line=pledge.lines.get())


def test_a_label_is_stuck_on_once(workshop: Workshop, nothing_changed: Any) -> None:
    device = workshop.receive()
    with nothing_changed(device), pytest.raises(operations.LabelTaken) as refused:
        workshop.receive(code=device.code)
    assert refused.value.facts == {"device": device.code}
    assert Device.objects.count() == 1


def test_a_label_of_another_workshop_is_unknown(workshop: Workshop, nothing_changed: Any) -> None:
    label = Label.objects.get(code=Workshop().label())
    with nothing_changed(label), pytest.raises(operations.UnknownCode):
        workshop.receive(code=label.code)


def test_a_misread_label_is_refused(workshop: Workshop) -> None:
    with pytest.raises(MisreadCode):
        workshop.receive(code="7K3M-9XQ2-2")
    assert not Device.objects.exists()


def test_a_place_of_another_workshop_is_refused(workshop: Workshop, nothing_changed: Any) -> None:
    site = Workshop().site()
    with nothing_changed(site), pytest.raises(InvalidInput):
        workshop.receive(location=site)


@pytest.mark.parametrize(
    "lie",
    [
        "To be filled by O.E.M.",
        "TO BE FILLED BY O.E.M.",
        "Default string",
        "Not Available",
        "System Serial Number",
        "0",
        ".",
        "00000000",
        "xxxxxxx",
        "N/A",
        "None",
        "123456789",
    ],
)
def test_a_placeholder_is_no_serial(workshop: Workshop, lie: str) -> None:
    device = workshop.receive(facts={"serial": lie})
    assert (device.serial, device.serial_quality) == (None, SerialQuality.PLACEHOLDER)


def test_no_serial_is_said_so(workshop: Workshop) -> None:
    device = workshop.receive(facts={"serial": ""})
    assert (device.serial, device.serial_quality) == (None, SerialQuality.NONE)


def test_a_serial_is_kept_as_capitals_without_stray_spaces(workshop: Workshop) -> None:
    device = workshop.receive(facts={"serial": "  pf2k9xyz "})
    assert (device.serial, device.serial_quality) == ("PF2K9XYZ", SerialQuality.GOOD)


def test_the_same_serial_on_a_device_still_here_is_a_clash_and_no_refusal(
    workshop: Workshop,
) -> None:
    first = workshop.receive(facts={"serial": "TWIN1"})
    second = workshop.receive(facts={"serial": "TWIN1"})
    assert second.serial_quality == SerialQuality.CLASH
    assert second.previous is None
    assert Device.objects.get(pk=first.pk).serial_quality == SerialQuality.GOOD


def test_a_machine_that_left_and_comes_back_begins_a_new_cycle(workshop: Workshop) -> None:
    gone = workshop.device(State.RECYCLED)
    back = workshop.receive(facts={"serial": gone.serial})
    assert back.previous == gone
    assert back.serial_quality == SerialQuality.GOOD


def test_a_fact_that_cannot_be_leaves_no_device_and_a_free_label(workshop: Workshop) -> None:
    label = Label.objects.get(code=workshop.label())
    with pytest.raises(Exception, match="year"):
        workshop.receive(code=label.code, facts={"year": -5})
    label.refresh_from_db()
    assert label.device_id is None
    assert not Device.objects.exists()
    assert not Event.objects.of_kind("device.received").exists()


@pytest.mark.parametrize(
    ("announced", "called"),
    [
        ({"kind": "printer", "has_storage": True}, "printer"),
        ({"kind": "laptop"}, "monitor"),
    ],
)
def test_what_was_announced_with_data_is_born_with_one_pending_unit(
    workshop: Workshop, announced: dict[str, Any], called: str
) -> None:
    lines: list[Any] = [{"quantity": 1, **announced}]
    pledge = operations.announce_pledge(facts={**DONOR}, lines=lines, by=None, at=NOW)  # type: ignore[typeddict-item]
    operations.accept_pledge(
        pledge=pledge, workshop=workshop.organisation, by=a_coordinator(), at=NOW
    )
    line = pledge.lines.select_related("pledge").get()
    device = workshop.receive(called, line=line)
    assert device.pending_units == device.storage_units.count() == 1
