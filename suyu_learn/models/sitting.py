"""Attempts: the append-only steps that are the truth, and the rows projected from them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from suyu_learn.db import UtcDateTime
from suyu_learn.domain.attempts import AnswerState, AttemptState, StepKind
from suyu_learn.models.bank import QuestionVersion
from suyu_learn.models.base import (
    Base,
    Exact,
    ExactNumber,
    Id,
    JsonColumn,
    JsonValue,
    LongText,
    Moment,
    Name,
    Short,
    choice,
)
from suyu_learn.models.exams import Exam
from suyu_learn.models.people import Person, Residence, Schooling, Sex

if TYPE_CHECKING:
    from suyu_learn.models.appeals import Appeal

_OPEN = text("state = 'open'")
_SAVED = text("kind = 'saved'")
_LEFT = text("kind = 'left'")


class Attempt(Base):
    """One person's sitting of one exam; everything below `seed` is projected from the steps."""

    __tablename__ = "suyu_attempt"
    __table_args__ = (
        Index("uq_suyu_attempt_open", "exam_id", "person_id", "trial", unique=True, sqlite_where=_OPEN,
              postgresql_where=_OPEN),
        UniqueConstraint("exam_id", "person_id", "trial", "number"),
        Index("ix_suyu_attempt_due", "state", "deadline"),
        CheckConstraint("birth_year BETWEEN 1900 AND 2100", name="birth_year"),
    )  # fmt: skip

    id: Mapped[Id]
    key: Mapped[Short] = mapped_column(unique=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("suyu_exam.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("suyu_person.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    trial: Mapped[bool] = mapped_column(default=False)
    retake: Mapped[bool] = mapped_column(default=False)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_unit.id"))
    unit_path: Mapped[str] = mapped_column(String(400), default="")
    unit_names: Mapped[LongText] = mapped_column(default="")
    birth_year: Mapped[int | None] = mapped_column(SmallInteger)
    sex: Mapped[Sex | None] = mapped_column(choice(Sex, "sex"))
    schooling: Mapped[Schooling | None] = mapped_column(choice(Schooling, "schooling"))
    residence: Mapped[Residence | None] = mapped_column(choice(Residence, "residence"))
    """What somebody said of themselves where the exam asks; for statistics alone, never for the person's record."""
    started_at: Mapped[Moment]
    seed: Mapped[str] = mapped_column(String(64))

    state: Mapped[AttemptState] = mapped_column(choice(AttemptState, "state"), default=AttemptState.OPEN)
    deadline: Mapped[Moment]
    heard_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the page last asked how things stand without having anything to save; this alone is no step."""
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """While set, no time runs; when it goes on, the deadline moves by what has passed."""
    shown_slot: Mapped[int | None] = mapped_column(Integer)
    """Where questions are shown one at a time: the one that is asked, 0 once all have been; None for whole papers."""
    shown_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until when that question has time; a pause moves it as it moves the deadline."""
    epoch: Mapped[int] = mapped_column(Integer, default=0)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    """Who handed it in or voided it in the person's place."""
    offline: Mapped[bool] = mapped_column(default=False)
    """Whether it was sat on paper and entered afterwards."""
    typed_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    """Who typed for the person."""
    points: Mapped[Decimal | None] = mapped_column(Exact)
    full_points: Mapped[ExactNumber]
    passed: Mapped[bool | None]
    late_answers: Mapped[int] = mapped_column(Integer, default=0)
    left_count: Mapped[int] = mapped_column(Integer, default=0)
    left_seconds: Mapped[int] = mapped_column(Integer, default=0)
    """How often, and for how long in all, the page was left, where the exam counts that."""
    left_too_much: Mapped[bool] = mapped_column(default=False)
    """Whether that was more than the exam allows, so that the paper was handed in."""
    device: Mapped[Short] = mapped_column(default="")
    """What tells the device that has the paper from others, where the exam wants one at a time."""
    answers_digest: Mapped[Short] = mapped_column(default="")
    """Of the responses that were handed in, for the receipt; empty while open."""
    marked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the person last saw what became of the result after handing in; this alone is no step."""

    exam: Mapped[Exam] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    appeals: Mapped[list[Appeal]] = relationship(back_populates="attempt", order_by="Appeal.id")


class Slot(Base):
    """One place of an attempt: the version asked, its points and arrangement; response and mark are projected."""

    __tablename__ = "suyu_slot"
    __table_args__ = (CheckConstraint("points >= 0", name="points"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("suyu_attempt.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    parent_number: Mapped[int | None] = mapped_column(Integer)
    version_id: Mapped[int] = mapped_column(ForeignKey("suyu_question_version.id"), index=True)
    points: Mapped[ExactNumber]
    option_order: Mapped[JsonValue] = mapped_column(default=list)
    response: Mapped[object | None] = mapped_column(JsonColumn)
    fraction: Mapped[Decimal | None] = mapped_column(Exact)
    key_version_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_question_version.id"))

    version: Mapped[QuestionVersion] = relationship(foreign_keys=[version_id])


class Step(Base):
    """Something that happened in an attempt; only ever appended."""

    __tablename__ = "suyu_step"
    __table_args__ = (
        Index("uq_suyu_step_saved", "attempt_id", "slot", "epoch", "seq", unique=True, sqlite_where=_SAVED,
              postgresql_where=_SAVED),
        Index("uq_suyu_step_left", "attempt_id", "epoch", "seq", unique=True, sqlite_where=_LEFT,
              postgresql_where=_LEFT),
        Index("ix_suyu_step_attempt", "attempt_id", "id"),
    )  # fmt: skip

    id: Mapped[Id]
    attempt_id: Mapped[int] = mapped_column(ForeignKey("suyu_attempt.id"))
    kind: Mapped[StepKind] = mapped_column(choice(StepKind, "kind"))
    slot: Mapped[int | None] = mapped_column(Integer)
    epoch: Mapped[int] = mapped_column(Integer, default=0)
    seq: Mapped[int] = mapped_column(Integer, default=0)
    response: Mapped[object | None] = mapped_column(JsonColumn)
    made_at: Mapped[Moment]
    received_at: Mapped[Moment]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    detail: Mapped[object | None] = mapped_column(JsonColumn)
    """Saved: `refused` with the reason if it does not count, `late`; marked, regraded: `version`, `fraction` (none
    in an open attempt, which is marked by that version at its end); marked by a person besides: `ticked`,
    `comment`, `reason` of a correction, `single` for one of two marks, with `disputed` if they lie too far apart;
    opened: `deadline`, `device` where the exam wants one at a time, and `minutes` and `reason` where it was moved
    for somebody, with `again` where a closed paper goes on; shown: `until`, none where nothing is left to show;
    accepted: `count` and `seconds` of the limit on leaving the page; left: `seconds`, and `refused` if they do not
    count; released: `reason`, where the paper may go on elsewhere; submitted by that limit: `because`; paused,
    resumed: `whole` for all who sit, `reason`; submitted, voided by somebody else: `by`, `reason`. Sat on paper:
    opened has `offline`, `room`, `remark`, and in `deadline` when it was sat; entered has `points`, and `reason`
    where they correct others. Opened by who types for somebody: `typed_for` and `reason`."""


class Scan(Base):
    """A photo or pdf of a paper, kept with its attempt; deleted with a reason, when the row stays and the file goes."""

    __tablename__ = "suyu_scan"

    id: Mapped[Id]
    key: Mapped[Short] = mapped_column(unique=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("suyu_attempt.id"), index=True)
    name: Mapped[Name]
    mime: Mapped[Short]
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[Moment]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    delete_reason: Mapped[LongText] = mapped_column(default="")

    attempt: Mapped[Attempt] = relationship()


class OpenAnswer(Base):
    """A given answer that a person marks, or may look at; all but `key` and the lease is projected from the steps.

    The key tells nothing of who wrote it; the order of keys is the order in which markers see the answers.
    """

    __tablename__ = "suyu_open_answer"
    __table_args__ = (Index("ix_suyu_open_answer_queue", "exam_id", "question_id", "state", "key"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("suyu_attempt.id"), primary_key=True)
    slot: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    key: Mapped[Short] = mapped_column(unique=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("suyu_exam.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("suyu_question.id"), index=True)
    state: Mapped[AnswerState] = mapped_column(choice(AnswerState, "state"))
    first_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    """Who marked it: the only one, or the first of two."""
    second_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    leased_to_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    attempt: Mapped[Attempt] = relationship()
