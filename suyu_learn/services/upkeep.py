"""What keeps a database quick: statistics of what SQLite holds, which it takes only when it is told to."""

from __future__ import annotations

from sqlalchemy import CompoundSelect, column, func, inspect, literal, literal_column, select, table, text, union_all
from sqlalchemy.orm import Session

from suyu_learn.models import (
    Attempt,
    Completion,
    Enrolment,
    HoursEntry,
    Membership,
    Person,
    ProgrammeMember,
    QuestionVersion,
    RosterMember,
    Slot,
    Step,
)
from suyu_learn.models.base import Base

SAMPLE = 1_000
"""Rows of an index that are looked at, of the 100 to 1000 that https://www.sqlite.org/lang_analyze.html names."""
FEWEST, GROWN = 1_000, 2
"""Rows from which on it is worth it, and how many times as many make it worth it again."""
LASTING = (Person, Membership, RosterMember, Attempt, Slot, Step, Enrolment, Completion, HoursEntry, ProgrammeMember,
           QuestionVersion)  # fmt: skip
"""What is large in a large city; nothing of it is deleted, so that the last row tells how many there are."""


def look_anew(session: Session) -> bool:
    """Take the statistics by which SQLite plans, once much has come in since; whether that was done.

    PostgreSQL does so by itself. `PRAGMA optimize` looks only at tables that its own connection has asked for.
    """
    if session.get_bind().dialect.name != "sqlite" or not _has_grown(session):
        return False
    session.execute(text(f"PRAGMA analysis_limit = {SAMPLE}"))
    for name in Base.metadata.tables:
        session.execute(text(f"ANALYZE {name}"))
    return True


def _has_grown(session: Session) -> bool:
    there = inspect(session.connection()).has_table("sqlite_stat1")
    known = _looked_at(session) if there else {}
    last: CompoundSelect[str, int | None] = union_all(*(
        select(literal(one.__tablename__), func.max(literal_column("rowid"))).select_from(one) for one in LASTING
    ))  # fmt: skip
    return any(row >= max(FEWEST, GROWN * known.get(name, 0)) for name, row in session.execute(last) if row is not None)


def _looked_at(session: Session) -> dict[str, int]:
    """How many rows each table had when it was looked at."""
    stats = table("sqlite_stat1", column("tbl"), column("stat"))
    rows = session.execute(
        select(stats.c.tbl, func.max(literal_column("CAST(stat AS INTEGER)"))).group_by(stats.c.tbl)
    )  # fmt: skip
    return {name: int(number or 0) for name, number in rows}
