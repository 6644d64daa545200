"""签到表: those due at an exam, by unit, as a list to sign."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from suyu_learn.models import Exam, Unit
from suyu_learn.services import exam_rosters, exams, paper_prints
from suyu_learn.services.exam_rosters import RosterLine
from suyu_learn.services.exams import Standing


@dataclass(frozen=True, slots=True)
class SignInSheet:
    """Who is due, by the unit in which they count; `frozen` says whether the list can still change."""

    frozen: bool
    moment: datetime | None
    units: tuple[tuple[str, tuple[RosterLine, ...]], ...]
    retakes: frozenset[int] = frozenset()
    """Who sits the retake, by id; nobody before the exam itself has closed."""
    codes: bool = False
    """Whether papers with codes were printed, so that one has to be noted for each person."""

    @property
    def count(self) -> int:
        """How many people stand on it."""
        return sum(len(people) for _unit, people in self.units)


def sheet(session: Session, exam: Exam, *, now: datetime, unit: Unit | None = None) -> SignInSheet:
    """The sheet of everybody due, or of one unit with all below it."""
    found = exam_rosters.reconciliation(session, exam, now=now)
    lines = found.due
    if unit is not None:
        below = {
            one.person_id
            for one in exam_rosters.due(session, exam, now=now)
            if one.unit_path.startswith(unit.path)
        }  # fmt: skip
        lines = tuple(line for line in lines if line.person_id in below)
    units = tuple((name, tuple(people)) for name, people in groupby(lines, key=lambda line: line.unit_names))
    codes = bool(paper_prints.variants(session, exam))
    return SignInSheet(found.frozen, found.moment, units, _retakes(session, exam, lines, now=now), codes)


def _retakes(session: Session, exam: Exam, lines: Iterable[RosterLine], *, now: datetime) -> frozenset[int]:
    """For whom the retake is that comes or runs."""
    if exam.retake_for is None or exams.standing(exam, now=now) is not Standing.CLOSED:
        return frozenset()
    if exams.retake_standing(exam, now=now) is Standing.CLOSED:
        return frozenset()
    ids = [line.person_id for line in lines]
    attempts = exams.attempts_by_person(session, exam, ids)
    return frozenset(one for one in ids if exams.has_retake(exam, attempts.get(one, ())))


def paths_of_due(session: Session, exam: Exam, *, now: datetime) -> set[str]:
    """The paths of the units of those due, so that only units with somebody are offered."""
    return {one.unit_path for one in exam_rosters.due(session, exam, now=now)}
