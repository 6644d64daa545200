"""A table that says who has which identity number: its rows with what tells the person, and the cell of the number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from suyu_learn.content.formats.headers import find_header
from suyu_learn.content.formats.sheets import Sheet
from suyu_learn.content.own_tables import OwnRow, rows_of, tables_of
from suyu_learn.content.rosters import SYNONYMS
from suyu_learn.domain.problems import Place, Problem


@dataclass(frozen=True, slots=True)
class NumberedRow:
    """One row: who it is about, and what stands under the heading of the number."""

    who: OwnRow
    sheet: str
    number: str = field(repr=False)


def read_numbers(sheets: Sequence[Sheet], *, file: str = "") -> list[NumberedRow]:
    """The rows of the sheets that have a column for identity numbers; raises Problem where none has."""
    found: list[NumberedRow] = []
    columns = 0
    for table in tables_of(sheets, file=file):
        header = find_header(table.sheet.rows, SYNONYMS, needed=["identity"])
        if header is None or header.row != table.header:
            continue
        columns += 1
        place = header.columns["identity"]
        for row in rows_of(table, table.keys):
            found.append(NumberedRow(row, table.sheet.name, row.cells[place] if place < len(row.cells) else ""))
    if not columns:
        raise Problem("identity.no_column", place=Place(file=file))
    return found
