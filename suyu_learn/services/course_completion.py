"""The completion of a course, once a calendar year, with the rule, the evidence and the hours it brings.

The caller holds the person, so that a course is completed once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn import hooks
from suyu_learn.db import after_commit
from suyu_learn.domain.courses import (
    Credit,
    CreditRules,
    LessonNeeds,
    LessonProgress,
    apart,
    counted,
    credit,
    fulfilled,
)
from suyu_learn.models import Completion, CompletionKind, Course, HoursEntry, Person, new_key
from suyu_learn.services import certificates, courses, people, programme_progress
from suyu_learn.services import hours as ledger
from suyu_learn.services.course_contents import LessonEntry
from suyu_learn.services.courses import Situation

PROMPT = timedelta(hours=1)
"""What is finished arrives within it, where there was a line."""


def complete_if_due(
    session: Session, course: Course, person: Person, *, now: datetime, zone: tzinfo, rules: CreditRules
) -> Completion | None:
    """Record the completion and its hours once a calendar year, when the version's rule is fulfilled.

    What is read after that brings the rest of the hours.
    """
    found = courses.situation(session, course, person, now=now, zone=zone)
    if found.done is not None:
        _credit_rest(session, found, person, now=now, zone=zone, rules=rules)
        return None
    if not found.begun:
        return None
    asked = courses.askable(session, (uid for lesson in found.lessons for uid in lesson.checkpoints))
    needs = [LessonNeeds(one.id, [uid for uid in one.checkpoints if uid in asked]) for one in found.lessons]
    if not fulfilled(found.version.completion_rule, needs, found.progress):
        return None
    at = min(now, found.last_at or now)  # what was kept without a line may have been finished days ago
    known = session.scalar(
        select(Completion).where(
            Completion.person_id == person.id, Completion.kind == CompletionKind.COURSE,
            Completion.subject_id == course.id, Completion.occasion == str(at.astimezone(zone).year),
        )
    )  # fmt: skip
    if known is not None and not known.voided_by_hand:  # it stands with somebody's former entry
        return None
    if known is not None:  # what was read since then brings it anew
        known.occasion = f"void-{known.id}"
        session.flush()
    return _complete(session, found, person, at=at, now=now, zone=zone, rules=rules)


def _complete(
    session: Session, found: Situation, person: Person, *, at: datetime, now: datetime, zone: tzinfo, rules: CreditRules
) -> Completion:
    there = ledger.standing(session, person)
    lessons = _counted(found, there, zone=zone)
    worth = credit(lessons.values(), already=ledger.days_of(there), rules=rules)
    place = _place(session, person, at=at)
    evidence = _evidence(found, lessons, worth, rules)
    if now - at > PROMPT:  # told by the browser afterwards: whoever reads the record shall know
        evidence["arrived_at"] = now.isoformat()
    completion = Completion(
        key=new_key(), person_id=person.id, kind=CompletionKind.COURSE, subject_id=found.course.id,
        occasion=str(at.astimezone(zone).year), title=found.version.title, rule=dict(found.version.completion_rule),
        evidence=evidence, started_at=min(one.opened_at for one in found.progress.values() if one.opened_at),
        completed_at=at, **place,
    )  # fmt: skip
    session.add(completion)
    session.flush()
    if worth.hours:
        day = at.astimezone(zone).date()
        session.add(_entry(completion, worth, day=day, evidence=evidence, now=now, place=place))
        session.flush()
    certificates.issue(session, completion, now=now)
    programme_progress.settle(session, [person.id], now=now, zone=zone)
    key = completion.key
    after_commit(session, lambda: hooks.completion_recorded.send("suyu_learn", completion=key))
    return completion


def _credit_rest(
    session: Session, found: Situation, person: Person, *, now: datetime, zone: tzinfo, rules: CreditRules
) -> None:
    """Credit what was read since the course was completed, up to what it takes.

    Whoever clicks through a course has completed it with the few minutes that it took. Reading it properly afterwards
    brings the rest, as entries of their own that rest on the same completion.
    """
    completion = found.done
    assert completion is not None
    total: Counter[date] = Counter()
    there = ledger.standing(session, person)
    for days in _counted(found, there, zone=zone).values():
        total.update(days)
    before = _credited(there, completion)
    fresh = {day: seconds - before[day] for day, seconds in total.items() if seconds > before[day]}
    takes = sum(one.seconds for one in found.lessons)
    fresh = counted(fresh, takes - before.total())  # a new version brings no hours anew in the same year
    worth = credit([fresh], already=ledger.days_of(there), rules=rules)
    had = sum((one.hours for one in there if one.completion_id == completion.id), Decimal(0))
    whole = rules.hours(before.total() + worth.seconds)  # so that what two entries round down is not lost twice
    if whole > had:
        worth = replace(worth, hours=whole - had)
        evidence = {"after_completion": True, **ledger.said(worth, rules)}
        place = _place(session, person, at=now)
        session.add(_entry(completion, worth, day=max(worth.days), evidence=evidence, now=now, place=place))
        session.flush()
        programme_progress.settle(session, [person.id], now=now, zone=zone)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a completed course has brought by now, also by reading on after it, and what reading on may still bring."""

    hours: Decimal
    seconds: int
    more: Decimal = Decimal(0)
    left: int = 0
    """The seconds that it takes to get `more`."""
    lesson: LessonEntry | None = None
    """The first lesson in which there is something left to read."""


