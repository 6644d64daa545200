"""Questions as read from any file, before they are stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from suyu_learn.domain.problems import NOWHERE, Place, Problem


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """One question of a file: its type, stored body, and what else the file says of it."""

    uid: str
    type: str
    body: Mapping[str, Any]
    text_format: str = "plain"
    lang: str = "zh_Hans"
    difficulty: str = "medium"
    criterion: int | None = None
    dimension: str | None = None
    source: str = ""
    points: str | None = None
    topics: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    translations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    place: Place = NOWHERE
    group: str = ""
    """The uid of the question of type `group` whose passage this one refers to; members stand behind their group."""
    facts: tuple[str, ...] = field(default=(), compare=False)
    """The keys of the facts that its texts named before they were filled in."""

    def metadata(self) -> dict[str, Any]:
        """What, beside the body, makes a version another version when it changes."""
        return {
            "difficulty": self.difficulty,
            "criterion": self.criterion,
            "dimension": self.dimension,
            "source": self.source,
            "points": self.points,
            "topics": list(self.topics),
            "tags": list(self.tags),
            "translations": {lang: dict(body) for lang, body in self.translations.items()},
        }


@dataclass(frozen=True, slots=True)
class BankDraft:
    """One pack of questions: `question_bank/<audience>`."""

    pack: str
    name: str
    lang: str
    review: bool
    reviewer: str
    reviewed_on: str
    questions: tuple[QuestionDraft, ...]
    media: tuple[MediaDraft, ...] = ()


@dataclass(frozen=True)
class MediaDraft:
    """A picture or sound that came with questions; texts name it by `content.pictures.mark`.

    `content` is as it came, and `sha256` its hash: what is stored, and under which hash, is for `services.media`.
    """

    content: bytes
    name: str = ""
    """The file's name in its package, for people; never a path to write to."""

    @cached_property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Refused:
    """One question of a file that cannot be taken: why, and what the file had there."""

    place: Place
    problems: tuple[Problem, ...]
    cells: tuple[tuple[str, str], ...] = ()
    """Heading and text of each filled cell, or the passage of a document under an empty heading."""
    group: str = ""
    """The uid of the question of type `group` whose passage it refers to, where that was taken."""


@dataclass(frozen=True, slots=True)
class BankFile:
    """What a format makes of one file: every question is either an item or an error.

    Warnings tell what was taken in one of several ways, losses what the file says and we cannot keep.
    `media` are all that the texts of the items name, each once.
    """

    items: tuple[QuestionDraft, ...]
    errors: tuple[Refused, ...] = ()
    warnings: tuple[Problem, ...] = ()
    losses: tuple[Problem, ...] = ()
    media: tuple[MediaDraft, ...] = ()

    @property
    def read(self) -> int:
        """How many questions the file has."""
        return len(self.items) + len(self.errors)


@dataclass(frozen=True, slots=True)
class LessonDraft:
    """One reading of a course pack."""

    slug: str
    file: str
    title: str
    text: str
    checkpoints: tuple[str, ...]
    sources: tuple[str, ...]
    section: str = ""
    facts: tuple[str, ...] = field(default=(), compare=False)
    """The keys of the facts that its text named before they were filled in."""


@dataclass(frozen=True, slots=True)
class FilmDraft:
    """A film or sound of a course pack, which stays a file; texts name it by its hash as they do a picture."""

    path: Path
    sha256: str

    @property
    def name(self) -> str:
        return self.path.name


@dataclass(frozen=True, slots=True)
class CourseDraft:
    """One course pack: `courses/<audience>/<slug>`.

    Texts name their pictures by `content.pictures.mark`, with the hash of each as it lies in `media`.
    """

    pack: str
    slug: str
    audience: str
    lang: str
    title: str
    summary: str
    outcomes: tuple[str, ...]
    lessons: tuple[LessonDraft, ...]
    translations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    also_for: tuple[str, ...] = ()
    """Other audiences it is for."""
    in_order: bool = True
    seek_lock: bool = False
    requires: tuple[str, ...] = ()
    """Slugs of the courses to be completed before."""
    media: tuple[MediaDraft | FilmDraft, ...] = ()

    def content(self) -> dict[str, Any]:
        """All that makes a version of the course another version when it changes."""
        return {
            "lang": self.lang,
            "title": self.title,
            "summary": self.summary,
            "outcomes": list(self.outcomes),
            "translations": {lang: dict(words) for lang, words in self.translations.items()},
            "lessons": [
                {"slug": one.slug, "title": one.title, "text": one.text, "checkpoints": list(one.checkpoints),
                 "sources": list(one.sources)} | ({"section": one.section} if one.section else {})
                for one in self.lessons
            ],
        }  # fmt: skip
