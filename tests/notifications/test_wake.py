"""The worker's tasks survive a mail server that is away; listeners wake them after the commit."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail

from backend.notifications import tasks
from backend.notifications.models import Notice
from backend.notifications.operations import telling
from tests.notifications.stories import a_pledge, tell_everything

pytestmark = pytest.mark.django_db


def test_the_task_sends_what_is_due() -> None:
    a_pledge()
    tell_everything()
    tasks.deliver_due_notices()
    assert len(mail.outbox) == 1


def test_without_a_mail_server_the_task_only_says_so(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = "tests.notifications.test_deliver.Unreachable"
    a_pledge()
    tell_everything()
    tasks.deliver_due_notices()
    assert "no mail server: ConnectionRefusedError" in caplog.text
    assert Notice.objects.get().attempts == 0


def test_who_listens_wakes_the_sender_after_the_commit_and_not_before(
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    woken: list[str] = []
    monkeypatch.setattr(telling, "_nudge", [lambda: woken.append("woken")])
    a_pledge()
    with django_capture_on_commit_callbacks() as after_commit:
        tell_everything()
        assert woken == []
    for call in after_commit:
        call()
    assert woken == ["woken"]
