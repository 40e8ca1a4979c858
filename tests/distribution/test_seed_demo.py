"""The scene of a demonstration: living, once, and never in a real house."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from backend.accounts.choices import Role
from backend.accounts.people import demo_hats
from backend.core.models import Event, Outbox
from backend.inventory.choices import PledgeState, State
from backend.inventory.models import Device, Label, Pledge
from backend.notifications.models import Notice
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db
SATURDAY = 5


def test_the_scene_shows_every_state_and_plays_once(
    settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DEMO = True
    call_command("seed_demo")
    assert set(Pledge.objects.values_list("state", flat=True)) == set(PledgeState)
    assert set(Device.objects.values_list("state", flat=True)) == set(State)
    assert {hat.role for hat in demo_hats()} == set(Role)
    assert Label.objects.filter(device=None).exists()
    moments = Event.objects.values_list("happened_at", flat=True)
    assert not [at for at in moments if timezone.localtime(at).weekday() >= SATURDAY]
    assert not Outbox.objects.exists()
    assert Notice.objects.exists()
    before = Event.objects.count()
    call_command("seed_demo")
    assert Event.objects.count() == before
    call_command("demo_logins")
    printed = capsys.readouterr().out
    assert "technicien@demo.rebond.example" in printed
    assert settings.DEMO_PASSWORD in printed


def test_there_is_no_scene_outside_a_demonstration(settings: Any) -> None:
    settings.DEMO = False
    for command in ("seed_demo", "demo_logins"):
        with pytest.raises(CommandError):
            call_command(command)
    assert not Event.objects.exists()


def test_there_is_no_scene_in_a_house_that_is_lived_in(settings: Any) -> None:
    settings.DEMO = True
    OrganisationFactory()
    with pytest.raises(CommandError):
        call_command("seed_demo")
    assert not Event.objects.exists()
