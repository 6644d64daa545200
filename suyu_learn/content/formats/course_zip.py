"""A course as one zip file: `<audience>/<slug>/course.toml`, its lessons and `media/`, and a bank with its questions.

Unzipped, it is what `suyu load FOLDER` takes. Zips of other hands are read too: a course folder at any depth, names in
GBK as Chinese Windows writes them. Nothing is unpacked to disk.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from suyu_learn.content import films, pack_pictures, pictures
from suyu_learn.content.course_packs import ABOUT, read_files
from suyu_learn.content.drafts import BankFile, CourseDraft, LessonDraft, MediaDraft, QuestionDraft
from suyu_learn.content.formats import packages, question_pack, toml_writing
from suyu_learn.domain.library import Fact
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions import QuestionType

LARGEST_LESSON = 4 * 1024 * 1024
NO_QUESTIONS = BankFile(())
SUFFIXES = {**question_pack.SUFFIXES, films.FILM: ".mp4", films.M4A: ".m4a", films.MP3: ".mp3"}


@dataclass(frozen=True)
class _Zipped:
    """The files of a course in a zip; `at` is its folder."""

    package: packages.Package
    at: str
    facts: Mapping[str, Fact]

    @cached_property
    def names(self) -> frozenset[str]:
        within = f"{self.at}/" if self.at else ""
        inner = (name.removeprefix(within) for name in self.package.names if name.startswith(within))
        return frozenset(name for name in inner if "/" not in name or name.startswith(f"{pack_pictures.FOLDER}/"))

    def toml(self) -> dict[str, Any]:
        return question_pack.read_toml(self.package, posixpath.join(self.at, ABOUT))

    def read(self, name: str) -> bytes:
        most = packages.LARGEST_ENTRY if "/" in name else LARGEST_LESSON
        return self.package.read(posixpath.join(self.at, name), most=most)

    def medium(self, name: str) -> MediaDraft:
        return MediaDraft(self.read(name), posixpath.basename(name))


def read(
    content: bytes, *, file_name: str, types: Mapping[str, QuestionType[Any]], uids: Collection[str] | None = None
) -> tuple[CourseDraft, BankFile]:
    """The course of a zip, and the questions that came with it; raises Problem or Problems.

    `uids` are questions that checkpoints may name beside those in the zip; None lets all pass.
    """
    package = packages.open_package(content, file=file_name)
    found = sorted(name for name in package.names if posixpath.basename(name) == ABOUT)
    if not found:
        raise Problem("course.zip_without_course", place=Place(file=file_name))
    if len(found) > 1:
        raise Problem("course.zip_of_several", place=Place(file=file_name), count=len(found))
    bank = _bank(package, content, file_name, types)
    known = None if uids is None else {*uids, *(one.uid for one in bank.items)}
    files = _Zipped(package, posixpath.dirname(found[0]), question_pack.facts_beside(package))
    return read_files(files, uids=known), bank


def _bank(
    package: packages.Package, content: bytes, file_name: str, types: Mapping[str, QuestionType[Any]]
) -> BankFile:
    if not question_pack.has_bank(package):
        return NO_QUESTIONS
    try:
        return question_pack.PackFormat().read(content, file_name=file_name, options={}, types=types)
    except Problem as problem:
        if problem.code == "pack.no_questions":
            return NO_QUESTIONS
        raise


def write(
    course: CourseDraft, questions: Sequence[QuestionDraft], stream: BinaryIO,
    media: Callable[[str], tuple[bytes, str]], played: Mapping[str, tuple[Path, str]] | None = None,
) -> None:  # fmt: skip
    """Write a course; the same course makes the same file. `media` gives bytes and kind of a picture, `played` has the
    path and kind of each film and sound."""
    at = f"{course.audience}/{course.slug}"
    files: dict[str, tuple[str, bytes | Path]] = {}

    def name_of(sha: str) -> str:
        if sha not in files:
            content, mime = played[sha] if played and sha in played else media(sha)
            files[sha] = (f"{pack_pictures.FOLDER}/{sha}{SUFFIXES.get(mime, '')}", content)
        return files[sha][0]

    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        if questions:
            question_pack.write_into(archive, questions, title=course.title, lang=course.lang, media=media)
        question_pack.add(archive, f"{at}/{ABOUT}", _about(course))
        for number, lesson in enumerate(course.lessons, start=1):
            text = pack_pictures.with_names(lesson.text, name_of)
            question_pack.add(archive, f"{at}/{_file(number, lesson)}", f"{text}\n")
        for name, content in sorted(files.values(), key=lambda one: one[0]):
            question_pack.add(archive, f"{at}/{name}", content)


def _about(course: CourseDraft) -> str:
    """`course.toml`; what is usual is left unsaid."""
    said = toml_writing.table({
        "slug": course.slug,
        "audience": course.audience,
        "also_for": list(course.also_for) or None,
        "lang": course.lang,
        "title": course.title,
        "summary": course.summary or None,
        "outcomes": list(course.outcomes) or None,
        "in_order": False if not course.in_order else None,
        "seek_lock": True if course.seek_lock else None,
        "requires": list(course.requires) or None,
    })  # fmt: skip
    for lang, words in sorted(course.translations.items()):
        said += f"\n[translations.{toml_writing.key(lang)}]\n{toml_writing.table(words)}"
    for number, lesson in enumerate(course.lessons, start=1):
        said += "\n[[lesson]]\n" + toml_writing.table({
            "file": _file(number, lesson),
            "title": lesson.title,
            "section": lesson.section or None,
            "checkpoints": list(lesson.checkpoints) or None,
            "sources": list(lesson.sources) or None,
        })  # fmt: skip
    return said


def _file(number: int, lesson: LessonDraft) -> str:
    return f"{number:02}-{lesson.slug}.md"


def pictures_in(course: CourseDraft) -> list[str]:
    """The pictures that its lessons name, each once."""
    return sorted({sha for lesson in course.lessons for sha in pictures.named_in({"text": lesson.text})})
