"""The hours of two entries for one person, looked at again once the two are one: no moment twice, and no day too full.

What came over gives way to what was there. Nothing is changed in the ledger: an entry that counts too much is taken
back, and what is left of it is entered anew, so that parting the two can take back both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.courses import Credit, CreditRules, by_day, free
from suyu_learn.models import Attendance, HoursEntry, Person, SignOff
from suyu_learn.services import hours as ledger

WHY = "merged"


def reckon(
    session: Session, person: Person, came: Sequence[int], *, actor: Person, now: datetime, reason: str, zone: tzinfo,
    rules: CreditRules,
) -> list[dict[str, Any]]:  # fmt: skip
    """Let the entries that came over count no more than there is room for; says what was taken back, for `undo`."""
    there = ledger.standing(session, person)
    known = [one for one in there if one.id not in came]
    cut = []
    for entry in (one for one in there if one.id in came):
        fits = _fitting(known, entry, zone=zone, rules=rules)
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
    session: Session, person: Person, cut: Sequence[Mapping[str, Any]], *, actor: Person, now: datetime, reason: str
) -> None:
    """Give back to `person`, whose entries they are again, what was cut and has not been touched since."""
    for one in cut:
        entry, back = session.get_one(HoursEntry, one["entry"]), session.get_one(HoursEntry, one["back"])
        anew = session.get_one(HoursEntry, one["anew"]) if one["anew"] is not None else None
        fallen = [row for row in (back, anew) if row is not None]
        touched = ledger.with_corrections(session, [row.id for row in fallen])
        for number in touched:
            session.get_one(HoursEntry, number).person_id = person.id
        session.flush()
        if len(touched) > len(fallen):
            continue  # corrected since: that stands
        for row in fallen:
            session.add(ledger.correction(row, -row.hours, why=WHY, actor=actor, now=now, reason=reason))
        whole = _row_of(session, entry)
        if whole is not None and whole.hours is not None:
            whole.hours += entry.hours - (anew.hours if anew is not None else 0)
        session.flush()


def _fitting(
    known: Sequence[HoursEntry], entry: HoursEntry, *, zone: tzinfo, rules: CreditRules
) -> Credit | None:  # fmt: skip
    """What an entry may count beside those that are known; None where it may count as it is."""
    held = {date.fromisoformat(day): seconds for day, seconds in entry.evidence.get("days", {}).items()}
    if not held:
        return None
    already, room = ledger.days_of(known), dict(held)
    if ledger.times_taken([entry]):
        taken = ledger.times_taken(known)
        open_days = by_day([piece for one in ledger.times_of(entry) for piece in free(one, taken)], zone=zone)
        room = {day: min(seconds, open_days.get(day, 0)) for day, seconds in held.items()}
    room = {day: min(seconds, max(0, rules.seconds_per_day - already.get(day, 0))) for day, seconds in room.items()}
    if room == held:
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
