"""SQLite is told to look at what it holds, once much has come in."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from suyu_learn.models import Person
from suyu_learn.services import upkeep
from tests.clock import START


def _people(session: Session, first: int, count: int) -> None:
    session.execute(insert(Person), [
        {"name": f"Person {one}", "name_key": f"person {one}", "created_at": START}
        for one in range(first, first + count)
    ])  # fmt: skip


def test_statistics_are_taken_when_there_is_much_and_again_when_it_has_doubled(session: Session) -> None:
    sqlite = session.get_bind().dialect.name == "sqlite"
    assert not upkeep.look_anew(session)
    _people(session, 0, 1_000)
    assert upkeep.look_anew(session) == sqlite
    assert not upkeep.look_anew(session)
    _people(session, 1_000, 999)
    assert not upkeep.look_anew(session)
    _people(session, 1_999, 1)
    assert upkeep.look_anew(session) == sqlite


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_our_own_tables_are_looked_at(session: Session) -> None:
    session.execute(text("CREATE TABLE of_a_host (number INTEGER PRIMARY KEY)"))
    session.execute(text("INSERT INTO of_a_host VALUES (1), (2)"))
    _people(session, 0, 1_000)
    upkeep.look_anew(session)
    looked_at = set(session.scalars(text("SELECT tbl FROM sqlite_stat1")))
    assert "suyu_person" in looked_at
    assert "of_a_host" not in looked_at
