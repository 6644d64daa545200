"""What becomes of each row of a table of results: who is meant, and whether what it says can be entered.

It only reads, and asks as many statements for two thousand rows as for two, so that it can run apart from any write.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.content.paper_results import ResultRow
from suyu_learn.domain import rosters
from suyu_learn.domain.names import name_key
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.rosters import Doubt, Known, Match, Said
from suyu_learn.models import Exam, Person, RowOutcome
from suyu_learn.services import exam_rosters, exams, offline
from suyu_learn.services.boards import Sight
from suyu_learn.services.offline import Paper, Result, Typed
from suyu_learn.services.roster_plan import LEAVE, SAME
from suyu_learn.services.versions import Versions

_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Desk:
    """Who enters results of which exam, and what is needed to read them."""

    exam: Exam
    sight: Sight
    actor: Person
    now: datetime
    zone: tzinfo
    versions: Versions

    def within(self, session: Session) -> Desk:
        """The same in another session."""
        exam, actor = session.get_one(Exam, self.exam.id), session.get_one(Person, self.actor.id)
        return replace(self, exam=exam, actor=actor)


@dataclass(slots=True)
class Fate:
    """What becomes of one row."""

    row: ResultRow
    outcome: RowOutcome = RowOutcome.REFUSED
    person: int | None = None
    candidates: tuple[int, ...] = ()
    problem: Problem | None = None
    result: Result | None = None


class Planner:
    """The people who are due and in sight, against whom rows are read."""

    def __init__(self, session: Session, desk: Desk) -> None:
        self.session, self.desk = session, desk
        due = [one for one in exam_rosters.due(session, desk.exam, now=desk.now) if desk.sight.covers(one.unit_path)]
        self.units = {one.person_id: one.unit_names.split(" / ") for one in due}
        homes = {one.person_id: one.unit_id for one in due}
        known = [
            Known(row.id, row.name, row.staff_number or "", row.phone or "", homes[row.id])
            for start in range(0, len(due), _AT_ONCE)
            for row in session.execute(
                select(Person.id, Person.name, Person.staff_number, Person.phone)
                .where(Person.id.in_([one.person_id for one in due[start : start + _AT_ONCE]]))
            )
        ]  # fmt: skip
        self.people = rosters.People(known)
        self.named: dict[str, list[int]] = {}
        for one in known:
            self.named.setdefault(name_key(one.name), []).append(one.id)
        self.papers: dict[str, Paper | Problem] = {}
        """By the code of the variant, or why there is none; without a code, the paper that all had."""

    def fates(self, rows: Iterable[tuple[ResultRow, str]]) -> list[Fate]:
        """What becomes of each row with its decision, in their order."""
        found = [self._read(row, decision) for row, decision in rows]
        self._weigh(found)
        return found

    def _read(self, row: ResultRow, decision: str) -> Fate:
        """Who is meant and what is said, as far as the row alone tells."""
        fate = Fate(row)
        try:
            typed = self._typed(row)
            fate.person = self._person(fate, decision)
            if fate.person is not None:
                fate.result = self._result(typed)
        except Problem as problem:
            fate.problem = problem
        return fate

    def _weigh(self, fates: Sequence[Fate]) -> None:
        """Let in what nothing stands against: an attempt that is there, or an earlier row of the same person."""
        meant = [(fate, fate.person, fate.result) for fate in fates]
        those = [(fate, person, result) for fate, person, result in meant if person is not None and result is not None]
        attempts = exams.attempts_by_person(self.session, self.desk.exam, (person for _fate, person, _result in those))
        claimed: dict[int, ResultRow] = {}
        for fate, person, result in those:
            name = self.people.by_id[person].name
            fate.problem = offline.refusal(self.desk.exam, person, name, result, attempts.get(person, ()),
                                           actor=self.desk.actor)  # fmt: skip
            if fate.problem is not None:
                continue
            before = claimed.setdefault(person, fate.row)
            if before is not fate.row:
                fate.problem, fate.outcome = Problem("offline.twice_in_file", first=before.row), RowOutcome.DUPLICATE
            else:
                fate.outcome = RowOutcome.NEW

    def _typed(self, row: ResultRow) -> Typed:
        if row.formulas:
            raise Problem("sheet.formula", value="、".join(row.formulas)[:40])
        typed = Typed(row.points, row.answers, row.date, row.room, row.remark, row.variant)
        if typed.empty:
            raise Problem("offline.row_empty")
        return typed

    def _result(self, typed: Typed) -> Result:
        desk, code = self.desk, typed.variant.upper()
        if code not in self.papers:
            try:
                self.papers[code] = offline.paper_of(self.session, desk.exam, desk.versions, code)
            except Problem as problem:
                self.papers[code] = problem
        paper = self.papers[code]
        if isinstance(paper, Problem):
            raise paper
        return offline.read(self.session, desk.exam, typed, paper=paper, zone=desk.zone, now=desk.now,
                            versions=desk.versions)  # fmt: skip

    def _person(self, fate: Fate, decision: str) -> int | None:
        """Who is meant; None where it is doubtful, with those it may be."""
        row, match = fate.row, self._match(fate.row)
        if match.person is not None:
            return match.person
        if match.doubt is None:
            raise Problem("offline.unknown_person")
        fate.candidates = match.candidates
        if decision == LEAVE:
            raise Problem("offline.left_out")
        if decision.startswith(SAME) and decision.removeprefix(SAME) in {str(one) for one in match.candidates}:
            return int(decision.removeprefix(SAME))
        said = "offline.name_elsewhere" if match.doubt is Doubt.NAME_ELSEWHERE else f"roster.doubt_{match.doubt.value}"
        fate.outcome, fate.problem = RowOutcome.DOUBTFUL, Problem(said, number=row.staff_number, phone=row.phone)
        return None

    def _match(self, row: ResultRow) -> Match:
        numbered = self.people.numbered(row.staff_number)
        if not row.name:
            return self._by_number_alone(row, numbered)
        named = self.named.get(name_key(row.name), ())
        here = [one for one in named if row.unit and self._is_of(one, row)]
        unit = self.people.by_id[here[0]].unit_id if here else None
        match = self.people.match(Said(row.name, row.staff_number, row.phone, unit_id=unit))
        if match.person is None:
            return match
        if len(here) > 1 and not row.staff_number and not row.phone:
            return Match(doubt=Doubt.SEVERAL_OF_THAT_NAME, candidates=tuple(here))
        if len(numbered) > 1 and row.unit and not self._is_of(match.person, row):
            return Match(doubt=Doubt.NUMBER_OF_SEVERAL, candidates=numbered)
        return match

    def _by_number_alone(self, row: ResultRow, numbered: Sequence[int]) -> Match:
        """A number is one person's below one top unit only: where several have it, the unit tells, or the row asks."""
        those = [one for one in numbered if len(numbered) == 1 or not row.unit or self._is_of(one, row)]
        if len(those) == 1:
            return Match(those[0])
        return Match(doubt=Doubt.NUMBER_OF_SEVERAL, candidates=tuple(those or numbered)) if numbered else rosters.NOBODY

    def _is_of(self, person: int, row: ResultRow) -> bool:
        """Whether somebody is of the unit that a row names."""
        return all(part in self.units[person] for part in row.unit)
