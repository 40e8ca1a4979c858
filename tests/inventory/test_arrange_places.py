"""The tree of places: what lies in what, renamed, moved, closed, opened again."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from backend.core.errors import InvalidInput
from backend.core.models import Event
from backend.inventory import operations
from backend.inventory.models import Location
from backend.inventory.queries.places import tree
from tests.inventory.stories import NOW, Workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


def inside(workshop: Workshop, parent: Location, name: str) -> Location:
    kind = "zone" if parent.kind == "site" else "shelf"
    return operations.create_location(
        organisation=workshop.organisation,
        kind=kind,
        name=name,
        parent=parent,
        by=workshop.manager,
        at=NOW,
    )


def change(workshop: Workshop, location: Location, **facts: Any) -> Location:
    return operations.change_location(location=location, by=workshop.manager, at=NOW, **facts)


def close(workshop: Workshop, location: Location) -> Location:
    return operations.close_location(location=location, by=workshop.manager, at=NOW)


def test_a_zone_moves_to_another_site_with_its_shelves(workshop: Workshop) -> None:
    old, new = workshop.site("Old"), workshop.site("New")
    zone = inside(workshop, old, "North")
    shelf = inside(workshop, zone, "A1")
    change(workshop, zone, parent=new)
    shelf.refresh_from_db()
    assert shelf.parent is not None
    assert shelf.parent.parent == new
    assert Event.objects.get(kind="location.changed").facts["was"]["parent"] == old.pk


def test_a_place_is_renamed_and_stays_where_it_lies(workshop: Workshop) -> None:
    zone = inside(workshop, site := workshop.site(), "North")
    renamed = change(workshop, zone, name="South")
    assert (renamed.name, renamed.parent) == ("South", site)


def test_nothing_comes_to_lie_in_itself(workshop: Workshop, nothing_changed: Any) -> None:
    site = workshop.site()
    zone = inside(workshop, site, "North")
    shelf = inside(workshop, zone, "A1")
    for place, parent in ((site, zone), (zone, zone), (zone, shelf), (site, site), (shelf, site)):
        with nothing_changed(place), pytest.raises(InvalidInput):
            change(workshop, place, parent=parent)


def test_a_place_moves_into_no_other_workshops(workshop: Workshop, nothing_changed: Any) -> None:
    zone, foreign = inside(workshop, workshop.site(), "North"), Workshop().site()
    with nothing_changed(zone), pytest.raises(InvalidInput):
        change(workshop, zone, parent=foreign)


def test_two_places_of_one_name_do_not_lie_in_one(
    workshop: Workshop, nothing_changed: Any
) -> None:
    site = workshop.site()
    inside(workshop, site, "North")
    other = inside(workshop, site, "South")
    with nothing_changed(other), pytest.raises(ValidationError):
        change(workshop, other, name="North")


def test_a_place_closes_once_it_is_empty(workshop: Workshop, nothing_changed: Any) -> None:
    site, other = workshop.site("Here"), workshop.site("There")
    workshop.receive(location=site)
    with nothing_changed(site), pytest.raises(operations.StillInUse):
        close(workshop, site)
    operations.move_all(location=site, to=other, by=workshop.technician, at=NOW)
    assert close(workshop, site).closed_at == NOW
    assert close(workshop, site).closed_at == NOW
    assert Event.objects.of_kind("location.closed").count() == 1


def test_a_place_closes_after_those_inside(workshop: Workshop, nothing_changed: Any) -> None:
    zone = inside(workshop, site := workshop.site(), "North")
    with nothing_changed(site), pytest.raises(operations.StillInUse):
        close(workshop, site)
    close(workshop, zone)
    closed = close(workshop, site)
    with nothing_changed(site), pytest.raises(operations.PlaceClosed):
        inside(workshop, closed, "South")
    with nothing_changed(zone), pytest.raises(operations.StillInUse):
        operations.reopen_location(location=zone, by=workshop.manager, at=NOW)


def test_a_lot_keeps_its_place_open(workshop: Workshop, nothing_changed: Any) -> None:
    site = workshop.site()
    lot = operations.open_lot(
        organisation=workshop.organisation, name="P", location=site, by=workshop.manager, at=NOW
    )
    with nothing_changed(site, lot), pytest.raises(operations.StillInUse):
        close(workshop, site)


def test_a_closed_place_opens_again(workshop: Workshop) -> None:
    site = close(workshop, workshop.site())
    site = operations.reopen_location(location=site, by=workshop.manager, at=NOW)
    assert workshop.receive(location=site).location == site


def test_the_name_of_a_closed_lot_is_free_again(workshop: Workshop) -> None:
    def opened() -> Any:
        return operations.open_lot(
            organisation=workshop.organisation, name="P", by=workshop.technician, at=NOW
        )

    operations.close_lot(lot=opened(), by=workshop.technician, at=NOW)
    with pytest.raises(ValidationError):
        opened(), opened()


def test_the_tree_counts_here_and_inside_in_two_statements(
    workshop: Workshop, statements: Any
) -> None:
    zone = inside(workshop, site := workshop.site(), "North")
    shelves = [inside(workshop, zone, f"Shelf {n}") for n in (10, 2)]
    for place in (site, shelves[0], shelves[0]):
        workshop.receive(location=place)
    with statements() as found:
        branches = tree(workshop.technician)
    assert [(str(b.place), b.depth, b.here, b.in_all) for b in branches] == [
        ("Hangar", 0, 1, 3),
        ("North", 1, 0, 2),
        ("Shelf 2", 2, 0, 0),
        ("Shelf 10", 2, 2, 2),
    ]
    assert [branch.depth for branch in tree(workshop.technician, root=zone)] == [0, 0]
    assert len(found) == 2
    assert tree(Workshop().technician) == []
