"""Questions, lessons and courses as the whole library is judged by them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from suyu_learn.domain.problems import NOWHERE, Place
from suyu_learn.domain.questions.contract import Json


@dataclass(frozen=True, slots=True)
class Entry:
    """One question: what kind it is, its stored body, and for whom its bank is."""

    uid: str
    type: str
    audience: str
    body: Mapping[str, Json]
    difficulty: str = "medium"
    criterion: int | None = None
    dimension: str | None = None
    group: str = ""
    tags: tuple[str, ...] = ()
    place: Place = NOWHERE

    @property
    def stem(self) -> str:
        return str(self.body.get("stem", ""))

    @property
    def options(self) -> tuple[str, ...]:
        """The texts to choose from, as they stand in the file; empty where nothing is chosen."""
        return tuple(str(one["text"]) for one in self.body.get("options", ()) if "text" in one)

    @property
    def right(self) -> tuple[int, ...]:
        """The places of the right options, from 0."""
        keys = self.body.get("answer", ())
        keys = keys if isinstance(keys, list | tuple) else ()
        return tuple(at for at, one in enumerate(self.body.get("options", ())) if one.get("key") in keys)


@dataclass(frozen=True, slots=True)
class LessonEntry:
    """One lesson: its text without pictures, and the number of its checkpoints."""

    text: str
    checkpoints: int
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class CourseEntry:
    """One course: whom it is for, its lessons, and whether title and summary stand in English."""

    slug: str
    audience: str
    lessons: tuple[LessonEntry, ...]
    in_english: bool
    place: Place = field(default=NOWHERE)
