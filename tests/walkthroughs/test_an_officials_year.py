"""An official collects ninety hours in a year: a course, an outside course, two lectures; worked out by hand.

A course of two lessons that take 45 minutes each to read: 2.00 hours. Ten days elsewhere: 80 hours. Two lectures of
three hours by the clock each: 4 hours and 4 hours. 2 + 80 + 4 = 86 is not enough, 90 is; the next year begins at 0.
"""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import (
    Completion,
    CompletionKind,
    HoursScope,
    PersonAudience,
    ProgrammeMember,
    Repeats,
    Role,
)
from suyu_learn.services import people
from tests.browser_without_script import Visitor
from tests.clock import START, FrozenClock
from tests.factories import course_draft, learn, learner, manager, programme_plan, stored_course, stored_programme

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ZONE = ZoneInfo("Asia/Shanghai")


def test_ninety_hours_in_a_year(app: Flask, clock: FrozenClock) -> None:
    here = learn(app)
    clock.set(START - timedelta(days=30))
    with here.database.writing() as session:
        people.install_audiences(session)
        bureau = people.add_unit(session, "Bureau", parent=None, now=clock())
        manager(session, Role.UNIT_MANAGER, bureau, now=clock()).username = "boss"
        he = learner(session, now=clock(), unit=bureau, name="He", username="he")
        session.add(PersonAudience(person_id=he.id, audience="officials"))
        stored_course(session, course_draft((), (), characters=300 * 45), now=clock())
        plan = programme_plan(title="Officials 2026", hours=Decimal(90), counts=HoursScope.ALL, stages=(),
                              repeats=Repeats.YEARLY)  # fmt: skip
        key, bureau_id, he_id = stored_programme(session, plan, now=clock(), unit=bureau).key, bureau.id, he.id

    clock.set(datetime(2026, 3, 2, 9, 0, tzinfo=ZONE))
    boss, official = Visitor(app).sign_in("boss"), Visitor(app).sign_in("he")
    boss.get(f"/manage/programmes/{key}/assign")
    boss.post(f"/manage/programmes/{key}/assign", action="give", unit=str(bureau_id), audience="officials",
              starts_on="2026-03-02")  # fmt: skip
    official.get("/")
    assert "until 31 Dec 2026: 304 days left" in official.words
    assert "0 of 90 credit hours" in official.words

    for lesson in ("lesson-1", "lesson-2"):
        official.get(f"/courses/soil/{lesson}")
        clock.advance(minutes=45)
        official.post(f"/courses/soil/{lesson}", action="finish")
    official.get("/")
    assert "2 of 90 credit hours" in official.words

    clock.set(datetime(2026, 7, 1, 9, 0, tzinfo=ZONE))
    boss.get(f"/manage/people/{he_id}/outside-hours")
    boss.post(f"/manage/people/{he_id}/outside-hours", what="Party school", where="Province", first="2026-06-01",
              last="2026-06-10", hours="80.5", reason="Sent", file=(io.BytesIO(b"%PDF-1.4 x"), "c.pdf"))  # fmt: skip
    assert boss.page is not None
    assert boss.page.status_code == 422  # ten days of eight hours are eighty
    boss.post(f"/manage/people/{he_id}/outside-hours", what="Party school", where="Province", first="2026-06-01",
              last="2026-06-10", hours="80", reason="Sent", file=(io.BytesIO(b"%PDF-1.4 x"), "c.pdf"))  # fmt: skip
    official.get("/")
    assert "82 of 90 credit hours" in official.words

    for month, expected in ((9, "86 of 90 credit hours"), (12, "90 of 90 credit hours")):
        _lecture(app, clock, boss, bureau_id, he_id, month)
        official.get(f"/programmes/{key}")
        assert expected in official.words
    with here.database.reading() as session:
        done = session.scalars(select(Completion).where(Completion.kind == CompletionKind.PROGRAMME)).one()
        assert (done.occasion, done.evidence["hours"], done.person_id) == ("2026", "90.00", he_id)
    official.get("/records")
    assert "Party school Entered by hand 80" in official.words

    # A table brings two hours more: the school is in, its ten days are full, and two days make sixteen hours.
    table = """姓名,单位,学习内容,办学单位,开始日期,结束日期,学时,证明编号
He,Bureau,Party school,Province,2026-06-01,2026-06-10,80.0,P1
He,Bureau,Law day,Court,2026-06-10,,4,P2
He,Bureau,Safety day,Fire station,2026年6月11日,,2,P3
He,Bureau,Camp,Hills,2026-06-12,2026-06-13,16.5,P4
"""
    boss.get("/manage/outside-hours/import")
    boss.post("/manage/outside-hours/import", file=(io.BytesIO(table.encode()), "hours.csv"))
    for said in ("1 row goes in", "2 rows are refused", "1 row is entered already"):
        assert said in boss.words
    assert "学时: Those days can bring 16 credit hours" in boss.words
    path = re.search(r"/manage/outside-hours/import/[\w-]+", boss.text)[0]  # type: ignore[index]
    boss.post(path, do="apply")
    assert "1 entry of hours is in." in boss.words
    official.get("/records")
    assert "Safety day Entered by hand 2" in official.words
    assert "Law day" not in official.words

    # The next year: the same programme from nothing, by itself, and half an hour past midnight in Shanghai.
    clock.set(datetime(2027, 1, 1, 0, 30, tzinfo=ZONE))
    assert app.test_cli_runner().invoke(args=["suyu", "tick"]).exit_code == 0
    official.get("/")
    assert "0 of 90 credit hours" in official.words
    assert "until 31 Dec 2027" in official.words
    with here.database.reading() as session:
        turns = session.scalars(select(ProgrammeMember.occasion).where(ProgrammeMember.person_id == he_id)).all()
        assert sorted(turns) == ["2026", "2027"]


def _lecture(app: Flask, clock: FrozenClock, boss: Visitor, bureau_id: int, he_id: int, month: int) -> None:
    """Three hours by the clock, four of 45 minutes."""
    clock.set(datetime(2026, month, 15, 13, 0, tzinfo=ZONE))
    begins, ends = f"2026-{month:02}-15T09:00", f"2026-{month:02}-15T12:00"
    boss.get("/manage/events/new")
    boss.post("/manage/events/new", title=f"Lecture {month}", kind="lecture", unit=str(bureau_id), hours="4",
              starts_at=begins, ends_at=ends, place="Hall", trainer="Guest", course="")  # fmt: skip
    key = re.search(r"/manage/events/([^/\"]+)/edit", boss.text)[1]  # type: ignore[index]
    boss.get(f"/manage/events/{key}/attendance")
    boss.post(f"/manage/events/{key}/attendance", action="enter", people=[he_id], came_at=begins, left_at=ends)
    assert "1 person is entered." in boss.words
