"""One person: who they are, where they belonged when, and whether they may come in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from suyu_learn.domain.names import name_key, plausible_phone, tidy, tidy_number, tidy_phone
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import (
    Attempt,
    Audience,
    Completion,
    Employment,
    Membership,
    Person,
    PersonAudience,
    PersonChange,
    PersonKind,
    Residence,
    Role,
    Schooling,
    Sex,
    Unit,
)
from suyu_learn.services import audit, grants, people, signing_in
from suyu_learn.services.name_order import by_name
from suyu_learn.services.unread import Unread, but_own_completions

VIEWERS = (Role.ORGANIZER, Role.HR)
EDITORS = (Role.HR,)
PAGE = 50
OLDEST = 1900


class Standing(StrEnum):
    """Which people a list is about."""

    CURRENT = "current"
    DISABLED = "disabled"
    GUESTS = "guests"


@dataclass(frozen=True, slots=True)
class Details:
    """What can be said of a person; birth year, sex, schooling and residence serve assessments only."""

    name: str
    staff_number: str = ""
    phone: str = ""
    username: str = ""
    job: str = ""
    hired_on: date | None = None
    birth_year: int | None = None
    sex: Sex | None = None
    schooling: Schooling | None = None
    residence: Residence | None = None
    employment: Employment = Employment.OWN
    audiences: Sequence[str] = field(default=())


@dataclass(frozen=True, slots=True)
class Found:
    """A person in a list, with their unit of today."""

    person: Person
    unit: Unit | None


def home_unit(session: Session, person: Person) -> Unit | None:
    """Where a person belongs today; one who was merged, where the one who was kept belongs."""
    while person.merged_into_id is not None:
        person = session.get_one(Person, person.merged_into_id)
    return session.scalar(
        select(Unit)
        .join(Membership, Membership.unit_id == Unit.id)
        .where(Membership.person_id == person.id, Membership.home, Membership.until.is_(None))
    )


def seen(session: Session, person_id: int, *, actor: Person) -> Person:
    """A person within the actor's sight; raises Problem for others, as for those who do not exist."""
    person = session.get(Person, person_id)
    if person is not None:
        unit = home_unit(session, person)
        if grants.reach(session, actor, VIEWERS).covers(unit.path if unit else None):
            return person
    raise Problem("person.unknown")


def editable(session: Session, person_id: int, *, actor: Person) -> Person:
    """A person whom the actor may change."""
    person = seen(session, person_id, actor=actor)
    grants.require(session, actor, EDITORS, home_unit(session, person))
    return person


def search(
    session: Session,
    *,
    reach: grants.Reach,
    text: str = "",
    unit: Unit | None = None,
    audience: str = "",
    standing: Standing = Standing.CURRENT,
    page: int = 1,
) -> tuple[list[Found], int]:
    """People within reach by part of their name, number or phone, fifty a page, and how many there are."""
    fits: list[ColumnElement[bool]] = [Person.merged_into_id.is_(None)]
    if standing is Standing.GUESTS:
        fits.append(Person.kind == PersonKind.GUEST)
    else:
        fits.append(Person.kind == PersonKind.MEMBER)
        fits.append(Person.disabled_at.is_not(None) if standing is Standing.DISABLED else Person.disabled_at.is_(None))
    if not reach.everywhere:
        fits.append(reach.includes(Unit.path))
    if unit is not None:
        fits.append(Unit.path.startswith(unit.path, autoescape=True))
    if audience:
        fits.append(exists().where(PersonAudience.person_id == Person.id, PersonAudience.audience == audience))
    if tidy(text):
        fits.append(says(text))
    joined = (
        select(Person, Unit)
        .outerjoin(Membership, (Membership.person_id == Person.id) & Membership.home & Membership.until.is_(None))
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(*fits)
    )
    total = session.scalar(select(func.count()).select_from(joined.with_only_columns(Person.id).subquery())) or 0
    rows = session.execute(
        joined.order_by(by_name(session), Person.id).offset((max(page, 1) - 1) * PAGE).limit(PAGE)
    ).all()
    return [Found(person, home) for person, home in rows], total


def says(text: str) -> ColumnElement[bool]:
    """The condition that a part of a name, number or phone is that of a person."""
    number, phone = tidy_number(text), tidy_phone(text)
    found = [
        Person.name_key.contains(name_key(text), autoescape=True),
        Person.staff_number.contains(number, autoescape=True),
    ]
    if phone:
        found.append(Person.phone.contains(phone, autoescape=True))
    return or_(*found)


