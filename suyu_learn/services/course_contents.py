"""The lessons of a course version, and their texts: read once in a process for what is published.

A published version never changes, so its contents are kept beside the engine they were read with, told apart by the
hash of the version's content as well, since a database that was restored may give the same number to another one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, bindparam, select
from sqlalchemy.orm import Session

from suyu_learn.domain.courses import Film
from suyu_learn.models import CourseVersion, Lesson, Status, TextFormat
from suyu_learn.services import films

MOST_KEPT = 100
"""Versions that a process keeps: 200 lessons are about a tenth of a megabyte."""
MOST_TEXTS = 500
"""Texts of lessons that a process keeps; most are of four thousand bytes."""
LONGEST_KEPT = 20_000
"""Signs of a text that is kept; few are longer."""

K = TypeVar("K")
V = TypeVar("V")
_lesson = Lesson.__table__
_CONTENTS = (
    select(*(_lesson.c[name] for name in ("course_version_id", "id", "slug", "title", "position", "reading_seconds",
                                          "checkpoints", "section", "opens_at")))
    .where(_lesson.c.course_version_id.in_(bindparam("versions", expanding=True))).order_by(_lesson.c.position)
)  # fmt: skip
_READING = (
    select(*(_lesson.c[name] for name in ("id", "title", "text", "text_format", "sources")))
    .where(_lesson.c.id == bindparam("id"))
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


@dataclass(frozen=True, slots=True)
class Reading:
    """What there is to read in a lesson."""

    id: int
    title: str
    text: str
    text_format: TextFormat
    sources: Sequence[str]


class _Kept(Generic[K, V]):
    """So much of published versions, the last used the longest, for each engine apart."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._of: WeakKeyDictionary[Engine, OrderedDict[tuple[K, str], V]] = WeakKeyDictionary()
        self._guard = Lock()

    def find(self, session: Session, wanted: Iterable[tuple[K, CourseVersion]]) -> dict[K, V]:
        """What is known of each."""
        engine, found = session.connection().engine, dict[K, V]()  # who waits for a connection keeps nobody waiting
        with self._guard:
            kept = self._of.get(engine, OrderedDict())
            for number, version in wanted:
                known = kept.get((number, version.content_hash))
                if known is not None and version.status is Status.PUBLISHED:
                    kept.move_to_end((number, version.content_hash))
                    found[number] = known
            return found

    def keep(self, session: Session, number: K, version: CourseVersion, value: V) -> None:
        """Keep it, if its version is published."""
        if version.status is not Status.PUBLISHED:
            return
        engine = session.connection().engine
        with self._guard:
            kept = self._of.setdefault(engine, OrderedDict())
            kept[number, version.content_hash] = value
            while len(kept) > self._most:
                kept.popitem(last=False)


_contents: _Kept[int, tuple[LessonEntry, ...]] = _Kept(MOST_KEPT)
_texts: _Kept[int, Reading] = _Kept(MOST_TEXTS)


def contents_of(session: Session, versions: Iterable[CourseVersion]) -> dict[int, tuple[LessonEntry, ...]]:
    """The lessons of each version, by its number, in their order."""
    wanted = {version.id: version for version in versions}
    found = _contents.find(session, wanted.items())
    read = _read(session, [number for number in wanted if number not in found])
    for number, lessons in read.items():
        _contents.keep(session, number, wanted[number], lessons)
    return found | read


def reading_of(session: Session, version: CourseVersion, lesson: LessonEntry) -> Reading:
    """The text of one of its lessons."""
    known = _texts.find(session, [(lesson.id, version)]).get(lesson.id)
    if known is not None:
        return known
    read = Reading(*session.connection().execute(_READING, {"id": lesson.id}).one())
    if len(read.text) <= LONGEST_KEPT:
        _texts.keep(session, lesson.id, version, read)
    return read


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
