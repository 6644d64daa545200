"""What a pdf says, read back from the file."""

from __future__ import annotations

import io
import re

from pypdf import PdfReader


def pages_of(content: bytes) -> list[str]:
    """The words of each page, with single spaces."""
    return [re.sub(r"\s+", " ", page.extract_text().replace("\0", "")) for page in PdfReader(io.BytesIO(content)).pages]


def words_of(content: bytes) -> str:
    """The words of all pages."""
    return " ".join(pages_of(content))
