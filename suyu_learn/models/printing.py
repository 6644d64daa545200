"""Papers as they were printed, so that what was answered on them can be read afterwards."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from suyu_learn.models.base import Base, Id, JsonValue, Moment


class PrintedPaper(Base):
    """One variant of an exam's paper, named by the code that stands on each of its sheets; what is printed stays."""

    __tablename__ = "suyu_printed_paper"
    __table_args__ = (UniqueConstraint("exam_id", "code"),)

    id: Mapped[Id]
    exam_id: Mapped[int] = mapped_column(ForeignKey("suyu_exam.id"))
    code: Mapped[str] = mapped_column(String(8))
    slots: Mapped[JsonValue]
    """One list a slot, in their order: version, points as text, the keys of its options, the passage's version; then,
    once its key was corrected, the version that marks it, and why."""
    at: Mapped[Moment]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
