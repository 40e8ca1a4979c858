"""Documents as PDF: a typst template that lies in its app, filled with data."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

_NO_SUCH_LETTER = "could not be displayed"


def render_pdf(
    template: Path, data: Mapping[str, Any], *, at: datetime, archival: bool = True
) -> bytes:
    """Set a document; the same template, data and moment give the same bytes.

    The template reads `json(bytes(sys.inputs.data))`: what people typed stays data and never
    becomes code. It sees the files of its own folder only, and the fonts that typst brings.
    `archival` gives PDF/A-2b with its reading order; what is only printed goes without, in half
    the time. PDF/A allows no letter that no font has: a document with one is an ordinary PDF.
    Raises typst.TypstError when the template does not fit the data.
    """
    if not archival:
        return _set(template, data, at, pdf_tags=False)
    try:
        return _set(template, data, at, pdf_standards="a-2b")
    except typst.TypstError as error:
        if _NO_SUCH_LETTER not in str(error):
            raise
    return _set(template, data, at)


def _set(template: Path, data: Mapping[str, Any], at: datetime, **how: Any) -> bytes:
    pdf: bytes = typst.compile(
        template,
        root=template.parent,
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=int(at.timestamp()),
        format="pdf",
        **how,
    )
    return pdf
