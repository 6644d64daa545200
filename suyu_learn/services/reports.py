"""Who was due, sat and passed, by unit: counts and sums carried up the tree, each person once in every ancestor.

Due comes from the roster; sat is at least one attempt handed in or timed out, trials and voided ones left out.
Guests, and people who sat without being due, stand apart and are in no rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import standing_clock
from suyu_learn.domain.names import chinese_order
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.statistics import Standing, Tally
from suyu_learn.models import Exam, ExamState, Person, PersonKind, Role, Unit
from suyu_learn.services import exam_rosters, grants
from suyu_learn.services.exam_rosters import DuePerson
from suyu_learn.services.exam_standings import Result, standings_of
from suyu_learn.services.grants import Reach
from suyu_learn.services.report_hiding import ALL_SHOWN, HiddenResults, hidden_results

NAMES = (Role.ORGANIZER, Role.HR)
"""Who sees persons by name."""
NUMBERS = (*NAMES, Role.AUDITOR)
"""Who sees figures."""
_AT_ONCE = 1_000
"""People who are named in one statement."""


class Outcome(StrEnum):
    """A person's result as HR writes it down; absent only once the exam has closed, unmarked while a marker is due,
    unshown where they read it themself and the exam does not show it."""

    PASSED = "passed"
    FAILED = "failed"
    ABSENT = "absent"
    NOT_YET = "not_yet"
    UNMARKED = "unmarked"
    UNSHOWN = "unshown"


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may see: figures of some subtrees, names of some of these."""

    numbers: Reach
    names: Reach


EVERYTHING = Sight(Reach(everywhere=True), Reach(everywhere=True))


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person in an exam."""

    person_id: int
    key: str
    name: str
    staff_number: str
    unit_path: str
    unit_names: str
    standing: Standing | None
    outcome: Outcome
    offline: bool = False
    """Whether the last attempt was sat on paper."""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit with all below it; `depth` counts from the top of what is shown."""

    unit_id: int
    path: str
    name: str
    depth: int
    tally: Tally
    direct: int
    """How many of the due belong to this very unit, not to one below."""
    hidden: HiddenResults = ALL_SHOWN


@dataclass(frozen=True, slots=True)
class ExamReport:
    """An exam's figures and names as one viewer may see them."""

    exam: Exam
    frozen: bool
    moment: datetime | None
    total: UnitLine | None
    """All units shown together; None when nobody is due there."""
    units: tuple[UnitLine, ...] = ()
    people: tuple[PersonLine, ...] = ()
    """Those due, by unit and name, where the viewer may see names."""
    not_due: tuple[PersonLine, ...] = ()
    guests: tuple[PersonLine, ...] = ()
    not_due_count: int | None = 0
    guest_count: int | None = 0
    """How many sat without being due, and as guests; None where that would tell of few."""
    names: bool = False
    suppressed: bool = False
    own_left_out: bool = False
    """Whether the figures leave out the viewer's own result, which the exam does not show to them."""
    closed: bool = True
    """Whether nobody can sit it any more; before that, who has not sat is not absent."""
    on_paper: int | None = 0
    """Of those due who sat, how many did so on paper, by their last attempt; None where that would tell of few."""

    @property
    def absent(self) -> tuple[PersonLine, ...]:
        """Who is due and has not sat, by name."""
        return tuple(one for one in self.people if one.standing is None)


def sight_of(session: Session, person: Person) -> Sight:
    """What a person may see of reports."""
    reaches = {role: grants.reach(session, person, role) for role in NUMBERS}
    return Sight(_union(reaches.values()), _union(reaches[role] for role in NAMES))


def _union(reaches: Iterable[Reach]) -> Reach:
    those = list(reaches)
    return Reach(any(one.everywhere for one in those), tuple(sorted({path for one in those for path in one.paths})))


def get_exam(session: Session, exam_id: int, sight: Sight) -> Exam:
    """An exam, also a withdrawn one, of which the viewer may see something; raises Problem for every other."""
    exam = session.get(Exam, exam_id)
    if exam is None or exam.deleted_at is not None or exam.state is ExamState.DRAFT or not sight.numbers:
        raise Problem("exam.unknown")
    return exam


def by_number_or_code(session: Session, asked: str) -> Exam:
    """The exam of that number or code; raises Problem when there is none."""
    found = session.get(Exam, int(asked)) if asked.isdecimal() and len(asked) < 10 else None
    found = found or session.scalar(select(Exam).where(Exam.code == asked.strip().upper()))
    if found is None or found.deleted_at is not None:
        raise Problem("exam.unknown")
    return found


