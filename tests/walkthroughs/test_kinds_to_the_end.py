"""What each kind of exam means in the end: completions, records, what is shown, appeals, and what stays locked."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from suyu_learn.models import Attempt, Completion, Exam, Person, Unit
from suyu_learn.services import reports, sitting
from tests.browser_without_script import Visitor
from tests.clock import START, FrozenClock
from tests.factories import learn, learner
from tests.web.test_exam_managing import City, fields

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NAMES = ("an", "bo", "cai")


@pytest.fixture
def city(app: Flask) -> City:
    made = City(app)
    with learn(app).database.writing() as session:
        for name in NAMES:
            learner(session, now=START, unit=session.get_one(Unit, made.water_id), username=name, name=f"Person {name}")
    return made


@pytest.fixture
def boss(app: Flask, city: City) -> Visitor:
    return Visitor(app).sign_in("boss")


def _published(boss: Visitor, city: City, kind: str, **values: str) -> int:
    """An exam of five questions of 20 points of a kind, open for a week."""
    boss.get(f"/manage/exams/new?bank={city.bank_id}")
    boss.post("/manage/exams/new", **fields(boss.text), action=f"preset-{kind}")
    rules = {"rule_bank": str(city.bank_id), "rule_type": "single", "rule_count": "5", "rule_points": "20"}
    boss.post("/manage/exams/new", **{**fields(boss.text), **rules, **values}, action="publish")
    assert "is published." in boss.words
    return city.exam().id


def _sit(visitor: Visitor, exam_id: int, right: int) -> str:
    """Answer so many rightly and hand in; the key of the attempt."""
    paper = visitor.start(exam_id)
    for slot in range(1, right + 1):
        assert paper.save(slot, "right").status_code == 200
    paper.submit()
    return paper.key


def _figures(app: Flask, exam_id: int) -> tuple[int, int, int]:
    here = learn(app)
    with here.database.reading() as session:
        total = reports.exam_report(session, session.get_one(Exam, exam_id), now=here.now()).total
        assert total is not None
        return total.tally.due, total.tally.sat, total.tally.passed


def _completed(app: Flask) -> dict[str, int]:
    """How many completions stand, by person."""
    with learn(app).database.reading() as session:
        rows = session.execute(
            select(Person.username, func.count()).join(Completion, Completion.person_id == Person.id)
            .where(Completion.voided_at.is_(None)).group_by(Person.username)
        ).all()  # fmt: skip
        return {str(name): count for name, count in rows}


def _sound(app: Flask) -> None:
    with learn(app).database.reading() as session:
        assert all(sitting.rebuild(session, one) == {} for one in session.scalars(select(Attempt)))


def _change(boss: Visitor, exam_id: int, **values: str) -> None:
    path = f"/manage/exams/{exam_id}/change"
    boss.get(path)
    boss.post(path, **{**fields(boss.text), "reason": "As decided", **values})


def test_an_assessment_stays_locked_to_its_end(app: Flask, city: City, boss: Visitor, clock: FrozenClock) -> None:
    exam_id = _published(boss, city, "assessment")
    keys = {name: _sit(Visitor(app).sign_in(name), exam_id, right) for name, right in (("an", 5), ("bo", 2))}
    _change(boss, exam_id, minutes="45", appeal_days="7", retake_for="failed", retake_opens_at="2026-04-02T09:00",
            retake_closes_at="2026-04-02T11:00")  # fmt: skip
    exam = city.exam()
    assert (exam.minutes, exam.appeal_days, exam.retake_for) == (45, None, None)
    clock.set(START + timedelta(days=8))
    an = Visitor(app).sign_in("an")
    an.get(f"/attempts/{keys['an']}/result")
    assert "This exam shows no scores" in an.words
    assert "I think" not in an.words
    assert an.post(f"/attempts/{keys['an']}/appeals", slot="0", text="Why?").status_code == 422
    an.get("/")
    assert "Your result" not in an.words
    assert _figures(app, exam_id) == (5, 2, 1)
    assert _completed(app) == {}, "an assessment completes nothing"
    _sound(app)


def test_a_formal_exam_from_the_start_to_the_records(app: Flask, city: City, boss: Visitor, clock: FrozenClock) -> None:
    exam_id = _published(boss, city, "exam")
    visitors = {name: Visitor(app).sign_in(name) for name in NAMES}
    keys = {name: _sit(visitors[name], exam_id, right) for name, right in (("an", 4), ("bo", 2))}
    assert "80 out of 100" in visitors["an"].words
    assert "Because of" not in visitors["an"].words
    assert "The right answers are shown after" in visitors["an"].words
    assert visitors["an"].post(f"/exams/{exam_id}/attempts").status_code == 400  # once
    assert _completed(app) == {"an": 1}
    assert _figures(app, exam_id) == (5, 2, 1)
    clock.set(START + timedelta(days=8))
    visitors["bo"].get(f"/attempts/{keys['bo']}/result")
    assert visitors["bo"].words.count("Because of") == 5
    assert visitors["bo"].words.count("I think this is wrong") == 5
    visitors["cai"].get(f"/exams/{exam_id}")
    assert "Closed" in visitors["cai"].words
    boss.get(f"/manage/exams/{exam_id}/report")
    for name in ("Person cai", "Lin", "Ms Organizer"):
        assert name in boss.words, "the absent stand there by name"
    visitors["an"].get("/records")
    assert "Safety 2026" in visitors["an"].words
    clock.set(START + timedelta(days=15))
    visitors["bo"].get(f"/attempts/{keys['bo']}/result")
    assert "I think" not in visitors["bo"].words
    _sound(app)


def test_the_end_of_a_training_completes_once(app: Flask, city: City, boss: Visitor, clock: FrozenClock) -> None:
    exam_id = _published(boss, city, "training", rule_type="multiple")
    an, bo = Visitor(app).sign_in("an"), Visitor(app).sign_in("bo")
    paper = an.start(exam_id)
    for slot in paper.slots:
        paper.save(slot, ["a"])  # one of two right ones: half the points each
    paper.submit()
    assert "50 out of 100" in an.words
    assert _completed(app) == {}
    for responses in (["a", "c"], ["a", "b"]):
        paper = an.start(exam_id)
        for slot in paper.slots:
            paper.save(slot, responses)
        paper.submit()
    assert "0 out of 100" in an.words
    assert _completed(app) == {"an": 1}, "passed once, and a worse attempt takes nothing away"
    assert an.post(f"/exams/{exam_id}/attempts").status_code == 400
    _sit_multiple(bo, exam_id, right=3)
    assert _figures(app, exam_id) == (5, 2, 2)
    boss.get(f"/manage/exams/{exam_id}/report")
    assert "passed 2 of sat 2" in boss.words
    clock.set(START + timedelta(days=8))
    bo.get("/records")
    assert "Safety 2026" in bo.words
    _sound(app)


def _sit_multiple(visitor: Visitor, exam_id: int, *, right: int) -> None:
    paper = visitor.start(exam_id)
    for slot in paper.slots[:right]:
        paper.save(slot, ["c", "a"])
    paper.submit()


def test_practice_shows_all_and_takes_no_appeals(app: Flask, city: City, boss: Visitor) -> None:
    exam_id = _published(boss, city, "practice")
    an = Visitor(app).sign_in("an")
    key = _sit(an, exam_id, 3)
    assert "60 out of 100" in an.words
    assert an.words.count("Because of") == 5
    assert "I think" not in an.words
    assert an.post(f"/attempts/{key}/appeals", slot="1", text="Why?").status_code == 422
    _sit(an, exam_id, 5)
    assert "100 out of 100" in an.words
    _sit(an, exam_id, 0)
    assert _figures(app, exam_id) == (5, 1, 1)
    # an organizer may take appeals here too
    _change(boss, exam_id, appeal_days="2")
    assert "The exam was changed." in boss.words
    an.get(f"/attempts/{key}/result")
    assert an.words.count("I think this is wrong") == 5
    an.get(f"/exams/{exam_id}")
    assert (
        "Until when one may object to a result was changed from “not at all” to “until 2 days after the result”."
        in an.words
    )
    assert re.search(r"Appeals until 2 days after the result", an.words)
    _sound(app)
