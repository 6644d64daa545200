"""The unit report over a million completions and 2,000 units, against a query written by hand for the same figures.

    python -m benchmarks.unit_report [--kind sqlite|postgresql] [--people 100000] [--folder FOLDER]

Prints JSON with seconds of CPU, the database's counted, the best of three: distinct people with a completion in every
unit and above, by hand and ours; the training figures of the unit summary; and the whole dashboard of a year. A city in
a folder is kept for the next time.
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, inspect, select, text

from benchmarks.spent import KINDS, Place, place, settle
from suyu_learn import migrations
from suyu_learn.db import Database
from suyu_learn.domain.statistics import Period
from suyu_learn.models import Assignment, Membership, Person, Programme, ProgrammeState, Unit
from suyu_learn.services import people, statistics_desk, statistics_training
from suyu_learn.services.reports import EVERYTHING
from suyu_learn.services.statistics_desk import Asked

ZONE = ZoneInfo("Asia/Shanghai")
START, NOW = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31), "2026")
UNITS, BUREAUS, PROGRAMMES = 2_000, 20, 10
"""Everybody has completed each programme; every hundredth person belonged elsewhere in the last of them."""
TURNS = 3

MEMBERS = """
INSERT INTO suyu_programme_member
    (programme_id, person_id, occasion, assignment_id, starts_on, due_on, unit_path, added_at, completed_at)
SELECT :programme, m.person_id, '', :assignment, :starts, :due, {path}, :start,
       CASE WHEN m.person_id % 3 = 0 THEN NULL ELSE :at END
FROM suyu_membership m JOIN suyu_unit u ON u.id = m.unit_id
"""
COMPLETIONS = """
INSERT INTO suyu_completion
    (key, person_id, kind, subject_id, occasion, title, rule, evidence, completed_at, unit_id, unit_path, unit_names,
     void_reason)
SELECT :name || m.person_id, m.person_id, 'programme', :programme, '', 'A programme', '{{}}', '{{}}', :at, u.id, {path},
       '', ''
FROM suyu_membership m JOIN suyu_unit u ON u.id = m.unit_id
"""
BY_HAND = """
WITH RECURSIVE above(path, parent_id, id) AS (
    SELECT path, parent_id, id FROM suyu_unit
    UNION ALL
    SELECT above.path, unit.parent_id, unit.id FROM above JOIN suyu_unit unit ON unit.id = above.parent_id
)
SELECT above.id, count(DISTINCT completion.person_id)
FROM suyu_completion completion JOIN above ON above.path = completion.unit_path
WHERE completion.voided_at IS NULL AND completion.completed_at >= :since AND completion.completed_at < :until
GROUP BY above.id
"""


def fill(database: Database, count: int) -> None:
    """A city of bureaus and offices with so many people, each with ten programmes and as many completions."""
    migrations.upgrade(database)
    with database.writing() as session:
        people.install_audiences(session)
        city = people.add_unit(session, "City", parent=None, now=START)
        bureaus = [people.add_unit(session, f"Bureau {one}", parent=city, now=START) for one in range(BUREAUS)]
        offices = [people.add_unit(session, f"Office {one}", parent=bureaus[one % BUREAUS], now=START)
                   for one in range(UNITS - BUREAUS - 1)]  # fmt: skip
        session.execute(insert(Person), [
            {"name": f"Person {one}", "name_key": f"person {one}", "created_at": START} for one in range(count)
        ])  # fmt: skip
        ids = session.scalars(select(Person.id).order_by(Person.id)).all()
        session.execute(insert(Membership), [
            {"person_id": one, "unit_id": offices[place % len(offices)].id, "home": True, "since": START}
            for place, one in enumerate(ids)
        ])  # fmt: skip
        for place in range(PROGRAMMES):
            _programme(session, city, offices[0].path, place)
    settle(database)


def _programme(session: Any, city: Unit, elsewhere: str, place: int) -> None:
    programme = Programme(key=f"p{place}", unit_id=city.id, title=f"Programme {place}", created_at=START,
                          state=ProgrammeState.PUBLISHED)  # fmt: skip
    session.add(programme)
    session.flush()
    given = Assignment(programme_id=programme.id, unit_id=city.id, starts_on=START.date(), created_at=START)
    session.add(given)
    session.flush()
    last = place == PROGRAMMES - 1
    path = f"CASE WHEN m.person_id % 100 = 0 THEN '{elsewhere}' ELSE u.path END" if last else "u.path"
    plain = {"programme": programme.id, "at": _moment(session, datetime(2026, 1 + place, 20, tzinfo=UTC))}
    session.execute(text(COMPLETIONS.format(path=path)), {**plain, "name": f"k{place}-"})
    session.execute(text(MEMBERS.format(path=path)), {
        **plain, "assignment": given.id, "starts": _day(session, START.date()),
        "due": _day(session, date(2026, 11, 30)), "start": _moment(session, START),
    })  # fmt: skip


def _moment(session: Any, value: datetime) -> Any:
    """A moment as the database keeps it."""
    return f"{value:%Y-%m-%d %H:%M:%S.%f}" if session.get_bind().dialect.name == "sqlite" else value


def _day(session: Any, value: date) -> Any:
    return value.isoformat() if session.get_bind().dialect.name == "sqlite" else value


def by_hand(database: Database) -> dict[int, int]:
    """The same figures by one query."""
    with database.reading() as session:
        since, until = (_moment(session, datetime(year, 1, 1, tzinfo=ZONE).astimezone(UTC)) for year in (2026, 2027))
        return dict(session.execute(text(BY_HAND), {"since": since, "until": until}).all())


def ours(database: Database) -> dict[int, int]:
    """Our unit report of who completed something."""
    with database.reading() as session:
        found = statistics_training.completed_something(session, _wanted())
    return {int(path.strip("/").rpartition("/")[2]): group.people for path, group in found.items() if path}


def _wanted() -> statistics_training.Wanted:
    return statistics_training.Wanted(EVERYTHING.numbers, YEAR, NOW, ZONE)


def trained(database: Database) -> None:
    """The training figures of all units."""
    with database.reading() as session:
        statistics_training.trained(session, _wanted())


def dashboard(database: Database) -> None:
    """Everything that the page of a year shows."""
    with database.reading() as session:
        statistics_desk.dashboard(session, Asked(YEAR), sight=EVERYTHING, now=NOW, zone=ZONE, suppress_below=5)


def measured(where: Place, database: Database) -> dict[str, float]:
    """Seconds of CPU of each; raises AssertionError when ours says another number than the query."""
    assert ours(database) == by_hand(database)
    return {
        act.__name__.replace("_", " "): round(where.best(partial(act, database), TURNS)[0], 2)
        for act in (by_hand, ours, trained, dashboard)
    }


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--kind", choices=tuple(KINDS), default="sqlite")
    asked.add_argument("--people", type=int, default=100_000)
    asked.add_argument("--folder", type=Path)
    given = asked.parse_args()
    with place(given.kind, "units", given.folder) as where:
        database = Database(where.url)
        if not inspect(database.engine).has_table("suyu_completion"):
            fill(database, given.people)
        found = measured(where, database)
        database.dispose()
    print(json.dumps({"database": where.name, "completions": given.people * PROGRAMMES, **found}))


if __name__ == "__main__":
    main()
