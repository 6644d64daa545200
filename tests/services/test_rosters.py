"""Reading rosters, telling people apart, applying, undoing."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.content.formats.sheets import Sheet
from suyu_learn.content.rosters import RosterRow, read_roster
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.rosters import Doubt, Known, Match, People, Said, perhaps_named_before, repeated
from suyu_learn.models import (
    AuditEntry,
    Grant,
    Import,
    ImportFile,
    OneTimeLink,
    Person,
    ProgrammeExemption,
    ProgrammeMember,
    Role,
    RowOutcome,
    Unit,
)
from suyu_learn.services import people, programme_members, roster_undo, rosters, signing_in
from suyu_learn.services.grants import Reach
from tests.clock import FrozenClock
from tests.factories import given_programme, learn
from tests.rosters import dump, workbook

EVERYWHERE = Reach(everywhere=True)


# Reading.


def _read(*rows: list[str]) -> list[RosterRow]:
    return list(read_roster([Sheet("名册", tuple(tuple(row) for row in rows))], file="a.xlsx").rows)


def test_a_row_is_understood_in_the_words_people_use() -> None:
    header = ["序号", "＊姓 名（必填）", "工号", "联系电话", "所属单位", "部门", "性别", "出生年月", "文化程度",
              "工种", "人员类别", "入职时间", "身份证号"]  # fmt: skip
    said = ["1", "欧阳 娜娜", "００１２", "+86 138-0000-0001", "甲公司／一车间", "甲班", "女", "1990.05", "大学本科",
            "电工",
            "产业工人、青少年", "2019/7/1", "230000199005010000"]  # fmt: skip
    row = _read(["2026年职工名册"], header, said, header, ["合计", "1"])[0]
    assert (row.name, row.staff_number, row.phone) == ("欧阳娜娜", "0012", "13800000001")
    assert row.unit == ("甲公司", "一车间", "甲班")
    assert (row.sex, row.birth_year, row.schooling, row.job) == ("female", 1990, "bachelor", "电工")
    assert row.audiences == ("workers", "youth")
    assert row.hired_on == "2019-07-01"
    assert (row.sheet, row.row, row.faults, row.warnings) == ("名册", 3, (), ())
    assert "230000199005010000" not in json.dumps(row.as_data())
    assert RosterRow.from_data("名册", 3, json.loads(json.dumps(row.as_data()))) == row


@pytest.mark.parametrize(
    "cells, code, column",
    [
        (["", "1", ""], "roster.name_missing", "姓名"),
        (["12", "1", ""], "roster.not_a_name", "姓名"),
        (["填表人：李四", "", ""], "roster.not_a_name", "姓名"),
        (["小计：3人", "", ""], "roster.not_a_name", "姓名"),
        (["共 10 人", "", ""], "roster.not_a_name", "姓名"),
        (["十人", "合计", ""], "roster.not_a_name", "姓名"),
        (["张三", "1" * 65, ""], "roster.too_long", "工号"),
        (["张三", "1", "1.38E+10"], "roster.phone", "电话"),
        (["张三", "1.26E+10", ""], "roster.number_cut", "工号"),
        (["=VLOOKUP(B2,名单!A:B,2,0)", "1", ""], "sheet.formula", "姓名"),
    ],
)
def test_what_is_wrong_is_said_by_row_and_column(cells: list[str], code: str, column: str) -> None:
    fault = _read(["姓名", "工号", "电话"], cells)[0].faults[0]
    assert (fault.code, fault.place.row, fault.place.column, fault.place.file) == (code, 2, column, "a.xlsx")


@pytest.mark.parametrize(
    "phone, plausible",
    [
        ("13800000001", True), ("+86 138-0000-0001", True), ("0453-3920000", True), ("3920000", True),
        ("400 820 8820", True), ("+7 914 000 00 00", True), ("13800000001.0", True),
        ("1380000000", False), ("138000000012", False), ("23800000001", False), ("12345", False),
    ],
)  # fmt: skip
def test_a_phone_of_odd_shape_is_kept_and_told(phone: str, plausible: bool) -> None:
    row = _read(["姓名", "电话"], ["张三", phone])[0]
    assert row.phone
    assert row.faults == ()
    assert [one.code for one in row.warnings] == ([] if plausible else ["roster.phone_odd"])


@pytest.mark.parametrize(
    "said, number, told",
    [("126.0", "126", True), ("00123.00", "00123", True), ("00123", "00123", False), ("A1.0", "A1.0", False)],
)
def test_a_number_with_a_point_is_taken_without_it_and_told(said: str, number: str, told: bool) -> None:
    row = _read(["姓名", "工号"], ["张三", said])[0]
    assert row.staff_number == number
    assert [one.code for one in row.warnings] == (["roster.number_point"] if told else [])


def test_formulas_without_a_value_are_told_by_row_and_column() -> None:
    sheet = Sheet("名册", (("姓名", "工号", "岗位"), ("=A9", "#N/A", "=C9"), ("李四", "2", "电工")),
                  formulas=frozenset({(1, 0), (1, 1), (1, 2)}))  # fmt: skip
    row, other = read_roster([sheet], file="a.xlsx").rows
    assert [(one.code, one.place.row, one.place.column) for one in row.faults] == [
        ("sheet.formula", 2, "姓名"), ("sheet.formula", 2, "工号"),
    ]  # fmt: skip
    assert [(one.code, one.place.column) for one in row.warnings] == [("sheet.formula", "岗位")]
    assert (row.staff_number, row.job) == ("", "")
    assert (other.faults, other.warnings) == ((), ())


def test_an_optional_cell_that_is_not_understood_is_left_out_and_said() -> None:
    row = _read(["姓名", "性别", "出生日期"], ["张三", "不详", "昨天"])[0]
    assert (row.faults, row.sex, row.birth_year) == ((), "", None)
    assert [one.place.column for one in row.warnings] == ["性别", "出生日期"]


@pytest.mark.parametrize(
    ("header", "said", "unit"),
    [
        (["姓名", "班组", "车间", "部门"], ["张三", "甲班", "制材车间", "生产部"], ("生产部", "制材车间", "甲班")),
        (["姓名", "班组", "车间"], ["张三", "甲班", "制材车间"], ("制材车间", "甲班")),
        (["姓名", "班组"], ["张三", "甲班"], ("甲班",)),
        (["姓名", "单位", "车间", "班组"], ["张三", "甲公司", "制材车间", ""], ("甲公司", "制材车间")),
        (["姓名", "所在车间", "班组名称"], ["张三", "制材车间", "甲班"], ("制材车间", "甲班")),
    ],
)
def test_units_side_by_side_are_ordered_by_their_size(
    header: list[str], said: list[str], unit: tuple[str, ...]
) -> None:
    assert _read(header, said)[0].unit == unit


def test_a_leader_of_a_team_is_no_team() -> None:
    sheet = Sheet("名册", (("姓名", "车间", "班组长"), ("张三", "制材车间", "李四")))
    found = read_roster([sheet], file="a.xlsx")
    assert (found.rows[0].unit, found.unknown) == (("制材车间",), ("班组长",))


def test_a_formula_for_a_team_is_told_and_names_no_unit() -> None:
    row = _read(["姓名", "车间", "班组"], ["张三", "制材车间", "=C9"])[0]
    assert ([one.code for one in row.faults], row.unit) == (["sheet.formula"], ("制材车间",))


def test_a_file_without_names_is_refused() -> None:
    with pytest.raises(Problem, match=r"roster.no_header"):
        _read(["工号", "电话"], ["1", "2"])
    with pytest.raises(Problem, match=r"roster.no_rows"):
        _read(["姓名", "电话"])


# Telling people apart.

KNOWN = People(
    [
        Known(1, "张三", "00123", "13800000001", 7),
        Known(2, "李四", "", "13800000002", 7),
        Known(3, "王芳", "", "", 7),
        Known(4, "王芳", "", "", 7),
        Known(5, "赵六", "9", "", 7),
        Known(6, "周九", "", "", 8),
        Known(7, "吴主任", "", "", None),
    ]
)


@pytest.mark.parametrize(
    "said, expected",
    [
        (Said("张 三", "00123", "", 7), Match(1)),
        (Said("张三", "00123", "13900000000", 8), Match(1)),
        (Said("张四", "00123", "", 7), Match(doubt=Doubt.NUMBER_OTHER_NAME, candidates=(1,))),
        (Said("张三", "00123", "13800000002", 7), Match(doubt=Doubt.NUMBER_OTHER_PHONE, candidates=(1, 2))),
        (Said("张三", "123", "", 7), Match(doubt=Doubt.LEADING_ZEROS, candidates=(1,))),
        (Said("赵六", "0009", "", 7), Match(doubt=Doubt.LEADING_ZEROS, candidates=(5,))),
        (Said("李四", "", "13800000002", 8), Match(2)),
        (Said("李四", "77", "13800000002", 8), Match(2)),
        (Said("张三", "77", "13800000001", 8), Match(doubt=Doubt.PHONE_OTHER_NUMBER, candidates=(1,))),
        (Said("李五", "", "13800000002", 7), Match(doubt=Doubt.PHONE_OTHER_NAME, candidates=(2,))),
        (Said("王芳", "", "", 7), Match(doubt=Doubt.SEVERAL_OF_THAT_NAME, candidates=(3, 4))),
        (Said("赵六", "", "", 7), Match(5)),
        (Said("赵六", "10", "", 7), Match(doubt=Doubt.NAME_OTHER_NUMBER, candidates=(5,))),
        (Said("李四", "", "13900000000", 7), Match(doubt=Doubt.NAME_OTHER_PHONE, candidates=(2,))),
        (Said("周九", "", "", 7), Match(doubt=Doubt.NAME_ELSEWHERE, candidates=(6,))),
        (Said("吴主任", "3", "", 7), Match(doubt=Doubt.NAME_NO_UNIT, candidates=(7,))),
        (Said("赵六", "10", "", 8), Match()),
        (Said("新人", "11", "", None), Match()),
    ],
)
def test_a_row_means_one_person_or_asks(said: Said, expected: Match) -> None:
    assert KNOWN.match(said) == expected


def test_rows_about_one_person_are_found() -> None:
    rows = [Said("甲", "1"), Said("乙", "", "138"), Said("甲", "1"), Said("乙", "", "138"), Said("丙", unit="x"),
            Said("丙", unit="y"), Said("丙", unit="x"), Said("甲", "2")]  # fmt: skip
    assert repeated(rows) == {2: 0, 3: 1, 6: 4}


def test_a_row_that_says_less_than_another_of_its_name_and_unit_is_found() -> None:
    bare, numbered, phoned = Said("甲", unit="x"), Said("甲", "1", unit="x"), Said("甲", "", "138", unit="x")
    different = [Said("乙", "", "138"), Said("乙", "", "139"), Said("丙", "1"), Said("丙", "2")]
    rows = [bare, numbered, phoned, Said("甲", unit="y"), *different]
    assert perhaps_named_before(rows) == {0: 1, 2: 1}


# Importing.


@pytest.fixture
def company(app: Flask, clock: FrozenClock) -> int:
    """The id of a company with one workshop."""
    with learn(app).database.writing() as session:
        people.install_audiences(session)
        city = people.add_unit(session, "本市", parent=None, now=clock())
        unit = people.add_unit(session, "甲公司", parent=city, now=clock())
        people.add_unit(session, "一车间", parent=unit, now=clock())
        people.add_unit(session, "乙公司", parent=city, now=clock())
        return unit.id


def _upload(session: Session, company: int, clock: FrozenClock, *rows: list[Any], reach: Reach = EVERYWHERE) -> Import:
    return rosters.upload(
        session,
        workbook(*rows),
        "名册.xlsx",
        target=session.get_one(Unit, company),
        actor=None,
        reach=reach,
        now=clock(),
    )


def _apply(session: Session, batch: Import, clock: FrozenClock) -> bool:
    return rosters.apply(session, batch, actor=None, reach=EVERYWHERE, now=clock())


def _outcomes(session: Session, batch: Import) -> list[str]:
    return [row.outcome.value for row in rosters.rows_of(session, batch)]


def test_missing_units_are_made_only_when_ticked(app: Flask, company: int, clock: FrozenClock) -> None:
    rows = (["姓名", "单位"], ["张三", "甲公司/二车间/甲班"], ["李四", "一车间"], ["王五", "本市/甲公司"])
    with learn(app).database.writing() as session:
        batch = _upload(session, company, clock, *rows)
        assert batch.counts["new_units"] == [{"label": "本市 / 甲公司 / 二车间 / 甲班", "rows": 1}]
        rosters.decide(session, batch, {}, create_units=False, reach=EVERYWHERE)
        _apply(session, batch, clock)
        assert _outcomes(session, batch) == ["refused", "new", "new"]
        assert batch.counts["refused"] == 1
        again = _upload(session, company, clock, *rows)
        _apply(session, again, clock)
        assert _outcomes(session, again) == ["new", "same", "same"]
        home = session.scalars(select(Person).where(Person.name == "张三")).one()
        assert people.unit_of_the_day(session, home.id, at=clock()).names == "本市 / 甲公司 / 二车间 / 甲班"
        assert session.scalars(select(ImportFile)).all() == []


def test_contradictions_within_the_file(app: Flask, company: int, clock: FrozenClock) -> None:
    with learn(app).database.writing() as session:
        batch = _upload(
            session, company, clock,
            ["姓名", "工号", "手机", "部门", "岗位"],
            ["张三", "1", "", "", ""], ["李四", "1", "", "", ""],
            ["王五", "2", "", "", "电工"], ["王五", "2", "", "", "焊工"],
            ["王芳", "", "", "一车间", ""], ["王芳", "", "", "一车间", ""],
            ["赵六", "", "13800000001", "", ""], ["赵六", "", "13800000001", "", ""],
        )  # fmt: skip
        assert _outcomes(session, batch) == [
            "refused", "refused", "doubtful", "doubtful", "new", "doubtful", "new", "duplicate",
        ]  # fmt: skip
        rows = rosters.rows_of(session, batch)
        assert [row.data["may_be_new"] for row in rows[2:4]] == [True, True]
        both = {rows[2].id: "new", rows[3].id: "new"}
        rosters.decide(session, batch, both, create_units=True, reach=EVERYWHERE)
        _apply(session, batch, clock)
        assert _outcomes(session, batch)[2:4] == ["new", "doubtful"]
        assert session.scalar(select(func.count(Person.id)).where(Person.name == "王五")) == 1


def test_a_row_without_number_asks_where_another_of_its_name_and_unit_has_one(
    app: Flask, company: int, clock: FrozenClock
) -> None:
    with learn(app).database.writing() as session:
        rows = (["张三", "", "一车间"], ["张三", "1", "一车间"], ["张三", "", "二车间"])
        batch = _upload(session, company, clock, ["姓名", "工号", "部门"], *rows)
        assert _outcomes(session, batch) == ["doubtful", "new", "new"]
        asked = rosters.rows_of(session, batch)[0]
        assert [(one["code"], one["params"]) for one in asked.problems] == [("roster.doubt_twice_in_file", {"row": 3})]
        assert asked.data["may_be_new"]
        _apply(session, batch, clock)
        assert _outcomes(session, batch) == ["doubtful", "new", "new"]


def test_a_row_without_unit_goes_into_the_chosen_one_and_says_so(app: Flask, company: int, clock: FrozenClock) -> None:
    with learn(app).database.writing() as session:
        batch = _upload(session, company, clock, ["姓名", "部门"], ["张三", ""], ["李四", "一车间"])
        first, second = rosters.rows_of(session, batch)
        assert [(one["code"], one["params"]) for one in first.problems] == [("roster.unit_chosen", {"unit": "甲公司"})]
        assert first.data["unit_label"] == "本市 / 甲公司"
        assert second.problems == []


def test_a_phone_that_two_people_have_is_told_and_goes_in(app: Flask, company: int, clock: FrozenClock) -> None:
    head, shared = ["姓名", "工号", "手机"], "13800000001"
    with learn(app).database.writing() as session:
        _apply(session, _upload(session, company, clock, head, ["旧人", "1", "13800000009"]), clock)
        batch = _upload(
            session, company, clock, head, ["张三", "2", shared], ["李四", "3", shared], ["王五", "4", "13800000002"],
            ["旧人", "1", "13800000009"], ["赵六", "5", "13800000009"], ["王五", "4", "13800000002"],
        )  # fmt: skip
        said = [
            [(one["code"], one["params"].get("other"), one["params"].get("row")) for one in row.problems
             if "phone" in one["code"]]
            for row in rosters.rows_of(session, batch)
        ]  # fmt: skip
        assert said == [
            [("roster.phone_of_row", "李四", 3)], [("roster.phone_of_row", "张三", 2)], [],
            [("roster.phone_of_row", "赵六", 6)], [("roster.phone_of_row", "旧人", 5)], [],
        ]  # fmt: skip
        assert batch.counts["shared_phones"] == [2, 3, 5, 6]
        assert _outcomes(session, batch) == ["new", "new", "new", "same", "new", "duplicate"]
        later = _upload(session, company, clock, head, ["孙七", "6", "13800000009"], ["旧人", "1", "13800000003"])
        assert later.counts["shared_phones"] == []  # whose it was gets another in the same file
        alone = _upload(session, company, clock, head, ["孙七", "6", "13800000009"])
        told = [(one["code"], one["params"]) for one in rosters.rows_of(session, alone)[0].problems]
        assert ("roster.phone_of_known", {"other": "旧人", "phone": "13800000009"}) in told
        elsewhere = session.scalars(select(Unit).where(Unit.name == "乙公司")).one()
        other = _upload(session, elsewhere.id, clock, head, ["孙七", "6", "13800000009"],
                        reach=Reach(paths=(elsewhere.path,)))  # fmt: skip
        assert other.counts["shared_phones"] == []  # of people beyond reach nothing is said
        assert _apply(session, batch, clock)
        assert len(session.scalars(select(Person).where(Person.phone == shared)).all()) == 2


def test_units_that_are_elsewhere_already_are_named(app: Flask, company: int, clock: FrozenClock) -> None:
    with learn(app).database.writing() as session:
        other = session.scalars(select(Unit).where(Unit.name == "乙公司")).one()
        people.add_unit(session, "二车间", parent=other, now=clock())
        rows = (["姓名", "单位"], ["张三", "乙公司/三车间"], ["李四", "丙公司"], ["王五", "二车间"])
        batch = _upload(session, company, clock, *rows)
        assert batch.counts["elsewhere"] == [{"name": "乙公司", "there": ["本市 / 乙公司"]}]
        within = Reach(paths=(session.get_one(Unit, company).path,))
        assert _upload(session, company, clock, *rows, reach=within).counts["elsewhere"] == []
        city = session.get_one(Unit, company).parent_id
        assert city is not None
        assert _upload(session, city, clock, *rows).counts["elsewhere"] == []


def test_people_beyond_reach_are_neither_shown_nor_changed(app: Flask, company: int, clock: FrozenClock) -> None:
    with learn(app).database.writing() as session:
        other = session.scalars(select(Unit).where(Unit.name == "乙公司")).one()
        people.add_person(session, "张三", now=clock(), unit=other, staff_number="1", phone="13800000001")
        reach = Reach(paths=(session.get_one(Unit, company).path,))
        before = dump(session)
        batch = _upload(session, company, clock, ["姓名", "工号", "手机"], ["张三", "1", "139"], ["张三", "01", ""],
                        ["李四", "1", ""], reach=reach)  # fmt: skip
        assert _outcomes(session, batch) == ["refused"] * 3
        assert all(row.data["candidates"] == [] for row in rosters.rows_of(session, batch))
        rosters.apply(session, batch, actor=None, reach=reach, now=clock())
        assert dump(session) == before
        with pytest.raises(Problem, match=r"roster.unknown"):
            rosters.find(session, batch.key, reach=Reach(paths=(other.path,)))


@pytest.mark.parametrize(
    ("said", "kept"),
    [("2026-02-03", "2026-02-03"), ("2026年2月3日", "2026-02-03"), ("20260203", "2026-02-03"),
     ("2026.2.3", "2026-02-03"), ("2026-02-03 00:00:00", "2026-02-03"), ("2026年2月", ""),
     ("3026-02-03", ""), ("无", "")],
)  # fmt: skip
def test_a_day_of_entry_is_a_whole_day(said: str, kept: str) -> None:
    [row] = _read(["姓名", "入厂日期"], ["张三", said])
    assert row.hired_on == kept
    assert [one.code for one in row.warnings] == ([] if kept or said == "无" else ["roster.not_understood"])


def test_a_day_of_entry_is_kept_changed_and_taken_back(app: Flask, company: int, clock: FrozenClock) -> None:
    def hired_on(session: Session) -> date | None:
        return session.scalars(select(Person.hired_on).where(Person.name == "张三")).one()

    with learn(app).database.writing() as session:
        first = _upload(session, company, clock, ["姓名", "工号", "入职时间"], ["张三", "1", "2019-07-01"])
        _apply(session, first, clock)
        assert hired_on(session) == date(2019, 7, 1)
        batch = _upload(session, company, clock, ["姓名", "工号", "入职时间"], ["张三", "1", "2019-07-02"])
        _apply(session, batch, clock)
        assert _outcomes(session, batch) == ["changed"]
        assert hired_on(session) == date(2019, 7, 2)
        again = _upload(session, company, clock, ["姓名", "工号", "入职时间"], ["张三", "1", ""])
        assert _outcomes(session, again) == ["same"]
        roster_undo.undo(session, batch, actor=None, now=clock())
        assert hired_on(session) == date(2019, 7, 1)


def test_the_first_administrator_is_asked_about_and_moves_into_the_roster(
    app: Flask, company: int, clock: FrozenClock
) -> None:
    rows = (["姓名", "工号"], ["王主任", "7"])
    with learn(app).database.writing() as session:
        admin = signing_in.create_admin(session, name="王主任", username="wang", password_hash="x", now=clock())
        batch = _upload(session, company, clock, *rows)
        [row] = rosters.rows_of(session, batch)
        assert row.outcome is RowOutcome.DOUBTFUL
        assert [one["code"] for one in row.problems][-1] == "roster.doubt_name_no_unit"
        assert [one["id"] for one in row.data["candidates"]] == [admin.id]
        rosters.decide(session, batch, {row.id: f"same:{admin.id}"}, create_units=True, reach=EVERYWHERE)
        _apply(session, batch, clock)
        found = session.scalars(select(Person).where(Person.name == "王主任")).one()
        assert (found.id, found.staff_number, found.username) == (admin.id, "7", "wang")
        assert people.unit_of_the_day(session, admin.id, at=clock()).names == "本市 / 甲公司"
        roster_undo.undo(session, batch, actor=None, now=clock())
        assert people.unit_of_the_day(session, admin.id, at=clock()).unit_id is None
        assert (admin.top_unit_id, admin.staff_number) == (None, None)


def test_who_manages_one_unit_is_not_asked_about_people_without_one(
    app: Flask, company: int, clock: FrozenClock
) -> None:
    with learn(app).database.writing() as session:
        signing_in.create_admin(session, name="王主任", username="wang", password_hash="x", now=clock())
        path = session.get_one(Unit, company).path
        batch = _upload(session, company, clock, ["姓名", "工号"], ["王主任", "7"], reach=Reach(paths=(path,)))
        assert _outcomes(session, batch) == ["new"]


def test_a_preview_that_no_longer_holds_is_shown_again(app: Flask, company: int, clock: FrozenClock) -> None:
    with learn(app).database.writing() as session:
        batch = _upload(session, company, clock, ["姓名", "工号"], ["张三", "1"])
        people.add_person(session, "张三", now=clock(), unit=session.get_one(Unit, company), staff_number="1")
        assert not _apply(session, batch, clock)
        assert _outcomes(session, batch) == ["same"]
        assert _apply(session, batch, clock)
        with pytest.raises(Problem, match=r"roster.applied_already"):
            _apply(session, batch, clock)


def test_disabled_people_are_left_alone(app: Flask, company: int, clock: FrozenClock) -> None:
    with learn(app).database.writing() as session:
        gone = people.add_person(session, "张三", now=clock(), unit=session.get_one(Unit, company), staff_number="1")
        gone.disabled_at = clock()
        batch = _upload(session, company, clock, ["姓名", "工号"], ["张三", "1"])
        assert _outcomes(session, batch) == ["refused"]
        assert batch.counts["absent"] == 0


def test_a_broader_unit_moves_nobody(app: Flask, company: int, clock: FrozenClock) -> None:
    with learn(app).database.writing() as session:
        workshop = session.scalars(select(Unit).where(Unit.name == "一车间")).one()
        people.add_person(session, "张三", now=clock(), unit=workshop, staff_number="1")
        batch = _upload(session, company, clock, ["姓名", "工号", "单位"], ["张三", "1", "甲公司"])
        assert _outcomes(session, batch) == ["same"]


# Undoing.


def _use_attempt(session: Session, person: Person, clock: FrozenClock) -> None:
    session.add(Grant(person_id=person.id, role=Role.HR, granted_at=clock()))


def _use_password(session: Session, person: Person, clock: FrozenClock) -> None:
    person.password_hash = "x"


def _use_phone(session: Session, person: Person, clock: FrozenClock) -> None:
    person.phone = "13900000000"


def _use_move(session: Session, person: Person, clock: FrozenClock) -> None:
    people.move_person(session, person, session.scalars(select(Unit).where(Unit.name == "乙公司")).one(), now=clock())


def _use_unit(session: Session, person: Person, clock: FrozenClock) -> None:
    made = session.scalars(select(Unit).where(Unit.name == "二车间")).one()
    people.add_person(session, "后来", now=clock(), unit=made)


@pytest.mark.parametrize(
    "use, code",
    [
        (_use_attempt, "grant"),
        (_use_password, "changed"),
        (_use_phone, "changed"),
        (_use_move, "moved"),
        (_use_unit, "unit_used"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_used_stands_in_the_way_of_undoing(
    app: Flask, company: int, clock: FrozenClock, use: Any, code: str
) -> None:
    with learn(app).database.writing() as session:
        batch = _upload(session, company, clock, ["姓名", "工号", "部门"], ["张三", "1", "二车间"])
        _apply(session, batch, clock)
        clock.advance(hours=1)
        use(session, session.scalars(select(Person).where(Person.staff_number == "1")).one(), clock)
        session.flush()
        assert code in [one.code for one in roster_undo.obstacles(session, batch)]
        before = dump(session)
        with pytest.raises(Problem, match=r"roster.in_use"):
            roster_undo.undo(session, batch, actor=None, now=clock())
        assert dump(session) == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_programmes_that_new_people_were_given_go_with_them_until_something_was_done(
    app: Flask, company: int, clock: FrozenClock
) -> None:
    zone = learn(app).zone
    with learn(app).database.writing() as session:
        given_programme(session, session.get_one(Unit, company), now=clock())
        hr = people.add_person(session, "人事", now=clock(), username="hr")
        before = dump(session)
        batch = _upload(session, company, clock, ["姓名", "工号"], ["张三", "001"])
        _apply(session, batch, clock)
        assert programme_members.sync_people(session, rosters.people_of(session, batch), now=clock(), zone=zone) == 1
        turn = session.scalars(select(ProgrammeMember)).one()
        exempt = ProgrammeExemption(member_id=turn.id, reason="Ill", actor_id=hr.id, at=clock())
        session.add(exempt)
        session.flush()
        assert [one.code for one in roster_undo.obstacles(session, batch)] == ["programme_exemption"]
        session.delete(exempt)
        session.flush()
        roster_undo.undo(session, batch, actor=hr, now=clock())
        assert dump(session) == before


def test_sign_in_links_are_new_each_time_and_go_with_the_people(app: Flask, company: int, clock: FrozenClock) -> None:
    with learn(app).database.writing() as session:
        hr = people.add_person(session, "人事", now=clock(), username="hr")
        before = dump(session)
        batch = _upload(session, company, clock, ["姓名", "工号"], ["张三", "001"], ["李四", "002"])
        _apply(session, batch, clock)
        first = rosters.sign_in_links(session, batch, actor=hr, reach=EVERYWHERE, now=clock())
        second = rosters.sign_in_links(session, batch, actor=hr, reach=EVERYWHERE, now=clock())
        assert [(one.name, one.staff_number, one.unit) for one in second] == [
            ("张三", "001", "本市 / 甲公司"), ("李四", "002", "本市 / 甲公司"),
        ]  # fmt: skip
        assert {one.token for one in first}.isdisjoint(one.token for one in second)
        assert session.scalar(select(func.count(OneTimeLink.id))) == 2
        roster_undo.undo(session, batch, actor=hr, now=clock())
        assert dump(session) == before
        actions = list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
        assert actions == ["roster.imported", "roster.sign_in_links", "roster.sign_in_links", "roster.undone"]


# The command.


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_command_counts_and_says_what_stays_out(app: Flask, company: int, tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    run = app.test_cli_runner().invoke
    path.write_bytes(workbook(["姓名", "工号", "电话"], ["张三", "1", ""], ["", "2", ""], ["李四", "3", "x"]))
    result = run(args=["suyu", "import-roster", str(path), "--unit", "甲公司", "--json"])
    said = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (said["read"], said["created"], said["updated"]) == (3, 1, 0)
    assert [(one["sheet"], one["row"], one["column"], one["code"]) for one in said["errors"]] == [
        ("名册", 3, "姓名", "roster.name_missing"), ("名册", 4, "电话", "roster.phone"),
    ]  # fmt: skip
    path.write_bytes(workbook(["姓名", "工号"], ["张三", "1"]))
    assert run(args=["suyu", "import-roster", str(path), "--unit", "甲公司"]).exit_code == 0
    path.write_bytes(b"PK nothing")
    result = run(args=["suyu", "import-roster", str(path), "--json"])
    assert result.exit_code == 2
    assert (json.loads(result.stdout)["read"], len(json.loads(result.stdout)["errors"])) == (1, 1)


def test_outcomes_are_all_told() -> None:
    from suyu_learn.web.roster_pages import _OUTCOMES

    assert set(_OUTCOMES) == set(RowOutcome)
