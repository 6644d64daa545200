"""Tables that come in: xlsx, csv, tsv and txt, read to sheets of text."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain, repeat
from pathlib import PurePath
from typing import Any

from suyu_learn.content.formats.book_pictures import BookPictures, Picture, pictures_of
from suyu_learn.content.formats.elsewhere import known_elsewhere
from suyu_learn.content.formats.formulas import valueless
from suyu_learn.content.formats.guard import (
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_UNPACKED,
    UNREADABLE,
    archive_entries,
    checked_parts,
    packed,
)
from suyu_learn.content.formats.old_books import read_old_book
from suyu_learn.domain.problems import Place, Problem

ENCODINGS = ("utf-8", "gb18030", "utf-16", "cp1251", "big5")
"""What a text file may be said to be; without a word, its first bytes, UTF-8 and GB18030 are tried in this order."""

LONGEST_LINE = 100_000
READABLE = ("xlsx", "xls", "csv", "tsv", "txt")

_SPREADSHEETS = {"xlsb", "xlsm", "xltx", "xltm", "xlt", "ods", "et", "ett", "numbers", "pdf", "wps", "doc", "rtf"}
_IS_DOCUMENT = "WordDocument".encode("utf-16-le")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DELIMITERS = (",", "\t", ";", "|")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_QUOTED_FORMULA = re.compile(r'="([^"]*)"')
_LINE_ENDS = re.compile(r"\r\n?")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True)
class Sheet:
    """One sheet: `rows[n]` is row n + 1 of the file, all rows are equally wide, every cell is text."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    hidden: bool = False
    formulas: frozenset[tuple[int, int]] = frozenset()
    """Rows and columns, from 0, of formulas without a value; their text is the formula, or the error it came to."""
    merged: tuple[tuple[int, int, int, int], ...] = ()
    """First row and column, last row and column of merged cells, from 0; only the first has a text."""
    pictures: Mapping[tuple[int, int], Sequence[Picture]] = field(default_factory=dict)
    """By row and column, from 0, the pictures over and in cells; only where they were asked for."""


@dataclass(frozen=True)
class Tables:
    """What a file holds: its sheets, and what of its pictures could not be taken."""

    sheets: list[Sheet]
    losses: Sequence[Problem] = ()


def read_sheets(content: bytes, file_name: str, *, encoding: str = "") -> list[Sheet]:
    """The sheets of a file; a text file is one sheet without a name. Raises Problem, and nothing else."""
    return read_file(content, file_name, encoding=encoding).sheets


def read_file(content: bytes, file_name: str, *, encoding: str = "", pictures: bool = False) -> Tables:
    """The sheets of a file, and its pictures if they are wanted. Raises Problem, and nothing else."""
    place = Place(file=file_name)
    if not content.strip(b"\x00 \t\r\n"):
        raise Problem("sheet.empty", place=place)
    kind = _kind(content, file_name, place)
    if kind == "xlsx":
        return _workbook(content, file_name, place, pictures=pictures)
    if kind == "xls":
        return Tables(_old_workbook(content, place))
    return Tables([Sheet("", _text_rows(decoded(content, place=place, encoding=encoding), place))])


@dataclass(frozen=True)
class TextTable:
    """A text file as its records, with what is needed to write it again."""

    encoding: str
    delimiter: str
    records: list[list[str]]


def text_table(content: bytes, *, place: Place, encoding: str = "") -> TextTable:
    """The records of a text file, every cell as it stands; raises Problem as `read_sheets`."""
    text, used = _decoded(content, place, encoding)
    lines = _LINE_ENDS.sub("\n", text)
    _refuse_long_lines(lines, place)
    delimiter = _delimiter(lines, place)
    try:
        return TextTable(used, delimiter, list(csv.reader(io.StringIO(lines), delimiter=delimiter)))
    except csv.Error as error:
        raise Problem("sheet.broken_row", place=place) from error


def decoded(content: bytes, *, place: Place, encoding: str = "") -> str:
    """The text of a file, by the encoding it was said to have, or that fits."""
    return _decoded(content, place, encoding)[0]


