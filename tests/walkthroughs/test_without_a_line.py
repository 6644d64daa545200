"""A farmer learns two lessons and answers a question in a field without a line; back in the village it all arrives, and
the hours are worked out by hand."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import Completion, HoursEntry, ProgressStep
from suyu_learn.services import people
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import course_draft, learn, learner, single, stored_bank, stored_course


class Phone:
    """What the script of the page does: notes each step with the time, and sends them all when there is a line."""

    def __init__(self, visitor: Visitor, clock: FrozenClock, key: str) -> None:
        self.visitor, self.clock, self.person = visitor, clock, key
        self.steps: list[dict[str, Any]] = []

    def note(self, kind: str, lesson: int, **more: Any) -> None:
        """Keep a step."""
        self.steps.append({"kind": kind, "lesson": f"lesson-{lesson}", "key": f"a-step-{len(self.steps)}",
                           "wall": self.clock(), **more})  # fmt: skip

    def read(self, lesson: int, seconds: int) -> None:
        """Read for so long, and say so."""
        self.clock.advance(seconds=seconds)
        self.note("spent", lesson, seconds=seconds)
        self.note("finished", lesson)

    def send(self) -> dict[str, Any]:
        """What waits, each with its age."""
        steps = [
            {**{name: value for name, value in one.items() if name != "wall"},
             "age": (self.clock() - one["wall"]).total_seconds() * 1000}
            for one in self.steps
        ]  # fmt: skip
        said = {"person": self.person, "version": 1, "steps": steps}
        reply = self.visitor.put("/courses/soil/progress", json.loads(json.dumps(said)))
        assert reply.status_code == 200, reply.get_data(as_text=True)
        return dict(reply.json)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_farmer_learns_two_lessons_and_a_question_without_a_line(app: Flask, clock: FrozenClock) -> None:
    here, question = learn(app), single(1)
    clock.set(datetime(2026, 3, 2, 15, 40, tzinfo=UTC))  # twenty to midnight in the village
    with here.database.writing() as session:
        village = people.add_unit(session, "Pine Village", parent=None, now=clock())
        stored_bank(session, now=clock(), questions=[question])
        stored_course(session, course_draft((question.uid,), (), characters=4500), now=clock())  # 900 s a lesson
        key = learner(session, now=clock(), unit=village, username="zhao").key
    zhao = Visitor(app).sign_in("zhao")

    # The first lesson opens with a line, and 100 s of it are sent; then the line is gone.
    phone = Phone(zhao, clock, key)
    zhao.get("/courses/soil/lesson-1")
    clock.advance(seconds=100)
    zhao.post("/courses/soil/lesson-1/time", key="sent-before", seconds="100", age="0")

    # 700 s more of the first, a right answer; then the second, past midnight: 780 s, with a break of an hour between.
    phone.note("answered", 1, place=1, answer=["right"])
    phone.read(1, 700)
    phone.note("opened", 2)
    clock.advance(seconds=500)
    phone.note("spent", 2, seconds=500)
    clock.advance(hours=1)
    phone.read(2, 280)

    # Two hours later the line is back; the reply is lost on the way, so that all is sent twice.
    clock.advance(hours=2)
    assert phone.send()["completed"]
    again = phone.send()
    assert not again["completed"]
    assert all(set(one) == {"key"} for one in again["results"])

    # By hand: 100 + 700 s of the first lesson, 500 + 280 s of the second; 1,580 s of 2,700 s are 0.585..., cut to 0.58.
    # Midnight was 1,200 s after the beginning: before it lie 100 + 700 + 400 s, behind it 100 + 280 s.
    with here.database.reading() as session:
        done = session.scalars(select(Completion)).one()
        assert [(one["spent"], one["counted"]) for one in done.evidence["lessons"]] == [(800, 800), (780, 780)]
        assert done.evidence["days"] == {"2026-03-02": 1200, "2026-03-03": 380}
        assert [one["tries"] for one in done.evidence["checkpoints"]] == [1]
        assert done.evidence["checkpoints"][0]["at"].startswith("2026-03-02T15:41:40")
        assert done.evidence["lessons"][1]["finished_at"].startswith("2026-03-02T17:06:20")
        assert session.scalars(select(HoursEntry)).one().hours == Decimal("0.58")
        steps = session.scalars(select(ProgressStep).order_by(ProgressStep.id)).all()
        assert [step.kind for step in steps] == [
            "opened", "spent", "answered", "spent", "finished", "opened", "spent", "spent", "finished",
        ]  # fmt: skip
    zhao.get("/courses/soil")
    assert re.search(r"Hours credited 0\.58 credit hours", zhao.words)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_clock_set_forward_brings_no_more_than_has_passed(app: Flask, clock: FrozenClock) -> None:
    here = learn(app)
    with here.database.writing() as session:
        stored_course(session, course_draft((), (), characters=4500), now=clock())
        key = learner(session, now=clock(), username="zhao").key
    zhao = Visitor(app).sign_in("zhao")
    phone = Phone(zhao, clock, key)
    zhao.get("/courses/soil/lesson-1")
    for lesson in (1, 2):
        phone.note("opened", lesson)
        phone.note("spent", lesson, seconds=900)
        phone.note("finished", lesson)
    clock.advance(minutes=5)
    for step in phone.steps:
        step["wall"] = datetime(2026, 1, 1, tzinfo=UTC)  # long before the course was begun
    assert phone.send()["completed"]
    with here.database.reading() as session:
        done = session.scalars(select(Completion)).one()
        assert done.evidence["seconds"] == 0
        assert session.scalars(select(HoursEntry)).all() == []
