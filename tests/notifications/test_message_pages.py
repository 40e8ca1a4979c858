"""The pages: my messages and how often, and the mails of a demonstration."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from backend.notifications import operations
from backend.notifications.choices import Rhythm
from backend.notifications.models import DemoMail, Preference
from tests.factories import UserFactory, a_coordinator
from tests.notifications.stories import a_pledge, tell_everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings: Any) -> None:
    """A demonstration, where mails are kept."""
    settings.DEMO = True
    settings.EMAIL_BACKEND = "backend.notifications.mailbox.MailboxBackend"


def a_kept_mail(**facts: Any) -> DemoMail:
    a_pledge(**facts)
    tell_everything()
    operations.deliver_due_notices(at=timezone.now())
    return DemoMail.objects.latest("pk")


@pytest.mark.usefixtures("demo")
def test_a_visitor_of_the_demonstration_reads_the_mails(client: Client) -> None:
    mail = a_kept_mail(contact_name="<b>Camille</b>")
    listed = client.get("/courrier/")
    assert mail.subject in listed.content.decode()
    read = client.get(f"/courrier/{mail.pk}/").content.decode()
    assert f'src="/courrier/{mail.pk}/html/"' in read
    assert "&lt;b&gt;Camille&lt;/b&gt;" in read
    assert "<b>Camille" not in read


@pytest.mark.usefixtures("demo")
def test_the_html_of_a_mail_may_be_framed_here_but_run_nothing(client: Client) -> None:
    answer = client.get(f"/courrier/{a_kept_mail().pk}/html/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "script" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.usefixtures("demo")
def test_the_mails_to_one_address_stand_alone(client: Client) -> None:
    a_kept_mail(contact_email="one@exemple.example")
    a_kept_mail(contact_email="other@exemple.example")
    page = client.get("/courrier/", {"to": "one@exemple.example"}).content.decode()
    assert "other@exemple.example" not in page


@pytest.mark.usefixtures("demo")
def test_an_empty_mailbox_says_what_to_do(client: Client) -> None:
    assert "Pas encore d’e-mail" in client.get("/courrier/").content.decode()


def test_outside_a_demonstration_there_is_no_mailbox(client: Client) -> None:
    kept = DemoMail.objects.create(message_id="1", subject="s", text="t", recipients="r")
    for path in ("/courrier/", f"/courrier/{kept.pk}/", f"/courrier/{kept.pk}/html/"):
        assert client.get(path).status_code == 404


def test_a_person_reads_what_they_were_told(client: Client) -> None:
    person = a_coordinator().user
    a_pledge()
    tell_everything()
    operations.deliver_due_notices(at=timezone.now())
    client.force_login(person)
    page = client.get("/compte/messages/").content.decode()
    assert "Un nouveau don attend une réponse" in page
    assert "Envoyé par e-mail" in page


def test_nobody_reads_what_others_were_told(client: Client) -> None:
    a_coordinator()
    a_pledge()
    tell_everything()
    client.force_login(UserFactory())
    page = client.get("/compte/messages/").content.decode()
    assert "Un nouveau don" not in page


def test_a_donor_with_an_account_reads_what_their_pledge_was_told(client: Client) -> None:
    donor = UserFactory(email="camille@exemple.example")
    a_pledge()
    tell_everything()
    client.force_login(donor)
    assert "Votre annonce de don" in client.get("/compte/messages/").content.decode()


def test_a_person_chooses_how_often(client: Client) -> None:
    person = a_coordinator().user
    client.force_login(person)
    choices = {"new_pledge": "off", "new_requests": "daily", "webhook_stopped": "at_once"}
    answer = client.post("/compte/messages/", choices)
    assert answer.status_code == 302
    assert Preference.rhythms_of(person) == {"new_pledge": Rhythm.OFF}


def test_a_choice_that_does_not_exist_changes_nothing(client: Client) -> None:
    person = a_coordinator().user
    client.force_login(person)
    assert client.post("/compte/messages/", {"new_pledge": "weekly"}).status_code == 200
    assert not Preference.objects.exists()


def test_a_visitor_signs_in_first(client: Client) -> None:
    assert client.get("/compte/messages/").status_code == 302


def test_a_longer_list_costs_no_more_queries(client: Client, statements: Any) -> None:
    person = a_coordinator().user
    client.force_login(person)

    def read_after(pledges: int) -> int:
        for _pledge in range(pledges):
            a_pledge()
        tell_everything()
        with statements() as found:
            client.get("/compte/messages/")
        return len(found)

    assert read_after(1) == read_after(5)
