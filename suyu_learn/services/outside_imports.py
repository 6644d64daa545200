"""Certificates of others from a table: look first, then enter what can go in; every other row says why not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from sqlalchemy.orm import Session

from suyu_learn.content.outside_kinds import Kind
from suyu_learn.content.outside_rows import Row, read_rows
from suyu_learn.domain.names import name_key
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Employment, Import, Person, Role, RowOutcome
from suyu_learn.services import grants, locks, outside_certificates, outside_kinds, outside_tables
from suyu_learn.services.outside_certificates import Key, Said
from suyu_learn.services.outside_tables import Known, Preview, Step, Tables

TABLES = Tables("outside_certificates", lambda sheets, file: read_rows(sheets, file=file), most=1000,
                too_many="outside.too_many_rows", imported="outside.imported")  # fmt: skip


def preview(session: Session, batch: Import, *, actor: Person, now: datetime, zone: tzinfo) -> Preview[Row, Said]:
    """What would become of each row now."""
    table = TABLES.rows_of(session, batch)
    planner = _Planner(session, table.rows, actor, now, zone)
    return Preview(batch, table, outside_tables.planned(table.rows, planner.decide))


def apply(session: Session, batch: Import, *, actor: Person, now: datetime, zone: tzinfo) -> int:
    """Enter the rows that can go in; how many. The file goes unless a row of it was refused."""
    outside_tables.require_waiting(batch)
    found = preview(session, batch, actor=actor, now=now, zone=zone)
    wanted = [(one, one.person, one.said) for one in found.of(RowOutcome.NEW) if one.person and one.said]
    locks.hold_people(session, (person.id for _step, person, _said in wanted))
    outside_certificates.enter_all(session, [(person, said) for _step, person, said in wanted], actor=actor, now=now,
                                   zone=zone)  # fmt: skip
    for step, person, _said in wanted:
        if step.row.employment:
            person.employment = Employment(step.row.employment)
    return TABLES.close(session, found, actor=actor, now=now)


class _Planner:
    """Finds who is meant and what would go in."""

    def __init__(self, session: Session, rows: Sequence[Row], actor: Person, now: datetime, zone: tzinfo) -> None:
        self.today = now.astimezone(zone).date()
        self.kinds = outside_kinds.every(session)
        self.known = Known(session, grants.reach(session, actor, Role.HR), rows, actor)
        self.there = outside_certificates.counting(session, self.known.ids)
        self.claimed: dict[Key, int] = {}

    def decide(self, step: Step[Row, Said]) -> None:
        """Find who is meant and what would go in; raises Problem for what cannot."""
        row = step.row
        step.person, step.said = self.known.find(row), self._said(row)
        known = (step.person.id, step.said.kind, step.said.detail, step.said.number)
        if known in self.claimed:
            step.outcome = RowOutcome.DUPLICATE
            step.problems.append(Problem("roster.same_as_row", row=self.claimed[known]))
        elif known in self.there:
            step.outcome = RowOutcome.SAME
        else:
            step.outcome = RowOutcome.NEW
        self.claimed.setdefault(known, row.row)

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
