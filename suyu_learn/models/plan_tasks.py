"""Which tasks of the action plan courses, exams, events and programmes serve."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from suyu_learn.models.base import Base, choice


class TaggedKind(StrEnum):
    COURSE = "course"
    EXAM = "exam"
    EVENT = "event"
    PROGRAMME = "programme"


class PlanTag(Base):
    """One thing serves one task; `task` is the task's code in the plan."""

    __tablename__ = "suyu_plan_tag"
    __table_args__ = (Index("ix_suyu_plan_tag_task", "task"),)

    kind: Mapped[TaggedKind] = mapped_column(choice(TaggedKind, "kind"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    task: Mapped[str] = mapped_column(String(32), primary_key=True)
