"""Films and sounds of lessons: looked at, filed by their hash as they are, and found again with their lessons."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.content import films, pictures
from suyu_learn.content.drafts import FilmDraft, MediaDraft
from suyu_learn.content.films import FILM, MIMES, Probed
from suyu_learn.domain.courses import STANDARD_PACE, Film, Pace
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Lesson, LessonMedia, Media
from suyu_learn.models.base import new_key
from suyu_learn.services import lesson_writing, media

MOST_FILMS = 20
"""Films and sounds of one lesson."""
SPARE = 256 * 1024 * 1024
"""Bytes that stay free on the disk, for the database above all."""


def uploads(folder: Path) -> Path:
    """Where files lie while they come; on the disk of the media, so that nothing is copied."""
    path = folder.parent / media.UPLOADS
    path.mkdir(parents=True, exist_ok=True)
    return path


def file(source: Path, *, folder: Path) -> media.Stored:
    """Look at a film or sound and put it into the folder, outside any transaction; raises Problem for what phones do
    not play. A film whose tables stand at its end gets them in front, where there is room for a second one meanwhile.
    `source` stays."""
    what = films.probed(source)
    tables, room = what.tables, shutil.disk_usage(uploads(folder)).free - SPARE
    if tables is not None and not tables.head_first and films.can_go_first(tables) and source.stat().st_size < room:
        with _fresh(folder) as path:
            with path.open("wb") as target:
                films.with_head_first(source, tables, target)
            return _filed(path, what, folder)
    return _filed(source, what, folder)


@contextmanager
def _fresh(folder: Path) -> Iterator[Path]:
    path = uploads(folder) / new_key()
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _filed(source: Path, what: Probed, folder: Path) -> media.Stored:
    with source.open("rb") as stream:
        sha = hashlib.file_digest(stream, "sha256").hexdigest()
    _place(source, media.path_of(folder, sha))
    size = source.stat().st_size
    return media.Stored(sha, what.mime, size, what.width or 0, what.height or 0, seconds=what.seconds)


def prepare(drafts: Iterable[MediaDraft | FilmDraft], *, folder: Path) -> dict[str, media.Stored | Problem]:
    """File the pictures, films and sounds of courses, outside any transaction."""
    ready: dict[str, media.Stored | Problem] = {}
    shown: list[MediaDraft] = []
    for draft in drafts:
        if isinstance(draft, MediaDraft) and not films.meant(draft.content[:1024], draft.name):
            shown.append(draft)
        elif draft.sha256 not in ready:
            ready[draft.sha256] = _played(draft, folder)
    return {**ready, **media.prepare(shown, folder=folder)}


def _played(draft: MediaDraft | FilmDraft, folder: Path) -> media.Stored | Problem:
    try:
        if isinstance(draft, FilmDraft):
            return file(draft.path, folder=folder)
        with _fresh(folder) as path:
            path.write_bytes(draft.content)
            return file(path, folder=folder)
    except Problem as problem:
        return problem


def _place(source: Path, path: Path) -> None:
    """Give a file its name among the media, whole at once; one that is there is only marked as used."""
    if path.is_file():
        os.utime(path)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{new_key()}")
    try:
        os.link(source, fresh)
    except OSError:  # another disk, or one without links
        shutil.copyfile(source, fresh)
    try:
        with fresh.open("rb") as stream:
            os.fsync(stream.fileno())
        os.utime(fresh)
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)


def tidy_name(name: str) -> str:
    """The name of a file without its folders, for people; never a path to write to."""
    return "".join(sign for sign in name if sign.isprintable()).replace("\\", "/").rpartition("/")[2][-200:]


def put(
    session: Session, lesson: Lesson, filed: media.Stored, words: str, *, name: str, first: bool, now: datetime,
    pace: Pace = STANDARD_PACE,
) -> None:  # fmt: skip
    """Let a lesson have a film or sound, at its beginning or its end; raises Problem where it has too many."""
    if len(of_lessons(session, [lesson.id]).get(lesson.id, ())) >= MOST_FILMS:
        raise Problem("film.too_many", place=Place(field="film"), most=MOST_FILMS)
    media.keep(session, [FilmDraft(Path(name), filed.sha256)], {filed.sha256: filed}, now=now)
    lesson_writing.extend(session, lesson, pictures.mark(filed.sha256, words), first=first, pace=pace)


def of_lessons(session: Session, lesson_ids: Collection[int]) -> dict[int, tuple[Film, ...]]:
    """The films and sounds of each lesson that has any."""
    found: dict[int, tuple[Film, ...]] = {}
    if not lesson_ids:
        return found
    rows = session.execute(
        _films(LessonMedia.lesson_id).join(LessonMedia, LessonMedia.media_id == Media.id)
        .where(LessonMedia.lesson_id.in_(lesson_ids), Media.seconds.is_not(None)).order_by(Media.id)
    )  # fmt: skip
    for lesson_id, sha, seconds, mime, name in rows:
        found[lesson_id] = (*found.get(lesson_id, ()), Film(sha, seconds, mime == FILM, name))
    return found


def known(session: Session, shas: Collection[str]) -> dict[str, Film]:
    """The films and sounds among some media."""
    rows = session.execute(_films().where(Media.sha256.in_(shas), Media.seconds.is_not(None))) if shas else ()
    return {sha: Film(sha, seconds, mime == FILM, name) for sha, seconds, mime, name in rows}


def _films(*beside: Any) -> Any:
    return select(*beside, Media.sha256, Media.seconds, Media.mime, Media.name)


def is_one(mime: str) -> bool:
    """Whether a medium is a film or sound."""
    return mime in MIMES
