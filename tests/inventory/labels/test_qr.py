"""The fast QR codes are those of the library, module for module."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from backend.core import codes
from backend.inventory.labels import qr
from tests.inventory.labels.reading import read_one

OPENINGS = [
    "HTTPS://REBOND.EXEMPLE.FR/D/",
    "HTTPS://REBOND.EXAMPLE/D/",
    "HTTP://127.0.0.1:8000/D/",
    "HTTPS://ATELIER-2.REBOND.EXEMPLE.FR:8443/D/",
    "HTTPS://" + "X" * 60 + ".EXAMPLE/D/",
]
bodies = st.text(codes.ALPHABET, min_size=codes.LENGTH, max_size=codes.LENGTH)


@given(st.sampled_from(OPENINGS), bodies)
@settings(deadline=None)  # the first symbol of each address draws fifty
def test_a_symbol_put_together_equals_the_one_drawn(opening: str, body: str) -> None:
    address = opening + body + codes.check_symbol(body)
    assert qr.symbol(address) == qr.drawn(address)


@pytest.mark.parametrize(
    "address",
    ["HTTPS://REBOND.EXEMPLE.FR/P/17", "HTTPS://REBOND.EXEMPLE.FR/LOT/3", "https://é.fr/D/x_y"],
)
def test_any_other_address_is_read_too(address: str) -> None:
    assert read_one(Image.open(io.BytesIO(qr.symbol(address).png()))) == address


def test_an_address_of_usual_length_fits_the_smallest_code() -> None:
    assert qr.symbol("HTTPS://REBOND.EXEMPLE.FR/D/" + codes.mint()).side == 25