def _decoded(content: bytes, place: Place, encoding: str) -> tuple[str, str]:
    if len(content) > MOST_UNPACKED:
        raise Problem("sheet.too_large", place=place, most=MOST_UNPACKED // 1024 // 1024)
    if encoding and encoding not in ENCODINGS:
        raise Problem("sheet.unknown_encoding", place=place, known=", ".join(ENCODINGS))
    marked = next((name for mark, name in _BOMS if content.startswith(mark)), "")
    for candidate in (encoding,) if encoding else (marked,) if marked else ("utf-8", "gb18030"):
        try:
            text = content.decode(candidate).removeprefix("\ufeff")
        except (UnicodeDecodeError, UnicodeError):
            continue
        if "\x00" in text:
            raise Problem("sheet.not_text", place=place)
        return text, candidate.removesuffix("-sig")
    raise Problem("sheet.encoding", place=place)


def _kind(content: bytes, file_name: str, place: Place) -> str:
    """`xlsx`, `xls` or `text`, by what the file holds; its name only tells what to refuse."""
    ending = PurePath(file_name.replace("\\", "/")).suffix.lower().lstrip(".")
    if content.startswith(_OLD_OFFICE) and "EncryptedPackage".encode("utf-16-le") in content:
        raise Problem("sheet.password", place=place)
    elsewhere = known_elsewhere(ending, place=place) if ending in _SPREADSHEETS else None
    if elsewhere is not None or ending == "docx":
        raise elsewhere or Problem("sheet.not_a_table", place=place)
    if content.startswith(_OLD_OFFICE):
        if _IS_DOCUMENT in content:
            raise Problem("document.other_program", place=place, ending=".doc")
        return "xls"
    if ending == "xls" and content.lstrip()[:200].lower().startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        raise Problem("sheet.web_page", place=place)
    if content.startswith(b"PK"):
        return _kind_of_archive(content, place)
    if ending == "xls" and not any(sign in content[:LONGEST_LINE] for sign in (b"\t", b",", b";", b"|")):
        raise Problem("sheet.old_broken", place=place)
    if ending == "xlsx":
        raise Problem("sheet.not_xlsx", place=place)
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        raise Problem("sheet.not_text", place=place)
    return "text"


def _kind_of_archive(content: bytes, place: Place) -> str:
    try:
        _archive, entries = archive_entries(content, place=place)
    except UNREADABLE as error:
        raise Problem("sheet.broken", place=place) from error
    names = {entry.filename.lower() for entry in entries}
    if any(name.startswith("word/") for name in names):
        raise Problem("sheet.not_a_table", place=place)
    if "xl/workbook.bin" in names or "mimetype" in names:
        raise Problem("sheet.other_program", place=place, ending="")
    if "[content_types].xml" not in names and "xl/workbook.xml" not in names:
        raise Problem("sheet.not_xlsx", place=place)
    return "xlsx"


def _workbook(content: bytes, file_name: str, place: Place, *, pictures: bool) -> Tables:
    import python_calamine as calamine

    checked = checked_parts(content, file=file_name)
    parts = {name.lower(): part for name, part in checked.items()}
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(packed(checked)))
        sheets = []
        formulas = valueless(parts, place=place)
        found = pictures_of(content, parts, place=place) if pictures else BookPictures()
        for number, told in enumerate(workbook.sheets_metadata):
            if told.typ == calamine.SheetTypeEnum.WorkSheet:
                marked = formulas.get(told.name, {})
                sheet = workbook.get_sheet_by_index(number)
                cells, shown = found.taken_from(told.name, _cells(sheet, marked))
                hidden = told.visible != calamine.SheetVisibleEnum.Visible
                merged = _merged(sheet.merged_cell_ranges, cells)
                faulty = frozenset(where for where, said in marked.items() if found.named(said) is None)
                sheets.append(Sheet(clean_cell(told.name), cells, hidden, faulty, merged, shown))
    except Problem:
        raise
    except BaseException as error:  # the reader's panics are no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError):
            raise
        raise Problem("sheet.broken", place=place) from error
    if not any(sheet.rows for sheet in sheets):
        raise Problem("sheet.empty", place=place)
    return Tables(sheets, found.losses)


def _old_workbook(content: bytes, place: Place) -> list[Sheet]:
    sheets = []
    for one in read_old_book(content, place=place):
        cells = _squared(["" if value is None else _cell_text(value) for value in row] for row in one.rows)
        sheets.append(Sheet(clean_cell(one.name), cells, one.hidden, merged=_merged(one.merged, cells)))
    if not any(sheet.rows for sheet in sheets):
        raise Problem("sheet.empty", place=place)
    return sheets


def _merged(ranges: Any, cells: tuple[tuple[str, ...], ...]) -> tuple[tuple[int, int, int, int], ...]:
    last = len(cells) - 1
    return tuple(
        (row, column, min(last_row, last), min(last_column, MOST_COLUMNS))
        for (row, column), (last_row, last_column) in sorted(ranges or ())[:MOST_ROWS]
        if row <= last and column < MOST_COLUMNS
    )


