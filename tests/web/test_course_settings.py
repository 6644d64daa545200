"""What organizers set of a course beside its words: order, dates, courses before, headings of lessons."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.domain.problems import Problem
from suyu_learn.models import AuditEntry, Course, CourseRequirement, CourseVersion, Lesson, Person, Status
from suyu_learn.services import course_settings, course_writing
from suyu_learn.services.course_settings import Settings
from tests.factories import learn
from tests.web.test_course_writing import Writing

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def writing(app: Flask) -> Writing:
    return Writing(app)


def _course(writing: Writing, path: str) -> Course:
    with learn(writing.app).database.reading() as session:
        return session.scalars(select(Course).where(Course.slug == path.rsplit("/", 1)[1])).one()


def _set(writing: Writing, path: str, **fields: Any) -> None:
    """The settings form, sent with what it holds and some fields changed."""
    writing.boss.get(f"{path}/settings")
    writing.boss.post(f"{path}/settings", base=writing.desk_base(writing.boss), **fields)


def _published(writing: Writing, title: str) -> str:
    path = writing.begun()
    writing.lesson()
    writing.press("publish", title=title)
    return path


@on_sqlite
def test_settings_hold_at_once_and_are_told_in_the_audit_trail(writing: Writing) -> None:
    first = _published(writing, "First")
    second = _published(writing, "Second")
    _set(writing, second, seek_lock="1", opens_at="2026-12-24T08:30", requires=str(_course(writing, first).id))
    assert "Saved. It holds from now on." in writing.boss.words
    assert "To be completed before First" in writing.boss.words
    assert "Order all lessons open at once" in writing.boss.words
    kept = _course(writing, second)
    assert (kept.in_order, kept.seek_lock) == (False, True)
    assert kept.opens_at == datetime(2026, 12, 24, 0, 30, tzinfo=UTC)
    writing.boss.get(f"{second}/settings")
    assert 'value="2026-12-24T08:30"' in writing.boss.text
    with learn(writing.app).database.reading() as session:
        told = {one.action: one.detail for one in session.scalars(select(AuditEntry))
                if one.action.startswith("course.changed.")}  # fmt: skip
    assert told["course.changed.in_order"] == {"old": True, "new": False}
    assert told["course.changed.requires"] == {"old": [], "new": ["First"]}
    assert told["course.changed.opens_at"]["new"].startswith("2026-12-24T00:30")


@on_sqlite
def test_courses_never_ask_for_each_other_in_a_circle(writing: Writing) -> None:
    paths = [_published(writing, title) for title in ("First", "Second", "Third")]
    numbers = [str(_course(writing, path).id) for path in paths]
    _set(writing, paths[1], in_order="1", requires=numbers[0])
    _set(writing, paths[2], in_order="1", requires=numbers[1])
    _set(writing, paths[0], in_order="1", seek_lock="1", requires=numbers[2])
    assert writing.boss.page.status_code == 422
    assert "“Third” itself asks for this course to be completed before" in writing.boss.words
    assert re.search(r'name="seek_lock"[^>]*checked|checked[^>]*name="seek_lock"', writing.boss.text)
    with learn(writing.app).database.reading() as session:
        assert len(session.scalars(select(CourseRequirement)).all()) == 2
    assert not _course(writing, paths[0]).seek_lock


def test_two_courses_that_come_to_ask_for_each_other_at_once(writing: Writing) -> None:
    """On both databases: one is refused."""
    ids = [_course(writing, _published(writing, title)).id for title in ("First", "Second")]
    barrier, refused = threading.Barrier(2), []

    def ask(own: int, other: int) -> None:
        barrier.wait()
        try:
            with learn(writing.app).database.writing() as session:
                course = session.get_one(Course, own)
                base = course_settings.settings_of(session, course).fingerprint
                wanted = Settings(requires=frozenset({other}))
                boss = session.scalars(select(Person).limit(1)).one()
                course_settings.set_settings(session, course, wanted, boss, base=base, now=learn(writing.app).now())
        except Problem as problem:
            refused.append(problem.code)

    threads = [threading.Thread(target=ask, args=pair) for pair in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["course.requires_circle"]


@on_sqlite
def test_settings_that_somebody_else_has_changed_are_not_written_over(writing: Writing) -> None:
    path = _published(writing, "First")
    writing.colleague.get(f"{path}/settings")
    old = writing.desk_base(writing.colleague)
    _set(writing, path, seek_lock="1")
    writing.colleague.post(f"{path}/settings", base=old, in_order="1")
    assert "Somebody else has changed these settings meanwhile" in writing.colleague.words
    writing.colleague.post(f"{path}/settings", base=writing.desk_base(writing.colleague), in_order="1")
    kept = _course(writing, path)
    assert (kept.in_order, kept.seek_lock) == (True, False)
    assert writing.stranger.get(f"{path}/settings").status_code == 404
    assert writing.boss.get("/manage/courses/soil/settings").status_code == 404


def _places(app: Flask) -> list[tuple[str, str]]:
    with learn(app).database.reading() as session:
        rows = session.execute(
            select(Lesson.title, Lesson.section, Lesson.position)
            .join(CourseVersion, CourseVersion.id == Lesson.course_version_id)
            .where(CourseVersion.status == Status.DRAFT).order_by(Lesson.position)
        ).all()  # fmt: skip
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    return [(row.title, row.section) for row in rows]


@on_sqlite
def test_lessons_stand_under_headings_and_move_between_them(writing: Writing) -> None:
    path = writing.begun()
    numbers = [writing.lesson(title=title) for title in "ABCD"]
    writing.boss.get(f"{path}/contents")
    said = {
        f"section_{number}": section for number, section in zip(numbers, ("One", "Two", " One ", "Two"), strict=True)
    }
    dates = {f"opens_{numbers[3]}": "2027-01-01T00:00"}
    old = writing.desk_base(writing.boss)
    writing.boss.post(f"{path}/contents", base=old, **said, **dates)
    assert _places(writing.app) == [("A", "One"), ("C", "One"), ("B", "Two"), ("D", "Two")]
    assert re.findall(r"<h3[^>]*>(One|Two)</h3>", writing.boss.text) == ["One", "Two"]
    assert "opens on" in writing.boss.words
    writing.press(f"up-{numbers[1]}")
    assert _places(writing.app) == [("A", "One"), ("C", "One"), ("B", "One"), ("D", "Two")]
    writing.press(f"up-{numbers[1]}")
    assert _places(writing.app) == [("A", "One"), ("B", "One"), ("C", "One"), ("D", "Two")]
    writing.press(f"down-{numbers[2]}")
    assert _places(writing.app) == [("A", "One"), ("B", "One"), ("C", "Two"), ("D", "Two")]
    writing.colleague.get(f"{path}/contents")
    writing.colleague.post(f"{path}/contents", base=old, **dict.fromkeys(said, "Typed by a colleague"))
    assert writing.colleague.page.status_code == 422
    assert "Somebody else has changed these lessons meanwhile" in writing.colleague.words
    assert "Typed by a colleague" in writing.colleague.text
    answer = writing.boss.post(f"{path}/contents", base=old, **{f"opens_{numbers[0]}": "soon"})
    assert answer.status_code == 422
    writing.press("publish")
    writing.press("change")
    assert _places(writing.app) == [("A", "One"), ("B", "One"), ("C", "Two"), ("D", "Two")]
    with learn(writing.app).database.reading() as session:
        dates_kept = session.scalars(select(Lesson.opens_at).where(Lesson.title == "D")).all()
    assert dates_kept == [datetime(2026, 12, 31, 16, tzinfo=UTC)] * 2


@on_sqlite
def test_whom_a_course_is_for_is_told_when_it_changes(writing: Writing) -> None:
    writing.begun()
    writing.press("save")
    writing.press("save", audiences=["workers", "farmers"])
    with learn(writing.app).database.reading() as session:
        told = session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "course.changed.audiences")).all()
    assert told == [{"old": ["workers"], "new": ["farmers", "workers"]}]


@on_sqlite
def test_a_copy_has_the_same_settings_but_no_dates(writing: Writing) -> None:
    first = _published(writing, "First")
    path = writing.begun()
    number = writing.lesson()
    writing.boss.get(f"{path}/contents")
    writing.boss.post(f"{path}/contents", base=writing.desk_base(writing.boss),
                      **{f"section_{number}": "One", f"opens_{number}": "2027-01-01T00:00"})  # fmt: skip
    writing.press("publish", title="Second")
    _set(writing, path, seek_lock="1", opens_at="2026-12-24T08:30", requires=str(_course(writing, first).id))
    writing.boss.get(f"{path}/copy")
    answer = writing.boss.post(f"{path}/copy", follow=False, title="Third", unit=writing.units[0])
    copy = _course(writing, answer.headers["Location"])
    assert (copy.in_order, copy.seek_lock, copy.opens_at) == (False, True, None)
    with learn(writing.app).database.reading() as session:
        boss = session.scalars(select(Person).where(Person.id == session.scalars(
            select(AuditEntry.actor_id).where(AuditEntry.action == "course.copied")).one())).one()  # fmt: skip
        here = course_writing.desk(session, copy.slug, boss)
        assert course_settings.required_by(session, copy) == {_course(writing, first).id}
        [lesson] = course_writing.lessons_of(session, here.shown)
    assert (lesson.section, lesson.opens_at) == ("One", None)
