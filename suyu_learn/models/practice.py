"""Practice: answers that are only ever appended, what is projected from them, bookmarks, favourites, mock exams.

Nothing of it is part of anybody's record; only the person sees it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from suyu_learn.db import UtcDateTime
from suyu_learn.domain.practice import PracticeMode
from suyu_learn.models.base import Base, BigId, Id, JsonColumn, JsonValue, Moment, Short, choice


class PracticeAnswer(Base):
    """One answer given in practice, or a mistake of an exam whose key the person may see; only ever appended."""

    __tablename__ = "suyu_practice_answer"
    __table_args__ = (Index("ix_suyu_practice_answer_person", "person_id", "question_id"),)

    id: Mapped[Id]
    key: Mapped[Short] = mapped_column(unique=True)  # of the form that sent it: the same form counts once
    person_id: Mapped[int] = mapped_column(ForeignKey("suyu_person.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("suyu_question.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("suyu_question_version.id"), index=True)
    response: Mapped[object | None] = mapped_column(JsonColumn)
    right: Mapped[bool | None]
    """None where only a person could tell."""
    mode: Mapped[PracticeMode] = mapped_column(choice(PracticeMode, "mode"))
    at: Mapped[Moment]


class PracticeState(Base):
    """How one person stands with one question; projected from the answers, and rebuilt from them in a test."""

    __tablename__ = "suyu_practice_state"
    __table_args__ = (Index("ix_suyu_practice_state_notebook", "person_id", "in_notebook"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("suyu_person.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("suyu_question.id"), primary_key=True, index=True)
    answers: Mapped[int] = mapped_column(Integer, default=0)
    marked: Mapped[int] = mapped_column(Integer, default=0)
    right: Mapped[int] = mapped_column(Integer, default=0)
    in_row: Mapped[int] = mapped_column(Integer, default=0)
    in_notebook: Mapped[bool] = mapped_column(default=False)
    last_id: Mapped[int] = mapped_column(BigId)
    """The latest answer."""
    random_id: Mapped[int] = mapped_column(BigId, default=0)
    """The latest one given in random order: whoever has one after the round began has been asked in it."""


class PracticePlace(Base):
    """Where somebody goes on in a bank, in one way of practising; a bookmark, no truth."""

    __tablename__ = "suyu_practice_place"

    person_id: Mapped[int] = mapped_column(ForeignKey("suyu_person.id"), primary_key=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("suyu_bank.id"), primary_key=True, index=True)
    way: Mapped[str] = mapped_column(String(80), primary_key=True)
    """The mode, and the topic or type it is narrowed to."""
    question_id: Mapped[int] = mapped_column(BigId, default=0)
    """In order: the last one done. At random: the one being asked. Not kept by a foreign key: it is compared only."""
    since_id: Mapped[int] = mapped_column(BigId, default=0)
    """At random: the round began after this answer."""
    at: Mapped[Moment]


class PracticeFavourite(Base):
    """A question that somebody has marked to come back to."""

    __tablename__ = "suyu_practice_favourite"

    person_id: Mapped[int] = mapped_column(ForeignKey("suyu_person.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("suyu_question.id"), primary_key=True, index=True)
    at: Mapped[Moment]


class PracticeMock(Base):
    """A mock exam: its questions with their arrangement, and what was answered until it closed."""

    __tablename__ = "suyu_practice_mock"
    __table_args__ = (
        CheckConstraint("minutes > 0", name="minutes"),
        Index("ix_suyu_practice_mock_person", "person_id", "bank_id"),
    )

    id: Mapped[Id]
    key: Mapped[Short] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("suyu_person.id"))
    bank_id: Mapped[int] = mapped_column(ForeignKey("suyu_bank.id"), index=True)
    seed: Mapped[str] = mapped_column(String(64))
    """`exam:<number>:` and a key, where it follows the rules of an exam."""
    minutes: Mapped[int] = mapped_column(Integer)
    started_at: Mapped[Moment]
    deadline: Mapped[Moment]
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    slots: Mapped[JsonValue]
    """[version, question, [order of options], fraction once closed] of each place, in their order; then the points,
    where it follows an exam."""
    responses: Mapped[JsonValue] = mapped_column(default=dict)
    """By the number of the place, as a text."""


class PracticeTaken(Base):
    """An attempt whose mistakes have been looked through for the notebook."""

    __tablename__ = "suyu_practice_taken"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("suyu_attempt.id"), primary_key=True)
    at: Mapped[Moment]
