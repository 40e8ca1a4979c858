"""Every page of the inventory opens to the roles of its capability, and to nobody else."""

import pytest
from django.test import Client
from django.urls import resolve

from backend.accounts.models import Membership
from backend.accounts.pages.access import PUBLIC
from backend.accounts.roles import can
from backend.core.models import Event
from backend.inventory.models import Collection, StockTake, Transfer
from tests.factories import (
    MembershipFactory,
    a_coordinator,
    a_counsellor,
    a_donor_contact,
    a_technician,
    a_workshop_manager,
)
from tests.inventory.pages.conftest import See
from tests.inventory.stories import Workshop, a_collection, an_accepted_pledge
from tests.page import Page

LISTS = [
    "/dons/",
    "/collectes/",
    "/collectes/nouvelle/",
    "/atelier/",
    "/atelier/jour/",
    "/atelier/appareils/",
    "/etiquettes/",
    "/atelier/pieces/",
    "/atelier/pieces/nouvelle/",
    "/atelier/reglages/",
    "/atelier/reglages/listes/laptop/",
    "/atelier/reglages/bareme/",
    "/atelier/reglages/bareme/modifier/",
    "/lieux/",
    "/transferts/",
    "/transferts/nouveau/",
    "/inventaires/",
]


def hats() -> list[Membership]:
    """Give one hat of every role."""
    return [
        a_coordinator(),
        a_counsellor(),
        a_donor_contact(),
        a_technician(),
        a_workshop_manager(),
        MembershipFactory(role="structure_manager", organisation__kind="structure"),
        MembershipFactory(role="auditor", organisation__kind="coordination"),
    ]


def things_of(workshop: Workshop) -> list[str]:
    """Give the page of one thing of each sort that this workshop has."""
    pledge = an_accepted_pledge(workshop)
    device = workshop.receive(line=pledge.lines.get())
    trip: Collection = a_collection(workshop, pledge.lines.get())
    taking = StockTake.objects.create(
        organisation=workshop.organisation, location=workshop.site(), opened_at=device.changed_at
    )
    transfer = Transfer.objects.create(
        reference="T-2026-00001",
        sender=workshop.organisation,
        receiver=Workshop().organisation,
        sent_at=device.changed_at,
    )
    unit = device.storage_units.get()
    return [
        f"/dons/{pledge.reference}/",
        f"/collectes/{trip.pk}/",
        f"/collectes/{trip.pk}/annuler/",
        f"/d/{device.code}/actes/tri/",
        f"/d/{device.code}/stockage/",
        f"/d/{device.code}/stockage/{unit.pk}/effacement/",
        f"/d/{device.code}/stockage/{unit.pk}/destruction/",
        f"/etiquettes/{workshop.labels(1).pk}/",
        f"/transferts/{transfer.pk}/",
        f"/inventaires/{taking.pk}/",
        f"/inventaires/{taking.pk}/clore/",
    ]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_opens_to_its_roles_only(seen_by: See, db: None, path: str) -> None:
    capability = resolve(path).func.capability  # type: ignore[attr-defined]
    for hat in hats():
        answer = seen_by(hat).get(path, follow=True)
        assert answer.status_code == (200 if can(hat, capability) else 403), str(hat)
        assert not can(hat, capability) or not Page(answer.content).faults(), str(hat)


@pytest.mark.parametrize("path", [*LISTS, "/atelier/ouvrir/", "/M/A"])
def test_a_visitor_is_asked_to_sign_in(db: None, visitor: Client, path: str) -> None:
    for answer in (visitor.get(path), visitor.post(path)):
        assert answer.status_code == 302
        assert answer.url.startswith("/compte/login/")  # type: ignore[attr-defined]


def test_another_organisation_finds_nothing_of_this_workshop(
    seen_by: See, workshop: Workshop
) -> None:
    others = [a_workshop_manager(), a_technician(), a_donor_contact(), a_counsellor()]
    for path in things_of(workshop):
        for hat in others:
            assert seen_by(hat).get(path).status_code in {403, 404}, (path, str(hat))
            assert seen_by(hat).post(path).status_code in {403, 404}, (path, str(hat))


def test_the_manager_opens_all_of_its_own(seen_by: See, workshop: Workshop) -> None:
    browser = seen_by(workshop.manager)
    for path in things_of(workshop):
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert not Page(answer.content).faults(), path


def test_an_auditor_reads_and_writes_nothing(seen_by: See, workshop: Workshop) -> None:
    auditor = seen_by(MembershipFactory(role="auditor", organisation=workshop.organisation))
    paths = things_of(workshop)
    events = Event.objects.count()
    for path in paths:
        assert auditor.get(path).status_code in {200, 403}, path
        assert auditor.post(path, {"code": workshop.label()}).status_code in {200, 403}, path
    assert Event.objects.count() == events


@pytest.mark.parametrize("path", ["/donner/", *LISTS])
def test_both_languages_print_every_page(seen_by: See, workshop: Workshop, path: str) -> None:
    is_open = resolve(path).func.capability == PUBLIC  # type: ignore[attr-defined]
    browser = Client() if is_open else seen_by(workshop.manager)
    browser.cookies["django_language"] = "fr"
    answer = browser.get(path)
    assert answer.status_code in {200, 403}
    assert 'lang="fr"' in answer.content.decode()
