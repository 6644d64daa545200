"""Rosters on pages: preview, questions, apply, undo; and who may."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from suyu_learn.content.formats.sheets import read_sheets
from suyu_learn.models import AuditEntry, Grant, Import, Person, ProgrammeMember, Role, Unit
from suyu_learn.services import people
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import given_programme, learn, learner, manager
from tests.rosters import dump, workbook

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def company(app: Flask, clock: FrozenClock) -> int:
    """A company with an HR officer `hr`, another one with `stranger`, and a learner `lin`."""
    with learn(app).database.writing() as session:
        people.install_audiences(session)
        city = people.add_unit(session, "Pine City", parent=None, now=clock())
        for name, username in (("Oak Works", "hr"), ("Elm Works", "stranger")):
            unit = people.add_unit(session, name, parent=city, now=clock())
            officer = learner(session, now=clock(), name=f"Officer of {name}", unit=unit, username=username)
            session.add(Grant(person_id=officer.id, role=Role.UNIT_MANAGER, unit_id=unit.id, granted_at=clock()))
        unit = session.scalars(select(Unit).where(Unit.name == "Oak Works")).one()
        learner(session, now=clock(), unit=unit, username="lin")
        people.add_person(session, "王芳", now=clock(), unit=unit, staff_number="0012")
        return unit.id


def _upload(visitor: Visitor, unit: int, content: bytes, name: str = "名册.xlsx") -> int:
    visitor.get("/manage/imports/roster")
    return visitor.post(
        "/manage/imports/roster", unit=str(unit), encoding="", file=(io.BytesIO(content), name)
    ).status_code


def _key(visitor: Visitor) -> str:
    found = re.search(r"/manage/imports/([\w-]{22})/", visitor.text)
    assert found
    return found.group(1)


def test_a_roster_from_upload_to_undo(app: Flask, company: int) -> None:
    with learn(app).database.writing() as session:
        given_programme(session, session.get_one(Unit, company), now=learn(app).now())
        before = dump(session)
    hr = Visitor(app).sign_in("hr")
    content = workbook(["姓名", "工号", "部门"], ["新人", "7", "新车间"], ["王芳", 12, ""], ["", "9", ""])
    assert _upload(hr, company, content) == 200
    assert "This is a preview" in hr.words
    assert "differs from a known one only by zeros" in hr.words
    key = _key(hr)
    choice = re.search(r'name="(row-\d+)".*?value="(same:\d+)"', hr.text, re.S)
    assert choice
    hr.get(f"/manage/imports/{key}?show=new")
    assert "Pine City / Oak Works / 新车间 (1 person)" in hr.words
    hr.post(f"/manage/imports/{key}", do="apply", units_shown="1", create_units="1", **{choice[1]: choice[2]})
    assert "The roster is in." in hr.words
    with learn(app).database.reading() as session:
        given = select(Person.name).join(ProgrammeMember, ProgrammeMember.person_id == Person.id)
        assert "新人" in session.scalars(given).all()
    rows = read_sheets(hr.get(f"/manage/imports/{key}/left-out.xlsx").data, "a.xlsx")[0].rows
    assert rows[1] == ("", "9", "", "4", "姓名: The name is missing. Every person needs one.")
    hr.get(f"/manage/imports/{key}")
    rows = read_sheets(hr.post(f"/manage/imports/{key}/sign-in.xlsx").data, "a.xlsx")[0].rows
    assert [row[:3] for row in rows[1:]] == [("新人", "7", "Pine City / Oak Works / 新车间")]
    assert re.fullmatch(r"http://[^/]+/password/[\w-]{32}", rows[1][3])
    hr.get(f"/manage/imports/{key}")
    hr.post(f"/manage/imports/{key}/undo")
    assert "people and units are as they were" in hr.words
    assert "Taken back" in hr.get("/manage/imports").text
    with learn(app).database.reading() as session:
        assert dump(session) == before
        assert session.scalars(select(AuditEntry.action)).all() == [
            "roster.imported", "roster.left_out_exported", "roster.sign_in_links", "roster.undone",
        ]  # fmt: skip


def test_the_preview_shows_all_that_goes_in_and_in_words(app: Flask, company: int) -> None:
    hr = Visitor(app).sign_in("hr")
    heading = ["姓名", "工号", "手机号", "岗位", "性别", "出生年份", "学历", "城乡", "人群"]
    _upload(hr, company, workbook(heading, ["新人", "7", "13800000001", "焊工", "女", "1990", "大专", "农村", "工人"],
                                  ["王芳", "0012", "", "会计", "女", "", "", "", ""]))  # fmt: skip
    hr.get(f"/manage/imports/{_key(hr)}?show=new")
    for said in ("Staff number: 7", "Phone: 13800000001", "Job: 焊工", "Sex: Female", "Birth year: 1990",
                 "Schooling: College", "Residence: In the country", "Audiences: + Workers"):  # fmt: skip
        assert said in hr.words
    hr.get(f"/manage/imports/{_key(hr)}?show=changed")
    assert "Job: 会计" in hr.words
    assert "Sex: Female" in hr.words


def test_odd_phones_are_named_before_they_go_in(app: Flask, company: int) -> None:
    hr = Visitor(app).sign_in("hr")
    content = workbook(["姓名", "手机号"], ["新人", "13800000001"], ["短号", "1380000000"], ["长号", "138000000012"])
    _upload(hr, company, content)
    assert "2 phone numbers look wrong; look at rows 3, 4. They go in as they stand." in hr.words
    assert "“1380000000” has 10 digits; a mobile number has 11 and begins with 1." in hr.words


def test_two_people_with_one_phone_are_named_before_they_go_in(app: Flask, company: int) -> None:
    hr = Visitor(app).sign_in("hr")
    _upload(hr, company, workbook(["姓名", "手机号"], ["张三", "13800000001"], ["李四", "13800000001"]))
    assert "In 2 rows the phone number is somebody else's too; look at rows 2, 3. They go in as they stand." in hr.words
    hr.get(f"/manage/imports/{_key(hr)}?show=new")
    assert "张三 and 李四 in row 3 have the same phone 13800000001." in hr.words


def test_a_unit_that_is_elsewhere_is_named_before_a_twin_is_made(app: Flask, company: int, clock: FrozenClock) -> None:
    with learn(app).database.writing() as session:
        officer = session.scalars(select(Person).where(Person.username == "hr")).one()
        city = session.scalars(select(Unit).where(Unit.name == "Pine City")).one()
        session.add(Grant(person_id=officer.id, role=Role.HR, unit_id=city.id, granted_at=clock()))
    hr = Visitor(app).sign_in("hr")
    _upload(hr, company, workbook(["姓名", "单位"], ["新人", "Elm Works"], ["无单位", ""]))
    assert (
        "“Elm Works” is missing below Oak Works and would be made anew, but there is Pine City / Elm Works" in hr.words
    )
    hr.get(f"/manage/imports/{_key(hr)}?show=new")
    assert "The row names no unit: Oak Works is taken" in hr.words


def test_without_any_unit_the_way_to_the_first_one_is_shown(app: Flask, clock: FrozenClock) -> None:
    with learn(app).database.writing() as session:
        name = manager(session, Role.ADMIN, None, now=clock()).username
    boss = Visitor(app).sign_in(str(name))
    boss.get("/manage/imports/roster")
    assert "There is no unit yet that people could belong to." in boss.words
    assert 'href="/manage/units/new"' in boss.text
    assert 'type="file"' not in boss.text
    boss.post("/manage/units/new", name="松原市", kind="other", parent_id="")
    boss.get("/manage/imports/roster")
    assert 'type="file"' in boss.text


def test_a_preview_can_be_discarded(app: Flask, company: int) -> None:
    hr = Visitor(app).sign_in("hr")
    _upload(hr, company, "姓名,工号\n新人,7".encode("gb18030"), "名册.csv")
    hr.post(f"/manage/imports/{_key(hr)}/discard")
    assert "nobody was changed" in hr.words
    with learn(app).database.reading() as session:
        assert session.scalar(select(func.count(Import.id))) == 0
        assert session.scalar(select(func.count(Person.id)).where(Person.name == "新人")) == 0


@pytest.mark.parametrize(
    "content, name, said",
    [
        (b"", "", "Choose a file"),
        (b"a,b\n1,2", "a.csv", "No column for names was found"),
        (b"anything", "a.xls", "choose “Save as”"),
        (b"PK anything", "a.xlsx", "damaged"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_beside_the_field(
    app: Flask, company: int, content: bytes, name: str, said: str
) -> None:
    hr = Visitor(app).sign_in("hr")
    assert _upload(hr, company, content, name) == 422
    assert said in hr.words


def test_others_neither_see_nor_touch_it(app: Flask, company: int) -> None:
    hr = Visitor(app).sign_in("hr")
    _upload(hr, company, workbook(["姓名"], ["新人"]))
    path = f"/manage/imports/{_key(hr)}"
    stranger = Visitor(app, address="10.1.1.2").sign_in("stranger")
    assert stranger.get(path).status_code == 404
    assert stranger.get(path + "/left-out.xlsx").status_code == 404
    for action in ("", "/undo", "/discard", "/sign-in.xlsx"):
        assert stranger.post(path + action, do="apply").status_code == 404
    assert "名册" not in stranger.get("/manage/imports").text
    assert _upload(stranger, company, workbook(["姓名"], ["新人"])) == 422
    assert "Choose the unit" in stranger.words
    lin = Visitor(app, address="10.1.1.3").sign_in("lin")
    assert lin.get("/manage/imports/roster").status_code == 403
    assert lin.get(path).status_code == 403


def test_the_empty_table_is_understood(app: Flask, company: int) -> None:
    hr = Visitor(app).sign_in("hr")
    empty = hr.get("/manage/imports/roster/template.xlsx").data
    assert [one.name for one in read_sheets(empty, "roster.xlsx")] == ["Rosters"]
    assert _upload(hr, company, empty) == 200
    assert "is not read" not in hr.words
