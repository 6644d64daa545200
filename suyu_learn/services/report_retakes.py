"""The retake of an exam apart from its own window: who sat it, with what result there and before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.statistics import Sitting, Standing, standing_of
from suyu_learn.models import Attempt, Exam
from suyu_learn.services.exam_standings import CLOSED
from suyu_learn.services.reports import Outcome, PersonLine, without_result


@dataclass(frozen=True, slots=True)
class RetakeLine:
    """Somebody who sat the retake; `first` is None for who was absent before."""

    person: PersonLine
    first: Standing | None
    retake: Standing


def retakes(session: Session, exam: Exam, people: Sequence[PersonLine]) -> list[RetakeLine]:
    """Those of the people who sat the retake, in the order given."""
    rows = session.execute(
        select(Attempt.person_id, Attempt.number, Attempt.points, Attempt.full_points, Attempt.retake)
        .where(Attempt.exam_id == exam.id, Attempt.trial.is_(False), Attempt.state.in_(CLOSED))
        .order_by(Attempt.person_id, Attempt.number)
    )
    sat: dict[tuple[int, bool], list[Sitting]] = {}
    for row in rows:
        sat.setdefault((row.person_id, row.retake), []).append(Sitting(row.number, row.points, row.full_points))

    def result(person_id: int, *, retake: bool) -> Standing | None:
        return standing_of(sat.get((person_id, retake), ()), counts=exam.counts.value, pass_share=exam.pass_share)

    found = []
    for one in people:
        first, again = (result(one.person_id, retake=retake) for retake in (False, True))
        if again is not None:
            hides = one.outcome is Outcome.UNSHOWN
            found.append(RetakeLine(
                one, without_result(first) if first and hides else first, without_result(again) if hides else again
            ))  # fmt: skip
    return found
