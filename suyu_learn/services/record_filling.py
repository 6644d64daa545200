"""Filling a table that HR keeps itself: its rows matched with people, its columns filled from the records.

The table is kept for a day at most, and only until it is discarded; nothing of it goes into the records.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, delete, select
from sqlalchemy.orm import Session

from suyu_learn.content.formats.sheets import read_sheets
from suyu_learn.content.own_tables import KEYS, OwnRow, OwnTable, rows_of, tables_of
from suyu_learn.domain import rosters
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import (
    CompletionKind,
    Import,
    ImportFile,
    Membership,
    Person,
    Unit,
)
from suyu_learn.services import import_files, people, record_values
from suyu_learn.services.grants import Reach
from suyu_learn.services.record_values import Asked, Said, Value, What
from suyu_learn.services.unread import Unread

KIND = "fill"
KEPT = timedelta(hours=24)
MOST_BYTES = 5 * 1024 * 1024
MOST_FILLS = 12
NEW_COLUMN = -1


class Outcome(StrEnum):
    """What became of a row; all but `MATCHED` are marked in the table."""

    MATCHED = "matched"
    NOT_FOUND = "not_found"
    SEVERAL = "several"
    OTHER_NAME = "other_name"
    NO_KEY = "no_key"


@dataclass(frozen=True, slots=True)
class Fill:
    """One column to be filled: its place from 0, or `NEW_COLUMN`, and with what."""

    column: int
    asked: Asked

    def as_kept(self) -> dict[str, Any]:
        """What a table keeps of it; `from_kept` reads it again."""
        asked = self.asked
        return {"column": self.column, "what": asked.what.value, "kind": asked.kind.value if asked.kind else "",
                "subject": asked.subject_id, "year": asked.year}  # fmt: skip

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any]) -> Fill:
        """A column from what was kept of it."""
        kind = CompletionKind(kept["kind"]) if kept["kind"] else None
        return cls(kept["column"], Asked(What(kept["what"]), kind, kept["subject"], kept["year"]))


@dataclass(frozen=True, slots=True)
class Matched:
    """One row with the person it means, if any."""

    row: OwnRow
    outcome: Outcome
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done with a table: which columns say who, which are filled."""

    sheet: str
    keys: Mapping[str, int]
    fills: Sequence[Fill] = ()
    replace: bool = False
    """Whether cells that hold something are filled too."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A plan as it would come out; `values` by column of the plan, then by person."""

    table: OwnTable
    rows: Sequence[Matched]
    values: Sequence[Mapping[int, Value]]
    counts: Mapping[Outcome, int] = field(default_factory=dict)


def first_plan(content: bytes, file_name: str) -> Plan:
    """What the columns of a table seem to be; raises Problem where it cannot be read or names nobody."""
    return guessed(max(_tables(content, file_name), key=lambda one: (len(one.keys), len(one.sheet.rows))))


def keep(session: Session, content: bytes, file_name: str, plan: Plan, *, actor: Person, now: datetime) -> Import:
    """Keep a table that could be read, with its first plan."""
    sweep(session, now=now)
    return import_files.keep(session, KIND, content, file_name, actor=actor, now=now, options=_kept(plan))


