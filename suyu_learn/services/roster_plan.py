"""What an import of a roster would do: every row new, changed, the same, doubtful, or refused. Changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from suyu_learn.content.rosters import RosterRow
from suyu_learn.domain import rosters
from suyu_learn.domain.names import name_key
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.rosters import Doubt, Known, Said
from suyu_learn.models import Membership, Person, PersonAudience, PersonKind, RowOutcome, Unit
from suyu_learn.services import people, roster_phones
from suyu_learn.services.grants import Reach
from suyu_learn.services.roster_units import UnitMeant, UnitsBelow, called_elsewhere

LEAVE, NEW, SAME = "leave", "new", "same:"
PLAIN = ("staff_number", "phone", "job", "hired_on", "sex", "birth_year", "schooling", "residence")
_CHUNK = 500


@dataclass
class Step:
    """What becomes of one row."""

    row: RosterRow
    outcome: RowOutcome
    decision: str = ""
    unit: UnitMeant | None = None
    person: int | None = None
    """The known person who is meant, for certain or by decision."""
    creates: bool = False
    changes: dict[str, list[Any]] = field(default_factory=dict)
    """Field: [before, after]; `unit` holds the labels."""
    candidates: tuple[int, ...] = ()
    may_be_new: bool = False
    problems: list[Problem] = field(default_factory=list)

    @property
    def moves(self) -> bool:
        return "unit" in self.changes

    @property
    def place(self) -> Place:
        return Place(sheet=self.row.sheet, row=self.row.row)

    def refuse(self, problem: Problem) -> Step:
        """The row does not go in."""
        self.problems.append(problem.at(self.place))
        self.outcome, self.person, self.creates, self.candidates = RowOutcome.REFUSED, None, False, ()
        return self


@dataclass
class Plan:
    """All steps, with what they have in common."""

    steps: list[Step]
    units: UnitsBelow
    people: rosters.People
    persons: dict[int, Person]
    """The rows of those who are meant, held so that applying need not load them again."""
    absent: int
    elsewhere: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Names of units to be made, with where units so called are already, outside of the unit imported into."""

    def new_units(self) -> list[tuple[UnitMeant, int]]:
        """Units that are missing, as they would be made, with how many rows name them."""
        wanted = Counter(step.unit for step in self.steps if step.unit and step.unit.missing
                         and step.outcome is not RowOutcome.REFUSED)  # fmt: skip
        return sorted(wanted.items(), key=lambda pair: pair[0].whole)

    def counts(self) -> dict[str, int]:
        """How many rows of each outcome."""
        said = Counter(step.outcome.value for step in self.steps)
        return {outcome.value: said[outcome.value] for outcome in RowOutcome}


def plan(
    session: Session,
    rows: Sequence[tuple[RosterRow, str]],
    *,
    target: Unit,
    reach: Reach,
    create_units: bool = True,
) -> Plan:
    """The plan for rows, each with what was decided about it, imported below `target`."""
    return _Planner(session, target, reach, create_units).plan(rows)


