"""HR's own table: who its rows mean, what stands in it afterwards, and that nothing else in it has changed."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Font, PatternFill
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.content.formats import xlsx_filling
from suyu_learn.content.formats.sheets import read_sheets
from suyu_learn.content.formats.xlsx_filling import Cell, Explanation
from suyu_learn.content.own_tables import rows_of, tables_of
from suyu_learn.domain.problems import Problem
from suyu_learn.models import CompletionKind, Import, ImportFile
from suyu_learn.services import people, record_filling
from suyu_learn.services.grants import Reach
from suyu_learn.services.record_filling import NEW_COLUMN, Fill, Outcome, Plan
from suyu_learn.services.record_values import Asked, Said, What
from tests.clock import FrozenClock
from tests.factories import learner

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SAID = Said("yes", "no", {})
NOTE = Explanation("说明", [("a", "b")])


def book(*rows: tuple[Any, ...], title: str = "台账") -> bytes:
    """A workbook as HR keeps one: a title row, colours, a width, a chart, a formula, and a second sheet."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = title
    sheet.append(["2026 年培训台账"])
    for row in rows:
        sheet.append(list(row))
    sheet["A1"].font = Font(bold=True, size=16)
    sheet["B3"].fill = PatternFill("solid", fgColor="FF00FF00")
    sheet.column_dimensions["B"].width = 33
    other = made.create_sheet("汇总")
    other["A1"] = "=COUNTA(台账!A:A)"
    other["A2"], other["A3"] = 1, 2
    chart = BarChart()
    chart.add_data(Reference(other, min_col=1, min_row=2, max_row=3))
    other.add_chart(chart, "C1")
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


HEAD = ("姓名", "工号", "单位", "是否完成", "学时")


def test_only_the_cells_named_change(database_url: str) -> None:
    before = book(HEAD, ("张三", "00017", "甲局", None, "=1+1"))
    cells = [Cell(3, 4, "=HYPERLINK(1)"), Cell(3, 5, 9), Cell(3, 7, "不在", marked=True), Cell(9, 2, "007")]
    done = xlsx_filling.fill(before, "台账", cells, NOTE)
    assert [(one.row, one.column) for one in done.kept] == [(3, 5)]
    sheet = openpyxl.load_workbook(io.BytesIO(done.content))["台账"]
    assert (sheet["D3"].value, sheet["D3"].data_type) == ("=HYPERLINK(1)", "s")
    assert (sheet["E3"].value, sheet["E3"].data_type) == ("=1+1", "f")
    assert (sheet["B3"].value, sheet["B9"].value, sheet["B9"].data_type) == ("00017", "007", "s")
    assert sheet["B3"].fill.fgColor.rgb == "FF00FF00"
    assert sheet.column_dimensions["B"].width == 33
    assert sheet["G3"].fill.fgColor.rgb == "FFFFE3C2"
    old, new = (zipfile.ZipFile(io.BytesIO(one)) for one in (before, done.content))
    changed = {"xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml",
               "xl/styles.xml", "_rels/.rels"}  # fmt: skip
    for name in set(old.namelist()) - changed:
        assert old.read(name) == new.read(name), name
    assert {"xl/charts/chart1.xml", "xl/worksheets/sheet2.xml"} <= set(new.namelist())
    assert [one.name for one in read_sheets(done.content, "a.xlsx")] == ["台账", "汇总", "说明"]
    assert b"fullCalcOnLoad" in new.read("xl/workbook.xml")


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'<row r="3"', b'<!-- seen --><row r="3"'), (b"<sheetData>", b"<sheetData><!-- seen -->")],
)
def test_remarks_between_rows_are_no_rows(database_url: str, old: bytes, new: bytes) -> None:
    before = _rewritten(book(HEAD, ("张三", "1")), "xl/worksheets/sheet1.xml", old, new)
    done = xlsx_filling.fill(before, "台账", [Cell(3, 4, "yes"), Cell(9, 1, "x")], NOTE)
    assert openpyxl.load_workbook(io.BytesIO(done.content))["台账"]["D3"].value == "yes"


def test_a_book_that_leads_nowhere_is_broken(database_url: str) -> None:
    before = _rewritten(book(HEAD), "_rels/.rels", b'Target="xl/workbook.xml"', b"")
    with pytest.raises(Problem) as told:
        xlsx_filling.fill(before, "台账", [], NOTE)
    assert told.value.code == "sheet.broken"


