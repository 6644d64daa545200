"""The people behind a figure of the statistics, as many as it says, for those who may see them by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.names import chinese_order
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Person
from suyu_learn.services import exam_scope, statistics_desk, statistics_exams, statistics_training
from suyu_learn.services.reports import Sight
from suyu_learn.services.statistics_desk import Asked
from suyu_learn.services.statistics_training import AT_ONCE, Wanted
from suyu_learn.services.unread import Unread

TRAINED = ("due", "started", "completed", "overdue")
EXAMS: Mapping[str, str] = {"exam-due": "due", "sat": "sat", "passed": "passed"}
"""The figures of exams that have people, as `Sat` calls them."""
FIGURES = (*TRAINED, *EXAMS)


@dataclass(frozen=True, slots=True)
class Counted:
    """Somebody whom a figure counts, with a unit in which they are due."""

    person_id: int
    key: str
    name: str
    staff_number: str
    unit_names: str


def people_of(
    session: Session, asked: Asked, figure: str, *, sight: Sight, now: datetime, zone: tzinfo,
    unread: Unread | None = None,
) -> list[Counted]:  # fmt: skip
    """Everybody whom a figure counts, by unit and name; raises Problem for who may not see all of them by name.

    What the viewer may not read of themself is left out, as it is of the figures.
    """
    if statistics_desk.limited(session, sight, asked.unit):
        raise Problem("page.refused")
    statistics_desk.check(asked, limited=False)
    wanted = Wanted(sight.numbers, asked.period, now, zone, asked.unit, asked.audience, asked.kind, asked.subject_id,
                    unread=unread)  # fmt: skip
    if figure in TRAINED:
        places = statistics_training.trained_people(session, wanted, figure=figure)
    elif figure in EXAMS:
        exams = statistics_exams.exams_of(session, wanted)
        places = statistics_exams.exam_people(session, wanted, exams, figure=EXAMS[figure])
    else:
        raise Problem("page.unknown")
    return _named(session, places)


def _named(session: Session, places: Mapping[int, str]) -> list[Counted]:
    units = exam_scope.names_of_paths(session, set(places.values()))
    ids, found = sorted(places), []
    for start in range(0, len(ids), AT_ONCE):
        rows = session.execute(
            select(Person.id, Person.key, Person.name, Person.staff_number)
            .where(Person.id.in_(ids[start : start + AT_ONCE]))
        )  # fmt: skip
        found += [Counted(one, key, name, number or "", units[places[one]]) for one, key, name, number in rows]
    return sorted(found, key=lambda one: (chinese_order(one.unit_names), chinese_order(one.name), one.person_id))
