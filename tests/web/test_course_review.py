"""A second person reads a draft before learners have it."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import AuditEntry, Course, CourseVersion, Lesson, Person, Question, Role, Status, Unit
from tests.browser_without_script import Visitor
from tests.clock import START
from tests.factories import learn, manager
from tests.web.test_course_writing import COVER, LESSON, Writing, _png

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Reviewing(Writing):
    """A course of the mill that is published by a second person, written by its boss, and a reviewer there."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        with learn(app).database.writing() as session:
            mill = session.get_one(Unit, self.units[0])
            name = manager(session, Role.REVIEWER, mill, now=START).username
        self.reviewer = Visitor(app).sign_in(name or "")
        path = self.begun()
        self.slug = path.rsplit("/", 1)[1]
        self.first = self.lesson()
        self.boss.get(f"{path}/settings")
        self.boss.post(f"{path}/settings", base=self.desk_base(self.boss), in_order="1", review="1")

    def judge(self, by: Visitor, act: str = "approve", **more: Any) -> int:
        """Press a button of the review, as the page stands."""
        by.get(f"{self.path}/look")
        found = re.findall(r'name="base" value="([^"]*)"', by.text)
        return by.post(f"{self.path}/{act}", base=found[0] if found else "", **more).status_code

    def status(self) -> Status:
        with learn(self.app).database.reading() as session:
            rows = select(CourseVersion).join(Course, Course.id == CourseVersion.course_id)
            return (
                session.scalars(rows.where(Course.slug == self.slug).order_by(CourseVersion.id.desc())).all()[0].status
            )


@pytest.fixture
def review(app: Flask) -> Reviewing:
    return Reviewing(app)


@on_sqlite
def test_from_draft_over_review_and_back_to_what_learners_read(review: Reviewing) -> None:
    review.ask(review.first, review.ids()[:2])
    review.press("publish")
    assert "A second person publishes this course. Send it to review." in review.boss.words
    review.press("hand_in")
    assert "Sent to review" in review.boss.words
    assert review.status() is Status.REVIEW
    for visitor in (review.reviewer, review.colleague):
        visitor.get("/manage/review" if visitor is review.reviewer else "/manage/courses")
        assert "Safe on ladders" in visitor.words
    review.reviewer.get(f"{review.path}/look")
    assert "It waits for your review." in review.reviewer.words
    review.reviewer.get(f"{review.path}/look/1")
    assert "<h2>Angle</h2>" in review.reviewer.text
    assert review.reviewer.words.count("Key and explanation") == 2
    assert review.reviewer.get(f"{review.path}/look/2").status_code == 404
    assert review.judge(review.reviewer, "send-back", note=" ") == 422
    assert "Say what is to be mended" in review.reviewer.words
    assert review.judge(review.reviewer, "send-back", note="GB 1 is no longer in force.") == 200
    review.boss.get(review.path)
    assert "To be mended: GB 1 is no longer in force." in review.boss.words
    review.boss.get("/manage/courses")
    assert "sent back" in review.boss.words
    base = review.base(review.boss, review.first)
    review.boss.post(f"{review.path}/lessons/{review.first}", act="save", base=base, **{**LESSON, "sources": "GB 2"})
    review.press("hand_in")
    review.reviewer.get(f"{review.path}/look")
    assert "What the last review asked for GB 1 is no longer in force." in review.reviewer.words
    assert review.judge(review.reviewer) == 200
    assert "Published, with you as its reviewer." in review.reviewer.words
    assert review.lin.get(f"/courses/{review.slug}").status_code == 200
    with learn(review.app).database.reading() as session:
        version = session.scalars(select(CourseVersion).where(CourseVersion.title == COVER["title"])).one()
        reviewer = session.get_one(Person, version.reviewer_id)
        told = session.scalars(select(AuditEntry.action).where(AuditEntry.object_id == version.course_id,
                                                               AuditEntry.object_kind == "course")).all()  # fmt: skip
        assert reviewer.id != version.author_id
    assert told[-4:] == ["course.submitted", "course.sent_back", "course.submitted", "course.approved"]


@on_sqlite
def test_nobody_reviews_what_they_wrote_in(review: Reviewing) -> None:
    base = review.base(review.colleague, review.first)
    review.colleague.post(f"{review.path}/lessons/{review.first}", act="save", base=base, **{**LESSON, "text": "Mine."})
    review.press("hand_in")
    for visitor in (review.boss, review.colleague):
        assert review.judge(visitor) == 422
        visitor.get(f"{review.path}/look")
        assert "It waits for review by somebody who wrote nothing of it." in visitor.words
        assert "Agree and publish" not in visitor.words
        base = _content_base(review)
        assert visitor.post(f"{review.path}/approve", base=base).status_code == 422
        assert "You wrote in this draft, so somebody else reviews it." in visitor.words
    review.boss.get("/manage/courses")
    assert "written by you" in review.boss.words
    for visitor in (review.below, review.stranger):
        assert visitor.get(f"{review.path}/look").status_code == 404
        assert visitor.post(f"{review.path}/approve", base=base).status_code == 404
    assert review.status() is Status.REVIEW
    assert review.judge(review.reviewer) == 200
    review.press("change")  # the next version is another draft
    review.press("save", title="Safer on ladders")
    review.press("hand_in", title="Safer on ladders")
    assert review.judge(review.colleague) == 200
    assert review.status() is Status.PUBLISHED


