"""Who still lacks what, by when: those who were given a programme, by team, as far as somebody's reach goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.domain.names import chinese_order
from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Attempt,
    Exam,
    Membership,
    Person,
    Programme,
    ProgrammeExemption,
    ProgrammeMember,
    ProgrammeState,
    Role,
    Unit,
)
from suyu_learn.services import grants, people, programme_people, programmes
from suyu_learn.services.grants import Reach
from suyu_learn.services.unread import Unread, but_own_turns

REMINDERS = (Role.ORGANIZER, Role.HR)
"""Who may remind the people of a unit."""


class Standing(StrEnum):
    """How far a member is."""

    COMPLETED = "completed"
    EXEMPT = "exempt"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Lacking:
    """Somebody who has not completed a programme that is due."""

    person_id: int
    name: str
    staff_number: str
    due_on: date | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """People: those given it are the exempt, those who have completed it, and the missing; some of these are late."""

    given: int = 0
    exempt: int = 0
    completed: int = 0
    missing: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class Team:
    """The people of one unit, where they are at home today; `label` tells it from others shown with it."""

    unit_id: int | None
    label: str
    counts: Counts
    missing: tuple[Lacking, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """A programme as it stands with some people."""

    counts: Counts
    teams: tuple[Team, ...]

    @property
    def deadlines(self) -> tuple[date, ...]:
        """The deadlines of those who are missing, the first first."""
        return tuple(sorted({one.due_on for team in self.teams for one in team.missing if one.due_on is not None}))


@dataclass(frozen=True, slots=True)
class Deadline:
    """Members of one deadline only; without a day those who have none, given it on a certain day."""

    day: date | None
    given_on: date | None = None


def reach_of(session: Session, person: Person) -> Reach:
    """Whose people somebody may remind."""
    return grants.reach(session, person, REMINDERS)


def programme(session: Session, key: str, *, actor: Person, now: datetime) -> Programme:
    """A programme that the actor may give to people, or that people of their units have; raises Problem for others."""
    found = programmes.find(session, key)
    try:
        return programme_people.open_to(session, actor, key)
    except Problem:
        reach = reach_of(session, actor)
        inside = _members(now).where(ProgrammeMember.programme_id == found.id, reach.includes(Unit.path))
        if session.execute(inside.limit(1)).first() is None:
            raise
    return found


def missing(
    session: Session,
    programme: Programme,
    *,
    reach: Reach,
    now: datetime,
    zone: ZoneInfo,
    unit: Unit | None = None,
    deadline: Deadline | None = None,
    unread: Unread | None = None,
) -> Missing:
    """How a programme stands with the people within reach, by team; two statements, however many they are.

    Who asks is left out where `unread` says so: where they stand would tell them the result of an exam.
    """
    today = now.astimezone(zone).date()
    wanted = _members(now).where(
        ProgrammeMember.programme_id == programme.id, ProgrammeMember.starts_on <= today, reach.includes(Unit.path),
        *but_own_turns(unread),
    )  # fmt: skip
    if unit is not None:
        wanted = wanted.where(Unit.path.startswith(unit.path, autoescape=True))
    if deadline is not None:
        wanted = wanted.where(ProgrammeMember.due_on == deadline.day)
        if deadline.given_on is not None:
            wanted = wanted.where(_given(deadline.given_on, zone))
    else:
        wanted = wanted.where(not_(programme_people.of_former_years(today)))
    return _by_team(session, session.execute(wanted).all(), today=today)


def sitting_now(session: Session, exam: Exam) -> frozenset[int]:
    """The people whose paper of an exam is open, who need no reminder of it."""
    return frozenset(session.scalars(
        select(Attempt.person_id).where(Attempt.exam_id == exam.id, Attempt.state == AttemptState.OPEN,
                                        Attempt.trial.is_(False))
    ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Overview:
    """A programme with how many people within reach lack it, of how many to whom it was given."""

    programme: Programme
    given: int
    missing: int


def overview(
    session: Session, *, reach: Reach, now: datetime, zone: ZoneInfo, unread: Unread | None = None
) -> list[Overview]:
    """The programmes that people within reach have been given, by title, in one statement; `unread` as in `missing`."""
    today = now.astimezone(zone).date()
    person = ProgrammeMember.person_id
    lacks = and_(ProgrammeMember.completed_at.is_(None), ProgrammeExemption.member_id.is_(None))
    over = programme_people.of_former_years(today)
    rows = session.execute(
        select(Programme, func.count(person.distinct()), func.count(case((lacks, person)).distinct()))
        .join(ProgrammeMember, ProgrammeMember.programme_id == Programme.id)
        .join(Person, Person.id == person)
        .outerjoin(ProgrammeExemption, stands())
        .outerjoin(Membership, at_home(now))
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(Programme.state != ProgrammeState.DRAFT, Programme.deleted_at.is_(None), not_(over))
        .where(ProgrammeMember.left_at.is_(None), ProgrammeMember.starts_on <= today, *people.current())
        .where(reach.includes(Unit.path), *but_own_turns(unread))
        .group_by(Programme.id)
        .order_by(Programme.title, Programme.id)
    )
    return [Overview(*row) for row in rows]


def _members(now: datetime) -> Any:
    """Members with their persons and the units where these are at home, one row an occasion."""
    return (
        select(
            Person.id, Person.name, Person.staff_number, ProgrammeMember.due_on,
            ProgrammeMember.completed_at.is_not(None).label("completed"),
            ProgrammeExemption.id.is_not(None).label("exempt"),
            Unit.id.label("unit_id"), Unit.path, Unit.name.label("unit_name"),
        )
        .join(Person, Person.id == ProgrammeMember.person_id)
        .outerjoin(ProgrammeExemption, stands())
        .outerjoin(Membership, at_home(now))
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(ProgrammeMember.left_at.is_(None), *people.current())
    )  # fmt: skip


def stands() -> ColumnElement[bool]:
    """The condition that joins a member's standing exemption."""
    return and_(ProgrammeExemption.member_id == ProgrammeMember.id, ProgrammeExemption.ended_at.is_(None))


