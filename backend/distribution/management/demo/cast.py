"""Who plays: one coordination, two workshops, three donors, two structures, a login per role."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.conf import settings

from backend.accounts import operations as accounts
from backend.accounts.choices import LegalType, OrganisationKind, Role
from backend.accounts.models import Membership, Organisation
from backend.accounts.people import DEMO_DOMAIN
from backend.distribution import operations
from backend.distribution.choices import Criterion
from backend.distribution.models import Programme
from backend.inventory import operations as inventory
from backend.inventory.choices import PlaceKind
from backend.inventory.models import Location

COORDINATION = "Coordination Exemple"
WORKSHOP, DONOR, STRUCTURE = (
    OrganisationKind.WORKSHOP,
    OrganisationKind.DONOR,
    OrganisationKind.STRUCTURE,
)
COMPANY, ASSOCIATION, PUBLIC_BODY = (
    LegalType.COMPANY,
    LegalType.ASSOCIATION,
    LegalType.PUBLIC_BODY,
)


@dataclass
class Cast:
    """The hats, organisations, programmes and shelves that the scene needs."""

    coordinator: Membership
    technician: Membership
    manager: Membership
    far_technician: Membership
    donor: Membership
    counsellor: Membership
    far_counsellor: Membership
    town: Organisation
    firm: Organisation
    free: Programme
    solidarity: Programme
    shelf: Location


def gather(*, at: datetime) -> Cast:
    """Bring everybody on stage."""
    boss = accounts.found_coordination(
        name=COORDINATION,
        territory="69",
        email=f"coordination{DEMO_DOMAIN}",
        password=None,
        at=at,
    )
    _give_password(boss, name="Camille Exemple")
    house, person = partial(_house, by=boss, at=at), partial(_person, by=boss, at=at)
    rhone = house(WORKSHOP, "Atelier Rebond Rhône (exemple)", ASSOCIATION, "69")
    loire = house(WORKSHOP, "Atelier Rebond Loire (exemple)", ASSOCIATION, "42")
    bank = house(DONOR, "Banque Imaginaire SA", COMPANY, "69", "999000011")
    near = house(STRUCTURE, "Maison des Exemples", ASSOCIATION, "69")
    far = house(STRUCTURE, "CCAS d'Exempleville", PUBLIC_BODY, "42")
    cast = Cast(
        coordinator=boss,
        technician=person("technicien", "Théo Modèle", Role.TECHNICIAN, rhone),
        manager=person("atelier", "Nadia Modèle", Role.WORKSHOP_MANAGER, rhone),
        far_technician=person("technicien.loire", "Lou Modèle", Role.TECHNICIAN, loire),
        donor=person("donateur", "Paul Fictif", Role.DONOR_CONTACT, bank),
        counsellor=person("conseil", "Samira Exemple", Role.COUNSELLOR, near),
        far_counsellor=person("conseil.loire", "Hugo Exemple", Role.COUNSELLOR, far),
        town=house(DONOR, "Ville d'Exempleville", PUBLIC_BODY, "69", "999000029"),
        firm=house(DONOR, "Cabinet Modèle", COMPANY, "42", "999000037"),
        free=_programme("Équipement gratuit", 0, by=boss, at=at),
        solidarity=_programme("Prix solidaire", 8_000, by=boss, at=at),
        shelf=_shelf(rhone, by=boss, at=at),
    )
    person("structure", "Rachid Exemple", Role.STRUCTURE_MANAGER, near)
    person("audit", "Inès Témoin", Role.AUDITOR, boss.organisation)
    return cast


def _house(
    kind: str,
    name: str,
    legal_type: str,
    territory: str,
    siren: str = "",
    *,
    by: Membership,
    at: datetime,
) -> Organisation:
    facts: accounts.OrganisationFacts = {
        "kind": kind,
        "name": name,
        "legal_type": legal_type,
        "territory": territory,
        "siren": siren,
    }
    return accounts.create_organisation(facts=facts, by=by, at=at)


def _person(
    login: str, name: str, role: Role, organisation: Organisation, *, by: Membership, at: datetime
) -> Membership:
    email = f"{login}{DEMO_DOMAIN}"
    hat = accounts.invite_member(
        email=email, name=name, role=role, organisation=organisation, by=by, at=at
    )
    _give_password(hat, name=name)
    return hat


def _give_password(hat: Membership, *, name: str) -> None:
    hat.user.name = name
    hat.user.set_password(settings.DEMO_PASSWORD)
    hat.user.save(update_fields=["name", "password"])


def _programme(name: str, price_cents: int, *, by: Membership, at: datetime) -> Programme:
    facts: operations.ProgrammeFacts = {
        "name": name,
        "criteria": [str(criterion) for criterion in Criterion],
        "price_cents": price_cents,
        "open_requests_per_counsellor": 8,
    }
    return operations.create_programme(facts=facts, by=by, at=at)


def _shelf(workshop: Organisation, *, by: Membership, at: datetime) -> Location:
    add = partial(inventory.create_location, organisation=workshop, by=by, at=at)
    site = add(kind=PlaceKind.SITE, name="Site de Lyon (exemple)")
    stock = add(kind=PlaceKind.ZONE, name="Stock", parent=site)
    return add(kind=PlaceKind.SHELF, name="Étagère A", parent=stock)
