"""The steps of learning a course and the progress that follows from them alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from suyu_learn.domain.courses.watching import UNWATCHED, Film, Played, Watched


class StepKind(StrEnum):
    OPENED = "opened"
    SPENT = "spent"
    WATCHED = "watched"
    ANSWERED = "answered"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One step as stored: `seconds` end at `at`; `detail` of an answer is uid, version, response and whether right,
    of what was watched the hash of the film and from where to where it was played, in seconds of the film."""

    kind: StepKind
    lesson: int
    at: datetime
    seconds: int = 0
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """How a checkpoint stands: the first right answer stays, else the latest one counts."""

    right: bool
    version: int
    response: Any
    at: datetime
    tries: int
    told: bool = True
    """Whether the person may know by now whether it is right; until then it counts as not right."""


@dataclass(slots=True)
class LessonProgress:
    """What the steps say of one lesson."""

    opened_at: datetime | None = None
    finished_at: datetime | None = None
    last_at: datetime | None = None
    days: dict[date, int] = field(default_factory=dict)
    """Seconds spent, by local day, in the order of time."""
    times: list[tuple[datetime, int]] = field(default_factory=list)
    """The same as ends with the seconds before them."""
    answers: dict[str, Answer] = field(default_factory=dict)
    films: dict[str, Watched] = field(default_factory=dict)
    """What was played of each film and sound, by its hash."""

    @property
    def spent(self) -> int:
        """All seconds spent."""
        return sum(self.days.values())

    def right(self, uid: str) -> bool:
        """Whether a checkpoint has been answered right."""
        return uid in self.answers and self.answers[uid].right

    def withhold(self, uids: Collection[str]) -> None:
        """Let nothing tell of the answers to these checkpoints whether they are right, how often they were given
        neither, since a right one is not counted on."""
        for uid in self.answers.keys() & uids:
            self.answers[uid] = replace(self.answers[uid], right=False, tries=0, told=False)

    def watched(self, film: Film) -> Watched:
        """What was played of a film."""
        return self.films.get(film.sha256, UNWATCHED)

    def worth(self, films: Iterable[Film]) -> int:
        """The seconds of all films that may count."""
        return sum(self.watched(film).worth(film) for film in films)


UNREAD = LessonProgress()
"""Stands for a lesson without steps; never changed."""


def project(steps: Iterable[StepRecord], *, zone: tzinfo) -> dict[int, LessonProgress]:
    """The progress of each lesson after all steps, which come in the order in which they were stored."""
    lessons: dict[int, LessonProgress] = {}
    for step in steps:
        lesson = lessons.setdefault(step.lesson, LessonProgress())
        lesson.last_at = max(lesson.last_at or step.at, step.at)
        if step.kind is StepKind.OPENED:
            lesson.opened_at = lesson.opened_at or step.at
        elif step.kind is StepKind.FINISHED:
            lesson.finished_at = lesson.finished_at or step.at
        elif step.kind is StepKind.SPENT:
            lesson.times.append((step.at, step.seconds))
            for day, seconds in split_by_day(step.at, step.seconds, zone=zone).items():
                lesson.days[day] = lesson.days.get(day, 0) + seconds
        elif step.kind is StepKind.WATCHED:
            _watch(lesson, step)
        else:
            _answer(lesson, step)
    return lessons


def _watch(lesson: LessonProgress, step: StepRecord) -> None:
    said = step.detail
    span = Played(float(said["from"]), float(said["to"]))
    lesson.films[said["media"]] = lesson.films.get(said["media"], UNWATCHED).more(span, step.seconds)


def _answer(lesson: LessonProgress, step: StepRecord) -> None:
    former = lesson.answers.get(step.detail["uid"])
    if former is not None and former.right:
        return
    lesson.answers[step.detail["uid"]] = Answer(
        right=bool(step.detail["right"]),
        version=step.detail["version"],
        response=step.detail["response"],
        at=step.at,
        tries=former.tries + 1 if former else 1,
    )


def split_by_day(end: datetime, seconds: int, *, zone: tzinfo) -> dict[date, int]:
    """The seconds before `end` by the local days on which they passed, earliest day first."""
    parts: list[tuple[date, int]] = []
    left = max(0, seconds)
    while left:
        last = (end - timedelta(microseconds=1)).astimezone(zone)
        midnight = datetime.combine(last.date(), time(), tzinfo=zone).astimezone(UTC)
        within = min(left, max(1, round((end - midnight).total_seconds())))
        parts.append((last.date(), within))
        left -= within
        end = midnight
    return dict(reversed(parts))


def may_open(order: Sequence[int], progress: Mapping[int, LessonProgress]) -> frozenset[int]:
    """Lessons are read in order: every finished one, and the first that is not."""
    finished = {lesson for lesson, one in progress.items() if one.finished_at is not None}
    first = next((lesson for lesson in order if lesson not in finished), None)
    return frozenset(lesson for lesson in order if lesson in finished or lesson == first)


def next_to_read(order: Sequence[int], progress: Mapping[int, LessonProgress]) -> int | None:
    """The first lesson that is not finished; None when all are."""
    return next((lesson for lesson in order if progress.get(lesson, UNREAD).finished_at is None), None)
