"""What is set of a course beside its words: what holds at once, and the sections and dates of its lessons."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Course, CourseRequirement, CourseVersion, Lesson, Person, Status
from suyu_learn.services import audit
from suyu_learn.services.course_writing import Desk, draft_of, hands_noted, lessons_of, put_in_order, wrote

LONGEST_SECTION = 200


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds at once for everybody; `requires` are the courses to be completed before."""

    in_order: bool = True
    seek_lock: bool = False
    review: bool = False
    opens_at: datetime | None = None
    requires: frozenset[int] = frozenset()

    @property
    def fingerprint(self) -> str:
        """Tells these settings from all others."""
        said = [self.in_order, self.seek_lock, self.review, _iso(self.opens_at), sorted(self.requires)]
        return sha256(json.dumps(said).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Placed:
    """Under which heading a lesson stands, and from when on it can be opened."""

    section: str = ""
    opens_at: datetime | None = None


def settings_of(session: Session, course: Course) -> Settings:
    """What is set now."""
    return Settings(course.in_order, course.seek_lock, course.review, course.opens_at, required_by(session, course))


def required_by(session: Session, course: Course) -> frozenset[int]:
    """The courses that are to be completed before one."""
    rows = session.scalars(select(CourseRequirement.required_id).where(CourseRequirement.course_id == course.id))
    return frozenset(rows)


def requirable(session: Session, course: Course) -> list[tuple[Course, str]]:
    """The courses that may be asked for, with their titles: those that learners find, and those asked for already."""
    rows = session.execute(
        select(Course, CourseVersion.title)
        .join(CourseVersion, CourseVersion.id == Course.published_version_id)
        .where(
            Course.id != course.id,
            or_(Course.deleted_at.is_(None), Course.id.in_(required_by(session, course))),
        )
        .order_by(CourseVersion.title, Course.id)
    )
    return [(one, title) for one, title in rows]


def set_settings(
    session: Session, course: Course, wanted: Settings, actor: Person, *, base: str, now: datetime
) -> bool:
    """Let other settings hold; whether anything differs. Raises Problem for a circle of courses that ask for each
    other, and when somebody else has changed them since `base` was read."""
    _hold_all(session)
    session.refresh(course)
    former = settings_of(session, course)
    if base != former.fingerprint:
        raise Problem("course.settings_changed")
    if wanted == former:
        return False
    if former.review and not wanted.review:
        _refuse_author(session, course, actor)
    titles = {one.id: title for one, title in requirable(session, course)}
    require_no_circle(session, course, wanted.requires & titles.keys(), titles)
    course.in_order, course.seek_lock, course.review = wanted.in_order, wanted.seek_lock, wanted.review
    course.opens_at = wanted.opens_at
    set_requirements(session, course, wanted.requires & titles.keys())
    _tell(session, course, former, wanted, titles, actor, now=now)
    session.flush()
    return True


def _refuse_author(session: Session, course: Course, actor: Person) -> None:
    """Raise Problem for who wrote in the draft at hand: it would be published without a second person."""
    for draft in session.scalars(
        select(CourseVersion).where(CourseVersion.course_id == course.id,
                                    CourseVersion.status.in_((Status.DRAFT, Status.REVIEW)))
    ):  # fmt: skip
        if actor.id == draft.author_id or actor.id in hands_noted(session, course, draft):
            raise Problem("course.review_by_another", place=Place(field="review"))


def require_no_circle(session: Session, course: Course, wanted: frozenset[int], titles: Mapping[int, str]) -> None:
    """Raise Problem if one of the wanted courses asks, by itself or by others, for this one."""
    asks: dict[int, set[int]] = {}
    for one, required in session.execute(select(CourseRequirement.course_id, CourseRequirement.required_id)):
        asks.setdefault(one, set()).add(required)
    for first in sorted(wanted):
        reached, waiting = {first}, [first]
        while waiting:
            fresh = asks.get(waiting.pop(), set()) - reached
            reached |= fresh
            waiting += fresh
        if course.id in reached:
            raise Problem("course.requires_circle", place=Place(field="requires"), other=titles.get(first, ""))


def set_requirements(session: Session, course: Course, wanted: frozenset[int]) -> None:
    """The courses that one asks for, in the place of those it asked for."""
    session.execute(delete(CourseRequirement).where(CourseRequirement.course_id == course.id))
    if wanted:
        rows = [{"course_id": course.id, "required_id": one} for one in sorted(wanted)]
        session.execute(insert(CourseRequirement), rows)


def contents_fingerprint(lessons: Sequence[Lesson]) -> str:
    """Tells this order with its sections and dates from every other."""
    said = [[one.id, one.section, _iso(one.opens_at)] for one in lessons]
    return sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:16]


def set_contents(
    session: Session, here: Desk, wanted: Mapping[int, Placed], actor: Person, *, base: str, now: datetime
) -> None:
    """Sections and dates of the draft's lessons; those of one section come to stand behind each other.

    Raises Problem when somebody else has changed them since `base` was read.
    """
    lessons = list(lessons_of(session, draft_of(here)))
    if base != contents_fingerprint(lessons):
        raise Problem("course.contents_changed")
    for one in lessons:
        placed = wanted.get(one.id, Placed(one.section, one.opens_at))
        if len(placed.section) > LONGEST_SECTION:
            raise Problem("course.section_too_long", place=Place(field=f"section_{one.id}"), limit=LONGEST_SECTION)
        one.section, one.opens_at = placed.section, placed.opens_at
    first = {section: place for place, section in reversed(list(enumerate(one.section for one in lessons)))}
    ordered = sorted(lessons, key=lambda one: first[one.section])
    put_in_order(session, ordered)
    if base != contents_fingerprint(ordered):
        wrote(session, here, actor, now=now)


def _hold_all(session: Session) -> None:
    """Hold every course, in one order: two that come to ask for each other at once would not see each other."""
    session.execute(select(Course.id).order_by(Course.id).with_for_update(key_share=True)).all()


def _tell(
    session: Session, course: Course, former: Settings, wanted: Settings, titles: Mapping[int, str], actor: Person, *,
    now: datetime,
) -> None:  # fmt: skip
    """An entry for each setting that differs; review is told as that of a bank is."""
    if wanted.review != former.review:
        audit.record(session, "course.review_on" if wanted.review else "course.review_off", now=now, actor=actor,
                     on=course, unit_id=course.unit_id)  # fmt: skip
    for name, old, new in (
        ("in_order", former.in_order, wanted.in_order),
        ("seek_lock", former.seek_lock, wanted.seek_lock),
        ("opens_at", _iso(former.opens_at), _iso(wanted.opens_at)),
        ("requires", *(sorted(titles[each] for each in one.requires if each in titles) for one in (former, wanted))),
    ):
        if old != new:
            audit.record(session, f"course.changed.{name}", now=now, actor=actor, on=course, unit_id=course.unit_id,
                         old=old, new=new)  # fmt: skip


def _iso(value: datetime | None) -> str:
    return value.isoformat() if value is not None else ""
