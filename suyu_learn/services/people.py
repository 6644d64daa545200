"""Units, people and where they belong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, literal, select
from sqlalchemy.orm import Session, joinedload

from suyu_learn.domain.names import name_key, tidy, tidy_number, tidy_phone
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Audience, Membership, Person, PersonAudience, PersonKind, Unit, UnitKind

BUILT_IN_AUDIENCES = {
    "officials": "领导干部和公务员",
    "workers": "产业工人",
    "farmers": "农民",
    "seniors": "老年人",
    "youth": "青少年",
}
_HOME = (
    select(Membership)
    .where(Membership.person_id == bindparam("person"), Membership.home, Membership.since <= bindparam("at"))
    .where(Membership.until.is_(None) | (Membership.until > bindparam("at")))
    .order_by(Membership.since.desc())
    .limit(1)
    .options(joinedload(Membership.unit, innerjoin=True))
)
_UP = (
    select(Unit.id, Unit.parent_id, Unit.path, Unit.name, literal(0).label("height"))
    .where(Unit.id == _HOME.with_only_columns(Membership.unit_id).scalar_subquery())
    .cte("up", recursive=True)
)
_ABOVE = _UP.union_all(
    select(Unit.id, Unit.parent_id, Unit.path, Unit.name, _UP.c.height + 1).where(Unit.id == _UP.c.parent_id)
)
_UNIT_OF_THE_DAY = select(_ABOVE.c.id, _ABOVE.c.path, _ABOVE.c.name).order_by(_ABOVE.c.height)
"""A person's home unit at a moment, and those above it from there up."""


@dataclass(frozen=True, slots=True)
class UnitOfTheDay:
    """A person's home unit at a moment, as attempts and records keep it."""

    unit_id: int | None
    path: str
    names: str


NO_UNIT = UnitOfTheDay(None, "", "")


def install_audiences(session: Session) -> None:
    """Make sure that the five built-in audiences exist."""
    known = set(session.scalars(select(Audience.code)))
    session.add_all(
        Audience(code=code, name=name, built_in=True) for code, name in BUILT_IN_AUDIENCES.items() if code not in known
    )
    session.flush()


def audience_names(session: Session) -> dict[str, str]:
    """Code -> name of every audience, the built-in ones first."""
    rows = session.execute(select(Audience.code, Audience.name).order_by(Audience.built_in.desc(), Audience.code))
    return {row.code: row.name for row in rows}


def root_unit(session: Session, *, now: datetime) -> Unit:
    """The first top-level unit; one is made when there is none yet."""
    found = session.scalar(select(Unit).where(Unit.parent_id.is_(None), Unit.closed_at.is_(None)).order_by(Unit.id))
    return found or add_unit(session, "本市", kind=UnitKind.CITY, parent=None, now=now)


def add_unit(
    session: Session,
    name: str,
    *,
    parent: Unit | None,
    now: datetime,
    kind: UnitKind = UnitKind.OTHER,
    import_id: int | None = None,
) -> Unit:
    """A new unit below `parent`; open units of one parent have different names."""
    name = tidy(name)
    if not name:
        raise Problem("unit.no_name", place=Place(field="name"))
    if find_unit(session, name, parent=parent) is not None:
        raise Problem("unit.name_taken", place=Place(field="name"), name=name)
    unit = Unit(name=name, kind=kind, parent_id=parent.id if parent else None, created_at=now, import_id=import_id)
    session.add(unit)
    session.flush()
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    session.flush()
    return unit


def find_unit(session: Session, name: str, *, parent: Unit | None) -> Unit | None:
    """The open unit of that name directly below `parent`."""
    return session.scalar(
        select(Unit).where(
            Unit.name == tidy(name),
            Unit.parent_id == parent.id if parent else Unit.parent_id.is_(None),
            Unit.closed_at.is_(None),
        )
    )


def ancestors(session: Session, unit: Unit) -> Sequence[Unit]:
    """The unit and all above it, from the top down."""
    ids = [int(part) for part in unit.path.split("/") if part]
    rows = {row.id: row for row in session.scalars(select(Unit).where(Unit.id.in_(ids)))}
    return [rows[number] for number in ids if number in rows]


