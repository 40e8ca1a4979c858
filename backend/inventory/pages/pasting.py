"""A spreadsheet pasted into the pledge form: read row by row, each with its verdict."""

import csv
import io
import re
import unicodedata
from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from backend.inventory.choices import Kind
from backend.inventory.operations import LineFacts

MOST_ROWS = 5000
LONGEST_TEXT = 1_000_000
_DELIMITERS = "\t;,"

_COLUMNS = {
    "kind": "type kind categorie category materiel equipement equipment device appareil nature",
    "quantity": "quantite qte qty quantity nombre nb count",
    "maker": "marque maker brand fabricant manufacturer constructeur",
    "model": "modele model reference designation",
    "year": "annee year date dateachat purchased anneeachat",
    "asset_number": "inventaire asset assetnumber numeroinventaire ninventaire asset_tag assettag "
    "immobilisation etiquette numerodinventaire",
    "serial": "serie serial serialnumber numeroserie nserie sn numerodeserie",
    "works": "fonctionne works etat fonctionnel working",
    "is_locked": "verrouille locked bloque",
}
_NAME_OF = {word: column for column, words in _COLUMNS.items() for word in words.split()}

_KIND_WORDS = {
    Kind.LAPTOP: "laptop portable notebook ultrabook chromebook macbook ordinateurportable "
    "pcportable",
    Kind.DESKTOP: "desktop ordinateur pc tour unitecentrale uc fixe pcfixe ordinateurfixe "
    "ordinateurdebureau workstation imac minipc",
    Kind.SMARTPHONE: "smartphone telephone mobile phone iphone gsm",
    Kind.TABLET: "tablet tablette ipad",
    Kind.MONITOR: "monitor ecran moniteur screen display",
    Kind.PRINTER: "printer imprimante multifonction",
    Kind.OTHER: "other autre divers",
}
_KIND_OF = {word: kind for kind, words in _KIND_WORDS.items() for word in words.split()}
_YES = {"oui", "yes", "o", "y", "true", "vrai", "1", "x", "ok"}
_NO = {"non", "no", "n", "false", "faux", "0", "hs", "ko"}


class Row(NamedTuple):
    """One row as it was read: its number in the table, what it says, what is wrong with it."""

    number: int
    facts: dict[str, Any]
    fault: str


class Unreadable(ValueError):
    """The text is no table that can be read; the message says what to do."""


def read_table(text: str) -> list[Row]:
    """Read a pasted table with its header row, separated by tabs, semicolons or commas."""
    lines = [line for line in text.strip().lstrip("\ufeff").splitlines() if line.strip()]
    if len(lines) < 2:
        raise Unreadable(_("Paste the header row and at least one row below it."))
    if len(lines) > MOST_ROWS + 1 or len(text) > LONGEST_TEXT:
        raise Unreadable(_("This table is too long: send at most 5,000 rows at once."))
    delimiter = max(_DELIMITERS, key=lines[0].count)
    rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter))
    columns = [_NAME_OF.get(_plain(cell), "") for cell in rows[0]]
    if "kind" not in columns and "model" not in columns:
        raise Unreadable(
            _("The first row has to name the columns, for example: type, quantity, maker, model.")
        )
    return [_read_row(number, columns, cells) for number, cells in enumerate(rows[1:], start=2)]


def lines_of(rows: list[Row]) -> list[LineFacts]:
    """Gather rows of the same sort into lines; asset numbers and serials are kept in them."""
    lines: dict[tuple[Any, ...], LineFacts] = {}
    for row in rows:
        if row.fault:
            continue
        said = dict(row.facts)
        asset, serial = said.pop("asset_number", ""), said.pop("serial", "")
        quantity = said.pop("quantity")
        line = lines.setdefault(
            tuple(said.get(name) for name in ("kind", "maker", "model", "year", "works")),
            {**said, "quantity": 0, "asset_numbers": [], "serials": []},  # type: ignore[typeddict-item]  # the rest is `said`
        )
        line["quantity"] += quantity
        line["asset_numbers"] += [asset] if asset else []
        line["serials"] += [serial] if serial else []
    return list(lines.values())


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[^a-z0-9_]", "", letters)


def _read_row(number: int, columns: list[str], cells: list[str]) -> Row:
    said = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if name}
    facts: dict[str, Any] = {}
    for name, read in _READERS.items():
        try:
            facts[name] = read(said.get(name, ""), said)
        except ValueError as error:
            return Row(number, {**said, **facts}, str(error))
    return Row(number, facts, "")


def _kind(cell: str, said: dict[str, str]) -> str:
    if not cell:
        cell = said.get("model", "")
    words = [_plain(word) for word in cell.split()]
    for word in [_plain(cell), *words, *[word.removesuffix("s") for word in words]]:
        if word in _KIND_OF:
            return _KIND_OF[word]
    raise ValueError(
        _("Kind not understood: write laptop, desktop, smartphone, tablet, monitor or printer.")
    )


def _quantity(cell: str, _said: dict[str, str]) -> int:
    if not cell:
        return 1
    if not cell.isdecimal() or not 1 <= int(cell) <= 5000:
        raise ValueError(_("Quantity not understood: write a whole number from 1 to 5,000."))
    return int(cell)


def _year(cell: str, _said: dict[str, str]) -> int | None:
    found = re.search(r"\b(19[89]\d|20\d\d)\b", cell)
    if cell and not found:
        raise ValueError(_("Year not understood: write four digits, such as 2021."))
    return int(found[1]) if found else None


def _truth(cell: str, _said: dict[str, str]) -> bool | None:
    word = _plain(cell)
    return True if word in _YES else False if word in _NO else None


def _text(longest: int) -> Callable[[str, dict[str, str]], str]:
    return lambda cell, _said: cell[:longest]


_READERS: dict[str, Callable[[str, dict[str, str]], Any]] = {
    "kind": _kind,
    "quantity": _quantity,
    "maker": _text(60),
    "model": _text(80),
    "year": _year,
    "asset_number": _text(80),
    "serial": _text(80),
    "works": _truth,
    "is_locked": _truth,
}
