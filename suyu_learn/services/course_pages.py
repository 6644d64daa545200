"""A lesson made from a PDF: each page a picture with its text, drawn some at a time so that nobody waits for all.

The file lies among the media until its last page is drawn; one that is left in the middle goes like every medium that
nothing uses, after a week.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePath

from sqlalchemy.orm import Session

from suyu_learn.content import pictures
from suyu_learn.content.drafts import MediaDraft
from suyu_learn.content.formats import pdf_pages
from suyu_learn.content.formats.pdf_pages import Page
from suyu_learn.db import upsert
from suyu_learn.domain.courses import STANDARD_PACE, Pace
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Lesson, LessonDocument, Media
from suyu_learn.services import lesson_writing, media
from suyu_learn.services.course_writing import LONGEST_TITLE, Desk

PDF = "application/pdf"
_NUMBER = re.compile(r"[0-9]+ / [0-9]+")
MOST_BYTES = 50 * 1024 * 1024
AT_ONCE = 5
"""Pages drawn between two writes: a second or two of work."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A PDF that has been looked at and lies in the folder."""

    sha256: str
    size: int
    name: str
    pages: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """Some pages of a document, ready to be kept."""

    sha256: str
    first: int
    pages: Sequence[Page]
    drafts: Sequence[MediaDraft]
    prepared: media.Prepared


def file(content: bytes, name: str, *, folder: Path) -> Filed:
    """Put a PDF into the folder and count its pages, outside any transaction; raises Problem for what is none."""
    if len(content) > MOST_BYTES:
        raise Problem("pdf.too_big", place=Place(field="file"), most=MOST_BYTES // 1024 // 1024)
    if not pdf_pages.looks_like_pdf(content):
        raise Problem("pdf.none", place=Place(field="file"))
    sha = sha256(content).hexdigest()
    path = media.path_of(folder, sha)
    media.write_whole(path, content)
    return Filed(sha, len(content), name, pdf_pages.count(path))


def begin(session: Session, here: Desk, filed: Filed, *, now: datetime) -> Lesson:
    """A lesson at the end of the draft, whose pages are still to be drawn."""
    name = "".join(sign for sign in filed.name if sign.isprintable())[-200:]
    session.execute(
        upsert(session, Media.__table__).values(
            sha256=filed.sha256, mime=PDF, size=filed.size, name=name, created_at=now
        ).on_conflict_do_nothing()
    )  # fmt: skip
    title = PurePath(name.replace("\\", "/")).stem.strip()[:LONGEST_TITLE] or "PDF"
    lesson = lesson_writing.append(session, here, title)
    session.add(LessonDocument(lesson_id=lesson.id, sha256=filed.sha256, name=name, pages=filed.pages, drawn=0))
    session.flush()
    return lesson


def of(session: Session, lesson: Lesson) -> LessonDocument | None:
    """The document whose pages are still being drawn into a lesson."""
    return session.get(LessonDocument, lesson.id)


def draw(document: LessonDocument, *, folder: Path) -> Drawn:
    """The next pages, outside any transaction; none when the next one cannot be drawn. Raises Problem when the file is
    gone."""
    path = media.path_of(folder, document.sha256)
    if not path.is_file():
        raise Problem("pdf.gone")
    try:
        pages = pdf_pages.drawn(path, document.drawn, AT_ONCE)
    except Problem as problem:
        if problem.code != "pdf.page_broken":
            raise
        return Drawn(document.sha256, document.drawn, (), (), {})
    drafts = [MediaDraft(page.picture, f"{document.name} {document.drawn + place}.jpg")
              for place, page in enumerate(pages, start=1)]  # fmt: skip
    return Drawn(document.sha256, document.drawn, pages, drafts, media.prepare(drafts, folder=folder))


def is_wordless(alt: str) -> bool:
    """Whether all that a page says of itself is its number."""
    return _NUMBER.fullmatch(alt) is not None


def keep(session: Session, lesson: Lesson, drawn: Drawn, *, now: datetime, pace: Pace = STANDARD_PACE) -> int:
    """Put drawn pages at the end of the lesson; those that somebody else has drawn meanwhile are left alone.

    The number of the page that was left out, since it cannot be drawn, else 0.
    """
    document = session.get(LessonDocument, lesson.id, with_for_update=True)
    if document is None or (document.sha256, document.drawn) != (drawn.sha256, drawn.first):
        return 0
    media.keep(session, drawn.drafts, drawn.prepared, now=now)
    marks = []
    for place, (page, draft) in enumerate(zip(drawn.pages, drawn.drafts, strict=True), start=drawn.first + 1):
        stored = drawn.prepared[draft.sha256]
        if isinstance(stored, Problem):
            raise stored
        marks.append(pictures.mark(stored.sha256, page.text or f"{place} / {document.pages}"))
    if marks:
        lesson_writing.extend(session, lesson, "\n\n".join(marks), pace=pace)
    document.drawn += len(marks) or 1
    if document.drawn >= document.pages:
        session.delete(document)
    session.flush()
    return 0 if marks else drawn.first + 1
