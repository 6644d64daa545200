"""The papers of an exam that its item analysis looks at: one a person, or all, with the share of the points earned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, Float, Text, case, cast, func, literal, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.models import Attempt, Exam, Person, QuestionVersion, Slot, Unit
from suyu_learn.services.exam_standings import CLOSED
from suyu_learn.services.report_questions import not_of, seen_of
from suyu_learn.services.reports import Sight, own_path
from suyu_learn.services.versions import Versions

MILLION = 1_000_000.0
_TO_CENTS = 10_000_000_000
"""Millionths times millionths in a cent."""


class Tries(StrEnum):
    """Which of a person's attempts are looked at."""

    FIRST = "first"
    LAST = "last"
    BEST = "best"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Papers:
    """What all papers together say; `whole` are those marked whole, by the share of the points that they earned."""

    count: int
    whole: Mapping[float, int]
    points_only: int
    """Papers of which only the points are known; they are not in `count`."""
    blank: int
    """Papers on which nothing at all was answered."""
    reached: int
    """Papers, not blank, whose last question was answered."""
    run_out: int
    """Papers that the clock ended."""
    short_and_run_out: int
    """Of these, how many had their last question open."""

    @property
    def begun(self) -> int:
        """Papers on which something was answered."""
        return self.count - self.blank


def papers_of(
    session: Session, exam: Exam, *, sight: Sight, tries: Tries, unit: Unit | None = None, unshown: int | None = None
) -> CTE:
    """The closed attempts looked at: `id`, `points` and `full` in millionths, `share` (empty until all is marked), and
    `run_out`, which is 1 where the clock ended them; none of `unshown`, who may not know how they did."""
    full = cast(type_coerce(Attempt.full_points, BigInteger), Float)
    share = cast(type_coerce(Attempt.points, BigInteger), Float) / func.nullif(full, 0.0, type_=Float())
    owner = func.coalesce(Person.merged_into_id, Attempt.person_id)
    seen = seen_of(sight, unit, own_path(session, exam)) & not_of(unshown)
    ranked = (
        select(
            Attempt.id, type_coerce(Attempt.points, BigInteger).label("points"), share.label("share"),
            type_coerce(Attempt.full_points, BigInteger).label("full"),
            case((Attempt.state == AttemptState.TIMED_OUT, 1), else_=0).label("run_out"),
            case((seen, 1), else_=0).label("seen"),
            func.row_number().over(partition_by=owner, order_by=_order(tries, share)).label("place"),
        )
        .join(Person, Person.id == Attempt.person_id)
        .where(Attempt.exam_id == exam.id, Attempt.trial.is_(False), Attempt.state.in_(CLOSED))
        .subquery()
    )  # fmt: skip
    chosen = ranked.c.seen == 1
    if tries is not Tries.ALL:
        chosen &= ranked.c.place == 1
    return (
        select(*(ranked.c[name] for name in ("id", "points", "share", "full", "run_out"))).where(chosen).cte("papers")
    )


def _order(tries: Tries, share: ColumnElement[Any]) -> Sequence[Any]:
    if tries is Tries.LAST:
        return (Attempt.started_at.desc(), Attempt.id.desc())
    if tries is Tries.BEST:
        return (case((share.is_(None), 1), else_=0), share.desc(), Attempt.started_at, Attempt.id)
    return (Attempt.started_at, Attempt.id)


def summary(session: Session, papers: CTE, versions: Versions) -> Papers:
    """All papers together; one row a paper passes through."""
    whole: Counter[float] = Counter()
    counts: Counter[str] = Counter()
    is_asked = QuestionVersion.type.in_(versions.answered_types)
    rows = session.execute(
        select(
            papers.c.share, papers.c.run_out,
            func.max(case((QuestionVersion.id.is_not(None), Slot.number))).label("last"),
            func.max(case((cast(Slot.response, Text).is_not(None), Slot.number))).label("answered"),
        )
        .select_from(papers).outerjoin(Slot, Slot.attempt_id == papers.c.id)
        .outerjoin(QuestionVersion, (QuestionVersion.id == Slot.version_id) & is_asked)
        .group_by(papers.c.id, papers.c.share, papers.c.run_out).execution_options(yield_per=5_000)
    )  # fmt: skip
    for share, run_out, last, answered in rows:
        if last is None:
            counts["points_only"] += 1
            continue
        counts["count"] += 1
        counts["run_out"] += run_out
        if share is not None:
            whole[share] += 1
        if answered is None:
            counts["blank"] += 1
        elif answered >= last:
            counts["reached"] += 1
        else:
            counts["short"] += run_out
    return Papers(counts["count"], whole, counts["points_only"], counts["blank"], counts["reached"],
                  counts["run_out"], counts["short"])  # fmt: skip


def earned_cents(fraction: InstrumentedAttribute[Any], points: InstrumentedAttribute[Any]) -> ColumnElement[int]:
    """What a place on a paper earned, to the cent, halves up, as marking adds it up."""
    earned = type_coerce(fraction, BigInteger) * type_coerce(points, BigInteger)
    return (earned + literal(_TO_CENTS // 2, BigInteger)) // literal(_TO_CENTS, BigInteger)
