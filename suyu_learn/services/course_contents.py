"""The lessons of a course version without their texts: read once in a process for what is published.

A published version never changes, so its contents are kept beside the engine they were read with, told apart by the
hash of the version's content as well, since a database that was restored may give the same number to another one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import TypeAlias
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, bindparam, select
from sqlalchemy.orm import Session

from suyu_learn.domain.courses import Film
from suyu_learn.models import CourseVersion, Lesson, Status
from suyu_learn.services import films

MOST_KEPT = 100
"""Versions that a process keeps: 200 lessons are about a tenth of a megabyte."""

_lesson = Lesson.__table__
_CONTENTS = (
    select(*(_lesson.c[name] for name in ("course_version_id", "id", "slug", "title", "position", "reading_seconds",
                                          "checkpoints", "section", "opens_at")))
    .where(_lesson.c.course_version_id.in_(bindparam("versions", expanding=True))).order_by(_lesson.c.position)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LessonEntry:
    """A lesson in the contents of its course."""

    id: int
    slug: str
    title: str
    position: int
    reading_seconds: int
    checkpoints: tuple[str, ...]
    section: str = ""
    opens_at: datetime | None = None
    films: tuple[Film, ...] = ()
    """Its films and sounds."""

    @property
    def playing_seconds(self) -> int:
        """How long its films and sounds play."""
        return sum(film.seconds for film in self.films)

    @property
    def seconds(self) -> int:
        """The most that it can count: its plausible reading time, and all of its films and sounds."""
        return self.reading_seconds + self.playing_seconds


Key: TypeAlias = tuple[int, str]
_kept: WeakKeyDictionary[Engine, OrderedDict[Key, tuple[LessonEntry, ...]]] = WeakKeyDictionary()
_guard = Lock()


def contents_of(session: Session, versions: Iterable[CourseVersion]) -> dict[int, tuple[LessonEntry, ...]]:
    """The lessons of each version, by its number, in their order."""
    wanted = {version.id: version for version in versions}
    found = _known(session, wanted.values())
    read = _read(session, [number for number in wanted if number not in found])
    _keep(session, {(number, wanted[number].content_hash): lessons for number, lessons in read.items()
                    if wanted[number].status is Status.PUBLISHED})  # fmt: skip
    return found | read


def _known(session: Session, versions: Iterable[CourseVersion]) -> dict[int, tuple[LessonEntry, ...]]:
    with _guard:
        kept = _kept.get(session.connection().engine)
        if kept is None:
            return {}
        found = {}
        for version in versions:
            lessons = kept.get((version.id, version.content_hash))
            if lessons is not None and version.status is Status.PUBLISHED:
                kept.move_to_end((version.id, version.content_hash))
                found[version.id] = lessons
        return found


def _keep(session: Session, fresh: dict[Key, tuple[LessonEntry, ...]]) -> None:
    with _guard:
        kept = _kept.setdefault(session.connection().engine, OrderedDict())
        kept.update(fresh)
        while len(kept) > MOST_KEPT:
            kept.popitem(last=False)


def _read(session: Session, version_ids: Sequence[int]) -> dict[int, tuple[LessonEntry, ...]]:
    if not version_ids:
        return {}
    rows = session.connection().execute(_CONTENTS, {"versions": sorted(version_ids)}).all()
    played = films.of_lessons(session, [row.id for row in rows])
    contents: dict[int, list[LessonEntry]] = {number: [] for number in version_ids}
    for version_id, number, slug, title, position, seconds, checkpoints, section, opens_at in rows:
        entry = LessonEntry(number, slug, title, position, seconds, tuple(checkpoints), section, opens_at,
                            played.get(number, ()))  # fmt: skip
        contents[version_id].append(entry)
    return {number: tuple(lessons) for number, lessons in contents.items()}
