"""What an assessment asks people about themselves: kept with the attempt, told only as statistics.

Nothing of it reaches the person's record; figures of few people are shown to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.statistics import Sitting, Tally, hidden_lines, ratio, standing_of
from suyu_learn.models import Attempt, Exam, Residence, Schooling, Sex
from suyu_learn.services.exam_standings import CLOSED

OLDEST = 1900
AGES = (18, 30, 40, 50, 60, 70)
"""Where an age group begins; below the first and from the last on are groups too."""


@dataclass(frozen=True, slots=True)
class About:
    """What somebody says of themselves; None is what they prefer not to say."""

    birth_year: int | None = None
    sex: Sex | None = None
    schooling: Schooling | None = None
    residence: Residence | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one group; `hidden` where there are few people, or these could be worked out."""

    key: str
    """A value of the fact, the first age of a group, or empty for what was not said."""
    sat: int
    passed: int
    mean: Decimal | None
    hidden: bool = False

    @property
    def pass_rate(self) -> Decimal | None:
        """Passed of sat."""
        return ratio(self.passed, self.sat)


def check(about: About, *, now: datetime) -> None:
    """Raise Problem for a birth year that cannot be one."""
    if about.birth_year is not None and not OLDEST <= about.birth_year <= now.year:
        raise Problem("about.birth_year", place=Place(field="birth_year"), first=OLDEST, last=now.year)


def keep(attempt: Attempt, about: About | None) -> None:
    """Write down with an attempt what was said."""
    if about is None:
        return
    check(about, now=attempt.started_at)
    attempt.birth_year, attempt.sex = about.birth_year, about.sex
    attempt.schooling, attempt.residence = about.schooling, about.residence


def groups(
    session: Session, exam: Exam, *, suppress_below: int, nameless: bool = False, unshown: int | None = None
) -> Mapping[str, Sequence[Group]]:
    """The figures by age, sex, schooling and residence of everybody who sat; each person once, but for `unshown`, who
    reads them and may not know how they did.

    Who may not see names (`nameless`) is not told either of groups in which few passed, failed or are marked.
    """
    columns = (Attempt.person_id, Attempt.number, Attempt.points, Attempt.full_points, Attempt.started_at,
               Attempt.birth_year, Attempt.sex, Attempt.schooling, Attempt.residence)  # fmt: skip
    rows = session.execute(
        select(*columns)
        .where(Attempt.exam_id == exam.id, Attempt.trial.is_(False), Attempt.state.in_(CLOSED))
        .where(Attempt.person_id != unshown if unshown is not None else true())
        .order_by(Attempt.person_id, Attempt.number)
    )
    sittings: dict[int, list[Sitting]] = {}
    said: dict[int, dict[str, str]] = {}
    for row in rows:
        sittings.setdefault(row.person_id, []).append(Sitting(row.number, row.points, row.full_points))
        said[row.person_id] = {
            "age": _age_group(row.birth_year, row.started_at), "sex": row.sex or "", "schooling": row.schooling or "",
            "residence": row.residence or "",
        }  # fmt: skip
    standings = {one: standing_of(those, counts=exam.counts.value, pass_share=exam.pass_share)
                 for one, those in sittings.items()}  # fmt: skip
    found = {}
    for fact, order in _ORDER.items():
        tallies: dict[str, Tally] = {}
        for person_id, facts in said.items():
            tallies.setdefault(facts[fact], Tally()).add(standings[person_id])
        counts = [(one.sat, *((one.passing[3:] + one.marking[:3]) if nameless else ())) for one in tallies.values()]
        hidden = hidden_lines(counts, below=suppress_below)
        gone = {key for place, key in enumerate(tallies) if place in hidden}
        found[fact] = [
            Group(key, tally.sat, tally.passed, tally.mean, hidden=key in gone)
            for key in order
            if (tally := tallies.get(key)) is not None
        ]
    return found


def _age_group(birth_year: int | None, at: datetime) -> str:
    """The first age of the group, by the calendar year alone."""
    if birth_year is None:
        return ""
    return str(max((one for one in (0, *AGES) if one <= at.year - birth_year), default=0))


_ORDER = {
    "age": [*(str(one) for one in (0, *AGES)), ""],
    "sex": [*Sex, ""],
    "schooling": [*Schooling, ""],
    "residence": [*Residence, ""],
}
