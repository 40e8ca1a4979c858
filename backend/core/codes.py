"""The code on a label: eight symbols to read aloud and one that catches a slip.

The alphabet has 31 symbols (no 0/O, 1/I/L). A code is valid when the sum of its symbols'
values, each times its place (1 to 9), is a multiple of 31. As 31 is prime and the nine
weights differ, every single wrong symbol and every swap of two symbols is caught.
"""

import re
import secrets

from django.utils.translation import gettext_lazy as _

from backend.core.errors import InvalidInput

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8
_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
_MODULUS = len(ALPHABET)
_IN_A_URL = re.compile(r"/D/([^/?#\s]+)", re.IGNORECASE)
_OF_A_PLACE_OR_CARD = re.compile(r"/((?:P|LOT)/\d{1,15}|M/[A-Z2-7]+)/?$", re.IGNORECASE)
_SPACING = re.compile(r"[\s\-\u2010-\u2015.]+")
_LONGEST_INPUT = 300
_LONGEST_CARD = 1500  # the address of a mode card holds what it sets


class MisreadCode(InvalidInput):
    """The symbols read cannot be a code: one is wrong, missing, or two are swapped."""

    code = "misread_code"
    title = _("This code was misread")


def check_symbol(body: str) -> str:
    """Give the symbol that completes the eight symbols of `body`."""
    total = sum(place * _VALUE[symbol] for place, symbol in enumerate(body, start=1))
    inverse = pow(LENGTH + 1, -1, _MODULUS)
    return ALPHABET[-total * inverse % _MODULUS]


def mint() -> str:
    """Draw a new code: 31^8 possibilities, no meaning, no order."""
    body = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))
    return body + check_symbol(body)


def spell(code: str) -> str:
    """Write a code as people read it: `7K3M9XQ29` as `7K3M-9XQ2-9`."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def page_of_label(text: str) -> str:
    """Give the page that a label's address leads to, "" for any other text.

    A scanner types that address into whatever field has the focus, a search for people too. The
    label may be a device's, a place's, a lot's, or a mode card.
    """
    if len(text) <= _LONGEST_CARD and (found := _OF_A_PLACE_OR_CARD.search(text)):
        return f"/{found[1].upper()}"
    try:
        return f"/D/{read(text)}" if _IN_A_URL.search(text) else ""
    except MisreadCode:
        return ""


def read(text: str) -> str:
    """Find the code in what was typed or scanned: bare, spelled, or inside a label's address.

    Raises MisreadCode for anything that is not a whole and right code.
    """
    if len(text) > _LONGEST_INPUT:
        raise MisreadCode(_("This is too long to be a label's code. Scan the label again."))
    address = _IN_A_URL.search(text)
    bare = _SPACING.sub("", address[1] if address else text).upper()
    if len(bare) != LENGTH + 1 or not set(bare) <= _VALUE.keys():
        raise MisreadCode(
            _("A code has nine letters and digits, like 7K3M-9XQ2-9. Scan or type it again.")
        )
    if check_symbol(bare[:LENGTH]) != bare[LENGTH]:
        raise MisreadCode(
            _("One symbol of this code is wrong or two are swapped. Compare it with the label.")
        )
    return bare
