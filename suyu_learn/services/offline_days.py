"""When a paper was sat, from the day that is typed: in the window of the exam, or in that of its retake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from suyu_learn.content.days import read_day
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Exam

_PLACE = Place(field="day")


@dataclass(frozen=True, slots=True)
class Sat:
    """When a paper was sat, and whether in the retake."""

    at: datetime
    retake: bool = False
    or_again: datetime | None = None
    """When it was if that was in the retake, where only a day is known on which both took place."""


def read(exam: Exam, text: str, *, zone: tzinfo, now: datetime) -> Sat:
    """What is typed as a day, perhaps with a time; a day alone begins at midnight, or with the exam.

    Raises Problem for what is no day, and for one on which neither exam nor retake took place.
    """
    if not text.strip():
        raise Problem("offline.no_day", place=_PLACE)
    said = read_day(text)
    if said is None:
        raise Problem("offline.not_a_day", place=_PLACE, typed=text.strip()[:40])
    day, with_time = said[0].replace(tzinfo=zone), said[1]
    if day.date() > now.astimezone(zone).date():
        raise Problem("offline.day_to_come", place=_PLACE)
    windows = [(exam.opens_at or exam.published_at, exam.closes_at, False)]
    if exam.retake_for is not None:
        windows.append((exam.retake_opens_at, exam.retake_closes_at, True))
    found: list[Sat] = []
    for opens, closes, retake in windows:
        first = opens.astimezone(zone) if opens is not None else day
        if first.date() <= day.date() and (closes is None or day.date() <= closes.astimezone(zone).date()):
            one = Sat(min(now, day if with_time else max(day, first)), retake)
            if with_time and first <= day and (closes is None or day <= closes):
                return one
            found.append(one)
    if not found:
        raise _outside(windows[0][0], windows[-1][1])
    again = found[-1].at if len(found) > 1 and not with_time and found[-1].at < now else None
    return Sat(found[0].at, found[0].retake, again)


def _outside(opens: datetime | None, closes: datetime | None) -> Problem:
    if closes is None:
        return Problem("offline.day_before", place=_PLACE, opens_at=opens)
    return Problem("offline.day_outside", place=_PLACE, opens_at=opens, closes_at=closes)