def _content_base(review: Reviewing) -> str:
    review.reviewer.get(f"{review.path}/look")
    return re.findall(r'name="base" value="([^"]*)"', review.reviewer.text)[0]


CHANGES = {
    "a lesson saved": lambda it: it.boss.post(
        f"{it.path}/lessons/{it.first}", act="save", base=it.base(it.boss, it.first), **{**LESSON, "text": "Other."}
    ),
    "a lesson added": lambda it: it.lesson(title="B"),
    "a question": lambda it: it.ask(it.first, it.ids()[:1]),
    "the cover": lambda it: it.press("save", title="Other"),
    "taken back": lambda it: it.press("withdraw"),
    "a lesson removed": lambda it: it.press(f"sure-{it.first}"),
}


@on_sqlite
def test_whoever_changes_something_takes_it_back_from_review(review: Reviewing) -> None:
    for what, change in CHANGES.items():
        review.press("hand_in")
        assert review.status() is Status.REVIEW, what
        review.reviewer.get(f"{review.path}/look")
        read = _content_base(review)
        change(review)
        assert review.status() is Status.DRAFT, what
        assert review.reviewer.post(f"{review.path}/approve", base=read).status_code == 422
        assert "does not wait for review any more" in review.reviewer.words
        if what == "the cover":
            assert "With this change the draft is taken back from review." in review.boss.words
    review.lesson()
    review.press("hand_in")
    review.press("save")  # nothing differs
    base = review.base(review.boss, _lesson(review))
    review.boss.post(f"{review.path}/lessons/{_lesson(review)}", act="save", base=base, **LESSON)
    assert review.status() is Status.REVIEW


def _lesson(review: Reviewing) -> int:
    with learn(review.app).database.reading() as session:
        return session.scalars(select(Lesson.id).order_by(Lesson.id.desc())).all()[0]


def test_two_reviewers_at_once_and_an_author_who_goes_on(review: Reviewing) -> None:
    """On both databases: one publishing at the most, and what the author writes is in no version nobody read."""
    review.press("hand_in")
    base = review.base(review.boss, review.first)
    read = _content_base(review)
    review.colleague.get(f"{review.path}/look")
    posts = {
        "reviewer": lambda: review.reviewer.post(f"{review.path}/approve", base=read),
        "colleague": lambda: review.colleague.post(f"{review.path}/approve", base=read),
        "author": lambda: review.boss.post(
            f"{review.path}/lessons/{review.first}", act="save", base=base, **{**LESSON, "text": "Not read."}
        ),
    }
    barrier = threading.Barrier(len(posts))
    statuses: dict[str, int] = {}

    def post(name: str) -> None:
        barrier.wait()
        statuses[name] = posts[name]().status_code

    threads = [threading.Thread(target=post, args=(name,)) for name in posts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses["author"] == 200
    assert [statuses["reviewer"], statuses["colleague"]].count(200) <= 1
    with learn(review.app).database.reading() as session:
        rows = session.execute(
            select(CourseVersion.status, Lesson.text).join(Lesson, Lesson.course_version_id == CourseVersion.id)
            .join(Course, Course.id == CourseVersion.course_id).where(Course.slug == review.slug)
        ).all()  # fmt: skip
    assert (Status.DRAFT, "Not read.") in [tuple(row) for row in rows]
    assert all(text != "Not read." for status, text in rows if status is Status.PUBLISHED)


@on_sqlite
def test_a_reviewer_sees_its_pictures_and_writes_nothing(review: Reviewing) -> None:
    review.boss.get(f"{review.path}/lessons/new")
    review.boss.post(f"{review.path}/lessons/new", act="picture", picture=(_png(), "a.png"), picture_alt="x", **LESSON)
    sha = re.findall(r'name="picture-sha256" value="([^"]*)"', review.boss.text)[0]
    review.lesson(title="With a picture", text=f"![a ladder](media:{sha})")
    review.press("hand_in")
    review.reviewer.get(f"{review.path}/look/2")
    assert f'src="/media/{sha}"' in review.reviewer.text
    assert review.reviewer.get(f"/media/{sha}").status_code == 200
    for address in ("", "/settings", "/contents", "/lessons/new"):
        assert review.reviewer.get(f"{review.path}{address}").status_code == 403
    review.boss.get(f"{review.path}/settings")
    review.boss.post(f"{review.path}/settings", base=review.desk_base(review.boss), in_order="1")
    assert "You have written in the draft" in review.boss.words
    review.press("publish")  # review cannot be switched off by who wrote
    assert review.status() is Status.REVIEW


@on_sqlite
def test_questions_are_read_where_the_text_places_them_with_their_keys(review: Reviewing) -> None:
    review.ask(review.first, review.ids()[:2])
    with learn(review.app).database.reading() as session:
        uid = session.scalars(select(Question.uid).where(Question.id == review.ids()[1])).one()
    base = review.base(review.boss, review.first)
    review.boss.post(f"{review.path}/lessons/{review.first}", act="save", base=base,
                     **{**LESSON, "text": f"Before.\n\n::question {uid}\n\nBehind."})  # fmt: skip
    review.press("hand_in")
    review.reviewer.get(f"{review.path}/look/1")
    words = review.reviewer.words
    order = [words.index(one) for one in ("Before.", "Key and explanation", "Behind.", "Do you remember?")]
    assert order == sorted(order)
    assert words.count("Key and explanation") == 2
    assert "::question" not in words
    assert review.reviewer.text.index('id="stem-2"') < review.reviewer.text.index('id="stem-1"')
