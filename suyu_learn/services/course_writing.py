"""Organizers' own courses: begun as a draft, written lesson by lesson, published as a version; changed as the next.

A version is written only while it is a draft, and a course has one draft at the most. Courses that came as a pack are
changed in the pack, or copied.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from suyu_learn.content import pictures
from suyu_learn.domain.courses import COMPLETION_RULE
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import (
    Audience,
    AuditEntry,
    Course,
    CourseAudience,
    CourseRequirement,
    CourseVersion,
    Lesson,
    LessonDocument,
    LessonMedia,
    Person,
    Question,
    Role,
    Status,
    Unit,
)
from suyu_learn.services import audit, grants, locks, media
from suyu_learn.services.grants import Reach

LONGEST_TITLE = 200
OURS = re.compile(r"[0-9a-f]{12}")
"""How `new_slug` calls courses and lessons."""
OPEN = (Status.DRAFT, Status.REVIEW)
"""A version that is being written, or waits for a reviewer."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What the cover of a course says; audiences by their codes."""

    title: str
    summary: str = ""
    outcomes: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    """A course on an organizer's desk: its draft if there is one, and what learners have."""

    course: Course
    draft: CourseVersion | None
    unit: Unit | None

    @property
    def fingerprint(self) -> str:
        """Tells this state of the draft's cover from every other."""
        version = self.shown
        said = [version.id, version.status.value, version.title, version.summary, version.outcomes]
        return sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:16]

    @property
    def shown(self) -> CourseVersion:
        """What there is to look at: the draft, else what is published."""
        version = self.draft or self.course.published_version
        assert version is not None  # a course is made with a draft, which is thrown away only beside a published one
        return version

    @property
    def from_pack(self) -> bool:
        return self.course.pack is not None


def begin(
    session: Session, actor: Person, unit_id: int, cover: Cover, *, lang: str, now: datetime, slug: str = ""
) -> Course:
    """A new course of a unit, with an empty draft; the same person asking twice for one `slug` gets it once."""
    made = made_before(session, actor, slug)
    if made is not None:
        return made
    unit = session.get(Unit, unit_id)
    grants.require(session, actor, Role.ORGANIZER, unit)
    _check(cover)
    course = _add_course(session, unit_id, slug=slug, now=now)
    _add_version(session, course, number=1, lang=lang, now=now, author_id=actor.id, **_words(cover))
    set_audiences(session, course, cover.audiences)
    audit.record(session, "course.begun", now=now, actor=actor, on=course, unit_id=unit_id, title=cover.title)
    return course


def desk(
    session: Session, slug: str, actor: Person, *, hold: bool = False, roles: Role | Iterable[Role] = Role.ORGANIZER
) -> Desk:
    """The course for who may write it; raises Problem for everybody else. `hold` keeps others from it meanwhile."""
    found = select(Course).where(Course.slug == slug, Course.deleted_at.is_(None))
    if hold:  # whatever was read before is read anew once others have let go
        found = found.with_for_update().execution_options(populate_existing=True)
    course = session.scalar(found)
    unit = session.get(Unit, course.unit_id) if course is not None and course.unit_id else None
    if course is None or not grants.reach(session, actor, roles).covers(unit.path if unit else None):
        raise Problem("course.unknown")
    draft = session.scalar(
        select(CourseVersion).where(CourseVersion.course_id == course.id, CourseVersion.status.in_(OPEN))
        .execution_options(populate_existing=hold)
    )  # fmt: skip
    return Desk(course, draft, unit)


def drafts(session: Session, actor: Person) -> list[tuple[Course, CourseVersion]]:
    """The drafts that somebody may write, the newest first."""
    reach: Reach = grants.reach(session, actor, Role.ORGANIZER)
    rows = session.execute(
        select(Course, CourseVersion, Unit.path)
        .join(CourseVersion, CourseVersion.course_id == Course.id).outerjoin(Unit, Unit.id == Course.unit_id)
        .where(CourseVersion.status.in_(OPEN), Course.deleted_at.is_(None)).order_by(CourseVersion.id.desc())
    )  # fmt: skip
    return [(course, version) for course, version, path in rows if reach.covers(path)]


