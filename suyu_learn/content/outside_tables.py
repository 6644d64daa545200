"""Tables of what people have from elsewhere: rows that say who, what, and what is wrong with each."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from suyu_learn.content.days import read_day
from suyu_learn.content.formats.formulas import looks_like_formula
from suyu_learn.content.formats.headers import Header, find_header
from suyu_learn.content.formats.sheets import Sheet
from suyu_learn.domain.names import tidy
from suyu_learn.domain.problems import Place, Problem

PEOPLE: Mapping[str, Sequence[str]] = {
    "name": ("姓名", "名字", "name", "full name"),
    "staff_number": ("工号", "人员编号", "员工编号", "staff number", "staff no"),
    "phone": ("手机号", "手机", "联系电话", "phone", "mobile"),
}  # fmt: skip
"""By what a row says whom it means."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A row of a table that is about one person, with why it cannot go in."""

    sheet: str
    row: int
    cells: tuple[str, ...]
    """As they stand in the file."""
    name: str = ""
    staff_number: str = ""
    phone: str = ""
    unit: str = ""
    faults: tuple[Problem, ...] = ()
    headings: Mapping[str, str] = dataclasses.field(default_factory=dict, compare=False)
    """Fields to the headings that the file gives them."""


R = TypeVar("R", bound=PersonRow)


@dataclass(frozen=True, slots=True)
class Rows(Generic[R]):
    """What a file holds."""

    headings: tuple[str, ...]
    rows: tuple[R, ...]
    unknown: tuple[str, ...] = ()
    """Headings that mean nothing here."""
    skipped: tuple[str, ...] = ()
    """Sheets without the columns that are needed."""


class RowReader:
    """Reads one row below a header, and keeps what is wrong with it."""

    def __init__(self, sheet: Sheet, header: Header, file: str, index: int, words: Mapping[str, Sequence[str]]) -> None:
        self.sheet, self.header, self.file, self.index, self.words = sheet, header, file, index, words
        self.cells = sheet.rows[index]
        self.faults: list[Problem] = []
        for field, place in header.columns.items():
            said = self.cells[place] if place < len(self.cells) else ""
            if (index, place) in sheet.formulas or looks_like_formula(said):
                self.refuse("sheet.formula", field, value=said[:40])

    @property
    def headings(self) -> Mapping[str, str]:
        """Fields to the headings that the file gives them."""
        return {field: self.header.heading(field).strip() for field in self.header.columns}

    def said(self, field: str) -> str:
        """What the row says of a field; nothing where there is no such column."""
        return tidy(self.header.cell(self.cells, field))

    def need(self, *fields: str) -> None:
        """Refuse the row for each of these fields that it leaves empty."""
        for field in fields:
            if not self.said(field):
                self.refuse("outside.row_lacks", field, what=self.header.heading(field) or self.words[field][0])

    def day(self, field: str, *, none: Collection[str] = ()) -> date | None:
        """The day of a field; None where it is empty, says one of `none`, or is refused."""
        said = self.said(field)
        if not said or said.casefold() in none:
            return None
        found = read_day(said)
        if found is None:
            self.refuse("outside.not_a_day", field, value=said[:40])
            return None
        return found[0].date()

    def refuse(self, code: str, field: str, **params: object) -> None:
        """Say what is wrong with the cell of a field, once."""
        column = self.headings.get(field, "")
        if column and any(one.place.column == column for one in self.faults):
            return
        place = Place(file=self.file, sheet=self.sheet.name, row=self.index + 1, column=column)
        self.faults.append(Problem(code, place=place, **params))


def read_table(
    sheets: Sequence[Sheet],
    words: Mapping[str, Sequence[str]],
    read: Callable[[RowReader], R],
    *,
    needed: Collection[str],
    no_header: str,
    file: str = "",
) -> Rows[R]:
    """The rows of all sheets with a header; raises Problem, with the code `no_header`, for a file without any."""
    rows: list[R] = []
    headings: tuple[str, ...] = ()
    unknown: dict[str, None] = {}
    skipped = []
    for sheet in sheets:
        if sheet.hidden or not sheet.rows:
            continue
        header = find_header(sheet.rows, words, needed=needed)
        if header is None:
            skipped.append(sheet.name)
            continue
        headings = max(headings, header.headings, key=len)
        unknown.update(dict.fromkeys(header.unknown.values()))
        for index in range(header.row + 1, len(sheet.rows)):
            cells = sheet.rows[index]
            if any(cells) and cells != header.headings:
                rows.append(read(RowReader(sheet, header, file, index, words)))
    if not headings:
        raise Problem(no_header, place=Place(file=file))
    if not rows:
        raise Problem("outside.no_rows", place=Place(file=file))
    return Rows(headings, tuple(rows), tuple(unknown), tuple(skipped))
