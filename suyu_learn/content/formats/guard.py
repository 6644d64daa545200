"""What a workbook must pass before a reader may open it.

A few kilobytes of xlsx can make a reader allocate gigabytes and abort the process, which no `except` can catch. So
every part is read by expat first, and the reader is given a fresh archive of exactly the parts that passed: what was
not checked is not there.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from suyu_learn.domain.problems import Place, Problem

MOST_ROWS = 20_000
DEEPEST = 200
LONGEST_TAG = 4 * 1024 * 1024
_PIECE = 256 * 1024
MOST_COLUMNS = 256
MOST_UNPACKED = 50 * 1024 * 1024
MOST_PARTS = 2_000
MOST_CELLS = MOST_ROWS * MOST_COLUMNS  # of all sheets together, empty ones within their reach counted
MOST_SHARED_TEXTS = 1_000_000
MOST_TEXT = 20_000_000  # characters of all cells together, a text that many cells share counted each time

UNREADABLE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError,
    LookupError,
)  # fmt: skip
"""What the libraries raise at a damaged zip, or at a part of one."""
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ONE_LETTER = {chr(64 + number): number for number in range(1, 27)}
_ENCODINGS = {"utf-8", "utf-16", "us-ascii", "iso-8859-1"}
_XML_STARTS = (b"<", b"\xff\xfe", b"\xfe\xff")


def checked_workbook(content: bytes, *, file: str = "") -> bytes:
    """A clean archive of the XML parts of an xlsx file, all within bounds; or a Problem."""
    return packed(checked_parts(content, file=file))


def checked_parts(content: bytes, *, file: str = "") -> dict[str, bytes]:
    """The XML parts of an xlsx file by name, all within bounds; or a Problem."""
    place = Place(file=file)
    try:
        parts = dict(_xml_parts(content, place))
        _check_parts(parts, place)
    except UNREADABLE as error:
        raise Problem("sheet.broken", place=place) from error
    return parts


def archive_entries(content: bytes, *, place: Place) -> tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]:
    """An archive whose totals are within bounds, and its entries."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    entries = archive.infolist()
    if len(entries) > MOST_PARTS:
        raise Problem("sheet.too_many_parts", place=place, most=MOST_PARTS)
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Problem("sheet.too_large", place=place, most=MOST_UNPACKED // 1024 // 1024)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Problem("sheet.password", place=place)
    names = {entry.filename for entry in entries}
    if len(names) < len(entries):
        raise Problem("sheet.broken", place=place)
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise Problem("sheet.broken", place=place)  # others unpack without bounds
    return archive, entries


def _xml_parts(content: bytes, place: Place) -> Iterable[tuple[str, bytes]]:
    archive, entries = archive_entries(content, place=place)
    for entry in entries:
        with archive.open(entry) as stream:
            head = stream.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")
            if head.startswith(_XML_STARTS):
                stream.seek(0)
                yield entry.filename, stream.read()


def _check_parts(parts: dict[str, bytes], place: Place) -> None:
    book = _Book(place)
    for name in list(parts):
        try:
            book.read(parts[name])
        except expat.ExpatError:
            if not name.endswith(".vml"):  # drawings that Excel itself writes ill-formed
                raise Problem("sheet.broken", place=place) from None
            del parts[name]
    if book.longest_shared * book.sharing_cells > MOST_TEXT:
        book.count_shared(parts.values())


def packed(parts: Mapping[str, bytes]) -> bytes:
    """The parts as an archive for a reader."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


@dataclass
class _Book:
    """The bounds of a workbook, watched while expat reads its parts."""

    place: Place
    cells: int = 0
    sharing_cells: int = 0
    longest_shared: int = 0
    shared: list[array[int]] = field(default_factory=list)

    _row: int = 0
    _row_said: str | None = None
    """The number of the row as the cell before said it; None before the first that says one."""

    _column: int = 0
    _rows: int = 0
    _depth: int = 0
    _columns: int = 0

    def read(self, part: bytes) -> None:
        """Read one part, whatever its name: relations may point anywhere."""
        self._row = self._column = self._rows = self._columns = self._depth = 0
        self._row_said = None
        self.shared.append(array("I"))
        parser = _parser(self.place)
        parser.StartElementHandler = self._start
        parser.CharacterDataHandler = None
        parser.EndElementHandler = self._end
        self._parser = parser
        _feed(parser, part, self.place)
        self.cells += self._rows * self._columns
        if self.cells > MOST_CELLS:
            raise Problem("sheet.too_many_cells", place=self.place, most=MOST_CELLS)
        self.longest_shared = max(self.longest_shared, max(self.shared[-1], default=0))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Problem("sheet.broken", place=self.place)
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            self._cell(attributes)
        elif name == "row":
            self._start_row(attributes)
        elif name == "si":
            self._start_shared()

    def _start_row(self, attributes: dict[str, str]) -> None:
        """Rows and cells without `r` are counted on, as readers do."""
        number = attributes.get("r")
        self._to_row(self._row + 1 if number is None else _number(number, self.place))
        self._column = 0

    def _cell(self, attributes: dict[str, str]) -> None:
        where = attributes.get("r")
        if where is None:
            column = self._column + 1
        elif where[1:] == self._row_said and (usual := _ONE_LETTER.get(where[:1])) is not None:
            column = usual  # in the row that has begun, as nearly every cell is
        else:
            match = _CELL.fullmatch(where)
            if match is None:
                raise Problem("sheet.broken", place=self.place)
            column = _column_number(match[1])
            self._to_row(int(match[2]))
            self._row_said = match[2]
        self._column = column
        if column > self._columns:
            if column > MOST_COLUMNS:
                raise Problem("sheet.too_many_columns", place=self.place, most=MOST_COLUMNS)
            self._columns = column
        if attributes.get("t") == "s":
            self.sharing_cells += 1

    def _to_row(self, number: int) -> None:
        if number > MOST_ROWS:
            raise Problem("sheet.too_many_rows", place=self.place, most=MOST_ROWS)
        self._row, self._row_said = number, None
        self._rows = max(self._rows, number)

    def _start_shared(self) -> None:
        lengths = self.shared[-1]
        if len(lengths) >= MOST_SHARED_TEXTS:
            raise Problem("sheet.too_many_cells", place=self.place, most=MOST_SHARED_TEXTS)
        lengths.append(0)
        self._parser.CharacterDataHandler = self._shared_text

    def _shared_text(self, text: str) -> None:
        self.shared[-1][-1] += len(text)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name.endswith("si") and name.rpartition(":")[2] == "si":
            self._parser.CharacterDataHandler = None

    def count_shared(self, parts: Iterable[bytes]) -> None:
        """Refuse texts that are short in the file and endless in the cells that share them."""
        most: list[int] = []
        for lengths in self.shared:
            most.extend([0] * (len(lengths) - len(most)))
            most[: len(lengths)] = map(max, most, lengths)
        total = 0
        for part in parts:
            total += _shared_text_of(part, most, self.place)
            if total > MOST_TEXT:
                raise Problem("sheet.too_much_text", place=self.place, most=MOST_TEXT)


def _shared_text_of(part: bytes, lengths: list[int], place: Place) -> int:
    total = 0
    open_cell = False
    said: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal open_cell
        if name.rpartition(":")[2] == "c":
            open_cell = attributes.get("t") == "s"
            said.clear()

    def end(name: str) -> None:
        nonlocal open_cell, total
        if open_cell and name.rpartition(":")[2] == "c":
            index = "".join(said).strip()
            if index.isdecimal() and len(index) <= 7 and int(index) < len(lengths):
                total += lengths[int(index)]
            open_cell = False

    def text(data: str) -> None:
        if open_cell:
            said.append(data)

    parser = _parser(place)
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.Parse(part, True)
    return total


def _feed(parser: expat.XMLParserType, part: bytes, place: Place) -> None:
    """Parse piece by piece; a tag that never ends would be gathered in memory, attribute by attribute."""
    for start in range(0, len(part), _PIECE):
        parser.Parse(part[start : start + _PIECE], False)
        if start + _PIECE - parser.CurrentByteIndex > LONGEST_TAG:
            raise Problem("sheet.broken", place=place)
    parser.Parse(b"", True)


def _parser(place: Place) -> expat.XMLParserType:
    """A parser that refuses what no spreadsheet program writes: declared entities."""

    def refuse(*_declaration: object) -> None:
        raise Problem("sheet.entities", place=place)

    def declare(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            raise Problem("sheet.broken", place=place)

    parser = expat.ParserCreate()
    parser.XmlDeclHandler = declare
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


def _number(text: str, place: Place) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise Problem("sheet.broken", place=place)
    return int(text)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