def recorded(
    session: Session, found: Situation, person: Person, *, zone: tzinfo, rules: CreditRules
) -> Recorded | None:
    """What stands in the ledger for this year's completion; None while there is none."""
    if found.done is None:
        return None
    there = ledger.standing(session, person)
    hours = sum((one.hours for one in there if one.completion_id == found.done.id), Decimal(0))
    seconds = _credited(there, found.done).total()
    if found.done.voided_at is not None:
        return Recorded(hours, seconds)
    left = sum(one.seconds for one in found.lessons) - seconds
    more = rules.hours(seconds + left) - hours
    if more <= 0:
        return Recorded(hours, seconds)
    read = _counted(found, there, zone=zone)
    lesson = next((one for one in found.lessons if sum(read[one.id].values()) < one.seconds), found.lessons[0])
    return Recorded(hours, seconds, more, left, lesson)


def _counted(found: Situation, there: Sequence[HoursEntry], *, zone: tzinfo) -> dict[int, dict[date, int]]:
    """The seconds of each lesson that count, by day: none in which an event or a sign-off has counted the same time."""
    taken = ledger.times_taken(there)
    return {
        one.id: counted(
            apart(found.of(one).times, taken, zone=zone) if taken else found.of(one).days, one.reading_seconds,
            watched=found.of(one).worth(one.films),
        )
        for one in found.lessons
    }  # fmt: skip


def _credited(there: Sequence[HoursEntry], completion: Completion) -> Counter[date]:
    """The seconds of each day that rest on a completion already."""
    days: Counter[date] = Counter()
    for entry in there:
        if entry.completion_id == completion.id:
            days.update({date.fromisoformat(day): said for day, said in entry.evidence.get("days", {}).items()})
    return days


def _place(session: Session, person: Person, *, at: datetime) -> dict[str, Any]:
    unit = people.unit_of_the_day(session, person.id, at=at)
    return {"unit_id": unit.unit_id, "unit_path": unit.path, "unit_names": unit.names}


def _entry(
    completion: Completion, worth: Credit, *, day: date, evidence: dict[str, Any], now: datetime, place: dict[str, Any]
) -> HoursEntry:
    return HoursEntry(
        person_id=completion.person_id, hours=worth.hours, day=day, kind="course", subject_id=completion.subject_id,
        title=completion.title, evidence=evidence, completion_id=completion.id, at=now, **place,
    )  # fmt: skip


def _evidence(
    found: Situation, lessons: Mapping[int, Mapping[date, int]], worth: Credit, rules: CreditRules
) -> dict[str, Any]:
    """What the completion and its hours rest on: lesson times, checkpoints, and the seconds of each day."""
    return {
        "version": found.version.number,
        "lessons": [
            {"slug": one.slug, "title": one.title, "spent": found.of(one).spent, "plausible": one.reading_seconds,
             "counted": sum(lessons[one.id].values()), "finished_at": _moment(found.of(one).finished_at),
             **_watched(found.of(one), one)}
            for one in found.lessons
        ],
        "checkpoints": [
            {"uid": uid, "version": said.version, "tries": said.tries, "at": _moment(said.at)}
            for one in found.lessons
            for uid, said in sorted(found.of(one).answers.items())
            if said.right
        ],
        **ledger.said(worth, rules),
    }  # fmt: skip


def _watched(progress: LessonProgress, lesson: LessonEntry) -> dict[str, Any]:
    """How long each film and sound of a lesson plays, and how much of it was played; nothing for a lesson without."""
    films = [
        {"media": film.sha256, "name": film.name, "seconds": film.seconds,
         "watched": progress.watched(film).seconds(film)}
        for film in lesson.films
    ]  # fmt: skip
    return {"films": films} if films else {}


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value is not None else None
