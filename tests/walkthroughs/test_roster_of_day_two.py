"""The second roster of a known company: nobody is overwritten, doubtful rows ask, one click undoes all."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.models import Import, ImportRow, ImportState, Membership, Person, RowOutcome, Unit
from suyu_learn.services import people, roster_undo, rosters, units
from suyu_learn.services.grants import Reach
from tests.clock import FrozenClock
from tests.factories import learn
from tests.rosters import dump, workbook

EVERYWHERE = Reach(everywhere=True)
HEADER = ["姓名", "工号", "手机号", "单位", "部门", "岗位", "人群"]

ROWS = {
    "same": ["张 三", "００１２３", 13800000001, "甲公司", "一车间", "", ""],
    "changed phone": ["李四", "00124", "138-0000-9999", "甲公司", "一车间", "质检员", "工人"],
    "number lost its zeros": ["王五", 125, "", "甲公司", "一车间", "", ""],
    "moved": ["赵六", "00126", "", "甲公司", "二车间", "", ""],
    "under the former name of the unit": ["钱七", "00127", "", "甲公司", "老车间", "", ""],
    "two of one name": ["王芳", "", "", "甲公司", "一车间", "", ""],
    "number of another": ["孙八", "00128", "", "甲公司", "一车间", "", ""],
    "known by phone alone": ["吴十", "", "13800000010", "甲公司", "一车间", "", ""],
    "newcomer": ["郑一", "00200", "", "甲公司", "一车间", "", ""],
    "newcomer in a new unit": ["冯二", "00201", "", "甲公司", "三车间/甲班", "", ""],
    "newcomer again": ["冯二", "00201", "", "甲公司", "三车间/甲班", "", ""],
    "no name": ["", "00202", "", "甲公司", "", "", ""],
    "not a phone": ["陈三", "00203", "1.38E+10", "甲公司", "", "", ""],
    "by name and unit": ["周九", "", "", "甲公司", "一车间", "电工", ""],
}
FIRST_ROW = 3


@pytest.fixture
def day_one(app: Flask, clock: FrozenClock) -> dict[str, int]:
    """A company with two workshops and the people of the first roster."""
    with learn(app).database.writing() as session:
        people.install_audiences(session)
        city = people.add_unit(session, "本市", parent=None, now=clock())
        company = people.add_unit(session, "甲公司", parent=city, now=clock())
        one = people.add_unit(session, "一车间", parent=company, now=clock())
        two = people.add_unit(session, "老车间", parent=company, now=clock())
        units.rename(session, two, "二车间", actor=None, now=clock())
        for name, number, phone in [
            ("张三", "00123", "13800000001"), ("李四", "00124", "13800000002"), ("王五", "00125", None),
            ("赵六", "00126", None), ("王芳", None, None), ("王芳", None, None), ("周八", "00128", None),
            ("周九", None, None), ("吴十", None, "13800000010"), ("不在名册", "00129", None),
        ]:  # fmt: skip
            people.add_person(session, name, now=clock(), unit=one, staff_number=number, phone=phone)
        people.add_person(session, "钱七", now=clock(), unit=two, staff_number="00127")
        clock.advance(days=1)
        return {"city": city.id, "company": company.id, "one": one.id, "two": two.id}


def _content() -> bytes:
    return workbook(["甲公司职工名册"], HEADER, *ROWS.values())


def _upload(session: Session, ids: dict[str, int], clock: FrozenClock, content: bytes = b"") -> Import:
    target = session.get_one(Unit, ids["company"])
    return rosters.upload(
        session, content or _content(), "名册.xlsx", target=target, actor=None, reach=EVERYWHERE, now=clock()
    )


def _rows(session: Session, batch: Import) -> dict[str, ImportRow]:
    found = {row.row: row for row in rosters.rows_of(session, batch)}
    return {name: found[number] for number, name in enumerate(ROWS, start=FIRST_ROW)}


def test_the_preview_tells_every_case_and_touches_nobody(
    app: Flask, day_one: dict[str, int], clock: FrozenClock
) -> None:
    with learn(app).database.writing() as session:
        before = dump(session)
        batch = _upload(session, day_one, clock)
        assert dump(session) == before
        rows = _rows(session, batch)
        assert {name: row.outcome.value for name, row in rows.items()} == {
            "same": "same",
            "changed phone": "changed",
            "number lost its zeros": "doubtful",
            "moved": "changed",
            "under the former name of the unit": "same",
            "two of one name": "doubtful",
            "number of another": "doubtful",
            "known by phone alone": "same",
            "newcomer": "new",
            "newcomer in a new unit": "new",
            "newcomer again": "duplicate",
            "no name": "refused",
            "not a phone": "refused",
            "by name and unit": "changed",
        }
        assert rows["changed phone"].data["changes"] == {
            "phone": ["13800000002", "13800009999"], "job": [None, "质检员"], "audiences": [[], ["workers"]],
        }  # fmt: skip
        assert rows["moved"].data["changes"] == {"unit": ["本市 / 甲公司 / 一车间", "本市 / 甲公司 / 二车间"]}
        assert [one["name"] for one in rows["two of one name"].data["candidates"]] == ["王芳", "王芳"]
        assert [one["code"] for one in rows["number of another"].problems] == ["roster.doubt_number_other_name"]
        assert [(one["code"], one["column"]) for one in rows["not a phone"].problems] == [("roster.phone", "手机号")]
        assert batch.counts["new_units"] == [{"label": "本市 / 甲公司 / 三车间 / 甲班", "rows": 2}]
        assert batch.counts["absent"] == 1


def test_unanswered_rows_stay_out_and_one_click_undoes_all(
    app: Flask, day_one: dict[str, int], clock: FrozenClock
) -> None:
    database = learn(app).database
    with database.writing() as session:
        before = dump(session)
        key = _upload(session, day_one, clock).key
    with database.writing() as session:
        batch = rosters.find(session, key, reach=EVERYWHERE)
        assert rosters.apply(session, batch, actor=None, reach=EVERYWHERE, now=clock())
    with database.reading() as session:
        batch = rosters.find(session, key, reach=EVERYWHERE)
        assert batch.state is ImportState.DONE
        by_number = {person.staff_number: person for person in session.scalars(select(Person))}
        assert "125" not in by_number
        assert by_number["00128"].name == "周八"
        assert by_number["00124"].phone == "13800009999"
        assert by_number["00201"].name == "冯二"
        names = {row.data["name"] for row in rosters.left_out(session, batch)}
        assert names == {"王五", "王芳", "孙八", "", "陈三"}
        history = session.scalars(select(Membership).where(Membership.person_id == by_number["00126"].id)).all()
        assert [(one.unit_id, one.until) for one in history] == [(day_one["one"], clock()), (day_one["two"], None)]
    clock.advance(hours=1)
    with database.writing() as session:
        batch = rosters.find(session, key, reach=EVERYWHERE)
        assert roster_undo.obstacles(session, batch) == []
        roster_undo.undo(session, batch, actor=None, now=clock())
    with database.reading() as session:
        assert dump(session) == before
        assert rosters.find(session, key, reach=EVERYWHERE).state is ImportState.UNDONE


def test_answers_settle_doubtful_rows(app: Flask, day_one: dict[str, int], clock: FrozenClock) -> None:
    database = learn(app).database
    with database.writing() as session:
        before = dump(session)
        batch = _upload(session, day_one, clock)
        rows = _rows(session, batch)
        fang = rows["two of one name"].data["candidates"][1]["id"]
        wu = rows["number lost its zeros"].data["candidates"][0]["id"]
        answers = {
            rows["two of one name"].id: f"same:{fang}",
            rows["number lost its zeros"].id: f"same:{wu}",
            rows["number of another"].id: "new",  # the number is taken, so this cannot be chosen
        }
        rosters.decide(session, batch, answers, create_units=True, reach=EVERYWHERE)
        assert rosters.undecided(session, batch) == 1
        assert rosters.apply(session, batch, actor=None, reach=EVERYWHERE, now=clock())
    with database.writing() as session:
        assert session.get_one(Person, wu).staff_number == "00125"
        rows = _rows(session, rosters.find(session, batch.key, reach=EVERYWHERE))
        assert rows["two of one name"].outcome is RowOutcome.SAME
        assert rows["number of another"].outcome is RowOutcome.DOUBTFUL
        roster_undo.undo(session, rosters.find(session, batch.key, reach=EVERYWHERE), actor=None, now=clock())
        assert dump(session) == before


def test_importing_the_same_file_again_changes_nothing(app: Flask, day_one: dict[str, int], clock: FrozenClock) -> None:
    with learn(app).database.writing() as session:
        rosters.apply(session, _upload(session, day_one, clock), actor=None, reach=EVERYWHERE, now=clock())
        before = dump(session)
        again = _upload(session, day_one, clock)
        assert (again.counts["new"], again.counts["changed"]) == (0, 0)
        rosters.apply(session, again, actor=None, reach=EVERYWHERE, now=clock())
        assert dump(session) == before
