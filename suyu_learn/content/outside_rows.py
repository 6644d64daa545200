"""Tables of certificates that others issue, read to rows that say who, what, and what is wrong with each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from suyu_learn.content.days import read_day
from suyu_learn.content.formats.formulas import looks_like_formula
from suyu_learn.content.formats.headers import Header, find_header
from suyu_learn.content.formats.sheets import Sheet
from suyu_learn.domain.names import tidy, tidy_number
from suyu_learn.domain.problems import Place, Problem

SYNONYMS: Mapping[str, Sequence[str]] = {
    "name": ("姓名", "名字", "持证人", "name", "full name"),
    "staff_number": ("工号", "人员编号", "员工编号", "staff number", "staff no"),
    "phone": ("手机号", "手机", "联系电话", "phone", "mobile"),
    "kind": ("证书类别", "证书种类", "证书名称", "证件名称", "证种", "kind", "certificate"),
    "detail": ("作业类别", "作业项目", "准操项目", "项目", "工种", "for what"),
    "number": ("证书编号", "证号", "证书号", "编号", "certificate number", "number"),
    "issuer": ("发证机关", "发证单位", "发证部门", "issuer", "issued by"),
    "issued_on": ("发证日期", "初领日期", "领证日期", "取证日期", "issued on"),
    "valid_until": ("有效期至", "有效期止", "到期日期", "有效期", "截止日期", "valid until"),
    "review_on": ("复审日期", "应复审日期", "下次复审日期", "复审时间", "review"),
    "employment": ("用工形式", "用工性质", "人员性质", "employment"),
    "note": ("备注", "说明", "note", "remark"),
}  # fmt: skip
COLUMNS = ("姓名（必填）", "工号", "手机号", "证书类别（必填）", "作业类别", "证书编号（必填）", "发证机关",
           "发证日期（必填）", "有效期至", "复审日期", "用工形式", "备注")  # fmt: skip
"""The headings of the empty table."""
EMPLOYMENTS = {
    "本单位": "own", "正式": "own", "own": "own", "承包商": "contractor", "外包": "contractor",
    "contractor": "contractor", "劳务派遣": "dispatched", "派遣": "dispatched", "dispatched": "dispatched",
}  # fmt: skip
_FOR_EVER = {"长期", "永久", "长期有效", "永久有效", "无期限", "for ever"}


@dataclass(frozen=True, slots=True)
class Row:
    """One certificate as a table says it, with why it cannot go in."""

    sheet: str
    row: int
    cells: tuple[str, ...]
    """As they stand in the file."""
    name: str = ""
    staff_number: str = ""
    phone: str = ""
    kind: str = ""
    detail: str = ""
    number: str = ""
    issuer: str = ""
    issued_on: date | None = None
    valid_until: date | None = None
    review_on: date | None = None
    for_ever: bool = False
    """Whether its end is said to be none."""
    employment: str = ""
    note: str = ""
    faults: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """What a file of certificates holds."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    unknown: tuple[str, ...] = ()
    """Headings that mean nothing here."""
    skipped: tuple[str, ...] = ()
    """Sheets without the columns that are needed."""


def read_rows(sheets: Sequence[Sheet], *, file: str = "") -> Rows:
    """The certificates of all sheets with a header; raises Problem for a file without any."""
    rows: list[Row] = []
    headings: tuple[str, ...] = ()
    unknown: dict[str, None] = {}
    skipped = []
    for sheet in sheets:
        if sheet.hidden or not sheet.rows:
            continue
        header = find_header(sheet.rows, SYNONYMS, needed=["name", "kind"])
        if header is None:
            skipped.append(sheet.name)
            continue
        headings = max(headings, header.headings, key=len)
        unknown.update(dict.fromkeys(header.unknown.values()))
        for index in range(header.row + 1, len(sheet.rows)):
            cells = sheet.rows[index]
            if any(cells) and cells != header.headings:
                rows.append(_Reader(sheet, header, file, index).row())
    if not headings:
        raise Problem("outside.no_header", place=Place(file=file))
    if not rows:
        raise Problem("outside.no_rows", place=Place(file=file))
    return Rows(headings, tuple(rows), tuple(unknown), tuple(skipped))


class _Reader:
    """Reads one row below a header."""

    def __init__(self, sheet: Sheet, header: Header, file: str, index: int) -> None:
        self.sheet, self.header, self.file, self.index = sheet, header, file, index
        self.cells = sheet.rows[index]
        self.faults: list[Problem] = []

    def row(self) -> Row:
        """The row with its faults."""
        self._refuse_formulas()
        name, kind, number = self._said("name"), self._said("kind"), tidy_number(self._said("number"))
        for field, value in (("name", name), ("kind", kind), ("number", number)):
            if not value:
                self._refuse("outside.row_lacks", field, what=self.header.heading(field) or SYNONYMS[field][0])
        issued = self._day("issued_on")
        if issued is None and not self._said("issued_on"):
            self._refuse("outside.row_lacks", "issued_on", what=self.header.heading("issued_on") or "发证日期")
        employment = self._said("employment")
        if employment and employment.casefold() not in EMPLOYMENTS:
            self._refuse("outside.employment", "employment", value=employment[:40])
        return Row(
            sheet=self.sheet.name, row=self.index + 1, cells=self.cells, name=name,
            staff_number=tidy_number(self._said("staff_number")), phone=self._said("phone"), kind=kind,
            detail=self._said("detail"), number=number, issuer=self._said("issuer"), issued_on=issued,
            valid_until=self._day("valid_until"), review_on=self._day("review_on"),
            for_ever=self._said("valid_until").casefold() in _FOR_EVER,
            employment=EMPLOYMENTS.get(employment.casefold(), ""), note=self._said("note"), faults=tuple(self.faults),
        )  # fmt: skip

    def _refuse_formulas(self) -> None:
        for field, place in self.header.columns.items():
            said = self.cells[place] if place < len(self.cells) else ""
            if (self.index, place) in self.sheet.formulas or looks_like_formula(said):
                self._refuse("sheet.formula", field, value=said[:40])

    def _said(self, field: str) -> str:
        return tidy(self.header.cell(self.cells, field))

    def _day(self, field: str) -> date | None:
        said = self._said(field)
        if not said or said.casefold() in _FOR_EVER:
            return None
        found = read_day(said)
        if found is None:
            self._refuse("outside.not_a_day", field, value=said[:40])
            return None
        return found[0].date()

    def _refuse(self, code: str, field: str, **params: object) -> None:
        heading = self.header.heading(field) if field in self.header.columns else ""
        place = Place(file=self.file, sheet=self.sheet.name, row=self.index + 1, column=heading.strip())
        self.faults.append(Problem(code, place=place, **params))
