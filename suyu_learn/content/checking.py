"""Do the shipped packs hold? Questions marked on their samples, lessons with text and sources, hours that add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from suyu_learn.content import pictures, programme_templates
from suyu_learn.content.course_packs import read_course
from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.content.question_packs import read_file, read_pack
from suyu_learn.domain.courses import plausible_seconds
from suyu_learn.domain.problems import Place, Problem, Problems
from suyu_learn.domain.questions import QuestionType

SHORTEST_LESSON, LONGEST_LESSON = 600, 1500
"""Characters of a lesson's text, spaces not counted."""


@dataclass(slots=True)
class Checked:
    """What the packs have, and everything that is wrong with them."""

    courses: int = 0
    lessons: int = 0
    questions: int = 0
    templates: int = 0
    by_audience: Counter[str] = field(default_factory=Counter)
    by_type: Counter[str] = field(default_factory=Counter)
    by_criterion: Counter[int] = field(default_factory=Counter)
    by_dimension: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)


def check(
    question_folder: Path, course_folder: Path, template_folder: Path, *, types: Mapping[str, QuestionType[Any]]
) -> Checked:
    """Read the folders, mark every question on its own samples, and add up the hours of every template."""
    checked = Checked()
    uids = _check_questions(checked, question_folder, types)
    seconds: dict[str, int] = {}
    for path in sorted(course_folder.rglob("course.toml")):
        _check_course(checked, path, course_folder.parent, uids, seconds)
    for path in sorted(template_folder.glob("*.toml")):
        _check_template(checked, path, template_folder.parent, seconds)
    return checked


def marked_on_samples(draft: QuestionDraft, kind: QuestionType[Any]) -> list[Problem]:
    """Where a question's own samples do not get the marks they should."""
    content = kind.read(draft.body)
    problems = []
    for sample in kind.samples(content):
        try:
            mark = kind.mark(content, kind.parse(content, sample.response))
        except Problem:
            mark = None
        if mark != sample.mark:
            problems.append(Problem("pack.sample_mismarked", place=draft.place, response=str(sample.response),
                                    expected=str(sample.mark), got=str(mark)))  # fmt: skip
    return problems


def _check_questions(checked: Checked, folder: Path, types: Mapping[str, QuestionType[Any]]) -> set[str]:
    uids: set[str] = set()
    try:
        read_pack(folder, types=types)
    except Problems as found:
        checked.problems += found.problems
    for path in sorted(folder.rglob("*.toml")):
        if path.name == "bank.toml":
            continue
        try:
            drafts = read_file(path, base=folder.parent, types=types)
        except Problems:
            continue  # told above already
        audience = path.relative_to(folder).parts[0]
        for draft in drafts:
            uids.add(draft.uid)
            checked.questions += 1
            checked.by_audience[audience] += 1
            checked.by_type[draft.type] += 1
            if draft.criterion:
                checked.by_criterion[draft.criterion] += 1
            if draft.dimension:
                checked.by_dimension[draft.dimension] += 1
            checked.problems += marked_on_samples(draft, types[draft.type])
    return uids


def _check_course(checked: Checked, path: Path, base: Path, uids: set[str], seconds: dict[str, int]) -> None:
    checked.courses += 1
    try:
        draft = read_course(path, base=base, uids=uids)
    except Problems as found:
        checked.problems += found.problems
        return
    seconds[f"{draft.audience}/{draft.slug}"] = sum(plausible_seconds(one.text) for one in draft.lessons)
    for lesson in draft.lessons:
        checked.lessons += 1
        length = len("".join(pictures.without(lesson.text).split()))
        if not SHORTEST_LESSON <= length <= LONGEST_LESSON:
            place = Place(file=f"{draft.pack}/{lesson.file}")
            checked.problems.append(
                Problem("course.lesson_length", place=place, length=length, fewest=SHORTEST_LESSON, most=LONGEST_LESSON)
            )


def _check_template(checked: Checked, path: Path, base: Path, seconds: Mapping[str, int]) -> None:
    checked.templates += 1
    try:
        template = programme_templates.read_template(path, base=base)
    except Problems as found:
        checked.problems += found.problems
        return
    audiences = {course.partition("/")[0] for course in seconds}
    file = path.relative_to(base).as_posix()
    checked.problems += programme_templates.check(template, file, seconds=seconds, audiences=audiences)
