"""Who may see a picture: whoever may see something that uses it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Attempt,
    Bank,
    Course,
    CourseVersion,
    Enrolment,
    Exam,
    Import,
    ImportMedia,
    Lesson,
    LessonMedia,
    Media,
    Person,
    Question,
    QuestionVersion,
    Role,
    Slot,
    Unit,
    VersionMedia,
)
from suyu_learn.services import bank_sharing, grants, practice
from suyu_learn.services.practice_questions import Moment

KEEPERS = frozenset({Role.ORGANIZER, Role.REVIEWER})


@dataclass(frozen=True, slots=True)
class Seen:
    """What is needed to send a medium."""

    sha256: str
    mime: str
    name: str


def find(
    session: Session, sha256: str, person: Person, *, roles: Collection[Role], moment: Moment,
    exam_id: int | None = None,
) -> Seen:  # fmt: skip
    """The medium, for who may see what uses it; raises Problem for everybody else, known or not.

    `exam_id` is the one exam that a person entered without an account; they see its paper alone. The usual case, a
    picture on one's own paper, takes one statement.
    """
    row = session.execute(
        select(Media.id, Media.mime, Media.name, _on_paper(person.id, exam_id)).where(Media.sha256 == sha256)
    ).one_or_none()
    if row is None:
        raise Problem("media.unknown")
    number, mime, name, on_paper = row
    if on_paper or (exam_id is None and _otherwise(session, number, person, roles, moment)):
        return Seen(sha256, mime, name)
    raise Problem("media.unknown")


def known(session: Session, sha256: str) -> Seen:
    """The medium, for who sent it; raises Problem when it is gone."""
    row = session.execute(select(Media.mime, Media.name).where(Media.sha256 == sha256)).one_or_none()
    if row is None:
        raise Problem("media.unknown")
    return Seen(sha256, row.mime, row.name)


def _on_paper(person_id: int, exam_id: int | None) -> ColumnElement[bool]:
    asked = (
        select(Slot.version_id).join(Attempt, Attempt.id == Slot.attempt_id).where(Attempt.person_id == person_id)
    )  # fmt: skip
    if exam_id is not None:
        asked = asked.where(Attempt.exam_id == exam_id)
    return exists().where(VersionMedia.media_id == Media.id, VersionMedia.version_id.in_(asked)).correlate(Media)


def _otherwise(session: Session, number: int, person: Person, roles: Collection[Role], moment: Moment) -> bool:
    if KEEPERS & set(roles) and (_kept_by(session, number, person) or _written_by(session, number, person)):
        return True
    if Role.MARKER in roles and _marked_by(session, number, person):
        return True
    return _studied_by(session, number, person) or _practised_by(session, number, person, moment)


def _kept_by(session: Session, number: int, person: Person) -> bool:
    """In a bank that the person may look into, or in an import into one."""
    own = grants.reach(session, person, KEEPERS)
    shared = Bank.id.in_(bank_sharing.shared_ids(session, own))
    within = or_(Bank.unit_id.is_(None), own.includes(Unit.path), shared)
    in_bank: Select[int] = (
        select(Bank.id).join(Question, Question.bank_id == Bank.id)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .join(VersionMedia, VersionMedia.version_id == QuestionVersion.id)
        .outerjoin(Unit, Unit.id == Bank.unit_id)
        .where(VersionMedia.media_id == number, within).limit(1)
    )  # fmt: skip
    coming: Select[int] = (
        select(Bank.id).join(Import, Import.bank_id == Bank.id).join(ImportMedia, ImportMedia.import_id == Import.id)
        .outerjoin(Unit, Unit.id == Bank.unit_id)
        .where(ImportMedia.media_id == number, own.includes(Unit.path)).limit(1)
    )  # fmt: skip
    return session.scalar(in_bank) is not None or session.scalar(coming) is not None


def _written_by(session: Session, number: int, person: Person) -> bool:
    """In a course that the person may write or review."""
    own = grants.reach(session, person, KEEPERS)
    written = (
        select(Lesson.id).join(LessonMedia, LessonMedia.lesson_id == Lesson.id)
        .join(CourseVersion, CourseVersion.id == Lesson.course_version_id)
        .join(Course, Course.id == CourseVersion.course_id).join(Unit, Unit.id == Course.unit_id)
        .where(LessonMedia.media_id == number, own.includes(Unit.path)).limit(1)
    )  # fmt: skip
    return session.scalar(written) is not None


def _marked_by(session: Session, number: int, person: Person) -> bool:
    """Asked of somebody whose answers the person may mark."""
    own = grants.reach(session, person, Role.MARKER)
    asked = (
        select(Attempt.id).join(Slot, Slot.attempt_id == Attempt.id)
        .join(VersionMedia, VersionMedia.version_id == Slot.version_id)
        .join(Exam, Exam.id == Attempt.exam_id).outerjoin(Unit, Unit.id == Exam.unit_id)
        .where(VersionMedia.media_id == number, own.includes(Unit.path)).limit(1)
    )  # fmt: skip
    return session.scalar(asked) is not None


def _studied_by(session: Session, number: int, person: Person) -> bool:
    """In a lesson of a course that the person has begun, or in a question at its end."""
    uids = set(
        session.scalars(
            select(Question.uid).join(VersionMedia, VersionMedia.version_id == Question.published_version_id)
            .where(VersionMedia.media_id == number)
        )
    )  # fmt: skip
    begun = (
        select(Lesson.checkpoints, exists().where(LessonMedia.lesson_id == Lesson.id, LessonMedia.media_id == number))
        .join(Enrolment, Enrolment.course_version_id == Lesson.course_version_id)
        .where(Enrolment.person_id == person.id)
    )
    return any(within or not uids.isdisjoint(checkpoints) for checkpoints, within in session.execute(begun))


def _practised_by(session: Session, number: int, person: Person, moment: Moment) -> bool:
    """In a question that the person may practise now."""
    versions = select(VersionMedia.version_id).where(VersionMedia.media_id == number)
    return practice.may_see(session, person, session.scalars(versions).all(), moment)
