"""What became of a result after handing in: marks changed, open answers read, appeals answered; and who knows of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, or_, select
from sqlalchemy.orm import Session, contains_eager

from suyu_learn.domain.attempts import Outcome, StepKind, earned, total
from suyu_learn.models import Appeal, Attempt, Exam, Person, Shown, Slot, Step
from suyu_learn.services import exam_times, exams
from suyu_learn.services.exam_standings import CLOSED

TOLD_FOR = timedelta(days=30)
"""How long the start page speaks of what somebody has not looked at."""


@dataclass(frozen=True, slots=True)
class MarkChange:
    """A mark that was changed after it stood: by a corrected key, or by a person on second thoughts."""

    slot: int
    at: datetime
    reason: str
    before: Decimal
    after: Decimal
    """Points, as they are shown."""


@dataclass(frozen=True, slots=True)
class ResultChanges:
    """All changes of an attempt's marks, and the result before the first and after the last."""

    marks: tuple[MarkChange, ...]
    before: Outcome
    after: Outcome


def of_attempt(session: Session, attempt: Attempt) -> ResultChanges | None:
    """What was changed; None where nothing was. Nothing is asked where marking was never touched after handing in."""
    if not _marked_later(attempt):
        return None
    points = dict(session.execute(select(Slot.number, Slot.points).where(Slot.attempt_id == attempt.id)).all())
    rows = session.execute(
        select(Step.slot, Step.kind, Step.received_at, Step.actor_id, Step.detail)
        .where(Step.attempt_id == attempt.id, Step.kind.in_((StepKind.MARKED, StepKind.REGRADED)))
        .where(Step.slot.is_not(None)).order_by(Step.id)
    )  # fmt: skip
    fractions: dict[int, Decimal | None] = dict.fromkeys(points)
    before: Outcome | None = None
    marks: list[MarkChange] = []
    for row in rows:
        detail = row.detail if isinstance(row.detail, dict) else {}
        if detail.get("single") or "fraction" not in detail:
            continue
        fraction, stood = Decimal(detail["fraction"]), fractions[row.slot]
        reason = str(detail.get("reason", ""))
        if stood is not None and (row.kind is StepKind.REGRADED or (row.actor_id is not None and reason)):
            before = before or _outcome(attempt, points, fractions)
            marks.append(MarkChange(row.slot, row.received_at, reason, earned(points[row.slot], stood),
                                    earned(points[row.slot], fraction)))  # fmt: skip
        fractions[row.slot] = fraction
    return ResultChanges(tuple(marks), before, _outcome(attempt, points, fractions)) if before is not None else None


def _outcome(attempt: Attempt, points: dict[int, Decimal], fractions: dict[int, Decimal | None]) -> Outcome:
    return total(((points[slot], fraction) for slot, fraction in fractions.items()), pass_share=attempt.exam.pass_share)


def has_news(attempt: Attempt, *, now: datetime) -> bool:
    """Whether something became of a closed attempt, read with its appeals, that its person has not seen yet."""
    moments = [attempt.marked_at] if _marked_later(attempt) else []
    moments += [one.answered_at for one in attempt.appeals]
    seen = attempt.told_at
    return _newly_published(attempt, now=now) or any(
        moment is not None and (seen is None or moment > seen) for moment in moments
    )


def _newly_published(attempt: Attempt, *, now: datetime) -> bool:
    """Whether the moment that the exam sets for its results has come since the person handed in and looked last."""
    exam, seen = attempt.exam, max(one for one in (attempt.told_at, attempt.closed_at or now) if one is not None)
    closing = exam_times.last_closing(exam) if exam.show_score is Shown.AFTER_CLOSE else None
    return any(one is not None and seen < one <= now for one in (exam.results_at, closing))


def _marked_later(attempt: Attempt) -> bool:
    return attempt.marked_at is not None and attempt.marked_at != attempt.closed_at


def tell(session: Session, attempt: Attempt, *, now: datetime) -> None:
    """Write down that the person has seen what there is."""
    attempt.told_at = now
    session.flush()


@dataclass(frozen=True, slots=True)
class News:
    """What somebody should know of one of their attempts."""

    attempt: Attempt
    answered: bool
    """Whether an appeal was answered."""
    changes: ResultChanges | None
    """What was marked anew, if that changed the points."""
    result: bool
    """Whether the result was not there when the paper was handed in, and is now: it was marked later, or is shown from
    a moment on that the exam sets."""


def news_for(session: Session, person: Person, *, now: datetime, grace: timedelta) -> list[News]:
    """What became of a person's attempts lately that they have not looked at, the newest first."""
    since = now - TOLD_FOR
    answered = exists().where(
        Appeal.attempt_id == Attempt.id, Appeal.answered_at > since,
        or_(Attempt.told_at.is_(None), Appeal.answered_at > Attempt.told_at),
    ).correlate(Attempt)  # fmt: skip

    def came(moment: Any) -> ColumnElement[bool]:
        unseen = or_(Attempt.told_at.is_(None), moment > Attempt.told_at)
        return and_(moment > Attempt.closed_at, moment > since, moment <= now, unseen)

    closing = case((Exam.retake_for.is_not(None), Exam.retake_closes_at), else_=Exam.closes_at)
    there = or_(
        came(Attempt.marked_at), came(Exam.results_at), and_(Exam.show_score == Shown.AFTER_CLOSE, came(closing))
    )
    rows = session.execute(
        select(Attempt, answered, there).join(Attempt.exam)
        .where(Attempt.person_id == person.id, Attempt.trial.is_(False), Attempt.state.in_(CLOSED))
        .where(or_(answered, there), Exam.deleted_at.is_(None))
        .options(contains_eager(Attempt.exam)).order_by(Attempt.id.desc())
    ).all()  # fmt: skip
    found = [
        _news(session, attempt, bool(answered), bool(there), now=now, grace=grace) for attempt, answered, there in rows
    ]
    return [one for one in found if one.answered or one.changes is not None or one.result]


def _news(session: Session, attempt: Attempt, answered: bool, there: bool, *, now: datetime, grace: timedelta) -> News:
    exam = attempt.exam
    shown = there and attempt.points is not None and exam.show_score in exams.shown_now(
        session, exam, now=now, grace=grace
    )  # fmt: skip
    changes = of_attempt(session, attempt) if shown else None
    differs = changes is not None and changes.before.points != changes.after.points
    result = shown and not differs and (changes is None or _newly_published(attempt, now=now))
    return News(attempt, answered, changes if differs else None, result=result)
