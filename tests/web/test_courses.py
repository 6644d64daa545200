"""The pages of courses, without script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.models import (
    Assignment,
    CertificateTerms,
    Completion,
    CompletionKind,
    Enrolment,
    Grant,
    HoursEntry,
    Person,
    ProgressStep,
    Role,
)
from suyu_learn.services import merging, people
from suyu_learn.web import courses as web_courses
from suyu_learn.web.context import writing_apart
from suyu_learn.web.reading import lesson_page
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import (
    MEASURE,
    course_draft,
    course_part,
    fill_in,
    learn,
    learner,
    multiple,
    programme_plan,
    single,
    stored_bank,
    stored_course,
    stored_programme,
)
from tests.pdfs import words_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Given:
    """A course of two lessons whose first asks three questions."""

    app: Flask
    uids: tuple[str, ...]


@pytest.fixture
def given(app: Flask) -> Given:
    here = learn(app)
    drafts = [single(1), multiple(2), fill_in(3, "oxygen")]
    uids = tuple(draft.uid for draft in drafts)
    with here.database.writing() as session:
        stored_bank(session, now=here.now(), questions=drafts)
        stored_course(session, course_draft(uids, ()), now=here.now())
        stored_course(session, course_draft(slug="decisions", audience="officials", title="Decisions"), now=here.now())
        person = learner(session, now=here.now(), username="lin")
        people.add_person(session, "Other", now=here.now())
        session.add(Grant(person_id=learner(session, now=here.now(), username="boss").id, role=Role.ADMIN,
                          unit_id=None, granted_at=here.now()))  # fmt: skip
        assert person.username
    return Given(app, uids)


def _count(app: Flask, model: type) -> int:
    with learn(app).database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_everything_asks_for_signing_in(given: Given) -> None:
    for path in ("/courses", "/courses/soil", "/courses/soil/lesson-1", "/manage/courses"):
        answer = Visitor(given.app).get(path, follow=False)
        assert (answer.status_code, "/login" in answer.headers["Location"]) == (302, True)


def test_the_list_says_in_words_how_far_one_is(given: Given) -> None:
    lin = Visitor(given.app).sign_in("lin")
    lin.get("/courses")
    assert lin.words.count("Not begun") == 2
    assert "Farmers Black soil" in lin.words
    assert _count(given.app, Enrolment) == 0
    lin.get("/courses/soil/lesson-1")
    lin.get("/courses")
    assert "0 of 2 lessons read" in lin.words
    assert 'aria-current="page">Courses' in lin.text


def test_the_cover_tells_contents_time_and_worth(given: Given) -> None:
    lin = Visitor(given.app).sign_in("lin")
    lin.get("/courses/soil")
    for words in ("You can tell it", "about 2 minutes", "up to 0.04 credit hours", "Begin", "After the one before"):
        assert words in lin.words
    assert 'href="/courses/soil/lesson-2"' not in lin.text


def test_unknown_and_hidden_courses_are_not_found(given: Given) -> None:
    lin = Visitor(given.app).sign_in("lin")
    for path in ("/courses/nowhere", "/courses/nowhere/lesson-1", "/courses/soil/nowhere"):
        assert lin.get(path).status_code == 404
    boss = Visitor(given.app).sign_in("boss")
    boss.get("/manage/courses")
    boss.post("/manage/courses/soil/hide")
    for path in ("/courses/soil", "/courses/soil/lesson-1"):
        assert lin.get(path).status_code == 404
    lin.get("/courses")
    assert "Black soil" not in lin.words


def test_a_lesson_before_its_turn_leads_back_with_a_sentence(given: Given) -> None:
    lin = Visitor(given.app).sign_in("lin")
    assert lin.get("/courses/soil/lesson-2", follow=False).status_code == 303
    lin.get("/courses/soil")
    assert "Lessons are read in order" in lin.words
    lin.get("/courses/soil/lesson-1")
    assert lin.post("/courses/soil/lesson-2", action="finish").status_code == 400
    assert _count(given.app, Completion) == 0


def test_a_lesson_shown_again_waits_for_nobody_who_writes(given: Given, clock: FrozenClock) -> None:
    lin = Visitor(given.app).sign_in("lin")
    lin.get("/courses/soil/lesson-1")
    with learn(given.app).database.writing():
        assert lin.get("/courses/soil/lesson-1").status_code == 200
    assert _count(given.app, ProgressStep) == 1
    clock.advance(minutes=1)
    lin.get("/courses/soil/lesson-1")
    assert _count(given.app, ProgressStep) == 2


def _merge_lin(app: Flask) -> None:
    here = learn(app)
    with here.database.writing() as session:
        lin, boss, other = (
            session.scalars(select(Person).where(one)).one()
            for one in (Person.username == "lin", Person.username == "boss", Person.name == "Other")
        )
        merging.merge(session, other, lin, actor=boss, now=here.now(), reason="entered twice", **MEASURE)


def test_what_is_read_while_its_person_is_merged_is_noted_for_nobody(
    given: Given, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    lin = Visitor(given.app).sign_in("lin")
    lin.get("/courses/soil/lesson-1")
    clock.advance(minutes=1)

    def shown(*what: Any, **more: Any) -> Any:
        page = lesson_page(*what, **more)
        _merge_lin(given.app)
        return page

    monkeypatch.setattr(web_courses, "lesson_page", shown)
    assert lin.get("/courses/soil/lesson-1").status_code == 200
    assert _count(given.app, ProgressStep) == 1
    assert lin.get("/courses/soil/lesson-1", follow=False).status_code == 302


def test_nobody_is_enrolled_who_is_merged_meanwhile(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    lin = Visitor(given.app).sign_in("lin")

    @contextmanager
    def merged_first() -> Iterator[Session]:
        _merge_lin(given.app)
        with writing_apart() as writing:
            yield writing

    monkeypatch.setattr(web_courses, "writing_apart", merged_first)
    assert lin.get("/courses/soil/lesson-1").status_code == 403
    assert _count(given.app, Enrolment) == 0


def test_a_look_at_the_headers_opens_no_lesson(given: Given) -> None:
    lin = Visitor(given.app).sign_in("lin")
    assert lin.client.head("/courses/soil/lesson-1").status_code == 405
    assert _count(given.app, Enrolment) == 0


def test_no_key_or_explanation_before_answering(given: Given) -> None:
    lin = Visitor(given.app).sign_in("lin")
    lin.get("/courses/soil/lesson-1")
    assert "Because of" not in lin.text
    assert "is-right" not in lin.text
    assert "oxygen" not in lin.text


def test_answers_are_marked_at_once_and_may_be_tried_again(given: Given) -> None:
    lin = Visitor(given.app).sign_in("lin")
    lin.get("/courses/soil/lesson-1")
    reply = lin.post("/courses/soil/lesson-1", follow=False, action="check", q1="wrong1", q2=["a"], q3="oxygen")
    assert reply.headers["Location"].endswith("/courses/soil/lesson-1#q-1")
    lin.get("/courses/soil/lesson-1")
    assert "Because of 1." in lin.words
    assert "Your answer, wrong" in lin.words
    assert "Partly right" in lin.words
    assert lin.words.count("Right answer") == 1  # only of the blank, which was answered right
    lin.get("/courses/soil/lesson-1?again=1")
    assert 'name="q1"' in lin.text
    assert 'name="q2"' not in lin.text
    lin.post("/courses/soil/lesson-1", action="check", q1="right")
    assert "?again=2#q-2" in lin.text
    assert "?again=1" not in lin.text
    for nonsense in ("9", "x", "-1", "²", "9" * 30):
        assert lin.get(f"/courses/soil/lesson-1?again={nonsense}").status_code == 200


def test_an_unreadable_answer_is_told_and_changes_nothing(given: Given) -> None:
    lin = Visitor(given.app).sign_in("lin")
    lin.get("/courses/soil/lesson-1")
    lin.post("/courses/soil/lesson-1", action="check", q1="no such key")
    assert "not one of the choices" in lin.words
    assert "Question 1" in lin.words
    lin.post("/courses/soil/lesson-1", action="check", q3="x" * 3000)
    assert "at most 2000 characters" in lin.words


def test_a_lesson_read_without_answers_says_what_is_open(given: Given, clock: FrozenClock) -> None:
    lin = Visitor(given.app).sign_in("lin")
    lin.get("/courses/soil/lesson-1")
    assert "3 questions still open. The hours are recorded once all questions" in lin.words
    lin.post("/courses/soil/lesson-1", action="finish")
    assert "is read; 3 questions still open." in lin.words
    for page in ("/", "/courses", "/courses/soil", "/courses/soil/lesson-1"):
        lin.get(page)
        assert "3 questions still open" in lin.words, page
    lin.post("/courses/soil/lesson-1", action="check", q1="right")
    lin.get("/")
    assert "2 questions still open" in lin.words


def test_a_course_from_begin_to_completed(given: Given, clock: FrozenClock) -> None:
    lin = Visitor(given.app).sign_in("lin")
    lin.get("/courses/soil/lesson-1")
    clock.advance(seconds=45)
    lin.post("/courses/soil/lesson-1", action="finish", q1="right", q2=["a", "c"], q3="wrong")
    assert "Why" in lin.words  # the wrong one keeps the page
    lin.get("/")
    assert "Go on learning Black soil" in lin.words
    assert "1 of 2 lessons read 1 question still open" in lin.words
    lin.get("/courses")
    assert "1 of 2 lessons read 1 question still open" in lin.words
    lin.get("/courses/soil/lesson-2")
    clock.advance(seconds=600)
    lin.post("/courses/soil/lesson-2", action="finish")
    assert "All read, questions still open" in lin.words
    assert "1 question still open" in lin.words
    assert "Answer the open questions" in lin.words
    lin.get("/courses/soil/lesson-1?again=3")
    lin.post("/courses/soil/lesson-1", action="check", q3="Oxygen")
    assert "You have completed this course: 0.03 credit hours." in lin.words  # 45 s and 60 s of 2700 s
    assert "reading on for about 1 minute brings 0.01 credit hours more" in lin.words
    assert "1.75 minutes" in lin.words
    lin.get("/")
    assert "Go on learning" not in lin.words
    assert (_count(given.app, Completion), _count(given.app, HoursEntry)) == (1, 1)


def test_a_quick_reader_is_told_what_is_lacking_and_finds_the_same_hours_everywhere(
    app: Flask, clock: FrozenClock
) -> None:
    """Two lessons of 81 s together, of which a programme wants all: 0.03 hours."""
    with learn(app).database.writing() as session:
        course = stored_course(session, course_draft(characters=203), now=clock())
        works = people.add_unit(session, "Works", parent=None, now=clock())
        learner(session, now=clock(), unit=works, username="lin")
        plan = programme_plan(("Reading", (course_part(course, "0.03"),)), title="All of it")
        programme = stored_programme(session, plan, now=clock(), unit=works)
        session.add(CertificateTerms(kind=CompletionKind.COURSE, subject_id=course.id, issued=True))
        session.add(Assignment(programme_id=programme.id, unit_id=works.id, starts_on=clock().date(),
                               created_at=clock()))  # fmt: skip
    lin = Visitor(app).sign_in("lin")
    lin.get(f"/programmes/{programme.key}")
    assert "Next: soil" in lin.words
    assert "Under way" not in lin.words
    lin.get("/courses/soil")
    assert "about 1.4 minutes" in lin.words  # 1.4 / 45 = 0.031
    assert "up to 0.03 credit hours" in lin.words
    for lesson, seconds in (("lesson-1", 20), ("lesson-2", 17)):
        lin.get(f"/courses/soil/{lesson}")
        clock.advance(seconds=seconds)
        lin.post(f"/courses/soil/{lesson}", action="finish")
    assert "You have completed this course: 0.01 credit hours." in lin.words
    lacking = "You were quicker than the course takes: reading on for about 1 minute brings 0.02 credit hours more."
    assert lin.words.count(lacking) == 2  # said once, and beside what is recorded
    assert '<a class="sl-button sl-button--plain sl-button--wide" href="/courses/soil/lesson-1"' in lin.text
    said = "All parts are done, but 0.02 credit hours are lacking. Read on: about 1 minute in “soil”."
    for page in ("/", f"/programmes/{programme.key}", "/programmes", "/records"):
        lin.get(page)
        assert said in lin.words, page
        assert 'href="/courses/soil/lesson-1"' in lin.text, page
    assert "Under way" in lin.get(f"/programmes/{programme.key}").text
    number = re.search(r'/records/certificates/([^"/]+)"', lin.get("/records").text)[1]  # type: ignore[index]
    assert "0.01 credit hours" in lin.get(f"/records/certificates/{number}").text
    for lesson in ("lesson-1", "lesson-2"):
        lin.get(f"/courses/soil/{lesson}")
        clock.advance(seconds=60)
        lin.post(f"/courses/soil/{lesson}", action="finish")
    lin.get("/courses/soil")
    assert "Time counted 1.37 minutes Hours credited 0.03 credit hours" in lin.words
    assert "quicker" not in lin.words
    assert "0.03 credit hours" in lin.get(f"/records/certificates/{number}").text
    paper = lin.get(f"/records/certificates/{number}/certificate.pdf").data
    assert "0.03 credit hours" in " ".join(words_of(paper).split())
    lin.get("/records")
    assert "Credit hours in 2026 0.03" in lin.words
    lin.get(f"/programmes/{programme.key}")
    assert "lacking" not in lin.words
    assert "Completed on" in lin.words


def test_a_cover_without_outcomes_has_no_heading_for_them(app: Flask) -> None:
    with learn(app).database.writing() as session:
        stored_course(session, replace(course_draft(), outcomes=()), now=learn(app).now())
        learner(session, now=learn(app).now(), username="lin")
    lin = Visitor(app).sign_in("lin")
    lin.get("/courses/soil")
    assert "What you will be able to do" not in lin.words


def test_a_form_sent_twice_counts_once(given: Given, clock: FrozenClock) -> None:
    lin = Visitor(given.app).sign_in("lin")
    lin.get("/courses/soil/lesson-1")
    key = re.search(r'name="key" value="([^"]+)"', lin.text)[1]  # type: ignore[index]
    clock.advance(seconds=30)
    before = _count(given.app, ProgressStep)
    for _ in range(2):
        lin.post("/courses/soil/lesson-1", follow=False, action="check", q1="wrong1", key=key)
    assert _count(given.app, ProgressStep) - before == 2  # the time and the answer


def test_visible_time_comes_by_script(given: Given, clock: FrozenClock) -> None:
    lin = Visitor(given.app).sign_in("lin")
    lin.get("/courses/soil/lesson-1")
    clock.advance(seconds=40)
    path = "/courses/soil/lesson-1/time"
    token = lin.token
    for _ in range(2):
        assert lin.post(path, key="some-key-1", seconds="25", age="5").status_code == 204
    assert lin.post(path, key="some-key-2", seconds="many").status_code == 400
    assert lin.post(path, key="", seconds="3").status_code == 400
    assert lin.client.post(path, data={"key": "some-key-3", "seconds": "3"}).status_code == 400  # no token
    assert lin.post("/courses/soil/lesson-2/time", csrf_token=token, key="some-key-4", seconds="3").status_code == 400
    lin.get("/courses/soil/lesson-1")
    lin.post("/courses/soil/lesson-1", action="check", seconds="3", time_key="some-key-5")
    with learn(given.app).database.reading() as session:
        assert session.scalar(select(func.sum(ProgressStep.seconds))) == 28


def test_organizers_hide_and_show_and_see_what_counts_are_out_of(given: Given) -> None:
    lin = Visitor(given.app).sign_in("lin")
    lin.get("/courses/soil/lesson-1")
    assert lin.get("/manage/courses").status_code == 403
    boss = Visitor(given.app).sign_in("boss")
    boss.get("/manage/")
    assert "who has begun and completed them" in boss.words
    boss.get("/manage/courses")
    assert "3 people in your units" in boss.words
    assert "1 of 3 people" in boss.words
    assert "0 of 1 who began" in boss.words
    boss.post("/manage/courses/soil/hide")
    assert "“Black soil” is hidden" in boss.words
    assert "Recycle bin" in boss.words
    boss.post("/manage/courses/soil/show")
    assert "Recycle bin" not in boss.words
    assert boss.post("/manage/courses/nowhere/hide").status_code == 404
    with learn(given.app).database.reading() as session:
        assert session.scalars(select(Person).where(Person.name == "Other")).one().active


def test_packs_come_in_by_command(app: Flask, tmp_path: Path) -> None:
    def run(*words: str, status: int = 0) -> str:
        result = app.test_cli_runner().invoke(args=["suyu", "load", *words])
        assert result.exit_code == status, result.output
        return str(result.output)

    first = run("--json")
    assert '"course": "wood-workshop-safety"' in first
    assert '"stored": false' not in first
    assert "lessons stored" not in run()
    folder = tmp_path / "more/farmers/new"
    folder.mkdir(parents=True)
    (folder / "course.toml").write_text('slug = "new"\naudience = "farmers"\n', encoding="utf-8")
    said = run(str(tmp_path / "more"), status=2)
    assert "more/farmers/new/course.toml: title: 缺少这个字段" in said
    assert "more/farmers/new/course.toml: lesson: 课程没有课时" in said
    assert "bank.toml" in run(str(folder), status=2)
