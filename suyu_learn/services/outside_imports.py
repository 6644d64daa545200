"""Certificates of others from a table: look first, then enter what can go in; every other row says why not.

The file is kept while it waits, and read anew whenever it is looked at, so that a preview never tells of people as
they were. Rows that are in already stay as they are, so the same file can come twice, and a mended one again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.content.formats.sheets import read_sheets
from suyu_learn.content.outside_kinds import Kind
from suyu_learn.content.outside_rows import Row, Rows, read_rows
from suyu_learn.domain.names import name_key, tidy_phone
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import (
    Employment,
    Import,
    ImportFile,
    ImportState,
    Membership,
    Person,
    Role,
    RowOutcome,
    Unit,
    new_key,
)
from suyu_learn.services import audit, grants, locks, outside_certificates, outside_kinds, people
from suyu_learn.services.grants import Reach
from suyu_learn.services.outside_certificates import Key, Said

KIND = "outside_certificates"
MOST_ROWS = 1000
"""Rows of one file, entered in one transaction."""
_AT_ONCE = 500


@dataclass(slots=True)
class Step:
    """What becomes of one row."""

    row: Row
    outcome: RowOutcome
    problems: list[Problem] = field(default_factory=list)
    person: Person | None = None
    said: Said | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """A file with what would become of it now."""

    batch: Import
    table: Rows
    steps: Sequence[Step]

    def of(self, *outcomes: RowOutcome) -> list[Step]:
        """The rows of these outcomes, in the order of the file."""
        return [one for one in self.steps if one.outcome in outcomes]


def upload(
    session: Session, content: bytes, file_name: str, *, actor: Person, now: datetime, encoding: str = ""
) -> Import:
    """Keep a file to look at; raises Problem for what cannot be read."""
    table = read_rows(read_sheets(content, file_name, encoding=encoding), file=file_name)
    if len(table.rows) > MOST_ROWS:
        raise Problem("outside.too_many_rows", place=Place(file=file_name), most=MOST_ROWS)
    batch = Import(
        key=new_key(), kind=KIND, file_name=file_name[-200:], actor_id=actor.id, created_at=now, size=len(content),
        sha256=hashlib.sha256(content).hexdigest(), options={"encoding": encoding}, counts={},
    )  # fmt: skip
    session.add(batch)
    session.flush()
    session.add(ImportFile(import_id=batch.id, content=content))
    session.flush()
    return batch


def find(session: Session, key: str, *, actor: Person, hold: bool = False) -> Import:
    """One's own file; raises Problem for every other, as for those that are gone."""
    query = select(Import).where(Import.key == key, Import.kind == KIND, Import.actor_id == actor.id)
    if hold:
        query = query.with_for_update(of=Import).execution_options(populate_existing=True)
    batch = session.scalar(query)
    if batch is None:
        raise Problem("outside.no_file")
    return batch


def preview(session: Session, batch: Import, *, actor: Person, now: datetime, zone: tzinfo) -> Preview:
    """What would become of each row now."""
    file = session.get(ImportFile, batch.id)
    if file is None:
        raise Problem("outside.no_file")
    table = read_rows(read_sheets(file.content, batch.file_name, encoding=batch.options["encoding"]),
                      file=batch.file_name)  # fmt: skip
    return Preview(batch, table, _Planner(session, table.rows, actor, now, zone).steps())


def apply(session: Session, batch: Import, *, actor: Person, now: datetime, zone: tzinfo) -> int:
    """Enter the rows that can go in; how many. The file goes unless a row of it was refused."""
    if batch.state is not ImportState.PREVIEW:
        raise Problem("outside.in_already")
    found = preview(session, batch, actor=actor, now=now, zone=zone)
    wanted = [(one, one.person, one.said) for one in found.of(RowOutcome.NEW) if one.person and one.said]
    locks.hold_people(session, (person.id for _step, person, _said in wanted))
    outside_certificates.enter_all(session, [(person, said) for _step, person, said in wanted], actor=actor, now=now,
                                   zone=zone)  # fmt: skip
    for step, person, _said in wanted:
        if step.row.employment:
            person.employment = Employment(step.row.employment)
    entered, refused = len(found.of(RowOutcome.NEW)), len(found.of(RowOutcome.REFUSED))
    batch.state, batch.done_at = ImportState.DONE, now
    batch.counts = {"new": entered, "refused": refused, "same": len(found.of(RowOutcome.SAME, RowOutcome.DUPLICATE))}
    if not refused:
        session.delete(session.get(ImportFile, batch.id))
    audit.record(session, "outside.imported", now=now, actor=actor, on=batch, file=batch.file_name, rows=entered,
                 refused=refused)  # fmt: skip
    session.flush()
    return entered


