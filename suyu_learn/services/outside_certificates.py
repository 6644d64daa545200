"""The ledger of certificates that others issue: of whom, until when, and who is to be warned.

An entry is never changed. Renewing or correcting one makes another that follows it, and the one before stays as
history; withdrawing one has a reason. People count who belong to a unit today, contractors and dispatched workers too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, insert, or_, select
from sqlalchemy.orm import Session

from suyu_learn.content.outside_kinds import Kind
from suyu_learn.domain.certificates import months_later
from suyu_learn.domain.names import tidy, tidy_number
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import (
    Employment,
    Membership,
    OutsideCertificate,
    OutsideEnd,
    Person,
    PersonKind,
    Role,
    Unit,
)
from suyu_learn.services import audit, grants, locks, outside_kinds, people, persons
from suyu_learn.services.grants import Reach
from suyu_learn.services.name_order import by_name
from suyu_learn.services.scans import Filed

WARN_DAYS = 60
"""So long before its last day a certificate is warned about: a review needs an appointment and eight hours."""
LONGEST_LINE = 100
LONGEST_NOTE = 500
LONGEST_NUMBER = 64
EARLIEST = date(1980, 1, 1)
PAGE = 50
_AT_ONCE = 500
_IDENTITY = re.compile(r"\d{6}(\d{8})\d{3}[\dXx]")


Key = tuple[int, str, str, str]
"""Of whom, which kind, for what and which number: one such entry counts at a time."""


@dataclass(frozen=True, slots=True)
class Said:
    """What stands on a certificate; days that are left empty follow from its kind."""

    kind: str
    number: str
    issued_on: date
    detail: str = ""
    issuer: str = ""
    valid_until: date | None = None
    review_on: date | None = None
    note: str = ""
    for_ever: bool = False
    """Whether it has no last day, whatever its kind says."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries a list shows: those that count, of people who belong to units within reach today."""

    reach: Reach
    unit: Unit | None = None
    kind: str = ""
    employment: Employment | None = None
    within: int | None = None
    """Only what is over, or comes due within so many days."""
    expired: bool = False
    """Only what is over."""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One certificate in a list."""

    certificate: OutsideCertificate
    person: Person
    unit: Unit | None


@dataclass(frozen=True, slots=True)
class Warnings:
    """How many certificates are over, and how many come due soon."""

    expired: int
    soon: int


def due_on(certificate: OutsideCertificate) -> date | None:
    """The next day that must not be missed: that of the review, or the last one of its validity."""
    return min((day for day in (certificate.valid_until, certificate.review_on) if day is not None), default=None)


def without_identity(number: str) -> str:
    """A number without the identity number that permits for special work carry: T3101**********123X."""
    return _IDENTITY.sub(lambda found: f"{found[0][:4]}{'*' * 10}{found[0][-4:]}", number)


def enter(
    session: Session, person: Person, said: Said, proof: Filed | None, *, actor: Person, now: datetime, zone: tzinfo
) -> OutsideCertificate:
    """Enter a certificate of somebody; nobody does so for themselves."""
    _require(session, person, actor)
    row = _made(session, person, said, proof, actor=actor, now=now, zone=zone)
    _refuse_twice(session, row)
    session.add(row)
    session.flush()
    _record(session, "entered", row, person, actor=actor, now=now)
    return row


def enter_all(
    session: Session, wanted: Sequence[tuple[Person, Said]], *, actor: Person, now: datetime, zone: tzinfo
) -> None:
    """Enter certificates of many, whom the caller holds, in statements that hardly grow with them."""
    people_ids = {person.id for person, _said in wanted}
    homes, kinds = people.homes(session, people_ids), outside_kinds.every(session)
    reach, there = grants.reach(session, actor, Role.HR), counting(session, people_ids)
    rows, entries = [], []
    for person, said in wanted:
        _refuse_own_or_gone(person, actor)
        unit = homes.get(person.id)
        if not reach.covers(unit.path if unit is not None else None):
            raise Problem("page.refused")
        row = _values(person, checked(said, kinds.get(said.kind), today=now.astimezone(zone).date()), None, actor, now)
        key: Key = (person.id, row["kind"], row["detail"], row["number"])
        if key in there:
            raise Problem("outside.there", place=Place(field="number"))
        there.add(key)
        rows.append(row)
        entries.append(_entry("entered", row["kind"], row["valid_until"], person, unit, kinds, actor=actor, now=now))
    if rows:
        session.execute(insert(OutsideCertificate), rows)
    audit.record_all(session, entries)


def counting(session: Session, people_ids: Iterable[int]) -> set[Key]:
    """What counts already of these people."""
    found: set[Key] = set()
    for some in _batches(people_ids):
        rows = session.execute(
            select(OutsideCertificate.person_id, OutsideCertificate.kind, OutsideCertificate.detail,
                   OutsideCertificate.number)
            .where(OutsideCertificate.person_id.in_(some), OutsideCertificate.ended_at.is_(None))
        )  # fmt: skip
        found |= {(person, kind, detail, number) for person, kind, detail, number in rows}
    return found


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]


def follow(
    session: Session, former: OutsideCertificate, said: Said, proof: Filed | None, *, why: OutsideEnd, reason: str,
    actor: Person, now: datetime, zone: tzinfo,
) -> OutsideCertificate:  # fmt: skip
    """Renew or correct an entry: another follows it, and the one before stays as history. Without a new proof of a
    correction the old one goes on."""
    text = audit.required(reason) if why is OutsideEnd.CORRECTED else reason.strip()
    person = session.get_one(Person, former.person_id)
    _require(session, person, actor)
    _hold_counting(session, former)
    row = _made(session, person, said, proof, actor=actor, now=now, zone=zone, first=False)
    if proof is None and why is OutsideEnd.CORRECTED:
        row.proof = former.proof
    row.follows_id = former.id
    _end(former, why, text, actor=actor, now=now)
    session.flush()
    _refuse_twice(session, row)
    session.add(row)
    session.flush()
    _record(session, why.value, row, person, actor=actor, now=now, reason=text)
    return row


def withdraw(session: Session, row: OutsideCertificate, *, reason: str, actor: Person, now: datetime) -> None:
    """Let an entry count no more; it stays as history."""
    said = audit.required(reason)
    person = session.get_one(Person, row.person_id)
    _require(session, person, actor)
    _hold_counting(session, row)
    _end(row, OutsideEnd.WITHDRAWN, said, actor=actor, now=now)
    session.flush()
    _record(session, OutsideEnd.WITHDRAWN.value, row, person, actor=actor, now=now, reason=said)


def _require(session: Session, person: Person, actor: Person) -> None:
    _refuse_own_or_gone(person, actor)
    grants.require(session, actor, Role.HR, persons.home_unit(session, person))
    locks.hold_people(session, [person.id])


def _refuse_own_or_gone(person: Person, actor: Person) -> None:
    grants.require_another(actor, person.id)
    if person.kind is PersonKind.GUEST or person.merged_into_id is not None:
        raise Problem("outside.not_for", name=person.name)


def _hold_counting(session: Session, row: OutsideCertificate) -> None:
    session.refresh(row, with_for_update={"of": OutsideCertificate})
    if row.ended_at is not None:
        raise Problem("outside.ended")


def _end(row: OutsideCertificate, why: OutsideEnd, reason: str, *, actor: Person, now: datetime) -> None:
    row.ended_at, row.ended_by_id, row.ended_as, row.end_reason = now, actor.id, why, reason


def _record(
    session: Session, became: str, row: OutsideCertificate, person: Person, *, actor: Person, now: datetime,
    reason: str = "",
) -> None:  # fmt: skip
    unit, kinds = persons.home_unit(session, person), outside_kinds.every(session)
    audit.record_all(session, [_entry(became, row.kind, row.valid_until, person, unit, kinds, actor=actor, now=now,
                                      reason=reason)])  # fmt: skip


def _entry(
    became: str, code: str, valid_until: date | None, person: Person, unit: Unit | None, kinds: Mapping[str, Kind], *,
    actor: Person, now: datetime, reason: str = "",
) -> dict[str, Any]:  # fmt: skip
    until = valid_until.isoformat() if valid_until is not None else ""
    return audit.entry(f"outside.{became}", now=now, actor=actor, on=person, reason=reason, until=until,
                       unit_id=unit.id if unit else None,
                       title=kinds[code].name if code in kinds else code)  # fmt: skip


def _made(
    session: Session, person: Person, said: Said, proof: Filed | None, *, actor: Person, now: datetime, zone: tzinfo,
    first: bool = True,
) -> OutsideCertificate:  # fmt: skip
    kind = outside_kinds.every(session).get(said.kind)
    whole = checked(said, kind, today=now.astimezone(zone).date(), first=first)
    return OutsideCertificate(**_values(person, whole, proof, actor, now))


def _values(person: Person, whole: Said, proof: Filed | None, actor: Person, now: datetime) -> dict[str, Any]:
    filed = {"sha256": proof.sha256, "mime": proof.mime, "size": proof.size, "name": proof.name} if proof else None
    return {
        "person_id": person.id, "kind": whole.kind, "detail": whole.detail, "number": whole.number,
        "issuer": whole.issuer, "issued_on": whole.issued_on, "valid_until": whole.valid_until,
        "review_on": whole.review_on, "note": whole.note, "proof": filed, "actor_id": actor.id, "at": now,
    }  # fmt: skip


def checked(said: Said, kind: Kind | None, *, today: date, first: bool = True) -> Said:
    """What is kept of what was said; raises Problem for what cannot be.

    An empty last day follows from the kind, and that of the review where it is the `first` entry of a certificate:
    after a review whoever enters it knows whether there is another.
    """
    if kind is None:
        raise Problem("outside.no_such_kind", place=Place(field="kind"))
    number = tidy_number(said.number)
    if not number or len(number) > LONGEST_NUMBER:
        raise Problem("outside.no_number", place=Place(field="number"), most=LONGEST_NUMBER)
    for field, most in (("detail", LONGEST_LINE), ("issuer", LONGEST_LINE), ("note", LONGEST_NOTE)):
        if len(getattr(said, field)) > most:
            raise Problem("outside.too_long", place=Place(field=field), most=most)
    if not EARLIEST <= said.issued_on <= today:
        raise Problem("outside.issued_on", place=Place(field="issued_on"))
    until = said.valid_until or (None if said.for_ever else _last_day(said.issued_on, kind.valid_months))
    review = said.review_on or (_last_day(said.issued_on, kind.review_months) if first else None)
    if until is not None and until <= said.issued_on:
        raise Problem("outside.until_before", place=Place(field="valid_until"))
    if review is not None and review <= said.issued_on:
        raise Problem("outside.review_before", place=Place(field="review_on"))
    if review is not None and until is not None and review >= until:
        if said.review_on is not None and review > until:
            raise Problem("outside.review_after", place=Place(field="review_on"))
        review = None  # the end comes first, or at once
    return replace(said, number=number, detail=tidy(said.detail), issuer=tidy(said.issuer) or kind.issuer,
                   note=said.note.strip(), valid_until=until, review_on=review)  # fmt: skip


def _last_day(issued: date, months: int | None) -> date | None:
    return months_later(issued, months) - timedelta(days=1) if months else None


def _refuse_twice(session: Session, row: OutsideCertificate) -> None:
    if _there(session, row.person_id, row.kind, row.detail, row.number):
        raise Problem("outside.there", place=Place(field="number"))


def _there(session: Session, person_id: int, kind: str, detail: str, number: str) -> bool:
    return session.scalar(
        select(OutsideCertificate.id).where(
            OutsideCertificate.person_id == person_id, OutsideCertificate.kind == kind,
            OutsideCertificate.detail == detail, OutsideCertificate.number == number,
            OutsideCertificate.ended_at.is_(None),
        )
    ) is not None  # fmt: skip


# Looking at them


def of_person(session: Session, person: Person) -> Sequence[OutsideCertificate]:
    """All entries of a person, those that count first, the latest first."""
    return session.scalars(
        select(OutsideCertificate).where(OutsideCertificate.person_id == person.id)
        .order_by(OutsideCertificate.ended_at.is_not(None), OutsideCertificate.id.desc())
    ).all()  # fmt: skip


def one_of(session: Session, person: Person, entry_id: int) -> OutsideCertificate:
    """One entry of a person; raises Problem for every other."""
    row = session.get(OutsideCertificate, entry_id)
    if row is None or row.person_id != person.id:
        raise Problem("outside.unknown")
    return row


def due_soon(session: Session, person: Person, *, today: date) -> Sequence[OutsideCertificate]:
    """What a person is to be warned of: entries that count and are over, or come due within two months."""
    rows = session.scalars(
        select(OutsideCertificate)
        .where(OutsideCertificate.person_id == person.id, OutsideCertificate.ended_at.is_(None),
               _due_by(today + timedelta(days=WARN_DAYS)))
        .order_by(DUE, OutsideCertificate.id)
    )  # fmt: skip
    return rows.all()


_NEVER = date(9999, 12, 31)
_UNTIL = func.coalesce(OutsideCertificate.valid_until, _NEVER)
_REVIEW = func.coalesce(OutsideCertificate.review_on, _NEVER)
DUE = case((_REVIEW < _UNTIL, _REVIEW), else_=_UNTIL)
"""The next day that must not be missed, as `due_on` says it; far away where there is none."""


def due_between(first: date, last: date) -> ColumnElement[bool]:
    """Entries whose next day lies between two, both included."""
    return _due_by(last) & (first <= DUE)


def _due_by(day: date) -> ColumnElement[bool]:
    return or_(OutsideCertificate.valid_until <= day, OutsideCertificate.review_on <= day)


def listed(session: Session, asked: Asked, *, today: date, offset: int = 0, limit: int | None = PAGE) -> list[Entry]:
    """Entries by the day on which they come due, the first first."""
    columns: Any = select(OutsideCertificate, Person, Unit)
    query = _asked(columns, asked, today)
    query = query.order_by(DUE, by_name(session), OutsideCertificate.id).offset(offset)
    rows = session.execute(query.limit(limit) if limit is not None else query)
    return [Entry(*row) for row in rows]


def count(session: Session, asked: Asked, *, today: date) -> int:
    """How many these are."""
    return session.scalar(_asked(select(func.count(OutsideCertificate.id)), asked, today)) or 0


def warnings(session: Session, *, reach: Reach, today: date) -> Warnings:
    """What is over and what comes due soon among people within reach."""
    over = count(session, Asked(reach, expired=True), today=today)
    return Warnings(over, count(session, Asked(reach, within=WARN_DAYS), today=today) - over)


def _asked(query: Select[Any], asked: Asked, today: date) -> Select[Any]:
    query = (
        query.select_from(OutsideCertificate).join(Person, Person.id == OutsideCertificate.person_id)
        .outerjoin(Membership, (Membership.person_id == Person.id) & Membership.home & Membership.until.is_(None))
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(OutsideCertificate.ended_at.is_(None), asked.reach.includes(Unit.path), *people.current())
    )  # fmt: skip
    if asked.unit is not None:
        query = query.where(Unit.path.startswith(asked.unit.path, autoescape=True))
    if asked.kind:
        query = query.where(OutsideCertificate.kind == asked.kind)
    if asked.employment is not None:
        query = query.where(Person.employment == asked.employment)
    if asked.expired:
        query = query.where(_due_by(today - timedelta(days=1)))
    elif asked.within is not None:
        query = query.where(_due_by(today + timedelta(days=asked.within)))
    if tidy(asked.text):
        query = query.where(persons.says(asked.text))
    return query
