"""Pictures of questions: taken in and re-encoded, kept as files by their hash, let go when nothing uses them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from suyu_learn.content import pictures
from suyu_learn.content.drafts import BankFile, FilmDraft, MediaDraft, QuestionDraft
from suyu_learn.content.reencoding import pixels_of, reencoded
from suyu_learn.db import upsert
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Import, ImportMedia, ImportState, LessonMedia, Media, VersionMedia
from suyu_learn.models.base import new_key

UNUSED_KEPT = timedelta(days=7)
UPLOADS = "media_coming"
"""The folder beside that of the media in which large files lie while they come."""
MOST_PIXELS_IN_ALL = 1_000_000_000
"""What one file's pictures may amount to; more is work for minutes, and no bank of questions."""
_PART = 500


@dataclass(frozen=True, slots=True)
class Stored:
    """A medium of a file as it is stored; `moved` tells of an animation that stands still now."""

    sha256: str
    mime: str
    size: int
    width: int
    height: int
    moved: bool = False
    seconds: int | None = None
    """How long a film or sound plays, which has no size where it shows nothing."""


Prepared = Mapping[str, Stored | Problem]
"""By the hash of a picture as it came: how it is stored, or why it cannot be kept."""


def path_of(folder: Path, sha: str) -> Path:
    """Where the bytes of a medium lie."""
    return folder / sha[:2] / sha


def prepare(drafts: Iterable[MediaDraft], *, folder: Path) -> dict[str, Stored | Problem]:
    """Re-encode what came and write the files; it takes time, so it is done outside any transaction.

    A file that no row comes to name goes again after a week.
    """
    ready: dict[str, Stored | Problem] = {}
    left = MOST_PIXELS_IN_ALL
    for draft in drafts:
        if draft.sha256 in ready:
            continue
        left -= pixels_of(draft.content)
        try:
            ready[draft.sha256] = _filed(draft, folder) if left > 0 else Problem("media.too_many_in_all")
        except Problem as problem:
            ready[draft.sha256] = problem
    return ready


def _filed(draft: MediaDraft, folder: Path) -> Stored:
    picture = reencoded(draft.content)
    sha = sha256(picture.content).hexdigest()
    write_whole(path_of(folder, sha), picture.content)
    return Stored(sha, picture.mime, len(picture.content), picture.width, picture.height, picture.moved)


