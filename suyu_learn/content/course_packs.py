"""Course packs: `courses/<audience>/<slug>/course.toml` with its lessons `NN-*.md`, read to drafts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from suyu_learn.content import question_places
from suyu_learn.content.drafts import CourseDraft, LessonDraft
from suyu_learn.content.question_packs import read_toml
from suyu_learn.content.texts import faults_of_a_text, questions_placed
from suyu_learn.domain.problems import Place, Problem, Problems

_COURSE = {"slug", "audience", "lang", "title", "summary", "outcomes", "translations", "lesson"}
_LESSON = {"file", "title", "checkpoints", "sources"}
_WORDS = {"title", "summary", "outcomes"}
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_FILE = re.compile(r"(\d\d)-([a-z0-9]+(?:-[a-z0-9]+)*)\.md")
LONGEST_NAME = 200
LONGEST_SLUG = 100


class Checked:
    """One TOML table being read: the values it gives, and the problems found on the way."""

    def __init__(self, said: Mapping[str, Any], place: Place, known: Collection[str]) -> None:
        self.said = said
        self.place = place
        self.problems: list[Problem] = []
        for name in sorted(set(said) - set(known)):
            self.fault("course.unknown_field", name)

    def fault(self, code: str, field: str, **params: object) -> None:
        """Note a problem with a field."""
        self.problems.append(Problem(code, place=Place(self.place.file, self.place.uid, field), **params))

    def text(self, name: str, *, most: int | None = LONGEST_NAME, otherwise: str | None = None) -> str:
        """A text that is not empty."""
        value = self.said.get(name, otherwise)
        if value is None:
            self.fault("course.field_missing", name)
        elif not isinstance(value, str) or not value.strip():
            self.fault("course.not_a_text", name)
        elif most is not None and len(value.strip()) > most:
            self.fault("course.text_too_long", name, length=len(value.strip()), limit=most)
        else:
            return value.strip()
        return ""

    def texts(self, name: str, *, fewest: int = 1) -> tuple[str, ...]:
        """A list of texts, none empty and none twice."""
        value = self.said.get(name, [] if fewest == 0 else None)
        if value is None:
            self.fault("course.field_missing", name)
        elif not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            self.fault("course.not_a_list", name)
        elif len(value) < fewest:
            self.fault("course.list_empty", name)
        else:
            tidy = tuple(one.strip() for one in value)
            for one in sorted({one for one in tidy if tidy.count(one) > 1}):
                self.fault("course.said_twice", name, value=one)
            return tidy
        return ()


def has_courses(folder: Path) -> bool:
    """Whether course packs lie in a folder."""
    return any(folder.glob("*/*/course.toml"))


def read_packs(folder: Path, *, uids: Collection[str]) -> list[CourseDraft]:
    """Every course of a folder; raises Problems that tell every fault of every course.

    `uids` are the questions that checkpoints may name.
    """
    drafts: list[CourseDraft] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*/*/course.toml")):
        try:
            drafts.append(read_course(path, base=folder.parent, uids=uids))
        except Problems as found:
            problems += found.problems
    first: dict[str, CourseDraft] = {}
    for draft in drafts:
        if draft.slug in first:
            place = Place(file=f"{draft.pack}/course.toml", field="slug")
            problems.append(Problem("course.slug_twice", place=place, first=first[draft.slug].pack))
        first.setdefault(draft.slug, draft)
    if problems:
        raise Problems(problems)
    return drafts


def read_course(path: Path, *, base: Path, uids: Collection[str]) -> CourseDraft:
    """The course of one `course.toml` and the lessons beside it."""
    file = path.relative_to(base).as_posix()
    table = Checked(read_toml(path, base), Place(file=file), _COURSE)
    slug, audience = table.text("slug", most=LONGEST_SLUG), table.text("audience")
    if slug and (not _SLUG.fullmatch(slug) or slug != path.parent.name):
        table.fault("course.slug_unlike_folder", "slug", folder=path.parent.name)
    if audience and audience != path.parent.parent.name:
        table.fault("course.audience_unlike_folder", "audience", folder=path.parent.parent.name)
    title, lang = table.text("title"), table.text("lang", most=16, otherwise="zh_Hans")
    summary, outcomes = table.text("summary", most=None), table.texts("outcomes")
    translations = _translations(table)
    lessons = _lessons(table, path.parent, base=base, uids=uids)
    if table.problems:
        raise Problems(table.problems)
    return CourseDraft(
        pack=path.parent.relative_to(base).as_posix(),
        slug=slug,
        audience=audience,
        lang=lang,
        title=title,
        summary=summary,
        outcomes=outcomes,
        lessons=lessons,
        translations=translations,
    )


def _translations(table: Checked) -> dict[str, dict[str, Any]]:
    said = table.said.get("translations", {})
    if not isinstance(said, dict) or not all(isinstance(words, dict) for words in said.values()):
        table.fault("course.not_a_table", "translations")
        return {}
    translations: dict[str, dict[str, Any]] = {}
    for lang, words in said.items():
        one = Checked(words, Place(table.place.file, f"translations.{lang}"), _WORDS)
        translations[lang] = {"title": one.text("title"), "summary": one.text("summary", most=None)}
        if "outcomes" in words:
            translations[lang]["outcomes"] = list(one.texts("outcomes"))
        table.problems += one.problems
    return translations


def _lessons(table: Checked, folder: Path, *, base: Path, uids: Collection[str]) -> tuple[LessonDraft, ...]:
    said = table.said.get("lesson")
    if not isinstance(said, list) or not said or not all(isinstance(one, dict) for one in said):
        table.fault("course.no_lesson", "lesson")
        return ()
    lessons = []
    for number, entry in enumerate(said, start=1):
        one = Checked(entry, Place(table.place.file, str(entry.get("file") or f"#{number}")), _LESSON)
        lessons.append(_lesson(one, folder, number, base=base, uids=uids))
        table.problems += one.problems
    _compare(table, folder, lessons)
    return tuple(lessons)


def _lesson(table: Checked, folder: Path, number: int, *, base: Path, uids: Collection[str]) -> LessonDraft:
    file, title = table.text("file"), table.text("title")
    checkpoints, sources = table.texts("checkpoints", fewest=0), table.texts("sources")
    for uid in checkpoints:
        if uid not in uids:
            table.fault("course.unknown_checkpoint", "checkpoints", uid=uid)
    named = _FILE.fullmatch(file)
    text = ""
    if file and (named is None or int(named[1]) != number):
        table.fault("course.lesson_file_name", "file", start=f"{number:02}-")
    elif named is not None:
        text = _text(table, folder / file, base=base)
        place = Place((folder / file).relative_to(base).as_posix(), file, "text")
        table.problems += [
            fault.at(replace(place, row=fault.place.row))
            for fault in question_places.faults(questions_placed(text), checkpoints)
        ]
    return LessonDraft(named[2][:LONGEST_SLUG] if named else "", file, title, text, checkpoints, sources)


def _text(table: Checked, path: Path, *, base: Path) -> str:
    place = Place(file=path.relative_to(base).as_posix(), uid=path.name, field="text")
    try:
        text = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n").strip()
    except FileNotFoundError:
        table.problems.append(Problem("pack.file_missing", place=Place(place.file, place.uid, "file")))
        return ""
    except UnicodeDecodeError:
        table.problems.append(Problem("course.wrong_encoding", place=place))
        return ""
    if not text:
        table.problems.append(Problem("course.not_a_text", place=place))
    table.problems += [
        fault.at(Place(place.file, place.uid, "text", row=fault.place.row)) for fault in faults_of_a_text(text)
    ]
    return text


def _compare(table: Checked, folder: Path, lessons: Iterable[LessonDraft]) -> None:
    """What two lessons must not share, and files that no lesson names."""
    slugs: set[str] = set()
    asked: dict[str, str] = {}
    for lesson in lessons:
        if lesson.slug and lesson.slug in slugs:
            table.fault("course.said_twice", "file", value=lesson.slug)
        slugs.add(lesson.slug)
        for uid in lesson.checkpoints:
            if uid in asked:
                place = Place(table.place.file, lesson.file, "checkpoints")
                table.problems.append(Problem("course.checkpoint_twice", place=place, uid=uid, first=asked[uid]))
            asked.setdefault(uid, lesson.file)
    named = {lesson.file for lesson in lessons}
    for path in sorted(folder.glob("*.md")):
        if path.name not in named:
            table.problems.append(
                Problem("course.lesson_not_listed", place=Place(table.place.file, path.name, "lesson"))
            )
