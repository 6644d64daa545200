"""Leaves of the page of a paper, as the page tells them: each becomes a step once, and too many hand the paper in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import LEFT_TOO_MUCH, AttemptState, StepKind, away_for
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt, Step
from suyu_learn.services import sitting
from suyu_learn.services.exam_integrity import Rules
from suyu_learn.services.steps import projected
from suyu_learn.services.versions import Versions

MOST_LEAVES = 200
"""In one request."""
MOST_KEPT = 1000
"""Of one attempt; more say nothing new, and would be read again with each."""


@dataclass(frozen=True, slots=True)
class Leave:
    """One absence as a page tells it: counted from 1 within its epoch, and how long ago it ended."""

    epoch: int
    number: int
    away: timedelta
    age: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class LeavesSoFar:
    """How often and how long the page was left by what is stored now."""

    count: int = 0
    seconds: int = 0
    closed: bool = False
    """Whether the paper is closed, by the limit or in another way."""


@dataclass(frozen=True, slots=True)
class _Course:
    """When each epoch began, and when no time ran."""

    opened: dict[int, datetime]
    pauses: list[tuple[datetime, datetime]]
    typed: set[int]
    """The epochs that somebody opened who types for the person."""


_APPEND = {
    dialect: insert_into(cast("Table", Step.__table__))
    .on_conflict_do_nothing(index_elements=["attempt_id", "epoch", "seq"], index_where=text("kind = 'left'"))
    for dialect, insert_into in (("postgresql", postgresql.insert), ("sqlite", sqlite.insert))
}  # fmt: skip


def record(
    session: Session, attempt: Attempt, rules: Rules, told: Sequence[Leave], *, now: datetime, grace: timedelta,
    versions: Versions,
) -> LeavesSoFar:  # fmt: skip
    """Store what a page tells of an attempt, read by `hold`; the same leave told again changes nothing.

    The limit holds for those alone who accepted it before they began, and not while somebody types for them.
    """
    if len(told) > MOST_LEAVES:
        raise Problem("integrity.too_many", most=MOST_LEAVES)
    closed = sitting.close_if_over(session, attempt, now=now, grace=grace, versions=versions)
    if not rules.counts:
        return LeavesSoFar(closed=closed)
    course = _course(session, attempt, now=now)
    known = session.scalar(
        select(func.count()).select_from(Step).where(Step.attempt_id == attempt.id, Step.kind == StepKind.LEFT)
    ) or 0  # fmt: skip
    for one in told[: max(0, MOST_KEPT - known)]:
        if 1 <= one.epoch <= attempt.epoch and one.number >= 1:
            _store(session, attempt, one, course, now=now)
    truth = projected(session, attempt)
    attempt.left_count, attempt.left_seconds = truth.left_count, truth.left_seconds
    if (
        not closed
        and truth.typing is None
        and truth.leave_limit.is_passed(count=truth.left_count, longest=truth.left_longest)
    ):
        sitting.close(session, attempt, StepKind.SUBMITTED, now=now, versions=versions, because=LEFT_TOO_MUCH)
    session.flush()
    return LeavesSoFar(truth.left_count, truth.left_seconds, closed=attempt.state is not AttemptState.OPEN)


def told_of(session: Session, attempt: Attempt) -> list[tuple[datetime, int]]:
    """When each leave that counts ended, and its seconds."""
    rows = session.execute(
        select(Step.made_at, Step.detail)
        .where(Step.attempt_id == attempt.id, Step.kind == StepKind.LEFT)
        .order_by(Step.made_at, Step.id)
    )
    details = [(at, detail) for at, detail in rows if isinstance(detail, dict) and not detail.get("refused")]
    return [(at, int(detail["seconds"])) for at, detail in details]


def _course(session: Session, attempt: Attempt, *, now: datetime) -> _Course:
    kinds = (StepKind.OPENED, StepKind.PAUSED, StepKind.RESUMED)
    rows = session.execute(
        select(Step.kind, Step.epoch, Step.received_at, Step.detail)
        .where(Step.attempt_id == attempt.id, Step.kind.in_(kinds))
        .order_by(Step.id)
    )
    course, began = _Course({}, [], set()), None
    for kind, epoch, at, detail in rows:
        if kind is StepKind.OPENED:
            course.opened.setdefault(epoch, at)
            if isinstance(detail, dict) and detail.get("typed_for"):
                course.typed.add(epoch)
        elif kind is StepKind.PAUSED:
            began = at
        elif began is not None:
            course.pauses.append((began, at))
            began = None
    if began is not None:
        course.pauses.append((began, now))
    return course


def _store(session: Session, attempt: Attempt, one: Leave, course: _Course, *, now: datetime) -> None:
    """A leave of a page that was opened elsewhere meanwhile, or after handing in, is no leave of the paper; nor is one
    of the page of somebody who types for the person."""
    opened = course.opened.get(one.epoch, attempt.started_at)
    ended = max(min(now, now - one.age), opened)
    began = max(ended - one.away, opened)
    over = [at for epoch, at in course.opened.items() if epoch > one.epoch]
    if attempt.closed_at is not None:
        over.append(attempt.closed_at)
    until = min([ended, *over])
    away = away_for(began, until, course.pauses) if began < until else timedelta(0)
    detail = {"seconds": round(away.total_seconds())} if away else {"seconds": 0, "refused": "not_away"}
    if one.epoch in course.typed:
        detail = {"seconds": 0, "refused": "typed_for"}
    session.connection().execute(
        _APPEND[session.connection().dialect.name],
        {"attempt_id": attempt.id, "kind": StepKind.LEFT, "epoch": one.epoch, "seq": one.number, "made_at": until,
         "received_at": now, "actor_id": attempt.person_id, "detail": detail},
    )  # fmt: skip
