"""A table that somebody keeps of their people: who its rows are about, and which columns are there to be filled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from suyu_learn.content.formats.headers import clean_heading, find_header
from suyu_learn.content.formats.sheets import Sheet
from suyu_learn.content.formats.xlsx_filling import by_heading
from suyu_learn.content.rosters import SYNONYMS
from suyu_learn.domain.names import tidy, tidy_number, tidy_phone
from suyu_learn.domain.problems import Place, Problem

KEYS = ("staff_number", "phone", "name", "unit")
WANTED: Mapping[str, Sequence[str]] = {
    "done": ("是否完成", "完成情况", "是否培训", "完成", "completed"),
    "done_on": ("完成时间", "完成日期", "培训时间", "培训日期", "completed on"),
    "status": ("状态", "完成状态", "培训状态", "status"),
    "hours": ("学时", "实修学时", "年度学时", "累计学时", "hours"),
    "points": ("成绩", "分数", "考试成绩", "得分", "score"),
    "due": ("截止日期", "截止时间", "完成期限", "deadline"),
    "certificate": ("证书编号", "证书号", "合格证号", "certificate number"),
}  # fmt: skip
"""What a heading asks for, to be guessed."""


@dataclass(frozen=True, slots=True)
class OwnTable:
    """One sheet: the row of its headings, from 0, and what its columns seem to be."""

    sheet: Sheet
    header: int
    headings: tuple[str, ...]
    keys: Mapping[str, int]
    wanted: Mapping[str, int]

    @property
    def width(self) -> int:
        return max((len(row) for row in self.sheet.rows), default=0)


@dataclass(frozen=True, slots=True)
class OwnRow:
    """One row below the headings, by its number in the file from 1, and what its key columns say."""

    row: int
    cells: Sequence[str]
    staff_number: str = ""
    phone: str = ""
    name: str = ""
    unit: str = ""

    @property
    def keyed(self) -> bool:
        """Whether anything says whom the row is about."""
        return bool(self.staff_number or self.phone or self.name)


def tables_of(sheets: Sequence[Sheet], *, file: str = "") -> list[OwnTable]:
    """The sheets whose columns name people; raises Problem when there is none."""
    found = [table for sheet in sheets if not sheet.hidden and (table := _table(sheet)) is not None]
    if not found:
        raise Problem("fill.no_header", place=Place(file=file))
    return found


def _table(sheet: Sheet) -> OwnTable | None:
    headers = (find_header(sheet.rows, SYNONYMS, needed=[one]) for one in ("staff_number", "name", "phone"))
    header = max((one for one in headers if one is not None), key=lambda one: len(one.columns), default=None)
    if header is None:
        return None
    keys = {one: header.columns[one] for one in KEYS if one in header.columns}
    if "unit" not in keys and "department" in header.columns:
        keys["unit"] = header.columns["department"]
    free = [
        "" if place in header.columns.values() else clean_heading(text) for place, text in enumerate(header.headings)
    ]
    words = {code: [clean_heading(word) for word in some] for code, some in WANTED.items()}
    return OwnTable(sheet, header.row, header.headings, keys, by_heading(free, words))


def rows_of(table: OwnTable, keys: Mapping[str, int]) -> Iterator[OwnRow]:
    """The rows that say anything, by the key columns chosen."""
    for index in range(table.header + 1, len(table.sheet.rows)):
        cells = table.sheet.rows[index]
        if any(cells) and tuple(cells) != table.headings:
            said = {one: cells[place] if place < len(cells) else "" for one, place in keys.items()}
            yield OwnRow(
                index + 1, cells, _number(said.get("staff_number", "")), tidy_phone(said.get("phone", "")),
                tidy(said.get("name", "")), tidy(said.get("unit", "")),
            )  # fmt: skip


def _number(text: str) -> str:
    """A staff number, also where a program made 17.0 of it."""
    number = tidy_number(text)
    whole, point, rest = number.partition(".")
    return whole if point and whole.isdigit() and not rest.strip("0") else number
