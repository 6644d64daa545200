"""A farmer reads a shipped course over two days, on an old phone without script; the hours are worked out by hand."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import Completion, HoursEntry, Lesson, ProgressStep, Question, QuestionVersion
from suyu_learn.services import people
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import PASSWORD, course_draft, learn, learner, stored_course

SLUG = "rural-e-commerce"


@pytest.fixture
def farmer(small_library: None, app: Flask) -> Visitor:
    """A farmer of a village, before a shipped course."""
    result = app.test_cli_runner().invoke(args=["suyu", "init"])
    assert result.exit_code == 0, result.output
    here = learn(app)
    with here.database.writing() as session:
        unit = people.add_unit(session, "Pine Village", parent=None, now=here.now())
        person = learner(session, now=here.now(), unit=unit, name="Zhao", username="zhao")
        assert person.id
    visitor = Visitor(app)
    visitor.get("/login")
    visitor.post("/login", username="zhao", password=PASSWORD, own_device="y")
    return visitor


def _lessons(app: Flask, slug: str = SLUG) -> list[str]:
    with learn(app).database.reading() as session:
        from suyu_learn.services import courses

        version = courses.find(session, slug).published_version
        assert version is not None
        return list(
            session.scalars(select(Lesson.slug).where(Lesson.course_version_id == version.id).order_by(Lesson.position))
        )


def _right(app: Flask, lesson: str) -> dict[str, Any]:
    """What one answers who has understood the lesson."""
    here = learn(app)
    with here.database.reading() as session:
        row = session.scalars(select(Lesson).where(Lesson.slug == lesson)).one()
        answers = {}
        for place, uid in enumerate(row.checkpoints, start=1):
            version = session.scalars(
                select(QuestionVersion).join(Question, Question.published_version_id == QuestionVersion.id)
                .where(Question.uid == uid)
            ).one()  # fmt: skip
            kind = here.plugins.question_types[version.type]
            key = kind.key(kind.read(version.body))
            answers[f"q{place}"] = ("true" if key else "false") if isinstance(key, bool) else key
        return answers


def _read(visitor: Visitor, clock: FrozenClock, slug: str, lesson: str, seconds: int, **answers: Any) -> None:
    visitor.get(f"/courses/{slug}/{lesson}")
    assert visitor.page is not None
    assert visitor.page.status_code == 200
    clock.advance(seconds=seconds)
    visitor.post(f"/courses/{slug}/{lesson}", action="finish", **answers)


def test_a_farmer_reads_a_course_over_two_days(app: Flask, farmer: Visitor, clock: FrozenClock) -> None:
    lessons = _lessons(app)
    assert len(lessons) == 5
    farmer.get("/courses")
    assert "Not begun" in farmer.words

    # Monday: two lessons, one read in a hurry, one with a long dinner in between, and one wrong answer.
    _read(farmer, clock, SLUG, lessons[0], 100, **_right(app, lessons[0]))
    answers = _right(app, lessons[1])
    wrong = next(name for name in answers if isinstance(answers[name], str) and answers[name] not in ("true", "false"))
    choices = re.findall(rf'name="{wrong}" value="([^"]+)"', farmer.get(f"/courses/{SLUG}/{lessons[1]}").text)
    other = next(choice for choice in choices if choice != answers[wrong])
    _read(farmer, clock, SLUG, lessons[1], 3 * 3600, **{**answers, wrong: other})
    assert "Why" in farmer.words
    assert "Try again" in farmer.words
    farmer.get("/")
    assert "2 of 5 lessons read" in farmer.words

    # Tuesday: what is left, at ease.
    clock.set(datetime(2026, 3, 3, 11, 0, tzinfo=UTC))
    for lesson in lessons[2:]:
        _read(farmer, clock, SLUG, lesson, 400, **_right(app, lesson))
    assert "1 question still open" in farmer.words
    farmer.get(f"/courses/{SLUG}/{lessons[1]}?again={wrong[1:]}")
    farmer.post(f"/courses/{SLUG}/{lessons[1]}", action="check", **{wrong: answers[wrong]})
    assert "You have completed this course" in farmer.words

    # By hand: 100 s of the first lesson, of the others their plausible time; all seconds by 2700, two decimals, cut.
    with learn(app).database.reading() as session:
        done = session.scalars(select(Completion)).one()
        plausible = [one["plausible"] for one in done.evidence["lessons"]]
        counts = [100, *plausible[1:]]
        assert [one["counted"] for one in done.evidence["lessons"]] == counts
        assert done.evidence["days"] == {"2026-03-02": sum(counts[:2]), "2026-03-03": sum(counts[2:])}
        assert all(120 < seconds < 200 for seconds in plausible)
        entry = session.scalars(select(HoursEntry)).one()
        assert entry.hours == (Decimal(sum(counts)) / 2700).quantize(Decimal("0.01"), "ROUND_DOWN")
        assert (entry.day.isoformat(), entry.unit_names, entry.completion_id) == ("2026-03-03", "Pine Village", done.id)
        assert f"{entry.hours.normalize():f} credit hours" in farmer.words
        tries = {one["uid"]: one["tries"] for one in done.evidence["checkpoints"]}
        assert sorted(tries.values()) == [1] * (len(tries) - 1) + [2]
        spent = sum(session.scalars(select(ProgressStep.seconds)))
        assert spent == sum(counts)


def test_the_same_course_twice_in_a_year_counts_once_and_in_two_years_twice(
    app: Flask, farmer: Visitor, clock: FrozenClock
) -> None:
    lessons = _lessons(app)
    for day, records in ((2, 1), (20, 1), (400, 2)):
        clock.set(datetime(2026, 1, 1, 2, 0, tzinfo=UTC))
        clock.advance(days=day)
        farmer.sign_in("zhao")
        for lesson in lessons:
            _read(farmer, clock, SLUG, lesson, 300, **_right(app, lesson))
        with learn(app).database.reading() as session:
            assert [one.occasion for one in session.scalars(select(Completion))] == ["2026", "2027"][:records]
            entries = session.scalars(select(HoursEntry.hours)).all()
        assert len(entries) == records
        assert len(set(entries)) == 1
        farmer.get(f"/courses/{SLUG}")
        assert "Read again" in farmer.words


def test_a_day_brings_eight_hours_at_most(app: Flask, farmer: Visitor, clock: FrozenClock) -> None:
    with learn(app).database.writing() as session:
        for slug in ("long", "longer"):  # 4 lessons of 75 minutes: 300 minutes, 6.66 hours
            stored_course(session, course_draft((), (), (), (), slug=slug, characters=22_500), now=clock())
    clock.set(datetime(2026, 3, 1, 22, 0, tzinfo=UTC))  # six in the morning
    for slug in ("long", "longer"):
        for lesson in _lessons(app, slug):
            _read(farmer, clock, slug, lesson, 75 * 60)
    with learn(app).database.reading() as session:
        hours = session.scalars(select(HoursEntry.hours).order_by(HoursEntry.id)).all()
        evidence = session.scalars(select(HoursEntry.evidence).order_by(HoursEntry.id)).all()
    assert hours == [Decimal("6.66"), Decimal("1.33")]  # 18,000 s, then 3,600 s up to the 21,600 s of eight hours
    assert [one["days"] for one in evidence] == [{"2026-03-02": 18_000}, {"2026-03-02": 3_600}]
    assert "1.33 credit hours" in farmer.words