def discard(session: Session, batch: Import) -> None:
    """Forget a file, whether it was taken in or not; what was entered stays."""
    file = session.get(ImportFile, batch.id)
    if file is not None:
        session.delete(file)
        session.flush()
    if batch.state is ImportState.PREVIEW:
        session.delete(batch)
    session.flush()


class _Planner:
    """Finds who is meant and what would go in."""

    def __init__(self, session: Session, rows: Sequence[Row], actor: Person, now: datetime, zone: tzinfo) -> None:
        self.session, self.rows, self.actor = session, rows, actor
        self.today = now.astimezone(zone).date()
        self.kinds = outside_kinds.every(session)
        self.known = _Known(session, grants.reach(session, actor, Role.HR), rows)
        self.there = outside_certificates.counting(session, self.known.ids)
        self.claimed: dict[Key, int] = {}

    def steps(self) -> list[Step]:
        """What becomes of each row."""
        return [self._step(row) for row in self.rows]

    def _step(self, row: Row) -> Step:
        step = Step(row, RowOutcome.REFUSED, list(row.faults))
        if step.problems:
            return step
        try:
            step.person, step.said = self._person(row), self._said(row)
        except Problem as problem:
            step.problems.append(problem.at(Place(sheet=row.sheet, row=row.row)))
            return step
        known = (step.person.id, step.said.kind, step.said.detail, step.said.number)
        if known in self.claimed:
            step.outcome = RowOutcome.DUPLICATE
            step.problems.append(Problem("roster.same_as_row", row=self.claimed[known]))
        elif known in self.there:
            step.outcome = RowOutcome.SAME
        else:
            step.outcome = RowOutcome.NEW
        self.claimed.setdefault(known, row.row)
        return step

    def _person(self, row: Row) -> Person:
        person = self.known.find(row)
        if person.id == self.actor.id:
            raise Problem("person.yourself")
        return person

    def _said(self, row: Row) -> Said:
        kind = self._kind(row.kind)
        assert row.issued_on is not None  # else it has a fault
        said = Said(
            kind.code, row.number, row.issued_on, row.detail, row.issuer, row.valid_until, row.review_on, row.note,
            for_ever=row.for_ever,
        )  # fmt: skip
        return outside_certificates.checked(said, kind, today=self.today)

    def _kind(self, text: str) -> Kind:
        """The kind that is called so, or the only one whose name has these words, or that these words have."""
        key = name_key(text)
        names = {kind.code: name_key(kind.name) for kind in self.kinds.values()}
        exactly = [one for one in self.kinds.values() if key in (names[one.code], name_key(one.en), one.code)]
        partly = [one for one in self.kinds.values() if key in names[one.code] or names[one.code] in key]
        for found in (exactly, partly):
            if len(found) == 1:
                return found[0]
        raise Problem("outside.kind_unknown", text=text[:40], known="、".join(one.name for one in self.kinds.values()))


class _Known:
    """The people of a table whom somebody may enter certificates for, by how it names them."""

    def __init__(self, session: Session, reach: Reach, rows: Sequence[Row]) -> None:
        there = (
            select(Person)
            .outerjoin(Membership, (Membership.person_id == Person.id) & Membership.home & Membership.until.is_(None))
            .outerjoin(Unit, Unit.id == Membership.unit_id)
            .where(reach.includes(Unit.path), *people.current()).order_by(Person.id)
        )  # fmt: skip
        asked = (
            ("number", Person.staff_number, {row.staff_number for row in rows}),
            ("phone", Person.phone, {tidy_phone(row.phone) for row in rows}),
            ("name", Person.name_key, {name_key(row.name) for row in rows}),
        )
        self._by: dict[tuple[str, str], list[Person]] = {}
        for how, column, values in asked:
            wanted = sorted(values - {""})
            for start in range(0, len(wanted), _AT_ONCE):
                for person in session.scalars(there.where(column.in_(wanted[start : start + _AT_ONCE]))):
                    self._by.setdefault((how, getattr(person, column.key)), []).append(person)

    @property
    def ids(self) -> set[int]:
        """Of all of them."""
        return {one.id for some in self._by.values() for one in some}

    def find(self, row: Row) -> Person:
        """Who is meant: by number, else by phone, else by a name that only one has; the name must agree."""
        for how, value in (("number", row.staff_number), ("phone", tidy_phone(row.phone))):
            if not value:
                continue
            found = self._by.get((how, value), [])
            agreeing = [one for one in found if one.name_key == name_key(row.name)]
            if len(agreeing) == 1:
                return agreeing[0]
            if found:
                raise Problem("outside.other_name", value=value, name=row.name, known=found[0].name)
            raise Problem("person.not_found", text=value)
        found = self._by.get(("name", name_key(row.name)), [])
        if len(found) == 1:
            return found[0]
        raise Problem("person.ambiguous" if found else "person.not_found", text=row.name)
