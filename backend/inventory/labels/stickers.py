"""What one label says: the address in its code, a title to read aloud, and a few lines."""

from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from backend.core import codes
from backend.core.errors import InvalidInput
from backend.inventory.labels.qr import Symbol, symbol

LONGEST_ADDRESS = 300


class Sticker(NamedTuple):
    """One label, of a device, a place, a lot or a mode card; `address` is what is scanned."""

    address: str
    title: str
    lines: tuple[str, ...] = ()

    def symbol(self) -> Symbol:
        """Give its QR code. Refuses an address that would make it too dense to scan."""
        if len(self.address) > LONGEST_ADDRESS:
            raise InvalidInput(_("This is too much for one code. Leave something out."))
        return symbol(self.address)


def address(code: str) -> str:
    """Give what the QR code of a label holds: its page, in capitals.

    Capitals keep the address in QR's short mode (5.5 bits a sign): most fit version 2, 25
    modules wide, which a phone reads from a 15 mm square.
    """
    return f"{settings.SITE_URL}/D/{code}".upper()


def owner_label(workshop: str) -> str:
    """Say on a label whose it is: the programme, then the workshop."""
    return f"{settings.PROGRAMME_NAME} · {workshop}"


def device_sticker(code: str, *lines: str) -> Sticker:
    """Give the label of a device; the short help comes last."""
    return Sticker(address(code), codes.spell(code), (*lines, _("Found? Scan me.")))
