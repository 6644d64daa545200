"""Rosters: sheets of people, read to rows that say who is who and what is wrong with each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from suyu_learn.content.days import read_day
from suyu_learn.content.formats.formulas import looks_like_formula
from suyu_learn.content.formats.headers import Header, clean_heading, find_header
from suyu_learn.content.formats.sheets import Sheet
from suyu_learn.domain.names import plausible_phone, tidy, tidy_number, tidy_phone
from suyu_learn.domain.problems import Place, Problem

SYNONYMS: Mapping[str, Sequence[str]] = {
    "name": ("姓名", "名字", "人员姓名", "员工姓名", "职工姓名", "学员姓名", "考生姓名", "name",
             "full name"),
    "staff_number": ("工号", "人员编号", "员工编号", "职工编号", "员工号", "职工号", "编号", "学号",
                     "staff number", "staff no"),
    "phone": ("手机号", "手机", "手机号码", "联系电话", "联系方式", "电话", "移动电话", "phone", "mobile"),
    "identity": ("身份证号", "身份证号码", "身份证", "证件号码", "证件号", "公民身份号码", "identity number",
                 "id number"),
    "unit": ("单位", "单位名称", "所属单位", "工作单位", "所在单位", "公司", "乡镇", "学校", "unit",
             "organization"),
    "department": ("部门", "所属部门", "所在部门", "部门名称", "科室", "车间", "班组", "村", "社区", "班级",
                   "department"),
    "sex": ("性别", "sex", "gender"),
    "birth": ("出生日期", "出生年月", "出生年月日", "出生年份", "生日", "出生", "birth year", "date of birth"),
    "schooling": ("文化程度", "学历", "最高学历", "教育程度", "schooling", "education"),
    "job": ("岗位", "工种", "职务", "职级", "岗位名称", "职业", "job", "position"),
    "hired_on": ("入职时间", "入职日期", "入厂时间", "入厂日期", "进厂时间", "进厂日期", "到岗时间", "到岗日期",
                 "date of entry", "hire date"),
    "audiences": ("人群", "人员类别", "人群类别", "人员类型", "audience"),
    "residence": ("城乡", "户口性质", "户籍性质", "户口类别", "常住地类型", "residence"),
}  # fmt: skip
NOT_KEPT = ("identity",)
"""Columns that are recognized in order to leave them out."""

_BELOW = ("车间", "工段", "班组", "小组")
"""Headings of the units below a department, the largest first; a file may have several of them side by side."""

_DECISIVE = ("name", "staff_number", "phone", "unit", "department", *_BELOW)
ODD_PHONE = "roster.phone_odd"
OLDEST_ENTRY, LATEST_ENTRY = 1940, 2100
"""Years in which somebody can have entered, or will."""

NAME_LIMIT, NUMBER_LIMIT, JOB_LIMIT, UNIT_LIMIT, UNIT_DEPTH = 100, 64, 100, 100, 8

_SEXES = {"男": "male", "男性": "male", "m": "male", "male": "male", "女": "female", "女性": "female", "f": "female",
          "female": "female"}  # fmt: skip
_SCHOOLING = (
    ("bachelor", ("本科", "学士", "硕士", "博士", "研究生", "bachelor", "master", "doctor")),
    ("college", ("大专", "专科", "高职", "college")),
    ("upper_secondary", ("高中", "中专", "中技", "技校", "职高", "中职", "upper_secondary", "high school")),
    ("lower_secondary", ("初中", "lower_secondary")),
    ("primary", ("小学", "文盲", "未上学", "primary")),
)
_AUDIENCES = (
    ("officials", ("领导干部", "公务员", "干部", "officials")),
    ("workers", ("产业工人", "工人", "职工", "workers")),
    ("farmers", ("农民", "村民", "farmers")),
    ("seniors", ("老年人", "老人", "老年", "seniors")),
    ("youth", ("青少年", "学生", "youth")),
)
_RESIDENCES = (("country", ("农村", "农业", "乡村", "country")), ("town", ("城镇", "城市", "非农", "town")))
_PATH = re.compile(r"[/／\\＼>＞→]+")
_CJK_SPACE = re.compile(r"(?<=[\u3400-\u9fff·])\s+(?=[\u3400-\u9fff·])")
_PHONE = re.compile(r"\+?\d{5,20}")
_WITH_POINT = re.compile(r"(\d+)\.0+")  # a whole number that a program took for a quantity
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_YEAR = re.compile(r"(19\d\d|20\d\d)(?:$|[^\d].*|\d{2}(?:\d{2})?$)")
_TOTAL = re.compile(r"(合计|总计|小计|共计|总人数)[:：]?\s*(\d+\s*(人|名)?)?")
_FOOTER = re.compile(r"共?\s*\d+\s*(人|名)|(填表|制表|审核|填报|联系|负责)人.*|(备注|说明|注)[:：].*")
_TEXTS = ("name", "staff_number", "phone", "sex", "birth_year", "schooling", "residence", "job", "hired_on")
_NOTHING = {"", "无", "-", "—", "--", "/", "n/a", "#n/a", "暂无"}


@dataclass(frozen=True)
class RosterRow:
    """One person of a roster as the file says it, with the faults of the row."""

    sheet: str
    row: int
    name: str = ""
    staff_number: str = ""
    phone: str = ""
    unit: tuple[str, ...] = ()
    sex: str = ""
    birth_year: int | None = None
    schooling: str = ""
    residence: str = ""
    job: str = ""
    hired_on: str = ""
    """The day of entry as in 2026-03-02."""
    audiences: tuple[str, ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict)
    """The row as it stands in the file, by heading, without what is never kept."""
    faults: tuple[Problem, ...] = ()
    """Why the row cannot go in."""
    warnings: tuple[Problem, ...] = ()
    """What of the row is left out."""

    def as_data(self) -> dict[str, Any]:
        """What a table keeps of the row; `from_data` reads it again."""
        return {
            **{name: getattr(self, name) for name in _TEXTS},
            "unit": list(self.unit),
            "audiences": list(self.audiences),
            "cells": dict(self.cells),
        }

    @classmethod
    def from_data(cls, sheet: str, row: int, data: Mapping[str, Any]) -> RosterRow:
        """A row from what was kept of it."""
        return cls(sheet, row, unit=tuple(data["unit"]), audiences=tuple(data["audiences"]),
                   cells=data.get("cells", {}), **{name: data.get(name, "") for name in _TEXTS})  # fmt: skip


@dataclass(frozen=True)
class Roster:
    """What a file of people holds."""

    rows: tuple[RosterRow, ...]
    headings: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    """Headings that mean nothing here; their cells are not read."""
    not_kept: tuple[str, ...] = ()
    skipped_sheets: tuple[str, ...] = ()
    """Sheets without a column for names."""


def read_roster(sheets: Sequence[Sheet], *, file: str = "", audiences: Mapping[str, str] | None = None) -> Roster:
    """The people of all sheets with a header; `audiences` are further names of audiences with their codes."""
    rows: list[RosterRow] = []
    headings: dict[str, None] = {}
    unknown: dict[str, None] = {}
    not_kept: dict[str, None] = {}
    skipped = []
    for sheet in sheets:
        if sheet.hidden or not sheet.rows:
            continue
        header = _find_header(sheet.rows)
        if header is None:
            skipped.append(sheet.name)
            continue
        reader = _Reader(sheet, header, file, {clean_heading(name): code for name, code in (audiences or {}).items()})
        headings.update(dict.fromkeys(reader.kept.values()))
        unknown.update(dict.fromkeys(header.unknown.values()))
        not_kept.update(dict.fromkeys(header.heading(one) for one in NOT_KEPT if one in header.columns))
        rows.extend(reader.rows())
    if not headings:
        raise Problem("roster.no_header", place=Place(file=file))
    if not rows:
        raise Problem("roster.no_rows", place=Place(file=file))
    return Roster(tuple(rows), tuple(headings), tuple(unknown), tuple(not_kept), tuple(skipped))


def _find_header(rows: Sequence[Sequence[str]]) -> Header | None:
    """The header, with every smaller unit in a column of its own; who leads a team is none."""
    words = {**SYNONYMS, "department": [one for one in SYNONYMS["department"] if one not in _BELOW]}
    header = find_header(rows, {**words, **{one: (one,) for one in _BELOW}}, needed=["name"])
    if header is None:
        return None
    leaders = {one: header.columns[one] for one in _BELOW if one in header.columns
               and not clean_heading(header.heading(one)).removesuffix("名称").endswith(one)}  # fmt: skip
    unknown = {**header.unknown, **{place: header.headings[place] for place in leaders.values()}}
    columns = {one: place for one, place in header.columns.items() if one not in leaders}
    return replace(header, columns=columns, unknown=dict(sorted(unknown.items())))


class _Reader:
    """Reads the rows below the header of one sheet."""

    def __init__(self, sheet: Sheet, header: Header, file: str, audiences: Mapping[str, str]) -> None:
        self.sheet, self.header, self.file, self.audiences = sheet, header, file, audiences
        left_out = {header.columns[one] for one in NOT_KEPT if one in header.columns}
        self.kept = {place: text or f"({place + 1})" for place, text in enumerate(header.headings)
                     if text and place not in left_out}  # fmt: skip

    def rows(self) -> list[RosterRow]:
        """Every row that says something; repeated headers are passed over."""
        found = []
        for index in range(self.header.row + 1, len(self.sheet.rows)):
            cells = self.sheet.rows[index]
            if any(cells) and cells != self.header.headings:
                found.append(self._row(cells, index + 1))
        return found

    def _row(self, cells: Sequence[str], number: int) -> RosterRow:
        self.number, self.faults, self.warnings = number, list[Problem](), list[Problem]()
        self.cells = cells
        self.formulas = self._formulas()
        name = self._name()
        return RosterRow(
            sheet=self.sheet.name,
            row=number,
            name=name,
            staff_number=self._staff_number(),
            phone=self._phone(),
            unit=self._unit(),
            sex=self._chosen("sex", _SEXES.get(self._said("sex").casefold(), "")),
            birth_year=self._birth_year(),
            schooling=self._chosen("schooling", _first(self._said("schooling"), _SCHOOLING)),
            residence=self._chosen("residence", _first(self._said("residence"), _RESIDENCES)),
            job=self._job(),
            hired_on=self._hired_on(),
            audiences=self._audiences(),
            cells={heading: cells[place] for place, heading in self.kept.items() if place < len(cells)},
            faults=tuple(self.faults),
            warnings=tuple(self.warnings),
        )

    def _formulas(self) -> set[str]:
        """The fields of the row that are formulas without a value, each told; without them who is who stays open."""
        found = set()
        for name, place in self.header.columns.items():
            said = self.cells[place] if place < len(self.cells) else ""
            if (self.number - 1, place) in self.sheet.formulas or looks_like_formula(said):
                found.add(name)
                told = Problem("sheet.formula", place=self._at(name), value=said[:40])
                (self.faults if name in _DECISIVE else self.warnings).append(told)
        return found

    def _said(self, field: str) -> str:
        if field in self.formulas:
            return ""
        text = tidy(self.header.cell(self.cells, field))
        return "" if text.casefold() in _NOTHING else text

    def _at(self, field: str) -> Place:
        heading = self.header.heading(field) if field in self.header.columns else ""
        return Place(file=self.file, sheet=self.sheet.name, row=self.number, column=heading.strip())

    def _refuse(self, code: str, field: str, **params: object) -> None:
        self.faults.append(Problem(code, place=self._at(field), **params))

    def _name(self) -> str:
        name = _CJK_SPACE.sub("", self._said("name"))
        if not name:
            if "name" not in self.formulas:
                self._refuse("roster.name_missing", "name")
        elif _FOOTER.fullmatch(name) or self._is_total() or not any(sign.isalpha() for sign in name):
            self._refuse("roster.not_a_name", "name", value=name[:40])
        elif len(name) > NAME_LIMIT:
            self._refuse("roster.too_long", "name", most=NAME_LIMIT)
        return name[:NAME_LIMIT]

    def _is_total(self) -> bool:
        """Whether the row sums up those above: a cell of it says so and nothing else."""
        return any(_TOTAL.fullmatch(tidy(cell)) for cell in self.cells)

    def _staff_number(self) -> str:
        number = tidy_number(self._said("staff_number"))
        if whole := _WITH_POINT.fullmatch(number):
            self.warnings.append(
                Problem("roster.number_point", place=self._at("staff_number"), value=number[:40], number=whole[1])
            )
            number = whole[1]
        if _SCIENTIFIC.fullmatch(number):
            self._refuse("roster.number_cut", "staff_number", value=number[:40])
        if len(number) > NUMBER_LIMIT:
            self._refuse("roster.too_long", "staff_number", most=NUMBER_LIMIT)
        return number[:NUMBER_LIMIT]

    def _phone(self) -> str:
        said = tidy_number(self._said("phone"))
        whole = _WITH_POINT.fullmatch(said)
        phone = tidy_phone(whole[1] if whole else self._said("phone"))
        if phone and not _PHONE.fullmatch(phone):
            self._refuse("roster.phone", "phone", value=phone[:40])
        elif phone and not plausible_phone(phone):
            told = Problem(ODD_PHONE, place=self._at("phone"), value=phone, digits=sum(map(str.isdigit, phone)))
            self.warnings.append(told)
        return phone[:32]

    def _unit(self) -> tuple[str, ...]:
        parts = [tidy(part) for one in ("unit", "department", *_BELOW) for part in _PATH.split(self._said(one))]
        parts = [part for part in parts if part]
        if any(len(part) > UNIT_LIMIT for part in parts):
            self._refuse("roster.too_long", "unit", most=UNIT_LIMIT)
            return ()
        if len(parts) > UNIT_DEPTH:
            self._refuse("roster.unit_too_deep", "unit", most=UNIT_DEPTH)
            return ()
        return tuple(part for place, part in enumerate(parts) if place == 0 or part != parts[place - 1])

    def _chosen(self, field: str, value: str) -> str:
        if self._said(field) and not value:
            self.warnings.append(Problem("roster.not_understood", place=self._at(field), value=self._said(field)[:40]))
        return value

    def _birth_year(self) -> int | None:
        match = _YEAR.match(self._said("birth"))
        self._chosen("birth", match[1] if match else "")
        return int(match[1]) if match else None

    def _job(self) -> str:
        job = self._said("job")
        if len(job) > JOB_LIMIT:
            self.warnings.append(Problem("roster.shortened", place=self._at("job"), most=JOB_LIMIT))
        return job[:JOB_LIMIT]

    def _hired_on(self) -> str:
        read = read_day(self._said("hired_on"))
        day = read[0].date() if read is not None else None
        sensible = day is not None and OLDEST_ENTRY <= day.year <= LATEST_ENTRY
        return self._chosen("hired_on", day.isoformat() if day is not None and sensible else "")

    def _audiences(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for part in re.split(r"[、,，;；/|\s]+", self._said("audiences")):
            code = self.audiences.get(clean_heading(part)) or _first(part, _AUDIENCES)
            if code:
                found[code] = None
            elif part:
                self.warnings.append(Problem("roster.not_understood", place=self._at("audiences"), value=part[:40]))
        return tuple(found)


def _first(text: str, words: Sequence[tuple[str, Sequence[str]]]) -> str:
    text = text.casefold()
    return next((code for code, known in words for word in known if text and word in text), "")
