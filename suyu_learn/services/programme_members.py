"""Who has a programme: the people whom its assignments cover, each with a turn and a deadline of their own.

Members are made when something is assigned, when a person comes by, and by `tick`: whoever joins a unit later gets
what it was given while the deadline lies ahead; whoever leaves keeps the row, with the moment they left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import TypeAlias

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from suyu_learn.db import upsert
from suyu_learn.domain.programmes import Terms, Turn, turn
from suyu_learn.models import (
    Assignment,
    Membership,
    Person,
    PersonAudience,
    PersonKind,
    Programme,
    ProgrammeMember,
    ProgrammeState,
    Repeats,
    Unit,
)
from suyu_learn.services import programme_progress

_AT_ONCE = 500
_MOST_ASKED = 5000


@dataclass(frozen=True, slots=True)
class Covered:
    """A person whom an assignment covers, with the path of their home unit and since when they are there.

    `hired_on` is the day of entry where that is when they came there.
    """

    person_id: int
    unit_path: str
    joined: datetime
    name: str
    hired_on: date | None = None


Given: TypeAlias = tuple[Assignment, Turn, Covered]
Place: TypeAlias = tuple[int, int, str]
"""A programme, a person, and the occasion."""


def sync_all(session: Session, *, now: datetime, zone: tzinfo) -> int:
    """Bring the members of every published programme up to date; says how many people that concerns."""
    assignments = session.scalars(_standing()).all()
    programmes = session.scalars(
        select(ProgrammeMember.programme_id).join(Programme, Programme.id == ProgrammeMember.programme_id)
        .where(ProgrammeMember.left_at.is_(None), ProgrammeMember.completed_at.is_(None),
               Programme.state == ProgrammeState.PUBLISHED)
        .distinct()
    ).all()  # fmt: skip
    return sync(session, assignments, now=now, zone=zone, programme_ids=programmes)


def sync_people(session: Session, person_ids: Iterable[int], *, now: datetime, zone: tzinfo) -> int:
    """Bring up to date at once what some people have: who came to a unit, moved, was kept out or changed audience.

    The statements grow with what is given to people, not with them. Says how many people it concerned.
    """
    ids, changed = sorted(set(person_ids)), 0
    assignments = session.scalars(_standing()).all() if ids else []
    for start in range(0, len(ids), _MOST_ASKED):
        some = ids[start : start + _MOST_ASKED]
        theirs = session.scalars(
            select(ProgrammeMember.programme_id).join(Programme, Programme.id == ProgrammeMember.programme_id)
            .where(ProgrammeMember.person_id.in_(some), ProgrammeMember.left_at.is_(None),
                   ProgrammeMember.completed_at.is_(None), Programme.state == ProgrammeState.PUBLISHED)
            .distinct()
        ).all()  # fmt: skip
        changed += sync(session, assignments, now=now, zone=zone, programme_ids=theirs, only=some)
    return changed


def lacks(session: Session, person: Person, *, now: datetime, zone: tzinfo) -> bool:
    """Whether something that covers the person is not among their programmes yet."""
    return bool(_missing(session, person, now=now, zone=zone))


def sync_person(session: Session, person: Person, *, now: datetime, zone: tzinfo) -> None:
    """Give a person at once what their unit and audiences have been given."""
    missing = _missing(session, person, now=now, zone=zone)
    _store(session, _earliest((assignment, found, one) for assignment, one, found in missing), None, now=now,
           year=local_day(now, zone).year, only=[person.id])  # fmt: skip
    programme_progress.settle(session, [person.id], now=now, zone=zone)


def sync(
    session: Session, assignments: Sequence[Assignment], *, now: datetime, zone: tzinfo,
    programme_ids: Iterable[int] | None = None, only: Collection[int] | None = None,
) -> int:  # fmt: skip
    """Make members of those whom these assignments cover and give each the earliest deadline that holds for them.

    Says how many people it concerned; what they have done already counts at once. With `programme_ids`, the
    assignments are all that these programmes have: who is covered by none of them any more, and has not completed,
    has left. With `only`, of some thousand people at most, it looks at no others.
    """
    programmes = _programmes(session, assignments)
    due = _earliest(
        (assignment, found, one)
        for assignment in assignments
        if assignment.ended_at is None and assignment.programme_id in programmes
        for one in _people_of(session, assignment, now=now, only=only)
        if (found := _turn_of(assignment, programmes[assignment.programme_id], one, now=now, zone=zone)) is not None
    )
    changed = _store(
        session, due, None if programme_ids is None else set(programme_ids), now=now, year=local_day(now, zone).year,
        only=only,
    )  # fmt: skip
    programme_progress.settle(session, changed, now=now, zone=zone)
    return len(changed)


def _earliest(found: Iterable[Given]) -> dict[Place, Given]:
    """For each person and turn the assignment whose deadline comes first."""
    due: dict[Place, Given] = {}
    for assignment, theirs, one in found:
        place = (assignment.programme_id, one.person_id, theirs.occasion)
        held = due.get(place)
        if held is None or (theirs.due_on or date.max) < (held[1].due_on or date.max):
            due[place] = (assignment, theirs, one)
    return due


def _store(
    session: Session, due: dict[Place, Given], whole: set[int] | None, *, now: datetime, year: int,
    only: Collection[int] | None = None,
) -> set[int]:  # fmt: skip
    """Write down who has what now, of some people only if said so; says whom that changes."""
    rows = select(ProgrammeMember).where(
        ProgrammeMember.programme_id.in_({place[0] for place in due} | (whole or set()))
    )
    if only is not None:
        rows = rows.where(ProgrammeMember.person_id.in_(only))
    known = {(row.programme_id, row.person_id, row.occasion): row for row in session.scalars(rows)}
    changed = set()
    for place, row in known.items():
        if row.completed_at is not None:
            continue
        if place in due:
            assignment, found, _one = due[place]
            wanted = (assignment.id, found.due_on, None)
            if (row.assignment_id, row.due_on, row.left_at) != wanted:
                row.assignment_id, row.due_on, row.left_at = wanted
                changed.add(row.person_id)
        elif whole is not None and row.programme_id in whole and row.left_at is None and not is_past(row, year):
            row.left_at = now
            changed.add(row.person_id)
    session.flush()
    fresh = [_row(*due[place][:2], due[place][2], now) for place in due if place not in known]
    _insert(session, fresh)
    return changed | {place[1] for place in due if place not in known}


def is_past(row: ProgrammeMember, year: int) -> bool:
    """Whether a turn belongs to a year that is over: it stays as it ended."""
    return row.occasion.isdigit() and int(row.occasion) < year


def _row(assignment: Assignment, found: Turn, one: Covered, now: datetime) -> dict[str, object]:
    return {
        "programme_id": assignment.programme_id, "person_id": one.person_id, "occasion": found.occasion,
        "assignment_id": assignment.id, "starts_on": found.starts_on, "due_on": found.due_on,
        "unit_path": one.unit_path, "added_at": now,
    }  # fmt: skip


def _insert(session: Session, rows: Sequence[dict[str, object]]) -> None:
    for start in range(0, len(rows), _AT_ONCE):
        part = list(rows[start : start + _AT_ONCE])
        session.execute(upsert(session, ProgrammeMember).values(part).on_conflict_do_nothing())


def _programmes(session: Session, assignments: Iterable[Assignment]) -> dict[int, Programme]:
    """The published ones among the programmes of assignments."""
    ids = {one.programme_id for one in assignments}
    if not ids:
        return {}
    rows = session.scalars(
        select(Programme).where(Programme.id.in_(ids), Programme.state == ProgrammeState.PUBLISHED,
                                Programme.deleted_at.is_(None))
    )  # fmt: skip
    return {row.id: row for row in rows}


def _standing() -> Select[Assignment]:
    return (
        select(Assignment).join(Programme, Programme.id == Assignment.programme_id)
        .where(Assignment.ended_at.is_(None), Programme.state == ProgrammeState.PUBLISHED,
               Programme.deleted_at.is_(None))
        .order_by(Assignment.id)
    )  # fmt: skip


def _missing(
    session: Session, person: Person, *, now: datetime, zone: tzinfo
) -> list[tuple[Assignment, Covered, Turn]]:
    """What covers the person and is not among their programmes yet; one statement for who lacks nothing new."""
    if person.kind is PersonKind.GUEST:
        return []
    home = (
        select(Unit.path).join(Membership, Membership.unit_id == Unit.id)
        .where(Membership.person_id == person.id, Membership.home, Membership.until.is_(None)).scalar_subquery()
    )  # fmt: skip
    audiences = select(PersonAudience.audience).where(PersonAudience.person_id == person.id)
    year = str(local_day(now, zone).year)
    rows = session.execute(
        _standing().with_only_columns(Assignment, Programme)
        .outerjoin(Unit, Unit.id == Assignment.unit_id)
        .where(or_(Assignment.person_id == person.id,
                   Assignment.person_id.is_(None) & home.startswith(Unit.path)))
        .where(or_(Assignment.audience.is_(None), Assignment.audience.in_(audiences)))
        .where(~select(ProgrammeMember.id).where(
            ProgrammeMember.programme_id == Assignment.programme_id, ProgrammeMember.person_id == person.id,
            ProgrammeMember.left_at.is_(None),
            or_(and_(Assignment.person_id.is_(None), ProgrammeMember.occasion.in_(("", year))),
                and_(Assignment.person_id.is_not(None), ProgrammeMember.assignment_id == Assignment.id)),
        ).exists())
    ).all()  # fmt: skip
    found = []
    for assignment, programme in rows:
        for one in _people_of(session, assignment, now=now, only=[person.id]):
            theirs = _turn_of(assignment, programme, one, now=now, zone=zone)
            if theirs is not None:
                found.append((assignment, one, theirs))
    return found


def _turn_of(assignment: Assignment, programme: Programme, one: Covered, *, now: datetime, zone: tzinfo) -> Turn | None:
    yearly = programme.repeats is Repeats.YEARLY and assignment.person_id is None
    terms = Terms(assignment.starts_on, assignment.due_on, assignment.due_days, yearly)
    found = turn_for(terms, one, newcomers_only=assignment.newcomers_only, today=local_day(now, zone), zone=zone)
    if found is not None and assignment.person_id is not None:
        return Turn(f"#{assignment.id}", found.starts_on, found.due_on)
    return found


def turn_for(terms: Terms, one: Covered, *, newcomers_only: bool, today: date, zone: tzinfo) -> Turn | None:
    joined = one.hired_on or local_day(one.joined, zone)
    if newcomers_only and joined < terms.starts_on:
        return None
    return turn(terms, joined=joined, today=today)


def _people_of(
    session: Session, assignment: Assignment, *, now: datetime, only: Collection[int] | None = None
) -> list[Covered]:
    unit = session.get(Unit, assignment.unit_id) if assignment.unit_id and assignment.person_id is None else None
    if assignment.person_id is not None:
        only = [assignment.person_id] if only is None or assignment.person_id in only else []
    return people_in(session, unit_path=unit.path if unit else None, audience=assignment.audience, only=only, now=now)


def people_in(
    session: Session, *, unit_path: str | None, audience: str | None, only: Collection[int] | None, now: datetime
) -> list[Covered]:
    """Active people at home in the subtree now, with the day they first came into it: that of entry where it is known
    and they belonged nowhere else before; `only` these, if said."""
    first, there = Membership.__table__.alias("first"), Unit.__table__.alias("there")
    joined = (
        select(func.min(first.c.since)).join(there, there.c.id == first.c.unit_id)
        .where(first.c.person_id == Person.id, first.c.home)
    )  # fmt: skip
    if unit_path is not None:
        joined = joined.where(there.c.path.startswith(unit_path, autoescape=True))
    before = (
        select(func.min(Membership.since)).where(Membership.person_id == Person.id, Membership.home)
        .correlate(Person).scalar_subquery()
    )  # fmt: skip
    query = (
        select(Person.id, Unit.path, joined.scalar_subquery(), Person.name, Person.hired_on, before)
        .join(Membership, Membership.person_id == Person.id).join(Unit, Unit.id == Membership.unit_id)
        .where(Membership.home, Membership.until.is_(None), Membership.since <= now,
               Person.kind == PersonKind.MEMBER, Person.disabled_at.is_(None), Person.merged_into_id.is_(None))
        .order_by(Person.id)
    )  # fmt: skip
    if unit_path is not None:
        query = query.where(Unit.path.startswith(unit_path, autoescape=True))
    if audience:
        query = query.where(Person.id.in_(select(PersonAudience.person_id).where(PersonAudience.audience == audience)))
    if only is not None:
        query = query.where(Person.id.in_(only))
    return [
        Covered(number, path, came, name, hired_on if came == ever else None)
        for number, path, came, name, hired_on, ever in session.execute(query)
    ]


def local_day(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()
