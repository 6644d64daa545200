"""The one door by which course packs come into the database, as often as one likes."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.content import pictures
from suyu_learn.content.drafts import CourseDraft
from suyu_learn.domain.courses import COMPLETION_RULE, STANDARD_PACE, Pace, plausible_seconds
from suyu_learn.domain.problems import Place, Problem
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
from suyu_learn.services import audit, media
from suyu_learn.services.course_settings import require_no_circle, required_by, set_requirements
from suyu_learn.services.course_writing import link_pictures, set_audiences


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


def load_courses(
    session: Session, drafts: Sequence[CourseDraft], *, now: datetime, pace: Pace = STANDARD_PACE,
    prepared: media.Prepared | None = None,
) -> list[LoadedCourse]:  # fmt: skip
    """Store every course; one that is there word for word is left alone, a changed one becomes a new version.

    Who began an older version finishes it. A course that an organizer has hidden stays hidden. `prepared` says how
    their pictures are filed.
    """
    if prepared is not None:
        drafts = [with_stored_pictures(session, draft, prepared, now=now) for draft in drafts]
    loaded = [_load(session, draft, now=now, pace=pace) for draft in drafts]
    for draft in drafts:
        _set(session, draft)
    return loaded


def with_stored_pictures(
    session: Session, draft: CourseDraft, prepared: media.Prepared, *, now: datetime
) -> CourseDraft:
    """The course with its pictures kept and named as they are stored; one that cannot be kept refuses the course."""
    named = {sha for one in draft.lessons for sha in pictures.named_in({"text": one.text})}
    wanted = [one for one in draft.media if one.sha256 in named]
    for one in wanted:
        if isinstance(refused := prepared.get(one.sha256), Problem):
            raise refused.at(Place(file=f"{draft.pack}/media/{one.name}".lstrip("/")))
    media.keep(session, wanted, prepared, now=now)
    return with_names_of_stored(draft, prepared)


def with_names_of_stored(draft: CourseDraft, prepared: media.Prepared) -> CourseDraft:
    """The course whose pictures are named as they are stored, which is not as they came."""
    new = {came: stored.sha256 for came, stored in prepared.items() if isinstance(stored, media.Stored)}
    return replace(
        draft,
        lessons=tuple(replace(one, text=pictures.renamed(one.text, new.get)) for one in draft.lessons),
    )


def _set(session: Session, draft: CourseDraft) -> None:
    """What the pack says beside the words; courses to be completed before are known once all are stored."""
    course = session.scalars(select(Course).where(Course.slug == draft.slug)).one()
    course.in_order, course.seek_lock = draft.in_order, draft.seek_lock
    found = select(Course.slug, Course.id).where(Course.slug.in_(draft.requires))
    known = dict(session.execute(found.where(Course.published_version_id.is_not(None))).all())
    place = Place(file=f"{draft.pack}/course.toml", field="requires")
    for slug in draft.requires:
        if slug not in known:
            raise Problem("course.requires_unknown", place=place, slug=slug)
    wanted = frozenset(known.values())
    try:
        require_no_circle(session, course, wanted, {number: slug for slug, number in known.items()})
    except Problem as problem:
        raise problem.at(place) from None
    if wanted != required_by(session, course):
        set_requirements(session, course, wanted)


def _load(session: Session, draft: CourseDraft, *, now: datetime, pace: Pace) -> LoadedCourse:
    course = session.scalar(select(Course).where(Course.slug == draft.slug))
    if course is not None and course.pack != draft.pack:
        place = Place(file=f"{draft.pack}/course.toml", field="slug")
        raise Problem("course.slug_twice", place=place, first=course.pack or course.slug)
    for field, code in (("audience", draft.audience), *(("also_for", one) for one in draft.also_for)):
        if session.get(Audience, code) is None:
            place = Place(file=f"{draft.pack}/course.toml", field=field)
            raise Problem("course.unknown_audience", place=place, audience=code)
    if course is None:
        course = Course(slug=draft.slug, pack=draft.pack, created_at=now)
        session.add(course)
        session.flush()
    _set_audiences(session, course, {draft.audience, *draft.also_for})
    latest = session.scalar(
        select(CourseVersion).where(CourseVersion.course_id == course.id)
        .order_by(CourseVersion.number.desc()).limit(1)
    )  # fmt: skip
    fingerprint = _fingerprint(draft)
    if latest is not None and latest.content_hash == fingerprint:
        return LoadedCourse(draft.slug, draft.title, len(draft.lessons), latest.number, stored=False)
    version = _store(session, course, draft, latest.number + 1 if latest else 1, fingerprint, now=now, pace=pace)
    if latest is not None:
        latest.status = Status.RETIRED
    course.published_version = version
    session.flush()
    audit.record(session, "course.loaded", now=now, on=course, pack=draft.pack, version=version.number)
    return LoadedCourse(draft.slug, draft.title, len(draft.lessons), version.number, stored=True)


def _store(
    session: Session,
    course: Course,
    draft: CourseDraft,
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
    add_lessons(session, version, draft, pace=pace)
    return version


def add_lessons(session: Session, version: CourseVersion, draft: CourseDraft, *, pace: Pace) -> None:
    """The lessons of a draft in a version that has none, with the pictures that they name."""
    lessons = [
        Lesson(
            course_version_id=version.id, position=position, slug=lesson.slug, title=lesson.title, text=lesson.text,
            text_format=TextFormat.MARKDOWN, sources=list(lesson.sources), checkpoints=list(lesson.checkpoints),
            reading_seconds=plausible_seconds(f"{lesson.title}\n{lesson.text}", pace), section=lesson.section,
        )
        for position, lesson in enumerate(draft.lessons, start=1)
    ]  # fmt: skip
    session.add_all(lessons)
    session.flush()
    for one in lessons:
        if pictures.SCHEME in one.text:
            link_pictures(session, one)


def _set_audiences(session: Session, course: Course, wanted: Collection[str]) -> None:
    kept = set(session.scalars(select(CourseAudience.audience).where(CourseAudience.course_id == course.id)))
    if kept != set(wanted):
        set_audiences(session, course, wanted)


def _fingerprint(draft: CourseDraft) -> str:
    said = {**draft.content(), "rule": dict(COMPLETION_RULE)}
    return sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
