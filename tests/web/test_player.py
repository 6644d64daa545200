"""A lesson with its questions, sections and rules, and what the script of the page keeps and sends."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from suyu_learn.models import (
    Completion,
    Course,
    CourseRequirement,
    Enrolment,
    Lesson,
    ProgressStep,
)
from suyu_learn.services import course_search, courses
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import course_draft, fill_in, learn, learner, single, stored_bank, stored_course

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Given:
    """A course of three lessons, whose first asks three questions and places the second of them in its text."""

    app: Flask
    lin: Visitor
    person_key: str

    def change(self, **values: Any) -> None:
        """Change the course."""
        with learn(self.app).database.writing() as session:
            for name, value in values.items():
                setattr(courses.find(session, "soil"), name, value)

    def lessons(self, place: int, **values: Any) -> None:
        """Change a lesson of the course."""
        with learn(self.app).database.writing() as session:
            version = courses.find(session, "soil").published_version_id
            row = session.scalars(select(Lesson).where(Lesson.course_version_id == version, Lesson.position == place))
            lesson = row.one()
            for name, value in values.items():
                setattr(lesson, name, value)

    def send(self, *steps: dict[str, Any], person: str = "", version: int = 1, **more: Any) -> TestResponse:
        """Send steps as the script does."""
        said = {"person": person or self.person_key, "version": version, "steps": list(steps), **more}
        return self.lin.put("/courses/soil/progress", said)


@pytest.fixture
def given(app: Flask) -> Given:
    here = learn(app)
    drafts = [single(1), single(2), fill_in(3, "oxygen")]
    draft = course_draft(tuple(one.uid for one in drafts), (), ())
    text = f"Before.\n\n::question {drafts[1].uid}\n\nBehind."
    lessons = (replace(draft.lessons[0], text=text), *draft.lessons[1:])
    lessons = tuple(replace(one, title=f"Lesson {place}") for place, one in enumerate(lessons, start=1))
    with here.database.writing() as session:
        stored_bank(session, now=here.now(), questions=drafts)
        stored_course(session, replace(draft, lessons=lessons), now=here.now())
        stored_course(session, course_draft((), slug="base", title="The base"), now=here.now())
        key = learner(session, now=here.now(), username="lin").key
        learner(session, now=here.now(), username="wang")
    return Given(app, Visitor(app).sign_in("lin"), key)


def _count(app: Flask, model: type) -> int:
    with learn(app).database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_question_stands_where_the_text_places_it_and_the_others_at_the_end(given: Given) -> None:
    lin = given.lin
    lin.get("/courses/soil/lesson-1")
    order = [lin.text.index(one) for one in ("Before.", 'name="q2"', "Behind.", "Do you remember?", 'name="q1"')]
    assert order == sorted(order)
    assert lin.text.index('name="q3"') > order[-1]
    assert "::question" not in lin.text
    assert lin.text.count('<form method="post" action="/courses/soil/lesson-1"') == 1
    assert order[1] < lin.text.index('value="check"') < order[2]  # a button of its own
    assert lin.text.count('value="check"') == 2
    lin.post("/courses/soil/lesson-1", action="check", q2="wrong2", q1="right")
    assert "Because of 2." in lin.words
    assert "?again=2#q-2" in lin.text
    assert lin.text.index("Because of 2.") < lin.text.index("Behind.")


def test_all_questions_in_the_text_leave_no_heading_at_the_end(given: Given) -> None:
    with learn(given.app).database.reading() as session:
        version = courses.find(session, "soil").published_version_id
        uids = session.scalars(select(Lesson.checkpoints).where(Lesson.course_version_id == version)).first()
    given.lessons(1, text="\n\n".join(f"::question {uid}" for uid in uids or ()))
    given.lin.get("/courses/soil/lesson-1")
    assert "Do you remember?" not in given.lin.words
    assert len(re.findall(r'id="q-\d"', given.lin.text)) == 3
    assert given.lin.text.count('value="check"') == 3
    given.lin.post("/courses/soil/lesson-1", action="check", q1="right")
    assert given.lin.text.count('value="check"') == 2


def test_lessons_stand_under_their_sections(given: Given) -> None:
    given.lessons(1, section="Looking")
    given.lessons(2, section="Looking")
    given.lessons(3, section="Doing")
    given.lin.get("/courses/soil")
    assert given.lin.words.count("Looking") == 1
    assert re.search(r"Contents Looking 1 Lesson 1 .* 2 Lesson 2 .* Doing 3 Lesson 3", given.lin.words)
    assert 'start="3"' in given.lin.text
    given.lin.get("/courses/soil/lesson-1")
    assert re.search(r"Contents 0 of 3 lessons read Looking 1 Lesson 1 2 Lesson 2 Doing 3 Lesson 3", given.lin.words)
    assert '<b aria-current="page">Lesson 1</b>' in given.lin.text
    assert 'href="/courses/soil/lesson-2"' not in given.lin.text
    given.lin.post("/courses/soil/lesson-1", action="finish")
    assert "Contents 1 of 3 lessons read Looking Read Lesson 1 2 Lesson 2" in given.lin.words
    assert 'href="/courses/soil/lesson-1"' in given.lin.text


def test_a_course_without_order_opens_all_its_lessons_and_goes_on_where_one_was(given: Given) -> None:
    given.change(in_order=False)
    given.lin.get("/courses/soil")
    assert "After the one before" not in given.lin.words
    given.lin.get("/courses/soil/lesson-3")
    assert given.lin.page is not None
    assert given.lin.page.status_code == 200
    given.lin.get("/courses/soil")
    assert re.search(r'href="/courses/soil/lesson-3"[^>]*><span>Go on learning', given.lin.text)


def test_a_course_and_a_lesson_open_on_their_day(given: Given, clock: FrozenClock) -> None:
    lin = given.lin
    given.lessons(2, opens_at=clock() + timedelta(days=2))
    given.change(opens_at=clock() + timedelta(days=1))
    lin.get("/courses")
    assert "opens on" in lin.words
    lin.get("/courses/soil")
    assert "This course opens on" in lin.words
    assert "Begin the course" not in lin.words
    assert lin.get("/courses/soil/lesson-1", follow=False).status_code == 303
    assert lin.post("/courses/soil/lesson-1", action="finish").status_code == 409
    clock.advance(days=1)
    lin.get("/courses/soil")
    assert "This course opens" not in lin.words
    lin.get("/courses/soil/lesson-1")
    lin.post("/courses/soil/lesson-1", action="finish")
    assert "“Lesson 2” opens on" in lin.words
    assert "Go on learning" not in lin.words
    assert lin.get("/courses/soil/lesson-2/kept").status_code == 409
    clock.advance(days=1)
    given.change(opens_at=clock() + timedelta(days=9))  # who has begun goes on
    assert lin.get("/courses/soil/lesson-2").status_code == 200


def test_a_course_opens_once_others_are_completed(given: Given, clock: FrozenClock) -> None:
    lin = given.lin
    with learn(given.app).database.writing() as session:
        ids = {one.slug: one.id for one in session.scalars(select(Course))}
        session.add(CourseRequirement(course_id=ids["soil"], required_id=ids["base"]))
    lin.get("/courses")
    assert "after The base" in lin.words
    lin.get("/courses/soil")
    assert "This course opens once you have completed: The base" in lin.words
    assert 'href="/courses/base"' in lin.text
    lin.get("/courses/soil/lesson-1")
    assert "This course opens once you have completed: The base." in lin.words
    assert _count(given.app, Enrolment) == 0
    lin.get("/courses/base/lesson-1")
    lin.post("/courses/base/lesson-1", action="finish")
    assert _count(given.app, Completion) == 1
    clock.advance(days=400)
    lin.sign_in("lin")
    lin.get("/courses/soil")
    assert "Begin the course" in lin.words


def _step(kind: str, lesson: int = 1, *, key: str, age: float = 0, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "lesson": f"lesson-{lesson}", "key": f"key-{key}-00", "age": age * 1000, **more}


def test_kept_steps_come_in_once_and_in_their_order(given: Given, clock: FrozenClock) -> None:
    given.lin.get("/courses/soil/lesson-1")
    clock.advance(seconds=300)
    steps = [
        _step("spent", key="a", age=200, seconds=90),
        _step("answered", key="b", age=200, place=1, answer=["right"]),
        _step("finished", key="c", age=200),
        _step("opened", 2, key="d", age=199),
        _step("spent", 2, key="e", age=100, seconds=5000),
        _step("finished", 2, key="f", age=100),
    ]
    before = _count(given.app, ProgressStep)
    for _ in range(2):
        reply = given.send(*steps)
        assert (reply.status_code, [set(one) for one in reply.json["results"]]) == (200, [{"key"}] * 6)
    assert _count(given.app, ProgressStep) - before == 6
    with learn(given.app).database.reading() as session:
        spent = session.scalars(select(ProgressStep.seconds).where(ProgressStep.kind == "spent")).all()
    assert spent == [90, 99]  # no more than has passed since the second lesson was opened
    given.lin.get("/courses/soil")
    assert "2 of 3 lessons read" in given.lin.words


def _moments(app: Flask) -> list[tuple[str, datetime]]:
    with learn(app).database.reading() as session:
        return [(row.kind, row.at) for row in session.scalars(select(ProgressStep).order_by(ProgressStep.id))]


def _stamp(page: str) -> str:
    found = re.search(r'data-page="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_nothing_was_before_the_page_was_made_that_tells_it(given: Given, clock: FrozenClock) -> None:
    given.lin.get("/courses/soil/lesson-1")
    opened = clock()
    clock.advance(days=10)
    given.lin.get("/courses/soil/lesson-1/kept")
    made, page = clock(), _stamp(given.lin.text)
    clock.advance(seconds=3600)
    long_ago = 9 * 24 * 3600
    reply = given.send(
        _step("opened", key="a", age=long_ago, page=page), _step("spent", key="b", age=3000, seconds=3600, page=page),
        _step("finished", key="c", age=2000, page=page),
    )  # fmt: skip
    assert reply.status_code == 200
    assert _moments(given.app) == [
        ("opened", opened), ("opened", made), ("spent", clock() - timedelta(seconds=3000)),
        ("finished", clock() - timedelta(seconds=2000)),
    ]  # fmt: skip
    with learn(given.app).database.reading() as session:
        spent = session.scalars(select(ProgressStep.seconds).where(ProgressStep.kind == "spent")).one()
    assert spent == 600  # what had passed since the page was made


def test_a_lesson_opened_anew_counts_although_the_clock_was_set_back(given: Given, clock: FrozenClock) -> None:
    given.lin.get("/courses/soil/lesson-1")
    early = _stamp(given.lin.text)
    clock.advance(hours=-2)
    given.lin.get("/courses/soil/lesson-1")
    clock.advance(seconds=40)
    given.send(_step("spent", key="a", age=0, seconds=40, page=_stamp(given.lin.text)))
    given.send(_step("finished", key="b", age=5000, page=early))  # of a time to come: it is taken as of now
    with learn(given.app).database.reading() as session:
        assert session.scalars(select(ProgressStep.seconds).where(ProgressStep.kind == "spent")).all() == [40]
    assert ("finished", clock()) in _moments(given.app)


@pytest.mark.parametrize("stamp", ["", "x", None, 7, "of another"])
def test_what_no_page_vouches_for_was_not_before_the_last_step(given: Given, clock: FrozenClock, stamp: Any) -> None:
    given.lin.get("/courses/soil/lesson-1")
    clock.advance(days=3)
    given.send(_step("answered", key="a", place=1, answer=["right"]))
    last = clock()
    clock.advance(days=3)
    if stamp == "of another":
        wang = Visitor(given.app).sign_in("wang")
        wang.get("/courses/soil/lesson-1")
        stamp = _stamp(wang.text)
        given.lin.sign_in("lin")
    given.send(_step("finished", key="b", age=5 * 24 * 3600, page=stamp))
    mine = [at for kind, at in _moments(given.app) if kind == "finished"]
    assert mine == [last]


def test_what_is_not_for_the_server_to_take_is_told_step_by_step(given: Given, clock: FrozenClock) -> None:
    given.lin.get("/courses/soil/lesson-1")
    reply = given.send(
        _step("answered", key="a", place=3, answer=["x" * 3000]),
        _step("finished", 2, key="b"),
        _step("answered", key="c", place=9, answer=["right"]),
        _step("opened", 7, key="d"),
        _step("answered", key="e", place=2, answer=["right"]),
    )
    results = {one["key"][4]: one.get("error") for one in reply.json["results"]}
    assert results == {
        "a": "response.too_long", "b": "course.lesson_locked", "c": None, "d": "course.no_such_lesson", "e": None,
    }  # fmt: skip
    assert "Finish “Lesson 1” first" in reply.json["results"][1]["message"]
    reply = given.send(_step("finished", key="f"), version=7)
    assert reply.json["results"][0]["error"] == "course.other_version"


def test_steps_of_another_person_stay_in_the_browser(given: Given) -> None:
    given.lin.get("/courses/soil/lesson-1")
    before = _count(given.app, ProgressStep)
    wang = replace(given, lin=Visitor(given.app).sign_in("wang"))
    reply = wang.send(_step("finished", key="a"))
    assert (reply.status_code, reply.json["reason"]) == (409, "another_person")
    nobody = replace(given, lin=Visitor(given.app))
    nobody.lin.get("/login")
    assert nobody.send(_step("finished", key="a")).status_code == 401
    token = given.lin.put("/courses/soil/progress", {}, token="old")
    assert (token.status_code, "csrf_token" in token.json) == (400, True)
    assert _count(given.app, ProgressStep) == before


@pytest.mark.parametrize(
    "said",
    [
        None, [], {"steps": 3}, {"steps": ["x"]}, {"steps": [{"kind": "slept", "lesson": "lesson-1", "key": "k" * 9}]},
        {"steps": [{"kind": "spent", "lesson": "lesson-1", "key": "k"}]},
        {"steps": [{"kind": "spent", "lesson": "lesson-1", "key": "k" * 9, "seconds": "many"}]},
        {"steps": [{"kind": "spent", "lesson": "lesson-1", "key": "k" * 9, "age": True}]},
        {"steps": [{"kind": "answered", "lesson": "lesson-1", "key": "k" * 9, "answer": [1]}]},
    ],
)  # fmt: skip
def test_steps_that_no_script_sends_are_refused(given: Given, said: Any) -> None:
    given.lin.get("/courses/soil/lesson-1")
    if isinstance(said, dict):
        said = {"person": given.person_key, "version": 1, **said}
    reply = given.lin.put("/courses/soil/progress", said)
    assert (reply.status_code, reply.json["reason"]) == (400, "course.unreadable_steps")


def test_the_reply_to_a_button_says_where_to_go_on(given: Given) -> None:
    given.lin.get("/courses/soil/lesson-1")
    press = {"from": "lesson-1", "action": "check"}
    go = lambda *steps, **more: given.send(*steps, **{**press, **more}).json["go"]  # noqa: E731
    assert go(_step("answered", key="a", place=2, answer=["wrong2"])) == "/courses/soil/lesson-1#q-2"
    assert go(_step("answered", key="b", place=3, answer=["x" * 3000])) is None
    assert go(_step("finished", key="c"), action="finish") == "/courses/soil/lesson-2"
    given.lin.get("/courses/soil/lesson-2")
    assert "“Lesson 1” is read; 3 questions still open." in given.lin.words


def test_a_lesson_is_kept_without_a_trace_and_before_its_turn(given: Given) -> None:
    lin = given.lin
    assert lin.get("/courses/soil/lesson-1/kept").status_code == 404  # of a course one has not begun nothing is kept
    lin.get("/courses/soil/lesson-1")
    before = _count(given.app, ProgressStep)
    assert lin.get("/courses/soil/lesson-2/kept").status_code == 200
    assert 'data-kept="1"' in lin.text
    assert 'data-next="/courses/soil/lesson-3"' in lin.text
    assert _count(given.app, ProgressStep) == before
    assert Visitor(given.app).get("/courses/soil/lesson-2/kept", follow=False).status_code == 302


def test_the_worker_reaches_the_pages_of_courses_only(given: Given) -> None:
    reply = Visitor(given.app).client.get("/sw.js")
    assert (reply.mimetype, reply.headers["Cache-Control"]) == ("text/javascript", "no-cache")
    given.lin.get("/courses/soil/lesson-1")
    assert 'data-worker="/sw.js" data-root="/courses"' in given.lin.text


@pytest.mark.parametrize(
    ("words", "where"),
    [
        ("lesson 3", ["Lesson 3"]),
        ("behind.", ["Lesson 1"]),
        ("black", []),
        ("土土", ["Lesson 2", "Lesson 3"]),
        ("About it", []),
        ("behind before", ["Lesson 1"]),
        ("LESSON 土土", ["Lesson 2", "Lesson 3"]),
        ("black about", []),
        ("leaf nowhere", None),
        ("100%", None),
        ("_", None),
        ("question", None),
        ("x" * 300, None),
    ],
)
def test_words_are_found_where_they_stand(given: Given, words: str, where: list[str] | None) -> None:
    given.lessons(1, text="Before *it*.\n\n::question q\n\nBehind. ![a leaf](media:" + "a_" * 32 + ")")
    given.lin.get(f"/courses?q={words.replace('%', '%25')}")
    found = re.findall(r"<li>(?:<a [^>]*>|<b>)(Lesson \d)<", given.lin.text)
    assert ("0 courses found" in given.lin.words) is (where is None)
    assert found == (where or [])
    if words == "behind before":
        assert "<mark>Behind</mark>. a leaf" in " ".join(given.lin.text.split())
    if words == "behind.":
        assert "Before it. <mark>Behind.</mark> a leaf" in " ".join(given.lin.text.split())


def test_more_lessons_than_are_shown_are_told(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    given.lin.get("/courses?q=Lesson")
    assert "Only the first" not in given.lin.words
    monkeypatch.setattr(course_search, "MOST_LESSONS", 2)
    given.lin.get("/courses?q=Lesson")
    assert "Only the first 2 lessons are shown; more words find fewer." in given.lin.words
    assert re.findall(r"<li>(?:<a [^>]*>|<b>)(Lesson \d)<", given.lin.text) == ["Lesson 1", "Lesson 2"]
