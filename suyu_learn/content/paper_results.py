"""Results of papers in a table: who, how many points or which answers, when and in which room."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from suyu_learn.content.formats.formulas import looks_like_formula
from suyu_learn.content.formats.headers import Header, clean_heading, find_header
from suyu_learn.content.formats.sheets import Sheet
from suyu_learn.content.rosters import SYNONYMS as OF_PEOPLE
from suyu_learn.domain.names import tidy, tidy_number, tidy_phone
from suyu_learn.domain.problems import Place, Problem

SYNONYMS: Mapping[str, Sequence[str]] = {
    **{name: OF_PEOPLE[name] for name in ("name", "staff_number", "phone", "unit", "department")},
    "points": ("得分", "分数", "成绩", "总分", "卷面分", "points", "score"),
    "date": ("考试日期", "考试时间", "日期", "date", "date of the exam"),
    "room": ("考场", "教室", "考试地点", "地点", "room"),
    "remark": ("备注", "说明", "remark", "remarks"),
    "variant": ("试卷代码", "卷号", "卷别", "代码", "paper code", "variant"),
}
MOST_ROWS = 2000
MOST_ANSWERS = 500
TEXT_LIMIT = 200
_TEXTS = ("name", "staff_number", "phone", "points", "date", "room", "remark", "variant")
_PLACES = re.compile(r"(?:第|题|q|question)?(\d{1,3})(?:题)?")
_POINTS = re.compile(r"(\d{1,6})(?:[.,](\d+))?分?")
_WITH_POINT = re.compile(r"(\d+)\.0+")


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One paper as the table says it."""

    sheet: str
    row: int
    name: str = ""
    staff_number: str = ""
    phone: str = ""
    unit: tuple[str, ...] = ()
    points: str = ""
    date: str = ""
    room: str = ""
    remark: str = ""
    variant: str = ""
    answers: Mapping[int, str] = field(default_factory=dict)
    """By the number of the question; only what was written."""
    formulas: tuple[str, ...] = ()
    """Headings whose cell is a formula without a value."""

    def as_data(self) -> dict[str, Any]:
        """What a table keeps of the row; `from_data` reads it again."""
        return {
            **{name: getattr(self, name) for name in _TEXTS}, "unit": list(self.unit),
            "answers": {str(number): text for number, text in self.answers.items()}, "formulas": list(self.formulas),
        }  # fmt: skip

    @classmethod
    def from_data(cls, sheet: str, row: int, data: Mapping[str, Any]) -> ResultRow:
        """A row from what was kept of it."""
        return cls(sheet, row, unit=tuple(data["unit"]), formulas=tuple(data["formulas"]),
                   answers={int(number): text for number, text in data["answers"].items()},
                   **{name: data[name] for name in _TEXTS})  # fmt: skip


@dataclass(frozen=True, slots=True)
class ResultTable:
    """What a file of results holds."""

    rows: tuple[ResultRow, ...]
    unknown: tuple[str, ...] = ()
    """Headings that mean nothing here; their cells are not read."""
    skipped_sheets: tuple[str, ...] = ()
    hidden_sheets: tuple[str, ...] = ()
    """Sheets with something in them that are not read because they are hidden."""


def read_results(sheets: Sequence[Sheet], *, file: str = "") -> ResultTable:
    """The rows of all sheets that name people; raises Problem where there is none, or there are too many."""
    rows: list[ResultRow] = []
    unknown: dict[str, None] = {}
    skipped, known = [], 0
    hidden = tuple(sheet.name for sheet in sheets if sheet.hidden and sheet.rows)
    for sheet in sheets:
        if sheet.hidden or not sheet.rows:
            continue
        header = find_header(sheet.rows, SYNONYMS, needed=["name"]) or find_header(
            sheet.rows, SYNONYMS, needed=["staff_number"]
        )
        if header is None:
            skipped.append(sheet.name)
            continue
        questions = _questions(header)
        if not questions and "points" not in header.columns:
            raise Problem("offline.no_points_column", place=Place(file=file, sheet=sheet.name))
        known += 1
        unknown.update(dict.fromkeys(text for place, text in header.unknown.items() if place not in questions))
        rows.extend(_rows(sheet, header, questions))
    if not known and hidden:
        raise Problem("offline.only_hidden", place=Place(file=file), names=hidden)
    if not known:
        raise Problem("offline.no_header", place=Place(file=file))
    if not rows:
        raise Problem("offline.no_rows", place=Place(file=file))
    if len(rows) > MOST_ROWS:
        raise Problem("offline.too_many_rows", place=Place(file=file), most=MOST_ROWS)
    return ResultTable(tuple(rows), tuple(unknown), tuple(skipped), hidden)


def _questions(header: Header) -> dict[int, int]:
    """Columns that hold answers, with the number of their question."""
    found: dict[int, int] = {}
    for place, text in header.unknown.items():
        number = _PLACES.fullmatch(clean_heading(text))
        if number and 0 < int(number[1]) <= MOST_ANSWERS and int(number[1]) not in found.values():
            found[place] = int(number[1])
    return found


def _rows(sheet: Sheet, header: Header, questions: Mapping[int, int]) -> list[ResultRow]:
    """Every row that says something; repeated headers are passed over."""
    found = []
    for index in range(header.row + 1, len(sheet.rows)):
        cells = sheet.rows[index]
        if any(cells) and cells != header.headings:
            found.append(_row(sheet, header, questions, cells, index))
    return found


def _row(sheet: Sheet, header: Header, questions: Mapping[int, int], cells: Sequence[str], index: int) -> ResultRow:
    def said(name: str) -> str:
        return tidy(header.cell(cells, name))[:TEXT_LIMIT]

    read = {*header.columns.values(), *questions}
    formulas = [
        header.headings[place]
        for place in sorted(read)
        if place < len(cells) and ((index, place) in sheet.formulas or looks_like_formula(cells[place]))
    ]
    number = tidy_number(said("staff_number"))
    whole = _WITH_POINT.fullmatch(number)
    unit = tuple(part for part in (said("unit"), said("department")) if part)
    answers = {
        question: cells[place].strip()
        for place, question in questions.items()
        if place < len(cells) and cells[place].strip()
    }
    return ResultRow(
        sheet.name, index + 1, name=said("name"), staff_number=whole[1] if whole else number,
        phone=tidy_phone(said("phone")), unit=unit, points=said("points"), date=said("date"), room=said("room"),
        remark=said("remark"), variant=said("variant"), answers=answers, formulas=tuple(formulas),
    )  # fmt: skip


def read_points(text: str, *, full: Decimal) -> Decimal:
    """Points as typed: 87, 87.5, 87分; raises Problem for what is no number, or no points of this paper."""
    place = Place(field="points")
    found = _POINTS.fullmatch(tidy(text).replace(" ", "").replace("。", "."))
    if found is None:
        raise Problem("offline.not_points", place=place, typed=text.strip()[:40])
    typed = Decimal(f"{found[1]}.{found[2] or 0}")
    if typed != round(typed, 2):
        raise Problem("offline.too_exact", place=place, typed=text.strip()[:40])
    if typed > full:
        raise Problem("offline.too_many_points", place=place, typed=text.strip()[:40], full=full)
    return typed.quantize(Decimal(1)) if typed == typed.to_integral_value() else typed.normalize()