def at_home(now: datetime) -> ColumnElement[bool]:
    """The condition that joins the membership in the unit where a member's person is at home now."""
    return and_(
        Membership.person_id == ProgrammeMember.person_id,
        Membership.home,
        Membership.since <= now,
        or_(Membership.until.is_(None), Membership.until > now),
    )


def given_on(starts_on: date, added_at: datetime, zone: ZoneInfo) -> date:
    """The day on which a member was given a programme: that of the start, or a later one on which they came."""
    return max(starts_on, added_at.astimezone(zone).date())


def _given(day: date, zone: ZoneInfo) -> ColumnElement[bool]:
    """The same as a condition for one day."""
    begins, ends = (datetime.combine(day + timedelta(days=more), time(), tzinfo=zone) for more in (0, 1))
    return and_(
        ProgrammeMember.starts_on <= day,
        ProgrammeMember.added_at < ends,
        or_(ProgrammeMember.starts_on == day, ProgrammeMember.added_at >= begins),
    )


def _by_team(session: Session, rows: Sequence[Any], *, today: date) -> Missing:
    members: dict[int, list[Any]] = {}
    for row in rows:
        members.setdefault(row.id, []).append(row)
    labels = labels_of(session, {row.path for row in rows if row.path})
    places: dict[str, list[list[Any]]] = {}
    for own in members.values():
        places.setdefault(own[0].path or "", []).append(own)
    teams = [
        Team(owns[0][0].unit_id, labels.get(path, ""), *_team(owns, today=today))
        for path, owns in places.items()
    ]  # fmt: skip
    return together(teams)


def together(teams: Iterable[Team]) -> Missing:
    """Teams in the order of their names, with what they are together."""
    order = sorted(teams, key=lambda team: (not team.label, chinese_order(team.label), team.unit_id or 0))
    return Missing(_sum(team.counts for team in order), tuple(order))


def _team(members: Iterable[Sequence[Any]], *, today: date) -> tuple[Counts, tuple[Lacking, ...]]:
    found: list[Lacking] = []
    standings: Counter[Standing] = Counter()
    for own in members:
        open_rows = [row for row in own if not row.completed and not row.exempt]
        if not open_rows:
            completed = any(row.completed for row in own)
            standings[Standing.COMPLETED if completed else Standing.EXEMPT] += 1
            continue
        standings[Standing.MISSING] += 1
        due_on = min((row.due_on for row in open_rows if row.due_on is not None), default=None)
        late = due_on is not None and due_on < today
        found.append(Lacking(own[0].id, own[0].name, own[0].staff_number or "", due_on, late))
    found.sort(key=lambda one: (chinese_order(one.name), one.person_id))
    counts = Counts(
        given=standings.total(),
        exempt=standings[Standing.EXEMPT],
        completed=standings[Standing.COMPLETED],
        missing=standings[Standing.MISSING],
        overdue=sum(one.overdue for one in found),
    )
    return counts, tuple(found)


def _sum(counts: Iterable[Counts]) -> Counts:
    those = list(counts)
    return Counts(
        given=sum(one.given for one in those),
        exempt=sum(one.exempt for one in those),
        completed=sum(one.completed for one in those),
        missing=sum(one.missing for one in those),
        overdue=sum(one.overdue for one in those),
    )


def labels_of(session: Session, paths: set[str]) -> Mapping[str, str]:
    """How units are called among each other: their names from below what they all share, at least their own."""
    chains = {path: [int(part) for part in path.split("/") if part] for path in paths}
    ids = {one for chain in chains.values() for one in chain}
    names = {row.id: row.name for row in session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(ids)))}
    shared = _shared(list(chains.values()))
    return {
        path: " / ".join(names.get(one, "") for one in chain[min(shared, len(chain) - 1) :])
        for path, chain in chains.items()
    }  # fmt: skip


def _shared(chains: Sequence[Sequence[int]]) -> int:
    """How many units from the top down all chains begin with."""
    shared = 0
    for level in zip(*chains, strict=False):
        if len(set(level)) > 1:
            break
        shared += 1
    return shared
