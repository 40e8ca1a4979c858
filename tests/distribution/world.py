"""One of everything in distribution, and everybody who may knock at its doors."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from rest_framework.test import APIClient

from backend.accounts.choices import ROLES_OF, OrganisationKind, Role
from backend.accounts.models import Membership, Organisation
from tests.distribution.factories import (
    a_hand_over,
    a_person,
    a_programme,
    a_ready_device,
    a_request,
    a_support_case,
    an_allocation,
)
from tests.factories import (
    MembershipFactory,
    OrganisationFactory,
    a_coordinator,
    a_counsellor,
    a_technician,
)

V1 = "/api/v1"


class Knocker(NamedTuple):
    """Somebody at a door: the hat, and whether it belongs to the organisations of the world."""

    hat: Membership
    is_own: bool

    @property
    def kind(self) -> OrganisationKind:
        return OrganisationKind(self.hat.organisation.kind)

    @property
    def role(self) -> Role:
        return Role(self.hat.role)

    def __str__(self) -> str:
        return f"{'own' if self.is_own else 'other'} {self.kind} {self.role}"


@dataclass
class World:
    """A structure's person with a waiting, a reserved and a handed-over device."""

    coordinator: Membership = field(default_factory=a_coordinator)
    technician: Membership = field(default_factory=a_technician)
    counsellor: Membership = field(default_factory=a_counsellor)

    def __post_init__(self) -> None:
        bench, desk = self.technician, self.counsellor
        self.programme = a_programme(
            by=self.coordinator, devices_per_person=9, open_requests_per_counsellor=99
        )
        self.person = a_person(by=desk)
        self.waiting = a_request(by=desk, programme=self.programme, beneficiary=self.person)
        self.line = self.waiting.lines.get()
        self.ready = a_ready_device(by=bench)
        self.reserved = self._promise(self.person)
        self.given = a_hand_over(allocation=self._promise(self.person))
        self.brought_back = a_hand_over(allocation=self._promise(self.person))
        self.came_back = self._take_back()
        self.case = a_support_case(device=self.given.allocation.device)
        self.idle_person = a_person(by=desk)

    def _promise(self, person: Any) -> Any:
        request = a_request(by=self.counsellor, programme=self.programme, beneficiary=person)
        device = a_ready_device(by=self.technician)
        return an_allocation(request=request, device=device, by=self.coordinator)

    def _take_back(self) -> Any:
        from backend.distribution.operations import take_back_device  # noqa: PLC0415
        from tests.distribution.factories import DAY_ONE  # noqa: PLC0415

        code = self.brought_back.allocation.device.code
        return take_back_device(code=code, reason="unused", by=self.technician, at=DAY_ONE)

    def own(self, kind: OrganisationKind) -> Organisation:
        """The organisation of this kind that has its part in the world."""
        part = {
            OrganisationKind.COORDINATION: self.coordinator,
            OrganisationKind.WORKSHOP: self.technician,
            OrganisationKind.STRUCTURE: self.counsellor,
        }
        hat = part.get(kind)
        return hat.organisation if hat else OrganisationFactory(kind=kind)

    def knockers(self) -> Iterator[Knocker]:
        """Every role of every kind of organisation, of the world's own and of another."""
        for kind, roles in ROLES_OF.items():
            for is_own in (True, False):
                place = self.own(kind) if is_own else OrganisationFactory(kind=kind)
                for role in sorted(roles):
                    yield Knocker(MembershipFactory(organisation=place, role=role), is_own)


def client_of(hat: Membership | None, **headers: str) -> APIClient:
    """A client that acts as this hat; None is a stranger."""
    client = APIClient(headers=headers)
    if hat is not None:
        client.force_authenticate(user=hat.user)
    return client
