"""Hours learnt elsewhere, which HR enters with a proof (补录): flagged as such, taken back with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.courses import Credit, Span, most, worth
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import HoursEntry, Person, PersonKind, Role
from suyu_learn.services import audit, grants, hours, locks, persons, programme_progress
from suyu_learn.services.attendance import Terms
from suyu_learn.services.scans import Filed

LONGEST = timedelta(days=366)
LONGEST_LINE = 200


@dataclass(frozen=True, slots=True)
class Learnt:
    """What somebody learnt elsewhere, from one day to another, both counted."""

    what: str
    where: str
    first: date
    last: date
    hours: Decimal


@dataclass(frozen=True, slots=True)
class Wanted:
    """Hours to be entered for somebody, with what their days were found to have room for."""

    person: Person
    learnt: Learnt
    room: Credit
    evidence: Mapping[str, Any]
    reason: str


@dataclass(frozen=True, slots=True)
class Entered:
    """Hours that were entered by hand, and what took them back."""

    entry: HoursEntry
    taken_back: HoursEntry | None


def enter(
    session: Session, person: Person, learnt: Learnt, proof: Filed | None, *, reason: str, actor: Person, terms: Terms
) -> HoursEntry:
    """Credit hours for what was learnt elsewhere; nobody does so for themselves."""
    said = audit.required(reason)
    grants.require_another(actor, person.id)
    grants.require(session, actor, Role.HR, persons.home_unit(session, person))
    if person.kind is PersonKind.GUEST or person.merged_into_id is not None:
        raise Problem("hours.not_for", name=person.name)
    check(learnt, terms)
    if proof is None:
        raise Problem("hours.no_proof", place=Place(field="file"))
    locks.hold_people(session, [person.id])
    there = hours.standing(session, person)
    if entered_already(there, learnt):  # as by a second press of the button
        raise Problem("hours.entered_already", place=Place(field="what"))
    found = room(there, learnt, {}, terms)
    [entry] = credit_all(session, [Wanted(person, learnt, found, {"proof": asdict(proof)}, said)], actor=actor,
                         terms=terms)  # fmt: skip
    programme_progress.settle(session, [person.id], now=terms.now, zone=terms.zone)
    return entry


def credit_all(session: Session, wanted: Sequence[Wanted], *, actor: Person, terms: Terms) -> list[HoursEntry]:
    """The entries in the ledger, with their audit, in statements that hardly grow with them.

    The caller may enter hours for these people, holds them since it looked for room, and settles their programmes
    afterwards.
    """
    entries = hours.credit_found(session, [
        hours.Found(one.person.id, one.learnt.what, check(one.learnt, terms), one.learnt.hours, one.room,
                    {"where": one.learnt.where, "first": one.learnt.first.isoformat(),
                     "last": one.learnt.last.isoformat(), **one.evidence}, one.reason)
        for one in wanted
    ], kind=hours.OUTSIDE, now=terms.now, rules=terms.rules, actor=actor)  # fmt: skip
    audit.record_all(session, [
        audit.entry("hours.entered", now=terms.now, actor=actor, on=one.person, unit_id=entry.unit_id,
                    reason=one.reason, title=one.learnt.what, hours=str(entry.hours))
        for one, entry in zip(wanted, entries, strict=True)
    ])  # fmt: skip
    return entries


def room(there: Sequence[HoursEntry], learnt: Learnt, beside: Mapping[date, int], terms: Terms) -> Credit:
    """What these hours would bring beside what stands and the seconds of more days; raises Problem for nothing."""
    taken = hours.days_of(there)
    for day, seconds in beside.items():
        taken[day] = taken.get(day, 0) + seconds
    found = worth([check(learnt, terms)], learnt.hours, already=taken, zone=terms.zone, rules=terms.rules)
    if not found.days:
        raise Problem("hours.days_full", place=Place(field="hours"), most=terms.rules.per_day)
    return found


def entered_already(there: Sequence[HoursEntry], learnt: Learnt) -> bool:
    """Whether just these hours are among entries."""
    return any(_says(one, learnt) for one in there)


def void(session: Session, person: Person, entry_id: int, *, reason: str, actor: Person, terms: Terms) -> HoursEntry:
    """Take hours back that were entered by hand, and what they completed; the entry and its proof stay on record."""
    said, now = audit.required(reason), terms.now
    grants.require_another(actor, person.id)
    grants.require(session, actor, Role.HR, persons.home_unit(session, person))
    locks.hold_people(session, [person.id])
    found = one_of(session, person, entry_id)
    if found.taken_back is not None:
        raise Problem("hours.voided_already")
    hours.take_back(session, found.entry, why="voided", reason=said, actor=actor, now=now)
    audit.record(session, "hours.voided", now=now, actor=actor, on=person, unit_id=found.entry.unit_id, reason=said,
                 title=found.entry.title, hours=str(found.entry.hours))  # fmt: skip
    session.flush()
    programme_progress.reconsider(session, [person.id], reason=said, actor=actor, now=now, zone=terms.zone)
    return found.entry


def of_person(session: Session, person: Person) -> list[Entered]:
    """What was entered for somebody by hand, the latest first."""
    rows = session.scalars(
        select(HoursEntry).where(HoursEntry.person_id == person.id, HoursEntry.kind == hours.OUTSIDE)
        .order_by(HoursEntry.id.desc())
    ).all()  # fmt: skip
    counting = {one.id for one in hours.standing(session, person)}
    back = select(HoursEntry).where(HoursEntry.corrects_id.in_([row.id for row in rows])).order_by(HoursEntry.id)
    taken = {row.corrects_id: row for row in session.scalars(back)} if rows else {}
    return [Entered(row, taken.get(row.id) if row.id not in counting else None) for row in rows]


def one_of(session: Session, person: Person, entry_id: int) -> Entered:
    """One entry by hand of a person; raises Problem for every other."""
    for one in of_person(session, person):
        if one.entry.id == entry_id:
            return one
    raise Problem("hours.unknown")


def _says(entry: HoursEntry, learnt: Learnt) -> bool:
    said = {"where": learnt.where, "first": learnt.first.isoformat(), "last": learnt.last.isoformat()}
    same = all(entry.evidence.get(name) == value for name, value in said.items())
    return (
        same and entry.kind == hours.OUTSIDE and entry.title == learnt.what
        and Decimal(entry.evidence["claimed"]) == learnt.hours
    )  # fmt: skip


def check(learnt: Learnt, terms: Terms) -> Span:
    """The real time in which it can have been learnt; raises Problem for what cannot be."""
    if not learnt.what or len(learnt.what) > LONGEST_LINE:
        raise Problem("hours.no_title", place=Place(field="what"), limit=LONGEST_LINE)
    if not learnt.where or len(learnt.where) > LONGEST_LINE:
        raise Problem("hours.no_place", place=Place(field="where"))
    if learnt.last < learnt.first:
        raise Problem("hours.days_turned", place=Place(field="last"))
    if learnt.last > terms.now.astimezone(terms.zone).date():
        raise Problem("hours.to_come", place=Place(field="last"))
    if learnt.last - learnt.first > LONGEST:
        raise Problem("hours.too_long", place=Place(field="last"), most=LONGEST.days)
    if learnt.first.year != learnt.last.year:  # hours count in the year of their last day
        raise Problem("hours.two_years", place=Place(field="last"), year=learnt.first.year)
    span = (_midnight(learnt.first, terms.zone), min(_midnight(learnt.last + timedelta(days=1), terms.zone), terms.now))
    can_be = most([span], zone=terms.zone, rules=terms.rules)
    if not 0 < learnt.hours <= can_be:
        raise Problem("hours.too_many", place=Place(field="hours"), room=can_be, day=terms.rules.per_day)
    return span


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)
