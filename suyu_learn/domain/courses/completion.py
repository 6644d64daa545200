"""When a course is complete: rules as data, each with a version that records keep."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from suyu_learn.domain.courses.progress import UNREAD, LessonProgress

COMPLETION_RULE: Mapping[str, Any] = {
    "name": "all lessons finished and checkpoints answered right",
    "version": 1,
}
"""What a new version of a course asks for."""


@dataclass(frozen=True, slots=True)
class LessonNeeds:
    """A lesson and the checkpoints that can be asked; a retired question asks nothing of anybody."""

    lesson: int
    checkpoints: Sequence[str]


def _all_finished_and_right(lessons: Sequence[LessonNeeds], progress: Mapping[int, LessonProgress]) -> bool:
    found = [(needs, progress.get(needs.lesson, UNREAD)) for needs in lessons]
    return bool(found) and all(
        lesson.finished_at is not None and all(lesson.right(uid) for uid in needs.checkpoints)
        for needs, lesson in found
    )


_RULES: Mapping[tuple[str, int], Callable[[Sequence[LessonNeeds], Mapping[int, LessonProgress]], bool]] = {
    (COMPLETION_RULE["name"], 1): _all_finished_and_right,
}


def fulfilled(rule: Mapping[str, Any], lessons: Sequence[LessonNeeds], progress: Mapping[int, LessonProgress]) -> bool:
    """Whether the progress fulfils a rule as it was when the course version was stored."""
    check = _RULES.get((rule.get("name", ""), rule.get("version", 0)))
    if check is None:
        raise ValueError(f"No completion rule is known as {dict(rule)!r}.")
    return check(lessons, progress)
