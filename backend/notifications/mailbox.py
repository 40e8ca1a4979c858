"""The mail backend of a demonstration: mails are kept to be read, none leaves."""

from collections.abc import Sequence
from email.utils import make_msgid
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from backend.notifications.models import DemoMail


class MailboxBackend(BaseEmailBackend):
    """Keeps each mail as a row; the same Message-ID is kept once."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the mails; give their number."""
        for mail in email_messages:
            headers: dict[str, Any] = mail.extra_headers
            html = [a[0] for a in getattr(mail, "alternatives", []) if a[1] == "text/html"]
            DemoMail.objects.get_or_create(
                message_id=headers.get("Message-ID") or make_msgid(domain="rebond.example"),
                defaults={
                    "recipients": ", ".join(mail.recipients()),
                    "subject": str(mail.subject),
                    "text": str(mail.body),
                    "html": str(html[0]) if html else "",
                },
            )
        return len(email_messages)
