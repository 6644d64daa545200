"""Cells of somebody's own workbook filled in, with everything else in it left byte for byte as it was.

Only the sheet's own XML is changed, beside the list of sheets and styles: pictures, charts, formulas, widths and other
sheets stay, since no program takes the book apart and puts it together again. A cell with a formula is never touched.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from suyu_learn.content.formats.book_parts import column_letters, column_number
from suyu_learn.content.formats.guard import UNREADABLE, archive_entries, checked_parts
from suyu_learn.domain.problems import Place, Problem

Value = str | int | float | Decimal
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE = re.compile(r"([A-Z]+)([0-9]+)")
_AFTER_SHEETS = ("sheets", "functionGroups", "externalReferences", "definedNames")
_MARK = "FFFFE3C2"
"""The colour behind a mark; the mark itself is a word."""
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_TYPES = "[Content_Types].xml"


@dataclass(frozen=True, slots=True)
class Cell:
    """What goes where; row and column count from 1."""

    row: int
    column: int
    value: Value
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """A sheet that is added, with one text for each cell."""

    title: str
    rows: Sequence[Sequence[str]] = ()


@dataclass(slots=True)
class Filled:
    """The finished workbook, and which of the cells kept the formula that stood there."""

    content: bytes = b""
    kept: list[Cell] = field(default_factory=list)


def fill(content: bytes, sheet: str, cells: Iterable[Cell], explanation: Explanation, *, file: str = "") -> Filled:
    """The workbook with these cells; raises Problem where it is broken, guarded, or has no such sheet."""
    place = Place(file=file)
    checked_parts(content, file=file)
    try:
        archive, entries = archive_entries(content, place=place)
        parts = {entry.filename: archive.read(entry) for entry in entries}
        book = _Book(parts)
        done = Filled()
        book.fill(sheet, cells, done)
        book.explain(explanation)
        done.content = book.packed(entries)
    except Problem:
        raise
    except (*UNREADABLE, SyntaxError, StopIteration, AttributeError, TypeError) as error:
        # lxml's faults are syntax errors; parts and attributes that are missing are None
        raise Problem("sheet.broken", place=place) from error
    return done


class _Book:
    """The parts of a workbook, some of them as trees."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        self._parts = parts
        self._trees: dict[str, Any] = {}
        roots = self._tree("_rels/.rels")
        main = next(one for one in roots if one.get("Type", "").endswith("/officeDocument"))
        self._path = main.get("Target").lstrip("/")
        self._book = self._tree(self._path)
        self._space = _space(self._book)
        self._links = self._tree(_rels_of(self._path))

    def _tree(self, name: str) -> Any:
        from lxml import etree

        if name not in self._trees:
            parser = etree.XMLParser(
                resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
            )
            self._trees[name] = etree.fromstring(self._parts[name], parser)
        return self._trees[name]

    def _target(self, link: str) -> str:
        """The part that a link of the workbook leads to."""
        target = next(one.get("Target") for one in self._links if one.get("Id") == link)
        return str(target.lstrip("/") if target.startswith("/") else
                   posixpath.normpath(posixpath.join(posixpath.dirname(self._path), target)))  # fmt: skip

    def _sheets(self) -> Any:
        return self._book.find(f"{self._space}sheets")

    def fill(self, name: str, cells: Iterable[Cell], done: Filled) -> None:
        """Set the cells of one sheet."""
        found = next((one for one in self._sheets() if one.get("name") == name), None)
        if found is None:
            raise Problem("fill.no_sheet", name=name)
        link = next(value for key, value in found.attrib.items() if key.endswith("}id"))
        sheet = _Sheet(self._tree(self._target(link)))
        style = None
        for one in cells:
            if one.marked and style is None:
                style = self._mark_style()
            if not sheet.set(one, style if one.marked else None):
                done.kept.append(one)
        self._reckon_anew()

    def _reckon_anew(self) -> None:
        """Let formulas that look at filled cells be reckoned when the book is opened."""
        last = next(one for one in reversed(self._book) if _name(one) in _AFTER_SHEETS)
        told = self._book.find(f"{self._space}calcPr")
        if told is None:
            told = last.makeelement(f"{self._space}calcPr", {})
            last.addnext(told)
        told.set("fullCalcOnLoad", "1")

    def _mark_style(self) -> int | None:
        """The number of a cell format with the colour of marks; None for a book without formats."""
        link = next((one.get("Id") for one in self._links if one.get("Type", "").endswith("/styles")), None)
        if link is None:
            return None
        styles = self._tree(self._target(link))
        space = _space(styles)
        fills, formats = styles.find(f"{space}fills"), styles.find(f"{space}cellXfs")
        if fills is None or formats is None:
            return None
        fill = _add(fills, "fill")
        pattern = _add(fill, "patternFill", patternType="solid")
        _add(pattern, "fgColor", rgb=_MARK)
        _add(pattern, "bgColor", indexed="64")
        number = len(formats)
        _add(formats, "xf", numFmtId="0", fontId="0", fillId=str(len(fills) - 1), borderId="0", xfId="0", applyFill="1")
        for one in (fills, formats):
            one.set("count", str(len(one)))
        return number

    def explain(self, explanation: Explanation) -> None:
        """Add a sheet of texts behind the others."""
        names = {one.get("name", "").casefold() for one in self._sheets()}
        title = next(name for name in _titles(explanation.title) if name.casefold() not in names)
        folder = posixpath.dirname(self._path)
        paths = (posixpath.join(folder, f"worksheets/sheet{number}.xml") for number in range(1, 10_000))
        path = next(one for one in paths if one not in self._parts)
        self._parts[path] = _plain_sheet(explanation.rows)
        ids = {one.get("Id") for one in self._links}
        link = next(name for number in range(1, 10_000) if (name := f"rIdFilled{number}") not in ids)
        relation = next(one.get("Type") for one in self._links if one.get("Type", "").endswith("/worksheet"))
        _add(self._links, "Relationship", Id=link, Type=relation, Target=f"/{path}")
        last = self._sheets()[-1]
        number = max(int(one.get("sheetId", "0")) for one in self._sheets()) + 1
        added = _add(self._sheets(), "sheet", name=title, sheetId=str(number))
        added.set(next(key for key in last.attrib if key.endswith("}id")), link)
        _add(self._tree(_TYPES), "Override", PartName=f"/{path}", ContentType=_SHEET_TYPE)

    def packed(self, entries: Sequence[zipfile.ZipInfo]) -> bytes:
        """The archive anew, in the old order."""
        from lxml import etree

        for name, tree in self._trees.items():
            self._parts[name] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
        order = dict.fromkeys([*(entry.filename for entry in entries), *self._parts])
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in order:
                archive.writestr(name, self._parts[name])
        return stream.getvalue()


