"""The very table that came in, given back with a remark beside each row that must be corrected.

A workbook is edited part by part: only the sheets with remarks and the list of styles change, so that drawings,
formulas and widths stay as they are. The column of remarks is left out when the file comes in again.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from suyu_learn.content.formats.book_parts import column_letters, column_number, sheet_parts
from suyu_learn.content.formats.guard import UNREADABLE, checked_parts
from suyu_learn.content.formats.question_columns import NAMES, find_columns
from suyu_learn.content.formats.question_guess import guessed
from suyu_learn.content.formats.sheets import Sheet, read_sheets, text_table
from suyu_learn.content.normalise.texts import bare_label
from suyu_learn.domain.problems import Place, Problem

Remarks = Mapping[tuple[str, int, str], str]
"""What is wrong, by the sheet's name, the row counted from 1, and the heading of the column (or nothing)."""

_REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
_TEXT_RED, _CELL_RED = "FFC00000", "FFFFC7CE"
_WIDTH = "48"


def annotated(content: bytes, file_name: str, remarks: Remarks, heading: str) -> bytes | None:
    """The file with a last column `heading` that holds the remarks in red; None where the file cannot carry them.

    A workbook's faulty cells are filled too. Old workbooks (.xls) and what is no table give None.
    """
    try:
        sheets = {sheet.name: sheet for sheet in read_sheets(content, file_name)}
        if content.startswith(b"PK"):
            return _workbook(content, file_name, sheets, remarks, heading)
        if content.startswith(b"\xd0\xcf\x11\xe0"):
            return None
        return _text(content, file_name, sheets[""], remarks, heading)
    except (Problem, *UNREADABLE):
        return None


def _layout(sheet: Sheet, heading: str) -> tuple[int, tuple[str, ...], int]:
    """The row of the headings from 1, the headings, and the place of the column for remarks from 0."""
    columns = find_columns(sheet.rows) or guessed(sheet.rows)
    ours = {bare_label(heading), *NAMES["remark"]}
    place = next((at for at, label in enumerate(columns.labels) if bare_label(label) in ours), len(columns.labels))
    return columns.row, columns.labels, place


def _by_row(remarks: Remarks, sheet: str) -> dict[int, tuple[list[str], list[str]]]:
    """For each row its remarks, each once, and the headings of the faulty cells."""
    by_row: dict[int, tuple[list[str], list[str]]] = {}
    for (name, row, column), remark in remarks.items():
        if name == sheet and row > 0:
            said, faulty = by_row.setdefault(row, ([], []))
            if remark not in said:
                said.append(remark)
            if column:
                faulty.append(column)
    return by_row


def _text(content: bytes, file_name: str, sheet: Sheet, remarks: Remarks, heading: str) -> bytes:
    table = text_table(content, place=Place(file=file_name))
    row, _labels, place = _layout(sheet, heading)
    told = {number: "；".join(said) for number, (said, _faulty) in _by_row(remarks, "").items()}
    if row:
        told[row] = heading
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=table.delimiter, lineterminator="\r\n")
    for number, cells in enumerate(table.records, start=1):
        remark = told.get(number, "")
        if len(cells) > place:
            cells[place] = remark
        elif remark:
            cells = [*cells, *[""] * (place - len(cells)), remark]
        writer.writerow(cells)
    return stream.getvalue().encode("utf-8-sig" if table.encoding == "utf-8" else table.encoding)


def _workbook(
    content: bytes, file_name: str, sheets: Mapping[str, Sheet], remarks: Remarks, heading: str
) -> bytes | None:  # fmt: skip
    checked = checked_parts(content, file=file_name)
    parts = {name.lower(): part for name, part in checked.items()}
    styles_part = next((name for name in parts if name.endswith("styles.xml")), "")
    styles = _Styles(parts[styles_part]) if styles_part else None
    changed: dict[str, bytes] = {}
    for name, part in sheet_parts(parts).items():
        by_row = _by_row(remarks, name.strip())
        sheet = sheets.get(name.strip())
        if by_row and sheet is not None and sheet.rows:
            changed[part] = _sheet(parts[part], sheet, by_row, heading, styles)
    if not changed:
        return None
    if styles is not None:
        changed[styles_part] = styles.written()
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry, changed.get(entry.filename.lower()) or old.read(entry))
    return stream.getvalue()


def _sheet(
    part: bytes, sheet: Sheet, by_row: Mapping[int, tuple[list[str], list[str]]], heading: str, styles: _Styles | None
) -> bytes:
    root = _parsed(part)
    row, labels, place = _layout(sheet, heading)
    space = root.tag.rpartition("}")[0] + "}"
    data = root.find(f"{space}sheetData")
    rows = _Rows(data, space)
    if place < len(labels):
        rows.empty(place)
    if row:
        rows.write(row, place, heading, styles.remark if styles else None)
    for number, (said, faulty) in sorted(by_row.items()):
        rows.write(number, place, "；".join(said), styles.remark if styles else None)
        for label in faulty if styles else ():
            if label in labels and styles is not None:
                rows.mark(number, labels.index(label), styles)
    for dimension in root.findall(f"{space}dimension"):
        root.remove(dimension)
    _widen(root, data, space, place + 1)
    return _serialised(root)