def exam_report(
    session: Session, exam: Exam, *, now: datetime, sight: Sight = EVERYTHING, unit: Unit | None = None,
    suppress_below: int = 0, by_name: bool = True, unshown: int | None = None,
) -> ExamReport:  # fmt: skip
    """The report of an exam; with `unit` of that subtree only, without `by_name` its figures alone.

    `unshown` is a person whose own result is told neither by name nor in a figure, since they read the report: the
    figures of all less the names of the others would say it. They count as sat, and as not marked.

    Raises Problem when it holds nothing for the viewer.
    """
    due = exam_rosters.due(session, exam, now=now)
    standings = standings_of(session, [exam])[exam.id]
    if unshown in standings:
        sat = standings[unshown]
        standings[unshown] = replace(sat, standing=without_result(sat.standing), shown=False)
    own = own_path(session, exam)
    in_sight = [one for one in due if _within(one.unit_path or own, sight.numbers, None)]
    seen = [one for one in in_sight if _within(one.unit_path or own, sight.numbers, unit)]
    away = _others(session, {one.person_id for one in due}, standings, own=own)
    away = [one for one in away if _within(one[1], sight.numbers, unit)]
    if not seen and not away and not sight.numbers.covers(own or None):
        raise Problem("exam.unknown")
    lines = _unit_lines(session, seen, standings, sight.numbers, unit)
    named = [one for one in seen if sight.names.covers(one.unit_path or own)]
    total = _total(lines, seen, standings)
    few = suppress_below if len(named) < len(seen) or not sight.names else 0
    if few:
        around = _unit_lines(session, in_sight, standings, sight.numbers, None) if unit is not None else []
        whole = _total(around, in_sight, standings) if around else None
        lines, total = _suppressed(lines, total, (around, whole), below=few, sight=sight)
    not_due = [one for one in away if one[2] is PersonKind.MEMBER]
    guests = [one for one in away if one[2] is PersonKind.GUEST]
    closed = exam.closes_at is not None and exam.closes_at <= standing_clock(now, exam.paused_at)
    return ExamReport(
        exam=exam,
        frozen=exam.frozen_at is not None,
        moment=exam_rosters.freeze_moment(exam),
        total=total,
        units=tuple(lines),
        people=_person_lines(session, named if by_name else (), standings, closed=closed),
        not_due=_away_lines(session, not_due if by_name else (), standings, sight.names),
        guests=_away_lines(session, guests if by_name else (), standings, sight.names),
        not_due_count=None if 0 < len(not_due) < few else len(not_due),
        guest_count=None if 0 < len(guests) < few else len(guests),
        names=bool(named) or sight.names.covers((unit.path if unit else own) or None),
        suppressed=bool(few),
        own_left_out=unshown is not None and any(one.person_id == unshown for one in seen) and unshown in standings,
        closed=closed,
        on_paper=_on_paper(total, seen, standings, hide_below=few),
    )


def _on_paper(
    total: UnitLine | None, seen: Sequence[DuePerson], standings: Mapping[int, Result], *, hide_below: int
) -> int | None:
    sat = [standings[one.person_id] for one in seen if one.person_id in standings]
    count = sum(one.offline for one in sat)
    few = any(0 < part < hide_below for part in (count, len(sat) - count))
    return None if count and (few or (total is not None and total.hidden.sat)) else count


def own_path(session: Session, exam: Exam) -> str:
    """The path of the unit that an exam belongs to; who belongs to no unit is counted there."""
    return (session.scalar(select(Unit.path).where(Unit.id == exam.unit_id)) or "") if exam.unit_id else ""


def _within(path: str, reach: Reach, unit: Unit | None) -> bool:
    return reach.covers(path) and (unit is None or path.startswith(unit.path))


def _others(
    session: Session, due: set[int], standings: Mapping[int, Result], *, own: str
) -> list[tuple[int, str, PersonKind]]:
    """Who sat without being due: person, unit path of that day, kind."""
    ids = sorted(standings.keys() - due)
    kinds = dict(session.execute(select(Person.id, Person.kind).where(Person.id.in_(ids))).all()) if ids else {}
    return [(one, standings[one].unit_path or own, kinds[one]) for one in ids]


def _unit_lines(
    session: Session, seen: Sequence[DuePerson], standings: Mapping[int, Result], reach: Reach, unit: Unit | None
) -> list[UnitLine]:
    """Every unit that has somebody due in it or below, from the top down; only units within reach."""
    own: dict[tuple[str, str], Tally] = {}
    for one in seen:
        sat = standings.get(one.person_id)
        own.setdefault((one.unit_path, one.unit_names), Tally()).add(sat.standing if sat else None)
    tallies: dict[str, Tally] = {}
    direct: dict[str, int] = {}
    names: dict[str, str] = {}
    for (unit_path, unit_names), tally in own.items():
        chain = chain_of(unit_path)
        words = unit_names.split(" / ")
        for place, path in enumerate(chain):
            if not _within(path, reach, unit):
                continue
            tallies.setdefault(path, Tally()).join(tally)
            if len(words) == len(chain):
                names.setdefault(path, words[place])
        if chain:
            direct[unit_path] = direct.get(unit_path, 0) + tally.due
    ids = {path: int(path.rstrip("/").rpartition("/")[2]) for path in tallies}
    live: dict[int, str] = dict(session.execute(select(Unit.id, Unit.name)).all())
    return [
        UnitLine(
            unit_id=ids[path], path=path, name=names.get(path) or live.get(ids[path], ""),
            depth=sum(above in tallies for above in _above(path)), tally=tallies[path],
            direct=direct.get(path, 0),
        )
        for path in in_order(tallies, {path: names.get(path) or live.get(ids[path], "") for path in tallies})
    ]  # fmt: skip


