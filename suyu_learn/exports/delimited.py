"""CSV as Excel and WPS read it: UTF-8 with a byte-order mark, no cell that starts a formula."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO

from suyu_learn.hooks import ExportTable

_STARTS_A_FORMULA = frozenset("=+-@\t\r")
_MAY_START_A_FORMULA = re.compile(r'(?:\A|[\n,])(?:"?[=+\-@\t]|"\r)')
"""In finished lines: a carriage return within a cell is always quoted."""
ROWS_AT_ONCE = 500


def harmless(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay."""
    return "'" + value if isinstance(value, str) and value[:1] in _STARTS_A_FORMULA else value


class Csv:
    """Comma separated values."""

    code = "csv"
    mime = "text/csv"

    def write(self, table: ExportTable, stream: BinaryIO) -> None:
        """Write the whole table."""
        for piece in self.pieces(table):
            stream.write(piece)

    def pieces(self, table: ExportTable) -> Iterator[bytes]:
        """The file in pieces of some hundred rows, so that the first is under way while the last is read."""
        yield codecs.BOM_UTF8 + _lines([table.columns])
        rows = iter(table.rows)
        while some := [tuple(row) for row in islice(rows, ROWS_AT_ONCE)]:
            yield _lines(some)


def _lines(rows: Sequence[Sequence[Any]]) -> bytes:
    """Rows as lines; they are gone through cell by cell only if some cell may begin like a formula."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    if _MAY_START_A_FORMULA.search(text.getvalue()):
        text = io.StringIO(newline="")
        csv.writer(text).writerows([harmless(value) for value in row] for row in rows)
    return text.getvalue().encode()