def change(session: Session, here: Desk, *, now: datetime) -> CourseVersion:
    """The draft of a course, made from what is published if there is none."""
    if here.draft is not None:
        return here.draft
    if here.from_pack:
        raise Problem("course.from_pack")
    return _copied(session, here.shown, here.course, now=now)


def copy(
    session: Session, source: Course, actor: Person, unit_id: int, *, title: str, now: datetime, slug: str = ""
) -> Course:
    """A new course of a unit with the wording of a published one, as a draft; `slug` as in `begin`."""
    made = made_before(session, actor, slug)
    if made is not None:
        return made
    version = source.published_version
    if version is None or source.deleted_at is not None:
        raise Problem("course.unknown")
    grants.require(session, actor, Role.ORGANIZER, session.get(Unit, unit_id))
    check_title(title)
    course = _add_course(session, unit_id, slug=slug, now=now)
    course.in_order, course.seek_lock = source.in_order, source.seek_lock
    draft = _copied(session, version, course, now=now)
    draft.title, draft.author_id = title, actor.id
    set_audiences(session, course, audiences_of(session, source))
    asked = select(CourseRequirement.required_id).where(CourseRequirement.course_id == source.id)
    session.add_all(CourseRequirement(course_id=course.id, required_id=one) for one in session.scalars(asked))
    audit.record(session, "course.copied", now=now, actor=actor, on=course, unit_id=unit_id, copied_from=source.slug)
    return course


def set_cover(session: Session, here: Desk, cover: Cover, actor: Person, *, now: datetime) -> None:
    """What the cover of the draft says; whom the course is for holds at once."""
    draft = draft_of(here)
    _check(cover)
    if _words(cover) != {"title": draft.title, "summary": draft.summary, "outcomes": draft.outcomes}:
        wrote(session, here, actor, now=now)
        draft.title, draft.summary, draft.outcomes = cover.title, cover.summary, list(cover.outcomes)
        draft.translations = {}  # they were of other words
    former = audiences_of(session, here.course)
    set_audiences(session, here.course, cover.audiences)
    fresh = audiences_of(session, here.course)
    if former != fresh:
        audit.record(session, "course.changed.audiences", now=now, actor=actor, on=here.course,
                     unit_id=here.course.unit_id, old=former, new=fresh)  # fmt: skip
    session.flush()


def audiences_of(session: Session, course: Course) -> list[str]:
    """Whom a course is for, by their codes."""
    found = select(CourseAudience.audience).where(CourseAudience.course_id == course.id)
    return list(session.scalars(found.order_by(CourseAudience.audience)))


def lessons_of(session: Session, version: CourseVersion) -> Sequence[Lesson]:
    """The lessons of a version in their order."""
    return session.scalars(select(Lesson).where(Lesson.course_version_id == version.id).order_by(Lesson.position)).all()


def faults(session: Session, here: Desk) -> list[Problem]:
    """What stands against publishing the draft."""
    found = []
    there = lessons_of(session, draft_of(here))
    if not there:
        found.append(Problem("course.without_lessons"))
    published = set(
        session.scalars(
            select(Question.uid).where(
                Question.uid.in_({uid for lesson in there for uid in lesson.checkpoints}),
                Question.published_version_id.is_not(None),
            )
        )
    )
    drawing = set(
        session.scalars(select(LessonDocument.lesson_id).where(LessonDocument.lesson_id.in_([one.id for one in there])))
    )
    for lesson in there:
        if lesson.id in drawing:
            found.append(Problem("course.pages_coming", lesson=lesson.title))
        gone = sum(uid not in published for uid in lesson.checkpoints)
        if gone:
            found.append(Problem("course.asks_retired", lesson=lesson.title, count=gone))
    return found


