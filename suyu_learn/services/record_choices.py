"""What a filter of records offers to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.models import Audience, Completion, CompletionKind, Unit
from suyu_learn.services import reports
from suyu_learn.services.grants import Reach


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A unit within reach, and how far below the topmost one."""

    unit_id: int
    name: str
    depth: int


def units(session: Session, reach: Reach) -> Sequence[UnitChoice]:
    """The units within reach as a tree, closed ones too, since records may lie there."""
    rows = {row.path: row for row in session.execute(select(Unit.id, Unit.path, Unit.name)) if reach.covers(row.path)}
    order = reports.in_order(rows, {path: row.name for path, row in rows.items()})
    return [
        UnitChoice(rows[path].id, rows[path].name, sum(above in rows for above in reports.chain_of(path)[:-1]))
        for path in order
    ]


def audiences(session: Session) -> Sequence[tuple[str, str]]:
    """Every audience, the built-in ones first."""
    query = select(Audience.code, Audience.name).order_by(Audience.built_in.desc(), Audience.code)
    return [(row.code, row.name) for row in session.execute(query)]


def subjects(session: Session) -> Sequence[tuple[CompletionKind, int, str]]:
    """Every course, exam and programme of which there is a record, under its latest title."""
    rows = session.execute(
        select(Completion.kind, Completion.subject_id, Completion.title)
        .group_by(Completion.kind, Completion.subject_id, Completion.title)
        .order_by(Completion.kind, Completion.title)
    )
    return [(kind, subject_id, title) for (kind, subject_id), title in
            {(row.kind, row.subject_id): row.title for row in rows}.items()]  # fmt: skip