class _Sheet:
    """One sheet: its rows and cells by their numbers, made where they are missing."""

    def __init__(self, tree: Any) -> None:
        self._space = _space(tree)
        data = tree.find(f"{self._space}sheetData")
        self._data = data if data is not None else _add(tree, "sheetData")
        said = tree.find(f"{self._space}dimension")
        if said is not None:  # programs find it out by themselves, and it would be wrong
            tree.remove(said)
        self._rows: dict[int, Any] = {}
        number = 0
        for row in self._data:
            if _name(row) == "row":
                number = int(row.get("r", number + 1))
                self._rows[number] = row
        self._cells: dict[int, dict[int, Any]] = {}

    def set(self, cell: Cell, style: int | None) -> bool:
        """Whether the cell could be set: one with a formula stays."""
        row = self._row(cell.row)
        found = self._cells_of(cell.row, row).get(cell.column)
        if found is not None and found.find(f"{self._space}f") is not None:
            return False
        if found is None:
            found = self._new_cell(cell, row)
        for child in list(found):
            found.remove(child)
        found.attrib.pop("t", None)
        if style is not None:
            found.set("s", str(style))
        if isinstance(cell.value, str):
            found.set("t", "inlineStr")
            text = _add(_add(found, "is"), "t")
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            text.text = _ILLEGAL.sub("", cell.value)
        else:
            _add(found, "v").text = format(cell.value, "f") if isinstance(cell.value, Decimal) else str(cell.value)
        return True

    def _row(self, number: int) -> Any:
        if number not in self._rows:
            made = self._data.makeelement(f"{self._space}row", {"r": str(number)})
            before = max((one for one in self._rows if one < number), default=None)
            self._data.insert(0, made) if before is None else self._rows[before].addnext(made)
            self._rows[number] = made
        row = self._rows[number]
        row.attrib.pop("spans", None)
        return row

    def _cells_of(self, number: int, row: Any) -> dict[int, Any]:
        if number not in self._cells:
            found: dict[int, Any] = {}
            column = 0
            for one in row.iterchildren("{*}c"):
                said = _REFERENCE.fullmatch(one.get("r", ""))
                column = column_number(said[1]) if said else column + 1
                one.set("r", f"{column_letters(column - 1)}{number}")
                found[column] = one
            self._cells[number] = found
        return self._cells[number]

    def _new_cell(self, cell: Cell, row: Any) -> Any:
        made = row.makeelement(f"{self._space}c", {"r": f"{column_letters(cell.column - 1)}{cell.row}"})
        cells = self._cells[cell.row]
        before = max((one for one in cells if one < cell.column), default=None)
        row.insert(0, made) if before is None else cells[before].addnext(made)
        cells[cell.column] = made
        return made


def _space(element: Any) -> str:
    """The namespace of an element in braces; books have one of two."""
    return str(element.tag.rpartition("}")[0] + "}") if element.tag.startswith("{") else ""


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _add(parent: Any, tag: str, /, **attributes: str) -> Any:
    child = parent.makeelement(f"{_space(parent)}{tag}", attributes)
    parent.append(child)
    return child


def _rels_of(path: str) -> str:
    folder, name = posixpath.split(path)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _titles(title: str) -> Iterable[str]:
    yield title
    yield from (f"{title} {number}" for number in range(2, 1000))


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _plain_sheet(rows: Sequence[Sequence[str]]) -> bytes:
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(
            f'<c r={quoteattr(column_letters(place - 1) + str(number))} t="inlineStr"><is><t xml:space="preserve">'
            f"{escape(_ILLEGAL.sub('', text))}</t></is></c>"
            for place, text in enumerate(row, start=1)
        )
        lines.append(f'<row r="{number}">{cells}</row>')
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{_MAIN}">'
        '<cols><col min="1" max="1" width="24" customWidth="1"/>'
        '<col min="2" max="6" width="40" customWidth="1"/></cols>'
        f"<sheetData>{''.join(lines)}</sheetData></worksheet>"
    ).encode()


def by_heading(headings: Sequence[str], words: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The places, from 0, of headings that name something: exactly first, then by a word within."""
    found: dict[str, int] = {}
    for exactly in (True, False):
        for code, some in words.items():
            for place, heading in enumerate(headings):
                fits = heading in some if exactly else any(word in heading for word in some if len(word) > 1)
                if code not in found and place not in found.values() and heading and fits:
                    found[code] = place
    return found
