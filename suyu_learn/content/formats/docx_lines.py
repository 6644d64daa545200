"""A Word document as lines of running text and tables of questions, in the order in which a reader meets them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from suyu_learn.content.formats import docx_tables
from suyu_learn.content.formats.docx_inlays import Inlays
from suyu_learn.content.formats.docx_numbering import Numbering
from suyu_learn.content.formats.docx_package import Package, child, local, value
from suyu_learn.content.formats.docx_paragraphs import Paragraphs
from suyu_learn.content.formats.docx_pictures import Pictures
from suyu_learn.content.formats.docx_styles import Styles
from suyu_learn.content.formats.sheets import Sheet
from suyu_learn.content.formats.text_lines import Line, heading, numbered
from suyu_learn.domain.problems import Place, Problem

REMARK = "suyu_remark"
"""How the bookmarks in our own remarks are named: such paragraphs are not read."""
REMARK_SIGN = "▲▲"
MOST_COLUMNS = 100
_TITLE = "Title"
_THROUGH = frozenset({"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"})


@dataclass(slots=True)
class QuestionTable:
    """A table with a question in each row, and the paragraphs where its rows begin and end."""

    sheet: Sheet
    places: list[tuple[int, int]]
    losses: list[Problem] = field(default_factory=list)


class Document:
    """Reads a checked document block by block."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.inlays = Inlays()
        styles = Styles(package.tree(package.related("styles")))
        self.numbering = Numbering(package.tree(package.related("numbering")), styles)
        self.pictures = Pictures(package, dict(package.relations(package.document)), self.inlays)
        notes = dict(_notes(package, "footnotes", "footnote")) | dict(_notes(package, "endnotes", "endnote"))
        self.paragraphs = Paragraphs(styles, self.pictures, self.inlays, notes)
        self.lines: list[Line] = []
        self.tables: list[QuestionTable] = []
        self.losses: list[Problem] = []
        self._rows: dict[int, int] = {}
        self._row = 0
        self._section = ""
        for block in package.blocks():
            self._number(block)
            self._block(block, self.lines)

    def _number(self, block: Element) -> None:
        """Every paragraph has a place: its number in the file, those of text boxes and tables counted."""
        self._rows = {}
        for element in block.iter():
            if is_paragraph(element.tag):
                self._row += 1
                self._rows[id(element)] = self._row

    def _block(self, element: Element, out: list[Line]) -> None:
        name = local(element.tag)
        if name == "p":
            self._paragraph(element, out)
        elif name == "tbl":
            self._table(element, out)
        elif name in _THROUGH:
            for inner in element:
                self._block(inner, out)
        elif name == "AlternateContent":
            for inner in next(iter(element), ()):
                self._block(inner, out)
        elif name == "altChunk":
            self.losses.append(Problem("docx.object", kind="altChunk", question=""))

    def _paragraph(self, element: Element, out: list[Line]) -> None:
        if is_remark(element):
            return
        properties = child(element, "pPr")
        style = value(child(properties, "pStyle"))
        label, list_ = self.numbering.label(properties, style)
        written = self.paragraphs.read(element, label)
        if style == _TITLE and not any(line.text for line in self.lines) and numbered(written.lines[0][0]) is None:
            return
        row = self._rows.get(id(element), self._row)
        losses = tuple(written.losses)
        for text, looks in written.lines:
            if text.startswith(REMARK_SIGN):
                continue
            out.append(Line(text, row, list=list_, looks=looks, losses=losses))
            list_, losses = "", ()
            if out is self.lines and text and heading(text) is not None:
                self._section = text
        for box in written.boxes:
            for inner in box:
                self._block(inner, out)

    def _table(self, element: Element, out: list[Line]) -> None:
        cells = self._cells(element)
        rows = [["\n".join(line.text for line in cell if line.text) for cell in row] for row in cells]
        width = max(map(len, rows), default=0)
        rows = [[*row, *[""] * (width - len(row))] for row in rows]
        if not any(any(row) for row in rows):
            out += [line for row in cells for cell in row for line in cell if line.losses]
        elif out is self.lines and docx_tables.columns_of_questions(rows) is not None:
            self._questions(cells, rows)
        elif given := docx_tables.answers(rows):
            out += _answer_lines(given, self._first_row(element))
        elif docx_tables.holds_text(rows):
            for row in cells:
                out += _row_of_text(row)
        else:
            losses = tuple(loss for row in cells for cell in row for line in cell for loss in line.losses)
            out.append(Line(self.inlays.table(rows), self._first_row(element), solid=True, losses=losses))

    def _first_row(self, element: Element) -> int:
        return next((self._rows[id(one)] for one in element.iter() if id(one) in self._rows), self._row)

    def _cells(self, table: Element) -> list[list[list[Line]]]:
        return [
            [lines for cell in _inner(row, "tc") for lines in self._cell(cell)][:MOST_COLUMNS]
            for row in _inner(table, "tr")
        ]

    def _cell(self, cell: Element) -> Iterable[list[Line]]:
        """The lines of a cell, and nothing for each further column that it spans."""
        lines: list[Line] = []
        for inner in cell:
            self._block(inner, lines)
        yield lines
        span = value(child(cell, "tcPr", "gridSpan")) or "1"
        for _further in range(min(int(span), MOST_COLUMNS) - 1 if span.isdecimal() and len(span) < 5 else 0):
            yield []

    def _questions(self, cells: list[list[list[Line]]], rows: list[list[str]]) -> None:
        places, losses = [], []
        for row in cells:
            found = [line.row for cell in row for line in cell]
            places.append((min(found, default=self._row), max(found, default=self._row)))
            losses += [
                Problem(one.code, place=Place(row=line.row), question=line.text[:60], **one.params)
                for cell in row for line in cell for one in line.losses
            ]  # fmt: skip
        sheet = Sheet(self._section, tuple(tuple(row) for row in rows))
        self.tables.append(QuestionTable(sheet, places, losses))


