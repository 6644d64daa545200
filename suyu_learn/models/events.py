"""Events away from the screen: lectures, drills, visits; who came, from when to when."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from suyu_learn.db import UtcDateTime
from suyu_learn.models.base import Base, ExactNumber, Id, JsonValue, LongText, Moment, Name, Short, choice


class EventKind(StrEnum):
    LECTURE = "lecture"
    DRILL = "drill"
    VISIT = "visit"
    FIELD_SCHOOL = "field_school"
    OTHER = "other"


class Event(Base):
    """A meeting at a place and time, worth at most its hours."""

    __tablename__ = "suyu_event"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="period"),)

    id: Mapped[Id]
    key: Mapped[Short] = mapped_column(unique=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_unit.id"), index=True)
    part_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_programme_part.id"), index=True)
    """The part of a programme that it is held for."""
    kind: Mapped[EventKind] = mapped_column(choice(EventKind, "kind"), default=EventKind.LECTURE)
    title: Mapped[Name]
    place: Mapped[Name] = mapped_column(default="")
    trainer: Mapped[Name] = mapped_column(default="")
    starts_at: Mapped[Moment] = mapped_column(index=True)
    ends_at: Mapped[Moment]
    hours: Mapped[ExactNumber]
    secret: Mapped[Short]
    """What the code on the screen is made from; it never leaves the server."""
    plan: Mapped[LongText] = mapped_column(default="")
    summary: Mapped[LongText] = mapped_column(default="")
    """What came of it, written afterwards."""
    course_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_course.id"))
    """The material that was taught from."""
    exam_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_exam.id"))
    """The paper that was sat."""
    tags: Mapped[JsonValue] = mapped_column(default=list)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    created_at: Mapped[Moment]
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_reason: Mapped[LongText] = mapped_column(default="")


class AttendanceWay(StrEnum):
    CODE = "code"  # the person scanned the code on the screen
    SHEET = "sheet"  # typed in from the signed sheet
    FORM = "form"  # entered by hand on the spot


class Attendance(Base):
    """One person at one event; what it says now, its changes beside it."""

    __tablename__ = "suyu_attendance"
    __table_args__ = (
        UniqueConstraint("event_id", "person_id"),
        CheckConstraint("left_at IS NULL OR left_at >= came_at", name="period"),
    )

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(ForeignKey("suyu_event.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("suyu_person.id"), index=True)
    came_at: Mapped[Moment]
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    way: Mapped[AttendanceWay] = mapped_column(choice(AttendanceWay, "way"))
    hours: Mapped[ExactNumber | None]
    """Credit hours, once they are settled: at most the event's, and at most the time between coming and leaving."""
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    at: Mapped[Moment]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_unit.id"))
    unit_path: Mapped[str] = mapped_column(String(400), default="")
    unit_names: Mapped[LongText] = mapped_column(default="")
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AttendanceChange(Base):
    """What was corrected in an attendance, by whom and why; never changed itself."""

    __tablename__ = "suyu_attendance_change"
    __table_args__ = (Index("ix_suyu_attendance_change_attendance", "attendance_id", "at"),)

    id: Mapped[Id]
    attendance_id: Mapped[int] = mapped_column(ForeignKey("suyu_attendance.id"))
    old: Mapped[JsonValue]
    new: Mapped[JsonValue]
    reason: Mapped[LongText]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    at: Mapped[Moment]