def _tables(content: bytes, file_name: str) -> list[OwnTable]:
    place = Place(file=file_name)
    if len(content) > MOST_BYTES:
        raise Problem("fill.too_large", place=place, most=MOST_BYTES // 1024 // 1024)
    if not content.startswith(b"PK"):
        raise Problem("fill.only_xlsx", place=place)
    return tables_of(read_sheets(content, file_name), file=file_name)


def guessed(table: OwnTable) -> Plan:
    """The key columns by their headings; what is to be filled still has to be said."""
    return Plan(table.sheet.name, {one: table.keys[one] for one in KEYS if one in table.keys})


def find(session: Session, key: str, *, actor: Person, now: datetime) -> Import:
    """One's own table that is still kept; raises Problem for every other."""
    batch = session.scalar(select(Import).where(Import.key == key, Import.kind == KIND, Import.actor_id == actor.id))
    if batch is None or batch.created_at <= now - KEPT:
        raise Problem("page.unknown")
    return batch


def content_of(session: Session, batch: Import) -> bytes:
    """The table as it came."""
    return session.get_one(ImportFile, batch.id).content


def tables(session: Session, batch: Import) -> list[OwnTable]:
    """Its sheets that name people."""
    return _tables(content_of(session, batch), batch.file_name)


def plan_of(batch: Import) -> Plan:
    """What was said last."""
    kept = batch.options
    return Plan(kept["sheet"], kept["keys"], [Fill.from_kept(one) for one in kept["fills"]], kept["replace"])


def keep_plan(session: Session, batch: Import, plan: Plan) -> None:
    """Remember what was said, or what the columns of another sheet seem to be."""
    batch.options = _kept(plan)
    session.flush()


def check(plan: Plan) -> None:
    """Raise Problem where a plan cannot be done."""
    if not ({"staff_number", "phone"} & plan.keys.keys()) and not ({"name", "unit"} <= plan.keys.keys()):
        raise Problem("fill.no_key", place=Place(field="keys"))
    places = [one.column for one in plan.fills if one.column != NEW_COLUMN]
    if len(set(places)) < len(places) or set(places) & set(plan.keys.values()):
        raise Problem("fill.column_twice", place=Place(field="fills"))
    for number, one in enumerate(plan.fills, start=1):
        one.asked.check(number)


def _kept(plan: Plan) -> dict[str, Any]:
    return {"sheet": plan.sheet, "keys": dict(plan.keys), "fills": [one.as_kept() for one in plan.fills],
            "replace": plan.replace}  # fmt: skip


def preview(
    session: Session, table: OwnTable, plan: Plan, *, reach: Reach, unread: Unread | None, now: datetime, zone: tzinfo,
    said: Said,
) -> Preview:  # fmt: skip
    """Who the rows mean, and what would stand in them; only people of one's own units are found."""
    rows = matched(session, list(rows_of(table, plan.keys)), reach=reach)
    ids = [one.person_id for one in rows if one.person_id is not None]
    found = [
        record_values.values(session, one.asked, ids, now=now, zone=zone, said=said, unread=unread)
        for one in plan.fills
    ]  # fmt: skip
    return Preview(table, rows, found, Counter(one.outcome for one in rows))


def matched(session: Session, rows: Sequence[OwnRow], *, reach: Reach) -> list[Matched]:
    """Whom the rows of any table mean, as far as they lie within reach."""
    known = _Known(session, reach)
    return [known.matched(row) for row in rows]


class _Known:
    """The people within reach, to be found as a roster finds them."""

    def __init__(self, session: Session, reach: Reach) -> None:
        home = and_(Membership.person_id == Person.id, Membership.home, Membership.until.is_(None))
        rows = session.execute(
            select(Person.id, Person.name, Person.staff_number, Person.phone, Unit.id, Unit.path)
            .outerjoin(Membership, home).outerjoin(Unit, Unit.id == Membership.unit_id)
            .where(reach.includes(Unit.path), *people.current())
        )  # fmt: skip
        self._paths: dict[int, str] = {}
        known = []
        for number, name, staff_number, phone, unit_id, path in rows:
            known.append(rosters.Known(number, name, staff_number or "", phone or "", unit_id))
            self._paths[number] = path or ""
        self._people = rosters.People(known)
        self._phones: dict[str, list[int]] = defaultdict(list)
        for one in known:
            if one.phone:
                self._phones[one.phone].append(one.id)
        units = session.execute(select(Unit.id, Unit.name, Unit.path).where(reach.includes(Unit.path)))
        self._units: dict[str, list[Any]] = defaultdict(list)
        for unit in units:
            self._units[unit.name].append(unit)

    def matched(self, row: OwnRow) -> Matched:
        """Whom a row means: by staff number, else phone, else name and unit; a name that contradicts asks.

        A number that lost the zeros in front to a spreadsheet does where the name beside it is the same.
        """
        if not row.keyed:
            return Matched(row, Outcome.NO_KEY)
        for those in (self._people.numbered(row.staff_number), self._phones.get(row.phone, []) if row.phone else ()):
            if those:
                return self._one_of(row, those)
        alike = self._people.numbered_but_for_zeros(row.staff_number) if row.name else ()
        if any(self._people.is_called(one, row.name) for one in alike):
            return self._one_of(row, alike)
        if row.staff_number or row.phone or not row.unit:
            return Matched(row, Outcome.NOT_FOUND)
        named = self._people.named(row.name)
        return self._one_of(row, [one for one in named if self._is_in(one, row.unit)])

    def _one_of(self, row: OwnRow, those: Sequence[int]) -> Matched:
        named = [one for one in those if not row.name or self._people.is_called(one, row.name)]
        if not named:
            return Matched(row, Outcome.OTHER_NAME if those else Outcome.NOT_FOUND)
        here = [one for one in named if row.unit and self._is_in(one, row.unit)] if len(named) > 1 else named
        if len(here) == 1:
            return Matched(row, Outcome.MATCHED, here[0])
        return Matched(row, Outcome.SEVERAL)

    def _is_in(self, person: int, unit: str) -> bool:
        """Whether somebody belongs to a unit so called, or below it; the last part of a written path tells."""
        last = unit.replace("＞", "/").replace(">", "/").replace("／", "/").rpartition("/")[2].strip()
        return any(self._paths[person].startswith(one.path) for one in self._units.get(last, ()))


def cells_filled(plan: Plan, preview: Preview) -> Iterator[tuple[Matched, int, Value]]:
    """Row, place of the column in the plan, and value, for every cell that is to be filled."""
    for one in preview.rows:
        if one.person_id is None:
            continue
        for place, fill in enumerate(plan.fills):
            value = preview.values[place].get(one.person_id, "")
            there = one.row.cells[fill.column] if 0 <= fill.column < len(one.row.cells) else ""
            if value != "" and (plan.replace or not there):
                yield one, place, value


def discard(session: Session, batch: Import) -> None:
    """Forget a table."""
    _forget(session, [batch.id])


def sweep(session: Session, *, now: datetime) -> None:
    """Forget every table that was kept for a day."""
    _forget(session, session.scalars(select(Import.id).where(Import.kind == KIND, Import.created_at <= now - KEPT)))


def _forget(session: Session, ids: Any) -> None:
    those = list(ids)
    if those:
        session.execute(delete(ImportFile).where(ImportFile.import_id.in_(those)))
        session.execute(delete(Import).where(Import.id.in_(those)))
        session.expire_all()
