"""Papers, exams given in a window, who is due, and what was changed while they ran."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from suyu_learn.db import UtcDateTime
from suyu_learn.domain.attempts import RetakeFor
from suyu_learn.domain.questions import PartialCredit
from suyu_learn.models.base import (
    Base,
    Exact,
    ExactNumber,
    Id,
    JsonValue,
    LongText,
    Moment,
    Name,
    Short,
    choice,
    new_key,
)


class PaperMode(StrEnum):
    FIXED = "fixed"
    DRAWN_ONCE = "drawn_once"
    DRAWN_PER_PERSON = "drawn_per_person"


class Paper(Base):
    """A specification: fixed picks, or rules by which questions are drawn."""

    __tablename__ = "suyu_paper"

    id: Mapped[Id]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_unit.id"), index=True)
    title: Mapped[Name]
    mode: Mapped[PaperMode] = mapped_column(choice(PaperMode, "mode"))
    seed: Mapped[str] = mapped_column(String(64), default=new_key)
    pack: Mapped[str | None] = mapped_column(String(200), unique=True)
    constraints: Mapped[JsonValue] = mapped_column(default=dict)
    """Conditions on the whole paper beside its rules: criteria, quotas, true_false, exclusions, anchors. Also what was
    picked before it was to be drawn (aside), and the bank of its mock exam (mock)."""
    created_at: Mapped[Moment]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    rules: Mapped[list[PaperRule]] = relationship(order_by="PaperRule.position", cascade="all, delete-orphan")
    picks: Mapped[list[PaperPick]] = relationship(order_by="PaperPick.position", cascade="all, delete-orphan")


class PaperRule(Base):
    """Draw `count` questions of `points` each from all that match; an empty filter matches everything."""

    __tablename__ = "suyu_paper_rule"
    __table_args__ = (
        UniqueConstraint("paper_id", "position"),
        CheckConstraint("count > 0", name="count"),
        CheckConstraint("points >= 0", name="points"),
    )

    id: Mapped[Id]
    paper_id: Mapped[int] = mapped_column(ForeignKey("suyu_paper.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    count: Mapped[int] = mapped_column(Integer)
    points: Mapped[ExactNumber]
    filter: Mapped[JsonValue]
    """Lists under banks, types, topics, difficulties, criteria, dimensions, tags."""


class PaperPick(Base):
    """One fixed question of a paper, by version; also what a paper drawn once has drawn."""

    __tablename__ = "suyu_paper_pick"
    __table_args__ = (UniqueConstraint("paper_id", "position"),)

    id: Mapped[Id]
    paper_id: Mapped[int] = mapped_column(ForeignKey("suyu_paper.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    version_id: Mapped[int] = mapped_column(ForeignKey("suyu_question_version.id"), index=True)
    points: Mapped[ExactNumber]


class ExamState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Shown(StrEnum):
    NOW = "now"
    AFTER_CLOSE = "after_close"
    NEVER = "never"


class Counts(StrEnum):
    BEST = "best"
    LAST = "last"
    MEAN = "mean"


class Purpose(StrEnum):
    """What an exam is given for, with the settings that are usual for it."""

    ASSESSMENT = "assessment"
    EXAM = "exam"
    TRAINING = "training"
    PRACTICE = "practice"


class Delivery(StrEnum):
    WHOLE = "whole"
    STEPWISE = "stepwise"


class Exam(Base):
    """A paper given in a window, with its policy.

    Due are the members of the scope's units and audiences at `freeze_at` (the opening, unless set),
    minus exemptions, plus additions; `frozen_at` says when that list was stored.
    """

    __tablename__ = "suyu_exam"
    __table_args__ = (
        CheckConstraint("opens_at IS NULL OR closes_at IS NULL OR closes_at > opens_at", name="window"),
        CheckConstraint("minutes > 0", name="minutes"),
        CheckConstraint("attempts_allowed > 0", name="attempts_allowed"),
        CheckConstraint("entry_minutes > 0", name="entry_minutes"),
        CheckConstraint("hand_in_minutes > 0", name="hand_in_minutes"),
        CheckConstraint("retake_attempts > 0", name="retake_attempts"),
        CheckConstraint("most_leaves > 0", name="most_leaves"),
        CheckConstraint("most_seconds_away > 0", name="most_seconds_away"),
        CheckConstraint("appeal_days BETWEEN 1 AND 365", name="appeal_days"),
        CheckConstraint("question_seconds BETWEEN 10 AND 3600", name="question_seconds"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(16), unique=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_unit.id"), index=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("suyu_paper.id"), index=True)
    title: Mapped[Name]
    notice: Mapped[LongText] = mapped_column(default="")
    lang: Mapped[str] = mapped_column(String(16), default="zh_Hans")
    purpose: Mapped[Short] = mapped_column(default="exam")
    """What it is given for: a Purpose, by its value."""
    ask_about: Mapped[bool] = mapped_column(default=False)
    """Whether the cover asks for birth year, sex, schooling and residence; `about_reason` says why."""
    about_reason: Mapped[LongText] = mapped_column(default="")
    state: Mapped[ExamState] = mapped_column(choice(ExamState, "state"), default=ExamState.DRAFT, index=True)
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    freeze_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """While set, nobody starts, and no time runs for those who sit."""
    minutes: Mapped[int] = mapped_column(Integer)
    entry_minutes: Mapped[int | None] = mapped_column(Integer)
    """Who has not begun so many minutes after the opening cannot begin any more."""
    entry_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The same as a moment; one of the two at most."""
    hand_in_minutes: Mapped[int | None] = mapped_column(Integer)
    """Nobody hands in earlier than so many minutes after their own start."""
    extra_past_closing: Mapped[bool] = mapped_column(default=True)
    """Whether somebody's extra time goes on after the closing."""
    attempts_allowed: Mapped[int] = mapped_column(Integer, default=1)
    counts: Mapped[Counts] = mapped_column(choice(Counts, "counts"), default=Counts.BEST)
    retake_for: Mapped[RetakeFor | None] = mapped_column(choice(RetakeFor, "retake_for"))
    """Whom the retake is for, in a window of its own after the closing; None for no retake."""
    retake_opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retake_closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retake_attempts: Mapped[int] = mapped_column(Integer, default=1)
    pass_share: Mapped[ExactNumber] = mapped_column(default=Decimal("0.6"))
    """Pass mark as a share of the full points."""
    delivery: Mapped[Delivery] = mapped_column(choice(Delivery, "delivery"), default=Delivery.WHOLE)
    question_seconds: Mapped[int | None] = mapped_column(Integer)
    """How long each question is shown where they come one at a time; None where the paper is shown whole."""
    shuffle_questions: Mapped[bool] = mapped_column(default=True)
    shuffle_options: Mapped[bool] = mapped_column(default=True)
    partial_credit: Mapped[PartialCredit] = mapped_column(
        choice(PartialCredit, "partial_credit"), default=PartialCredit.ALL_OR_NOTHING
    )
    show_score: Mapped[Shown] = mapped_column(choice(Shown, "show_score"), default=Shown.NOW)
    show_key: Mapped[Shown] = mapped_column(choice(Shown, "show_key"), default=Shown.AFTER_CLOSE)
    show_explanation: Mapped[Shown] = mapped_column(choice(Shown, "show_explanation"), default=Shown.AFTER_CLOSE)
    results_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Before this moment learners see no result, whatever the three say."""
    appeal_days: Mapped[int | None] = mapped_column(Integer)
    """How many days after the result somebody may object to it; None for not at all."""
    two_markers: Mapped[bool] = mapped_column(default=False)
    marks_apart: Mapped[ExactNumber] = mapped_column(default=Decimal("0.2"))
    """How far two marks of an answer may lie apart, as a share of its points, before somebody settles it."""
    late_answers_count: Mapped[bool] = mapped_column(default=True)
    count_leaves: Mapped[bool] = mapped_column(default=False)
    """Whether it is counted how often, and for how long, the page of the paper is left."""
    warn_of_leaves: Mapped[bool] = mapped_column(default=False)
    most_leaves: Mapped[int | None] = mapped_column(Integer)
    """After more leaves than this, or more seconds in one go, the paper is handed in."""
    most_seconds_away: Mapped[int | None] = mapped_column(Integer)
    watermark: Mapped[bool] = mapped_column(default=False)
    one_device: Mapped[bool] = mapped_column(default=False)
    integrity_for_seniors: Mapped[bool] = mapped_column(default=False)
    """Whether these hold for older people too, who are exempt from them else."""
    entry_account: Mapped[bool] = mapped_column(default=True)
    entry_number: Mapped[bool] = mapped_column(default=False)
    entry_open: Mapped[bool] = mapped_column(default=False)
    contact_name: Mapped[Name] = mapped_column(default="")
    contact_phone: Mapped[Short] = mapped_column(default="")
    created_at: Mapped[Moment]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))

    paper: Mapped[Paper] = relationship()


class ExamUnit(Base):
    """The exam is meant for this unit's subtree."""

    __tablename__ = "suyu_exam_unit"

    exam_id: Mapped[int] = mapped_column(ForeignKey("suyu_exam.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("suyu_unit.id"), primary_key=True, index=True)


class ExamAudience(Base):
    """Within its units the exam is meant for these audiences only; none means everybody."""

    __tablename__ = "suyu_exam_audience"

    exam_id: Mapped[int] = mapped_column(ForeignKey("suyu_exam.id"), primary_key=True)
    audience: Mapped[str] = mapped_column(ForeignKey("suyu_audience.code"), primary_key=True)


class ExamChange(Base):
    """What was changed after publishing; shown to learners where it touches them."""

    __tablename__ = "suyu_exam_change"

    id: Mapped[Id]
    exam_id: Mapped[int] = mapped_column(ForeignKey("suyu_exam.id"), index=True)
    field: Mapped[Short]
    old: Mapped[LongText]
    new: Mapped[LongText]
    reason: Mapped[LongText] = mapped_column(default="")
    shown: Mapped[bool] = mapped_column(default=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    at: Mapped[Moment]


class RosterChangeKind(StrEnum):
    EXEMPTION = "exemption"
    ADDITION = "addition"


class RosterChange(Base):
    """A dated exemption from, or addition to, an exam's roster, with its reason; taken back, never deleted."""

    __tablename__ = "suyu_roster_change"
    __table_args__ = (Index("ix_suyu_roster_change_exam", "exam_id", "person_id"),)

    id: Mapped[Id]
    exam_id: Mapped[int] = mapped_column(ForeignKey("suyu_exam.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("suyu_person.id"))
    kind: Mapped[RosterChangeKind] = mapped_column(choice(RosterChangeKind, "kind"))
    reason: Mapped[LongText]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    at: Mapped[Moment]
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))


class RosterMember(Base):
    """Who was in scope at the freeze moment, in which unit of that day."""

    __tablename__ = "suyu_roster_member"

    exam_id: Mapped[int] = mapped_column(ForeignKey("suyu_exam.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("suyu_person.id"), primary_key=True, index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("suyu_unit.id"))
    unit_path: Mapped[str] = mapped_column(String(400))
    unit_names: Mapped[LongText]


class ExtraTime(Base):
    """More time for one person at one exam, or at every exam where none is named; taken back, never deleted."""

    __tablename__ = "suyu_extra_time"
    __table_args__ = (
        CheckConstraint("(factor IS NULL) <> (minutes IS NULL)", name="one_kind"),
        CheckConstraint("minutes > 0", name="minutes"),
        Index("ix_suyu_extra_time_person", "person_id", "exam_id"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("suyu_person.id"))
    exam_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_exam.id"), index=True)
    factor: Mapped[Decimal | None] = mapped_column(Exact)
    """How many times the minutes of the exam, such as 1.5."""
    minutes: Mapped[int | None] = mapped_column(Integer)
    """Minutes on top."""
    reason: Mapped[LongText]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    at: Mapped[Moment]
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))


class IntegrityExemption(Base):
    """That the integrity rules of an exam do not hold for one person; taken back, never deleted."""

    __tablename__ = "suyu_integrity_exemption"
    __table_args__ = (Index("ix_suyu_integrity_exemption_exam", "exam_id", "person_id"),)

    id: Mapped[Id]
    exam_id: Mapped[int] = mapped_column(ForeignKey("suyu_exam.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("suyu_person.id"), index=True)
    reason: Mapped[LongText]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
    at: Mapped[Moment]
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("suyu_person.id"))
