"""Courses in immutable versions, and how far each person has come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from suyu_learn.db import UtcDateTime
from suyu_learn.models.bank import Status, TextFormat
from suyu_learn.models.base import Base, Id, JsonColumn, JsonValue, LongText, Moment, Name, choice


class Course(Base):
    """A lasting identity; `published_version_id` is what new learners get."""

    __tablename__ = "suyu_course"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_unit.id"), index=True)
    pack: Mapped[str | None] = mapped_column(String(200), unique=True)
    published_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("suyu_course_version.id", use_alter=True), unique=True
    )
    in_order: Mapped[bool] = mapped_column(default=True)
    """A lesson opens once the one before it is finished."""
    seek_lock: Mapped[bool] = mapped_column(default=False)
    """Films cannot be moved on to what has not been watched."""
    review: Mapped[bool] = mapped_column(default=False)
    """A version is published by a second person."""
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[Moment]
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    published_version: Mapped[CourseVersion | None] = relationship(foreign_keys=[published_version_id])


class CourseAudience(Base):
    __tablename__ = "suyu_course_audience"

    course_id: Mapped[int] = mapped_column(ForeignKey("suyu_course.id"), primary_key=True)
    audience: Mapped[str] = mapped_column(ForeignKey("suyu_audience.code"), primary_key=True, index=True)


class CourseRequirement(Base):
    """A course that is to be completed before another opens."""

    __tablename__ = "suyu_course_requirement"
    __table_args__ = (CheckConstraint("course_id <> required_id", name="another"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("suyu_course.id"), primary_key=True)
    required_id: Mapped[int] = mapped_column(ForeignKey("suyu_course.id"), primary_key=True, index=True)


class CourseVersion(Base):
    """One wording of a course; who began it finishes it."""

    __tablename__ = "suyu_course_version"
    __table_args__ = (UniqueConstraint("course_id", "number"),)

    id: Mapped[Id]
    course_id: Mapped[int] = mapped_column(ForeignKey("suyu_course.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    title: Mapped[Name]
    summary: Mapped[LongText] = mapped_column(default="")
    outcomes: Mapped[JsonValue] = mapped_column(default=list)
    translations: Mapped[JsonValue] = mapped_column(default=dict)
    lang: Mapped[str] = mapped_column(String(16))
    status: Mapped[Status] = mapped_column(choice(Status, "status"), default=Status.DRAFT)
    content_hash: Mapped[str] = mapped_column(String(64))
    completion_rule: Mapped[JsonValue] = mapped_column(default=dict)
    created_at: Mapped[Moment]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    review_note: Mapped[LongText] = mapped_column(default="")
    """What the reviewer wants changed."""

    lessons: Mapped[list[Lesson]] = relationship(order_by="Lesson.position")


class Lesson(Base):
    """One reading of a course, with its plausible reading time and checkpoint questions."""

    __tablename__ = "suyu_lesson"
    __table_args__ = (UniqueConstraint("course_version_id", "position"), UniqueConstraint("course_version_id", "slug"))

    id: Mapped[Id]
    course_version_id: Mapped[int] = mapped_column(ForeignKey("suyu_course_version.id"))
    position: Mapped[int] = mapped_column(Integer)
    slug: Mapped[str] = mapped_column(String(100))
    section: Mapped[Name] = mapped_column(default="")
    """The heading under which it stands in the contents, with the lessons before and after that have the same."""
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    title: Mapped[Name]
    text: Mapped[LongText]
    text_format: Mapped[TextFormat] = mapped_column(choice(TextFormat, "text_format"), default=TextFormat.MARKDOWN)
    sources: Mapped[JsonValue] = mapped_column(default=list)
    checkpoints: Mapped[JsonValue] = mapped_column(default=list)
    """Uids of questions; the version shown is the one published at the time."""
    reading_seconds: Mapped[int] = mapped_column(Integer)


class LessonMedia(Base):
    __tablename__ = "suyu_lesson_media"

    lesson_id: Mapped[int] = mapped_column(ForeignKey("suyu_lesson.id"), primary_key=True)
    media_id: Mapped[int] = mapped_column(ForeignKey("suyu_media.id"), primary_key=True, index=True)


class LessonDocument(Base):
    """A PDF whose pages are being drawn into a lesson; it is gone once all are."""

    __tablename__ = "suyu_lesson_document"

    lesson_id: Mapped[int] = mapped_column(ForeignKey("suyu_lesson.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[Name]
    pages: Mapped[int] = mapped_column(Integer)
    drawn: Mapped[int] = mapped_column(Integer, default=0)


class Enrolment(Base):
    """A person who has begun a course, in the version they began."""

    __tablename__ = "suyu_enrolment"
    __table_args__ = (UniqueConstraint("person_id", "course_version_id"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("suyu_person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("suyu_course.id"), index=True)
    course_version_id: Mapped[int] = mapped_column(ForeignKey("suyu_course_version.id"), index=True)
    started_at: Mapped[Moment]


class ProgressStep(Base):
    """Something learnt: a lesson opened, time spent in it, a checkpoint answered, a lesson finished; append-only."""

    __tablename__ = "suyu_progress_step"
    __table_args__ = (Index("ix_suyu_progress_step_enrolment", "enrolment_id", "lesson_id"),)

    id: Mapped[Id]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("suyu_enrolment.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("suyu_lesson.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))  # opened, spent, watched, answered, finished
    key: Mapped[str | None] = mapped_column(String(64), unique=True)  # a queued step that arrives twice counts once
    seconds: Mapped[int] = mapped_column(Integer, default=0)
    detail: Mapped[object | None] = mapped_column(JsonColumn)
    at: Mapped[Moment]
