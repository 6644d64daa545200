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


def lessons(session: Session, version_ids: Iterable[int], words: str) -> dict[int, list[FoundLesson]]:
    """The lessons of some versions that have the words, by version and in their order."""
    rows = session.execute(
        select(Lesson.course_version_id, Lesson.id, Lesson.title, Lesson.text, Lesson.text_format)
        .where(
            Lesson.course_version_id.in_(set(version_ids)),
            or_(Lesson.title.icontains(words, autoescape=True), Lesson.text.icontains(words, autoescape=True)),
        )
        .order_by(Lesson.course_version_id, Lesson.position).limit(MOST_LESSONS)
    )  # fmt: skip
    found: dict[int, list[FoundLesson]] = {}
    for version_id, lesson_id, title, text, text_format in rows:
        excerpt = excerpt_of(in_words(without_questions(text), text_format.value), words)
        if excerpt is not None or stands_in(title, words):  # not only in the mark-up, as in the name of a picture
            found.setdefault(version_id, []).append(FoundLesson(lesson_id, excerpt))
    return found


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
