"""Organizers make programmes without script: from a template or from nothing, kept, published, changed, thrown away."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import AuditEntry, Course, Programme, ProgrammeState, Role, Unit
from suyu_learn.services import people, programmes
from tests.browser_without_script import Visitor
from tests.clock import START
from tests.factories import (
    course_draft,
    learn,
    learner,
    manager,
    published_exam,
    stored_course,
)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
_FIELD = re.compile(
    r"<input\b([^>]*)>|<textarea\b([^>]*)>(?:\r?\n)?(.*?)</textarea>|<select\b([^>]*)>(.*?)</select>", re.DOTALL
)


def typed_in(page: str) -> dict[str, str]:
    """What the form of a page would send."""
    said: dict[str, str] = {}
    for line, lines, text, choice, options in _FIELD.findall(page[page.index("novalidate") :]):
        given = line or lines or choice
        marks = dict(re.findall(r'([a-z-]+)="([^"]*)"', given))
        name = marks.get("name", "")
        if not name or (marks.get("type") in ("radio", "checkbox") and "checked" not in given):
            continue
        value = marks.get("value", text)
        if choice:
            marked = [one for one in re.findall(r"<option[^>]*>", options) if "selected" in one]
            chosen = re.search(r'value="([^"]*)"', marked[0] if marked else options)
            value = chosen[1] if chosen else ""
        said[name] = html.unescape(value)
    return said


class Making:
    """Organizers of a mill and of elsewhere, with a course of three minutes and an exam."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with learn(app).database.writing() as session:
            mill = people.add_unit(session, "Mill", parent=None, now=START)
            other = people.add_unit(session, "Elsewhere", parent=None, now=START)
            learner(session, now=START, username="lin", unit=mill)
            self.course_id = stored_course(session, course_draft(characters=405), now=START).id  # 0.06 hours
            self.exam_id = published_exam(session, now=START, unit=mill, title="Own exam").id
            published_exam(session, now=START, unit=other, title="Foreign exam")
            names = [manager(session, Role.ORGANIZER, unit, now=START).username for unit in (mill, mill, other)]
        self.boss, self.colleague, self.stranger = (Visitor(app).sign_in(name or "") for name in names)

    def begun(self, template: str = "") -> str:
        """A programme begun; its address."""
        self.boss.get("/manage/programmes/new")
        answer = self.boss.post("/manage/programmes/new", follow=False, template=template)
        assert answer.status_code == 303, self.boss.words
        return answer.headers["Location"].removesuffix("/edit")

    def send(self, path: str, action: str, *, by: Visitor | None = None, anew: bool = True, **changed: Any) -> int:
        """Press a button of the form as it stands, with some fields changed; the status."""
        who = by or self.boss
        if anew:
            who.get(f"{path}/edit")
        return who.post(f"{path}/edit", **{**typed_in(who.text), **changed, "action": action}).status_code

    def press(self, path: str, action: str) -> int:
        """Press a button of the programme's page."""
        self.boss.get(path)
        return self.boss.post(path, action=action).status_code

    def stored(self, path: str) -> Any:
        """The plan that is kept."""
        with learn(self.app).database.reading() as session:
            row = session.scalars(select(Programme).where(Programme.key == path.rsplit("/", 1)[1])).one()
            return row.state, programmes.plan_of(session, row)


@pytest.fixture
def making(app: Flask) -> Making:
    return Making(app)


def test_from_nothing_to_published_hours_that_add_up(making: Making) -> None:
    path, boss = making.begun(), making.boss
    making.send(path, "add_course-1", title="Dust", hours="8", **{"s1-title": "Level", "s1-hours": "8"})
    assert "This is not saved yet." in boss.words
    assert "Foreign exam" not in boss.text
    making.send(path, "add_sign_off-1", anew=False, **{"s1-p1-which": making.course_id, "s1-p1-content": "Read <it>"})
    assert "It takes 0.06 at the most" in boss.words
    making.send(path, "publish", anew=False, **{"s1-p2-title": "At the saw", "s1-p2-hours": "7,5"})
    assert "“Level”: 8 hours are due, its parts bring 7.56; 0.44 are missing." in boss.words
    assert typed_in(boss.text)["s1-p2-title"] == "At the saw"
    assert making.stored(path)[1].title == "New programme"
    making.send(path, "fill-1", anew=False)
    assert typed_in(boss.text)["s1-p3-hours"] == "0.44"
    assert making.send(path, "publish", anew=False, **{"s1-p3-title": "Lecture"}) == 200
    assert "“Dust” is published. Now it can be given to people." in boss.words
    assert "Level 8 0.06 0.44 7.5 adds up" in boss.words
    state, plan = making.stored(path)
    assert (state, plan.rule_version) == (ProgrammeState.PUBLISHED, 1)
    assert [(part.title, str(part.hours.normalize())) for part in plan.parts] == [
        ("Black soil", "0.06"), ("At the saw", "7.5"), ("Lecture", "0.44"),
    ]  # fmt: skip
    with learn(making.app).database.reading() as session:
        actions = session.scalars(select(AuditEntry.action).where(AuditEntry.object_kind == "programme")).all()
    assert actions == ["programme.created", "programme.edited", "programme.published"]