def _cells(sheet: Any, formulas: Mapping[tuple[int, int], str]) -> tuple[tuple[str, ...], ...]:
    # `iter_rows` begins at the first row of the sheet, but at the first column that has something.
    if sheet.start is None and not formulas:
        return ()
    left = [""] * (sheet.start[1] if sheet.start else 0)
    rows = (left + [_cell_text(value) for value in row] for row in (sheet.iter_rows() if sheet.start else ()))
    return _squared(_with_formulas(rows, formulas) if formulas else rows)


def _with_formulas(rows: Iterable[list[str]], formulas: Mapping[tuple[int, int], str]) -> Iterator[list[str]]:
    """The rows, with what stands in cells that the reader finds empty."""
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), said in formulas.items():
        by_row.setdefault(row, {})[column] = clean_cell(said)
    last = max(by_row)
    for number, cells in enumerate(chain(rows, repeat(None))):
        if cells is None and number > last:
            return
        told = list(cells or ())
        for column, said in by_row.get(number, {}).items():
            told.extend([""] * (column + 1 - len(told)))
            told[column] = said
        yield told


def _cell_text(value: object) -> str:
    if isinstance(value, str):
        return clean_cell(value) if value else ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _number_text(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def _number_text(value: float) -> str:
    """As the file has it: whole numbers without a point, none in scientific notation."""
    if value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if value != value or value in (float("inf"), float("-inf")) or not 1e-15 < abs(value) < 1e30:
        return str(value)
    return f"{Decimal(repr(value)):f}".removesuffix(".0")


def _text_rows(text: str, place: Place) -> tuple[tuple[str, ...], ...]:
    lines = _LINE_ENDS.sub("\n", text)
    _refuse_long_lines(lines, place)
    delimiter = _delimiter(lines, place)
    rows = _squared(_bounded(_records(lines, delimiter, place), place))
    if not rows:
        raise Problem("sheet.empty", place=place)
    return rows


def _refuse_long_lines(lines: str, place: Place) -> None:
    if any(len(line) > LONGEST_LINE for line in lines.split("\n")):
        raise Problem("sheet.long_line", place=place, most=LONGEST_LINE)


def _records(text: str, delimiter: str, place: Place) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    number = 0
    try:
        for number, record in enumerate(reader, start=1):  # noqa: B007
            yield [_from_csv(cell) for cell in record]
    except csv.Error as error:
        raise Problem("sheet.broken_row", place=Place(file=place.file, row=number + 1)) from error


def _bounded(records: Iterable[list[str]], place: Place) -> Iterator[list[str]]:
    for number, record in enumerate(records, start=1):
        if number > MOST_ROWS and any(record):
            raise Problem("sheet.too_many_rows", place=place, most=MOST_ROWS)
        while len(record) > MOST_COLUMNS and not record[-1]:
            record.pop()
        if len(record) > MOST_COLUMNS:
            raise Problem("sheet.too_many_columns", place=Place(file=place.file, row=number), most=MOST_COLUMNS)
        if number <= MOST_ROWS:
            yield record


def _delimiter(text: str, place: Place) -> str:
    """The character that cuts the first rows most evenly into most cells."""
    sample = text[:LONGEST_LINE]

    def worth(delimiter: str) -> tuple[float, int]:
        widths: dict[int, int] = {}
        try:
            for record, _ in zip(_records(sample, delimiter, place), range(50), strict=False):
                if any(record):
                    widths[len(record)] = widths.get(len(record), 0) + 1
        except Problem:
            return 0.0, 0
        usual = max(widths, key=lambda width: (widths[width] if width > 1 else 0, width), default=1)
        if usual < 2:
            return 0.0, 0
        return widths[usual] / sum(widths.values()), usual

    return max(_DELIMITERS, key=lambda delimiter: (worth(delimiter), -_DELIMITERS.index(delimiter)))


def _from_csv(cell: str) -> str:
    quoted = _QUOTED_FORMULA.fullmatch(cell)  # how numbers with leading zeros are kept from Excel
    return clean_cell(quoted[1] if quoted else cell)


def clean_cell(text: str) -> str:
    """A text as every cell is read: one kind of line end, no control characters, nothing around it."""
    if text.isprintable():
        return text.strip()
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", text)).strip()


def _squared(rows: Iterable[list[str]]) -> tuple[tuple[str, ...], ...]:
    """Equally wide rows, without the empty rows and columns at the end."""
    kept: list[tuple[str, ...]] = []
    width = filled = 0
    for row in rows:
        while row and not row[-1]:
            row.pop()
        kept.append(tuple(row))
        if row:
            width = max(width, len(row))
            filled = len(kept)
    nothing = ("",) * width
    return tuple(row + nothing[len(row) :] if row else nothing for row in kept[:filled])
