"""A mail server on this machine that keeps what it accepts, and can make a worker wait."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller

from tests.servers import free_port


class PostOffice:
    """Accepts mails. At the SMTP word of `hold`, RCPT or DATA, it stops answering one address.

    Held at RCPT, nothing was accepted yet. Held at DATA, the mail is accepted but its
    sender does not know. Mails to others go through: a mail that an earlier test left
    to be sent is not held in the place of this one's.
    """

    def __init__(self) -> None:
        """Start with an open door."""
        self.mails: list[tuple[str, str]] = []  # recipient, Message-ID
        self._held = ("", "")
        self.holds_somebody = False
        self.asked: list[str] = []  # recipients named, accepted or not

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take a recipient."""
        self.asked.append(address)
        await self._wait_while("RCPT", [address])
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take the mail itself."""
        name = message_from_bytes(envelope.content)["Message-ID"]
        self.mails += [(address, name) for address in envelope.rcpt_tos]
        await self._wait_while("DATA", envelope.rcpt_tos)
        return "250 OK"

    async def _wait_while(self, word: str, addresses: list[str]) -> None:
        while self._held[0] == word and self._held[1] in addresses:
            self.holds_somebody = True
            await asyncio.sleep(0.02)

    def hold(self, word: str, address: str) -> None:
        """Stop answering to this word about this address."""
        self._held = (word, address)

    def release(self) -> None:
        """Answer again."""
        self._held = ("", "")
        self.holds_somebody = False

    def names_to(self, address: str) -> list[str]:
        """Give the names of the mails to one address, in the order of arrival."""
        return [name for recipient, name in self.mails if recipient == address]


@contextmanager
def post_office() -> Iterator[tuple[PostOffice, str]]:
    """Run a post office; give it with its address."""
    office = PostOffice()
    controller = Controller(office, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield office, f"smtp://127.0.0.1:{controller.port}"
    finally:
        office.release()
        controller.stop()
