"""The first coordinator opens the house, once."""

from datetime import datetime

import pytest
from django.core.management import CommandError, call_command

from backend.accounts import operations
from backend.accounts.choices import LegalType, Role
from backend.accounts.models import Membership, Organisation
from tests.factories import a_coordinator, a_donor_contact

pytestmark = pytest.mark.django_db


def test_the_command_makes_the_coordination_and_its_coordinator() -> None:
    call_command("create_coordinator", "first@example.org", territory="2A")
    hat = Membership.objects.select_related("organisation", "user").get()
    assert (hat.role, hat.organisation.territory) == (Role.COORDINATOR, "2A")
    assert hat.user.acting_as == hat
    assert hat.sees_all


def test_there_is_one_coordination() -> None:
    a_coordinator()
    with pytest.raises(CommandError):
        call_command("create_coordinator", "second@example.org")
    assert Membership.objects.count() == 1


@pytest.mark.parametrize(("email", "territory"), [("nobody", "75"), ("a@example.org", "00")])
def test_a_wrong_e_mail_or_departement_makes_nothing(email: str, territory: str) -> None:
    with pytest.raises(CommandError):
        call_command("create_coordinator", email, territory=territory)
    assert not Organisation.objects.exists()


def test_an_organisation_keeps_its_kind(now: datetime) -> None:
    hat = a_coordinator()
    facts = operations.OrganisationFacts(kind="donor", name="Another name")
    edited = operations.edit_organisation(
        organisation=hat.organisation, facts=facts, by=hat, at=now
    )
    assert (edited.kind, edited.name) == ("coordination", "Another name")


def test_the_log_does_not_name_a_private_donor() -> None:
    hat = a_donor_contact(organisation__legal_type=LegalType.INDIVIDUAL)
    assert hat.organisation.name not in hat.actor_label