def in_order(paths: Iterable[str], names: Mapping[str, str]) -> list[str]:
    """Parents before children, siblings by name."""
    keys: dict[str, tuple[tuple[bytes, str], ...]] = {"/": ()}

    def key(path: str) -> tuple[tuple[bytes, str], ...]:
        found = keys.get(path)
        if found is None:
            above = path[: path.rfind("/", 0, -1) + 1] or "/"
            found = keys[path] = (*key(above), (chinese_order(names.get(path, "")), path))
        return found

    return sorted(paths, key=key)


def chain_of(path: str) -> list[str]:
    """The paths of a unit and all above it, from the top down; empty for no unit."""
    return [*_above(path), path] if path else []


def _above(path: str) -> list[str]:
    """The paths of the units above, from the top down."""
    parts = path.strip("/").split("/")
    return [f"/{'/'.join(parts[:length])}/" for length in range(1, len(parts))]


def _suppressed(
    lines: Sequence[UnitLine], total: UnitLine | None, around: tuple[Sequence[UnitLine], UnitLine | None], *,
    below: int, sight: Sight,
) -> tuple[list[UnitLine], UnitLine | None]:  # fmt: skip
    """Hide what tells of few people where the viewer may not see names.

    Of a unit asked for, `around` is all in sight: going from unit to unit shows no more than one page does.
    """

    def known(path: str) -> bool:
        return bool(path) and sight.names.covers(path)

    gone: dict[str, HiddenResults] = {}
    for those, whole in (around, (lines, total)):
        tallies = {one.path: one.tally for one in (*those, *([whole] if whole is not None else []))}
        for path, one in hidden_results(tallies, below=below, known=known).items():
            gone[path] = one.with_(gone.get(path, ALL_SHOWN)) if path else one
    found = [replace(one, hidden=gone[one.path]) for one in lines]
    return found, replace(total, hidden=gone[total.path]) if total is not None else None


def _total(lines: Sequence[UnitLine], seen: Sequence[DuePerson], standings: Mapping[int, Result]) -> UnitLine | None:
    """All together: the one top unit, or a line of its own when several stand side by side."""
    tops = [one for one in lines if one.depth == 0]
    if not seen:
        return None
    if len(tops) == 1 and tops[0].tally.due == len(seen):
        return tops[0]
    tally = Tally()
    for one in seen:
        sat = standings.get(one.person_id)
        tally.add(sat.standing if sat else None)
    return UnitLine(0, "", "", 0, tally, 0)


def _person_lines(
    session: Session, due: Sequence[DuePerson], standings: Mapping[int, Result], *, closed: bool
) -> tuple[PersonLine, ...]:
    people = _people(session, [one.person_id for one in due])
    return _sorted(
        _line(people[one.person_id], one.unit_path, one.unit_names, standings.get(one.person_id), closed=closed)
        for one in due
    )


def _away_lines(
    session: Session, away: Sequence[tuple[int, str, PersonKind]], standings: Mapping[int, Result], names: Reach
) -> tuple[PersonLine, ...]:
    shown = [person_id for person_id, path, _ in away if names.covers(path)]
    people = _people(session, shown)
    sat = [(people[one], standings[one]) for one in shown]
    return _sorted(_line(person, one.unit_path, one.unit_names, one) for person, one in sat)


def _line(person: _Named, path: str, names: str, sat: Result | None, *, closed: bool = True) -> PersonLine:
    standing = sat.standing if sat else None
    if standing is None or sat is None:
        outcome = Outcome.ABSENT if closed else Outcome.NOT_YET
    elif not sat.shown:
        standing, outcome = without_result(standing), Outcome.UNSHOWN
    elif standing.passed is None:
        outcome = Outcome.UNMARKED
    else:
        outcome = Outcome.PASSED if standing.passed else Outcome.FAILED
    return PersonLine(person.id, person.key, person.name, person.staff_number or "", path, names, standing, outcome,
                      offline=sat is not None and sat.offline)  # fmt: skip


def without_result(standing: Standing) -> Standing:
    """That somebody sat, without what it came to."""
    return replace(standing, points=None, passed=None)


def _sorted(lines: Iterable[PersonLine]) -> tuple[PersonLine, ...]:
    return tuple(sorted(lines, key=lambda one: (chinese_order(one.unit_names), chinese_order(one.name), one.person_id)))


class _Named(NamedTuple):
    id: int
    key: str
    name: str
    staff_number: str | None


def _people(session: Session, ids: Sequence[int]) -> dict[int, _Named]:
    found: dict[int, _Named] = {}
    for start in range(0, len(ids), _AT_ONCE):
        rows = session.execute(
            select(Person.id, Person.key, Person.name, Person.staff_number)
            .where(Person.id.in_(ids[start : start + _AT_ONCE]))
        )  # fmt: skip
        found.update((row.id, _Named(*row)) for row in rows)
    return found
