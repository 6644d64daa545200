"""The document that came in, with a red remark below each question that was refused; nothing else in it changes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

from suyu_learn.content.formats.docx_lines import REMARK, REMARK_SIGN, Document
from suyu_learn.content.formats.docx_package import UNREADABLE
from suyu_learn.content.formats.question_docx import read_document
from suyu_learn.content.formats.text_passages import Passages
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions.texts import tidy

_FIRST_ID = 900_000
_RED = '<w:rPr><w:b/><w:color w:val="C00000"/></w:rPr>'


def annotated(content: bytes, file_name: str, remarks: Sequence[tuple[Place, str]], heading: str) -> bytes:
    """The document with its remarks, each with `heading` before it; those of an earlier time go.

    A remark stands below the question whose place it names. Remarks are not read when the document comes back.
    """
    document = read_document(content, file_name)
    ends = _ends(document)
    said: dict[int, list[str]] = {}
    for place, text in remarks:
        if place.row is not None:
            lines = said.setdefault(ends.get(place.row, place.row), [])
            lines += [text] if text not in lines else []
    package = document.package
    try:
        part = _with_remarks(package.xml(package.document), said, heading)
        return _replaced(content, package.document, part)
    except UNREADABLE as error:
        raise Problem("docx.broken", place=Place(file=file_name)) from error


def _ends(document: Document) -> dict[int, int]:
    """The paragraph at which each question ends, by the one at which it begins."""
    ends = {passage.line: passage.last for passage in Passages(document.lines).passages}
    return ends | {first: last for table in document.tables for first, last in table.places}


@dataclass(slots=True)
class _Paragraph:
    start: int
    number: int
    remark: bool = False


@dataclass
class _Places:
    """Where in the bytes of the part the paragraphs end, and where earlier remarks stand."""

    ends: dict[int, int] = field(default_factory=dict)
    remarks: list[tuple[int, int]] = field(default_factory=list)
    namespace: str = ""

    def __post_init__(self) -> None:
        self._open: list[_Paragraph] = []
        self._count = self._depth = 0

    def read(self, content: bytes) -> None:
        """Note the places."""
        self._content = content
        self.end_sign = ">".encode(encoding_of(content))
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._start, self._end
        self._parser.Parse(content, True)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        self._depth += 1
        self.namespace = self.namespace or space
        if tag == "p" and "wordprocessingml" in space and self._depth > 2:
            self._count += 1
            self._open.append(_Paragraph(self._parser.CurrentByteIndex, self._count))
        elif tag == "bookmarkStart" and self._open:
            told = next((value for key, value in attributes.items() if key.rpartition(" ")[2] == "name"), "")
            self._open[-1].remark = self._open[-1].remark or told.startswith(REMARK)

    def _end(self, name: str) -> None:
        space, _, tag = name.rpartition(" ")
        self._depth -= 1
        if tag == "p" and "wordprocessingml" in space and self._open:
            one = self._open.pop()
            end = self._content.index(self.end_sign, self._parser.CurrentByteIndex) + len(self.end_sign)
            if one.remark:
                self.remarks.append((one.start, end))
            self.ends[one.number] = end


def encoding_of(content: bytes) -> str:
    """The encoding of an XML part that has passed the checks."""
    if content.startswith((b"\xff\xfe", b"<\x00")):
        return "utf-16-le"
    return "utf-16-be" if content.startswith((b"\xfe\xff", b"\x00<")) else "utf-8"


def _with_remarks(part: bytes, said: Mapping[int, Sequence[str]], heading: str) -> bytes:
    places = _Places()
    places.read(part)
    changes = [(start, end, b"") for start, end in places.remarks]
    for number, (row, lines) in enumerate(sorted(said.items()), start=1):
        if (at := places.ends.get(row)) is not None:
            told = _remark(number, heading, lines, places.namespace)
            changes.append((at, at, told.encode(encoding_of(part), errors="xmlcharrefreplace")))
    pieces, done = [], 0
    for start, end, new in sorted(changes):
        if start >= done:
            pieces += [part[done:start], new]
            done = end
    return b"".join([*pieces, part[done:]])


def _remark(number: int, heading: str, lines: Sequence[str], namespace: str) -> str:
    id_ = _FIRST_ID + number
    texts = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(tidy(line))}</w:t>' for line in lines)
    return (
        f'<w:p xmlns:w="{escape(namespace)}"><w:pPr><w:rPr><w:color w:val="C00000"/></w:rPr></w:pPr>'
        f'<w:bookmarkStart w:id="{id_}" w:name="{REMARK}_{number}"/><w:r>{_RED}<w:t xml:space="preserve">{REMARK_SIGN} '
        f'{escape(tidy(heading))} </w:t>{texts}</w:r><w:bookmarkEnd w:id="{id_}"/></w:p>'
    )


def _replaced(content: bytes, name: str, part: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for entry in old.infolist():
            told = part if entry.filename.lower() == name.lower() else old.read(entry)
            new.writestr(entry, told, compress_type=entry.compress_type)
    return stream.getvalue()
