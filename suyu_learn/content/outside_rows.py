"""Tables of certificates that others issue, read to rows that say who, what, and what is wrong with each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from suyu_learn.content.formats.sheets import Sheet
from suyu_learn.content.outside_tables import PEOPLE, PersonRow, RowReader, Rows, read_table
from suyu_learn.domain.names import tidy_number

SYNONYMS: Mapping[str, Sequence[str]] = {
    **PEOPLE,
    "name": (*PEOPLE["name"], "持证人"),
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
class Row(PersonRow):
    """One certificate as a table says it."""

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


def read_rows(sheets: Sequence[Sheet], *, file: str = "") -> Rows[Row]:
    """The certificates of all sheets with a header; raises Problem for a file without any."""
    return read_table(sheets, SYNONYMS, _row, needed=["name", "kind"], no_header="outside.no_header", file=file)


def _row(reader: RowReader) -> Row:
    said = reader.said
    reader.need("name", "kind", "number", "issued_on")
    employment = said("employment")
    if employment and employment.casefold() not in EMPLOYMENTS:
        reader.refuse("outside.employment", "employment", value=employment[:40])
    issued = reader.day("issued_on", none=_FOR_EVER)
    until, review = reader.day("valid_until", none=_FOR_EVER), reader.day("review_on", none=_FOR_EVER)
    return Row(
        sheet=reader.sheet.name, row=reader.index + 1, cells=reader.cells, name=said("name"),
        staff_number=tidy_number(said("staff_number")), phone=said("phone"), kind=said("kind"),
        detail=said("detail"), number=tidy_number(said("number")), issuer=said("issuer"), issued_on=issued,
        valid_until=until, review_on=review, for_ever=said("valid_until").casefold() in _FOR_EVER,
        employment=EMPLOYMENTS.get(employment.casefold(), ""), note=said("note"), faults=tuple(reader.faults),
        headings=reader.headings,
    )  # fmt: skip
