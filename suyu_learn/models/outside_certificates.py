"""Certificates that others issue, such as permits for special work: of whom, until when, with their proof."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from suyu_learn.db import UtcDateTime
from suyu_learn.models.base import Base, Id, JsonColumn, JsonValue, LongText, Moment, Name, Short, choice
from suyu_learn.models.people import Person
from suyu_learn.models.programmes import ReminderState

_COUNTS = text("ended_at IS NULL")


class OutsideEnd(StrEnum):
    """Why an entry counts no more; it stays as history."""

    RENEWED = "renewed"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


class OutsideKind(Base):
    """A kind of certificate that somebody added, or that takes the place of a shipped one with the same code."""

    __tablename__ = "suyu_outside_kind"
    __table_args__ = (
        CheckConstraint("valid_months BETWEEN 1 AND 600", name="valid_months"),
        CheckConstraint("review_months BETWEEN 1 AND 600", name="review_months"),
    )

    id: Mapped[Id]
    code: Mapped[Short] = mapped_column(unique=True)
    name: Mapped[Name]
    issuer: Mapped[Name] = mapped_column(default="")
    valid_months: Mapped[int | None] = mapped_column(SmallInteger)
    review_months: Mapped[int | None] = mapped_column(SmallInteger)
    basis: Mapped[LongText] = mapped_column(default="")
    checked_on: Mapped[date | None] = mapped_column(Date)
    """When somebody last compared this with its basis."""
    confirmed: Mapped[bool] = mapped_column(default=False)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    changed_at: Mapped[Moment]


class OutsideCertificate(Base):
    """One certificate of one person, as it is printed; renewing or correcting it makes a new row."""

    __tablename__ = "suyu_outside_certificate"
    __table_args__ = (
        Index("uq_suyu_outside_certificate_counts", "person_id", "kind", "detail", "number", unique=True,
              sqlite_where=_COUNTS, postgresql_where=_COUNTS),
        Index("ix_suyu_outside_certificate_valid", "valid_until"),
        Index("ix_suyu_outside_certificate_review", "review_on"),
        CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name="ended"),
    )  # fmt: skip

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("suyu_person.id"), index=True)
    kind: Mapped[Short]
    """The code of a kind, shipped or added."""
    detail: Mapped[Name] = mapped_column(default="")
    """For what it holds, such as welding; empty where the kind says all."""
    number: Mapped[Short] = mapped_column(default="")
    issuer: Mapped[Name] = mapped_column(default="")
    issued_on: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    """The last day on which it is valid; None for ever."""
    review_on: Mapped[date | None] = mapped_column(Date)
    """The last day for the next review."""
    proof: Mapped[dict[str, Any] | None] = mapped_column(JsonColumn)
    """sha256, mime, size and name of the scan, which lies among the scans."""
    note: Mapped[LongText] = mapped_column(default="")
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    at: Mapped[Moment]
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_outside_certificate.id"), index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    ended_as: Mapped[OutsideEnd | None] = mapped_column(choice(OutsideEnd, "ended_as"))
    end_reason: Mapped[LongText] = mapped_column(default="")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class OutsideReminder(Base):
    """One certificate in a message to one channel; claimed before the message leaves: it is never told twice."""

    __tablename__ = "suyu_outside_reminder"
    __table_args__ = (UniqueConstraint("channel_id", "certificate_id", "due_on", "occasion"),)

    id: Mapped[Id]
    channel_id: Mapped[int] = mapped_column(ForeignKey("suyu_reminder_channel.id"))
    certificate_id: Mapped[int] = mapped_column(ForeignKey("suyu_outside_certificate.id"), index=True)
    due_on: Mapped[date] = mapped_column(Date)
    """Its last day, or that of its review, as it was told."""
    occasion: Mapped[Short]
    """How long before that day: 60 days, 30 days, 7 days, over."""
    message: Mapped[Short] = mapped_column(index=True)
    """What was told in one message has one key."""
    state: Mapped[ReminderState] = mapped_column(choice(ReminderState, "state"), default=ReminderState.SENDING)
    detail: Mapped[JsonValue] = mapped_column(default=dict)
    at: Mapped[Moment]
