"""A stock-take: what is expected, found, missing, too much; what happens meanwhile; after."""

from datetime import timedelta
from typing import Any

import pytest

from backend.core.errors import InvalidInput
from backend.core.models import Event
from backend.inventory import operations
from backend.inventory.choices import State
from backend.inventory.models import Device, Location, StockTake, StockTakeLine
from tests.inventory.stories import NOW, Workshop
from tests.inventory.test_arrange_places import inside

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


@pytest.fixture
def site(workshop: Workshop) -> Location:
    return workshop.site()


def begin(workshop: Workshop, site: Location, **given: Any) -> StockTake:
    return operations.open_stock_take(location=site, by=workshop.technician, at=NOW, **given)


def scan(workshop: Workshop, taking: StockTake, code: str) -> operations.Counted:
    return operations.count_or_note(stock_take=taking, code=code, by=workshop.technician, at=NOW)


def end(workshop: Workshop, taking: StockTake) -> dict[int, str]:
    operations.close_stock_take(stock_take=taking, by=workshop.technician, at=NOW)
    return dict(taking.lines.values_list("device", "finding"))


def test_places_inside_are_counted_when_asked(workshop: Workshop, site: Location) -> None:
    zone = inside(workshop, site, "North")
    shelf = inside(workshop, zone, "A1")
    devices = [workshop.receive(location=place) for place in (site, zone, shelf)]
    assert begin(workshop, zone).lines.count() == 1
    taking = begin(workshop, site, with_inside=True)
    assert {line.device for line in taking.lines.all()} == set(devices)


def test_who_counted_and_when_is_known(workshop: Workshop, site: Location) -> None:
    device = workshop.receive(location=site)
    taking = begin(workshop, site)
    first, second = (scan(workshop, taking, device.code) for _time in range(2))
    assert (first.is_new, second.is_new) == (True, False)
    line = taking.lines.get()
    assert (line.counted_at, line.counted_by_label) == (NOW, workshop.technician.actor_label)


def test_what_went_elsewhere_meanwhile_has_left(workshop: Workshop, site: Location) -> None:
    moved, lost, sent, unseen = (workshop.receive(location=site) for _device in range(4))
    taking, other = begin(workshop, site), Workshop()
    operations.place_device(
        code=moved.code, location=workshop.site("Other"), by=workshop.technician, at=NOW
    )
    workshop.lose(lost)
    transfer = operations.send_transfer(
        scanned=[sent.code], receiver=other.organisation, by=workshop.manager, at=NOW
    )
    operations.receive_transfer_line(
        transfer=transfer, code=sent.code, outcome="received", by=other.technician, at=NOW
    )
    found = end(workshop, taking)
    assert {pk for pk, finding in found.items() if finding == "left"} == {
        moved.pk,
        lost.pk,
        sent.pk,
    }
    assert found[unseen.pk] == "missing"


def test_what_was_sent_has_left_and_is_reported_missing_by_nobody(
    workshop: Workshop, site: Location, nothing_changed: Any
) -> None:
    early, late = workshop.receive(location=site), workshop.receive(location=site)
    to = Workshop().organisation

    def send(device: Device) -> None:
        operations.send_transfer(scanned=[device.code], receiver=to, by=workshop.manager, at=NOW)

    send(early)
    taking = begin(workshop, site)
    assert [line.device for line in taking.lines.all()] == [late]
    send(late)
    assert end(workshop, taking) == {late.pk: "left"}
    with nothing_changed(early, late), pytest.raises(operations.NothingToSettle):
        operations.report_what_is_missing(
            stock_take=StockTake.objects.get(), by=workshop.technician, at=NOW
        )


def test_what_was_missing_here_and_then_sent_is_offered_no_more(
    workshop: Workshop, site: Location
) -> None:
    device = workshop.receive(location=site)
    taking = begin(workshop, site)
    assert end(workshop, taking) == {device.pk: "missing"}
    operations.send_transfer(
        scanned=[device.code], receiver=Workshop().organisation, by=workshop.manager, at=NOW
    )
    assert not operations.still_missing(taking).exists()


def test_what_is_said_to_be_elsewhere_and_seen_here_is_put_here(
    workshop: Workshop, site: Location
) -> None:
    lost, moved = workshop.receive(location=site), workshop.receive(location=site)
    taking = begin(workshop, site)
    workshop.lose(lost)
    operations.place_device(
        code=moved.code, location=workshop.site("Other"), by=workshop.technician, at=NOW
    )
    for device in (lost, moved):
        assert end_of(scan(workshop, taking, device.code)) == "unexpected"
    end(workshop, taking)
    operations.put_what_was_found(stock_take=taking, by=workshop.technician, at=NOW)
    assert set(Device.objects.values_list("location", "state")) == {(site.pk, State.RECEIVED)}


