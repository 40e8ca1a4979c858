"""Every word on the screen has its French, and the compiled catalogues are the written ones."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation.template import templatize

BACKEND: Path = settings.ROOT / "backend"
CATALOGUES = sorted(BACKEND.glob("*/locale/fr/LC_MESSAGES/django.po"))
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
_LITERAL = r"""(u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*")"""
IN_TEMPLATE = re.compile(r"\b(n?p?gettext|_)\(" + _LITERAL + r"(?:, " + _LITERAL + ")?")


def catalogue_name(path: Path) -> str:
    return path.relative_to(BACKEND).parts[0]


@pytest.mark.parametrize("path", CATALOGUES, ids=catalogue_name)
def test_every_sentence_is_translated(path: Path) -> None:
    catalogue = polib.pofile(str(path))
    unfinished = [*catalogue.untranslated_entries(), *catalogue.fuzzy_entries()]
    assert not [entry.msgid for entry in unfinished if not entry.obsolete]


@pytest.mark.parametrize("path", CATALOGUES, ids=catalogue_name)
def test_the_compiled_catalogue_is_the_written_one(path: Path) -> None:
    written = polib.pofile(str(path)).translated_entries()
    compiled = polib.mofile(str(path.with_suffix(".mo")))
    assert {pair(entry) for entry in written} == {pair(entry) for entry in compiled}


def pair(entry: polib.POEntry | polib.MOEntry) -> tuple[str, ...]:
    return (entry.msgctxt or "", entry.msgid, entry.msgstr, *entry.msgstr_plural.values())


def test_every_sentence_of_the_code_is_in_a_catalogue() -> None:
    catalogues = [polib.pofile(str(path)) for path in CATALOGUES]
    known = {entry.msgid for catalogue in catalogues for entry in catalogue if not entry.obsolete}
    unknown = {f"{place}: {text}" for text, place in sentences() if text not in known}
    assert not sorted(unknown), "run: make messages, then write the French"


def sentences() -> Iterator[tuple[str, str]]:
    """Give every sentence that code or template marks for translation, and where."""
    for path in BACKEND.rglob("*.py"):
        if "migrations" not in path.parts and "config" not in path.parts:
            yield from ((text, place(path)) for text in in_code(path.read_text()))
    for path in [*BACKEND.rglob("*.html"), *BACKEND.rglob("*.txt")]:
        yield from ((text, place(path)) for text in in_template(path.read_text()))


def place(path: Path) -> str:
    return str(path.relative_to(BACKEND))


def in_code(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id not in CALLS or not node.args:
            continue
        text = node.args[1 if node.func.id.startswith("pgettext") else 0]
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            yield text.value


def in_template(source: str) -> Iterator[str]:
    for function, first, second in IN_TEMPLATE.findall(templatize(source)):
        text = second if "pgettext" in function else first  # a context comes before the words
        yield ast.literal_eval(text).replace("%%", "%")
