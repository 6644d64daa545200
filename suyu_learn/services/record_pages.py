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

from sqlalchemy import String, func, select, type_coerce
from sqlalchemy.orm import Session

from suyu_learn.db import UtcDateTime
from suyu_learn.models import Completion, PersonAudience
from suyu_learn.services import record_rows
from suyu_learn.services.record_filters import Filter, Source, Status, parts_of, within
from suyu_learn.services.record_parts import bounds_of, completion_conditions
from suyu_learn.services.record_queries import in_audience, query_of
from suyu_learn.services.record_rows import Field, Names, Words

MOST = 10_000
FEW = 2_000
"""People of an audience whose completions are gathered one by one; more are met anyhow on the way through all."""
AT_ONCE = 200


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
        found, there = _Part(session, part, fields, zone, words, names).page(start, limit - len(lines), room=room,
                                                                    number=total)  # fmt: skip
        lines += found
        total += there
        if total > MOST:
            break
    return RecordPage(lines, min(total, MOST), total > MOST)


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

    def page(self, start: int, limit: int, *, room: int, number: int) -> tuple[list[Line], int]:
        """The lines from `start` on, and how many there are in this part, at most `room`."""
        if self.part.source is Source.COMPLETIONS:
            ids = located(self.session, self.part, most=room)
            shown = ids[start : start + limit] if limit > 0 else []
            query = query_of(self.part).where(Completion.id.in_(shown))
            return (list(self._lines(query, number + start)) if shown else []), len(ids)
        if self.part.status is Status.SHORT:
            walked = list(islice(self._lines(query_of(self.part), number), room))
            return walked[start : start + max(limit, 0)], len(walked)
        there = self.count(room)
        if limit <= 0 or start >= there:
            return [], there
        return list(self._lines(query_of(self.part).offset(start).limit(limit), number + start)), there

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
            self.session, self.part, self.fields, zone=zone, words=self.words, names=self.names, number=number, query=query,
            batch_size=AT_ONCE,
        ):  # fmt: skip
            yield Line(cells, row.person_key)


def located(session: Session, part: Filter, *, most: int) -> list[int]:
    """The ids of completions in their order, at most so many; read from indexes without touching the rows."""
    query = (
        select(Completion.id)
        .where(*completion_conditions(part), *within(part, type_coerce(Completion.unit_path, String)))
        .where(*bounds_of(part, type_coerce(Completion.completed_at, UtcDateTime)))
        .order_by(Completion.completed_at, Completion.id)
        .limit(most)
    )
    if part.audience:
        people = select(PersonAudience.person_id).where(PersonAudience.audience == part.audience)
        few = session.scalar(select(func.count()).select_from(people.limit(FEW + 1).subquery())) or 0
        narrow = Completion.person_id.in_(people) if few <= FEW else in_audience(part.audience, Completion.person_id)
        query = query.where(narrow)
    return list(session.scalars(query))
