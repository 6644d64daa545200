"""XLSX in which text stays text: no formulas, no links, leading zeros kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, BinaryIO

from suyu_learn.hooks import ExportTable

_FORBIDDEN_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


class Xlsx:
    """A workbook of one sheet."""

    code = "xlsx"
    mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def write(self, table: ExportTable, stream: BinaryIO) -> None:
        """Write the whole table, row by row, without holding it in memory."""
        write_sheets([table], stream)


def write_sheets(tables: Iterable[ExportTable], stream: BinaryIO) -> None:
    """Write one workbook with a sheet for each table; titles differ in their first 31 signs."""
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    book = xlsxwriter.Workbook(_RefusedOnce(stream), options)
    head = book.add_format({"bold": True, "bottom": 1})
    text = book.add_format({"num_format": "@"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    for table in tables:
        title = table.title.translate(_FORBIDDEN_IN_SHEET_NAMES).strip()[:31]
        _write_sheet(book.add_worksheet(title or "Sheet1"), table, head, text, (day, moment))
    try:
        book.close()
    except FileCreateError as error:
        raise error.args[0] from None  # what the system said


class _RefusedOnce:
    """A stream that takes everything, unwritten, once the system has refused something.

    The zip file inside a workbook is left open by a refusal, and would complain on stderr when it is forgotten: it
    then writes its end, which has to lie behind all that it believes to be there.
    """

    _FAR = 1 << 30

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._refused = stream, False

    def __getattr__(self, name: str) -> Any:
        said = getattr(self._stream, name)
        return self._guarded(said) if callable(said) else said

    def _guarded(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*given: Any) -> Any:
            if self._refused:
                return self._FAR
            try:
                return method(*given)
            except OSError:
                self._refused = True
                raise

        return guarded


def _write_sheet(sheet: Any, table: ExportTable, head: Any, text: Any, times: tuple[Any, Any]) -> None:
    moments: frozenset[int] = getattr(table, "moments", frozenset())
    for column, label in enumerate(table.columns):
        sheet.write_string(0, column, label, head)
        sheet.set_column(column, column, max(18 if column in moments else 10, min(40, 2 * len(label) + 4)))
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(table.rows, start=1):
        for column, value in enumerate(row):
            time = _time(value) if column in moments else None
            if time is not None:
                sheet.write_datetime(number, column, time, times[len(value) > _DAY])
            else:
                _write(sheet, number, column, value, text)


_DAY = len("2026-03-02")


def _time(value: Any) -> datetime | None:
    """The time, or the day, that a text such as 2026-03-02 09:30 stands for; None for any other text."""
    try:
        return datetime.fromisoformat(value) if value else None
    except (TypeError, ValueError):
        return None


def _write(sheet: Any, row: int, column: int, value: Any, text: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, str):
        sheet.write_string(row, column, value, text)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    else:
        sheet.write_number(row, column, float(value))