def _rewritten(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A workbook with something else in one of its parts."""
    source, stream = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in source.namelist():
            held = source.read(name)
            assert name != part or old in held
            archive.writestr(name, held.replace(old, new) if name == part else held)
    return stream.getvalue()


def test_a_second_time_gets_a_second_explanation(database_url: str) -> None:
    once = xlsx_filling.fill(book(HEAD), "台账", [], NOTE).content
    twice = xlsx_filling.fill(once, "台账", [Cell(3, 1, "x")], NOTE).content
    assert openpyxl.load_workbook(io.BytesIO(twice)).sheetnames == ["台账", "汇总", "说明", "说明 2"]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"PK\x03\x04nothing", "sheet.broken"), (b"name,number", "fill.only_xlsx"), (b"", "fill.only_xlsx")],
)
def test_what_is_no_workbook_is_refused(database_url: str, content: bytes, code: str) -> None:
    with pytest.raises(Problem) as told:
        record_filling.first_plan(content, "t.xlsx")
    assert told.value.code == code


def test_keys_and_wanted_columns_are_guessed(database_url: str) -> None:
    [table] = tables_of(read_sheets(book(HEAD, ("张三", "00017", "甲局")), "a.xlsx"))
    assert (table.header, dict(table.keys)) == (1, {"staff_number": 1, "name": 0, "unit": 2})
    assert dict(table.wanted) == {"done": 3, "hours": 4}
    assert [(one.row, one.staff_number) for one in rows_of(table, table.keys)] == [(3, "00017")]


@pytest.fixture
def reach(session: Session, clock: FrozenClock) -> Reach:
    """A bureau with an office of three, two of one name; somebody else beside it."""
    city = people.add_unit(session, "本市", parent=None, now=clock())
    bureau = people.add_unit(session, "甲局", parent=city, now=clock())
    office = people.add_unit(session, "一科", parent=bureau, now=clock())
    away = people.add_unit(session, "乙局", parent=city, now=clock())
    for name, number, phone, unit in (
        ("张三", "00017", "13800000001", office), ("李四", "18", None, office), ("李四", "19", "13800000003", bureau),
        ("王五", "20", "13800000004", away),
    ):  # fmt: skip
        people.add_person(session, name, now=clock(), unit=unit, staff_number=number, phone=phone)
    session.flush()
    return Reach(paths=(bureau.path,))


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        (("张三", "00017", "", ""), Outcome.MATCHED),
        (("", "00017", "", ""), Outcome.MATCHED),
        (("赵六", "00017", "", ""), Outcome.OTHER_NAME),
        (("张三", "17", "", ""), Outcome.MATCHED),
        (("", "17", "", ""), Outcome.NOT_FOUND),
        (("赵六", "17", "", ""), Outcome.NOT_FOUND),
        (("张三", "", "138 0000 0001", ""), Outcome.MATCHED),
        (("张 三", "", "", "甲局"), Outcome.MATCHED),
        (("张三", "", "", "本市/甲局/一科"), Outcome.MATCHED),
        (("张三", "", "", ""), Outcome.NOT_FOUND),
        (("李四", "", "", "甲局"), Outcome.SEVERAL),
        (("李四", "", "", "一科"), Outcome.MATCHED),
        (("王五", "20", "", ""), Outcome.NOT_FOUND),
        (("王五", "", "", "乙局"), Outcome.NOT_FOUND),
        (("", "", "", "甲局"), Outcome.NO_KEY),
    ],
)
def test_whom_a_row_means(
    session: Session, clock: FrozenClock, reach: Reach, row: tuple[str, ...], outcome: Outcome
) -> None:
    [table] = tables_of(read_sheets(book(("姓名", "工号", "手机号", "单位"), row), "a.xlsx"))
    plan = Plan("台账", table.keys)
    found = record_filling.preview(session, table, plan, reach=reach, unread=None, now=clock(), zone=clock().tzinfo,
                                   said=SAID)  # fmt: skip
    assert [one.outcome for one in found.rows] == [outcome]


def test_what_stands_there_stays_unless_it_is_to_be_replaced(
    session: Session, clock: FrozenClock, reach: Reach
) -> None:
    [table] = tables_of(read_sheets(book(HEAD, ("张三", "00017", "甲局", "待定", None)), "a.xlsx"))
    fills = [Fill(3, Asked(What.DONE, CompletionKind.EXAM, 1)), Fill(NEW_COLUMN, Asked(What.HOURS, year=2026))]
    for replace, values in ((False, [0]), (True, ["no", 0])):
        plan = Plan("台账", table.keys, fills, replace)
        found = record_filling.preview(session, table, plan, reach=reach, unread=None, now=clock(), zone=clock().tzinfo,
                                       said=SAID)  # fmt: skip
        assert [value for _row, _place, value in record_filling.cells_filled(plan, found)] == values


@pytest.mark.parametrize(
    ("keys", "fills", "code"),
    [
        ({"name": 0}, [], "fill.no_key"),
        ({"staff_number": 1}, [Fill(1, Asked(What.HOURS, year=2026))], "fill.column_twice"),
        ({"staff_number": 1}, [Fill(3, Asked(What.HOURS, year=2026)), Fill(3, Asked(What.HOURS, year=2025))],
         "fill.column_twice"),
        ({"staff_number": 1}, [Fill(3, Asked(What.HOURS))], "fill.no_year"),
        ({"staff_number": 1}, [Fill(3, Asked(What.DONE))], "fill.no_subject"),
        ({"staff_number": 1}, [Fill(3, Asked(What.DUE, CompletionKind.EXAM, 1))], "fill.only_programme"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_done_is_a_sentence(
    database_url: str, keys: dict[str, int], fills: list[Fill], code: str
) -> None:
    with pytest.raises(Problem) as told:
        record_filling.check(Plan("台账", keys, fills))
    assert told.value.code == code


def test_a_table_is_its_owners_and_gone_after_a_day(session: Session, clock: FrozenClock) -> None:
    actor, other = learner(session, now=clock()), learner(session, now=clock())
    content = book(HEAD, ("张三", "1"))
    plan = record_filling.first_plan(content, "t.xlsx")
    batch = record_filling.keep(session, content, "t.xlsx", plan, actor=actor, now=clock())
    assert record_filling.find(session, batch.key, actor=actor, now=clock()) is batch
    for who, when in ((other, clock()), (actor, clock() + timedelta(hours=24))):
        with pytest.raises(Problem):
            record_filling.find(session, batch.key, actor=who, now=when)
    record_filling.sweep(session, now=clock() + timedelta(hours=24))
    assert session.scalars(select(Import)).all() == session.scalars(select(ImportFile)).all() == []
