"""What a learner reads on the cover of an exam."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from suyu_learn.domain.questions import PartialCredit
from suyu_learn.models import Counts, Exam, Person, Role, Shown
from suyu_learn.services import exam_rosters, invigilation, people
from tests.browser_without_script import Visitor
from tests.clock import START, FrozenClock
from tests.factories import learn, learner, manager, published_exam

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

OPENS = START + timedelta(hours=1)


@pytest.fixture
def exam_id(app: Flask) -> int:
    with learn(app).database.writing() as session:
        city = people.add_unit(session, "Pine City", parent=None, now=START)
        water = people.add_unit(session, "Water", parent=city, now=START)
        roads = people.add_unit(session, "Roads", parent=city, now=START)
        learner(session, now=START, unit=water, username="lin")
        learner(session, now=START, unit=roads, username="wu")
        exam = published_exam(session, now=START, unit=water, opens_at=OPENS, closes_at=OPENS + timedelta(hours=2))
        return exam.id


def _person(session, username: str) -> Person:
    return session.query(Person).filter_by(username=username).one()


def _cover(app: Flask, exam_id: int, username: str) -> Visitor:
    visitor = Visitor(app).sign_in(username)
    visitor.get(f"/exams/{exam_id}")
    return visitor


def test_waiting_before_the_window(app: Flask, exam_id: int, clock: FrozenClock) -> None:
    cover = _cover(app, exam_id, "lin")
    assert "Not open yet" in cover.words
    assert cover.words.count("Opens ") == cover.words.count("Closes ") == 1
    assert 'data-seconds="3600"' in cover.text
    assert "Begin" not in cover.words
    assert cover.post(f"/exams/{exam_id}/attempts").status_code == 400
    clock.set(OPENS)
    assert "Begin" in _cover(app, exam_id, "lin").words


def test_a_pause_is_waited_for(app: Flask, exam_id: int, clock: FrozenClock) -> None:
    clock.set(OPENS)
    here = learn(app)
    with here.database.writing() as session:
        exam = session.get_one(Exam, exam_id)
        keeper = manager(session, Role.ORGANIZER, None, now=START)
        invigilation.pause(session, exam, reason="No power", actor=keeper, now=here.now())
    cover = _cover(app, exam_id, "lin")
    assert "Stay on this page: when the exam goes on, the button below can be pressed." in cover.words
    assert "data-held" in cover.text
    assert 'type="submit" disabled' in cover.text
    assert cover.get(f"/exams/{exam_id}/opening").json["state"] == "paused"
    with here.database.writing() as session:
        invigilation.resume(session, session.get_one(Exam, exam_id), actor=_person(session, "lin"), now=here.now())
    assert cover.get(f"/exams/{exam_id}/opening").json["state"] == "open"
    assert "data-held" not in _cover(app, exam_id, "lin").text


def test_who_was_absent_reads_of_no_attempt_once_it_has_closed(app: Flask, exam_id: int, clock: FrozenClock) -> None:
    assert "1 attempt left" in _cover(app, exam_id, "lin").words
    clock.set(OPENS + timedelta(hours=3))
    assert "attempt left" not in _cover(app, exam_id, "lin").words


LATER = {"show_score": Shown.AFTER_CLOSE}
HALF = {"partial_credit": PartialCredit.HALF_FOR_SUBSET, "attempts_allowed": 3, "counts": Counts.LAST}
AT_TIME = {"results_at": OPENS + timedelta(days=2)}


@pytest.mark.parametrize(
    ("policy", "above", "below"),
    [
        ({}, ("Attempts 1",), ("points only for exactly the right options", "Shown score at once; right answers")),
        (HALF, ("Attempts 3, of which the last attempt counts",), ("half the points when some right options",)),
        (LATER, ("Result after the exam has closed",), ("score, right answers, explanations after the closing",)),
        (AT_TIME, ("Result from 4 Mar 2026, 10:00 on",), ("nothing before 4 Mar 2026, 10:00",)),
        ({**AT_TIME, **LATER}, ("Result after the closing, not before 4 Mar 2026, 10:00",), ()),
        ({**AT_TIME, **dict.fromkeys(("show_score", "show_key", "show_explanation"), Shown.NEVER)},
         ("Result is not shown",), ("Shown neither score nor right answers nor explanations",)),
    ],
    ids=["usual", "several attempts", "after the closing", "at a time", "both", "never"],
)  # fmt: skip
def test_how_it_counts_and_when_results_come_is_read_before_beginning(
    app: Flask, exam_id: int, clock: FrozenClock, policy: dict[str, Any], above: tuple[str, ...],
    below: tuple[str, ...],
) -> None:  # fmt: skip
    clock.set(OPENS)
    with learn(app).database.writing() as session:
        exam = session.get_one(Exam, exam_id)
        for name, value in policy.items():
            setattr(exam, name, value)
    first, _button, rest = _cover(app, exam_id, "lin").words.partition("Begin ")
    assert [said for said in above if said not in first] == []
    assert [said for said in below if said not in rest] == []
    assert ("Result" in first) is bool(set(policy) - set(HALF))


def test_out_of_scope_then_added(app: Flask, exam_id: int, clock: FrozenClock) -> None:
    clock.set(OPENS)
    cover = _cover(app, exam_id, "wu")
    assert "You are not on the list of this exam." in cover.words
    assert "Begin" not in cover.words
    with learn(app).database.writing() as session:
        exam = session.get_one(Exam, exam_id)
        exam_rosters.add(session, exam, _person(session, "wu"), reason="Lent", actor=None, now=OPENS)
    assert "Begin" in _cover(app, exam_id, "wu").words


def test_exempt_then_not_any_more(app: Flask, exam_id: int, clock: FrozenClock) -> None:
    clock.set(OPENS)
    with learn(app).database.writing() as session:
        exam = session.get_one(Exam, exam_id)
        change = exam_rosters.exempt(session, exam, _person(session, "lin"), reason="Ill", actor=None, now=OPENS)
        change_id = change.id
    cover = _cover(app, exam_id, "lin")
    assert "You are exempt from this exam." in cover.words
    assert cover.post(f"/exams/{exam_id}/attempts").status_code == 400
    with learn(app).database.writing() as session:
        exam_rosters.take_back(session, session.get_one(Exam, exam_id), change_id, reason="Well", actor=None, now=OPENS)
    assert "Begin" in _cover(app, exam_id, "lin").words


def test_the_first_start_stores_the_roster(app: Flask, exam_id: int, clock: FrozenClock) -> None:
    clock.set(OPENS + timedelta(minutes=1))
    Visitor(app).sign_in("lin").start(exam_id)
    with learn(app).database.reading() as session:
        assert session.get_one(Exam, exam_id).frozen_at == OPENS + timedelta(minutes=1)


def test_the_last_attempt_while_it_is_open_says_nothing_of_further_ones(
    app: Flask, exam_id: int, clock: FrozenClock
) -> None:
    clock.set(OPENS)
    assert "1 attempt left" in _cover(app, exam_id, "lin").words
    Visitor(app).sign_in("lin").start(exam_id)
    cover = _cover(app, exam_id, "lin")
    assert "Continue" in cover.words
    assert "attempts left" not in cover.words


def test_only_the_last_change_of_each_thing_stands_open(app: Flask, exam_id: int, clock: FrozenClock) -> None:
    clock.set(OPENS)
    here = learn(app)
    for reason in ("Power cut", "Water", "Bell"):
        with here.database.writing() as session:
            exam, boss = session.get_one(Exam, exam_id), _person(session, "wu")
            invigilation.pause(session, exam, reason=reason, actor=boss, now=clock())
            clock.advance(minutes=5)
            invigilation.resume(session, exam, actor=boss, now=clock())
    cover = _cover(app, exam_id, "lin")
    open_part, _sep, earlier = cover.words.partition("Earlier changes")
    assert "Power cut" not in open_part
    assert open_part.count("went on at") == 1
    for reason in ("Power cut", "Water", "Bell"):
        assert reason in earlier
