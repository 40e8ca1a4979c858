"""Documents: what people typed stays text, and the same document gives the same bytes."""

from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
import typst

from backend.core.documents import render_pdf

AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
HOSTILE = '#panic("x") $ \\ ] } *bold* @label <a> /* // `raw` "#'


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """Give a template that shows one text."""
    template = tmp_path / "letter.typ"
    template.write_text('#let data = json(bytes(sys.inputs.data))\n#data.at("text")\n')
    return template


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return str(document[0].get_textpage().get_text_bounded()).strip()


@pytest.mark.parametrize("text", ["Évry, Ça et là : 12 € – « œuvre »", HOSTILE])
def test_text_cannot_become_code(letter: Path, text: str) -> None:
    assert text_of(render_pdf(letter, {"text": text}, at=AT)) == text


@pytest.mark.parametrize("archival", [True, False])
def test_the_same_document_gives_the_same_bytes(letter: Path, archival: bool) -> None:
    once = render_pdf(letter, {"text": "x"}, at=AT, archival=archival)
    assert once == render_pdf(letter, {"text": "x"}, at=AT, archival=archival)
    assert (b"pdfaid" in once) == archival


def test_a_name_that_no_font_can_write_does_not_stop_a_document(letter: Path) -> None:
    assert "Ngo" in text_of(render_pdf(letter, {"text": "Ngo 李 \u202e\x00"}, at=AT))


def test_a_template_reads_its_own_folder_only(tmp_path: Path, letter: Path) -> None:
    letter.write_text('#read("/../secret.txt")')
    (tmp_path.parent / "secret.txt").write_text("secret")
    with pytest.raises(typst.TypstError):
        render_pdf(letter, {}, at=AT)
