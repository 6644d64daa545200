"""CSV as Excel and WPS read it: UTF-8 with a byte-order mark, no cell that starts a formula."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO

from suyu_learn.hooks import ExportTable

_STARTS_A_FORMULA = frozenset("=+-@\t\r")
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
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow([harmless(label) for label in table.columns])
        yield codecs.BOM_UTF8
        rows = iter(_harmless_rows(table.rows))
        while True:
            writer.writerows(islice(rows, ROWS_AT_ONCE))
            piece = text.getvalue()
            if not piece:
                return
            yield piece.encode()
            text.seek(0)
            text.truncate()


def _harmless_rows(rows: Iterable[Iterable[Any]]) -> Iterator[Iterable[Any]]:
    """Rows as they are where no cell begins like a formula, which is nearly all of them."""
    starts = _STARTS_A_FORMULA
    for row in rows:
        for value in row:
            if isinstance(value, str) and value[:1] in starts:
                yield [harmless(one) for one in row]
                break
        else:
            yield row
