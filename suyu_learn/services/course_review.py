"""A second person looks before learners do: a draft is handed in, published by a reviewer, or given back with a note.

Whoever changes a draft takes it back from review; nobody publishes what they wrote in themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Course, CourseVersion, Person, Role, Status, Unit
from suyu_learn.services import audit, course_writing, grants
from suyu_learn.services.course_writing import Desk, content_fingerprint, draft_of, lessons_of

LOOKERS = frozenset({Role.ORGANIZER, Role.REVIEWER})
"""Who may look at a draft, and judge it if they wrote nothing of it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft that waits for review."""

    course: Course
    version: CourseVersion
    unit: str
    author: str
    own: bool
    """Whether who looks has written something of it."""


def look(session: Session, slug: str, actor: Person, *, hold: bool = False) -> Desk:
    """The course for who may write or review it; raises Problem for everybody else."""
    return course_writing.desk(session, slug, actor, hold=hold, roles=LOOKERS)


def may_write(session: Session, here: Desk, actor: Person) -> bool:
    """Whether somebody who may look may write it too."""
    path = here.unit.path if here.unit is not None else None
    return grants.reach(session, actor, Role.ORGANIZER).covers(path)


def fingerprint(session: Session, here: Desk) -> str:
    """Tells what was read from whatever it may become."""
    return content_fingerprint(here.shown, lessons_of(session, here.shown))


def hands_in(session: Session, here: Desk) -> set[int]:
    """Who wrote something of the draft: its author, and everybody noted in the audit trail."""
    draft = draft_of(here)
    noted = course_writing.hands_noted(session, here.course, draft)
    return noted | ({draft.author_id} if draft.author_id is not None else set())


def may_judge(session: Session, here: Desk, actor: Person) -> bool:
    """Whether the draft waits for this person."""
    waits = here.draft is not None and here.draft.status is Status.REVIEW
    return waits and actor.id not in hands_in(session, here)


def hand_in(session: Session, here: Desk, actor: Person, *, now: datetime) -> None:
    """Send the draft to review; raises Problem for what is missing in it."""
    draft = draft_of(here)
    if draft.status is not Status.DRAFT:
        raise Problem("course.waits_already")
    for problem in course_writing.faults(session, here):
        raise problem
    draft.status = Status.REVIEW
    draft.author_id = draft.author_id or actor.id
    audit.record(session, "course.submitted", now=now, actor=actor, on=here.course, unit_id=here.course.unit_id,
                 version=draft.number)  # fmt: skip
    session.flush()


def take_back(session: Session, here: Desk, actor: Person, *, now: datetime) -> None:
    """Make what waits for review a draft again."""
    if draft_of(here).status is Status.REVIEW:
        course_writing.reopen(session, draft_of(here), actor, here.course, now=now)


def approve(session: Session, here: Desk, actor: Person, *, base: str, now: datetime) -> CourseVersion:
    """Publish what was read as `base`, with who agreed as its reviewer."""
    draft = _in_review(session, here, actor, base)
    draft.reviewer_id, draft.reviewed_at = actor.id, now
    return course_writing.publish(session, here, actor, now=now, agreed=True)


def send_back(session: Session, here: Desk, actor: Person, *, note: str, base: str, now: datetime) -> None:
    """Give the draft back to its author, saying what is to be mended."""
    draft = _in_review(session, here, actor, base)
    if not note.strip():
        raise Problem("course.no_note", place=Place(field="note"))
    draft.status, draft.review_note = Status.DRAFT, note.strip()
    draft.reviewer_id, draft.reviewed_at = actor.id, now
    audit.record(session, "course.sent_back", now=now, actor=actor, on=here.course, unit_id=here.course.unit_id,
                 reason=note.strip(), version=draft.number)  # fmt: skip
    session.flush()


def waiting(session: Session, actor: Person) -> list[Waiting]:
    """What waits for review where somebody organizes or reviews, oldest first."""
    reach = grants.reach(session, actor, LOOKERS)
    rows = session.execute(
        select(Course, CourseVersion, Unit, Person.name)
        .join(CourseVersion, CourseVersion.course_id == Course.id).outerjoin(Unit, Unit.id == Course.unit_id)
        .outerjoin(Person, Person.id == CourseVersion.author_id)
        .where(CourseVersion.status == Status.REVIEW, Course.deleted_at.is_(None)).order_by(CourseVersion.id)
    )  # fmt: skip
    return [
        Waiting(course, version, unit.name if unit is not None else "", name or "",
                actor.id in hands_in(session, Desk(course, version, unit)))
        for course, version, unit, name in rows
        if reach.covers(unit.path if unit is not None else None)
    ]  # fmt: skip


def _in_review(session: Session, here: Desk, actor: Person, base: str) -> CourseVersion:
    draft = here.draft
    if draft is None or draft.status is not Status.REVIEW:
        raise Problem("course.not_in_review")
    if base != fingerprint(session, here):
        raise Problem("course.changed_since_read")
    if actor.id in hands_in(session, here):
        raise Problem("course.own_review")
    return draft