def test_a_course_alone_becomes_a_programme_that_can_be_published_as_it_stands(making: Making) -> None:
    boss = making.boss
    with learn(making.app).database.writing() as session:
        mill = session.scalars(select(Unit.id).where(Unit.name == "Mill")).one()
        course = session.get_one(Course, making.course_id)
        course.unit_id, course.pack = mill, None  # written there
    boss.get("/manage/courses/soil")
    way = re.findall(r'href="([^"]+)"><span>Give it to people', boss.text)
    assert way == [f"/manage/programmes/new?course={making.course_id}"]
    boss.get(way[0])
    [(chosen, about)] = re.findall(r'value="(course:\d+)" checked>.*?title">(.*?)</span>', boss.text)
    assert html.unescape(about) == "The course “Black soil” alone"
    path = making.begun(chosen)
    assert making.send(path, "publish") == 200
    assert re.findall(r'sl-button--main" href="([^"]+)"', boss.text) == [f"{path}/assign"]  # what comes next
    state, plan = making.stored(path)
    assert (state, plan.title, str(plan.hours.normalize())) == (ProgrammeState.PUBLISHED, "Black soil", "0.06")
    assert [(part.course_id, part.hours) for part in plan.parts] == [(making.course_id, plan.hours)]
    boss.get("/manage/programmes/new?course=999")
    assert "course:" not in boss.text
    assert boss.post("/manage/programmes/new", template="course:999").status_code == 422


def test_a_template_fills_everything_in_and_says_which_courses_are_not_here(making: Making) -> None:
    path = making.begun("new-workers-24")
    making.boss.get(f"{path}/edit")
    assert "so they were left out: workers/new-worker-safety" in making.boss.words
    _state, plan = making.stored(path)
    assert [stage.title for stage in plan.stages] == ["Enterprise level", "Workshop level", "Team level"]
    assert (plan.hours, plan.in_order, str(plan.basis_day)) == (24, True, "2015-07-01")
    making.boss.get(path)
    words = making.boss.words
    assert "To be checked by you before it is published" in words
    assert "Enterprise level 8 0 4 3.65 0.35 missing" in words
    making.press(path, "publish")
    assert "“Enterprise level”: 8 hours are due, its parts bring 7.65; 0.35 are missing." in making.boss.words
    making.press(path, "fill")
    making.press(path, "publish")
    assert making.stored(path)[0] is ProgrammeState.PUBLISHED
    assert making.boss.post("/manage/programmes/new", template="no").status_code == 422


def test_rows_move_within_and_across_stages_and_nothing_typed_is_lost(making: Making) -> None:
    path, boss = making.begun(), making.boss
    making.send(path, "add_stage", **{"s1-title": "A"})
    making.send(path, "add_event-1", anew=False, **{"s2-title": "B"})
    making.send(path, "add_exam-1", anew=False, **{"s1-p1-title": "Talk", "s1-p1-hours": "x", "s1-electives": "y"})
    making.send(path, "down-1-1", anew=False, **{"s1-p2-which": making.exam_id})
    said = typed_in(boss.text)
    assert (said["s1-p1-which"], said["s1-p2-title"], said["s1-electives"]) == (str(making.exam_id), "Talk", "y")
    making.send(path, "down-1-2", anew=False)
    assert typed_in(boss.text)["s2-p1-title"] == "Talk"
    assert making.send(path, "save", anew=False) == 422
    assert boss.text.count('aria-invalid="true"') == 2
    assert "Write hours from 0 to 2000" in boss.words
    assert 'href="#s2-p1-hours"' in boss.text
    making.send(path, "up-2", anew=False, **{"s2-p1-hours": "2", "s1-electives": "0"})
    assert making.send(path, "save", anew=False, repeats="yearly", valid_months="12") == 200
    _state, plan = making.stored(path)
    assert [(stage.title, [part.title for part in stage.parts]) for stage in plan.stages] == [
        ("B", ["Talk"]), ("A", ["Own exam"]),
    ]  # fmt: skip
    assert (plan.repeats.value, plan.valid_months) == ("yearly", 12)
    making.send(path, "remove-2")
    making.send(path, "remove-1-1", anew=False)
    making.send(path, "save", anew=False)
    assert [(stage.title, stage.parts) for stage in making.stored(path)[1].stages] == [("B", ())]
    full = {f"s{number}-title": f"Stage {number}" for number in range(1, 21)}
    making.send(path, "add_stage", **full)
    assert "A programme has 20 stages and 60 parts at the most." in boss.words
    assert (
        making.send(path, "save", anew=False, **{"s1-title": "B", "s2-p1-kind": "course", "s2-p1-which": "99"}) == 422
    )
    assert "Choose a course." in boss.words
    for nonsense in ("remove-9", "up-1-9", "fill-7", "add_dance-1", "\u00b2", "look"):
        assert making.send(path, nonsense) in (200, 422)


