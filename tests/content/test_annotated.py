"""The file that came in, with a remark beside each row that must be corrected."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
import xlsxwriter

from suyu_learn.content.formats.annotated import annotated
from suyu_learn.content.formats.question_tables import FORMATS
from suyu_learn.content.formats.sheets import read_sheets
from suyu_learn.domain.questions import BUILT_IN
from tests.content.test_sheet_pictures import png
from tests.question_tables import HEADINGS, csv_file, single
from tests.xls_files import old_workbook

TYPES = {kind.code: kind for kind in BUILT_IN}
BAD = single("坏的？", "F")


def workbook() -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("题 库")
        other = book.add_worksheet("别的")
        other.write_formula(0, 0, "=1+1", None, 2)
        sheet.merge_range(0, 0, 0, 8, "标题")
        sheet.write_row(1, 0, HEADINGS)
        sheet.write_row(2, 0, single("好的？"))
        sheet.write_row(3, 0, BAD, book.add_format({"bold": True, "num_format": "@"}))
        sheet.write_formula(9, 2, "=A1", None, "标题")
        sheet.insert_image(3, 1, "p.png", {"image_data": io.BytesIO(png())})
        sheet.set_column(0, 20, 12)
    return stream.getvalue()


def test_a_workbook_stays_what_it_was_but_for_the_remarks() -> None:
    content = workbook()
    told = annotated(content, "a.xlsx", {("题 库", 4, "正确答案"): "答案F不是选项。"}, "需要修改")
    assert told is not None
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(io.BytesIO(told)) as new:
        assert old.namelist() == new.namelist()
        changed = [name for name in old.namelist() if old.read(name) != new.read(name)]
    assert sorted(changed) == ["xl/styles.xml", "xl/worksheets/sheet1.xml"]
    sheet = openpyxl.load_workbook(io.BytesIO(told))["题 库"]
    assert (sheet["J2"].value, sheet["J4"].value, sheet["J3"].value) == ("需要修改", "答案F不是选项。", None)
    assert sheet["J4"].font.color.rgb == "FFC00000"
    assert (sheet["G4"].fill.fgColor.rgb, sheet["G4"].font.bold, sheet["G4"].number_format) == ("FFFFC7CE", True, "@")
    assert sheet["C10"].value == "=A1"
    assert sheet["F4"].fill.fgColor.rgb != "FFFFC7CE"


def test_what_comes_back_in_has_no_column_of_remarks() -> None:
    content = workbook()
    told = annotated(content, "a.xlsx", {("题 库", 4, ""): "错。", ("题 库", 4, "题干"): "错。"}, "需要修改") or b""
    assert FORMATS[0].read(told, file_name="a.xlsx", options={}, types=TYPES) == FORMATS[0].read(
        content, file_name="a.xlsx", options={}, types=TYPES
    )
    again = annotated(told, "a.xlsx", {("题 库", 3, ""): "又错。"}, "需要修改") or b""
    rows = read_sheets(again, "a.xlsx")[0].rows
    assert [row[9] for row in rows[1:4]] == ["需要修改", "又错。", ""]
    assert len(rows[0]) == 10


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_gets_a_column(encoding: str) -> None:
    content = csv_file(single("好，的？"), BAD).decode("utf-8-sig").encode(encoding)
    told = annotated(content, "a.csv", {("", 3, "正确答案"): "答案不对。"}, "需要修改") or b""
    rows = read_sheets(told, "a.csv")[0].rows
    assert [row[9] for row in rows] == ["需要修改", "", "答案不对。"]
    assert [row[:9] for row in rows] == [row[:9] for row in read_sheets(content, "a.csv")[0].rows]
    read = FORMATS[0].read(told, file_name="a.csv", options={}, types=TYPES)
    assert (len(read.items), len(read.errors), read.losses) == (1, 1, ())
    again = annotated(told, "a.csv", {}, "需要修改") or b""
    assert [row[9:] for row in read_sheets(again, "a.csv")[0].rows] == [("需要修改",), ("",), ("",)]


@pytest.mark.parametrize(
    ("content", "name"),
    [(old_workbook([HEADINGS]), "a.xls"), (b"PK\x03\x04", "a.xlsx"), (b"", "a.csv"), (workbook(), "a.xlsx")],
)
def test_what_cannot_carry_remarks_gives_none(content: bytes, name: str) -> None:
    assert annotated(content, name, {("没有", 1, ""): "错。"}, "需要修改") is None
