"""Statistics: who sees how much, definitions said in one place, the report of a year, tasks of the action plan."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import delete, select

from suyu_learn.models import (
    AuditEntry,
    Completion,
    CompletionKind,
    Course,
    Enrolment,
    Person,
    PersonAudience,
    PlanTag,
    ProgrammeMember,
    Role,
    TaggedKind,
    Unit,
)
from suyu_learn.services import grants, people
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import (
    course_draft,
    given_programme,
    learn,
    learner,
    manager,
    published_exam,
    stored_bank,
    stored_course,
)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Desk:
    app: Flask
    units: dict[str, int] = field(default_factory=dict)
    exam_id: int = 0
    programme: str = ""
    programme_id: int = 0
    names: dict[Role, str] = field(default_factory=dict)

    def visitor(self, role: Role, unit: str = "Pine City", lang: str = "en") -> Visitor:
        with learn(self.app).database.writing() as session:
            now = learn(self.app).now()
            home = people.add_unit(session, f"Home of {role.value} of {unit}", parent=None, now=now)
            name = manager(session, role, session.get_one(Unit, self.units[unit]), now=now, home=home).username or ""
        self.names[role] = name
        return Visitor(self.app, lang=lang).sign_in(name)


@pytest.fixture
def desk(app: Flask, clock: FrozenClock) -> Desk:
    """A city with a bureau of twenty, a town of eight and an office of three; half of each has completed."""
    made = Desk(app)
    now = clock()
    with learn(app).database.writing() as session:
        people.install_audiences(session)
        top = people.add_unit(session, "Pine City", parent=None, now=now - timedelta(days=9))
        given = given_programme(session, top, now=now, due_on=date(2026, 12, 31))
        made.programme, made.programme_id = given.programme.key, given.programme.id
        made.units["Pine City"] = top.id
        for name, size in (("Bureau", 20), ("Town", 8), ("Office", 3)):
            unit = people.add_unit(session, name, parent=top, now=now - timedelta(days=9))
            made.units[name] = unit.id
            for number in range(size):
                person = people.add_person(session, f"{name} {number}", now=now, unit=unit, audiences=["officials"])
                done = now if number % 2 else None
                given.to(session, person, now=now, unit_path=unit.path, completed_at=done, due_on=date(2026, 12, 31))
                if done:
                    session.add(Completion(
                        key=f"{name}{number}", person_id=person.id, kind=CompletionKind.PROGRAMME,
                        subject_id=given.programme.id, title="t", rule={}, evidence={}, completed_at=now,
                        unit_id=unit.id, unit_path=unit.path,
                    ))  # fmt: skip
        source = stored_bank(session, now=now, unit=top)
        made.exam_id = published_exam(session, now=now, source=source, unit=top, title="Fire safety").id
    return made


def _rows(visitor: Visitor) -> dict[str, list[str]]:
    found = re.findall(r'<tr><th scope="row" class="sl-units[^>]*>(.*?)</th>(.*?)</tr>', visitor.text, re.DOTALL)
    return {
        re.sub("<[^>]+>", "", name).strip(): re.findall(r'<td class="is-number">(.*?)</td>', cells)
        for name, cells in found
    }


def test_who_sees_names_sees_every_unit(desk: Desk) -> None:
    boss = desk.visitor(Role.ORGANIZER)
    boss.get(f"/manage/statistics?unit={desk.units['Pine City']}&period=2026")
    rows = _rows(boss)
    assert rows["Office"][:4] == ["3", "1", "1", "33.3%"]
    assert rows["Together"][:4] == ["31", "15", "15", "48.4%"]
    assert "from the day" in boss.words.lower()
    assert boss.text.count('<svg class="sl-chart__picture"') == 2
    assert 'aria-labelledby="chart-completion-title chart-completion-desc"' in boss.text
    asked = set(re.findall(r'href="#(def-[a-z-]+)"', boss.text))
    assert {"def-due", "def-hours", "def-weeks"} <= asked
    assert asked <= set(re.findall(r'id="(def-[a-z-]+)"', boss.text))
    boss.get("/manage/statistics/definitions")
    assert "divided by: Due for training" in boss.words


def test_an_auditor_sees_no_few_people_and_one_filter_in_fixed_periods(desk: Desk) -> None:
    """Of the office 3 are few; with it goes the town, the smaller of the others, else 31 - 20 - 8 would be left."""
    auditor = desk.visitor(Role.AUDITOR)
    auditor.get(f"/manage/statistics?unit={desk.units['Pine City']}&period=2026")
    rows = _rows(auditor)
    assert rows["Office"][:6] == ["*"] * 6
    assert rows["Town"][0] == "*"
    assert rows["Bureau"][:4] == ["20", "10", "10", "50.0%"]
    assert rows["Together"][0] == "31"
    assert "You see no names here" in auditor.words
    assert "From the day" not in auditor.words
    for refused, said in (
        ("since=2026-01-01&until=2026-02-01", "chooses a month, a quarter or a year"),
        (f"period=2026&audience=officials&subject=programme:{desk.programme_id}", "one filter at a time"),
    ):
        auditor.get(f"/manage/statistics?{refused}")
        assert said in auditor.words
    auditor.get(f"/manage/statistics?period=2026&audience=officials&unit={desk.units['Office']}")
    assert "Due for training *" in auditor.words


def test_an_audience_does_not_tell_of_the_few_who_are_not_in_it(desk: Desk) -> None:
    """Two of the bureau are no officials: all less the officials would be these two."""
    with learn(desk.app).database.writing() as session:
        bureau = session.get_one(Unit, desk.units["Bureau"])
        members = session.scalars(
            select(ProgrammeMember.person_id).where(ProgrammeMember.unit_path == bureau.path).limit(2)
        ).all()
        session.execute(delete(PersonAudience).where(PersonAudience.person_id.in_(members)))
    auditor = desk.visitor(Role.AUDITOR)
    auditor.get("/manage/statistics?period=2026&audience=officials")
    assert "Due for training *" in auditor.words
    assert _rows(auditor)["Together"][0] == "*"
    auditor.get(f"/manage/statistics?period=2026&audience=officials&unit={desk.units['Pine City']}")
    assert _rows(auditor)["Bureau"][:2] == ["*", "*"]
    assert _sheet(_report(auditor), "Audiences")["Officials"][0] == "*"
    boss = desk.visitor(Role.ORGANIZER)
    boss.get(f"/manage/statistics?period=2026&audience=officials&unit={desk.units['Pine City']}")
    assert _rows(boss)["Bureau"][0] == "18"


def test_weeks_and_lists_of_one_unit_beside_others_are_for_who_sees_names(desk: Desk) -> None:
    """The weeks of the city less those of the bureau and the town would be those of the office, which has three."""
    auditor, boss = desk.visitor(Role.AUDITOR), desk.visitor(Role.ORGANIZER)
    for unit, weeks in (("Pine City", True), ("Bureau", False)):
        auditor.get(f"/manage/statistics?period=2026&unit={desk.units[unit]}")
        assert ('id="chart-weeks-title"' in auditor.text) == weeks
        assert ("Neither weeks nor lessons" in auditor.words) != weeks
        book = load_workbook(io.BytesIO(_report(auditor, unit=str(desk.units[unit]))))
        assert ("Week by week" in book.sheetnames) == ("Programmes" in book.sheetnames) == weeks
        boss.get(f"/manage/statistics?period=2026&unit={desk.units[unit]}")
        assert 'id="chart-weeks-title"' in boss.text
    text = _text_of(_report(auditor, unit=str(desk.units["Bureau"]), format="docx"), "docx", pictures=0)
    assert "Neither weeks nor lessons" in text
    assert "In 2026 20 people were due for training" in text
    mine = desk.visitor(Role.AUDITOR, "Bureau")
    mine.get(f"/manage/statistics?period=2026&unit={desk.units['Bureau']}")
    assert 'id="chart-weeks-title"' in mine.text


def _report(visitor: Visitor, **said: str) -> bytes:
    visitor.get("/manage/statistics/report")
    sent = {"year": "2026", "format": "xlsx", "reason": "inspection", **said}
    page = visitor.post("/manage/statistics/report", **sent)
    assert page.status_code == 200
    return page.data


def _sheet(content: bytes, title: str) -> dict[str, tuple[object, ...]]:
    rows = load_workbook(io.BytesIO(content))[title].iter_rows(values_only=True)
    return {str(row[0]).strip("　"): row[1:] for row in rows}


def test_who_completed_one_programme_does_not_tell_who_has_not(desk: Desk) -> None:
    """With 29 of 31 completed the 2 that are missing would follow from the completions, which are the same people."""
    with learn(desk.app).database.writing() as session:
        members = session.scalars(select(ProgrammeMember).order_by(ProgrammeMember.id)).all()
        for member in [one for one in members if one.completed_at is None][:-2]:
            member.completed_at = learn(desk.app).now()
            session.add(Completion(
                key=f"more{member.id}", person_id=member.person_id, kind=CompletionKind.PROGRAMME,
                subject_id=desk.programme_id, title="t", rule={}, evidence={}, completed_at=member.completed_at,
                unit_path=member.unit_path,
            ))  # fmt: skip
    auditor = desk.visitor(Role.AUDITOR)
    auditor.get(f"/manage/statistics?period=2026&subject=programme:{desk.programme_id}")
    assert "Due for training 31" in auditor.words
    assert "Completed something *" in auditor.words


def test_what_nobody_meant_is_not_found_and_what_can_be_mended_is_told(desk: Desk) -> None:
    boss = desk.visitor(Role.ORGANIZER)
    for query in ("unit=99999", "unit=x", "period=2026-13", "subject=course", "subject=event:1", "subject=exam:x",
                  "audience=nobody"):  # fmt: skip
        assert (query, boss.get(f"/manage/statistics?{query}").status_code) == (query, 404)
    boss.get("/manage/statistics?since=2026-02-30")
    assert "“2026-02-30” is not a day" in boss.words
    assert 'name="since" type="date" value="2026-02-30"' in boss.text
    boss.get("/manage/statistics?since=2024-01-01&until=2026-02-01")
    assert "400 days at most" in boss.words


def test_another_units_manager_sees_only_the_own_one(desk: Desk) -> None:
    clerk = desk.visitor(Role.HR, "Town")
    clerk.get("/manage/statistics?period=2026")
    assert "Due for training 8" in clerk.words
    assert clerk.get(f"/manage/statistics?unit={desk.units['Office']}").status_code == 404


def test_the_people_of_every_figure_are_one_link_away_and_as_many(desk: Desk) -> None:
    boss = desk.visitor(Role.ORGANIZER)
    for chosen in ("", f"&subject=programme:{desk.programme_id}", "&audience=officials", f"&unit={desk.units['Town']}"):
        boss.get(f"/manage/statistics?period=2026{chosen}")
        figures = re.findall(r"<dd>(\d+)(?:(?!</dd>).)*?<a href=\"([^\"]+)\">Who they are", boss.text)
        assert len(figures) >= 4
        for value, url in figures:
            boss.get(url.replace("&amp;", "&"))
            assert f" {value} {'person' if value == '1' else 'people'}" in boss.words or "records" in url
    boss.get(f"/manage/statistics/people?period=2026&figure=completed&unit={desk.units['Office']}")
    assert re.findall(r"Office \d", boss.words) == ["Office 1"]
    boss.get("/manage/statistics/people?period=2026&page=1")
    assert boss.words.count("Bureau ") > 20
    assert boss.get("/manage/statistics/people?period=2026&figure=hours").status_code == 404


def test_nobody_is_named_to_who_sees_figures_alone(desk: Desk) -> None:
    auditor = desk.visitor(Role.AUDITOR)
    auditor.get(f"/manage/statistics?period=2026&subject=programme:{desk.programme_id}")
    assert "/people" not in auditor.text.partition("<main")[2]
    assert auditor.get("/manage/statistics/people?period=2026").status_code == 403
    with learn(desk.app).database.writing() as session:
        both = session.scalars(select(Person).where(Person.username == desk.names[Role.AUDITOR])).one()
        grants.grant(session, both, Role.ORGANIZER, session.get_one(Unit, desk.units["Town"]), actor=None,
                     now=learn(desk.app).now())  # fmt: skip
    assert auditor.get("/manage/statistics/people?period=2026").status_code == 403
    assert auditor.get(f"/manage/statistics/people?period=2026&unit={desk.units['Office']}").status_code == 403
    auditor.get(f"/manage/statistics/people?period=2026&unit={desk.units['Town']}")
    assert "8 people" in auditor.words
    auditor.get(f"/manage/statistics?period=2026&unit={desk.units['Pine City']}")
    assert 'id="chart-weeks-title"' not in auditor.text  # less the weeks of the town, they would tell of the office


def test_a_course_shows_after_which_lesson_people_stop(desk: Desk, clock: FrozenClock) -> None:
    with learn(desk.app).database.writing() as session:
        course_id = stored_course(session, now=clock()).id
        learner(session, now=clock(), name="Reader", username="reader", unit=session.get_one(Unit, desk.units["Town"]))
    reader = Visitor(desk.app).sign_in("reader")
    reader.get("/courses/soil/lesson-1")
    clock.advance(minutes=2)
    reader.post("/courses/soil/lesson-1", action="finish")
    boss = desk.visitor(Role.ORGANIZER)
    boss.get(f"/manage/statistics?period=2026&subject=course:{course_id}")
    assert "Began the course 1" in boss.words
    assert re.search(r"1\. .{0,40}?1 100\.0% 1", boss.words)
    assert 'id="chart-lessons-title"' in boss.text


def test_courses_are_offered_in_the_order_of_names(desk: Desk, clock: FrozenClock) -> None:
    with learn(desk.app).database.writing() as session:
        for slug, title in (("one", "中医"), ("two", "种植"), ("three", "安全")):
            stored_course(session, course_draft(slug=slug, title=title), now=clock())
    boss = desk.visitor(Role.ORGANIZER)
    boss.get("/manage/statistics")
    offered = re.findall(r'value="course:\d+"[^>]*>[^<]*?(中医|种植|安全)', boss.text)
    assert offered == ["安全", "中医", "种植"]


def _tag(visitor: Visitor, kind: str, key: str, *tasks: str) -> None:
    visitor.get(f"/manage/plan-tasks/{kind}/{key}")
    visitor.post(f"/manage/plan-tasks/{kind}/{key}", task=list(tasks))


def test_tasks_of_the_plan_are_ticked_and_kept(desk: Desk) -> None:
    boss = desk.visitor(Role.ORGANIZER)
    _tag(boss, "exam", str(desk.exam_id), "2.3.3", "3.4.1")
    assert "The tasks of the action plan are kept." in boss.words
    boss.get(f"/manage/plan-tasks/exam/{desk.exam_id}")
    assert re.findall(r'value="([0-9.]+)" checked', boss.text) == ["2.3.3", "3.4.1"]
    _tag(boss, "exam", str(desk.exam_id), "2.3.3")
    _tag(boss, "programme", desk.programme, "2.3.3")
    with learn(desk.app).database.reading() as session:
        assert {tuple(row) for row in session.execute(select(PlanTag.kind, PlanTag.task))} == {
            (TaggedKind.EXAM, "2.3.3"), (TaggedKind.PROGRAMME, "2.3.3"),
        }  # fmt: skip
    assert boss.post(f"/manage/plan-tasks/exam/{desk.exam_id}", task="9.9.9").status_code == 400


@pytest.mark.parametrize("form", ["docx", "xlsx"])
def test_the_report_of_a_year(desk: Desk, form: str) -> None:
    boss = desk.visitor(Role.ORGANIZER, lang="zh-CN")
    _tag(boss, "programme", desk.programme, "2.3.3")
    boss.get("/manage/statistics/report")
    page = boss.post("/manage/statistics/report", unit=str(desk.units["Pine City"]), year="2026", format=form,
                     reason="report_upwards")  # fmt: skip
    assert page.status_code == 200
    text = _text_of(page.data, form)
    for said in ("自愿", "二（三）3", "绥政办发〔2022〕18号"):
        assert said in text
    assert ("31 人" in text or "31人" in text) if form == "docx" else "31" in text
    before = boss.post("/manage/statistics/report", unit=str(desk.units["Pine City"]), year="2025", format=form,
                       reason="report_upwards")  # fmt: skip
    assert "二（三）3" not in _text_of(before.data, form, pictures=0)
    with learn(desk.app).database.reading() as session:
        logged = session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("city_report"))).all()
        assert [one.action for one in logged] == ["city_report.made", "city_report.made.done"] * 2
        assert logged[0].reason == "report_upwards"
        assert logged[1].detail["rows"] > 20


def _text_of(content: bytes, form: str, pictures: int = 2) -> str:
    if form == "xlsx":
        book = load_workbook(io.BytesIO(content))
        return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    from docx import Document

    word = Document(io.BytesIO(content))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    assert len(word.inline_shapes) == pictures
    return "\n".join([*(one.text for one in word.paragraphs), *cells])


def test_the_workbook_of_a_year_has_numbers_to_reckon_with(desk: Desk) -> None:
    boss = desk.visitor(Role.ORGANIZER)
    boss.get("/manage/statistics/report")
    page = boss.post("/manage/statistics/report", year="2026", format="xlsx", reason="inspection")
    book = load_workbook(io.BytesIO(page.data))
    glance = {row[0]: row[1] for row in book["The year at a glance"].iter_rows(min_row=2, values_only=True)}
    assert {name: said for name, said in glance.items() if isinstance(said, str)} == {}
    assert glance["Completion rate"] == pytest.approx(glance["Completed"] / glance["Due for training"], abs=1e-6)
    assert book["Week by week"]["A2"].value == "2026-01-01"


def test_who_is_overdue_is_named_where_the_figure_is(desk: Desk) -> None:
    boss, way = desk.visitor(Role.ORGANIZER), "/manage/statistics/people?figure=overdue"
    boss.get("/manage/statistics")
    assert way not in boss.text
    with learn(desk.app).database.writing() as session:
        late = session.scalars(
            select(ProgrammeMember).where(ProgrammeMember.completed_at.is_(None)).order_by(ProgrammeMember.id)
        ).first()
        assert late is not None
        late.due_on = learn(desk.app).now().date() - timedelta(days=2)
        name = session.get_one(Person, late.person_id).name
    boss.get("/manage/statistics")
    assert way in boss.text
    boss.get(way)
    assert "1 person" in boss.words
    assert name in boss.words


def test_the_report_of_who_sees_no_names_hides_few(desk: Desk) -> None:
    rows = _sheet(_report(desk.visitor(Role.AUDITOR)), "Unit summary")
    assert rows["Office"][0] == rows["Town"][0] == "*"
    assert rows["Bureau"][0] == 20


def _begun(person_id: int, course: Course, at: datetime) -> Enrolment:
    version = course.published_version_id
    assert version is not None  # the course is published
    return Enrolment(person_id=person_id, course_id=course.id, course_version_id=version, started_at=at)


def test_who_began_a_course_does_not_tell_the_few_who_have_not_completed_it(desk: Desk, clock: FrozenClock) -> None:
    with learn(desk.app).database.writing() as session:
        course = stored_course(session, now=clock())
        unit = session.get_one(Unit, desk.units["Bureau"])
        readers = session.scalars(select(ProgrammeMember.person_id).where(ProgrammeMember.unit_path == unit.path)).all()
        for place, person_id in enumerate(readers):
            session.add(_begun(person_id, course, clock()))
            if place:
                session.add(Completion(
                    key=f"c{person_id}", person_id=person_id, kind=CompletionKind.COURSE, subject_id=course.id,
                    title="t", rule={}, evidence={}, completed_at=clock(), unit_id=unit.id, unit_path=unit.path,
                ))  # fmt: skip
    assert _sheet(_report(desk.visitor(Role.AUDITOR)), "Courses")["Black soil"] == (20, "*")
    assert _sheet(_report(desk.visitor(Role.ORGANIZER)), "Courses")["Black soil"] == (20, 19)


def test_a_report_that_cannot_be_made_is_refused(desk: Desk) -> None:
    boss = desk.visitor(Role.ORGANIZER)
    boss.get("/manage/statistics/report")
    for wrong in ({"year": "1900"}, {"year": "x"}, {"format": "pdf"}, {"reason": ""}, {"unit": "999"}):
        sent = {"year": "2026", "format": "docx", "reason": "inspection", **wrong}
        assert (wrong, boss.post("/manage/statistics/report", **sent).status_code in (400, 404, 422)) == (wrong, True)
