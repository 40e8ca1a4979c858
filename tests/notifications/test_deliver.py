"""What is due leaves as one mail for a batch; what fails is tried again and stops nothing else."""

from datetime import datetime, timedelta
from smtplib import SMTPDataError
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from backend.accounts.models import User
from backend.inventory import operations as inventory
from backend.inventory.models import Pledge
from backend.notifications import operations
from backend.notifications.choices import NoticeState, Rhythm, Template
from backend.notifications.models import DemoMail, Notice
from tests.factories import UserFactory, a_coordinator, a_workshop_manager
from tests.notifications.stories import a_pledge, html_of, received, tell_everything

pytestmark = pytest.mark.django_db

LATER = timedelta(hours=1)


def deliver(at: datetime | None = None) -> int:
    return operations.deliver_due_notices(at=at or timezone.now() + LATER)


def states() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("state", flat=True))


def three_devices() -> Pledge:
    manager, coordinator = a_workshop_manager(), a_coordinator()
    pledge = inventory.accept_pledge(
        pledge=a_pledge(), workshop=manager.organisation, by=coordinator, at=timezone.now()
    )
    tell_everything()
    Notice.objects.all().delete()
    received(pledge, 3, by=manager)
    tell_everything()
    return pledge


def test_a_notice_is_sent_once() -> None:
    pledge = a_pledge()
    tell_everything()
    assert deliver() == 1
    assert deliver() == 0
    (sent,) = mail.outbox
    notice = Notice.objects.get()
    assert sent.to == [pledge.contact_email]
    assert (notice.state, notice.message_id) == ("sent", sent.extra_headers["Message-ID"])
    assert notice.sent_at is not None


def test_three_devices_make_one_mail() -> None:
    three_devices()
    assert deliver() == 1
    (sent,) = mail.outbox
    assert "3" in sent.subject
    assert states() == ["sent"] * 3
    assert Notice.objects.values("message_id").distinct().count() == 1


def test_a_batch_waits_while_devices_keep_coming(settings: Any) -> None:
    settings.NOTICE_SETTLE_SECONDS = 600
    three_devices()
    first, _second, third = Notice.objects.order_by("pk")
    start = first.due_at
    Notice.objects.filter(pk=third.pk).update(due_at=start + timedelta(minutes=9))
    assert deliver(start + timedelta(minutes=1)) == 0
    assert deliver(start + timedelta(minutes=9)) == 1
    assert states() == ["sent"] * 3


def test_a_batch_that_never_settles_leaves_in_the_end(settings: Any) -> None:
    settings.NOTICE_SETTLE_SECONDS = 600
    three_devices()
    start = Notice.objects.earliest("due_at").due_at
    newest = Notice.objects.latest("pk")
    Notice.objects.filter(pk=newest.pk).update(due_at=start + timedelta(minutes=125))
    assert deliver(start + timedelta(minutes=119)) == 0
    assert deliver(start + timedelta(minutes=121)) == 1


def test_nothing_leaves_before_it_is_due() -> None:
    three_devices()
    assert deliver(timezone.now()) == 0
    assert mail.outbox == []


class Refusing(EmailBackend):
    """Refuses mails to addresses that begin with `refused`."""

    def send_messages(self, messages: Any) -> int:
        if messages[0].to[0].startswith("refused"):
            raise SMTPDataError(451, b"refused@exemple.example: try again later")
        return super().send_messages(messages)


def test_a_refused_mail_is_tried_later_and_the_others_go_on(settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    a_pledge(contact_email="refused@exemple.example")
    a_pledge()
    tell_everything()
    at = timezone.now()
    deliver(at)
    refused = Notice.objects.get(state="pending")
    assert len(mail.outbox) == 1
    assert (refused.attempts, refused.last_error) == (1, "SMTPDataError")
    assert refused.due_at > at
    assert deliver(at) == 0


def test_after_ten_attempts_a_mail_is_given_up(settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    a_pledge(contact_email="refused@exemple.example")
    tell_everything()
    for _attempt in range(10):
        deliver(Notice.objects.get().due_at)
    notice = Notice.objects.get()
    assert (notice.state, notice.attempts) == (NoticeState.FAILED, 10)
    assert deliver() == 0


class Unreachable(EmailBackend):
    """No server answers."""

    def open(self) -> bool:
        raise ConnectionRefusedError


def test_without_a_mail_server_all_stays_due_and_nothing_is_counted(settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Unreachable"
    a_pledge()
    tell_everything()
    with pytest.raises(ConnectionRefusedError):
        deliver()
    notice = Notice.objects.get()
    assert (notice.state, notice.attempts) == (NoticeState.PENDING, 0)


def test_who_has_left_is_not_written_to() -> None:
    coordinator = a_coordinator()
    a_pledge()
    tell_everything()
    User.objects.filter(pk=coordinator.user_id).update(is_active=False)
    deliver()
    assert Notice.objects.get(template="new_pledge").state == NoticeState.SKIPPED
    assert len(mail.outbox) == 1


def test_a_mail_speaks_the_language_of_its_reader() -> None:
    a_pledge(language="en")
    a_pledge(language="fr")
    tell_everything()
    deliver()
    english, french = mail.outbox
    assert "Thank you!" in english.body
    assert 'lang="en"' in html_of(english)
    assert "Merci" in french.body
    assert 'lang="fr"' in html_of(french)


def test_names_cannot_become_markup() -> None:
    a_pledge(contact_name="<b>Camille</b> & cie")
    tell_everything()
    deliver()
    (sent,) = mail.outbox
    assert "<b>Camille" not in html_of(sent)
    assert "<b>Camille</b> & cie" in sent.body


def test_the_mail_of_the_day_holds_all_of_it() -> None:
    person = a_coordinator().user
    operations.choose_rhythm(user=person, template=Template.NEW_PLEDGE, rhythm=Rhythm.DAILY)
    a_pledge()
    a_pledge()
    tell_everything()
    morning = timezone.now() + timedelta(days=1, hours=8)
    assert operations.send_daily_digests(at=timezone.now()) == 0
    assert operations.send_daily_digests(at=morning) == 1
    assert operations.send_daily_digests(at=morning) == 0
    (sent,) = mail.outbox
    assert sent.to == [person.email]
    assert Notice.objects.filter(template="new_pledge", state="sent").count() == 2


def test_in_a_demonstration_mails_are_kept_to_be_read(settings: Any) -> None:
    settings.EMAIL_BACKEND = "backend.notifications.mailbox.MailboxBackend"
    pledge = a_pledge()
    tell_everything()
    deliver()
    kept = DemoMail.objects.get()
    assert kept.recipients == pledge.contact_email
    assert pledge.reference in kept.subject
    assert kept.html.startswith("<!DOCTYPE html>")


def test_no_notice_holds_an_address_or_a_name() -> None:
    a_pledge(contact_name="Zoé Unique", contact_email="zoe.unique@exemple.example")
    tell_everything()
    deliver()
    columns = str(Notice.objects.values().get()).casefold()
    assert "unique" not in columns


def test_reading_the_queue_costs_the_same_however_long_it_is(statements: Any) -> None:
    a_pledge()
    tell_everything()
    with statements() as few:
        deliver(timezone.now() - LATER)
    for number in range(5):
        a_pledge(contact_email=UserFactory.build(email=f"n{number}@exemple.example").email)
    tell_everything()
    with statements() as more:
        deliver(timezone.now() - LATER)
    assert len(more) == len(few) == 1
