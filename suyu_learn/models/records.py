"""What stands: completions, the ledger of hours, and the audit trail."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from suyu_learn.db import UtcDateTime
from suyu_learn.models.base import Base, BigId, ExactNumber, Id, JsonValue, LongText, Moment, Name, Short, choice


class CompletionKind(StrEnum):
    COURSE = "course"
    EXAM = "exam"
    PROGRAMME = "programme"


def written() -> datetime:
    """The moment at which a record is written, which other systems go on from."""
    return datetime.now(UTC)


_STANDS, _FALLEN = text("voided_at IS NULL"), text("voided_at IS NOT NULL")


class Completion(Base):
    """A rule fulfilled, once; kept with the rule's version, the evidence, and the unit of that day."""

    __tablename__ = "suyu_completion"
    __table_args__ = (
        Index("uq_suyu_completion", "person_id", "kind", "subject_id", "occasion", unique=True),
        # What stands last here and below makes an index answer alone: PostgreSQL keeps no id in it, and SQLite asks for
        # what an index was made for. Else a page of 50 costs as many rows as are counted.
        Index("ix_suyu_completion_subject", "kind", "subject_id", "completed_at", "id", "voided_at"),
        Index("ix_suyu_completion_kind", "kind", "completed_at"),
        Index("ix_suyu_completion_place", "unit_path", "completed_at", "kind", "subject_id", "person_id", "id",
              "voided_at", sqlite_where=_STANDS, postgresql_where=_STANDS,
              postgresql_ops={"unit_path": "text_pattern_ops"}),
        Index("ix_suyu_completion_voided", "completed_at", sqlite_where=_FALLEN, postgresql_where=_FALLEN),
    )  # fmt: skip

    id: Mapped[Id]
    key: Mapped[Short] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("suyu_person.id"))
    kind: Mapped[CompletionKind] = mapped_column(choice(CompletionKind, "kind"))
    subject_id: Mapped[int] = mapped_column(Integer)
    occasion: Mapped[str] = mapped_column(String(32), default="")
    """What a repeated completion is told apart by: the year of a yearly course, else empty."""
    title: Mapped[Name]
    rule: Mapped[JsonValue]
    evidence: Mapped[JsonValue]
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_at: Mapped[Moment] = mapped_column(index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_unit.id"))
    unit_path: Mapped[str] = mapped_column(String(400), default="")
    unit_names: Mapped[LongText] = mapped_column(default="")
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    void_reason: Mapped[LongText] = mapped_column(default="")
    voided_by_hand: Mapped[bool] = mapped_column(default=False)
    """Whether somebody took it back, and not a rule that holds no more: only what is learnt afterwards brings it
    anew."""
    # By the clock of the machine: so many ways write a completion that each forgotten one would be a hole in what
    # other systems take over.
    changed_at: Mapped[Moment] = mapped_column(default=written, onupdate=written, index=True)
    """When the row was last written; records that changed since a moment are found by it."""


class RecordView(Base):
    """A filter of the records with its columns, kept under a name; `unit_id` shares it with who may look there."""

    __tablename__ = "suyu_record_view"
    __table_args__ = (
        UniqueConstraint("person_id", "name"),
        Index("uq_suyu_record_view_first", "person_id", unique=True, sqlite_where=text("first"),
              postgresql_where=text("first")),
    )  # fmt: skip

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("suyu_person.id"))
    name: Mapped[Name]
    filters: Mapped[JsonValue]
    """By the names of the address: lists of texts."""
    columns: Mapped[JsonValue]
    first: Mapped[bool] = mapped_column(default=False)
    """Whether the page begins with it."""
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_unit.id"), index=True)
    saved_at: Mapped[Moment]


class HoursEntry(Base):
    """Credit hours earned, entered or taken back; append-only, each with its evidence."""

    __tablename__ = "suyu_hours_entry"
    __table_args__ = (Index("ix_suyu_hours_entry_person", "person_id", "day", "hours"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("suyu_person.id"))
    hours: Mapped[ExactNumber]
    day: Mapped[date] = mapped_column(Date)
    """The local day on which they count."""
    kind: Mapped[Short]  # course, outside, correction
    subject_id: Mapped[int | None] = mapped_column(Integer)
    title: Mapped[Name]
    evidence: Mapped[JsonValue]
    completion_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_completion.id"), index=True)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_hours_entry.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_unit.id"))
    unit_path: Mapped[str] = mapped_column(String(400), default="")
    unit_names: Mapped[LongText] = mapped_column(default="")
    reason: Mapped[LongText] = mapped_column(default="")
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    at: Mapped[Moment]


class AuditEntry(Base):
    """Who did what to what, when and why; never changed or deleted by the product."""

    __tablename__ = "suyu_audit_entry"
    __table_args__ = (Index("ix_suyu_audit_entry_object", "object_kind", "object_id"),)

    id: Mapped[Id]
    at: Mapped[Moment] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"), index=True)
    action: Mapped[Short]
    object_kind: Mapped[Short] = mapped_column(default="")
    object_id: Mapped[int | None] = mapped_column(BigId)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_unit.id"), index=True)
    reason: Mapped[LongText] = mapped_column(default="")
    detail: Mapped[JsonValue] = mapped_column(default=dict)