def find_one(session: Session, text: str, *, reach: grants.Reach, besides: Person | None = None) -> Person:
    """The one current person within reach whom a number, phone, sign-in name or name means; raises Problem else."""
    place = Place(field="person")
    if not tidy(text):
        raise Problem("person.none_named", place=place)
    within = (
        select(Person)
        .outerjoin(Membership, (Membership.person_id == Person.id) & Membership.home & Membership.until.is_(None))
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(reach.includes(Unit.path), *people.current())
    )
    if besides is not None:
        within = within.where(Person.id != besides.id)
    for fits in (
        Person.staff_number == tidy_number(text),
        Person.phone == tidy_phone(text),
        Person.username == tidy(text),
        Person.name_key == name_key(text),
    ):
        found = session.scalars(within.where(fits).limit(2)).all()
        if len(found) == 1:
            return found[0]
        if found:
            raise Problem("person.ambiguous", place=place, text=tidy(text))
    raise Problem("person.not_found", place=place, text=tidy(text))


def add(session: Session, details: Details, unit: Unit, *, actor: Person, now: datetime) -> Person:
    """A new person in a unit of the actor's reach."""
    grants.require(session, actor, EDITORS, unit)
    if unit.closed_at is not None:
        raise Problem("unit.is_closed", place=Place(field="unit"), name=unit.name)
    _check(session, details)
    person = people.add_person(
        session, details.name, unit=unit, staff_number=details.staff_number, phone=details.phone,
        username=details.username, audiences=details.audiences, now=now,
    )  # fmt: skip
    _put(person, details)
    audit.record(session, "person.added", now=now, actor=actor, on=person, unit_id=unit.id)
    session.flush()
    return person


def edit(session: Session, person: Person, details: Details, *, actor: Person, now: datetime) -> Sequence[str]:
    """Store what is said of a person now; returns the names of the fields that changed."""
    _refuse_merged(person)
    _check(session, details, kept_phone=person.phone)
    if tidy(details.username) != (person.username or ""):
        grants.require_equal(session, actor, person)
    before = {name: getattr(person, name) for name in _FIELDS}
    old_name, old_number = person.name, person.staff_number
    with session.no_autoflush:
        _put(person, details)
        people.refuse_taken(session, person)
    changed = [name for name in _FIELDS if getattr(person, name) != before[name]]
    if set_audiences(session, person, details.audiences):
        changed.append("audiences")
    if changed:
        extra = {"old_name": old_name} if "name" in changed else {}
        extra |= {"old_number": old_number or ""} if "staff_number" in changed else {}
        audit.record(session, "person.edited", now=now, actor=actor, on=person, unit_id=_unit_id(session, person),
                     fields=changed, **extra)  # fmt: skip
    session.flush()
    return changed


_FIELDS = ("name", "staff_number", "phone", "username", "job", "hired_on", "birth_year", "sex", "schooling",
           "residence", "employment")  # fmt: skip


def _check(session: Session, details: Details, *, kept_phone: str | None = None) -> None:
    """Raise Problem for what cannot be; a phone that came with a roster may stay as it is."""
    if not tidy(details.name):
        raise Problem("person.no_name", place=Place(field="name"))
    if details.birth_year is not None and not OLDEST <= details.birth_year <= 2100:
        raise Problem("person.birth_year", place=Place(field="birth_year"))
    phone = tidy_phone(details.phone)
    if phone and phone != kept_phone and not plausible_phone(phone):
        raise Problem("person.phone", place=Place(field="phone"), value=details.phone)
    known = set(session.scalars(select(Audience.code)))
    if not known.issuperset(details.audiences):
        raise Problem("audience.unknown", place=Place(field="audiences"))


def _put(person: Person, details: Details) -> None:
    person.name = tidy(details.name)
    person.name_key = name_key(details.name)
    person.staff_number = tidy_number(details.staff_number) or None
    person.phone = tidy_phone(details.phone) or None
    person.username = tidy(details.username) or None
    person.job = tidy(details.job) or None
    person.hired_on = details.hired_on
    person.birth_year = details.birth_year
    person.sex = details.sex
    person.schooling = details.schooling
    person.residence = details.residence
    person.employment = details.employment


def set_audiences(session: Session, person: Person, codes: Iterable[str]) -> bool:
    """Make these the audiences of a person; whether anything changed."""
    wanted = set(codes)
    have = {row.audience: row for row in session.scalars(
        select(PersonAudience).where(PersonAudience.person_id == person.id)
    )}  # fmt: skip
    for code in have.keys() - wanted:
        session.delete(have[code])
    session.add_all(PersonAudience(person_id=person.id, audience=code) for code in sorted(wanted - have.keys()))
    session.flush()
    return wanted != have.keys()


def audiences_of(session: Session, person: Person) -> Sequence[Audience]:
    """The audiences a person is in."""
    return session.scalars(
        select(Audience)
        .join(PersonAudience, PersonAudience.audience == Audience.code)
        .where(PersonAudience.person_id == person.id)
        .order_by(Audience.built_in.desc(), Audience.code)
    ).all()


