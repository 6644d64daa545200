"""Do the shipped packs hold? Questions marked on their samples, lessons with text and sources, hours that add up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from suyu_learn.content import paper_templates, pictures, programme_templates, texts
from suyu_learn.content.course_packs import read_course
from suyu_learn.content.drafts import CourseDraft, QuestionDraft
from suyu_learn.content.facts import facts_of
from suyu_learn.content.question_packs import read_file, read_pack
from suyu_learn.domain import library
from suyu_learn.domain.courses import plausible_seconds
from suyu_learn.domain.library import CourseEntry, Entry, Fact, LessonEntry, Named
from suyu_learn.domain.problems import Place, Problem, Problems
from suyu_learn.domain.questions import QuestionType


@dataclass(slots=True)
class Checked:
    """What the packs have, and everything that is wrong with them."""

    courses: int = 0
    templates: int = 0
    papers: int = 0
    entries: list[Entry] = field(default_factory=list)
    course_entries: list[CourseEntry] = field(default_factory=list)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    named: list[Named] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def questions(self) -> int:
        return len(self.entries)

    @property
    def lessons(self) -> int:
        return sum(len(one.lessons) for one in self.course_entries)

    def by(self, name: str) -> dict[Any, int]:
        """How many questions have each value of a field; those without one do not count."""
        return dict(sorted(Counter(value for one in self.entries if (value := getattr(one, name))).items()))


def check(
    question_folder: Path, course_folder: Path, template_folder: Path, *, types: Mapping[str, QuestionType[Any]]
) -> Checked:
    """Read the folders, mark every question on its own samples, and add up the hours of every template."""
    checked = Checked()
    with suppress(Problems):  # told with the questions
        checked.facts = facts_of(question_folder)
    uids = _check_questions(checked, question_folder, types)
    seconds: dict[str, int] = {}
    for path in sorted(course_folder.rglob("course.toml")):
        _check_course(checked, path, course_folder.parent, uids, seconds)
    for path in sorted(template_folder.glob("*.toml")):
        _check_template(checked, path, template_folder.parent, seconds)
    checked.problems += library.misnamed(checked.facts, checked.named)
    return checked


def check_library(checked: Checked, *, types: Mapping[str, QuestionType[Any]], audiences: tuple[str, ...]) -> None:
    """Add what stands against the packs as a whole: the library that comes along has to be enough and fair."""
    entries, courses = checked.entries, checked.course_entries
    known = {f"/courses/{one.slug}" for one in courses}
    checked.problems += [
        *library.counts_fall_short(entries, types, audiences),
        *library.courses_fall_short(courses, audiences),
        *library.biases(entries, audiences),
        *library.share_asking_for_the_wrong_one(entries, audiences),
        *(fault for one in entries for fault in library.faults_of_an_entry(one)),
        *library.nearly_the_same(entries),
        *(fault for course in courses for lesson in course.lessons for fault in library.astray(lesson, known)),
    ]


def check_papers(checked: Checked, folder: Path) -> None:
    """Add what stands against the ready papers of a folder: faults of their files, and what the banks lack."""
    for path in sorted(folder.glob("*.toml")):
        checked.papers += 1
        try:
            template = paper_templates.read_template(path, base=folder.parent)
        except Problems as found:
            checked.problems += found.problems
            continue
        file = path.relative_to(folder.parent).as_posix()
        checked.problems += paper_templates.check(template, file, checked.entries)


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
    for audience, drafts in _read_questions(checked, folder, types):
        for draft in drafts:
            checked.entries.append(_entry(draft, audience))
            if draft.facts:
                checked.named.append(Named(draft.facts, str(draft.body), draft.place))
            checked.problems += marked_on_samples(draft, types[draft.type])
    return {one.uid for one in checked.entries}


def _read_questions(
    checked: Checked, folder: Path, types: Mapping[str, QuestionType[Any]]
) -> Iterator[tuple[str, Sequence[QuestionDraft]]]:
    """The questions by audience; where a pack has faults, those of its sound files."""
    try:
        for bank in read_pack(folder, types=types):
            yield bank.pack.rpartition("/")[2], bank.questions
        return
    except Problems as found:
        checked.problems += found.problems
    for path in sorted(folder.rglob("*.toml")):
        if path.parent != folder:
            with suppress(Problems):  # told above already
                drafts = read_file(path, base=folder.parent, types=types, facts=checked.facts)
                yield path.relative_to(folder).parts[0], drafts


def _entry(draft: QuestionDraft, audience: str) -> Entry:
    return Entry(
        uid=draft.uid, type=draft.type, audience=audience, body=draft.body, difficulty=draft.difficulty,
        criterion=draft.criterion, dimension=draft.dimension, group=draft.group, tags=draft.tags,
        place=draft.place,
    )  # fmt: skip


def _check_course(checked: Checked, path: Path, base: Path, uids: set[str], seconds: dict[str, int]) -> None:
    checked.courses += 1
    try:
        draft = read_course(path, base=base, uids=uids, facts=checked.facts)
    except Problems as found:
        checked.problems += found.problems
        return
    seconds[f"{draft.audience}/{draft.slug}"] = sum(plausible_seconds(one.text) for one in draft.lessons)
    course = _course(draft)
    checked.course_entries.append(course)
    checked.problems += [fault for one in course.lessons for fault in library.length_of(one, course.audience)]
    checked.problems += [fault for one in course.lessons for fault in _marks_shown(one.text, one.place)]
    checked.named += [
        Named(one.facts, one.text, Place(file=f"{draft.pack}/{one.file}")) for one in draft.lessons if one.facts
    ]


def _marks_shown(text: str, place: Place) -> Iterator[Problem]:
    """Where a reader would see the asterisks of bold words, which say nothing beside some marks and full stops.

    https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run
    """
    shown = texts.in_words(text, "markdown")
    for found in re.finditer(r"\*\*", shown):
        near = shown[max(0, found.start() - 12) : found.end() + 12]
        yield Problem("pack.marks_shown", place=place, near=" ".join(near.split()))


def _course(draft: CourseDraft) -> CourseEntry:
    words = draft.translations.get("en", {})
    return CourseEntry(
        slug=draft.slug,
        audience=draft.audience,
        lessons=tuple(
            LessonEntry(pictures.without(one.text), len(one.checkpoints), Place(file=f"{draft.pack}/{one.file}"))
            for one in draft.lessons
        ),
        in_english=bool(words.get("title")) and bool(words.get("summary")),
        place=Place(file=f"{draft.pack}/course.toml"),
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
