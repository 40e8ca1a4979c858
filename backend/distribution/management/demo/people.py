"""The people of the scene and what their counsellors ask for them."""

from typing import Any

from backend.accounts.models import Membership
from backend.distribution import operations
from backend.distribution.choices import (
    Connection,
    Criterion,
    Purpose,
    ReturnReason,
    SignedBy,
    TakenBy,
    Urgency,
)
from backend.distribution.management.demo.calendar import Calendar
from backend.distribution.management.demo.cast import Cast
from backend.distribution.models import Allocation, Programme, Request
from backend.inventory.choices import Kind

SIGNATURE = "M60 130L90 60L120 140L150 70L180 130L230 110L280 125L340 95L420 118"


class Desk:
    """What one counsellor does."""

    def __init__(self, counsellor: Membership, coordinator: Membership, days: Calendar) -> None:
        """Know who asks and who answers."""
        self.counsellor = counsellor
        self.coordinator = coordinator
        self.days = days

    def ask(
        self,
        reference: str,
        name: str,
        birth_year: int,
        programme: Programme,
        ago: int,
        **need: Any,
    ) -> Request:
        """Register a person and put the request in the queue."""
        at = self.days.ago(ago, 11)
        person = operations.register_beneficiary(
            structure=self.counsellor.organisation,
            case_reference=reference,
            name=name,
            birth_year=birth_year,
            household_size=2,
            criteria=[Criterion.MINIMUM_BENEFITS],
            by=self.counsellor,
            at=at,
        )
        wanted: dict[str, Any] = {
            "purpose": Purpose.JOB_SEARCH,
            "urgency": Urgency.NORMAL,
            "connection": Connection.MOBILE,
            "kind": Kind.LAPTOP,
            "min_ram_gb": 8,
            "min_storage_gb": 0,
            "accessories": "",
        } | need
        line: Any = {
            name: wanted.pop(name)
            for name in ("kind", "min_ram_gb", "min_storage_gb", "accessories")
        }
        return operations.submit_request(
            beneficiary=person,
            programme=programme,
            needs=[line],
            by=self.counsellor,
            at=at,
            **wanted,
        )

    def reserve(self, request: Request, code: str, *, ago: int) -> Allocation:
        """Promise a device."""
        return operations.allocate_device(
            line=request.lines.get(), code=code, by=self.coordinator, at=self.days.ago(ago, 15)
        )

    def hand_over(self, promise: Allocation, *, ago: int, **how: Any) -> None:
        """Give the device."""
        operations.hand_over_device(
            allocation=promise,
            taken_by=TakenBy.PERSON,
            by=self.counsellor,
            at=self.days.ago(ago, 14, 20),
            **how,
        )


def ask_and_equip(cast: Cast, days: Calendar, shelf: dict[str, list[str]]) -> None:
    """Play the desk: two people equipped, one device back, one reserved, others waiting."""
    near = Desk(cast.counsellor, cast.coordinator, days)
    far = Desk(cast.far_counsellor, cast.coordinator, days)
    laptops = iter(shelf[Kind.LAPTOP])
    signed = {"signed_by": SignedBy.SIGNATURE, "signature": SIGNATURE}
    attested = {"signed_by": SignedBy.ATTESTATION}
    first = near.ask("MEX-014", "Alix Exemple", 1988, cast.free, 12, accessories="souris")
    near.hand_over(near.reserve(first, next(laptops), ago=9), ago=7, **signed)
    second = near.ask("MEX-021", "Sacha Modèle", 1999, cast.solidarity, 11)
    near.hand_over(near.reserve(second, next(laptops), ago=6), ago=4, **signed)
    third = far.ask("CCAS-007", "Noa Fictif", 1975, cast.free, 12)
    back = next(laptops)
    far.hand_over(far.reserve(third, back, ago=10), ago=8, **attested)
    operations.take_back_device(
        code=back, reason=ReturnReason.UNUSED, by=cast.far_counsellor, at=days.ago(2, 16)
    )
    fourth = near.ask("MEX-030", "Charlie Factice", 1994, cast.free, 6, purpose=Purpose.TRAINING)
    near.reserve(fourth, next(laptops), ago=2)
    near.ask("MEX-033", "Lou Fictif", 2001, cast.free, 4, urgency=Urgency.URGENT)
    near.ask("MEX-034", "Dominique Exemple", 1969, cast.solidarity, 3, purpose=Purpose.RIGHTS)
    near.ask(
        "MEX-036",
        "Maxime Modèle",
        1990,
        cast.free,
        2,
        kind=Kind.SMARTPHONE,
        min_ram_gb=0,
        purpose=Purpose.APPOINTMENTS,
    )
    far.ask("CCAS-011", "Camille Fictif", 1983, cast.free, 3, kind=Kind.DESKTOP, min_ram_gb=16)
    refused = far.ask("CCAS-012", "Andrea Factice", 1979, cast.free, 5, kind=Kind.PRINTER)
    operations.decline_request(
        request=refused,
        reason="Nous n'avons pas d'imprimantes cette année. La médiathèque imprime gratuitement.",
        by=cast.coordinator,
        at=days.ago(4, 17),
    )
    operations.open_support_case(
        code=next(iter(shelf[Kind.LAPTOP])),
        topic="help",
        message="Je ne trouve pas comment me connecter au wifi.",
        contact="01 99 00 00 02",
        at=days.ago(1, 18),
    )
