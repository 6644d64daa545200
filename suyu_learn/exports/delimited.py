"""CSV as Excel and WPS read it: UTF-8 with a byte-order mark, no cell that starts a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any, BinaryIO

from suyu_learn.hooks import ExportTable

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay."""
    if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA):
        return "'" + value
    return "" if value is None else value


class Csv:
    """Comma separated values."""

    code = "csv"
    mime = "text/csv"

    def write(self, table: ExportTable, stream: BinaryIO) -> None:
        """Write the whole table."""
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
        writer = csv.writer(text)
        writer.writerows(_cells(table))
        text.flush()
        text.detach()


def _cells(table: ExportTable) -> Iterable[list[Any]]:
    yield [harmless(label) for label in table.columns]
    for row in table.rows:
        yield [harmless(value) for value in row]
