"""The verbs of the plan from the pledge to the workshop's door, and the opening of the house."""

from collections.abc import Callable
from datetime import timedelta

from backend.accounts import operations as accounts
from backend.accounts.choices import OrganisationKind, Role
from backend.accounts.models import Organisation
from backend.distribution.operations import create_programme
from backend.impact.replay.gifts import Gift
from backend.impact.replay.made import COORDINATION, Made
from backend.impact.replay.organisations import Organisation as Planned
from backend.impact.replay.plan import CRITERIA, Plan
from backend.impact.replay.steps import Step
from backend.inventory import operations as inventory
from backend.inventory.choices import PlaceKind
from backend.inventory.models import Collection, Pledge, PledgeLine

PROGRAMMES = (("Premiers pas numériques", 0), ("Équipement solidaire", 2_500))
_SHELVES = ("Étagère A", "Étagère B")
_AT_WORKSHOPS = (Role.WORKSHOP_MANAGER, Role.TECHNICIAN, Role.TECHNICIAN)
_AT_STRUCTURES = (Role.COUNSELLOR, Role.COUNSELLOR)


class Doors:
    """Opens the house, answers donors, collects."""

    def __init__(self, plan: Plan, made: Made) -> None:
        """Take the plan, and what was made of it."""
        self.plan = plan
        self.made = made

    def verbs(self) -> dict[str, Callable[[Step], None]]:
        """Give what is done here."""
        return {
            "open": self.open,
            "announce": self.announce,
            "accept": self.accept,
            "decline_pledge": self.decline_pledge,
            "plan_collection": self.plan_collection,
            "collect": self.collect,
            "mint": self.mint,
        }

    def open(self, step: Step) -> None:
        """Found the coordination; write down workshops, structures, their people, programmes."""
        hat = accounts.found_coordination(
            name=COORDINATION,
            territory="75",
            email="coordination@replay.example",
            password=None,
            at=step.at,
        )
        self.made.add("coordination", 0, hat.organisation_id)
        for planned in self.plan.workshops:
            self._open_one(planned, OrganisationKind.WORKSHOP, _AT_WORKSHOPS, step)
            self._shelves(planned.number, step)
        for planned in self.plan.structures:
            self._open_one(planned, OrganisationKind.STRUCTURE, _AT_STRUCTURES, step)
        for number, (name, price) in enumerate(PROGRAMMES):
            programme = create_programme(
                facts={
                    "name": name,
                    "criteria": list(CRITERIA),
                    "devices_per_person": 4,
                    "open_requests_per_counsellor": 60,
                    "price_cents": price,
                },
                by=self.made.coordinator,
                at=step.at,
            )
            self.made.add("programme", number, programme.pk)

    def _open_one(
        self, planned: Planned, kind: OrganisationKind, roles: tuple[Role, ...], step: Step
    ) -> None:
        by = self.made.coordinator
        organisation = accounts.create_organisation(
            facts={
                "kind": kind,
                "name": planned.name,
                "legal_type": planned.legal_type,
                "siren": planned.siren,
                "territory": planned.territory,
            },
            by=by,
            at=step.at,
        )
        for place, role in enumerate(roles):
            accounts.invite_member(
                email=f"{kind}-{planned.number}-{place}@replay.example",
                name="",
                role=role,
                organisation=organisation,
                by=by,
                at=step.at,
            )
        self.made.add(str(kind), planned.number, organisation.pk)

    def _shelves(self, workshop: int, step: Step) -> None:
        by = self.made.hat("workshop", workshop, 0)
        place = None
        for kind, name in ((PlaceKind.SITE, "Atelier"), (PlaceKind.ZONE, "Prêt à partir")):
            place = inventory.create_location(
                organisation=by.organisation, kind=kind, name=name, parent=place, by=by, at=step.at
            )
        for number, name in enumerate(_SHELVES):
            shelf = inventory.create_location(
                organisation=by.organisation,
                kind=PlaceKind.SHELF,
                name=name,
                parent=place,
                by=by,
                at=step.at,
            )
            self.made.add("shelf", workshop * len(_SHELVES) + number, shelf.pk)

    def announce(self, step: Step) -> None:
        """Announce a gift with the public form, as its donor."""
        gift = self.plan.gifts[step.facts.get("like", step.number)]
        donor = gift.donor
        lines: list[inventory.LineFacts] = [
            {
                "kind": line.machine.kind,
                "quantity": line.announced,
                "maker": line.machine.maker,
                "model": line.machine.model,
                "year": line.machine.year,
            }
            for line in gift.lines
        ]
        pledge = inventory.announce_pledge(
            facts={
                "donor_name": donor.name,
                "legal_type": donor.legal_type,
                "siren": donor.siren,
                "contact_name": "Contact fictif",
                "contact_email": f"donateur-{donor.number}@replay.example",
                "contact_phone": _invented_number(donor.number),
                "language": "fr",
                "address": f"{gift.number + 1} rue de l'Exemple",
                "territory": donor.territory,
            },
            lines=lines,
            by=None,
            at=step.at,
        )
        self.made.add("pledge", step.number, pledge.pk)
        if "like" not in step.facts:
            self._remember_lines(gift, pledge)

    def _remember_lines(self, gift: Gift, pledge: Pledge) -> None:
        rows = pledge.lines.order_by("pk").values_list("pk", flat=True)
        for line, row in zip(gift.lines, rows, strict=True):
            self.made.add("line", line.number, row)

    def accept(self, step: Step) -> None:
        """Accept a pledge for the workshop of its territory."""
        gift = self.plan.gifts[step.number]
        private = gift.donor.legal_type == "individual"
        donor = None
        if private and (known := self.made.find("donor", gift.donor.number)):
            donor = Organisation.objects.get(pk=known)
        pledge = inventory.accept_pledge(
            pledge=self._pledge(step.number),
            workshop=self.made.organisation("workshop", gift.workshop),
            donor=donor,
            by=self.made.coordinator,
            at=step.at,
        )
        self.made.add("donor", gift.donor.number, pledge.donor_id)

    def decline_pledge(self, step: Step) -> None:
        """Decline a pledge, with its reason."""
        inventory.decline_pledge(
            pledge=self._pledge(step.number), by=self.made.coordinator, at=step.at, **step.facts
        )

    def _pledge(self, number: int) -> Pledge:
        return Pledge.objects.get(pk=self.made.get("pledge", number))

    def plan_collection(self, step: Step) -> None:
        """Plan the trip for a whole pledge."""
        gift = self.plan.gifts[step.number]
        lines = PledgeLine.objects.filter(pledge_id=self.made.get("pledge", step.number))
        collection = inventory.plan_collection(
            lines=list(lines.select_related("pledge")),
            workshop=self.made.organisation("workshop", gift.workshop),
            fetched_by=step.facts["fetched_by"],
            planned_for=step.at + timedelta(days=gift.collected - gift.accepted),
            by=self.made.coordinator,
            at=step.at,
        )
        self.made.add("collection", step.number, collection.pk)

    def collect(self, step: Step) -> None:
        """Count at the door."""
        gift = self.plan.gifts[step.number]
        inventory.record_collection(
            collection=Collection.objects.get(pk=self.made.get("collection", step.number)),
            counts={
                self.made.get("line", line.number): inventory.DoorCount(
                    line.arrives, line.refused, line.reason
                )
                for line in gift.lines
            },
            signed_by_role="Services généraux",
            by=self.made.hat("workshop", gift.workshop, 1),
            at=step.at,
        )

    def mint(self, step: Step) -> None:
        """Mint the labels that a workshop needs this month."""
        by = self.made.hat("workshop", step.number, 0)
        inventory.mint_labels(
            quantity=step.facts["quantity"], workshop=by.organisation, by=by, at=step.at
        )


def _invented_number(number: int) -> str:
    hundreds, rest = divmod(number % 10_000, 100)
    return f"06 39 98 {hundreds:02} {rest:02}"
