"""Reading a lesson: opening it, time spent, films watched, checkpoint answers, finishing.

Steps are only ever appended. Whoever writes one holds the person's row, so that two pages open side by side
cannot count the same minutes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from hashlib import sha256
from typing import Any

from sqlalchemy import func, insert, literal, select
from sqlalchemy.orm import Session

from suyu_learn.content import pictures
from suyu_learn.db import UtcDateTime, upsert
from suyu_learn.domain.courses import (
    Film,
    StepKind,
    Told,
    believed,
    grant,
)
from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Course,
    Enrolment,
    Person,
    PersonKind,
    ProgressStep,
)
from suyu_learn.services import courses, locks
from suyu_learn.services.course_contents import LessonEntry, Reading, reading_of
from suyu_learn.services.courses import Begun, Situation
from suyu_learn.services.versions import Versions

_NEW_STEP = insert(ProgressStep)
FRESH = timedelta(seconds=20)
"""A page that is shown again so soon, as after a redirect, is not another opening."""


@dataclass(frozen=True, slots=True)
class Entered:
    """A lesson that a person may read, in their own enrolment."""

    situation: Situation
    enrolment: Begun
    entry: LessonEntry
    lesson: Reading
    person: Person

    @property
    def previous(self) -> LessonEntry | None:
        return self._at(self.entry.position - 1)

    @property
    def following(self) -> LessonEntry | None:
        return self._at(self.entry.position + 1)

    def _at(self, position: int) -> LessonEntry | None:
        lessons = self.situation.lessons
        return lessons[position - 1] if 0 < position <= len(lessons) else None


def enter(session: Session, course: Course, slug: str, person: Person, *, now: datetime, zone: tzinfo) -> Entered:
    """Find the lesson for a person, enrolling them at their first one; raises Problem while it is not its turn."""
    if person.kind is PersonKind.GUEST:
        raise Problem("page.refused")
    if any(one.merged_into_id is not None for one in locks.hold_people(session, [person.id])):
        raise Problem("page.refused")  # since the request began
    found = courses.situation(session, course, person, now=now, zone=zone)
    entry = _openable(found, slug)
    enrolment = found.enrolment or _enrol(session, found, person, now=now)
    return Entered(found, enrolment, entry, reading_of(session, found.version, entry), person)


def go_on(
    session: Session, course: Course, slug: str, person: Person, *, now: datetime, zone: tzinfo
) -> Entered | None:
    """The same for who only reads, and notes nothing; None for a person who has yet to be enrolled."""
    found = courses.situation(session, course, person, now=now, zone=zone)
    entry = _openable(found, slug)
    if found.enrolment is None:
        return None
    return Entered(found, found.enrolment, entry, reading_of(session, found.version, entry), person)


def _lesson(found: Situation, slug: str) -> LessonEntry:
    entry = next((lesson for lesson in found.lessons if lesson.slug == slug), None)
    if entry is None:
        raise Problem("course.no_such_lesson")
    return entry


def _openable(found: Situation, slug: str) -> LessonEntry:
    entry = _lesson(found, slug)
    if entry.id not in found.openable:
        raise _refused(found, entry)
    return entry


def look_ahead(session: Session, course: Course, slug: str, person: Person, *, now: datetime, zone: tzinfo) -> Entered:
    """A lesson of a course that the person has begun, for reading without a line later: also one whose turn comes only
    then, but none before its day. Notes nothing."""
    found = courses.situation(session, course, person, now=now, zone=zone)
    entry = _lesson(found, slug)
    if found.enrolment is None:
        raise Problem("course.no_such_lesson")
    if found.waits(entry) is not None:
        raise _refused(found, entry)
    return Entered(found, found.enrolment, entry, reading_of(session, found.version, entry), person)


def _refused(found: Situation, entry: LessonEntry) -> Problem:
    """Why a lesson cannot be opened yet."""
    if found.missing:
        return Problem("course.requires", courses=[one.title for one in found.missing])
    if found.opens_at is not None:
        return Problem("course.opens_later", opens_at=found.opens_at)
    opens_at = found.waits(entry)
    if opens_at is not None:
        return Problem("course.lesson_opens_later", lesson=entry.title, opens_at=opens_at)
    assert found.first_unfinished is not None  # a lesson waits only for one that is not finished
    return Problem("course.lesson_locked", first=found.first_unfinished.title)


def _enrol(session: Session, found: Situation, person: Person, *, now: datetime) -> Begun:
    values = {"person_id": person.id, "course_id": found.course.id, "course_version_id": found.version.id,
              "started_at": now}  # fmt: skip
    session.execute(upsert(session, Enrolment).values(**values).on_conflict_do_nothing())
    return courses.enrolment_in(session, found.course, person)


def open_lesson(
    session: Session, entered: Entered, *, now: datetime, key: str | None = None, age: timedelta = timedelta(),
    since: datetime | None = None,
) -> None:  # fmt: skip
    """Note that the lesson is open since `age` ago; `since` is when the page was made that tells it."""
    at = _moment_of(entered, now, age, since)
    if key is not None:
        if not _known(session, entered, key):
            _append(session, entered, StepKind.OPENED, at=at, key=key)
    elif is_opening(entered, at):
        _note_opened(session, entered, at)


def _note_opened(session: Session, entered: Entered, at: datetime) -> None:
    """Note it where the enrolment is still the person's, which nobody has held since the lesson was read."""
    opened = select(Enrolment.id, literal(entered.entry.id), literal(StepKind.OPENED.value), literal(at, UtcDateTime))
    session.execute(insert(ProgressStep).from_select(
        ["enrolment_id", "lesson_id", "kind", "at"],
        opened.where(Enrolment.id == entered.enrolment.id, Enrolment.person_id == entered.person.id),
    ))  # fmt: skip


