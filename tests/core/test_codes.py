"""The code of a label catches what eyes and fingers get wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core import codes

bodies = st.text(codes.ALPHABET, min_size=codes.LENGTH, max_size=codes.LENGTH)
places = st.integers(0, codes.LENGTH)


def whole(body: str) -> str:
    return body + codes.check_symbol(body)


@given(bodies, places, st.sampled_from(codes.ALPHABET))
def test_every_single_wrong_symbol_is_caught(body: str, place: int, symbol: str) -> None:
    code = whole(body)
    wrong = code[:place] + symbol + code[place + 1 :]
    if wrong != code:
        with pytest.raises(codes.MisreadCode):
            codes.read(wrong)


@given(bodies, places, places)
def test_every_swap_of_two_symbols_is_caught(body: str, one: int, other: int) -> None:
    symbols = list(whole(body))
    symbols[one], symbols[other] = symbols[other], symbols[one]
    if symbols != list(whole(body)):
        with pytest.raises(codes.MisreadCode):
            codes.read("".join(symbols))


def test_no_single_error_and_no_swap_escapes_whatever_the_code() -> None:
    """The check is a sum modulo 31: only the difference that a slip makes matters.

    One symbol off by d at place p moves the sum by p·d, two swapped ones with difference d at
    places p and q by (p − q)·d. So trying each place and difference tries every code there is.
    """
    weights, modulus = range(1, codes.LENGTH + 2), len(codes.ALPHABET)
    differences = range(1, modulus)
    assert all(place * off % modulus for place in weights for off in differences)
    swaps = [(p - q) * off for p in weights for q in weights if p != q for off in differences]
    assert all(moved % modulus for moved in swaps)


def test_every_single_error_and_every_swap_in_one_code_is_caught() -> None:
    right = whole("7K3M9XQ2")
    slips = {
        right[:place] + symbol + right[place + 1 :]
        for place in range(len(right))
        for symbol in codes.ALPHABET
    }
    for one in range(len(right)):
        for other in range(one):
            swapped = list(right)
            swapped[one], swapped[other] = swapped[other], swapped[one]
            slips.add("".join(swapped))
    for slip in slips - {right}:
        with pytest.raises(codes.MisreadCode):
            codes.read(slip)


@given(bodies)
def test_a_code_is_read_however_it_is_written(body: str) -> None:
    code = whole(body)
    for text in (
        code,
        codes.spell(code),
        codes.spell(code).lower(),
        f" {code[:3]} {code[3:]} ",
        f"HTTPS://REBOND.EXAMPLE/D/{code}",
        f"https://rebond.example/d/{code}/?from=label",
    ):
        assert codes.read(text) == code


@pytest.mark.parametrize(
    "text", ["", "7K3M", "7K3M-9XQ2-9-9", "0O1I-LLLL-0", "é" * 9, "2" * 10**6]
)
def test_what_cannot_be_a_code_is_misread(text: str) -> None:
    with pytest.raises(codes.MisreadCode):
        codes.read(text)


def test_minted_codes_are_right_and_differ() -> None:
    minted = {codes.mint() for _ in range(1000)}
    assert len(minted) == 1000
    assert all(codes.read(code) == code for code in minted)