def test_what_cannot_be_kept_is_said_at_its_field(making: Making) -> None:
    path = making.begun()
    for field, value, said in (
        ("title", "", "Write a title of at most 200 characters."),
        ("title", "x" * 201, "Write a title of at most 200 characters."),
        ("hours", "many", "Write hours from 0 to 2000"),
        ("hours", "1e999", "Write hours from 0 to 2000"),
        ("hours", "1e999999999", "Write hours from 0 to 2000"),
        ("hours", "-0", "Write hours from 0 to 2000"),
        ("s1-hours", "1e999999999", "Write hours from 0 to 2000"),
        ("window_years", "5", "Several years count only where all hours of a person do."),
        ("window_years", "", "This field is required."),
        ("valid_months", "0", "Write whole months from 1 to 120"),
        ("basis_day", "soon", "Not a valid date value."),
        ("counts", "most", "Not a valid choice."),
        ("s1-title", " ", "Write a title of at most 200 characters."),
        ("s1-electives", "99", "asks for 99 elective parts and has 0"),
    ):
        assert making.send(path, "save", summary="Kept words", **{field: value}) == 422, field
        assert said in making.boss.words
        assert typed_in(making.boss.text)["summary"] == "Kept words"


def test_who_saves_later_sees_what_a_colleague_made_of_it(making: Making) -> None:
    path = making.begun()
    making.boss.get(f"{path}/edit")
    making.send(path, "save", by=making.colleague, **{"s1-title": "Of the colleague", "hours": "5"})
    assert making.send(path, "save", anew=False, **{"s1-title": "Mine"}) == 409
    words = making.boss.words
    assert "Somebody else has changed this programme meanwhile" in words
    assert "Hours due 5 credit hours" in words
    assert "Of the colleague" in words
    assert typed_in(making.boss.text)["s1-title"] == "Mine"
    assert making.send(path, "save", anew=False) == 200
    assert making.stored(path)[1].stages[0].title == "Mine"


def test_it_is_closed_copied_thrown_away_and_comes_back(making: Making) -> None:
    path, boss = making.begun("seniors-phone-and-health"), making.boss
    making.press(path, "fill")
    making.press(path, "publish")
    boss.get(path)
    assert "Given to 0 people" in boss.words
    making.send(path, "save", **{"s1-hours": "99"})
    assert "“Phone”: 99 hours are due" in boss.words
    making.send(path, "save", summary="Another word")
    assert making.stored(path)[1].rule_version == 1
    assert making.press(path, "discard") == 409
    making.press(path, "close")
    assert "is closed: nobody is given it any more." in boss.words
    making.press(path, "copy")
    assert "This is the copy, as a draft." in boss.words
    assert making.press(path, "discard") == 200
    assert "is in the recycle bin." in boss.words
    assert boss.get(path).status_code == 404
    boss.get("/manage/programmes/bin")
    assert "Older people: phone and health, 12 hours" in boss.words
    boss.post(f"{path}/restore")
    assert "is back, as it was." in boss.words
    making.press(path, "publish")
    assert making.stored(path)[0] is ProgrammeState.PUBLISHED
    boss.get("/manage/programmes")
    assert "Published Older people: phone and health, 12 hours 12 credit hours · Mill · 0 people have it" in boss.words
    making.stranger.get("/manage/programmes")
    assert "No programmes yet" in making.stranger.words
    assert making.press(path, "dance") == 200


def test_what_no_hours_mean_is_said_where_they_are_typed_and_once_published(making: Making) -> None:
    path, boss = making.begun(), making.boss
    making.send(path, "add_exam-1", **{"s1-title": "Look"})
    assert "0 where nobody asks for hours: whoever does all its parts has then completed it" in boss.words
    making.send(path, "publish", anew=False, **{"s1-p1-which": making.exam_id, "title": "Only a test"})
    assert making.stored(path)[0] is ProgrammeState.PUBLISHED
    assert "is published. Now it can be given to people." in boss.words
    assert "No hours are due: whoever does all its parts has completed it" in boss.words


def test_a_part_in_the_form_says_its_hours_as_other_pages_do(making: Making) -> None:
    path, boss = making.begun(), making.boss
    hours = {"4.00": "Talk · 4 credit hours", "2.50": "Talk · 2.5 credit hours", "0": "Talk", "x": "Talk"}
    for typed, said in hours.items():
        making.send(path, "add_event-1", **{"s1-title": "Look", "s1-hours": "0"})
        making.send(path, "look", anew=False, **{"s1-p1-title": "Talk", "s1-p1-hours": typed})
        found = re.search(r'sl-piece__name">(.*?)</span>', boss.text)
        assert found is not None
        assert found[1].endswith(said), typed


def test_a_stage_without_parts_is_not_published(making: Making) -> None:
    path = making.begun()
    making.send(path, "add_event-1", **{"s1-title": "Look", "s1-hours": "2", "hours": "2"})
    making.send(path, "add_stage", anew=False, **{"s1-p1-title": "Talk", "s1-p1-hours": "2"})
    making.send(path, "publish", anew=False, **{"s2-title": "Empty"})
    assert "The stage “Empty” has no part." in making.boss.words
    making.press(path, "publish")
    assert making.stored(path)[0] is ProgrammeState.DRAFT