def is_opening(entered: Entered, now: datetime) -> bool:
    """Whether showing the lesson now is another opening of it."""
    latest = entered.situation.of(entered.entry).last_at
    return latest is None or abs(now - latest) > FRESH  # the server's clock may have been set back


def spend(
    session: Session,
    entered: Entered,
    *,
    now: datetime,
    seconds: int | None = None,
    key: str | None = None,
    age: timedelta = timedelta(),
    since: datetime | None = None,
) -> int:
    """Count time that ended `age` ago, and say how much of it counts; the same key counts once.

    Nothing of it lies before `since`, when the page was made that tells it.

    No moment of a person counts twice: a time that arrives late is cut to what lies between those counted already.
    Without `seconds` nobody saw how long the page was visible: what has passed since it was opened counts, up to
    what is left of the lesson's plausible reading time.
    """
    if key and _known(session, entered, key):
        return 0
    until = _before_later_times(session, entered, _moment_of(entered, now, age, since))
    opened_at = _not_before(since, _opened(session, entered, until))
    counted_until = session.scalar(_times_of(entered, func.max(ProgressStep.at)).where(ProgressStep.at <= until))
    left = None if seconds is not None else entered.entry.reading_seconds - entered.situation.of(entered.entry).spent
    granted = grant(claimed=seconds, opened_at=opened_at, until=until, counted_until=counted_until, most=left)
    if granted:
        _append(session, entered, StepKind.SPENT, at=until, seconds=granted, key=key)
    return granted


def _before_later_times(session: Session, entered: Entered, until: datetime) -> datetime:
    """The same moment, or where a time begins that was counted already and goes on beyond it."""
    later = session.execute(
        _times_of(entered, ProgressStep.at, ProgressStep.seconds).where(ProgressStep.at > until)
        .order_by(ProgressStep.at, ProgressStep.id).limit(1)
    ).one_or_none()  # fmt: skip
    return until if later is None else min(until, later.at - timedelta(seconds=later.seconds))


def _times_of(entered: Entered, *what: Any) -> Any:
    """Of all times counted for a person, in whatever course."""
    return (
        select(*what).join(Enrolment, Enrolment.id == ProgressStep.enrolment_id)
        .where(Enrolment.person_id == entered.person.id, ProgressStep.kind == StepKind.SPENT.value)
    )  # fmt: skip


def watch(
    session: Session,
    entered: Entered,
    told: Sequence[Told],
    *,
    now: datetime,
    key: str,
    unseen: int = 0,
    age: timedelta = timedelta(),
    since: datetime | None = None,
) -> None:
    """Keep what was played of the lesson's films and sounds until `age` ago; the same key counts once.

    All together it is no more than can have been played since the lesson was opened and since anything was played on
    another page. `unseen` are seconds in which a sound played while the page was not visible, which are spent too.
    """
    if unseen:
        spend(session, entered, now=now, seconds=unseen, key=f"{key}.time", age=age, since=since)
    if _known(session, entered, key):
        return
    until = _moment_of(entered, now, age, since)
    room = grant(
        claimed=None, opened_at=_not_before(since, _opened(session, entered, until)), until=until,
        counted_until=_until(session, entered, StepKind.WATCHED),
    )  # fmt: skip
    of_lesson = {film.sha256: film for film in entered.entry.films}
    for place, one in enumerate(believed(told, of_lesson, room=room)):
        detail = {"media": one.sha256, "from": one.span.begin, "to": one.span.end}
        _append(session, entered, StepKind.WATCHED, at=until, seconds=one.took, key=f"{key}.{place}" if place else key,
                detail=detail)  # fmt: skip


def _opened(session: Session, entered: Entered, until: datetime) -> datetime | None:
    """When the lesson was last opened before a moment."""
    found: datetime | None = session.scalar(
        _of_lesson(entered, func.max(ProgressStep.at))
        .where(ProgressStep.kind == StepKind.OPENED.value, ProgressStep.at <= until)
    )  # fmt: skip
    return found