def wrote(session: Session, here: Desk, actor: Person, *, now: datetime) -> None:
    """Note that somebody changes the draft: they will not be its reviewer, and it is taken back from review."""
    draft = draft_of(here)
    if draft.author_id is None:
        draft.author_id = actor.id
    elif draft.author_id != actor.id and actor.id not in hands_noted(session, here.course, draft):
        audit.record(session, "course.written", now=now, actor=actor, on=here.course, unit_id=here.course.unit_id,
                     version=draft.number)  # fmt: skip
    if draft.status is Status.REVIEW:
        reopen(session, draft, actor, here.course, now=now)
    session.flush()


def reopen(session: Session, draft: CourseVersion, actor: Person, course: Course, *, now: datetime) -> None:
    """Make what waits for review a draft again."""
    draft.status = Status.DRAFT
    audit.record(session, "course.taken_back", now=now, actor=actor, on=course, unit_id=course.unit_id,
                 version=draft.number)  # fmt: skip
    session.flush()


def hands_noted(session: Session, course: Course, draft: CourseVersion) -> set[int]:
    """Who, beside its author, wrote in a draft."""
    rows = session.execute(
        select(AuditEntry.actor_id, AuditEntry.detail).where(
            AuditEntry.action == "course.written", AuditEntry.object_kind == "course", AuditEntry.object_id == course.id
        )
    )
    return {who for who, detail in rows if who is not None and detail.get("version") == draft.number}


def publish(session: Session, here: Desk, actor: Person, *, now: datetime, agreed: bool = False) -> CourseVersion:
    """Let learners have the draft; who began the former version finishes it. Raises Problem for what is missing.

    Where the course asks for review, somebody else has to have `agreed`.
    """
    draft = draft_of(here)
    if here.course.review and not agreed:
        raise Problem("course.needs_review")
    for problem in faults(session, here):
        raise problem
    former = here.course.published_version
    if former is not None:
        former.status = Status.RETIRED
    draft.status, draft.created_at = Status.PUBLISHED, now
    draft.content_hash = content_fingerprint(draft, lessons_of(session, draft))
    if not agreed:
        draft.reviewer_id = draft.reviewed_at = None
    here.course.published_version = draft
    session.flush()
    audit.record(session, "course.approved" if agreed else "course.published", now=now, actor=actor, on=here.course,
                 unit_id=here.course.unit_id, version=draft.number)  # fmt: skip
    return draft


def discard(session: Session, here: Desk, actor: Person, *, now: datetime) -> bool:
    """Throw the draft away, and the course with it if nothing of it was ever published; whether it is there still."""
    draft = draft_of(here)
    title, stays = draft.title, here.course.published_version_id is not None
    delete_lessons(session, [one.id for one in lessons_of(session, draft)])
    session.delete(draft)
    session.flush()
    audit.record(session, "course.draft_discarded", now=now, actor=actor, on=here.course,
                 unit_id=here.course.unit_id, title=title)  # fmt: skip
    if not stays:  # the row stays, so that no other course comes to have its number in the audit trail
        here.course.deleted_at = now
        session.flush()
    return stays


def draft_of(here: Desk) -> CourseVersion:
    """The draft on a desk; raises Problem without one."""
    if here.draft is None:
        raise Problem("course.no_draft")
    return here.draft


def check_title(title: str) -> None:
    """Raise Problem for a title that is empty or too long."""
    if not title or len(title) > LONGEST_TITLE:
        raise Problem("course.title", place=Place(field="title"), limit=LONGEST_TITLE)


def _check(cover: Cover) -> None:
    check_title(cover.title)
    if not cover.audiences:
        raise Problem("course.for_nobody", place=Place(field="audiences"))


def _words(cover: Cover) -> dict[str, object]:
    return {"title": cover.title, "summary": cover.summary, "outcomes": list(cover.outcomes)}


def new_slug() -> str:
    """A name for the addresses of a course or lesson that packs can have too."""
    return secrets.token_hex(6)


def made_before(session: Session, actor: Person, slug: str) -> Course | None:
    """The course that this person's form has made already, as by a double click; the other post waits for the first."""
    if not OURS.fullmatch(slug):
        return None
    locks.hold_people(session, [actor.id])
    return session.scalar(
        select(Course).join(CourseVersion, CourseVersion.course_id == Course.id)
        .where(Course.slug == slug, CourseVersion.number == 1, CourseVersion.author_id == actor.id)
    )  # fmt: skip