def keep(session: Session, drafts: Sequence[MediaDraft | FilmDraft], prepared: Prepared, *, now: datetime) -> None:
    """Store the rows of what `prepare` has filed."""
    rows: dict[str, dict[str, Any]] = {}
    for draft in drafts:
        one = prepared[draft.sha256]
        if isinstance(one, Stored):
            rows.setdefault(one.sha256, {
                "sha256": one.sha256, "mime": one.mime, "size": one.size, "name": draft.name[-200:],
                "width": one.width or None, "height": one.height or None, "seconds": one.seconds,
                "created_at": now,
            })  # fmt: skip
    known = ids_of(session, rows)
    fresh = [row for sha, row in rows.items() if sha not in known]
    if fresh:
        session.execute(upsert(session, Media.__table__).on_conflict_do_nothing(), fresh)
    for part in _parts(list(known.values())):  # used again: the days after which unused ones go begin anew
        session.execute(update(Media).where(Media.id.in_(part)).values(created_at=now))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file; the file is whole before it has its name; one that is there is only marked as used."""
    if path.is_file():
        os.utime(path)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{new_key()}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(fresh, path)


def take_in(session: Session, file: BankFile, prepared: Prepared, *, now: datetime) -> BankFile:
    """Keep the pictures of a file and let its questions name them as stored.

    A picture that cannot be kept leaves its question, which is told with the question's place.
    """
    if not any(_names_pictures(item) for item in file.items):
        return file
    keep(session, file.media, prepared, now=now)
    told: list[Problem] = []
    items = tuple(_renamed(item, prepared, told) for item in file.items)
    return replace(file, items=items, warnings=(*file.warnings, *told))


def _renamed(item: QuestionDraft, kept: Prepared, told: list[Problem]) -> QuestionDraft:
    named: dict[str, str] = {}
    for body in (item.body, *item.translations.values()):
        named.update(pictures.named_in(body))
    if not named:
        return item
    new: dict[str, str | None] = {}
    for came, alt in named.items():
        found = kept.get(came, Problem("media.missing"))
        new[came] = None if isinstance(found, Problem) else found.sha256
        if isinstance(found, Problem):
            told.append(Problem(found.code, place=_at(item.place), **found.params))
        elif found.moved:
            told.append(Problem("media.moved", place=_at(item.place)))
        if not isinstance(found, Problem) and not alt.strip():
            told.append(Problem("media.no_alt", place=_at(item.place)))
    return replace(
        item, body=pictures.renamed(item.body, new.get),
        translations={lang: pictures.renamed(body, new.get) for lang, body in item.translations.items()},
    )  # fmt: skip


def _at(place: Place) -> Place:
    return replace(place, field="picture")


def has_pictures(file: BankFile) -> bool:
    """Whether a file brings pictures, or names some that it lacks."""
    return bool(file.media) or any(_names_pictures(item) for item in file.items)


def _names_pictures(item: QuestionDraft) -> bool:
    return any(pictures.named_in(body) for body in (item.body, *item.translations.values()))


def ids_of(session: Session, shas: Iterable[str]) -> dict[str, int]:
    """The ids of stored media by their hash."""
    known: dict[str, int] = {}
    for part in _parts(list(dict.fromkeys(shas))):
        known.update(session.execute(select(Media.sha256, Media.id).where(Media.sha256.in_(part))).all())
    return known


@dataclass(frozen=True, slots=True)
class Shape:
    """How a medium shows on a page: its size, and for a film or sound how long it plays."""

    width: int
    height: int
    mime: str = ""
    seconds: int | None = None


def shapes_of(session: Session, shas: Iterable[str]) -> dict[str, Shape]:
    """The shapes of stored media by their hash; what is not stored is left out."""
    found = select(Media.sha256, Media.width, Media.height, Media.mime, Media.seconds).where(
        Media.sha256.in_(list(shas))
    )
    return {sha: Shape(width or 0, height or 0, mime, seconds)
            for sha, width, height, mime, seconds in session.execute(found)}  # fmt: skip


def link_versions(session: Session, bodies: Iterable[tuple[int, Sequence[Mapping[str, Any]]]]) -> None:
    """Note which pictures each version uses; `bodies` are its own and those of its translations."""
    wanted = {(version, sha) for version, texts in bodies for body in texts for sha in pictures.named_in(body)}
    if not wanted:
        return
    known = ids_of(session, {sha for _version, sha in wanted})
    rows = [{"version_id": version, "media_id": known[sha]} for version, sha in sorted(wanted) if sha in known]
    if rows:
        session.execute(insert(VersionMedia.__table__), rows)  # type: ignore[arg-type]


def link_import(session: Session, batch: Import, rows: Iterable[Mapping[str, Any]]) -> None:
    """Note the pictures of a waiting import, so that who looks at it sees them; `rows` are the data of its rows."""
    named = {
        sha
        for data in rows
        for body in (data.get("body", {}), *data.get("translations", {}).values())
        for sha in pictures.named_in(body)
    }
    known = ids_of(session, named)
    if known:
        there = set(session.scalars(select(ImportMedia.media_id).where(ImportMedia.import_id == batch.id)))
        fresh = [{"import_id": batch.id, "media_id": one} for one in sorted(set(known.values()) - there)]
        if fresh:
            session.execute(insert(ImportMedia.__table__), fresh)  # type: ignore[arg-type]


def forget_unused(session: Session, *, now: datetime) -> int:
    """Delete the rows of media that nothing has used for a week: no version, no lesson, no waiting import."""
    waiting = (
        select(ImportMedia.media_id).join(Import, Import.id == ImportMedia.import_id)
        .where(Import.state == ImportState.PREVIEW)
    )  # fmt: skip
    in_use = or_(
        Media.id.in_(select(VersionMedia.media_id)), Media.id.in_(select(LessonMedia.media_id)), Media.id.in_(waiting)
    )
    gone = session.scalars(select(Media.id).where(Media.created_at < now - UNUSED_KEPT, ~in_use)).all()
    for part in _parts(gone):
        session.execute(delete(ImportMedia).where(ImportMedia.media_id.in_(part)))
        session.execute(delete(Media).where(Media.id.in_(part)))
    return len(gone)


def sweep(session: Session, folder: Path, *, now: datetime) -> int:
    """Delete files that no row names any more and that nobody has touched for a week; how many.

    What lies half come beside them goes too.
    """
    old = (now - UNUSED_KEPT).timestamp()
    for path in (folder.parent / UPLOADS).glob("*"):
        if path.is_file() and path.stat().st_mtime < old:
            path.unlink(missing_ok=True)
    if not folder.is_dir():
        return 0
    files = {path.name: path for path in folder.glob("??/*") if path.is_file() and path.stat().st_mtime < old}
    known = ids_of(session, files)
    gone = [path for name, path in files.items() if name not in known]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _parts(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(values), _PART):
        yield values[start : start + _PART]