def _until(session: Session, entered: Entered, kind: StepKind) -> datetime | None:
    """Where counting of one kind has come to, whatever lessons of the person lie open side by side."""
    return session.scalar(
        select(func.max(ProgressStep.at)).join(Enrolment, Enrolment.id == ProgressStep.enrolment_id)
        .where(Enrolment.person_id == entered.person.id, ProgressStep.kind == kind.value)
    )  # fmt: skip


def answer(
    session: Session,
    entered: Entered,
    uid: str,
    raw: Any,
    *,
    now: datetime,
    versions: Versions,
    key: str | None = None,
    age: timedelta = timedelta(),
    since: datetime | None = None,
) -> bool | None:
    """Mark an answer to a checkpoint at once and keep it; raises if unreadable.

    None when nothing was answered, and where the person may not know yet, since a paper asks it that they are sitting.
    """
    version_id = courses.askable(session, [uid]).get(uid) if uid in entered.entry.checkpoints else None
    if version_id is None:
        return None
    asked = versions.get(session, version_id)
    response = asked.type.parse(asked.content, raw)
    if response is None:
        return None
    # What only a person could mark has no right answer here: the lesson asks that something is written.
    by_machine = asked.type.marked_by_machine(asked.content)
    right = asked.type.mark(asked.content, response) == 1 if by_machine else True
    known = f"{key}:{uid}" if key else None
    if known is None or not _known(session, entered, known):
        detail = {"uid": uid, "version": version_id, "response": response, "right": right}
        _append(session, entered, StepKind.ANSWERED, at=_moment_of(entered, now, age, since), key=known, detail=detail)
    return None if uid in entered.situation.withheld else right


def finish(
    session: Session, entered: Entered, *, now: datetime, key: str | None = None, age: timedelta = timedelta(),
    since: datetime | None = None,
) -> None:  # fmt: skip
    """Note that the lesson was read `age` ago; a second time changes nothing, nor does the same key next year. Raises
    Problem while a film that cannot be skipped is not watched."""
    if entered.situation.of(entered.entry).finished_at is None and not (key and _known(session, entered, key)):
        check_watched(entered)
        _append(session, entered, StepKind.FINISHED, at=_moment_of(entered, now, age, since), key=key)


def _moment_of(entered: Entered, now: datetime, age: timedelta, since: datetime | None) -> datetime:
    """When something was that is told later: not to come, and neither before the course was begun nor before the page
    was made that tells it."""
    earliest = max(entered.enrolment.started_at, since or entered.enrolment.started_at)
    return max(min(now, now - age), min(now, earliest))


def age_at_most(entered: Entered, age: timedelta, *, now: datetime) -> timedelta:
    """How long ago something may have been that no page vouches for: not before the last step that is known."""
    last = entered.situation.last_at or entered.enrolment.started_at
    return min(age, max(timedelta(), now - last))


def _not_before(since: datetime | None, at: datetime | None) -> datetime | None:
    return at if since is None or at is None else max(since, at)


def check_watched(entered: Entered) -> None:
    """Raise Problem for the first film that is to be watched before the lesson is finished."""
    progress = entered.situation.of(entered.entry)
    for film in entered.entry.films if entered.situation.course.seek_lock else ():
        watched = progress.watched(film)
        if watched.left(film):
            raise Problem("course.film_unwatched", film=_called(entered.lesson, film), left=_clock(watched.left(film)),
                          at=_clock(int(watched.gap)))  # fmt: skip


def _called(lesson: Reading, film: Film) -> str:
    """What the lesson calls a film."""
    return pictures.named_in({"text": lesson.text}).get(film.sha256) or film.name


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"


def _of_lesson(entered: Entered, what: Any) -> Any:
    return select(what).where(
        ProgressStep.enrolment_id == entered.enrolment.id, ProgressStep.lesson_id == entered.entry.id
    )


def _known(session: Session, entered: Entered, key: str) -> bool:
    return session.scalar(select(ProgressStep.id).where(ProgressStep.key == _key(entered, key))) is not None


def _key(entered: Entered, key: str) -> str:
    """Keys are the browser's own, so each enrolment has its own space of them; hashed, for they may be long."""
    return sha256(f"{entered.enrolment.id}:{key}".encode()).hexdigest()


def _append(
    session: Session,
    entered: Entered,
    kind: StepKind,
    *,
    at: datetime,
    seconds: int = 0,
    key: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    step = {
        "enrolment_id": entered.enrolment.id, "lesson_id": entered.entry.id, "kind": kind.value, "at": at,
        "seconds": seconds, "key": _key(entered, key) if key else None,
        "detail": dict(detail) if detail is not None else None,
    }  # fmt: skip
    session.connection().execute(_NEW_STEP, step)