def _add_course(session: Session, unit_id: int, *, slug: str, now: datetime) -> Course:
    taken = session.scalar(select(Course.id).where(Course.slug == slug)) is not None
    called = slug if OURS.fullmatch(slug) and not taken else new_slug()
    course = Course(slug=called, unit_id=unit_id, created_at=now)
    session.add(course)
    session.flush()
    return course


def _add_version(
    session: Session, course: Course, *, number: int, lang: str, now: datetime, **words: object
) -> CourseVersion:
    version = CourseVersion(course_id=course.id, number=number, lang=lang, status=Status.DRAFT, content_hash="",
                            completion_rule=dict(COMPLETION_RULE), created_at=now, **words)  # fmt: skip
    session.add(version)
    session.flush()
    return version


def _copied(session: Session, version: CourseVersion, course: Course, *, now: datetime) -> CourseVersion:
    last = session.scalar(select(func.max(CourseVersion.number)).where(CourseVersion.course_id == course.id)) or 0
    draft = _add_version(
        session, course, number=last + 1, lang=version.lang, now=now, title=version.title, summary=version.summary,
        outcomes=list(version.outcomes), translations=dict(version.translations),
    )  # fmt: skip
    for one in lessons_of(session, version):
        lesson = Lesson(
            course_version_id=draft.id, position=one.position, slug=one.slug, title=one.title, text=one.text,
            text_format=one.text_format, sources=list(one.sources), checkpoints=list(one.checkpoints),
            reading_seconds=one.reading_seconds, section=one.section,
            opens_at=one.opens_at if version.course_id == course.id else None,
        )  # fmt: skip
        session.add(lesson)
        session.flush()
        link_pictures(session, lesson)
    return draft


def set_audiences(session: Session, course: Course, codes: Iterable[str]) -> None:
    """Whom a course is for, in the place of whom it was for; codes that do not exist are left out."""
    known = set(session.scalars(select(Audience.code)))
    session.execute(delete(CourseAudience).where(CourseAudience.course_id == course.id))
    session.execute(
        insert(CourseAudience), [{"course_id": course.id, "audience": code} for code in sorted(set(codes) & known)]
    )


def link_pictures(session: Session, lesson: Lesson) -> None:
    """Let those who may read a lesson see the pictures that its text names."""
    session.execute(delete(LessonMedia).where(LessonMedia.lesson_id == lesson.id))
    ids = media.ids_of(session, pictures.named_in({"text": lesson.text}))
    if ids:
        session.execute(insert(LessonMedia), [{"lesson_id": lesson.id, "media_id": one} for one in ids.values()])


def put_in_order(session: Session, lessons: Sequence[Lesson]) -> None:
    """The lessons of a version in another order; two never have one place, not even meanwhile."""
    moved = [(place, one) for place, one in enumerate(lessons, start=1) if one.position != place]
    for place, one in moved:
        one.position = -place
    session.flush()
    for place, one in moved:
        one.position = place
    session.flush()


def delete_lessons(session: Session, lesson_ids: Sequence[int]) -> None:
    """Delete lessons of a draft with what hangs on them."""
    for of_lessons in (LessonMedia, LessonDocument):
        session.execute(delete(of_lessons).where(of_lessons.lesson_id.in_(lesson_ids)))
    session.execute(delete(Lesson).where(Lesson.id.in_(lesson_ids)))


def content_fingerprint(version: CourseVersion, lessons: Iterable[Lesson]) -> str:
    """Tells the words of a version from all others."""
    said = {
        "lang": version.lang, "title": version.title, "summary": version.summary, "outcomes": version.outcomes,
        "lessons": [
            [one.slug, one.title, one.text, one.sources, one.checkpoints, one.section,
             one.opens_at.isoformat() if one.opens_at else ""]
            for one in lessons
        ],
        "rule": version.completion_rule,
    }  # fmt: skip
    return sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