class _Rows:
    """The rows of a sheet, found by number, as a file writes them or leaves their numbers out."""

    def __init__(self, data: Any, space: str) -> None:
        self.data = data
        self.space = space
        self.by_number: dict[int, Any] = {}
        last = 0
        for row in data.findall(f"{space}row"):
            last = int(row.get("r") or last + 1)
            self.by_number[last] = row

    def write(self, number: int, place: int, text: str, style: int | None) -> None:
        """Put a text into a cell, whatever was there."""
        cell = self._cell(number, place)
        for child in list(cell):
            cell.remove(child)
        cell.set("t", "inlineStr")
        if style is not None:
            cell.set("s", str(style))
        inline = cell.makeelement(f"{self.space}is")
        said = cell.makeelement(f"{self.space}t")
        said.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        said.text = _writable(text)
        inline.append(said)
        cell.append(inline)

    def mark(self, number: int, place: int, styles: _Styles) -> None:
        """Fill a cell, keeping the rest of its look."""
        cell = self._cell(number, place)
        cell.set("s", str(styles.filled(int(cell.get("s") or 0))))

    def empty(self, place: int) -> None:
        """Take away what remarks of an earlier round stand in a column."""
        for number, row in self.by_number.items():
            for at, cell in self._cells(row, number):
                if at == place:
                    for child in list(cell):
                        cell.remove(child)
                    cell.attrib.pop("t", None)

    def _cells(self, row: Any, number: int) -> list[tuple[int, Any]]:
        found, last = [], -1
        for cell in row.findall(f"{self.space}c"):
            match = _REFERENCE.fullmatch(cell.get("r") or "")
            last = column_number(match[1]) - 1 if match else last + 1
            if not match:
                cell.set("r", f"{column_letters(last)}{number}")
            found.append((last, cell))
        return found

    def _cell(self, number: int, place: int) -> Any:
        row = self.by_number.get(number)
        if row is None:
            row = self.data.makeelement(f"{self.space}row")
            row.set("r", str(number))
            later = [other for other in self.by_number if other > number]
            at = self.data.index(self.by_number[min(later)]) if later else len(self.data)
            self.data.insert(at, row)
            self.by_number[number] = row
        row.attrib.pop("spans", None)
        cells = self._cells(row, number)
        for at, cell in cells:
            if at == place:
                return cell
        cell = row.makeelement(f"{self.space}c")
        cell.set("r", f"{column_letters(place)}{number}")
        before = [other for at, other in cells if at < place]
        row.insert(row.index(before[-1]) + 1 if before else 0, cell)
        return cell


class _Styles:
    """The styles of a workbook, with a red text and filled copies of what there is."""

    def __init__(self, part: bytes) -> None:
        self.root = _parsed(part)
        self.space = self.root.tag.rpartition("}")[0] + "}"
        self.formats = self.root.find(f"{self.space}cellXfs")
        self.fills: dict[int, int] = {}
        self.remark: int | None = None
        self.fill = -1
        if self.formats is None or not len(self.formats):
            return
        font = self._added("fonts", "font", ("b", {}), ("color", {"rgb": _TEXT_RED}))
        self.fill = self._added("fills", "fill", ("patternFill", {"patternType": "solid"}))
        if font < 0 or self.fill < 0:
            return
        pattern = self.root.find(f"{self.space}fills")[-1][0]
        pattern.append(pattern.makeelement(f"{self.space}fgColor", {"rgb": _CELL_RED}))
        self.remark = self._format(0, fontId=font, applyFont=1)
        wrapped = self.formats[-1].makeelement(f"{self.space}alignment", {"vertical": "top", "wrapText": "1"})
        for old in self.formats[-1].findall(f"{self.space}alignment"):
            self.formats[-1].remove(old)
        self.formats[-1].insert(0, wrapped)
        self.formats[-1].set("applyAlignment", "1")

    def filled(self, style: int) -> int:
        """The style with a filled cell."""
        if self.fill < 0 or not 0 <= style < len(self.formats):
            return style
        if style not in self.fills:
            self.fills[style] = self._format(style, fillId=self.fill, applyFill=1)
        return self.fills[style]

    def written(self) -> bytes:
        """The part as it is to be stored."""
        return _serialised(self.root)

    def _format(self, like: int, **changed: int) -> int:
        copy = deepcopy(self.formats[like])
        for name, value in changed.items():
            copy.set(name, str(value))
        self.formats.append(copy)
        self.formats.set("count", str(len(self.formats)))
        return len(self.formats) - 1

    def _added(self, group: str, kind: str, *inner: tuple[str, Mapping[str, str]]) -> int:
        listed = self.root.find(f"{self.space}{group}")
        if listed is None:
            return -1
        new = listed.makeelement(f"{self.space}{kind}")
        for name, attributes in inner:
            new.append(new.makeelement(f"{self.space}{name}", dict(attributes)))
        listed.append(new)
        listed.set("count", str(len(listed)))
        return len(listed) - 1


def _widen(root: Any, data: Any, space: str, number: int) -> None:
    """Give the column of remarks a width, where nothing says one already."""
    columns = root.find(f"{space}cols")
    if columns is None:
        columns = root.makeelement(f"{space}cols")
        root.insert(root.index(data), columns)
    following: Sequence[Any] = [one for one in columns if int(one.get("max", "0")) >= number]
    if following and int(following[0].get("min", "1")) <= number:
        return
    told = {"min": str(number), "max": str(number), "width": _WIDTH, "customWidth": "1"}
    at = columns.index(following[0]) if following else len(columns)
    columns.insert(at, columns.makeelement(f"{space}col", told))


def _parsed(part: bytes) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(part, parser)
    except etree.XMLSyntaxError as error:
        raise Problem("sheet.broken") from error


def _serialised(root: Any) -> bytes:
    from lxml import etree

    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written


def _writable(text: str) -> str:
    return re.sub(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
