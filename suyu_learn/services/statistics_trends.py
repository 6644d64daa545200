"""How learning runs through the weeks of a period, and after which lesson of a course people stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import and_, func, literal, select, union_all
from sqlalchemy.orm import Session

from suyu_learn.domain.statistics import Period, Weeks
from suyu_learn.models import (
    Completion,
    Course,
    Enrolment,
    Lesson,
    Membership,
    ProgressStep,
    Unit,
)
from suyu_learn.services.statistics_training import Wanted, completions


@dataclass(frozen=True, slots=True)
class Week:
    """The days of a week that lie in the period, and how many people completed something in them."""

    days: Period
    people: int


@dataclass(frozen=True, slots=True)
class LessonStep:
    """A lesson, how many people finished it or a later one, and how many finished it and none after it."""

    title: str
    reached: int
    stopped: int


@dataclass(frozen=True, slots=True)
class Lessons:
    """The way through a course of those who began its present version in the period."""

    began: int
    steps: tuple[LessonStep, ...]


def weeks(session: Session, wanted: Wanted) -> tuple[Week, ...]:
    """People who completed something, week by week up to today; each once a week, by the unit of that day."""
    today = wanted.now.astimezone(wanted.zone).date()
    days = [one for one in Weeks(wanted.period) if one.first <= today]
    if not days:
        return ()
    # Each by itself: joined to a table of weeks, every completion would be compared with each of them.
    each = union_all(
        *(
            select(literal(place), func.count(Completion.person_id.distinct()))
            .where(*completions(wanted))
            .where(Completion.completed_at >= datetime.combine(one.first, time(), wanted.zone),
                   Completion.completed_at < datetime.combine(one.last + timedelta(days=1), time(), wanted.zone))
            for place, one in enumerate(days)
        )
    )  # fmt: skip
    people: dict[int, int] = dict(session.execute(each).all())
    return tuple(Week(one, people[place]) for place, one in enumerate(days))


def lessons(session: Session, wanted: Wanted, course: Course) -> Lessons:
    """How far those came who began the course as it is published now, in the period; by the unit of today."""
    home = and_(Membership.person_id == Enrolment.person_id, Membership.home, Membership.until.is_(None))
    furthest = (
        select(Enrolment.id, func.max(Lesson.position).label("place"))
        .outerjoin(ProgressStep, and_(ProgressStep.enrolment_id == Enrolment.id, ProgressStep.kind == "finished"))
        .outerjoin(Lesson, Lesson.id == ProgressStep.lesson_id)
        .outerjoin(Membership, home)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(Enrolment.course_version_id == course.published_version_id)
        .where(Enrolment.started_at >= wanted.begins_at, Enrolment.started_at < wanted.ends_at)
        .where(wanted.covers(func.coalesce(Unit.path, "")), wanted.wants(Enrolment.person_id))
        .group_by(Enrolment.id)
        .cte("furthest")
    )
    stopped: dict[int | None, int] = dict(
        session.execute(select(furthest.c.place, func.count()).group_by(furthest.c.place)).all()
    )
    order: Sequence[tuple[int, str]] = session.execute(
        select(Lesson.position, Lesson.title)
        .where(Lesson.course_version_id == course.published_version_id)
        .order_by(Lesson.position)
    ).all()
    steps = tuple(
        LessonStep(
            title,
            sum(count for at, count in stopped.items() if at is not None and at >= place),
            stopped.get(place, 0),
        )
        for place, title in order
    )
    return Lessons(sum(stopped.values()), steps)
