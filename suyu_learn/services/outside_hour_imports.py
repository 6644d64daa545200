"""Hours learnt elsewhere from a table: look first, then enter what can go in; every other row says why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from suyu_learn.content.outside_hour_rows import Row, read_rows
from suyu_learn.content.outside_tables import Rows
from suyu_learn.domain.courses import Credit
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Import, ImportRow, Person, Role, RowOutcome
from suyu_learn.services import bulk, grants, hours, locks, outside_hours, outside_tables, programme_progress
from suyu_learn.services.attendance import Terms
from suyu_learn.services.outside_hours import Learnt, Wanted
from suyu_learn.services.outside_tables import Known, Preview, Step, Tables

TABLES = Tables("outside_hours", lambda sheets, file: read_rows(sheets, file=file), most=500,
                too_many="hours.too_many_rows", imported="hours.imported")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says was learnt, and for what of it its days have room."""

    learnt: Learnt
    room: Credit


def preview(session: Session, batch: Import, *, actor: Person, terms: Terms) -> Preview[Row, Said]:
    """What would become of each row now."""
    return _planned(session, batch, TABLES.rows_of(session, batch), actor, terms)


def apply(session: Session, batch: Import, *, actor: Person, terms: Terms) -> int:
    """Enter the rows that can go in; how many. The file goes unless a row of it was refused."""
    outside_tables.require_waiting(batch)
    table = TABLES.rows_of(session, batch)
    people = {one.person.id for one in _planned(session, batch, table, actor, terms).steps if one.person}
    locks.hold_people(session, people)
    found = _planned(session, batch, table, actor, terms)  # by what stands now that nobody else adds to it
    new = found.of(RowOutcome.NEW)
    proof = {"proof": batch.options["proof"]} if "proof" in batch.options else {}
    wanted = [
        Wanted(step.person, step.said.learnt, step.said.room,
               {"number": step.row.number, "note": step.row.note, "file": batch.file_name, "row": step.row.row,
                "import": batch.id, **proof}, step.row.note or batch.file_name)
        for step in new if step.person is not None and step.said is not None
    ]  # fmt: skip
    entries = outside_hours.credit_all(session, wanted, actor=actor, terms=terms)
    bulk.stored(session, ImportRow, [
        {"import_id": batch.id, "sheet": step.row.sheet, "row": step.row.row, "outcome": RowOutcome.NEW,
         "object_kind": "hoursentry", "object_id": entry.id}
        for step, entry in zip(new, entries, strict=True)
    ])  # fmt: skip
    programme_progress.settle(session, sorted(people), now=terms.now, zone=terms.zone)
    return TABLES.close(session, found, actor=actor, now=terms.now)


def _planned(session: Session, batch: Import, table: Rows[Row], actor: Person, terms: Terms) -> Preview[Row, Said]:
    planner = _Planner(session, table.rows, actor, terms, proven="proof" in batch.options)
    return Preview(batch, table, outside_tables.planned(table.rows, planner.decide))


class _Planner:
    """Finds who is meant and what would go in."""

    def __init__(self, session: Session, rows: Sequence[Row], actor: Person, terms: Terms, *, proven: bool) -> None:
        self.terms, self.proven = terms, proven
        self.known = Known(session, grants.reach(session, actor, Role.HR), rows, actor)
        self.there = hours.standing_of(session, self.known.ids)
        self.beside: dict[int, dict[date, int]] = {}
        """The seconds that rows above would bring a person, by day."""
        self.claimed: dict[tuple[int, Learnt], int] = {}

    def decide(self, step: Step[Row, Said]) -> None:
        """Find who is meant, and what the days have room for; raises Problem for what cannot go in."""
        if not step.row.number and not self.proven:
            raise Problem("hours.row_without_proof", place=Place(field="number"))
        person = step.person = self.known.find(step.row)
        learnt, there = _learnt(step.row), self.there[person.id]
        outside_hours.check(learnt, self.terms)
        claim = (person.id, learnt)
        if claim in self.claimed:
            step.outcome = RowOutcome.DUPLICATE
            step.problems.append(Problem("roster.same_as_row", row=self.claimed[claim]))
            return
        self.claimed[claim] = step.row.row
        if outside_hours.entered_already(there, learnt):
            step.outcome = RowOutcome.SAME
            return
        beside = self.beside.setdefault(person.id, {})
        found = outside_hours.room(there, learnt, beside, self.terms)
        for day, seconds in found.days.items():
            beside[day] = beside.get(day, 0) + seconds
        step.outcome, step.said = RowOutcome.NEW, Said(learnt, found)
        if found.hours < learnt.hours:
            step.problems.append(Problem("hours.some_room", room=found.hours, claimed=learnt.hours))


def _learnt(row: Row) -> Learnt:
    assert row.first is not None  # else it has a fault
    assert row.last is not None
    return Learnt(row.what, row.where, row.first, row.last, row.hours)
