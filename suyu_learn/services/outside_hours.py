"""Hours learnt elsewhere, which HR enters with a proof (补录): flagged as such, taken back with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    evidence = {"proof": {"sha256": proof.sha256, "mime": proof.mime, "size": proof.size, "name": proof.name}}
    entry = credit(session, person, learnt, evidence, reason=said, actor=actor, terms=terms)
    programme_progress.settle(session, [person.id], now=terms.now, zone=terms.zone)
    return entry


def credit(
    session: Session,
    person: Person,
    learnt: Learnt,
    evidence: Mapping[str, Any],
    *,
    reason: str,
    actor: Person,
    terms: Terms,
) -> HoursEntry:
    """The entry in the ledger, with its audit; raises Problem for what cannot be, is there, or finds no room.

    The caller may enter hours for the person, holds them, and settles their programmes afterwards.
    """
    began, ended = check(learnt, terms)
    if entered_already(hours.standing(session, person), learnt):  # as by a second press of the button
        raise Problem("hours.entered_already", place=Place(field="what"))
    told = {"where": learnt.where, "first": learnt.first.isoformat(), "last": learnt.last.isoformat(), **evidence}
    entries = hours.credit(
        session, person, kind=hours.OUTSIDE, title=learnt.what, subject_id=None, began_at=began, ended_at=ended,
        hours=learnt.hours, evidence=told, now=terms.now, zone=terms.zone, rules=terms.rules, actor=actor,
        reason=reason,
    )  # fmt: skip
    if not entries:
        raise Problem("hours.days_full", place=Place(field="hours"), most=terms.rules.per_day)
    [entry] = entries  # its days are of one year
    audit.record(session, "hours.entered", now=terms.now, actor=actor, on=person, unit_id=entry.unit_id, reason=reason,
                 title=learnt.what, hours=str(entry.hours))  # fmt: skip
    session.flush()
    return entry


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
