"""Finding words in courses: plain substrings, so that Chinese needs no dictionary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from suyu_learn.content.texts import in_words
from suyu_learn.domain.courses import without_questions
from suyu_learn.models import Lesson

LONGEST = 100
"""Characters that can be looked for."""
MOST_WORDS = 10
MOST_LESSONS = 100
AROUND = 40
"""Characters shown before and behind what was found."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What was found, with the words around it."""

    before: str
    found: str
    behind: str


@dataclass(frozen=True, slots=True)
class FoundLesson:
    """A lesson in whose title or text the words stand; no excerpt where it is the title alone."""

    lesson_id: int
    excerpt: Excerpt | None


def words_of(asked: str) -> list[str]:
    """The words of a search, each once; all of them have to stand in what is found."""
    return list(dict.fromkeys(asked[:LONGEST].split()))[:MOST_WORDS]


def lessons(session: Session, version_ids: Iterable[int], asked: str) -> tuple[dict[int, list[FoundLesson]], bool]:
    """The lessons of some versions that have all the words, by version and in their order; and whether there are more
    than are told."""
    words = words_of(asked)
    rows = session.execute(
        select(Lesson.course_version_id, Lesson.id, Lesson.title, Lesson.text, Lesson.text_format)
        .where(
            Lesson.course_version_id.in_(set(version_ids)),
            *(
                or_(Lesson.title.icontains(word, autoescape=True), Lesson.text.icontains(word, autoescape=True))
                for word in words
            ),
        )
        .order_by(Lesson.course_version_id, Lesson.position).limit(MOST_LESSONS + 1)
    ).all()  # fmt: skip
    found: dict[int, list[FoundLesson]] = {}
    for version_id, lesson_id, title, text, text_format in rows[:MOST_LESSONS]:
        said = " ".join(in_words(without_questions(text), text_format.value).split())
        if all(stands_in(title, word) or stands_in(said, word) for word in words):  # not only in the mark-up
            excerpts = (excerpt_of(said, one) for one in (" ".join(words), *words))
            found.setdefault(version_id, []).append(FoundLesson(lesson_id, next(filter(None, excerpts), None)))
    return found, len(rows) > MOST_LESSONS


def stands_in(text: str, words: str) -> bool:
    """Whether a text has the words, in small letters or capitals."""
    return words.lower() in text.lower()


def excerpt_of(text: str, words: str) -> Excerpt | None:
    """The first place where the words stand, with what is around them; None where they do not."""
    plain = " ".join(text.split())
    at = plain.lower().find(words.lower())
    if at < 0:
        return None
    end = at + len(words)
    before, behind = plain[max(0, at - AROUND) : at], plain[end : end + AROUND]
    return Excerpt(
        f"…{before}" if at > AROUND else before,
        plain[at:end],
        f"{behind}…" if end + AROUND < len(plain) else behind,
    )