def path_names(session: Session, unit: Unit) -> str:
    """The names from the top down, joined by slashes."""
    return " / ".join(one.name for one in ancestors(session, unit))


def home_membership(session: Session, person_id: int, *, at: datetime) -> Membership | None:
    """The home membership that held at a moment."""
    return session.scalar(_HOME, {"person": person_id, "at": at})


def unit_of_the_day(session: Session, person_id: int, *, at: datetime) -> UnitOfTheDay:
    """Where the person belonged at a moment, for records that keep it."""
    units = session.execute(_UNIT_OF_THE_DAY, {"person": person_id, "at": at}).all()
    if not units:
        return NO_UNIT
    number, path, _name = units[0]
    return UnitOfTheDay(number, path, " / ".join(name for _, _, name in reversed(units)))


def units_of_the_day(session: Session, moments: Mapping[int, datetime]) -> dict[int, UnitOfTheDay]:
    """The same of many people, each at a moment of their own; a few statements for all of them."""
    found = units_at(session, moments.items())
    return {person_id: found[person_id, moments[person_id]] for person_id in sorted(moments)}


def units_at(
    session: Session, asked: Iterable[tuple[int, datetime]]
) -> dict[tuple[int, datetime], UnitOfTheDay]:  # fmt: skip
    """The same of people at moments, of which one person may have several."""
    wanted = sorted(set(asked))
    moments: dict[int, list[datetime]] = {}
    for person_id, at in wanted:
        moments.setdefault(person_id, []).append(at)
    homes: dict[tuple[int, datetime], str] = {}
    people_ids = list(moments)
    for start in range(0, len(people_ids), 500):
        rows = session.execute(
            select(Membership.person_id, Membership.since, Membership.until, Unit.path)
            .join(Unit, Unit.id == Membership.unit_id)
            .where(Membership.home, Membership.person_id.in_(people_ids[start : start + 500]))
            .order_by(Membership.since)
        )
        homes |= {(row.person_id, at): row.path for row in rows for at in moments[row.person_id]
                  if row.since <= at and (row.until is None or row.until > at)}  # fmt: skip
    chains = {path: [int(part) for part in path.split("/") if part] for path in homes.values()}
    ids = sorted(set[int]().union(*chains.values()))
    names: dict[int, str] = dict(
        session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(ids))).all() if ids else ()
    )
    said = {path: UnitOfTheDay(chain[-1], path, " / ".join(names[one] for one in chain))
            for path, chain in chains.items()}  # fmt: skip
    return {one: said[homes[one]] if one in homes else NO_UNIT for one in wanted}


def homes(session: Session, people_ids: Iterable[int]) -> dict[int, Unit]:
    """Where people belong today, by their ids; who belongs nowhere is left out."""
    found: dict[int, Unit] = {}
    ids = sorted(set(people_ids))
    for start in range(0, len(ids), 500):
        found |= dict(session.execute(
            select(Membership.person_id, Unit).join(Unit, Unit.id == Membership.unit_id)
            .where(Membership.person_id.in_(ids[start : start + 500]), Membership.home, Membership.until.is_(None))
        ).all())  # fmt: skip
    return found


def add_person(
    session: Session,
    name: str,
    *,
    now: datetime,
    unit: Unit | None = None,
    staff_number: str | None = None,
    phone: str | None = None,
    username: str | None = None,
    audiences: Iterable[str] = (),
    kind: PersonKind = PersonKind.MEMBER,
    guest_exam_id: int | None = None,
    import_id: int | None = None,
) -> Person:
    """A new person in a home unit; raises Problem when a number or sign-in name is taken."""
    name = tidy(name)
    if not name:
        raise Problem("person.no_name", place=Place(field="name"))
    person = Person(
        name=name,
        name_key=name_key(name),
        staff_number=tidy_number(staff_number) or None if staff_number else None,
        top_unit_id=top_unit_id(unit) if unit else None,
        phone=tidy_phone(phone) or None if phone else None,
        username=tidy(username) or None if username else None,
        kind=kind,
        guest_exam_id=guest_exam_id,
        created_at=now,
        import_id=import_id,
    )
    refuse_taken(session, person)
    session.add(person)
    session.flush()
    if unit is not None:
        session.add(Membership(person_id=person.id, unit_id=unit.id, home=True, since=now, import_id=import_id))
    session.add_all(PersonAudience(person_id=person.id, audience=code) for code in dict.fromkeys(audiences))
    session.flush()
    return person


