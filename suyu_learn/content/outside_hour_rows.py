"""Tables of hours that people learnt elsewhere, read to rows that say who, what, where and when."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from suyu_learn.content.formats.sheets import Sheet
from suyu_learn.content.outside_tables import PEOPLE, PersonRow, RowReader, Rows, read_table
from suyu_learn.domain.names import tidy_number

SYNONYMS: Mapping[str, Sequence[str]] = {
    **PEOPLE,
    "unit": ("单位", "单位名称", "所属单位", "工作单位", "unit"),
    "what": ("学习内容", "培训内容", "培训名称", "培训班名称", "课程名称", "培训项目", "what was learnt", "course"),
    "where": ("办学单位", "培训单位", "主办单位", "举办单位", "承办单位", "培训机构", "provider", "where"),
    "first": ("开始日期", "起始日期", "培训开始日期", "学习日期", "培训日期", "日期", "first day", "start date"),
    "last": ("结束日期", "截止日期", "终止日期", "培训结束日期", "last day", "end date"),
    "hours": ("学时", "学时数", "课时", "credit hours", "hours"),
    "number": ("证明编号", "证书编号", "结业证号", "文号", "proof number", "certificate number"),
    "note": ("备注", "说明", "note", "remark"),
}  # fmt: skip
COLUMNS = ("姓名（必填）", "工号", "手机号", "单位", "学习内容（必填）", "办学单位（必填）", "开始日期（必填）",
           "结束日期", "学时（必填）", "证明编号（没有整表证明时必填）", "备注")  # fmt: skip
"""The headings of the empty table."""
EARLIEST = date(1980, 1, 1)
_HOURS = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)\s?(?:学时|课时)?")


@dataclass(frozen=True, slots=True)
class Row(PersonRow):
    """Hours as a table says them; `first` and `last` are set where there is no fault."""

    what: str = ""
    where: str = ""
    first: date | None = None
    last: date | None = None
    hours: Decimal = Decimal(0)
    number: str = ""
    note: str = ""


def read_rows(sheets: Sequence[Sheet], *, file: str = "") -> Rows[Row]:
    """The hours of all sheets with a header; raises Problem for a file without any."""
    return read_table(sheets, SYNONYMS, _row, needed=["name", "what", "hours"], no_header="hours.no_header", file=file)


def _row(reader: RowReader) -> Row:
    said = reader.said
    reader.need("name", "what", "where", "first", "hours")
    first = _day(reader, "first")
    return Row(
        sheet=reader.sheet.name, row=reader.index + 1, cells=reader.cells, name=said("name"),
        staff_number=tidy_number(said("staff_number")), phone=said("phone"), unit=said("unit"), what=said("what"),
        where=said("where"), first=first, last=_day(reader, "last") if said("last") else first, hours=_hours(reader),
        number=tidy_number(said("number")), note=said("note"), faults=tuple(reader.faults),
        headings=reader.headings,
    )  # fmt: skip


def _day(reader: RowReader, field: str) -> date | None:
    found = reader.day(field)
    if found is not None and found < EARLIEST:
        reader.refuse("outside.not_a_day", field, value=reader.said(field)[:40])
        return None
    return found


def _hours(reader: RowReader) -> Decimal:
    said = unicodedata.normalize("NFKC", reader.said("hours"))
    found = _HOURS.fullmatch(said)
    if found is None:
        if said:
            reader.refuse("hours.not_hours", "hours", value=said[:40])
        return Decimal(0)
    return Decimal(found[1])
