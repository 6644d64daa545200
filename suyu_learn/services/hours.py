"""The ledger of credit hours: only ever appended to, and what was taken back leaves its day free again.

Whoever adds hours holds the person's row, so that two who do so at once cannot fill the same day twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.courses import CreditRules, Span, free, worth
from suyu_learn.models import HoursEntry, Person
from suyu_learn.services import people

CORRECTION = "correction"
EVENT, SIGN_OFF, OUTSIDE = "event", "sign_off", "outside"
_IN_PERSON = (EVENT, SIGN_OFF)
"""Where somebody was bodily: two of these at the same time count once."""
_EXACT = timedelta(days=1)
"""What takes no longer than this says exactly when somebody was there."""


def standing(session: Session, person: Person) -> Sequence[HoursEntry]:
    """The entries of a person that count, the oldest first: neither corrections nor what one takes back."""
    rows = session.scalars(select(HoursEntry).where(HoursEntry.person_id == person.id).order_by(HoursEntry.id)).all()
    by: dict[int, list[HoursEntry]] = {}
    for row in rows:
        if row.corrects_id is not None:
            by.setdefault(row.corrects_id, []).append(row)

    def stands(row: HoursEntry) -> bool:
        return not any(stands(one) for one in by.get(row.id, ()))

    return [row for row in rows if row.kind != CORRECTION and stands(row)]


def already(session: Session, person: Person) -> dict[date, int]:
    """The seconds of each day that the ledger holds, whatever brought them."""
    return _days_of(standing(session, person))


def _days_of(entries: Sequence[HoursEntry]) -> dict[date, int]:
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
) -> HoursEntry | None:
    """Credit hours for time in person: never more than passed, nor than its days have room for; None for nothing.

    The caller holds the person.
    """
    there = standing(session, person)
    spans = _free(there, kind, (began_at, ended_at))
    found = worth(spans, hours, already=_days_of(there), zone=zone, rules=rules)
    if not found.hours:
        return None
    unit = people.unit_of_the_day(session, person.id, at=ended_at)
    if unit.unit_id is None:  # entered afterwards for somebody who was not known here yet
        unit = people.unit_of_the_day(session, person.id, at=now)
    entry = HoursEntry(
        person_id=person.id, hours=found.hours, day=max(found.days), kind=kind, subject_id=subject_id, title=title,
        evidence={
            **evidence, "began_at": began_at.isoformat(), "ended_at": ended_at.isoformat(), "claimed": str(hours),
            "days": {day.isoformat(): seconds for day, seconds in found.days.items()}, "seconds": found.seconds,
            "minutes_per_hour": rules.minutes, "hours": str(found.hours),
        },
        unit_id=unit.unit_id, unit_path=unit.path, unit_names=unit.names, reason=reason,
        actor_id=actor.id if actor is not None else None, at=now,
    )  # fmt: skip
    session.add(entry)
    session.flush()
    return entry


def of_subject(session: Session, person: Person, *, kind: str, subject_id: int) -> HoursEntry | None:
    """The entry that a thing has brought somebody and that stands."""
    found = (one for one in standing(session, person) if one.kind == kind and one.subject_id == subject_id)
    return next(found, None)


def take_back(session: Session, entry: HoursEntry, *, why: str, reason: str, actor: Person, now: datetime) -> None:
    """Let an entry count no more; its day is free again."""
    session.add(correction(entry, -entry.hours, why=why, reason=reason, actor=actor, now=now))
    session.flush()


def has_room(session: Session, person: Person, entry: HoursEntry, *, rules: CreditRules) -> bool:
    """Whether an entry that was taken back fits into its days beside what they hold by now."""
    held = already(session, person)
    return all(
        held.get(date.fromisoformat(day), 0) + seconds <= rules.seconds_per_day
        for day, seconds in entry.evidence.get("days", {}).items()
    )


def correction(entry: HoursEntry, hours: Decimal, *, why: str, reason: str, actor: Person, now: datetime) -> HoursEntry:
    """An entry that takes another one back; the ledger is only ever appended to."""
    return HoursEntry(
        person_id=entry.person_id, hours=hours, day=entry.day, kind=CORRECTION, subject_id=entry.subject_id,
        title=entry.title, evidence={"why": why}, completion_id=entry.completion_id, corrects_id=entry.id,
        unit_id=entry.unit_id, unit_path=entry.unit_path, unit_names=entry.unit_names, reason=reason,
        actor_id=actor.id, at=now,
    )  # fmt: skip


def _free(entries: Sequence[HoursEntry], kind: str, span: Span) -> list[Span]:
    """The part of a time that no other event or sign-off has counted already, whatever midnights lie between.

    What is longer than a day, as a field school is, says only roughly when somebody was there.
    """
    if kind not in _IN_PERSON or _is_rough(span):
        return [span]
    others = [
        (datetime.fromisoformat(one.evidence["began_at"]), datetime.fromisoformat(one.evidence["ended_at"]))
        for one in entries
        if one.kind in _IN_PERSON and "began_at" in one.evidence
    ]
    return free(span, [one for one in others if not _is_rough(one)])


def _is_rough(span: Span) -> bool:
    return span[1] - span[0] > _EXACT