class _Planner:
    def __init__(self, session: Session, target: Unit, reach: Reach, create_units: bool) -> None:
        self.session, self.target, self.reach, self.create_units = session, target, reach, create_units
        self.units = UnitsBelow(session, target)
        self.homes: dict[int, Unit] = {}
        self.known = rosters.People(self._known())
        self.claimed: dict[int, RosterRow] = {}
        self.numbers: dict[str, RosterRow] = {}
        self.audiences: dict[int, set[str]] = {}
        self.persons: dict[int, Person] = {}

    def plan(self, rows: Sequence[tuple[RosterRow, str]]) -> Plan:
        steps = [self._begun(row, decision) for row, decision in rows]
        self._settle_repeated(steps)
        self._match(steps)
        self._load(step.person for step in steps if step.person is not None)
        for step in steps:
            if step.outcome is RowOutcome.DOUBTFUL:
                self._offer(step)
        self._load(step.person for step in steps if step.person is not None)
        for step in steps:
            if step.person is not None:
                self._compare(step)
        self._say_chosen_unit(steps)
        roster_phones.say_shared(steps, self.known)
        made = Plan(steps, self.units, self.known, self.persons, self._absent(steps))
        made.elsewhere = self._elsewhere(made)
        return made

    def _say_chosen_unit(self, steps: list[Step]) -> None:
        """A row without a unit goes into the one that was chosen: its remark says so, before any doubt."""
        for step in steps:
            if not step.row.unit and (step.outcome in (RowOutcome.NEW, RowOutcome.DOUBTFUL) or step.moves):
                told = Problem("roster.unit_chosen", place=step.place, unit=self.target.name)
                step.problems.insert(len(step.row.faults) + len(step.row.warnings), told)

    def _elsewhere(self, made: Plan) -> dict[str, tuple[str, ...]]:
        names = [unit.missing[0] for unit, _rows in made.new_units() if unit.base_id == self.target.id]
        return called_elsewhere(self.session, names, target=self.target, reach=self.reach)

    def _known(self) -> list[Known]:
        """The members of the whole organization: staff numbers are unique in it. Who may see people without a unit has
        those too, such as the first administrator, who may well stand in the roster."""
        here: ColumnElement[bool] = Person.top_unit_id == people.top_unit_id(self.target)
        if self.reach.everywhere:
            here = or_(here, Person.top_unit_id.is_(None))
        home = and_(Membership.person_id == Person.id, Membership.home, Membership.until.is_(None))
        rows = self.session.execute(
            select(Person.id, Person.name, Person.staff_number, Person.phone, Person.disabled_at, Unit)
            .outerjoin(Membership, home)
            .outerjoin(Unit, Unit.id == Membership.unit_id)
            .where(
                here,
                Person.kind == PersonKind.MEMBER,
                Person.merged_into_id.is_(None),
            )
            .order_by(Person.id)
        )
        found = []
        for number, name, staff_number, phone, disabled_at, unit in rows:
            if unit is not None:
                self.homes[number] = unit
            found.append(
                Known(
                    number, name, staff_number or "", phone or "", unit.id if unit else None,
                    active=disabled_at is None, reachable=self.reach.covers(unit.path if unit else None),
                )
            )  # fmt: skip
        return found

    def _begun(self, row: RosterRow, decision: str) -> Step:
        step = Step(row, RowOutcome.SAME, decision, problems=[*row.faults, *row.warnings])
        if row.faults:
            step.outcome = RowOutcome.REFUSED
            return step
        try:
            step.unit = self.units.meant(row.unit)
        except Problem as problem:
            return step.refuse(problem)
        if step.unit.missing and not self.create_units:
            return step.refuse(Problem("unit.unknown", name=step.unit.missing[0]))
        return step

    def _said(self, step: Step) -> Said:
        row, unit = step.row, step.unit
        assert unit is not None
        return Said(row.name, row.staff_number, row.phone, unit.unit_id, unit.whole)

    def _settle_repeated(self, steps: list[Step]) -> None:
        """Rows about one person: equal ones count once, contradicting ones ask or are refused."""
        live = [step for step in steps if step.outcome is not RowOutcome.REFUSED]
        for place, first in rosters.repeated([self._said(step) for step in live]).items():
            one, other = live[place], live[first]
            if (
                one.row.staff_number
                and other.row.staff_number == one.row.staff_number
                and (name_key(one.row.name) != name_key(other.row.name))
            ):
                for step, opposite in ((one, other), (other, one)):
                    if step.outcome is not RowOutcome.REFUSED:
                        step.refuse(Problem("roster.number_twice", number=step.row.staff_number, row=opposite.row.row))
            elif _values(one.row) == _values(other.row) and (one.row.staff_number or one.row.phone):
                if one.outcome is not RowOutcome.REFUSED:
                    one.outcome = RowOutcome.DUPLICATE
                    one.problems.append(Problem("roster.same_as_row", row=other.row.row).at(one.place))
            else:
                equal = _values(one.row) == _values(other.row)
                for step, opposite in ((one, other),) if equal else ((one, other), (other, one)):
                    if step.outcome in (RowOutcome.SAME, RowOutcome.DUPLICATE):
                        self._doubt(step, Doubt.TWICE_IN_FILE, row=opposite.row.row)
        for place, fuller in rosters.perhaps_named_before([self._said(step) for step in live]).items():
            if live[place].outcome is RowOutcome.SAME and live[fuller].outcome is not RowOutcome.REFUSED:
                self._doubt(live[place], Doubt.TWICE_IN_FILE, row=live[fuller].row.row)

    def _doubt(self, step: Step, doubt: Doubt, **params: object) -> None:
        step.outcome = RowOutcome.DOUBTFUL
        step.problems.append(Problem(f"roster.doubt_{doubt.value}", place=step.place, **params))

    def _match(self, steps: list[Step]) -> None:
        certain = []
        for step in steps:
            if step.outcome in (RowOutcome.REFUSED, RowOutcome.DUPLICATE):
                continue
            found = self.known.match(self._said(step))
            if step.outcome is RowOutcome.DOUBTFUL:  # already, because of another row
                step.candidates = found.candidates or ((found.person,) if found.person is not None else ())
            elif found.doubt is not None:
                step.candidates = found.candidates
                self._doubt(step, found.doubt, number=step.row.staff_number, phone=step.row.phone)
            elif found.person is None:
                step.outcome, step.creates = RowOutcome.NEW, True
                if step.row.staff_number:
                    self.numbers[step.row.staff_number] = step.row
            else:
                step.person = found.person
                certain.append(step)
            self._refuse_unreachable(step)
        for step in certain:
            if step.person is not None:
                self._claim_certainly(step)

    def _refuse_unreachable(self, step: Step) -> None:
        """People whom the importer may not change are neither changed nor shown."""
        meant = [step.person] if step.person is not None else list(step.candidates)
        known = [self.known.by_id[one] for one in meant]
        if not known:
            return
        usable = [one for one in known if one.reachable]
        if not usable:
            step.refuse(Problem("roster.elsewhere"))
        elif step.person is not None and not usable[0].active:
            step.refuse(Problem("roster.disabled", name=usable[0].name))
        elif step.person is None:
            step.candidates = tuple(one.id for one in usable if one.active)

    def _claim_certainly(self, step: Step) -> None:
        assert step.person is not None
        first = self.claimed.setdefault(step.person, step.row)
        if first is not step.row:
            step.person = None
            self._doubt(step, Doubt.TWICE_IN_FILE, row=first.row)

    def _offer(self, step: Step) -> None:
        """What may be chosen for a doubtful row, and what the choice already made comes to."""
        number = step.row.staff_number
        owner = self.known.with_number(number)
        free = [one for one in step.candidates if one not in self.claimed and owner in (None, one)]
        step.candidates = tuple(free)
        step.may_be_new = owner is None and number not in self.numbers
        if step.decision == NEW and step.may_be_new:
            step.creates = True
            if number:
                self.numbers[number] = step.row
        elif step.decision.startswith(SAME) and step.decision.removeprefix(SAME).isdecimal():
            person = int(step.decision.removeprefix(SAME))
            if person in free and (not number or self.numbers.get(number, step.row) is step.row):
                step.person = person
                self.claimed[person] = step.row
                if number:
                    self.numbers[number] = step.row

    def _load(self, ids: Iterable[int]) -> None:
        missing = sorted(set(ids) - set(self.persons))
        for start in range(0, len(missing), _CHUNK):
            some = missing[start : start + _CHUNK]
            for person in self.session.scalars(select(Person).where(Person.id.in_(some))):
                self.persons[person.id] = person
                self.audiences[person.id] = set()
            for code in self.session.scalars(select(PersonAudience).where(PersonAudience.person_id.in_(some))):
                self.audiences[code.person_id].add(code.audience)

    def _compare(self, step: Step) -> None:
        """What the row would change of the person: an empty cell changes nothing."""
        assert step.person is not None
        assert step.unit is not None
        person, row = self.persons[step.person], step.row
        if name_key(person.name) != name_key(row.name):
            step.changes["name"] = [person.name, row.name]
        for name in PLAIN:
            old, new = plain(getattr(person, name)), getattr(row, name)
            if name == "staff_number" and old and new and rosters.without_zeros(old) == rosters.without_zeros(new):
                new = rosters.fuller_number(old, new)
            if new and new != old:
                step.changes[name] = [old, new]
        missing = set(row.audiences) - self.audiences[step.person]
        if missing:
            step.changes["audiences"] = [sorted(self.audiences[step.person]), sorted(missing)]
        home = self.homes.get(step.person)
        if home is None or step.unit.missing or not home.path.startswith(step.unit.path):
            label = self._label(home) if home else ""
            step.changes["unit"] = [label, step.unit.whole]
        if step.outcome is not RowOutcome.DOUBTFUL:
            step.outcome = RowOutcome.CHANGED if step.changes else RowOutcome.SAME

    def _label(self, unit: Unit) -> str:
        return self.units.label(unit) if unit.id in self.units.by_id else people.path_names(self.session, unit)

    def _absent(self, steps: list[Step]) -> int:
        """Active members of the target whom no row may mean."""
        named = {step.person for step in steps} | {one for step in steps for one in step.candidates}
        return sum(
            1
            for known in self.known.by_id.values()
            if known.active
            and known.id not in named
            and known.id in self.homes
            and self.homes[known.id].path.startswith(self.target.path)
        )


def plain(value: Any) -> Any:
    """What a column holds as a row says it: codes and days as text."""
    return value.isoformat() if isinstance(value, date) else getattr(value, "value", value)


def _values(row: RosterRow) -> tuple[Any, ...]:
    return (name_key(row.name), row.unit, row.audiences, *(getattr(row, name) for name in PLAIN))
