"""The ledger of credit hours: only ever appended to, and what was taken back leaves its day free again.

Whoever adds hours holds the person's row, so that two who do so at once cannot fill the same day twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.courses import Credit, CreditRules, Span, StepKind, free, worth
from suyu_learn.models import Enrolment, HoursEntry, Person, ProgressStep
from suyu_learn.services import bulk, people

CORRECTION = "correction"
COURSE, EVENT, SIGN_OFF, OUTSIDE = "course", "event", "sign_off", "outside"
_IN_PERSON = (EVENT, SIGN_OFF)
"""Where somebody was bodily: two of these at the same time count once."""
_EXACT = timedelta(days=1)
"""What takes no longer than this says exactly when somebody was there."""


def standing(session: Session, person: Person) -> Sequence[HoursEntry]:
    """The entries of a person that count, the oldest first: neither corrections nor what one takes back."""
    return standing_of(session, [person.id])[person.id]


def standing_of(session: Session, people_ids: Collection[int]) -> dict[int, Sequence[HoursEntry]]:
    """The same of several people, by person; a statement for each five hundred."""
    rows: dict[int, list[HoursEntry]] = {one: [] for one in people_ids}
    ids = sorted(rows)
    for start in range(0, len(ids), 500):
        some = select(HoursEntry).where(HoursEntry.person_id.in_(ids[start : start + 500])).order_by(HoursEntry.id)
        for row in session.scalars(some):
            rows[row.person_id].append(row)
    return {person_id: _standing(those) for person_id, those in rows.items()}


def _standing(rows: Sequence[HoursEntry]) -> Sequence[HoursEntry]:
    by: dict[int, list[HoursEntry]] = {}
    for row in rows:
        if row.corrects_id is not None:
            by.setdefault(row.corrects_id, []).append(row)

    def stands(row: HoursEntry) -> bool:
        return not any(stands(one) for one in by.get(row.id, ()))

    return [row for row in rows if row.kind != CORRECTION and stands(row)]


def already(session: Session, person: Person) -> dict[date, int]:
    """The seconds of each day that the ledger holds, whatever brought them."""
    return days_of(standing(session, person))


def days_of(entries: Sequence[HoursEntry]) -> dict[date, int]:
    """The seconds of each day that these entries hold."""
    days: dict[date, int] = {}
    for entry in entries:
        for day, seconds in entry.evidence.get("days", {}).items():
            days[date.fromisoformat(day)] = days.get(date.fromisoformat(day), 0) + seconds
    return days


def credit(
    session: Session,
    person: Person,
    *,
    kind: str,
    title: str,
    subject_id: int | None,
    began_at: datetime,
    ended_at: datetime,
    hours: Decimal,
    evidence: Mapping[str, Any],
    now: datetime,
    zone: tzinfo,
    rules: CreditRules,
    actor: Person | None = None,
    reason: str = "",
) -> list[HoursEntry]:
    """Credit hours for time in person: never more than passed, nor than its days have room for; empty for nothing.

    One entry for each calendar year, so that what goes over its last midnight counts in both. The caller holds the
    person.
    """
    return credit_together(
        session, [(person, subject_id)], kind=kind, title=title, began_at=began_at, ended_at=ended_at, hours=hours,
        evidence=evidence, now=now, zone=zone, rules=rules, actor=actor, reason=reason,
    )[person.id]  # fmt: skip


def credit_together(
    session: Session,
    who: Sequence[tuple[Person, int | None]],
    *,
    kind: str,
    title: str,
    began_at: datetime,
    ended_at: datetime,
    hours: Decimal,
    evidence: Mapping[str, Any],
    now: datetime,
    zone: tzinfo,
    rules: CreditRules,
    actor: Person | None = None,
    reason: str = "",
) -> dict[int, list[HoursEntry]]:
    """The same of many who were there from when to when alike, each with what brought it, by person.

    The statements grow with those who have read something on these days, not with all.
    """
    standing_now, whole = standing_of(session, [person.id for person, _subject in who]), (began_at, ended_at)
    found = []
    for person, subject_id in who:
        there = standing_now[person.id]
        spans = _free(session, person, there, kind, whole, zone)
        told = dict(evidence)
        if spans != [whole]:
            told["spans"] = [[begins.isoformat(), ends.isoformat()] for begins, ends in spans]
        brought = worth(spans, hours, already=days_of(there), zone=zone, rules=rules)
        found += [Found(person.id, title, whole, hours, one, told, reason, subject_id)
                  for one in _by_year(brought, rules)]  # fmt: skip
    by_person: dict[int, list[HoursEntry]] = {person.id: [] for person, _subject in who}
    for entry in credit_found(session, found, kind=kind, now=now, rules=rules, actor=actor):
        by_person[entry.person_id].append(entry)
    return by_person


@dataclass(frozen=True, slots=True)
class Found:
    """Hours of somebody for which their days were found to have room, all of one calendar year."""

    person_id: int
    title: str
    span: Span
    claimed: Decimal
    credit: Credit
    evidence: Mapping[str, Any]
    reason: str
    subject_id: int | None = None


def credit_found(
    session: Session, found: Sequence[Found], *, kind: str, now: datetime, rules: CreditRules, actor: Person | None
) -> list[HoursEntry]:
    """Enter what was found, an entry for each, in statements that hardly grow with them; the caller holds the people
    since it looked at their days."""
    units = people.units_at(session, [(one.person_id, at) for one in found for at in (one.span[1], now)])
    values: list[dict[str, Any]] = []
    for one in found:
        began_at, ended_at = one.span
        unit = units[one.person_id, ended_at]
        if unit.unit_id is None:  # entered afterwards for somebody who was not known here yet
            unit = units[one.person_id, now]
        told = {**one.evidence, "began_at": began_at.isoformat(), "ended_at": ended_at.isoformat(),
                "claimed": str(one.claimed), **said(one.credit, rules)}  # fmt: skip
        values.append({
            "person_id": one.person_id, "hours": one.credit.hours, "day": max(one.credit.days), "kind": kind,
            "subject_id": one.subject_id, "title": one.title, "evidence": told, "unit_id": unit.unit_id,
            "unit_path": unit.path, "unit_names": unit.names, "reason": one.reason,
            "actor_id": actor.id if actor is not None else None, "at": now,
        })  # fmt: skip
    return bulk.stored(session, HoursEntry, values)


def said(one: Credit, rules: CreditRules) -> dict[str, Any]:
    """What an entry keeps of its seconds and hours."""
    return {
        "days": {day.isoformat(): seconds for day, seconds in one.days.items()},
        "seconds": one.seconds,
        "minutes_per_hour": rules.minutes,
        "hours": str(one.hours),
    }


def _by_year(found: Credit, rules: CreditRules) -> list[Credit]:
    """The hours of each calendar year, together those of all."""
    left, parts = found.hours, []
    years = sorted({day.year for day in found.days})
    for year in years:
        days = {day: seconds for day, seconds in found.days.items() if day.year == year}
        seconds = sum(days.values())
        brings = left if year == years[-1] else min(left, rules.hours(seconds))
        left -= brings
        if brings:
            parts.append(Credit(days, seconds, brings))
    return parts


def of_subject(session: Session, person: Person, *, kind: str, subject_id: int) -> list[HoursEntry]:
    """The entries that a thing has brought somebody and that stand: one for each calendar year."""
    return [one for one in standing(session, person) if one.kind == kind and one.subject_id == subject_id]


def take_back(session: Session, entry: HoursEntry, *, why: str, reason: str, actor: Person, now: datetime) -> None:
    """Let an entry count no more; its day is free again."""
    take_back_all(session, [entry], why=why, reason=reason, actor=actor, now=now)


def take_back_all(
    session: Session, entries: Iterable[HoursEntry], *, why: str, reason: str, actor: Person, now: datetime
) -> None:
    """The same of many, in statements that hardly grow with them."""
    bulk.stored(session, HoursEntry, [
        _correction(one, -one.hours, why=why, reason=reason, actor=actor, now=now) for one in entries
    ])  # fmt: skip


def has_room(
    session: Session, person: Person, entry: HoursEntry, *, since: int, zone: tzinfo, rules: CreditRules
) -> bool:  # fmt: skip
    """Whether the reading that an entry counted, which was taken back, still finds room.

    Its days hold others by now, and an event or a sign-off later than the entry with the id `since` may have counted
    the same time.
    """
    there = standing(session, person)
    held = days_of(there)
    if any(
        held.get(date.fromisoformat(day), 0) + seconds > rules.seconds_per_day
        for day, seconds in entry.evidence.get("days", {}).items()
    ):
        return False
    spans = times_taken([one for one in there if one.id > since])
    return not any(read_meanwhile(session, person, [entry], span, zone) for span in spans)


def correction(entry: HoursEntry, hours: Decimal, *, why: str, reason: str, actor: Person, now: datetime) -> HoursEntry:
    """An entry that takes another one back; the ledger is only ever appended to."""
    return HoursEntry(**_correction(entry, hours, why=why, reason=reason, actor=actor, now=now))


def _correction(
    entry: HoursEntry, hours: Decimal, *, why: str, reason: str, actor: Person, now: datetime
) -> dict[str, Any]:
    return {
        "person_id": entry.person_id, "hours": hours, "day": entry.day, "kind": CORRECTION,
        "subject_id": entry.subject_id, "title": entry.title, "evidence": {"why": why},
        "completion_id": entry.completion_id, "corrects_id": entry.id, "unit_id": entry.unit_id,
        "unit_path": entry.unit_path, "unit_names": entry.unit_names, "reason": reason, "actor_id": actor.id, "at": now,
    }  # fmt: skip


def with_corrections(session: Session, ids: Iterable[int]) -> list[int]:
    """These entries with what corrects them, and what corrects that, whoever's they are."""
    found = more = set(ids)
    while more:
        more = set(session.scalars(select(HoursEntry.id).where(HoursEntry.corrects_id.in_(more)))) - found
        found = found | more
    return sorted(found)


