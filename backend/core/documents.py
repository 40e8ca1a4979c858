"""Documents as PDF: a typst template that lies in its app, filled with data."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst


def render_pdf(template: Path, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """Set a document; the same template, data and moment give the same bytes.

    The template reads `json(bytes(sys.inputs.data))`: what people typed stays data and never
    becomes code. It sees the files of its own folder only, and the fonts that typst brings.
    Raises typst.TypstError when the template does not fit the data.
    """
    return typst.compile(
        template,
        root=template.parent,
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards="a-2b",
        timestamp=int(at.timestamp()),
        format="pdf",
    )
