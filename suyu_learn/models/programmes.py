"""Programmes: what is to be learnt by whom until when, who has been given it, and who signed what was taught."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from suyu_learn.db import UtcDateTime
from suyu_learn.domain.programmes import HoursScope, PartKind, Repeats
from suyu_learn.models.base import Base, ExactNumber, Id, JsonValue, LongText, Moment, Name, Short, choice


class ProgrammeState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"  # nobody is given it any more; what was learnt in it stays


class Programme(Base):
    """Courses, exams, events and sign-offs in stages, with the hours they are worth."""

    __tablename__ = "suyu_programme"
    __table_args__ = (CheckConstraint("window_years BETWEEN 1 AND 10", name="window_years"),)

    id: Mapped[Id]
    key: Mapped[Short] = mapped_column(unique=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_unit.id"), index=True)
    title: Mapped[Name]
    summary: Mapped[LongText] = mapped_column(default="")
    template: Mapped[Short] = mapped_column(default="")
    """The code of the template it was made from."""
    legal_basis: Mapped[LongText] = mapped_column(default="")
    basis_day: Mapped[date | None] = mapped_column(Date)
    """Since when the basis is in force."""
    state: Mapped[ProgrammeState] = mapped_column(choice(ProgrammeState, "state"), default=ProgrammeState.DRAFT)
    hours: Mapped[ExactNumber] = mapped_column(default=Decimal(0))
    """The credit hours due; 0 where only the parts count."""
    counts: Mapped[HoursScope] = mapped_column(choice(HoursScope, "counts"), default=HoursScope.PARTS)
    repeats: Mapped[Repeats] = mapped_column(choice(Repeats, "repeats"), default=Repeats.ONCE)
    window_years: Mapped[int] = mapped_column(SmallInteger, default=1)
    """The calendar years, the present one the last, whose hours count where all do."""
    valid_months: Mapped[int | None] = mapped_column(SmallInteger)
    in_order: Mapped[bool] = mapped_column(default=False)
    """A stage opens once the one before it is done."""
    rule_version: Mapped[int] = mapped_column(Integer, default=0)
    """Counts what was published; completions keep the rule they rest on."""
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    created_at: Mapped[Moment]
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    stages: Mapped[list[ProgrammeStage]] = relationship(order_by="ProgrammeStage.position")


class ProgrammeStage(Base):
    """One step of a programme, such as a level of a three-level training."""

    __tablename__ = "suyu_programme_stage"
    __table_args__ = (UniqueConstraint("programme_id", "position"),)

    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(ForeignKey("suyu_programme.id"))
    position: Mapped[int] = mapped_column(Integer)
    title: Mapped[Name]
    hours: Mapped[ExactNumber] = mapped_column(default=Decimal(0))
    """The credit hours due in this stage."""
    electives: Mapped[int] = mapped_column(SmallInteger, default=0)
    """How many of its elective parts are to be done."""

    parts: Mapped[list[ProgrammePart]] = relationship(order_by="ProgrammePart.position")


class ProgrammePart(Base):
    """What is done in a stage: a course, an exam, an event, or teaching that is signed."""

    __tablename__ = "suyu_programme_part"
    __table_args__ = (
        UniqueConstraint("stage_id", "position"),
        CheckConstraint("(kind = 'course') = (course_id IS NOT NULL)", name="course"),
        CheckConstraint("(kind = 'exam') = (exam_id IS NOT NULL)", name="exam"),
    )

    id: Mapped[Id]
    stage_id: Mapped[int] = mapped_column(ForeignKey("suyu_programme_stage.id"))
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[PartKind] = mapped_column(choice(PartKind, "kind"))
    title: Mapped[Name]
    course_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_course.id"), index=True)
    exam_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_exam.id"), index=True)
    required: Mapped[bool] = mapped_column(default=True)
    hours: Mapped[ExactNumber] = mapped_column(default=Decimal(0))
    """The hours that it is planned to bring; an event or sign-off is done once it has brought them."""
    content: Mapped[LongText] = mapped_column(default="")
    """What has to be taught, in words."""


class Assignment(Base):
    """A programme given to a unit's subtree, narrowed to an audience, or to one person."""

    __tablename__ = "suyu_assignment"
    __table_args__ = (
        CheckConstraint("due_on IS NULL OR due_days IS NULL", name="due"),
        CheckConstraint("unit_id IS NOT NULL OR person_id IS NOT NULL", name="whom"),
    )

    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(ForeignKey("suyu_programme.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_unit.id"), index=True)
    audience: Mapped[str | None] = mapped_column(ForeignKey("suyu_audience.code"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"), index=True)
    newcomers_only: Mapped[bool] = mapped_column(default=False)
    """Only for those who join the unit on the day of the start or later."""
    starts_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date | None] = mapped_column(Date)
    due_days: Mapped[int | None] = mapped_column(SmallInteger)
    """Days from each person's own beginning, where there is no common deadline."""
    reason: Mapped[LongText] = mapped_column(default="")
    """Why one person was given it: transferred, absent for long."""
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    created_at: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    end_reason: Mapped[LongText] = mapped_column(default="")


_OPEN = text("completed_at IS NULL AND left_at IS NULL")


class ProgrammeMember(Base):
    """A person who was given a programme, once an occasion; those who leave keep their row."""

    __tablename__ = "suyu_programme_member"
    __table_args__ = (
        UniqueConstraint("programme_id", "person_id", "occasion"),
        Index("ix_suyu_programme_member_person_due", "person_id", "due_on"),
        Index("ix_suyu_programme_member_open_place", "unit_path", sqlite_where=_OPEN, postgresql_where=_OPEN,
              postgresql_ops={"unit_path": "text_pattern_ops"}),
    )  # fmt: skip

    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(ForeignKey("suyu_programme.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("suyu_person.id"))
    occasion: Mapped[str] = mapped_column(String(32), default="")
    """The year of a yearly programme; of a later one given to one person, its assignment; else empty."""
    assignment_id: Mapped[int] = mapped_column(ForeignKey("suyu_assignment.id"), index=True)
    starts_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date | None] = mapped_column(Date)
    unit_path: Mapped[str] = mapped_column(String(400), default="")
    """Where the person belonged when it was given to them."""
    added_at: Mapped[Moment]
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when no assignment covers the person; empty again when one does."""
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completion_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_completion.id"), index=True)


_STANDS = text("ended_at IS NULL")


class ProgrammeExemption(Base):
    """Why a member need not complete a programme; taken back, never deleted."""

    __tablename__ = "suyu_programme_exemption"
    __table_args__ = (
        Index(
            "uq_suyu_programme_exemption_stands", "member_id", unique=True, sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )  # fmt: skip

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(ForeignKey("suyu_programme_member.id"))
    reason: Mapped[LongText]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    at: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    end_reason: Mapped[LongText] = mapped_column(default="")


class SignOff(Base):
    """Somebody taught a member in person and signed for it; voided with a reason, never deleted."""

    __tablename__ = "suyu_sign_off"

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(ForeignKey("suyu_programme_member.id"), index=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("suyu_programme_part.id"), index=True)
    trainer: Mapped[Name]
    """Who taught, as written on the paper."""
    began_at: Mapped[Moment]
    ended_at: Mapped[Moment]
    hours: Mapped[ExactNumber]
    """Credit hours, at most those between beginning and end."""
    result: Mapped[LongText] = mapped_column(default="")
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    at: Mapped[Moment]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_unit.id"))
    unit_path: Mapped[str] = mapped_column(String(400), default="")
    unit_names: Mapped[LongText] = mapped_column(default="")
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    void_reason: Mapped[LongText] = mapped_column(default="")


class ChannelKind(StrEnum):
    WECOM = "wecom"  # a group robot of 企业微信
    DINGTALK = "dingtalk"  # a group robot of 钉钉
    MAIL = "mail"


class ReminderChannel(Base):
    """Where a unit's reminders go by themselves: the robot of a chat group, or a mail address."""

    __tablename__ = "suyu_reminder_channel"

    id: Mapped[Id]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_unit.id"), index=True)
    kind: Mapped[ChannelKind] = mapped_column(choice(ChannelKind, "kind"))
    name: Mapped[Name]
    address: Mapped[LongText]
    secret: Mapped[LongText] = mapped_column(default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    created_at: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReminderState(StrEnum):
    SENDING = "sending"  # claimed; what a crash leaves so is not sent again
    SENT = "sent"
    FAILED = "failed"


class Reminder(Base):
    """One message about one deadline to one channel; claimed before it is sent, so that it never goes out twice."""

    __tablename__ = "suyu_reminder"
    __table_args__ = (UniqueConstraint("channel_id", "programme_id", "due_on", "occasion"),)

    id: Mapped[Id]
    channel_id: Mapped[int] = mapped_column(ForeignKey("suyu_reminder_channel.id"))
    programme_id: Mapped[int] = mapped_column(ForeignKey("suyu_programme.id"), index=True)
    due_on: Mapped[date] = mapped_column(Date)
    occasion: Mapped[Short]
    """How long before the deadline it was due: given, 7 days, 1 day, overdue."""
    people: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[ReminderState] = mapped_column(choice(ReminderState, "state"), default=ReminderState.SENDING)
    detail: Mapped[JsonValue] = mapped_column(default=dict)
    at: Mapped[Moment]
