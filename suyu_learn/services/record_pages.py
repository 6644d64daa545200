"""One page of the records and how many there are, without waiting for a count over all of them.

Records are found as keys in their order, completions by indexes alone, and only those of the page are read. What is
counted stops at `MOST`: nobody turns that many pages, and a million rows would take seconds to count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import count as count_from
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, String, func, select, tuple_, type_coerce, union_all
from sqlalchemy.orm import Session, aliased

from suyu_learn.db import UtcDateTime
from suyu_learn.models import Completion, Membership, PersonAudience, ProgrammeMember, Unit
from suyu_learn.services import record_lacking, record_rows
from suyu_learn.services.record_filters import Filter, Source, Status, parts_of, within
from suyu_learn.services.record_parts import Part, bounds_of, completion_conditions
from suyu_learn.services.record_queries import filtered, in_audience, part_of, query_of
from suyu_learn.services.record_rows import Field, Names, Words

MOST = 2_000
FEW = 2_000
"""People of an audience or a subtree whose records are gathered one by one; more are met anyhow on the way through
all."""
NARROW = 60_000
"""Completions of a subtree that are sorted; in a broader one so many are found soon on the way through all."""
AT_ONCE = 200
AHEAD, SOME = 20_000, 2_000
"""Members who are gathered in their order, and of how many of them it is asked at once whether they have begun, or
whether their hours are short."""
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
        if self.part.status is Status.SHORT:
            most = min(room, max(WALKED, start + limit))
            walked = list(islice(self._walked(number), most + 1))
            return walked[start : start + max(limit, 0)], min(len(walked), most), len(walked) > most
        keys = located(self.session, self.part, most=room)
        shown = keys[start : start + limit] if limit > 0 else []
        return (self._read(shown, number + start) if shown else []), len(keys), False

    def count(self, room: int) -> int:
        """How many there are, at most `room`."""
        if self.part.status is Status.SHORT:
            return sum(1 for _line in islice(self._walked(0), room))
        return len(located(self.session, self.part, most=room))

    def _walked(self, number: int) -> Iterator[Line]:
        """Whose hours are short, in order: the keys of some who may be, then what is reckoned of each of them."""
        may_be = _narrowed(self.session, record_lacking.part(self.part, undecided=True), self.part)
        (key,) = part_of(self.part).key
        for keys in _in_turn(self.session, may_be.with_only_columns(key), SOME):
            for first in range(0, len(keys), AT_ONCE):
                for line in self._read(keys[first : first + AT_ONCE], number):
                    number += 1
                    yield line

    def _read(self, keys: Sequence[Any], number: int) -> list[Line]:
        """The lines of these keys."""
        key = part_of(self.part).key
        these = tuple_(*key).in_(keys) if len(key) > 1 else key[0].in_([one for (one,) in keys])
        return list(self._lines(query_of(self.part).where(these), number))

    def _lines(self, query: Any, number: int) -> Iterator[Line]:
        zone = self.zone or self.part.moment.tzinfo
        assert zone is not None  # an aware time has one
        for cells, row in record_rows.of_part(
            self.session, self.part, self.fields, zone=zone, words=self.words, names=self.names, number=number,
            query=query, batch_size=AT_ONCE,
        ):  # fmt: skip
            yield Line(cells, row.person_key)


def located(session: Session, part: Filter, *, most: int) -> Sequence[Any]:
    """The keys of records in their order, at most so many, each as a row."""
    if part.source is Source.COMPLETIONS:
        return session.execute(_completions(session, part).limit(most)).all()
    if part.source is Source.MEMBERS and part.status in record_lacking.UNDECIDED:
        return _decided(session, part, most)
    built = part_of(part)
    return session.execute(_narrowed(session, built, part).with_only_columns(*built.key).limit(most)).all()


def _decided(session: Session, part: Filter, most: int) -> Sequence[Any]:
    """The keys of members who have begun, or of those who have not; asked of some at a time until there are enough."""
    may_be = _narrowed(session, record_lacking.part(part, undecided=True), part)
    built = part_of(part)
    (key,) = built.key
    found: list[Any] = []
    for keys in _in_turn(session, may_be.with_only_columns(key), AHEAD):
        for first in range(0, len(keys), SOME):
            some = [one for (one,) in keys[first : first + SOME]]
            found += session.execute(filtered(built, part).where(key.in_(some)).with_only_columns(key))
            if len(found) >= most:
                return found[:most]
    return found


def _in_turn(session: Session, query: Select[Any], at_once: int) -> Iterator[Sequence[Any]]:
    """The rows of a query, so many at a time, for who stops when there are enough."""
    for start in count_from(0, at_once):
        rows = session.execute(query.offset(start).limit(at_once)).all()
        yield rows
        if len(rows) < at_once:
            return


def _completions(session: Session, part: Filter) -> Select[Any]:
    """The ids of completions, read from indexes without touching the rows."""
    query = (
        select(Completion.id)
        .where(*completion_conditions(part), *within(part, type_coerce(Completion.unit_path, String)))
        .where(*bounds_of(part, type_coerce(Completion.completed_at, UtcDateTime)))
        .order_by(_sorted(session, part), Completion.id)
    )
    return query.where(_in_audience(session, part.audience, Completion.person_id)) if part.audience else query


def _narrowed(session: Session, built: Part, part: Filter) -> Select[Any]:
    """The query of a part in the form that does not go through a city for the records of few."""
    audience = _in_audience(session, part.audience, built.person) if part.audience else None
    query = filtered(built, part, audience=audience)
    return query.where(*_nearby(session, part)) if part.source is Source.MEMBERS else query


def _in_audience(session: Session, audience: str, person: Any) -> ColumnElement[bool]:
    """Whether somebody is in an audience; a small one in the form of a list to begin with."""
    people = select(PersonAudience.person_id).where(PersonAudience.audience == audience)
    return person.in_(people) if _are_few(session, people, FEW) else in_audience(audience, person)


def _nearby(session: Session, part: Filter) -> list[ColumnElement[bool]]:
    """That members belong to a small subtree or were given something there: that either will do, as the filter says
    more exactly, keeps databases from beginning with the units."""
    home, unit, given = aliased(Membership), aliased(Unit), aliased(ProgrammeMember)
    place = within(part, type_coerce(unit.path, String))
    belonging = select(home.person_id).join(unit, unit.id == home.unit_id).where(home.home, *place)
    if not place or not _are_few(session, belonging, FEW):
        return []
    there = select(given.person_id).where(
        given.completed_at.is_(None), given.left_at.is_(None), *within(part, type_coerce(given.unit_path, String))
    )
    return [ProgrammeMember.person_id.in_(union_all(belonging, there))]


def _are_few(session: Session, query: Select[Any], most: int) -> bool:
    return (session.scalar(select(func.count()).select_from(query.limit(most + 1).subquery())) or 0) <= most


def _sorted(session: Session, part: Filter) -> ColumnElement[Any]:
    """The moment to go by; for a narrow subtree as an expression, since databases that see a limit would rather go
    through all completions in the order of an index than gather few and sort them."""
    place = within(part, type_coerce(Completion.unit_path, String))
    if not place or part.subject_id is not None or part.status is Status.VOIDED:
        return type_coerce(Completion.completed_at, UtcDateTime)
    there = select(Completion.id).where(Completion.voided_at.is_(None), *place)
    if _are_few(session, there, NARROW):
        return func.coalesce(Completion.completed_at, Completion.completed_at)
    return type_coerce(Completion.completed_at, UtcDateTime)
