"""Mail: one kept connection for a run of the worker."""

from types import TracebackType
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection


class Postbox:
    """Takes mails while it is open. A fault closes the connection; the next mail opens a new one.

    Raises what the mail backend raises: OSError or SMTPException.
    """

    def __init__(self) -> None:
        """Prepare, without touching the network."""
        self._connection = get_connection()

    def __enter__(self) -> "Postbox":
        """Reach the server now: a run without a server ends here, with nothing counted."""
        self._connection.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take leave of the server."""
        self._connection.close()

    def send(self, *, to: str, subject: str, text: str, html: str, message_id: str) -> None:
        """Hand one mail to the server; when this returns, the server has taken it."""
        mail = EmailMultiAlternatives(
            subject=subject,
            body=text,
            to=[to],
            connection=self._connection,
            headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
        )
        mail.attach_alternative(html, "text/html")
        try:
            self._connection.open()
            mail.send()
        except Exception:
            self._connection.close()
            raise


def message_id(number: int) -> str:
    """Name a mail after its first notice: sent again, it has the same name."""
    return f"<notice.{number}@{urlsplit(settings.SITE_URL).hostname}>"
