"""How many questions and courses a library has of each kind, and where that is too few or out of proportion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from suyu_learn.domain.library.entries import CourseEntry, Entry, LessonEntry
from suyu_learn.domain.papers.constraints import ALL_CRITERIA
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions.group import Group
from suyu_learn.domain.questions.true_false import TrueFalse

FEWEST_QUESTIONS = 900
FEWEST_OF_A_CRITERION = 20
FEWEST_OF_A_DIMENSION = 150
DIMENSIONS = ("knowledge", "methods", "spirit", "application")
MOST_TRUE_FALSE = Decimal("0.20")
SHARES = {"easy": Decimal("0.30"), "medium": Decimal("0.50"), "hard": Decimal("0.20")}
"""Difficulty as 3:5:2 ..."""
OFF_BY = Decimal("0.05")
"""... of the whole library within so much, of each audience within twice that."""
FEWEST_COURSES = 3
LESSONS = (4, 8)
CHECKPOINTS = 3
SHORTEST_LESSON, LONGEST_LESSON = 600, 1500
"""Characters of a lesson's text, spaces not counted."""
LONGEST_FOR = {"seniors": 900}
"""What is read aloud, or in large letters, is shorter."""


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One cell of the table of balance, and how many questions stand in it."""

    audience: str
    criterion: int
    dimension: str
    difficulty: str
    questions: int = 0


def tally(entries: Iterable[Entry]) -> tuple[Cell, ...]:
    """Questions by audience, criterion, dimension and difficulty; passages ask nothing and do not count."""
    counts = Counter(
        (one.audience, one.criterion or 0, one.dimension or "", one.difficulty)
        for one in entries if one.type != Group.code
    )  # fmt: skip
    return tuple(Cell(*key, counts[key]) for key in sorted(counts))


def counts_fall_short(entries: Sequence[Entry], types: Collection[str], audiences: Collection[str]) -> list[Problem]:
    """Where questions are too few in all, of a criterion, a dimension or a type, or hard and easy out of proportion."""
    asked = [one for one in entries if one.type != Group.code]
    found = [Problem("library.few_questions", count=len(asked), fewest=FEWEST_QUESTIONS)] * (
        len(asked) < FEWEST_QUESTIONS
    )
    criteria, dimensions = Counter(one.criterion for one in asked), Counter(one.dimension for one in asked)
    found += [
        Problem("library.few_of_criterion", criterion=number, count=criteria[number], fewest=FEWEST_OF_A_CRITERION)
        for number in sorted(ALL_CRITERIA) if criteria[number] < FEWEST_OF_A_CRITERION
    ]  # fmt: skip
    found += [
        Problem("library.few_of_dimension", dimension=name, count=dimensions[name], fewest=FEWEST_OF_A_DIMENSION)
        for name in DIMENSIONS if dimensions[name] < FEWEST_OF_A_DIMENSION
    ]  # fmt: skip
    used = Counter(one.type for one in entries)
    found += [Problem("library.unused_type", type=code) for code in sorted(types) if not used[code]]
    if used[TrueFalse.code] > MOST_TRUE_FALSE * len(asked):
        found.append(
            Problem("library.many_true_false", count=used[TrueFalse.code], questions=len(asked),
                    most=int(MOST_TRUE_FALSE * 100))
        )  # fmt: skip
    found += _out_of_proportion("", asked, OFF_BY)
    for audience in audiences:
        found += _out_of_proportion(audience, [one for one in asked if one.audience == audience], 2 * OFF_BY)
    return found


def _out_of_proportion(audience: str, asked: Sequence[Entry], off_by: Decimal) -> Iterator[Problem]:
    counts = Counter(one.difficulty for one in asked)
    for name, share in SHARES.items():
        if asked and abs(counts[name] / Decimal(len(asked)) - share) > off_by:
            params: dict[str, Any] = {
                "difficulty": name, "count": counts[name], "questions": len(asked), "share": int(share * 100),
                "off_by": int(off_by * 100),
            }  # fmt: skip
            if audience:
                yield Problem("library.difficulty_of_audience", audience=audience, **params)
            else:
                yield Problem("library.difficulty", **params)


def courses_fall_short(courses: Sequence[CourseEntry], audiences: Collection[str]) -> list[Problem]:
    """Where an audience has too few courses, a course too few lessons or no English, a lesson not three questions."""
    counts = Counter(one.audience for one in courses)
    found = [
        Problem("library.few_courses", audience=name, count=counts[name], fewest=FEWEST_COURSES)
        for name in audiences if counts[name] < FEWEST_COURSES
    ]  # fmt: skip
    for course in courses:
        fewest, most = LESSONS
        if not fewest <= len(course.lessons) <= most:
            found.append(
                Problem("library.lessons", place=course.place, count=len(course.lessons), fewest=fewest, most=most)
            )
        if not course.in_english:
            found.append(Problem("library.not_in_english", place=course.place))
        for lesson in course.lessons:
            if lesson.checkpoints != CHECKPOINTS:
                found.append(
                    Problem("library.checkpoints", place=lesson.place, count=lesson.checkpoints, wanted=CHECKPOINTS)
                )
    return found


def length_of(lesson: LessonEntry, audience: str) -> list[Problem]:
    """Whether a lesson is too short or too long for its audience."""
    length, most = len("".join(lesson.text.split())), LONGEST_FOR.get(audience, LONGEST_LESSON)
    if SHORTEST_LESSON <= length <= most:
        return []
    return [Problem("course.lesson_length", place=lesson.place, length=length, fewest=SHORTEST_LESSON, most=most)]
