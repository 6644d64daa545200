"""Attempts of two entries for one person, numbered as one row of them, and numbered apart again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.models import Attempt, Completion, CompletionKind, Person


def join(session: Session, kept: Person, other: Person) -> list[list[int]]:
    """Number the attempts of both by when they began; says [id, whose, number before] of each that was touched."""
    rows = session.scalars(
        select(Attempt).where(Attempt.person_id.in_([kept.id, other.id])).order_by(Attempt.started_at, Attempt.id)
    ).all()
    concerned = {(row.exam_id, row.trial) for row in rows if row.person_id == other.id}
    touched = [row for row in rows if (row.exam_id, row.trial) in concerned]
    before = [[row.id, row.person_id, row.number] for row in touched]
    number(session, touched, {row.id: kept.id for row in touched}, _by_start(touched))
    return before


def _by_start(rows: Sequence[Attempt]) -> dict[int, int]:
    reached: dict[tuple[int, bool], int] = {}
    numbers = {}
    for row in rows:
        place = (row.exam_id, row.trial)
        reached[place] = reached.get(place, 0) + 1
        numbers[row.id] = reached[place]
    return numbers


def number(session: Session, rows: Sequence[Attempt], owners: dict[int, int], numbers: dict[int, int]) -> None:
    """Set owners and numbers at once, also in what completions rest on; the negative numbers in between keep every
    moment unique."""
    concerned = {row.person_id for row in rows} | set(owners.values())
    for row in rows:
        row.number = -row.id
    session.flush()
    for row in rows:
        row.person_id = owners[row.id]
        row.number = numbers[row.id]
    session.flush()
    by_key = {row.key: row.number for row in rows}
    resting = session.scalars(
        select(Completion).where(
            Completion.person_id.in_(concerned), Completion.kind == CompletionKind.EXAM,
            Completion.subject_id.in_({row.exam_id for row in rows}),
        )
    )  # fmt: skip
    for one in resting:
        at = by_key.get(one.evidence.get("attempt"))
        if at is not None and at != one.evidence.get("number"):
            one.evidence = {**one.evidence, "number": at}
    session.flush()
