"""What is read in a course after it was completed: it still counts in that year, up to what the course takes.

Whoever clicks through a course has completed it with the few minutes that it took. Reading it properly afterwards
brings the rest, as entries of their own that rest on the same completion.
"""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from sqlalchemy.orm import Session

from suyu_learn.domain.courses import CreditRules, counted, credit
from suyu_learn.models import Completion, HoursEntry, Person
from suyu_learn.services import hours as ledger
from suyu_learn.services import people, programme_progress
from suyu_learn.services.courses import Situation


def credit_rest(
    session: Session, found: Situation, person: Person, *, now: datetime, zone: tzinfo, rules: CreditRules
) -> HoursEntry | None:
    """Credit what was read since the course was completed; None for less than a hundredth of an hour.

    The caller holds the person.
    """
    completion = found.done
    assert completion is not None
    total: dict[date, int] = {}
    for one in found.lessons:
        progress = found.of(one)
        for day, seconds in counted(progress.days, one.reading_seconds, watched=progress.worth(one.films)).items():
            total[day] = total.get(day, 0) + seconds
    before = _credited(session, person, completion)
    fresh = {day: seconds - before.get(day, 0) for day, seconds in total.items() if seconds > before.get(day, 0)}
    takes = sum(one.reading_seconds + sum(film.seconds for film in one.films) for one in found.lessons)
    fresh = counted(fresh, takes - sum(before.values()))  # a new version brings no hours anew in the same year
    if rules.hours(sum(fresh.values())) <= 0:
        return None
    worth = credit([fresh], already=ledger.already(session, person), rules=rules)
    if not worth.hours:
        return None
    unit = people.unit_of_the_day(session, person.id, at=now)
    entry = HoursEntry(
        person_id=person.id, hours=worth.hours, day=max(worth.days), kind="course", subject_id=found.course.id,
        title=completion.title, completion_id=completion.id, at=now,
        evidence={"after_completion": True, "days": {day.isoformat(): seconds for day, seconds in worth.days.items()},
                  "seconds": worth.seconds, "minutes_per_hour": rules.minutes, "hours": str(worth.hours)},
        unit_id=unit.unit_id, unit_path=unit.path, unit_names=unit.names,
    )  # fmt: skip
    session.add(entry)
    session.flush()
    programme_progress.settle(session, [person.id], now=now, zone=zone)
    return entry


def _credited(session: Session, person: Person, completion: Completion) -> dict[date, int]:
    """The seconds of each day that rest on a completion already."""
    days: dict[date, int] = {}
    for entry in ledger.standing(session, person):
        if entry.completion_id == completion.id:
            for day, seconds in entry.evidence.get("days", {}).items():
                days[date.fromisoformat(day)] = days.get(date.fromisoformat(day), 0) + seconds
    return days
