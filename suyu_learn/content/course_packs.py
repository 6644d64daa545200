"""Course packs: `courses/<audience>/<slug>/course.toml` with its lessons `NN-*.md`, read to drafts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from suyu_learn.content import films, pack_pictures, pictures, question_places
from suyu_learn.content.drafts import CourseDraft, FilmDraft, LessonDraft, MediaDraft
from suyu_learn.content.facts import facts_of
from suyu_learn.content.texts import faults_of_a_text, questions_placed
from suyu_learn.content.toml_files import read_toml
from suyu_learn.domain.library import Fact, facts_named, filled, unknown_in
from suyu_learn.domain.problems import Place, Problem, Problems

ABOUT = "course.toml"
_COURSE = {
    "slug", "audience", "also_for", "lang", "title", "summary", "outcomes", "translations", "in_order", "seek_lock",
    "requires", "lesson",
}  # fmt: skip
_LESSON = {"file", "title", "section", "checkpoints", "sources"}
_WORDS = {"title", "summary", "outcomes"}
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_FILE = re.compile(r"(\d{2,3})-([a-z0-9]+(?:-[a-z0-9]+)*)\.md")
_ANY_SLUG = re.compile(r"[A-Za-z0-9_-]+")
_ANY_FILE = re.compile(r"(\d{2,3})-([A-Za-z0-9_-]+)\.md")
LONGEST_NAME = 200
LONGEST_SLUG = 100
LONGEST_SUMMARY = 20_000


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
        elif not isinstance(value, str) or not value.strip() or "\0" in value:
            self.fault("course.not_a_text", name)
        elif most is not None and len(value.strip()) > most:
            self.fault("course.text_too_long", name, length=len(value.strip()), limit=most)
        else:
            return value.strip()
        return ""

    def flag(self, name: str, otherwise: bool) -> bool:
        """Yes or no."""
        value = self.said.get(name, otherwise)
        if not isinstance(value, bool):
            self.fault("course.not_yes_or_no", name)
            return otherwise
        return value

    def texts(self, name: str, *, fewest: int = 1) -> tuple[str, ...]:
        """A list of texts, none empty and none twice."""
        value = self.said.get(name, [] if fewest == 0 else None)
        if value is None:
            self.fault("course.field_missing", name)
        elif not isinstance(value, list) or not all(
            isinstance(one, str) and one.strip() and "\0" not in one for one in value
        ):
            self.fault("course.not_a_list", name)
        elif len(value) < fewest:
            self.fault("course.list_empty", name)
        else:
            tidy = tuple(one.strip() for one in value)
            for one in sorted({one for one in tidy if tidy.count(one) > 1}):
                self.fault("course.said_twice", name, value=one)
            return tidy
        return ()


class Files(Protocol):
    """The files of one course by their names within its folder."""

    @property
    def at(self) -> str:
        """Where the folder lies, as faults name it."""

    @property
    def names(self) -> Collection[str]:
        """All files, also those within `media`."""

    @property
    def facts(self) -> Mapping[str, Fact]:
        """What its lessons may name as a fact."""

    def toml(self) -> dict[str, Any]:
        """What `course.toml` says; raises Problems."""

    def read(self, name: str) -> bytes:
        """The content of one of the files."""

    def medium(self, name: str) -> MediaDraft | FilmDraft:
        """One of the files within `media`."""


@dataclass(frozen=True)
class Folder:
    """The files of a course in a folder on disk; `base` is what faults leave out of its name."""

    path: Path
    base: Path
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def at(self) -> str:
        return self.path.relative_to(self.base).as_posix()

    @cached_property
    def names(self) -> frozenset[str]:
        inner = (self.path / pack_pictures.FOLDER).rglob("*")
        return frozenset(
            path.relative_to(self.path).as_posix()
            for path in (*self.path.glob("*"), *inner)
            if path.is_file() and not path.name.startswith(".")
        )

    def toml(self) -> dict[str, Any]:
        return read_toml(self.path / ABOUT, self.base)

    def read(self, name: str) -> bytes:
        return (self.path / name).read_bytes()

    def medium(self, name: str) -> MediaDraft | FilmDraft:
        """A picture is read; a film or sound stays where it is."""
        path = self.path / name
        with path.open("rb") as stream:
            if not films.meant(stream.read(1024), path.name):
                return MediaDraft(path.read_bytes(), path.name)
            stream.seek(0)
            return FilmDraft(path, hashlib.file_digest(stream, "sha256").hexdigest())


def has_courses(folder: Path) -> bool:
    """Whether course packs lie in a folder."""
    return any(folder.glob("*/*/course.toml"))


def read_packs(folder: Path, *, uids: Collection[str]) -> list[CourseDraft]:
    """Every course of a folder; raises Problems that tell every fault of every course.

    `uids` are the questions that checkpoints may name.
    """
    drafts: list[CourseDraft] = []
    problems: list[Problem] = []
    facts = facts_of(folder)
    for path in sorted(folder.glob("*/*/course.toml")):
        try:
            drafts.append(read_course(path, base=folder.parent, uids=uids, facts=facts))
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


def read_course(
    path: Path, *, base: Path, uids: Collection[str], facts: Mapping[str, Fact] | None = None
) -> CourseDraft:
    """The course of one `course.toml` and the files beside it."""
    files = Folder(path.parent, base, facts or {})
    return read_files(files, uids=uids, folders=(path.parent.name, path.parent.parent.name))


def read_files(files: Files, *, uids: Collection[str] | None, folders: tuple[str, str] | None = None) -> CourseDraft:
    """The course of some files; raises Problems that tell every fault.

    `folders` are the names of its folder and the one above, which a pack that is loaded has to have for slug and
    audience. Without them the course is somebody's own, which may lack a summary, outcomes and sources. `uids` are the
    questions that checkpoints may name; None lets all pass.
    """
    file = f"{files.at}/{ABOUT}" if files.at else ABOUT
    table = Checked(files.toml(), Place(file=file), _COURSE)
    slug, audience = table.text("slug", most=LONGEST_SLUG), table.text("audience")
    _check_names(table, slug, audience, folders)
    own = folders is None
    title, lang = table.text("title"), table.text("lang", most=16, otherwise="zh_Hans")
    summary = table.text("summary", most=LONGEST_SUMMARY) if not own or "summary" in table.said else ""
    shown = {name: files.medium(name) for name in sorted(files.names) if name.startswith(f"{pack_pictures.FOLDER}/")}
    draft = CourseDraft(
        pack=files.at,
        slug=slug,
        audience=audience,
        lang=lang,
        title=title,
        summary=summary,
        outcomes=table.texts("outcomes", fewest=0 if own else 1),
        lessons=_lessons(table, files, shown, uids=uids, own=own),
        translations=_translations(table),
        also_for=table.texts("also_for", fewest=0),
        in_order=table.flag("in_order", True),
        seek_lock=table.flag("seek_lock", False),
        requires=table.texts("requires", fewest=0),
        media=tuple(shown.values()),
    )
    _check_films(table, draft)
    if slug and slug in draft.requires:
        table.fault("course.requires_itself", "requires")
    if table.problems:
        raise Problems(table.problems)
    return draft


def _check_films(table: Checked, draft: CourseDraft) -> None:
    """What stands against the films and sounds that lessons name."""
    named = {sha for one in draft.lessons for sha in pictures.named_in({"text": one.text})}
    for one in draft.media:
        if isinstance(one, FilmDraft) and one.sha256 in named:
            try:
                films.probed(one.path)
            except Problem as problem:
                table.problems.append(problem.at(Place(file=f"{draft.pack}/media/{one.name}".lstrip("/"))))


def _check_names(table: Checked, slug: str, audience: str, folders: tuple[str, str] | None) -> None:
    if folders is None:
        if slug and not _ANY_SLUG.fullmatch(slug):
            table.fault("course.slug_signs", "slug")
        return
    if slug and (not _SLUG.fullmatch(slug) or slug != folders[0]):
        table.fault("course.slug_unlike_folder", "slug", folder=folders[0])
    if audience and audience != folders[1]:
        table.fault("course.audience_unlike_folder", "audience", folder=folders[1])


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


def _lessons(
    table: Checked,
    files: Files,
    shown: Mapping[str, MediaDraft | FilmDraft],
    *,
    uids: Collection[str] | None,
    own: bool,
) -> tuple[LessonDraft, ...]:
    said = table.said.get("lesson")
    if not isinstance(said, list) or not said or not all(isinstance(one, dict) for one in said):
        table.fault("course.no_lesson", "lesson")
        return ()
    lessons = []
    for number, entry in enumerate(said, start=1):
        one = Checked(entry, Place(table.place.file, str(entry.get("file") or f"#{number}")), _LESSON)
        lessons.append(_lesson(one, files, number, shown, uids=uids, own=own))
        table.problems += one.problems
    _compare(table, files, lessons)
    return tuple(lessons)


def _lesson(
    table: Checked, files: Files, number: int, shown: Mapping[str, MediaDraft | FilmDraft], *,
    uids: Collection[str] | None, own: bool,
) -> LessonDraft:  # fmt: skip
    file, title = table.text("file"), table.text("title")
    checkpoints, sources = table.texts("checkpoints", fewest=0), table.texts("sources", fewest=0 if own else 1)
    section = table.text("section") if "section" in table.said else ""
    for uid in checkpoints:
        if uids is not None and uid not in uids:
            table.fault("course.unknown_checkpoint", "checkpoints", uid=uid)
    named = (_ANY_FILE if own else _FILE).fullmatch(file)
    text, facts = "", tuple[str, ...]()
    if file and (named is None or int(named[1]) != number):
        table.fault("course.lesson_file_name", "file", start=f"{number:02}-")
    elif named is not None:
        text, facts = _text(table, files, file, shown)
        place = Place(f"{files.at}/{file}" if files.at else file, file, "text")
        table.problems += [
            fault.at(replace(place, row=fault.place.row))
            for fault in question_places.faults(questions_placed(text), checkpoints)
        ]
    slug = named[2][:LONGEST_SLUG] if named else ""
    return LessonDraft(slug, file, title, text, checkpoints, sources, section, facts)


def _text(
    table: Checked, files: Files, name: str, shown: Mapping[str, MediaDraft | FilmDraft]
) -> tuple[str, tuple[str, ...]]:
    """The text of a lesson with its facts filled in and its media as marks, and the keys of those facts."""
    place = Place(file=f"{files.at}/{name}" if files.at else name, uid=name, field="text")
    if name not in files.names:
        table.problems.append(Problem("pack.file_missing", place=Place(place.file, place.uid, "file")))
        return "", ()
    try:
        text = files.read(name).decode("utf-8-sig").replace("\r\n", "\n").strip()
    except UnicodeDecodeError:
        table.problems.append(Problem("course.wrong_encoding", place=place))
        return "", ()
    named = facts_named(text)
    table.problems += unknown_in(named, files.facts, place)
    text = filled(text, files.facts)
    if not text or "\0" in text:
        table.problems.append(Problem("course.not_a_text", place=place))
    for row, missing in pack_pictures.missing_of(text, shown):
        fault_at = Place(place.file, place.uid, "text", row=row)
        table.problems.append(Problem("course.file_missing", place=fault_at, name=missing))
    table.problems += [
        fault.at(Place(place.file, place.uid, "text", row=fault.place.row))
        for fault in faults_of_a_text(pack_pictures.without_named(text))
    ]
    return str(pack_pictures.with_marks(text, shown)), named


def _compare(table: Checked, files: Files, lessons: Iterable[LessonDraft]) -> None:
    """What two lessons must not share, sections that are torn apart, and files that no lesson names."""
    slugs: set[str] = set()
    asked: dict[str, str] = {}
    sections: list[str] = []
    for lesson in lessons:
        if lesson.slug and lesson.slug in slugs:
            table.fault("course.said_twice", "file", value=lesson.slug)
        slugs.add(lesson.slug)
        for uid in lesson.checkpoints:
            if uid in asked:
                place = Place(table.place.file, lesson.file, "checkpoints")
                table.problems.append(Problem("course.checkpoint_twice", place=place, uid=uid, first=asked[uid]))
            asked.setdefault(uid, lesson.file)
        if lesson.section in sections and lesson.section != sections[-1]:
            place = Place(table.place.file, lesson.file, "section")
            table.problems.append(Problem("course.section_torn", place=place, section=lesson.section))
        sections.append(lesson.section)
    named = {lesson.file for lesson in lessons}
    for name in sorted(files.names):
        if name.endswith(".md") and "/" not in name and name not in named:
            table.problems.append(Problem("course.lesson_not_listed", place=Place(table.place.file, name, "lesson")))