def is_paragraph(name: str) -> bool:
    """Whether an element is a paragraph of text, and not one of a drawing."""
    return name.endswith("}p") and "wordprocessingml" in name


def is_remark(paragraph: Element) -> bool:
    """Whether a paragraph is one of ours that says what was wrong with a question."""
    return any(local(one.tag) == "bookmarkStart" and (value(one, "name") or "").startswith(REMARK) for one in paragraph)


def _inner(element: Element, wanted: str) -> Iterable[Element]:
    for inner in element:
        name = local(inner.tag)
        if name == wanted:
            yield inner
        elif name in _THROUGH:
            yield from _inner(inner, wanted)


def _answer_lines(given: Iterable[docx_tables.Entry | str], row: int) -> Iterable[Line]:
    for one in given:
        if isinstance(one, str):
            yield Line(one, row)
            continue
        number, answer, reason = one
        yield Line("", row, answers=((number, answer),))
        if reason:
            yield Line(f"解析：{reason}", row)


def _row_of_text(row: list[list[Line]]) -> Iterable[Line]:
    """The lines of a row; a number in a cell of its own belongs to the text in the next."""
    number = ""
    for cell in row:
        filled = [line for line in cell if line.text]
        alone = docx_tables.number_alone(filled[0].text) if len(filled) == 1 else ""
        if alone and not number and cell is row[0]:
            number = alone
            continue
        for line in cell:
            if number and line.text:
                yield Line(f"{number}. {line.text}", line.row, looks=line.looks, losses=line.losses)
                number = ""
            else:
                yield line


def _notes(package: Package, kind: str, name: str) -> Iterable[tuple[str, str]]:
    tree = package.tree(package.related(kind))
    for note in tree if tree is not None else ():
        text = "".join(one.text or "" for one in note.iter() if local(one.tag) == "t").strip()
        if text and (value(note, "type") or "normal") == "normal":
            yield f"{name} {value(note, 'id')}", text
