"""签到表: those due at an exam, by unit, as a list to sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from suyu_learn.models import Exam, Unit
from suyu_learn.services import exam_rosters
from suyu_learn.services.exam_rosters import RosterLine


@dataclass(frozen=True, slots=True)
class SignInSheet:
    """Who is due, by the unit in which they count; `frozen` says whether the list can still change."""

    frozen: bool
    moment: datetime | None
    units: tuple[tuple[str, tuple[RosterLine, ...]], ...]

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
    return SignInSheet(found.frozen, found.moment, units)


def paths_of_due(session: Session, exam: Exam, *, now: datetime) -> set[str]:
    """The paths of the units of those due, so that only units with somebody are offered."""
    return {one.unit_path for one in exam_rosters.due(session, exam, now=now)}
