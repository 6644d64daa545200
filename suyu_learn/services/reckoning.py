"""The hours of two entries for one person, looked at again once the two are one: no moment twice, and no day too full.

What came over gives way to what was there. Nothing is changed in the ledger: an entry that counts too much is taken
back, and what is left of it is entered anew, so that parting the two can take back both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from suyu_learn.domain.courses import Credit, CreditRules, Span, by_day, free
from suyu_learn.models import Attendance, Completion, HoursEntry, Person, ProgrammeMember, SignOff
from suyu_learn.services import hours as ledger

WHY = "merged"


def reckon(
    session: Session, person: Person, came: Sequence[int], *, actor: Person, now: datetime, reason: str, zone: tzinfo,
    rules: CreditRules,
) -> list[dict[str, Any]]:  # fmt: skip
    """Let the entries that came over count no more than there is room for; says what was taken back, for `undo`."""
    there = ledger.standing(session, person)
    own = [one for one in there if one.id not in came]
    known, cut = list(own), []
    for entry in (one for one in there if one.id in came):
        room = _apart(session, person, own, known, entry, zone=zone)
        fits = _fitting(known, entry, room, rules=rules)
        if fits is None:
            known.append(entry)
            continue
        back = ledger.correction(entry, -entry.hours, why=WHY, actor=actor, now=now, reason=reason)
        anew = _anew(entry, fits, actor=actor, now=now, reason=reason) if fits.hours else None
        session.add_all(one for one in (back, anew) if one is not None)
        session.flush()
        if anew is not None:
            known.append(anew)
        row = _row_of(session, entry)
        if row is not None and row.hours is not None:
            row.hours -= entry.hours - fits.hours
        cut.append({"entry": entry.id, "back": back.id, "anew": anew.id if anew is not None else None})
    session.flush()
    return cut


def undo(
    session: Session, giver: Person, receiver: Person, cut: Sequence[Mapping[str, Any]], *, actor: Person,
    now: datetime, reason: str,
) -> None:  # fmt: skip
    """Give back what was cut and has not been touched since, to the receiver, whose entries they are again."""
    parted = []
    for one in cut:
        entry, back = session.get_one(HoursEntry, one["entry"]), session.get_one(HoursEntry, one["back"])
        anew = session.get_one(HoursEntry, one["anew"]) if one["anew"] is not None else None
        parted.append((entry, anew, [row for row in (back, anew) if row is not None]))
        for row in parted[-1][2]:
            row.person_id = receiver.id
    session.flush()
    _follow(session, giver, receiver)
    for entry, anew, fallen in parted:
        if session.scalar(select(HoursEntry.id).where(HoursEntry.corrects_id.in_([row.id for row in fallen])).limit(1)):
            continue  # corrected since: that stands
        for row in fallen:
            session.add(ledger.correction(row, -row.hours, why=WHY, actor=actor, now=now, reason=reason))
        whole = _row_of(session, entry)
        if whole is not None and whole.hours is not None:
            whole.hours += entry.hours - (anew.hours if anew is not None else 0)
        session.flush()


def _follow(session: Session, giver: Person, receiver: Person) -> None:
    """Hand over what was entered since for something that is the receiver's again: an event, a sign-off, a completion,
    or an entry that it corrects."""
    at, not_at = (select(Attendance.event_id).where(Attendance.person_id == one.id) for one in (receiver, giver))
    signed = (
        select(SignOff.id).join(ProgrammeMember, ProgrammeMember.id == SignOff.member_id)
        .where(ProgrammeMember.person_id == receiver.id)
    )  # fmt: skip
    subject, kind = HoursEntry.subject_id, HoursEntry.kind
    goes = or_(
        and_(kind == ledger.EVENT, subject.in_(at), subject.not_in(not_at)),
        and_(kind == ledger.SIGN_OFF, subject.in_(signed)),
        HoursEntry.completion_id.in_(select(Completion.id).where(Completion.person_id == receiver.id)),
        HoursEntry.corrects_id.in_(select(HoursEntry.id).where(HoursEntry.person_id == receiver.id)),
    )
    while ids := session.scalars(select(HoursEntry.id).where(HoursEntry.person_id == giver.id, goes)).all():
        session.execute(update(HoursEntry).where(HoursEntry.id.in_(ids)).values(person_id=receiver.id))
    session.expire_all()


def _apart(
    session: Session, person: Person, own: Sequence[HoursEntry], known: Sequence[HoursEntry], entry: HoursEntry, *,
    zone: tzinfo,
) -> Mapping[date, int]:  # fmt: skip
    """The seconds of each day that an entry holds at times that nothing else counts.

    What was read during an event is asked of `own` alone, since the events and the courses that came over together have
    been held against each other.
    """
    held = _held(entry)
    if ledger.times_taken([entry]):
        times = ledger.times_of(entry)
        others = [one for one in known if (one.kind, one.subject_id) != (entry.kind, entry.subject_id)]  # not its years
        taken = [*ledger.times_taken(others), *_read_at(session, person, times, own, zone)]
        open_days = by_day([piece for one in times for piece in free(one, taken)], zone=zone)
        return {day: min(seconds, open_days.get(day, 0)) for day, seconds in held.items()}
    if entry.kind == ledger.COURSE:
        lost = by_day(_read_at(session, person, ledger.times_taken(own), [entry], zone), zone=zone)
        return {day: max(0, seconds - lost.get(day, 0)) for day, seconds in held.items()}
    return held


def _read_at(
    session: Session, person: Person, times: Iterable[Span], courses: Sequence[HoursEntry], zone: tzinfo
) -> list[Span]:
    return [piece for one in times for piece in ledger.read_meanwhile(session, person, courses, one, zone)]


def _held(entry: HoursEntry) -> dict[date, int]:
    return {date.fromisoformat(day): seconds for day, seconds in entry.evidence.get("days", {}).items()}


def _fitting(
    known: Sequence[HoursEntry], entry: HoursEntry, room: Mapping[date, int], *, rules: CreditRules
) -> Credit | None:
    """What an entry may count of its room beside those that are known; None where it may count as it is."""
    already = ledger.days_of(known)
    room = {day: min(seconds, max(0, rules.seconds_per_day - already.get(day, 0))) for day, seconds in room.items()}
    if room == _held(entry):
        return None
    days = {day: seconds for day, seconds in room.items() if seconds}
    seconds = sum(days.values())
    return Credit(days, seconds, min(entry.hours, rules.hours(seconds)))


def _anew(entry: HoursEntry, fits: Credit, *, actor: Person, now: datetime, reason: str) -> HoursEntry:
    told = {**entry.evidence, "days": {day.isoformat(): seconds for day, seconds in fits.days.items()},
            "seconds": fits.seconds, "hours": str(fits.hours), "instead_of": entry.id}  # fmt: skip
    return HoursEntry(
        person_id=entry.person_id, hours=fits.hours, day=max(fits.days), kind=entry.kind, subject_id=entry.subject_id,
        title=entry.title, evidence=told, completion_id=entry.completion_id, unit_id=entry.unit_id,
        unit_path=entry.unit_path, unit_names=entry.unit_names, reason=reason, actor_id=actor.id, at=now,
    )  # fmt: skip


def _row_of(session: Session, entry: HoursEntry) -> Attendance | SignOff | None:
    """What says the hours of an entry to programmes."""
    if entry.kind == ledger.SIGN_OFF and entry.subject_id is not None:
        return session.get(SignOff, entry.subject_id)
    if entry.kind != ledger.EVENT:
        return None
    return session.scalar(
        select(Attendance).where(Attendance.event_id == entry.subject_id, Attendance.person_id == entry.person_id)
    )
