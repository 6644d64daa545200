"""HR's list of records: every status, what page and files have in common, kept views, changes, and the log."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.models import (
    Assignment,
    Attempt,
    AuditEntry,
    Certificate,
    Completion,
    CompletionKind,
    Enrolment,
    Exam,
    Import,
    Membership,
    PartKind,
    Person,
    ProgrammeExemption,
    ProgrammePart,
    ProgrammeStage,
    RecordView,
    Role,
    RosterChange,
    RosterChangeKind,
    RosterMember,
    Unit,
    new_key,
)
from suyu_learn.services import certificates, people, record_values, records
from suyu_learn.services.record_values import Asked, Said, What
from suyu_learn.web import exporting
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import given_programme, learn, manager, published_exam, stored_course

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Bureau:
    """A bureau whose people stand in each of the statuses: Done, Begun, Fresh, Late, Exempt, Failed, Missed, Void."""

    def __init__(self, app: Flask, clock: FrozenClock) -> None:
        self.app, self.clock = app, clock
        now = clock()
        with learn(app).database.writing() as session:
            people.install_audiences(session)
            city = people.add_unit(session, "Pine City", parent=None, now=now - timedelta(days=400))
            unit = people.add_unit(session, "Bureau", parent=city, now=now - timedelta(days=400))
            away = people.add_unit(session, "Elsewhere", parent=city, now=now - timedelta(days=400))
            self.unit, self.away = unit.id, away.id
            who = {
                name: people.add_person(session, name, now=now - timedelta(days=300), unit=unit,
                                        staff_number=f"00{place}", phone=f"1380000000{place}", audiences=["workers"])
                for place, name in enumerate(("Done", "Begun", "Fresh", "Late", "Exempt", "Failed", "Missed", "Void"))
            }  # fmt: skip
            course = stored_course(session, now=now - timedelta(days=200))
            given = given_programme(session, unit, now=now - timedelta(days=100), hours=Decimal(3))
            stage = ProgrammeStage(programme_id=given.programme.id, position=1, title="One", hours=Decimal(2))
            session.add(stage)
            session.flush()
            session.add(ProgrammePart(stage_id=stage.id, position=1, kind=PartKind.COURSE, title="A course",
                                      course_id=course.id))  # fmt: skip
            self.programme = given.programme.id
            due = (now + timedelta(days=9)).date()
            for name, day in (("Begun", due), ("Fresh", due), ("Late", date(2026, 2, 1)), ("Exempt", due)):
                member = given.to(session, who[name], now=now - timedelta(days=90), due_on=day)
                if name == "Exempt":
                    session.add(ProgrammeExemption(member_id=member.id, reason="On leave", at=now))
            assert course.published_version_id is not None
            session.add(Enrolment(person_id=who["Begun"].id, course_id=course.id, started_at=now - timedelta(days=3),
                                  course_version_id=course.published_version_id))  # fmt: skip
            exam = published_exam(session, now=now - timedelta(days=20), unit=unit, opens_at=now - timedelta(days=20),
                                  closes_at=now - timedelta(days=10), title="Fire safety")  # fmt: skip
            exam.frozen_at = now - timedelta(days=20)
            self.exam = exam.id
            session.execute(delete(RosterMember))
            for name, points in (("Done", 90), ("Void", 80), ("Failed", 30), ("Missed", None)):
                session.add(RosterMember(exam_id=exam.id, person_id=who[name].id, unit_id=unit.id, unit_path=unit.path,
                                         unit_names="Pine City / Bureau"))  # fmt: skip
                if points is not None:
                    self._sit(session, exam, who[name], unit, points)
            fallen = session.scalars(select(Completion).where(Completion.person_id == who["Void"].id)).one()
            fallen.voided_at, fallen.void_reason = now - timedelta(days=1), "Wrong person"

    def _sit(self, session: Any, exam: Exam, person: Person, unit: Unit, points: int) -> None:
        at = self.clock() - timedelta(days=15)
        attempt = Attempt(
            key=f"a-{person.id}", exam_id=exam.id, person_id=person.id, number=1, started_at=at, deadline=at,
            closed_at=at, seed="s", state=AttemptState.SUBMITTED, points=points, full_points=100, passed=points >= 60,
            unit_id=unit.id, unit_path=unit.path, unit_names="Pine City / Bureau",
        )  # fmt: skip
        session.add(attempt)
        session.flush()
        if attempt.passed:
            records.complete_exam(session, attempt, now=at)

    def visitor(self, role: Role = Role.HR, unit: int | None = None) -> Visitor:
        with learn(self.app).database.writing() as session:
            at = session.get_one(Unit, unit) if unit else None
            home = session.get_one(Unit, self.away)  # where nobody is given a programme
            username = manager(session, role, at, now=self.clock(), home=home).username
        return Visitor(self.app).sign_in(str(username))

    def file(self, visitor: Visitor, form: str, query: dict[str, Any]) -> bytes:
        answer = visitor.client.post(
            "/manage/records/export", headers=visitor.headers,
            data={"csrf_token": visitor.token, "reason": "inspection", "format": form, **query},
        )  # fmt: skip
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.data


@pytest.fixture
def bureau(app: Flask, clock: FrozenClock) -> Bureau:
    return Bureau(app, clock)


def names(visitor: Visitor) -> list[str]:
    return re.findall(r'sl-record-name"><a href="[^"]+">([^<]+)', visitor.text)


STANDING = {
    "completed": ["Done"], "voided": ["Void"], "not_passed": ["Failed"], "absent": ["Missed"],
    "not_started": ["Fresh"], "overdue": ["Late"], "learning": ["Begun", "Begun"],
    "lacking": ["Late", "Begun", "Fresh"], "short": ["Late", "Begun", "Fresh"],
    "all": ["Done", "Begun", "Begun", "Fresh", "Late", "Failed", "Missed", "Void"],
}  # fmt: skip


def test_everybody_stands_where_they_stand(bureau: Bureau) -> None:
    visitor, elsewhere = bureau.visitor(), bureau.visitor(unit=bureau.away)
    for status, people_of in STANDING.items():
        visitor.get(f"/manage/records?status={status}")
        assert names(visitor) == people_of, status
        assert f"{len(people_of)} record" in visitor.words
        elsewhere.get(f"/manage/records?status={status}")
        assert names(elsewhere) == [], status


def test_who_lacks_what_by_when(bureau: Bureau) -> None:
    visitor = bureau.visitor()
    visitor.get(f"/manage/records?status=lacking&subject=programme:{bureau.programme}&until=2026-02-28")
    assert names(visitor) == ["Late"]
    assert "2026-02-01 3 A course Overdue" in visitor.words
    visitor.get("/manage/records?status=lacking&since=2026-03-01")
    assert names(visitor) == ["Begun", "Fresh"]


def _cells(visitor: Visitor) -> list[list[str]]:
    body = visitor.text.split("<tbody>", 1)[1].split("</tbody>", 1)[0] if "<tbody>" in visitor.text else ""
    return [
        [re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", body)
    ]


def test_the_columns_follow_the_status_until_somebody_chooses(bureau: Bureau) -> None:
    visitor = bureau.visitor()
    visitor.get("/manage/records")
    sent = "".join(f"&col={one}" for one in re.findall(r'name="col" value="(\w+)" checked', visitor.text))
    assert "completed" in sent
    visitor.get(f"/manage/records?status=lacking{sent}")
    assert {"due", "missing"} <= set(re.findall(r'name="col" value="(\w+)" checked', visitor.text))
    visitor.get(f"/manage/records?status=lacking{sent}&col=phone")
    assert "due" not in re.findall(r'name="col" value="(\w+)" checked', visitor.text)


FILTERS = ("", "&audience=farmers", "&subject=exam", "&unit={unit}", "&since=2026-02-01&until=2026-02-20")


def _queries(bureau: Bureau) -> Iterator[str]:
    for status in ("completed", "absent", "short", "all"):
        yield from (f"status={status}{more.format(unit=bureau.unit, away=bureau.away)}" for more in FILTERS)


def test_page_xlsx_and_csv_have_the_same_rows(bureau: Bureau) -> None:
    from python_calamine import CalamineWorkbook

    visitor = bureau.visitor()
    fields = ["number", "name", "staff_number", "phone", "title", "hours_short", "due", "missing", "result", "status"]
    columns = "".join(f"&col={one}" for one in fields)
    some = 0
    for query in _queries(bureau):
        visitor.get(f"/manage/records?{query}{columns}")
        shown = _cells(visitor)
        some += bool(shown)
        asked = {name: value for name, _equals, value in (part.partition("=") for part in query.split("&"))}
        text = bureau.file(visitor, "csv", {**asked, "col": fields}).decode("utf-8-sig")
        written = list(csv.reader(io.StringIO(text)))[1:]
        assert written == shown, query
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(bureau.file(visitor, "xlsx", {**asked, "col": fields})))
        rows = sheet.get_sheet_by_index(0).to_python()[1:]
        assert [[_text(cell) for cell in row] for row in rows] == shown, query
    assert some > 10


def _text(cell: Any) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell == int(cell) else str(cell)


def test_a_workbook_has_text_cells_and_no_formula(bureau: Bureau) -> None:
    with learn(bureau.app).database.writing() as session:
        session.scalars(select(Person).where(Person.name == "Done")).one().name = "=1+1"
    archive = zipfile.ZipFile(io.BytesIO(bureau.file(bureau.visitor(), "xlsx", {"status": "all"})))
    sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert re.search(r'<c r="C2"[^>]* t="(s|inlineStr)"', sheet)  # a staff number is text


def test_a_workbook_that_would_be_too_long_says_so(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(exporting.MOST_ROWS, "xlsx", 3)
    visitor = bureau.visitor()
    answer = visitor.client.post(
        "/manage/records/export", headers=visitor.headers,
        data={"csrf_token": visitor.token, "reason": "inspection", "format": "xlsx", "status": "all"},
    )  # fmt: skip
    assert answer.status_code == 400
    assert "more than 3 rows" in answer.get_data(as_text=True)
    assert len(bureau.file(visitor, "csv", {"status": "all"}).splitlines()) == 9


def test_more_than_anybody_turns_pages_for_is_not_counted(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suyu_learn.services.record_pages.MOST", 6)
    monkeypatch.setattr("suyu_learn.web.records.PER_PAGE", 3)
    visitor = bureau.visitor()
    visitor.get("/manage/records?status=all&page=2")
    assert "more than 6 records" in visitor.words
    assert names(visitor) == ["Fresh", "Late", "Failed"]
    visitor.get("/manage/records?status=completed&page=9")
    assert names(visitor) == ["Done"]


def test_a_view_is_kept_begins_the_page_and_is_shared(bureau: Bureau) -> None:
    visitor = bureau.visitor(unit=bureau.unit)
    kept = {"status": "lacking", "unit": bureau.unit, "col": ["due", "name"], "name": " My  list ", "first": "1"}
    visitor.get("/manage/records")
    visitor.post("/manage/records/views", shared="1", **kept)
    assert "“My list” is saved" in visitor.words
    visitor.get("/manage/records")
    assert names(visitor) == ["Late", "Begun", "Fresh"]
    assert "Name Due by Late 2026-02-01" in visitor.words
    other = bureau.visitor(unit=bureau.unit)
    other.get("/manage/records")
    assert "My list" in other.words
    assert names(other) == ["Done"]
    elsewhere = bureau.visitor(unit=bureau.away)
    elsewhere.get("/manage/records")
    assert "My list" not in elsewhere.words
    with learn(bureau.app).database.reading() as session:
        number = session.scalars(select(RecordView.id)).one()
    other.post(f"/manage/records/views/{number}/delete")
    assert other.page is not None
    assert other.page.status_code == 404
    visitor.post("/manage/records/views", **{**kept, "name": ""})
    assert "Give the view a name" in visitor.words
    visitor.post(f"/manage/records/views/{number}/delete")
    assert "“My list” is removed" in visitor.words


def test_no_number_of_a_record_looks_like_a_formula(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(("-CglpvcfoL33D4CnzDK0SQ", "aCglpvcfoL33D4CnzDK0SQ"))
    monkeypatch.setattr("suyu_learn.models.base.secrets.token_urlsafe", lambda _size: next(drawn))
    assert new_key() == "aCglpvcfoL33D4CnzDK0SQ"


def test_changes_come_again_by_their_number(bureau: Bureau) -> None:
    visitor = bureau.visitor()
    first = _changes(bureau, visitor, "2020-01-01T00:00")
    assert {row["status"] for row in first.values()} == {"completed", "voided"}
    last = max(row["changed"] for row in first.values())
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", last)
    assert _changes(bureau, visitor, "2199-01-01T00:00") == {}
    with learn(bureau.app).database.writing() as session:
        done = session.scalars(select(Completion).where(Completion.voided_at.is_(None))).one()
        key, before = done.key, done.changed_at
        done.voided_at, done.void_reason = bureau.clock(), "Entered twice"
    with learn(bureau.app).database.reading() as session:
        after = session.scalars(select(Completion).where(Completion.key == key)).one()
        assert after.changed_at > before
    again = _changes(bureau, visitor, last.replace(" ", "T"))
    assert again[key]["status"] == "voided"
    assert again[key]["remark"] == "Entered twice"


def _changes(bureau: Bureau, visitor: Visitor, since: str) -> dict[str, dict[str, str]]:
    text = bureau.file(visitor, "csv", {"changed_since": since, "col": "name"}).decode("utf-8-sig")
    return {row["key"]: row for row in csv.DictReader(io.StringIO(text))}


def test_the_certificate_that_stands_is_told_and_a_change_of_it_comes_again(bureau: Bureau) -> None:
    with learn(bureau.app).database.writing() as session:
        for done in session.scalars(select(Completion)):
            name = session.get_one(Person, done.person_id).name
            session.add(Certificate(number=f"C-{name}", completion_id=done.id, holder=name, issued_at=bureau.clock()))
    visitor = bureau.visitor()
    taken = bureau.file(visitor, "csv", {"status": "all", "col": ["name", "certificate", "audiences"]})
    rows = [row for row in csv.reader(io.StringIO(taken.decode("utf-8-sig"))) if row[0] in ("Done", "Void", "Late")]
    assert rows == [["Done", "Workers", "C-Done"], ["Late", "Workers", ""], ["Void", "Workers", ""]]
    with learn(bureau.app).database.writing() as session:
        one = session.scalars(select(Certificate).where(Certificate.number == "C-Done")).one()
        asked = Asked(What.CERTIFICATE, CompletionKind.EXAM, bureau.exam)
        everybody = session.scalars(select(Person.id)).all()
        about = {"now": bureau.clock(), "zone": learn(bureau.app).zone, "said": Said("yes", "no", {})}
        assert record_values.values(session, asked, everybody, **about) == {one.completion.person_id: "C-Done"}
        before = one.completion.changed_at
        certificates.revoke(session, one, reason="Wrong", now=bureau.clock(),
                            actor=manager(session, Role.HR, None, now=bureau.clock()))  # fmt: skip
        assert one.completion.changed_at > before
        assert record_values.values(session, asked, everybody, **about) == {}


def test_who_was_disabled_or_merged_is_learning_nothing(bureau: Bureau) -> None:
    visitor = bureau.visitor()
    with learn(bureau.app).database.writing() as session:
        who = {one.name: one for one in session.scalars(select(Person))}
        who["Begun"].disabled_at = bureau.clock()
    visitor.get("/manage/records?status=learning")
    assert names(visitor) == []


def test_what_was_taken_along_is_listed_for_those_concerned(bureau: Bureau) -> None:
    visitor = bureau.visitor(unit=bureau.unit)
    bureau.file(visitor, "csv", {"unit": bureau.unit, "subject": "exam"})
    visitor.get("/manage/records/exports")
    assert "Records exported Bureau, All exams, Finished" in visitor.words
    assert "1 Inspection or audit" in visitor.words
    elsewhere = bureau.visitor(role=Role.AUDITOR, unit=bureau.away)
    elsewhere.get("/manage/records/exports")
    assert "Nothing was taken along yet" in elsewhere.words
    auditor = bureau.visitor(role=Role.AUDITOR, unit=bureau.unit)
    auditor.get("/manage/records/exports")
    assert "1 file" in auditor.words
    assert ">Training records<" not in auditor.text
    assert auditor.get("/manage/records").status_code == 403
    assert 'href="/manage/records/exports"' in auditor.get("/manage/").get_data(as_text=True)
    bureau.file(visitor, "csv", {})  # all that HR of one unit sees is of that unit
    auditor.get("/manage/records/exports")
    assert "2 files" in auditor.words


def test_a_table_of_ones_own_comes_back_filled(bureau: Bureau) -> None:
    import openpyxl

    from tests.services.test_record_filling import book

    table = book(("姓名", "工号", "是否完成", "成绩"), ("Done", "000"), ("Nobody", "999"), ("Failed", "005"))
    visitor = bureau.visitor(unit=bureau.unit)
    visitor.get("/manage/records/fill")
    visitor.client.post(
        "/manage/records/fill", headers=visitor.headers,
        data={"csrf_token": visitor.token, "file": (io.BytesIO(table), "台账.xlsx")},
    )  # fmt: skip
    with learn(bureau.app).database.reading() as session:
        key = session.scalars(select(Import.key)).one()
    visitor.get(f"/manage/records/fill/{key}")
    assert "Matched 2 rows" in visitor.words
    assert "Not found in your units 1 row" in visitor.words
    subject = f"exam:{bureau.exam}"
    visitor.post(
        f"/manage/records/fill/{key}", sheet="台账", **{"key-staff_number": "1", "key-name": "0"},
        **{"column-0": "2", "what-0": "done", "subject-0": subject, "column-1": "3", "what-1": "points",
           "subject-1": subject, "column-2": "new", "what-2": "hours", "year-2": "2026"},
    )  # fmt: skip
    assert "Done · 000 Matched Yes 90 0" in visitor.words
    answer = visitor.client.post(
        f"/manage/records/fill/{key}/file", headers=visitor.headers,
        data={"csrf_token": visitor.token, "reason": "training_record"},
    )  # fmt: skip
    filled = openpyxl.load_workbook(io.BytesIO(answer.data))
    rows = [[cell.value for cell in row] for row in filled["台账"].iter_rows(min_row=2)]
    assert rows == [
        ["姓名", "工号", "是否完成", "成绩", "Credit hours of a year 2026", "Not matched, because"],
        ["Done", "000", "Yes", 90, 0, None],
        ["Nobody", "999", None, None, None, "Not found in your units"],
        ["Failed", "005", "No", 30, 0, None],
    ]
    assert filled.sheetnames == ["台账", "汇总", "How it was filled"]
    with learn(bureau.app).database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "records.filled")).one()
    assert entry.detail["rows"] == 2
    visitor.post(f"/manage/records/fill/{key}/discard")
    assert visitor.get(f"/manage/records/fill/{key}").status_code == 404


def test_nothing_typed_for_a_table_is_lost(bureau: Bureau) -> None:
    import openpyxl

    made = openpyxl.Workbook()
    made.active.append(("姓名", "工号", "是否完成", "成绩", "学时"))
    made.active.append(("Done", "000"))
    second = made.create_sheet("Second")  # whose headings alone do not say who it is
    second.append(("姓名", "工段"))
    second.append(("Done", "Bureau"))
    stream = io.BytesIO()
    made.save(stream)
    visitor = bureau.visitor(unit=bureau.unit)
    visitor.get("/manage/records/fill")
    visitor.client.post(
        "/manage/records/fill", headers=visitor.headers,
        data={"csrf_token": visitor.token, "file": (io.BytesIO(stream.getvalue()), "t.xlsx")},
    )  # fmt: skip
    with learn(bureau.app).database.reading() as session:
        url = f"/manage/records/fill/{session.scalars(select(Import.key)).one()}"
    visitor.get(url)
    assert _filled(visitor) == ["done", "hours", "points"]
    typed = {"sheet": "Sheet", "key-staff_number": "1", "column-0": "4", "what-0": "hours", "replace": "1"}
    visitor.post(url, **typed, **{"year-0": "20x6"})
    assert "“20x6” is no year" in visitor.words
    assert 'value="20x6"' in visitor.text
    assert 'name="replace" value="1" checked' in visitor.text
    for half in ({"column-1": "2"}, {"what-1": "done", "subject-1": f"exam:{bureau.exam}"}):
        visitor.post(url, **typed, **{"year-0": "2026"}, **half)
        assert "choose both the column and what it is filled with" in visitor.words
        assert 'value="2026"' in visitor.text
    visitor.post(url, **typed, **{"year-0": "2026", "what-1": "done"})  # a guess of which the column was taken out
    assert _filled(visitor) == ["hours"]
    visitor.post(url, sheet="Second")
    assert '<option value="Second" selected>' in visitor.text
    assert "Not found in your units 1 row" in visitor.words
    visitor.post(url, sheet="Second", **{"key-name": "0", "key-unit": "1"})
    assert "Matched 1 row" in visitor.words


def _filled(visitor: Visitor) -> list[str]:
    """What the form says that columns are filled with."""
    rows = visitor.text.split('<fieldset class="sl-fieldset sl-fill__one">')[1:]
    return sorted(
        one for row in rows for one in re.findall(r'<option value="([a-z_]+)" selected>', row) if one != "new"
    )


@pytest.mark.parametrize("path", ["/manage/records", "/manage/statistics"])
def test_what_other_units_do_alone_is_not_offered(app: Flask, clock: FrozenClock, path: str) -> None:
    bureau = Bureau(app, clock)

    def offered(unit: int | None) -> set[str]:
        found = re.search(
            r'<select[^>]*name="subject".*?</select>', bureau.visitor(unit=unit).get(path).text, re.DOTALL
        )
        return set(re.findall(r'<option value="(\w+:\d+)"', found[0] if found else ""))

    exam, programme = f"exam:{bureau.exam}", f"programme:{bureau.programme}"
    assert {exam, programme} <= offered(bureau.unit)
    assert {exam, programme} <= offered(None)
    assert not {exam, programme} & offered(bureau.away)
    assert offered(bureau.away)  # courses are everybody's to read
    with learn(app).database.writing() as session:
        city = session.scalars(select(Unit).where(Unit.name == "Pine City")).one()
        session.get_one(Exam, bureau.exam).unit_id = city.id  # meant for all below the city
    assert exam in offered(bureau.away)


@pytest.mark.parametrize("path", ["/manage/records", "/manage/statistics"])
def test_what_is_asked_for_stays_chosen_though_it_is_not_offered(app: Flask, clock: FrozenClock, path: str) -> None:
    bureau = Bureau(app, clock)
    visitor = bureau.visitor(unit=bureau.away)
    visitor.get(f"{path}?subject=exam:{bureau.exam}")
    chosen = re.findall(r'<option value="(\w+:\d+)" selected>([^<]+)', visitor.text)
    assert chosen == [(f"exam:{bureau.exam}", "Something of other units")]


def test_what_is_given_to_one_person_is_offered_to_who_may_see_names(app: Flask, clock: FrozenClock) -> None:
    bureau = Bureau(app, clock)
    with learn(app).database.writing() as session:
        person = session.scalars(select(Person).where(Person.name == "Fresh")).one()
        home = session.scalars(select(Membership).where(Membership.person_id == person.id)).one()
        home.unit_id = bureau.away
        session.add(Assignment(programme_id=bureau.programme, person_id=person.id, starts_on=clock().date(),
                               created_at=clock()))  # fmt: skip
        session.add(RosterChange(exam_id=bureau.exam, person_id=person.id, kind=RosterChangeKind.ADDITION,
                                 reason="Came late", at=clock()))  # fmt: skip

    def offered(role: Role, path: str) -> set[str]:
        return set(re.findall(r'<option value="(\w+:\d+)"', bureau.visitor(role, bureau.away).get(path).text))

    theirs = {f"exam:{bureau.exam}", f"programme:{bureau.programme}"}
    assert theirs <= offered(Role.HR, "/manage/records")
    assert theirs <= offered(Role.HR, "/manage/statistics")
    assert not theirs & offered(Role.AUDITOR, "/manage/statistics")


def test_a_record_from_elsewhere_can_be_asked_for_where_it_lies(app: Flask, clock: FrozenClock) -> None:
    bureau = Bureau(app, clock)
    asked = f"/manage/records?subject=exam:{bureau.exam}"
    visitor = bureau.visitor(unit=bureau.away)
    assert "Something of other units" in visitor.get(asked).text
    assert "Fire safety" not in visitor.text
    with learn(app).database.writing() as session:
        done = session.scalars(select(Completion).where(Completion.voided_at.is_(None))).first()
        assert done is not None
        done.unit_id, done.unit_path = bureau.away, session.get_one(Unit, bureau.away).path
    assert "Fire safety" in visitor.get(asked).text
    assert "Something of other units" not in visitor.text
