"""The records of a small city of the kind that `make scale` makes large: pages, counts, and how they are found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from benchmarks import scale_city
from suyu_learn.domain.statistics import Period
from suyu_learn.models import CompletionKind, Person, Unit
from suyu_learn.services import record_pages, record_rows, statistics_training
from suyu_learn.services.grants import Reach
from suyu_learn.services.record_filters import EVERYWHERE, Filter, Status, parts_of
from suyu_learn.services.record_rows import Field, Words

ZONE = ZoneInfo("Asia/Shanghai")
NOW = scale_city.NOW.astimezone(ZONE)
FIELDS = (Field.NUMBER, Field.NAME, Field.UNIT, Field.TITLE, Field.STATUS, Field.DUE)
PER_PAGE = 8


@pytest.fixture
def city(database: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """60 people in 39 offices; one office was moved to another bureau, and some people left, after all was learnt: two
    of them lack a programme that they were given in an office that was never theirs."""
    monkeypatch.setattr(scale_city, "UNITS", 60)
    scale_city.fill(database, rows=60 * (scale_city.EXAMS + scale_city.COURSES))
    with database.writing() as session:
        session.execute(text("UPDATE suyu_membership SET until = since WHERE person_id % 7 = 0"))
        session.execute(text("UPDATE suyu_programme_member SET unit_path = (SELECT path FROM suyu_unit "
                             "WHERE name = '第3科') WHERE person_id % 4 = 0"))  # fmt: skip
        session.execute(text("UPDATE suyu_unit SET path = path || '99999/' WHERE name = '第8科'"))
    with database.reading() as session:
        yield session


def _filters(session: Session) -> dict[str, dict[str, Any]]:
    by_name = {unit.name: unit for unit in session.scalars(select(Unit))}
    office, bureau = by_name["第3科"], by_name["第3局"]
    return {
        "everywhere": {},
        "a bureau": {"unit": bureau},
        "an office": {"unit": office},
        "an office that moved": {"unit": by_name["第8科"]},
        "the reach of an office and a bureau": {"reach": Reach(paths=(by_name["第4科"].path, bureau.path))},
        "no reach": {"reach": Reach()},
        "an audience of few": {"audience": scale_city.FEW},
        "few in a bureau": {"audience": scale_city.FEW, "unit": bureau},
    }


def test_a_page_has_the_rows_of_the_file(city: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the places are few or many for the one who plans."""
    monkeypatch.setattr(record_pages, "AHEAD", 12)
    monkeypatch.setattr(record_pages, "SOME", 5)
    for where, given in _filters(city).items():
        for status in Status:
            wanted = Filter(**{"reach": EVERYWHERE, **given}, status=status, now=NOW)
            rows = list(record_rows.rows(city, wanted, FIELDS, zone=ZONE, words=Words()))
            for few, offset in ((2_000, 0), (3, PER_PAGE)):
                monkeypatch.setattr(record_pages, "FEW", few)
                page = record_pages.page(city, wanted, FIELDS, zone=ZONE, words=Words(), offset=offset,
                                         limit=PER_PAGE)  # fmt: skip
                assert [one.cells for one in page.lines] == rows[offset : offset + PER_PAGE], (where, status, few)
                assert (page.total, page.more) == (len(rows), False), (where, status, few)


def test_who_left_lacks_a_programme_where_it_was_given(city: Session) -> None:
    wanted = Filter(unit=_unit(city, "第3科"), status=Status.LACKING, now=NOW)
    left = set(city.scalars(select(Person.name).where(Person.id.in_((28, 56)))))
    rows = record_rows.rows(city, wanted, (Field.NAME,), zone=ZONE, words=Words())
    page = record_pages.page(city, wanted, (Field.NAME,), zone=ZONE, words=Words(), offset=0, limit=PER_PAGE)
    assert left <= {name for (name,) in rows}
    assert left <= {name for (name,) in (one.cells for one in page.lines)}


def _plans(session: Session, act: Callable[[], object]) -> str:
    """How SQLite answers all that an act asks."""
    asked: list[tuple[str, Any]] = []
    engine = session.get_bind()

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    act()
    event.remove(engine, "before_cursor_execute", note)
    connection = session.connection()
    return "\n".join(
        row[3] for one, given in asked for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", given)
    )


def _forget_statistics(database: Any, city: Session) -> None:
    """Let SQLite plan as where nobody has told it how large its tables are: as for large ones."""
    city.commit()
    with database.writing() as session:
        session.execute(text("DELETE FROM sqlite_stat1"))
    database.engine.dispose()


@pytest.mark.parametrize("known", [True, False], ids=["statistics", "no statistics"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_completions_are_found_in_indexes_alone(city: Session, database: Any, known: bool) -> None:
    """A million rows lie far apart: what reads a row for each that it counts is waited for."""
    office = _unit(city, "第3科")
    if not known:
        _forget_statistics(database, city)

    def located(**given: Any) -> Callable[[], object]:
        (part,) = parts_of(Filter(now=NOW, **given))
        return lambda: record_pages.located(city, part, most=2_001)

    year = Period(date(2022, 1, 1), date(2022, 12, 31))
    wanted = statistics_training.Wanted(EVERYWHERE, year, NOW, ZONE)
    for act, index in (
        (located(unit=office), "place"),
        (located(kind=CompletionKind.COURSE, subject_id=1), "subject"),
        (lambda: statistics_training.completed_something(city, wanted), "place"),
    ):
        plan = _plans(city, act)
        assert f"COVERING INDEX ix_suyu_completion_{index}" in plan, plan
        assert "SCAN suyu_completion\n" not in plan, plan


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_members_of_a_small_unit_are_not_looked_for_in_the_city(city: Session, database: Any) -> None:
    (part,) = parts_of(Filter(now=NOW, unit=_unit(city, "第3科"), status=Status.LACKING))
    _forget_statistics(database, city)
    with database.reading() as session:
        plan = _plans(session, lambda: record_pages.located(session, part, most=2_001))
    assert "SEARCH suyu_programme_member USING" in plan, plan
    assert "USING INDEX ix_suyu_programme_member_open_place" in plan, plan
    assert "SCAN suyu_programme_member" not in plan, plan


def _unit(session: Session, name: str) -> Unit:
    return session.scalars(select(Unit).where(Unit.name == name)).one()