def test_nothing_is_counted_before_the_stock_take_was_opened(
    workshop: Workshop, site: Location, nothing_changed: Any
) -> None:
    workshop.receive(location=site)
    taking = begin(workshop, site)
    line, early = taking.lines.get(), NOW - timedelta(seconds=1)
    with nothing_changed(taking, line), pytest.raises(operations.BeforeItsOpening):
        operations.count_in_stock_take(
            stock_take=taking, code=line.device.code, by=workshop.technician, at=early
        )


def test_what_was_put_here_meanwhile_is_found(workshop: Workshop, site: Location) -> None:
    taking = begin(workshop, site)
    device = workshop.receive(location=site)
    assert end_of(scan(workshop, taking, device.code)) == "found"


def end_of(counted: operations.Counted) -> str:
    assert counted.line is not None
    return counted.line.finding


def test_labels_of_no_device_of_ours_are_noted_once(workshop: Workshop, site: Location) -> None:
    taking, foreign = begin(workshop, site), Workshop().receive()
    blank = workshop.label()
    for code in (foreign.code, blank, blank):
        assert scan(workshop, taking, code).line is None
    assert set(taking.strays.values_list("code", flat=True)) == {foreign.code, blank}
    end(workshop, taking)
    assert Event.objects.get(kind="stock_take.closed").facts["stray"] == 2


def test_what_is_missing_is_reported_one_by_one_or_all_at_once(
    workshop: Workshop, site: Location
) -> None:
    devices = [workshop.receive(location=site) for _device in range(3)]
    taking = begin(workshop, site)
    end(workshop, taking)
    report = {"stock_take": taking, "by": workshop.technician, "at": NOW}
    taking.refresh_from_db()
    operations.report_what_is_missing(code=devices[0].code, **report)  # type: ignore[arg-type]
    operations.report_what_is_missing(**report)  # type: ignore[arg-type]
    assert set(Device.objects.values_list("state", flat=True)) == {State.MISSING}
    with pytest.raises(operations.NothingToSettle):
        operations.report_what_is_missing(**report)  # type: ignore[arg-type]


def test_what_was_found_here_is_put_here(workshop: Workshop, site: Location) -> None:
    astray, lost = workshop.receive(location=workshop.site("Other")), workshop.receive()
    workshop.lose(lost)
    taking = begin(workshop, site)
    for device in (astray, lost):
        assert end_of(scan(workshop, taking, device.code)) == "unexpected"
    end(workshop, taking)
    put = operations.put_what_was_found(stock_take=taking, by=workshop.technician, at=NOW)
    assert len(put) == 2
    for device in (astray, lost):
        device.refresh_from_db()
        assert (device.location, device.state) == (site, State.RECEIVED)


def test_nothing_is_settled_before_the_end(workshop: Workshop, site: Location) -> None:
    device = workshop.receive(location=site)
    taking = begin(workshop, site)
    with pytest.raises(operations.NothingToSettle):
        operations.report_what_is_missing(stock_take=taking, by=workshop.technician, at=NOW)
    assert Device.objects.get(pk=device.pk).state == State.RECEIVED


def test_a_closed_or_foreign_place_is_not_counted(
    workshop: Workshop, site: Location, nothing_changed: Any
) -> None:
    foreign = Workshop().site()
    with nothing_changed(foreign), pytest.raises(InvalidInput):
        begin(workshop, foreign)
    closed = operations.close_location(location=site, by=workshop.manager, at=NOW)
    with nothing_changed(closed), pytest.raises(operations.PlaceClosed):
        begin(workshop, closed)


@pytest.mark.parametrize("kind", ["expected", "again", "unexpected"])
def test_a_count_takes_at_most_six_statements(
    workshop: Workshop, site: Location, statements: Any, kind: str
) -> None:
    device = workshop.receive(location=None if kind == "unexpected" else site)
    taking = begin(workshop, site)
    if kind == "again":
        scan(workshop, taking, device.code)
    with statements() as found:
        scan(workshop, taking, device.code)
    assert len(found) <= 6, found


def test_a_larger_place_costs_no_more_statements(workshop: Workshop, statements: Any) -> None:
    costs = []
    for size in (1, 20):
        site = workshop.site(f"Site {size}")
        for _device in range(size):
            workshop.receive(location=site)
        with statements() as found:
            taking = begin(workshop, site)
            end(workshop, taking)
        costs.append(len(found))
    assert costs[0] == costs[1], costs
    assert StockTakeLine.objects.filter(is_final=True).count() == 21