def times_taken(entries: Sequence[HoursEntry]) -> list[Span]:
    """The real times that events and sign-offs among these entries count, as far as they say exactly when they were."""
    return [span for one in entries if one.kind in _IN_PERSON for span in times_of(one) if not _is_rough(span)]


def times_of(entry: HoursEntry) -> list[Span]:
    """The real times that an entry counts; none where it says none, as that of a course."""
    told = entry.evidence
    pairs = told.get("spans", [[told["began_at"], told["ended_at"]]] if "began_at" in told else [])
    return [(datetime.fromisoformat(begins), datetime.fromisoformat(ends)) for begins, ends in pairs]


def _free(
    session: Session, person: Person, entries: Sequence[HoursEntry], kind: str, span: Span, zone: tzinfo
) -> list[Span]:
    """The part of a time that nothing else has counted already: no other event or sign-off, and no reading.

    What is longer than a day, as a field school is, says only roughly when somebody was there.
    """
    if kind not in _IN_PERSON or _is_rough(span):
        return [span]
    return free(span, [*times_taken(entries), *read_meanwhile(session, person, entries, span, zone)])


def read_meanwhile(
    session: Session, person: Person, entries: Sequence[HoursEntry], span: Span, zone: tzinfo
) -> list[Span]:
    """When lessons were read within a span, as far as their courses counted that: of each day the first seconds."""
    counted: dict[tuple[int, date], int] = {}
    for one in entries:
        for day, seconds in one.evidence.get("days", {}).items() if one.kind == COURSE else ():
            place = (one.subject_id or 0, date.fromisoformat(day))
            counted[place] = counted.get(place, 0) + seconds
    first, last = (moment.astimezone(zone).date() for moment in span)
    courses = {course for course, day in counted if first <= day <= last}
    if not courses:
        return []
    found: list[Span] = []
    ended: datetime
    for course, ended, seconds in session.execute(
        select(Enrolment.course_id, ProgressStep.at, ProgressStep.seconds)
        .join(Enrolment, Enrolment.id == ProgressStep.enrolment_id)
        .where(Enrolment.person_id == person.id, Enrolment.course_id.in_(courses),
               ProgressStep.kind == StepKind.SPENT.value,
               ProgressStep.at > datetime.combine(first, time(), tzinfo=zone),
               ProgressStep.at < span[1] + timedelta(days=1))
        .order_by(ProgressStep.at, ProgressStep.id)
    ):  # fmt: skip
        began = ended - timedelta(seconds=seconds)
        place = (course, began.astimezone(zone).date())
        took = min(seconds, counted.get(place, 0))
        counted[place] = counted.get(place, 0) - took
        begins, ends = max(began, span[0]), min(began + timedelta(seconds=took), span[1])
        if begins < ends:
            found.append((begins, ends))
    return found


def _is_rough(span: Span) -> bool:
    return span[1] - span[0] > _EXACT
