"""What somebody learnt while there was no line: kept in the browser, taken in later, each step once and in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from sqlalchemy.orm import Session

from suyu_learn.domain.courses import CreditRules, StepKind
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Completion, Course, Person
from suyu_learn.services import course_completion, locks, studying
from suyu_learn.services.studying import Entered
from suyu_learn.services.versions import Versions

MOST_STEPS = 500
"""Steps taken in at once; a browser sends the rest behind them."""


@dataclass(frozen=True, slots=True)
class KeptStep:
    """One step as the browser kept it: `age` ago a lesson was opened, time in it ended, a question was answered, or it
    was read."""

    lesson: str
    kind: StepKind
    key: str
    age: timedelta = timedelta()
    seconds: int = 0
    place: int = 0
    """Of the question among those of the lesson."""
    answer: tuple[str, ...] = ()
    page: datetime | None = None
    """When the page was made in which it was taken; None where nobody can tell."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a step; the browser keeps it no longer, whether it counts or was refused for good."""

    step: KeptStep
    right: bool | None = None
    problem: Problem | None = None


def take(
    session: Session,
    course: Course,
    person: Person,
    steps: Sequence[KeptStep],
    *,
    version: int,
    now: datetime,
    zone: tzinfo,
    versions: Versions,
    rules: CreditRules,
) -> tuple[list[Taken], Completion | None]:
    """Take steps in, one after the other, since what one finishes lets the next one in; and the completion, if that
    follows. `version` is the one that the browser has, in which alone its steps mean something."""
    locks.hold_people(session, [person.id])
    entered: dict[str, Entered] = {}
    taken = []
    for step in steps:
        try:
            if step.lesson not in entered:
                entered[step.lesson] = studying.enter(session, course, step.lesson, person, now=now, zone=zone)
            if entered[step.lesson].situation.version.number != version:
                raise Problem("course.other_version")
            taken.append(Taken(step, _take(session, entered[step.lesson], step, now=now, versions=versions)))
        except Problem as problem:
            taken.append(Taken(step, problem=problem))
        if step.kind is StepKind.FINISHED:
            entered.clear()
    return taken, course_completion.complete_if_due(session, course, person, now=now, zone=zone, rules=rules)


def _take(
    session: Session, entered: Entered, step: KeptStep, *, now: datetime, versions: Versions
) -> bool | None:  # fmt: skip
    """Whether an answer is right; None for every other step.

    A step was taken neither before its page was made nor, where that is not told, before the last one that is known.
    """
    since = step.page
    age = step.age if since is not None else studying.age_at_most(entered, step.age, now=now)
    if step.kind is StepKind.OPENED:
        studying.open_lesson(session, entered, now=now, key=step.key, age=age, since=since)
    elif step.kind is StepKind.SPENT:
        studying.spend(session, entered, now=now, seconds=step.seconds, key=step.key, age=age, since=since)
    elif step.kind is StepKind.FINISHED:
        studying.finish(session, entered, now=now, key=step.key, age=age, since=since)
    elif 1 <= step.place <= len(entered.entry.checkpoints):
        uid, given = entered.entry.checkpoints[step.place - 1], list(step.answer)
        return studying.answer(session, entered, uid, given, now=now, versions=versions, key=step.key, age=age,
                               since=since)  # fmt: skip
    return None
