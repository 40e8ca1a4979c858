"""Rows to start a test from. Names are visibly invented; everything else comes from operations."""

from datetime import UTC, datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory

from backend.accounts.choices import LegalType, OrganisationKind, Role
from backend.accounts.models import Membership, Organisation, User

LONG_AGO = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class OrganisationFactory(DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation

    kind = OrganisationKind.WORKSHOP
    legal_type = LegalType.ASSOCIATION
    name = factory.Sequence(lambda n: f"Organisation {n}")
    territory = "69"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")


class MembershipFactory(DjangoModelFactory[Membership]):
    """A hat that is worn: the person acts in it."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Role.TECHNICIAN

    @classmethod
    def _create(cls, model_class: type[Membership], *args: Any, **kwargs: Any) -> Membership:
        hat: Membership = super()._create(model_class, *args, **kwargs)
        hat.user.acting_as = hat
        hat.user.save(update_fields=["acting_as"])
        return hat


def a_technician(**facts: Any) -> Membership:
    """Somebody at the bench of a workshop of its own, or of `organisation`."""
    return MembershipFactory(role=Role.TECHNICIAN, **facts)


def a_workshop_manager(**facts: Any) -> Membership:
    """Somebody who runs a workshop."""
    return MembershipFactory(role=Role.WORKSHOP_MANAGER, **facts)


def a_coordinator(**facts: Any) -> Membership:
    """Somebody of the coordination."""
    facts.setdefault("organisation__kind", OrganisationKind.COORDINATION)
    return MembershipFactory(role=Role.COORDINATOR, **facts)


def a_counsellor(**facts: Any) -> Membership:
    """Somebody who helps people in a social structure."""
    facts.setdefault("organisation__kind", OrganisationKind.STRUCTURE)
    return MembershipFactory(role=Role.COUNSELLOR, **facts)


def a_donor_contact(**facts: Any) -> Membership:
    """Somebody of a donor organisation."""
    facts.setdefault("organisation__kind", OrganisationKind.DONOR)
    return MembershipFactory(role=Role.DONOR_CONTACT, **facts)
