"""Identity numbers: which programme asks for them and why, and what each person answered; stored encrypted."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from suyu_learn.db import UtcDateTime
from suyu_learn.models.base import Base, Id, LongText, Moment, Short, choice, new_key


class IdentityState(StrEnum):
    GIVEN = "given"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # by the person, or for them
    ERASED = "erased"  # the purpose was over


class IdentityRequest(Base):
    """A programme asks its people for their identity number, for a purpose in writing and until a day."""

    __tablename__ = "suyu_identity_request"
    __table_args__ = (CheckConstraint("purpose <> ''", name="purpose"),)

    programme_id: Mapped[int] = mapped_column(ForeignKey("suyu_programme.id"), primary_key=True, autoincrement=False)
    purpose: Mapped[LongText]
    keep_until: Mapped[date] = mapped_column(Date)
    """The last day on which numbers are kept."""
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    asked_at: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    end_reason: Mapped[LongText] = mapped_column(default="")


class IdentityNumber(Base):
    """What one person answered in one programme; the number itself only as ciphertext, bound to the row by its key."""

    __tablename__ = "suyu_identity_number"
    __table_args__ = (
        UniqueConstraint("programme_id", "person_id"),
        CheckConstraint("(state = 'given') = (cipher <> '')", name="cipher"),
        CheckConstraint("(cipher = '') = (lookup_hash = '')", name="lookup_hash"),
    )

    id: Mapped[Id]
    key: Mapped[Short] = mapped_column(unique=True, default=new_key)
    programme_id: Mapped[int] = mapped_column(ForeignKey("suyu_programme.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("suyu_person.id"), index=True)
    state: Mapped[IdentityState] = mapped_column(choice(IdentityState, "state"))
    cipher: Mapped[LongText] = mapped_column(default="")
    cipher_key: Mapped[Short] = mapped_column(default="", index=True)
    """Tells with which of the keys it was encrypted."""
    lookup_hash: Mapped[str] = mapped_column(String(64), default="", index=True)
    """HMAC-SHA256 of the number, by which it is found again without being opened."""
    answered_at: Mapped[Moment]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
