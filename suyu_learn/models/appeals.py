"""What learners object to in a result, and what they were answered."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from suyu_learn.db import UtcDateTime
from suyu_learn.models.base import Base, Id, LongText, Moment, choice
from suyu_learn.models.people import Person
from suyu_learn.models.sitting import Attempt

_OPEN = text("state = 'open'")


class AppealState(StrEnum):
    OPEN = "open"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Appeal(Base):
    """An objection to one question of an attempt, or to the whole of it; withdrawn or answered, never deleted."""

    __tablename__ = "suyu_appeal"
    __table_args__ = (
        CheckConstraint("(answered_at IS NOT NULL) = (state IN ('accepted', 'refused'))", name="answered"),
        CheckConstraint("(slot = 0) = (question_id IS NULL)", name="whole"),
        Index("ix_suyu_appeal_exam", "exam_id", "state"),
        Index("uq_suyu_appeal_open", "attempt_id", "slot", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )  # fmt: skip

    id: Mapped[Id]
    exam_id: Mapped[int] = mapped_column(ForeignKey("suyu_exam.id"))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("suyu_attempt.id"), index=True)
    slot: Mapped[int] = mapped_column(Integer)
    """The question's place on the paper; 0 for the paper as a whole."""
    question_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_question.id"), index=True)
    text: Mapped[LongText]
    state: Mapped[AppealState] = mapped_column(choice(AppealState, "state"), default=AppealState.OPEN)
    made_at: Mapped[Moment]
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[LongText] = mapped_column(default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))

    attempt: Mapped[Attempt] = relationship(back_populates="appeals")
    answered_by: Mapped[Person | None] = relationship()