def current() -> tuple[ColumnElement[bool], ...]:
    """Conditions for those who count as people today: members, neither disabled nor merged."""
    return (Person.kind == PersonKind.MEMBER, Person.disabled_at.is_(None), Person.merged_into_id.is_(None))


def survivors(session: Session) -> dict[int, int]:
    """Everybody who was merged, and who was kept in the end."""
    rows = session.execute(select(Person.id, Person.merged_into_id).where(Person.merged_into_id.is_not(None)))
    merged = {person_id: kept for person_id, kept in rows if kept is not None}
    for one in merged:
        kept = merged[one]
        while kept in merged:
            kept = merged[kept]
        merged[one] = kept
    return merged


def by_host_key(session: Session, key: str) -> Person | None:
    """The person whom a host knows under that key; who was merged is the one who was kept."""
    found = session.scalar(select(Person).where(Person.host_key == key))
    while found is not None and found.merged_into_id is not None:
        found = session.get(Person, found.merged_into_id)
    return found


def alive(session: Session) -> bool:
    """Whether the database answers."""
    session.execute(select(Audience.code).limit(1))
    return True


def top_unit_id(unit: Unit) -> int:
    """The id of the top-level unit that a unit lies in."""
    return int(unit.path.split("/")[1])


def move_person(session: Session, person: Person, unit: Unit, *, now: datetime, since: datetime | None = None) -> bool:
    """End the open home membership and begin one in `unit`, now or at an earlier moment; the past keeps its unit.

    False when the person is there already. The new membership begins after the one before it began, and not
    before an earlier one ended.
    """
    since = since or now
    if since > now:
        raise Problem("person.move_in_future", place=Place(field="since"))
    if unit.closed_at is not None:
        raise Problem("unit.is_closed", place=Place(field="unit"), name=unit.name)
    last = session.scalar(
        select(Membership)
        .where(Membership.person_id == person.id, Membership.home)
        .order_by(Membership.until.is_(None).desc(), Membership.until.desc(), Membership.since.desc())
        .limit(1)
    )
    if last is not None and last.until is None and last.unit_id == unit.id:
        return False
    begins_after = (last.until or last.since) if last is not None else None
    if begins_after is not None and (
        since < begins_after or (last and last.until is None and since == last.since < now)
    ):
        raise Problem("person.move_too_early", place=Place(field="since"), moment=begins_after)
    before = person.top_unit_id
    with session.no_autoflush:
        person.top_unit_id = top_unit_id(unit)
        try:
            refuse_taken(session, person)
        except Problem:
            person.top_unit_id = before
            raise
    if last is not None and last.until is None:
        last.until = since
        session.flush()
    session.add(Membership(person_id=person.id, unit_id=unit.id, home=True, since=since))
    session.flush()
    return True


def refuse_taken(session: Session, person: Person) -> None:
    """Raise Problem when the staff number or sign-in name of a person is somebody else's already."""
    if person.staff_number and person.top_unit_id is not None:
        taken = select(Person.id).where(
            Person.top_unit_id == person.top_unit_id,
            Person.staff_number == person.staff_number,
            Person.merged_into_id.is_(None),
        )
        if person.id is not None:
            taken = taken.where(Person.id != person.id)
        if session.scalar(taken) is not None:
            raise Problem("person.number_taken", place=Place(field="staff_number"), number=person.staff_number)
    if person.username:
        taken = select(Person.id).where(Person.username == person.username)
        if person.id is not None:
            taken = taken.where(Person.id != person.id)
        if session.scalar(taken) is not None:
            raise Problem("person.username_taken", place=Place(field="username"), username=person.username)
