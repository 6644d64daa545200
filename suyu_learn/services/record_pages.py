"""One page of the records and how many there are, without waiting for a count over all of them.

Completions are found by indexes alone, as ids in their order, and only those of the page are read. What is counted
stops at `MOST`: nobody turns that many pages, and a million rows would take seconds to count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, String, func, select, type_coerce
from sqlalchemy.orm import Session

from suyu_learn.db import UtcDateTime
from suyu_learn.models import Completion, PersonAudience
from suyu_learn.services import record_rows
from suyu_learn.services.record_filters import Filter, Source, Status, parts_of, within
from suyu_learn.services.record_parts import bounds_of, completion_conditions
from suyu_learn.services.record_queries import in_audience, query_of
from suyu_learn.services.record_rows import Field, Names, Words

MOST = 2_000
FEW = 2_000
"""People of an audience whose completions are gathered one by one; more are met anyhow on the way through all."""
NARROW = 60_000
"""Completions of a subtree that are sorted; in a broader one so many are found soon on the way through all."""
AT_ONCE = 200
WALKED = 500
"""People whose hours are reckoned to say how many are short of them, at the least."""


@dataclass(frozen=True, slots=True)
class Line:
    """One record: the cells asked for, and the key of the person's file."""

    cells: tuple[Any, ...]
    person_key: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Some records; `total` is exact unless there are `more` than were counted."""

    lines: Sequence[Line]
    total: int
    more: bool


def page(
    session: Session,
    wanted: Filter,
    fields: Sequence[Field],
    *,
    zone: tzinfo,
    words: Words,
    offset: int,
    limit: int,
) -> RecordPage:
    """The records from `offset` on, in the very order in which `record_rows.rows` gives them."""
    lines: list[Line] = []
    total = 0
    names = Names(session, words)
    for part in parts_of(wanted):
        room = MOST + 1 - total
        start = max(0, offset - total)
        found, there, more = _Part(session, part, fields, zone, words, names).page(start, limit - len(lines), room=room,
                                                                    number=total)  # fmt: skip
        lines += found
        total += there
        if more or total > MOST:
            return RecordPage(lines, min(total, MOST), True)
    return RecordPage(lines, total, False)


def count(session: Session, wanted: Filter, *, most: int = MOST) -> int:
    """How many records there are; one more than `most` means that it was not counted on."""
    total = 0
    for part in parts_of(wanted):
        if total <= most:
            total += _Part(session, part, (), None, Words()).count(most + 1 - total)
    return total


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of a filter."""

    session: Session
    part: Filter
    fields: Sequence[Field]
    zone: tzinfo | None
    words: Words
    names: Names | None = None

    def page(self, start: int, limit: int, *, room: int, number: int) -> tuple[list[Line], int, bool]:
        """The lines from `start` on, how many there are in this part, at most `room`, and whether there are more."""
        if self.part.source is Source.COMPLETIONS:
            ids = located(self.session, self.part, most=room)
            shown = ids[start : start + limit] if limit > 0 else []
            query = query_of(self.part).where(Completion.id.in_(shown))
            return (list(self._lines(query, number + start)) if shown else []), len(ids), False
        if self.part.status is Status.SHORT:
            most = min(room, max(WALKED, start + limit))
            walked = list(islice(self._lines(query_of(self.part), number), most + 1))
            return walked[start : start + max(limit, 0)], min(len(walked), most), len(walked) > most
        there = self.count(room)
        if limit <= 0 or start >= there:
            return [], there, False
        return list(self._lines(query_of(self.part).offset(start).limit(limit), number + start)), there, False

    def count(self, room: int) -> int:
        """How many there are, at most `room`."""
        if self.part.source is Source.COMPLETIONS:
            return len(located(self.session, self.part, most=room))
        if self.part.status is Status.SHORT:
            return sum(1 for _line in islice(self._lines(query_of(self.part), 0), room))
        few = query_of(self.part).order_by(None).limit(room).subquery()
        return self.session.scalar(select(func.count()).select_from(few)) or 0

    def _lines(self, query: Any, number: int) -> Iterator[Line]:
        zone = self.zone or self.part.moment.tzinfo
        assert zone is not None  # an aware time has one
        for cells, row in record_rows.of_part(
            self.session, self.part, self.fields, zone=zone, words=self.words, names=self.names, number=number,
            query=query, batch_size=AT_ONCE,
        ):  # fmt: skip
            yield Line(cells, row.person_key)


def located(session: Session, part: Filter, *, most: int) -> list[int]:
    """The ids of completions in their order, at most so many; read from indexes without touching the rows."""
    query = (
        select(Completion.id)
        .where(*completion_conditions(part), *within(part, type_coerce(Completion.unit_path, String)))
        .where(*bounds_of(part, type_coerce(Completion.completed_at, UtcDateTime)))
        .order_by(_sorted(session, part), Completion.id)
        .limit(most)
    )
    if part.audience:
        people = select(PersonAudience.person_id).where(PersonAudience.audience == part.audience)
        few = session.scalar(select(func.count()).select_from(people.limit(FEW + 1).subquery())) or 0
        narrow = Completion.person_id.in_(people) if few <= FEW else in_audience(part.audience, Completion.person_id)
        query = query.where(narrow)
    return list(session.scalars(query))


def _sorted(session: Session, part: Filter) -> ColumnElement[Any]:
    """The moment to go by; for a narrow subtree as an expression, since databases that see a limit would rather go
    through all completions in the order of an index than gather few and sort them."""
    place = within(part, type_coerce(Completion.unit_path, String))
    if not place or part.subject_id is not None or part.status is Status.VOIDED:
        return type_coerce(Completion.completed_at, UtcDateTime)
    there = select(Completion.id).where(Completion.voided_at.is_(None), *place).limit(NARROW + 1)
    if (session.scalar(select(func.count()).select_from(there.subquery())) or 0) > NARROW:
        return type_coerce(Completion.completed_at, UtcDateTime)
    return func.coalesce(Completion.completed_at, Completion.completed_at)
