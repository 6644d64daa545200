"""The one door by which course packs come into the database, as often as one likes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from suyu_learn.content import pictures
from suyu_learn.content.drafts import CourseDraft, FilmDraft, MediaDraft
from suyu_learn.domain.courses import COMPLETION_RULE, STANDARD_PACE, Pace, plausible_seconds
from suyu_learn.domain.problems import Place, Problem, Problems
from suyu_learn.models import (
    Audience,
    Course,
    CourseAudience,
    CourseVersion,
    Lesson,
    Question,
    Status,
    TextFormat,
)
from suyu_learn.services import audit, films, media
from suyu_learn.services.course_writing import link_pictures

Prepared = Mapping[str, media.Stored | films.Filed]
"""By the hash of a medium as it came: how it is kept."""


@dataclass(frozen=True, slots=True)
class LoadedCourse:
    """What loading a course changed; `number` is the version that new learners get."""

    slug: str
    title: str
    lessons: int
    number: int
    stored: bool


def known_uids(session: Session) -> frozenset[str]:
    """The questions that checkpoints may name: all that are published."""
    return frozenset(session.scalars(select(Question.uid).where(Question.published_version_id.is_not(None))))


def prepare(drafts: Iterable[CourseDraft], *, folder: Path) -> Prepared:
    """File what the lessons show and play, outside any transaction; raises Problems for what cannot be kept."""
    ready: dict[str, media.Stored | films.Filed] = {}
    problems = []
    for draft in drafts:
        shown = [one for one in draft.media if isinstance(one, MediaDraft)]
        stored = media.prepare(shown, folder=folder)
        for picture in shown:
            found = stored[picture.sha256]
            if isinstance(found, Problem):
                problems.append(found.at(Place(file=f"{draft.pack}/media/{picture.name}")))
            else:
                ready[picture.sha256] = found
        for film in draft.media:
            if isinstance(film, FilmDraft):
                ready[film.sha256] = films.file(film.path, film.path.name, folder=folder)
    if problems:
        raise Problems(problems)
    return ready


def load_courses(
    session: Session,
    drafts: Sequence[CourseDraft],
    *,
    now: datetime,
    pace: Pace = STANDARD_PACE,
    prepared: Prepared | None = None,
) -> list[LoadedCourse]:
    """Store every course; one that is there word for word is left alone, a changed one becomes a new version.

    Who began an older version finishes it. A course that an organizer has hidden stays hidden. `prepared` is what
    became of the drafts' media.
    """
    return [_load(session, draft, prepared or {}, now=now, pace=pace) for draft in drafts]


def _load(session: Session, draft: CourseDraft, prepared: Prepared, *, now: datetime, pace: Pace) -> LoadedCourse:
    course = session.scalar(select(Course).where(Course.slug == draft.slug))
    if course is not None and course.pack != draft.pack:
        place = Place(file=f"{draft.pack}/course.toml", field="slug")
        raise Problem("course.slug_twice", place=place, first=course.pack or course.slug)
    if session.get(Audience, draft.audience) is None:
        place = Place(file=f"{draft.pack}/course.toml", field="audience")
        raise Problem("course.unknown_audience", place=place, audience=draft.audience)
    if course is None:
        course = Course(slug=draft.slug, pack=draft.pack, created_at=now)
        session.add(course)
        session.flush()
    _set_audience(session, course, draft.audience)
    latest = session.scalar(
        select(CourseVersion).where(CourseVersion.course_id == course.id)
        .order_by(CourseVersion.number.desc()).limit(1)
    )  # fmt: skip
    fingerprint = _fingerprint(draft)
    if latest is not None and latest.content_hash == fingerprint:
        return LoadedCourse(draft.slug, draft.title, len(draft.lessons), latest.number, stored=False)
    _keep(session, draft, prepared, now=now)
    texts = [pictures.renamed(one.text, lambda sha: prepared[sha].sha256) for one in draft.lessons]
    number = latest.number + 1 if latest else 1
    version = _store(session, course, draft, texts, number, fingerprint, now=now, pace=pace)
    if latest is not None:
        latest.status = Status.RETIRED
    course.published_version = version
    session.flush()
    audit.record(session, "course.loaded", now=now, on=course, pack=draft.pack, version=version.number)
    return LoadedCourse(draft.slug, draft.title, len(draft.lessons), version.number, stored=True)


def _keep(session: Session, draft: CourseDraft, prepared: Prepared, *, now: datetime) -> None:
    shown = [one for one in draft.media if isinstance(one, MediaDraft)]
    media.keep(session, shown, {one.sha256: _picture(prepared[one.sha256]) for one in shown}, now=now)
    for one in draft.media:
        filed = prepared[one.sha256]
        if isinstance(filed, films.Filed):
            films.keep(session, filed, now=now)


def _picture(found: media.Stored | films.Filed) -> media.Stored:
    assert isinstance(found, media.Stored)  # a draft of a picture is filed as one
    return found


def _store(
    session: Session,
    course: Course,
    draft: CourseDraft,
    texts: Sequence[str],
    number: int,
    fingerprint: str,
    *,
    now: datetime,
    pace: Pace,
) -> CourseVersion:
    version = CourseVersion(
        course_id=course.id,
        number=number,
        title=draft.title,
        summary=draft.summary,
        outcomes=list(draft.outcomes),
        translations={lang: dict(words) for lang, words in draft.translations.items()},
        lang=draft.lang,
        status=Status.PUBLISHED,
        content_hash=fingerprint,
        completion_rule=dict(COMPLETION_RULE),
        created_at=now,
    )
    session.add(version)
    session.flush()
    lessons = [
        Lesson(
            course_version_id=version.id, position=position, slug=lesson.slug, title=lesson.title, text=text,
            text_format=TextFormat.MARKDOWN, sources=list(lesson.sources), checkpoints=list(lesson.checkpoints),
            reading_seconds=plausible_seconds(f"{lesson.title}\n{text}", pace),
        )
        for position, (lesson, text) in enumerate(zip(draft.lessons, texts, strict=True), start=1)
    ]  # fmt: skip
    session.add_all(lessons)
    session.flush()
    for lesson in lessons if draft.media else ():
        link_pictures(session, lesson)
    return version


def _set_audience(session: Session, course: Course, audience: str) -> None:
    if session.get(CourseAudience, (course.id, audience)) is None:
        session.execute(delete(CourseAudience).where(CourseAudience.course_id == course.id))
        session.add(CourseAudience(course_id=course.id, audience=audience))
        session.flush()


def _fingerprint(draft: CourseDraft) -> str:
    said = {**draft.content(), "rule": dict(COMPLETION_RULE)}
    return sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
