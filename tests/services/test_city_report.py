"""What the report of a year lists, and in which order, on both databases."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from suyu_learn.domain.names import chinese_order
from suyu_learn.models import Audience, Enrolment
from suyu_learn.services import people, record_choices, statistics_report
from suyu_learn.services.reports import EVERYTHING
from tests.clock import START
from tests.factories import course_draft, learner, stored_course

TITLES = ("中医", "Zinc", "安全", "apples", "种植", "Beans")


def test_courses_and_audiences_stand_in_one_order(session: Session) -> None:
    unit = people.add_unit(session, "Pine City", parent=None, now=START)
    reader = learner(session, now=START, unit=unit)
    for number, title in enumerate(TITLES):
        course = stored_course(session, course_draft(slug=f"c{number}", title=title), now=START)
        assert course.published_version_id is not None
        session.add(Enrolment(person_id=reader.id, course_id=course.id,
                              course_version_id=course.published_version_id, started_at=START))  # fmt: skip
    session.add_all([Audience(code=code, name=code) for code in ("b-c", "B", "ba")])
    session.flush()
    found = statistics_report.city_report(
        session, START.year, unit, sight=EVERYTHING, now=START, zone=ZoneInfo("Asia/Shanghai"), suppress_below=5
    )
    titles = [one.title for one in found.courses]
    assert titles == sorted(TITLES, key=chinese_order)
    assert titles.index("安全") < titles.index("中医") < titles.index("种植")
    assert [code for code, _name in record_choices.audiences(session)][-3:] == ["B", "b-c", "ba"]
