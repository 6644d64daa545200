"""Certificates that the platform issues with a completion, and what is set for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from suyu_learn.db import UtcDateTime
from suyu_learn.models.base import Base, Id, LongText, Moment, Name, choice
from suyu_learn.models.records import Completion, CompletionKind

_STANDS = text("revoked_at IS NULL")


class CertificateTerms(Base):
    """Whether completing a course, exam or programme brings a certificate, and what stands on it from now on."""

    __tablename__ = "suyu_certificate_terms"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id"),
        CheckConstraint("months BETWEEN 1 AND 600", name="months"),
    )

    id: Mapped[Id]
    kind: Mapped[CompletionKind] = mapped_column(choice(CompletionKind, "kind"))
    subject_id: Mapped[int] = mapped_column(Integer)
    issued: Mapped[bool] = mapped_column(default=False)
    heading: Mapped[Name] = mapped_column(default="")
    """The line in large letters; empty for the usual one of its kind."""
    issuer: Mapped[Name] = mapped_column(default="")
    months: Mapped[int | None] = mapped_column(SmallInteger)
    """How long it is valid from the completion on; None for ever."""
    signature: Mapped[Name] = mapped_column(default="")
    """What stands under the line to sign on, such as a name with its office."""


class Certificate(Base):
    """A certificate as it was issued: whose name and unit it bears never changes.

    It is revoked by itself, or with its completion. One that is issued anew, as after a change of name, takes the
    place of the one before, which stays revoked.
    """

    __tablename__ = "suyu_certificate"
    __table_args__ = (
        Index("uq_suyu_certificate_stands", "completion_id", unique=True, sqlite_where=_STANDS,
              postgresql_where=_STANDS),
        Index("ix_suyu_certificate_completion_id", "completion_id"),
    )  # fmt: skip

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(32), unique=True)
    completion_id: Mapped[int] = mapped_column(ForeignKey("suyu_completion.id"))
    holder: Mapped[Name]
    unit_names: Mapped[LongText] = mapped_column(default="")
    heading: Mapped[Name] = mapped_column(default="")
    issuer: Mapped[Name] = mapped_column(default="")
    months: Mapped[int | None] = mapped_column(SmallInteger)
    signature: Mapped[Name] = mapped_column(default="")
    issued_at: Mapped[Moment]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    revoke_reason: Mapped[LongText] = mapped_column(default="")
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_certificate.id"))

    completion: Mapped[Completion] = relationship()
