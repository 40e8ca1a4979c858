"""The gifts of the scene: one in each state, from three invented donors."""

from dataclasses import dataclass

from backend.accounts.choices import LegalType
from backend.accounts.models import Membership, Organisation
from backend.distribution.management.demo.calendar import Calendar
from backend.distribution.management.demo.cast import Cast
from backend.inventory import operations
from backend.inventory.choices import STORES_DATA, Kind
from backend.inventory.models import Pledge, PledgeLine
from backend.inventory.operations import DoorCount, LineFacts, PledgeFacts

BOX = 24  # laptops that wait to be received: a newcomer's first box
VAN = "Tournée de l'atelier, camionnette"
DOOR = "responsable des services généraux"


@dataclass
class Gifts:
    """The pledges on which machines arrive."""

    bank: Pledge
    town: Pledge
    firm: Pledge


def give(cast: Cast, days: Calendar) -> Gifts:
    """Announce, answer, plan and fetch."""
    rhone, loire = cast.technician.organisation, cast.far_technician.organisation
    bank = _announce(_of_bank(), [_some(Kind.LAPTOP, 18), _some(Kind.MONITOR, 4)], cast, days, 24)
    _accept(bank, cast.donor.organisation, rhone, cast.coordinator, days, 23)
    _fetch(bank, [DoorCount(16), DoorCount(3, 1, "Dalle fendue")], cast.manager, days, 22, 20)
    town = _announce(
        _of_town(), [_some(Kind.DESKTOP, 4), _some(Kind.SMARTPHONE, 4)], cast, days, 15
    )
    _accept(town, cast.town, rhone, cast.coordinator, days, 14)
    _fetch(town, [DoorCount(4), DoorCount(4)], cast.manager, days, 13, 11)
    firm = _announce(_of_firm(), [_some(Kind.LAPTOP, 10)], cast, days, 5)
    _accept(firm, cast.firm, loire, cast.coordinator, days, 4)
    box = _announce(_of_bank(), [_some(Kind.LAPTOP, BOX)], cast, days, 7)
    _accept(box, cast.donor.organisation, rhone, cast.coordinator, days, 6)
    _fetch(box, [DoorCount(BOX)], cast.manager, days, 5, 1)
    later = _announce(_of_town(), [_some(Kind.LAPTOP, 12)], cast, days, 4)
    _accept(later, cast.town, rhone, cast.coordinator, days, 3)
    operations.plan_collection(
        lines=list(later.lines.select_related("pledge")),
        workshop=rhone,
        fetched_by=VAN,
        planned_for=days.ahead(2, 9, 30),
        by=cast.coordinator,
        at=days.ago(2, 11),
    )
    _others(cast, days)
    return Gifts(bank, town, firm)


def _others(cast: Cast, days: Calendar) -> None:
    old = _announce(_of_firm(), [_some(Kind.PRINTER, 6)], cast, days, 8)
    operations.decline_pledge(
        pledge=old,
        reason="Nous ne pouvons pas remettre en service des imprimantes de plus de dix ans.",
        by=cast.coordinator,
        at=days.ago(7, 15),
    )
    taken_back = _announce(_of_town(), [_some(Kind.TABLET, 3)], cast, days, 9)
    operations.withdraw_pledge(pledge=taken_back, by=None, at=days.ago(8, 9))
    _announce(_of_bank(), [_some(Kind.LAPTOP, 40), _some(Kind.DESKTOP, 5)], cast, days, 1)


def _some(kind: str, quantity: int) -> LineFacts:
    stores_data = kind in STORES_DATA
    return {"kind": kind, "quantity": quantity, "works": True, "has_storage": stores_data}


def _announce(
    facts: PledgeFacts, lines: list[LineFacts], cast: Cast, days: Calendar, ago: int
) -> Pledge:
    is_bank = facts["legal_type"] == LegalType.COMPANY and facts["territory"] == "69"
    by = cast.donor if is_bank else None
    return operations.announce_pledge(facts=facts, lines=lines, by=by, at=days.ago(ago, 9, 10))


def _accept(
    pledge: Pledge,
    donor: Organisation,
    workshop: Organisation,
    by: Membership,
    days: Calendar,
    ago: int,
) -> None:
    operations.accept_pledge(
        pledge=pledge, donor=donor, workshop=workshop, by=by, at=days.ago(ago, 14)
    )


def _fetch(
    pledge: Pledge,
    counts: list[DoorCount],
    by: Membership,
    days: Calendar,
    planned: int,
    done: int,
) -> None:
    lines: list[PledgeLine] = list(pledge.lines.select_related("pledge").order_by("pk"))
    trip = operations.plan_collection(
        lines=lines,
        workshop=by.organisation,
        fetched_by=VAN,
        planned_for=days.ago(done, 9),
        by=by,
        at=days.ago(planned, 16),
    )
    operations.record_collection(
        collection=trip,
        counts={line.pk: count for line, count in zip(lines, counts, strict=True)},
        signed_by_role=DOOR,
        by=by,
        at=days.ago(done, 9, 45),
    )


def _of_bank() -> PledgeFacts:
    return {
        "donor_name": "Banque Imaginaire SA",
        "legal_type": LegalType.COMPANY,
        "siren": "999000011",
        "contact_name": "Paul Fictif",
        "contact_email": "donateur@demo.rebond.example",
        "contact_phone": "01 99 00 00 01",
        "language": "fr",
        "address": "1 rue de l'Exemple, 69000 Exempleville",
        "territory": "69",
        "access": "Quai de livraison à gauche, de 9 h à 16 h.",
        "wishes": "Nous aimerions équiper des jeunes en formation.",
    }


def _of_town() -> PledgeFacts:
    return {
        "donor_name": "Ville d'Exempleville",
        "legal_type": LegalType.PUBLIC_BODY,
        "siren": "999000029",
        "contact_name": "Anne Modèle",
        "contact_email": "mairie@demo.rebond.example",
        "language": "fr",
        "address": "Place de la Mairie, 69000 Exempleville",
        "territory": "69",
        "access": "Deuxième étage, ascenseur.",
    }


def _of_firm() -> PledgeFacts:
    return {
        "donor_name": "Cabinet Modèle",
        "legal_type": LegalType.COMPANY,
        "siren": "999000037",
        "contact_name": "Léa Factice",
        "contact_email": "cabinet@demo.rebond.example",
        "language": "fr",
        "address": "12 avenue Fictive, 42000 Exempleville-sur-Loire",
        "territory": "42",
    }
