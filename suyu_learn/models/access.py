"""Roles on subtrees, and what proves that somebody is who they say."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from suyu_learn.db import UtcDateTime
from suyu_learn.models.base import Base, Id, LongText, Moment, Short, choice
from suyu_learn.models.people import Person, Unit


class Role(StrEnum):
    ORGANIZER = "organizer"
    REVIEWER = "reviewer"
    MARKER = "marker"
    HR = "hr"
    AUDITOR = "auditor"
    ADMIN = "admin"
    UNIT_MANAGER = "unit_manager"  # organizer + hr + marker of a subtree
    IDENTITY = "identity"  # takes identity numbers along in full; in no bundle


_LIVE = text("revoked_at IS NULL")


class Grant(Base):
    """A role on a unit's subtree; without a unit, on all units."""

    __tablename__ = "suyu_grant"
    __table_args__ = (
        Index(
            "uq_suyu_grant_live",
            "person_id",
            "role",
            "unit_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("suyu_person.id"), index=True)
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_unit.id"), index=True)
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    granted_at: Mapped[Moment]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[LongText] = mapped_column(default="")

    unit: Mapped[Unit | None] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class Card(Base):
    """A printed personal card; only the hash of what its QR code says is kept."""

    __tablename__ = "suyu_card"
    __table_args__ = (Index("uq_suyu_card_live", "person_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("suyu_person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    pin_hash: Mapped[str | None] = mapped_column(String(64))
    issued_at: Mapped[Moment]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class OneTimeLink(Base):
    """A link that works once: the first administrator, a new password."""

    __tablename__ = "suyu_one_time_link"

    id: Mapped[Id]
    purpose: Mapped[Short]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FailedSignIn(Base):
    """Failures in a row of one account name, or of one address within a minute.

    An account is delayed, never locked; an address only above a number that no office reaches.
    """

    __tablename__ = "suyu_failed_sign_in"

    subject: Mapped[str] = mapped_column(String(128), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[Moment]
