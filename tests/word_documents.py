"""Word documents made for tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)


def document(*parts: str | Callable[[Any], object]) -> bytes:
    """A document with a paragraph for each text; a function does something else to it."""
    made = Document()
    for part in parts:
        if isinstance(part, str):
            made.add_paragraph(part)
        else:
            part(made)
    return saved(made)


def saved(made: Any) -> bytes:
    """The bytes of a document."""
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def xml(inner: str) -> Callable[[Any], object]:
    """A piece of the body as it stands in the file, such as `<w:p>...</w:p>`."""
    spaces = nsdecls("w", "r", "wp", "a", "pic") + (
        ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
        ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
        ' xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" ' + MATH
    )

    def add(made: Any) -> None:
        at = inner.index(">") if "/" not in inner[: inner.index(">")] else inner.index("/")
        body = made.element.body
        body.insert(len(body) - 1, parse_xml(f"{inner[:at]} {spaces}{inner[at:]}"))

    return add


def paragraph(*runs: str, properties: str = "") -> Callable[[Any], object]:
    """A paragraph of runs: text, or XML that begins with `<`."""
    told = "".join(one if one.startswith("<") else run(one) for one in runs)
    return xml(f"<w:p><w:pPr>{properties}</w:pPr>{told}</w:p>")


def run(text: str, properties: str = "") -> str:
    """A run of text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def formula(inner: str) -> str:
    """A formula within a paragraph."""
    return f"<m:oMath>{inner}</m:oMath>"


def letter(text: str) -> str:
    """A run of a formula."""
    return f"<m:r><m:t>{text}</m:t></m:r>"


def table(*rows: Sequence[str]) -> Callable[[Any], object]:
    """A table of texts."""

    def add(made: Any) -> None:
        grid = made.add_table(rows=len(rows), cols=max(map(len, rows)))
        for row, texts in zip(grid.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=False):
                cell.text = text

    return add


def numbering(inner: str) -> Callable[[Any], object]:
    """The lists of a document in place of those of the template."""

    def add(made: Any) -> None:
        element = made.part.numbering_part.element
        for old in list(element):
            element.remove(old)
        for new in parse_xml(f"<w:numbering {nsdecls('w')}>{inner}</w:numbering>"):
            element.append(new)

    return add


def level(at: int, way: str, text: str, more: str = "") -> str:
    """A level of a list."""
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{way}"/>{more}'
        f'<w:suff w:val="space"/><w:lvlText w:val="{text}"/></w:lvl>'
    )


def listed(text: str, number: int, at: int = 0) -> Callable[[Any], object]:
    """A paragraph that a list numbers."""
    return paragraph(text, properties=f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{number}"/></w:numPr>')


def changed(content: bytes, parts: Mapping[str, bytes | Callable[[bytes], bytes] | None]) -> bytes:
    """The document with parts replaced, added, or left out."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = parts.get(name, old.read(name))
            if part is not None:
                new.writestr(name, part(old.read(name)) if callable(part) else part)
        for name, part in parts.items():
            if name not in old.namelist() and isinstance(part, bytes):
                new.writestr(name, part)
    return stream.getvalue()