def memberships(session: Session, person: Person) -> Sequence[Membership]:
    """Where a person belonged from when to when, the latest first."""
    return session.scalars(
        select(Membership)
        .where(Membership.person_id == person.id)
        .options(joinedload(Membership.unit))
        .order_by(Membership.since.desc(), Membership.id.desc())
    ).all()


def move(
    session: Session, person: Person, unit: Unit, *, since: datetime | None, actor: Person, now: datetime,
    reason: str = "",
) -> None:  # fmt: skip
    """Give a person another home unit, now or from an earlier day on; both units must be within the actor's reach."""
    _refuse_merged(person)
    grants.require(session, actor, EDITORS, home_unit(session, person))
    grants.require(session, actor, EDITORS, unit)
    old = home_unit(session, person)
    if not people.move_person(session, person, unit, now=now, since=since):
        raise Problem("person.there_already", place=Place(field="unit"), unit=unit.name)
    audit.record(session, "person.moved", now=now, actor=actor, on=person, unit_id=unit.id, reason=reason.strip(),
                 old=old.name if old else "", new=unit.name, since=(since or now).isoformat())  # fmt: skip
    session.flush()


def disable(session: Session, person: Person, *, actor: Person, now: datetime, reason: str) -> None:
    """Keep a person out from now on and end their sign-ins; what they did stays."""
    reason = audit.required(reason)
    _refuse_merged(person)
    grants.require_another(actor, person.id)
    grants.require_equal(session, actor, person)
    if person.disabled_at is not None:
        return
    if any(held.role is Role.ADMIN and held.unit_id is None for held in grants.live(session, person)):
        grants.keep_an_admin(session, without=person)
    person.disabled_at = now
    signing_in.end_sign_ins(person)
    audit.record(session, "person.disabled", now=now, actor=actor, on=person, unit_id=_unit_id(session, person),
                 reason=reason)  # fmt: skip
    session.flush()


def enable(session: Session, person: Person, *, actor: Person, now: datetime, reason: str) -> None:
    """Let a disabled person in again."""
    reason = audit.required(reason)
    _refuse_merged(person)
    grants.require_equal(session, actor, person)
    if person.disabled_at is None:
        return
    person.disabled_at = None
    audit.record(session, "person.enabled", now=now, actor=actor, on=person, unit_id=_unit_id(session, person),
                 reason=reason)  # fmt: skip
    session.flush()


def changes(session: Session, person: Person) -> Sequence[tuple[PersonChange, Person | None, str | None]]:
    """Merges and splits a person took part in, newest first, each with the other person and who did it."""
    rows = session.scalars(
        select(PersonChange)
        .where(or_(PersonChange.person_id == person.id, PersonChange.other_id == person.id))
        .order_by(PersonChange.id.desc())
    ).all()
    found = []
    for row in rows:
        opposite = row.other_id if row.person_id == person.id else row.person_id
        actor = session.get(Person, row.actor_id) if row.actor_id else None
        found.append((row, session.get(Person, opposite) if opposite else None, actor.name if actor else None))
    return found


def attempts(session: Session, person: Person, *, limit: int = 10) -> Sequence[Attempt]:
    """The latest attempts of a person, with their exams; trials are not among them."""
    return session.scalars(
        select(Attempt)
        .where(Attempt.person_id == person.id, Attempt.trial.is_(False))
        .options(joinedload(Attempt.exam))
        .order_by(Attempt.started_at.desc(), Attempt.id.desc())
        .limit(limit)
    ).all()


def completions(
    session: Session, person: Person, *, limit: int = 10, unread: Unread | None = None
) -> Sequence[Completion]:
    """What a person has completed, the latest first, but for what its reader may not read of themself."""
    return session.scalars(
        select(Completion)
        .where(Completion.person_id == person.id, Completion.voided_at.is_(None), *but_own_completions(unread))
        .order_by(Completion.completed_at.desc(), Completion.id.desc())
        .limit(limit)
    ).all()


def all_completions(session: Session, person: Person, *, unread: Unread | None = None) -> Sequence[Completion]:
    """The same, all of it, with what was taken back."""
    return session.scalars(
        select(Completion).where(Completion.person_id == person.id, *but_own_completions(unread))
        .order_by(Completion.completed_at.desc(), Completion.id.desc())
    ).all()  # fmt: skip


def _refuse_merged(person: Person) -> None:
    if person.merged_into_id is not None:
        raise Problem("person.is_merged", name=person.name)


def _unit_id(session: Session, person: Person) -> int | None:
    unit = home_unit(session, person)
    return unit.id if unit else None
