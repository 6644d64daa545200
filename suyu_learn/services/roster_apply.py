"""Carrying out the plan of a roster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.names import name_key
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Import, ImportRow, Membership, Person, PersonAudience, RowOutcome, Sex, Unit
from suyu_learn.models.people import Residence, Schooling
from suyu_learn.services import people
from suyu_learn.services.roster_plan import PLAIN, Plan, Step
from suyu_learn.services.roster_units import kind_of

_KINDS: Mapping[str, Any] = {
    "sex": Sex, "schooling": Schooling, "residence": Residence, "hired_on": date.fromisoformat,
}  # fmt: skip


class RosterApplication:
    """Carries out a plan: units first, then new people in bulk, then changes."""

    def __init__(self, session: Session, batch: Import, now: datetime) -> None:
        self.session, self.batch, self.now = session, batch, now
        self.units: dict[tuple[int, tuple[str, ...]], Unit] = {}

    def carry_out(self, plan: Plan, rows: Sequence[ImportRow]) -> None:
        """Every row gets its final outcome, and what it would take to undo it."""
        with self.session.no_autoflush:
            self._carry_out(plan, rows)
        self.session.flush()

    def _carry_out(self, plan: Plan, rows: Sequence[ImportRow]) -> None:
        new: list[tuple[ImportRow, Step, Person]] = []
        for row, step in zip(rows, plan.steps, strict=True):
            if step.creates:
                new.append((row, step, self._person(step)))
            elif step.person is not None:
                self._change(row, step, plan.persons[step.person])
            elif step.outcome is RowOutcome.REFUSED:
                row.outcome = step.outcome
                keep_problems(row, step)
        self._store(new)
        for row in rows:
            if row.outcome not in (RowOutcome.REFUSED, RowOutcome.DOUBTFUL):
                row.data = {**row.data, "cells": {}}  # what is in needs no second copy of the person's data

    def _unit(self, step: Step) -> Unit:
        assert step.unit is not None
        key = step.unit.base_id, tuple(name_key(name) for name in step.unit.missing)
        if key not in self.units:
            unit = self.session.get(Unit, step.unit.base_id)
            assert unit is not None
            for name in step.unit.missing:
                unit = people.find_unit(self.session, name, parent=unit) or people.add_unit(
                    self.session, name, parent=unit, now=self.now, kind=kind_of(name), import_id=self.batch.id
                )
            self.units[key] = unit
        return self.units[key]

    def _person(self, step: Step) -> Person:
        row, unit = step.row, self._unit(step)
        return Person(
            name=row.name, name_key=name_key(row.name), top_unit_id=people.top_unit_id(unit), created_at=self.now,
            import_id=self.batch.id, **{name: stored(name, getattr(row, name)) for name in PLAIN},
        )  # fmt: skip

    def _store(self, new: Sequence[tuple[ImportRow, Step, Person]]) -> None:
        self.session.add_all(person for _row, _step, person in new)
        self.session.flush()
        for row, step, person in new:
            self.session.add(
                Membership(person_id=person.id, unit_id=self._unit(step).id, since=self.now, import_id=self.batch.id)
            )
            self.session.add_all(PersonAudience(person_id=person.id, audience=code) for code in step.row.audiences)
            row.outcome, row.object_kind, row.object_id = RowOutcome.NEW, "person", person.id

    def _change(self, row: ImportRow, step: Step, person: Person) -> None:
        before: dict[str, Any] = {"person": {}, "audiences": [], "membership": None, "closed": None,
                                  "top_unit": person.top_unit_id}  # fmt: skip
        if step.moves:
            try:
                before |= self._move(person, self._unit(step))
            except Problem as problem:  # for instance: moved to take effect later than now
                step.refuse(problem)
                row.outcome = step.outcome
                keep_problems(row, step)
                return
        for name, (old, value) in step.changes.items():
            if name == "name":
                before["person"] |= {"name": old, "name_key": person.name_key}
                person.name, person.name_key = value, name_key(value)
            elif name in PLAIN:
                before["person"][name] = old
                setattr(person, name, stored(name, value))
        if "audiences" in step.changes:
            before["audiences"] = step.changes["audiences"][1]
            self.session.add_all(PersonAudience(person_id=person.id, audience=code) for code in before["audiences"])
        row.object_kind, row.object_id = "person", person.id
        row.outcome = RowOutcome.CHANGED if step.changes else RowOutcome.SAME
        row.before = before if step.changes else None
        row.data = {**row.data, "changes": step.changes}

    def _move(self, person: Person, unit: Unit) -> dict[str, Any]:
        home = select(Membership).where(
            Membership.person_id == person.id, Membership.home, Membership.until.is_(None)
        )  # fmt: skip
        closed = self.session.scalar(home)
        people.move_person(self.session, person, unit, now=self.now)
        opened = self.session.scalar(home)
        assert opened is not None
        opened.import_id = self.batch.id
        return {"closed": closed.id if closed else None, "membership": opened.id}


def stored(name: str, value: Any) -> Any:
    """A row's value as its column takes it."""
    if not value:
        return None
    return _KINDS[name](value) if name in _KINDS else value


def kept(problem: Problem, of: str) -> dict[str, Any]:
    """A problem as it is kept with its row; `of` says what found it: fault, warning, or plan."""
    return {"code": problem.code, "params": dict(problem.params), "column": problem.place.column, "of": of}


def keep_problems(row: ImportRow, step: Step) -> None:
    """Keep what reading the row found, and replace what the last plan said."""
    read = [one for one in row.problems if one["of"] != "plan"]
    row.problems = read + [kept(one, "plan") for one in step.problems[len(read) :]]
