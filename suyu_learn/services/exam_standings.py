"""What everybody who sat an exam has come to: the closed attempts, and which of them count.

Trials and voided attempts are left out; those of merged people go to who was kept.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.domain.statistics import Sitting, Standing, standing_of
from suyu_learn.models import Attempt, Exam, Person
from suyu_learn.services import people

CLOSED = (AttemptState.SUBMITTED, AttemptState.TIMED_OUT)


@dataclass(frozen=True, slots=True)
class Result:
    """What somebody came to, with the unit of the last attempt."""

    standing: Standing
    unit_path: str
    unit_names: str
    offline: bool = False
    """Whether that one was sat on paper."""
    shown: bool = True
    """Whether the result may be told by name."""


@dataclass(slots=True)
class _Attempts:
    sittings: list[Sitting] = field(default_factory=list)
    offline: bool = False
    unit_path: str = ""
    unit_names: str = ""


def standings_of(
    session: Session, exams: Sequence[Exam], *, among: Collection[int] | None = None
) -> dict[int, dict[int, Result]]:
    """By exam and person; of `among` alone where these are named, with whoever was merged into them."""
    attempts = _attempts_of(session, [one.id for one in exams], among)
    return {one.id: _standings(one, attempts.get(one.id, {})) for one in exams}


def _standings(exam: Exam, attempts: dict[int, _Attempts]) -> dict[int, Result]:
    found = {}
    for person_id, one in attempts.items():
        standing = standing_of(one.sittings, counts=exam.counts.value, pass_share=exam.pass_share)
        if standing is not None:
            found[person_id] = Result(standing, one.unit_path, one.unit_names, one.offline)
    return found


def _attempts_of(
    session: Session, exams: Sequence[int], among: Collection[int] | None
) -> dict[int, dict[int, _Attempts]]:
    columns = (
        Attempt.exam_id, Attempt.person_id, Attempt.number, Attempt.points, Attempt.full_points, Attempt.unit_path,
        Attempt.unit_names, Attempt.offline, Person.merged_into_id,
    )  # fmt: skip
    query = (
        select(*columns)
        .join(Person, Person.id == Attempt.person_id)
        .where(Attempt.exam_id.in_(exams), Attempt.trial.is_(False), Attempt.state.in_(CLOSED))
        .order_by(Attempt.exam_id, Attempt.person_id, Attempt.number)
    )
    if among is not None:
        query = query.where(Attempt.person_id.in_(among))
    rows = session.execute(query).all()
    kept = people.survivors(session) if any(row.merged_into_id is not None for row in rows) else {}
    found: dict[int, dict[int, _Attempts]] = {}
    for row in rows:
        one = found.setdefault(row.exam_id, {}).setdefault(kept.get(row.person_id, row.person_id), _Attempts())
        one.sittings.append(Sitting(row.number, row.points, row.full_points))
        one.unit_path, one.unit_names, one.offline = row.unit_path, row.unit_names, row.offline
    return found
