"""A course that comes in as a zip: looked at first, then taken in whole as a draft, or not at all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.content.drafts import BankFile, CourseDraft, FilmDraft, LessonDraft, MediaDraft, QuestionDraft
from suyu_learn.content.formats import course_zip
from suyu_learn.domain.courses import COMPLETION_RULE, STANDARD_PACE, Pace, with_names
from suyu_learn.domain.problems import Place, Problem, Problems
from suyu_learn.domain.questions.group import Group
from suyu_learn.models import Bank, Course, CourseVersion, Lesson, Media, Person, Question, Role, Status, Unit
from suyu_learn.services import (
    audit,
    bank,
    bank_contents,
    course_writing,
    exam_reach,
    films,
    grants,
    lesson_writing,
    locks,
    media,
)
from suyu_learn.services.bank_editing import new_uid
from suyu_learn.services.course_packs import add_lessons, with_names_of_stored, with_stored_pictures
from suyu_learn.services.course_settings import set_requirements
from suyu_learn.services.course_writing import OURS, Desk, new_slug, set_audiences
from suyu_learn.services.lesson_writing import MOST_LESSONS, MOST_QUESTIONS, Written


class How(StrEnum):
    """What a course becomes here."""

    NEW = "new"
    NEXT = "next"
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class Coming:
    """A course of a zip beside what there is here; its checkpoints have the uids that they will have here."""

    draft: CourseDraft
    questions: tuple[QuestionDraft, ...]
    """Those that come in; the others are here already."""

    media: tuple[MediaDraft | FilmDraft, ...]
    ways: tuple[How, ...]
    """What it may become, the likeliest first."""

    known: int
    """How many of its questions are here already and stay as they are."""

    missing: tuple[str, ...]
    """Courses that it asks for and that are not here."""

    busy: bool = False
    """Whether the course of the same slug has a draft, so that no other can come in."""


def look(session: Session, draft: CourseDraft, file: BankFile, actor: Person) -> Coming:
    """What would come in, and as what; raises Problems that tell everything that stands against it."""
    problems = [one for refused in file.errors for one in refused.problems]
    names, questions, faults = _settled(session, draft, file, actor)
    problems += [*faults, *_faults_of_lessons(draft)]
    if problems:
        raise Problems(problems)
    lessons = tuple(
        replace(
            one, checkpoints=tuple(names.get(uid, uid) for uid in one.checkpoints), text=with_names(one.text, names)
        )
        for one in draft.lessons
    )
    there = set(session.scalars(select(Course.slug).where(Course.slug.in_(draft.requires))))
    ways, busy = _ways(session, draft, actor)
    return Coming(
        draft=replace(draft, lessons=lessons),
        questions=questions,
        media=(*draft.media, *file.media),
        ways=ways,
        known=len({uid for one in draft.lessons for uid in one.checkpoints}) - len(questions),
        missing=tuple(slug for slug in draft.requires if slug not in there),
        busy=busy,
    )


def prepare(session: Session, coming: Coming, *, folder: Path) -> media.Prepared:
    """File the pictures, outside any writing; one that is kept here already stays as it is. Raises Problems."""
    named = set(course_zip.pictures_in(coming.draft))
    wanted = {one.sha256: one for one in coming.media}
    kept = {
        row.sha256: media.Stored(row.sha256, row.mime, row.size, row.width or 0, row.height or 0)
        for row in session.scalars(select(Media).where(Media.sha256.in_(wanted)))
        if media.path_of(folder, row.sha256).is_file()
    }
    prepared = {**films.prepare((one for sha, one in wanted.items() if sha not in kept), folder=folder), **kept}
    at = f"{coming.draft.pack}/media" if coming.draft.pack else "media"
    refused = [
        found.at(Place(file=f"{at}/{wanted[sha].name}"))
        for sha, found in prepared.items() if sha in named and isinstance(found, Problem)
    ]  # fmt: skip
    if refused:
        raise Problems(refused)
    return prepared


def take_in(
    session: Session, coming: Coming, how: How, actor: Person, *, unit_id: int, audiences: Collection[str], slug: str,
    prepared: media.Prepared, now: datetime, pace: Pace = STANDARD_PACE,
) -> Course:  # fmt: skip
    """The course as a draft; `slug` is what a copy will be called in addresses. The same form twice makes one."""
    locks.hold_people(session, [actor.id])
    if how is not How.NEXT:
        made = called(session, coming.draft.slug if how is How.NEW else slug, actor)
        if made is not None:
            return made.course
    if how not in coming.ways and not (how is How.NEXT and coming.busy):
        raise Problem("course.import_stale")
    draft = with_stored_pictures(session, coming.draft, prepared, now=now)
    if how is How.NEXT:
        here = course_writing.desk(session, draft.slug, actor, hold=True)
        if is_made(session, here, coming, actor, prepared):
            return here.course
        course, unit = here.course, here.unit
        if here.draft is not None or here.from_pack or unit is None:
            raise Problem("course.import_stale")
    else:
        unit = session.get(Unit, unit_id)
        grants.require(session, actor, Role.ORGANIZER, unit)
        course = _begin(session, draft, how, unit_id, slug=slug, audiences=audiences, now=now)
    assert unit is not None  # `require` lets nobody organize what belongs to no unit but admins, who chose one
    version = _add_version(session, course, draft, actor, now=now)
    add_lessons(session, version, draft, pace=pace)
    shown = [one for one in coming.media if isinstance(one, MediaDraft)]
    _store_questions(session, coming.questions, shown, unit, draft.title, actor, prepared, now=now)
    audit.record(session, "course.imported", now=now, actor=actor, on=course, unit_id=course.unit_id,
                 version=version.number, questions=len(coming.questions))  # fmt: skip
    session.flush()
    return course


def _settled(
    session: Session, draft: CourseDraft, file: BankFile, actor: Person
) -> tuple[Mapping[str, str], tuple[QuestionDraft, ...], list[Problem]]:
    """Which question each checkpoint means: one of a bank that the person may use, else one of the zip.

    A question of the zip whose uid belongs to another one here comes in under a new name.
    """
    usable = {one.id for one in exam_reach.usable_banks(session, actor)}
    uids = list(dict.fromkeys(uid for one in draft.lessons for uid in one.checkpoints))
    here = {row.uid: row for row in session.scalars(select(Question).where(Question.uid.in_(uids)))}
    items = {one.uid: one for one in file.items if not one.group and one.type != Group.code}
    names, coming, faults = {}, [], []
    for uid in uids:
        there = here.get(uid)
        if there is not None and there.bank_id in usable and there.published_version_id and there.group_id is None:
            continue
        if uid in items:
            names[uid] = uid if there is None else new_uid()
            coming.append(replace(items[uid], uid=names[uid]))
            continue
        lesson = next(one for one in draft.lessons if uid in one.checkpoints)
        place = Place(file=f"{draft.pack}/course.toml".lstrip("/"), uid=lesson.file, field="checkpoints")
        faults.append(Problem("course.unknown_checkpoint", place=place, uid=uid))
    return names, tuple(coming), faults


def _faults_of_lessons(draft: CourseDraft) -> Iterable[Problem]:
    """What the editor would not keep."""
    place = Place(file=f"{draft.pack}/course.toml".lstrip("/"), field="lesson")
    if len(draft.lessons) > MOST_LESSONS:
        yield Problem("course.too_many_lessons", place=place, most=MOST_LESSONS)
        return
    for one in draft.lessons:
        at = Place(file=f"{draft.pack}/{one.file}".lstrip("/"))
        try:
            lesson_writing.check(Written(one.title, one.text, one.sources))
        except Problem as problem:
            yield problem.at(replace(at, field=problem.place.field, row=problem.place.row))
        if len(one.checkpoints) > MOST_QUESTIONS:
            yield Problem("course.too_many_questions", place=at, most=MOST_QUESTIONS)


def _ways(session: Session, draft: CourseDraft, actor: Person) -> tuple[tuple[How, ...], bool]:
    """What the course may become, and whether a draft of the same stands in its way."""
    if session.scalar(select(Course.id).where(Course.slug == draft.slug)) is None:
        return (How.NEW,), False
    try:
        there = course_writing.desk(session, draft.slug, actor)
    except Problem:
        return (How.COPY,), False
    if there.from_pack or there.unit is None:
        return (How.COPY,), False
    return ((How.COPY,), True) if there.draft is not None else ((How.NEXT, How.COPY), False)


def called(session: Session, slug: str, actor: Person) -> Desk | None:
    """The course here that has a slug, for who may write it."""
    try:
        return course_writing.desk(session, slug, actor)
    except Problem:
        return None


def is_made(session: Session, here: Desk, coming: Coming, actor: Person, prepared: media.Prepared) -> bool:
    """Whether the draft of a course is what this zip has become already, as by a double click."""
    if here.draft is None or here.draft.author_id != actor.id or here.draft.title != coming.draft.title:
        return False
    came = with_names_of_stored(coming.draft, prepared).lessons
    return _words_of(course_writing.lessons_of(session, here.draft)) == _words_of(came)


def _words_of(lessons: Iterable[Lesson | LessonDraft]) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(one.title, one.section, one.text, tuple(one.sources)) for one in lessons]


def _begin(
    session: Session, draft: CourseDraft, how: How, unit_id: int, *, slug: str, audiences: Collection[str],
    now: datetime,
) -> Course:  # fmt: skip
    if not audiences:
        raise Problem("course.for_nobody", place=Place(field="audiences"))
    called = draft.slug if how is How.NEW else slug if OURS.fullmatch(slug) else new_slug()
    course = Course(slug=called, unit_id=unit_id, in_order=draft.in_order, seek_lock=draft.seek_lock, created_at=now)
    session.add(course)
    session.flush()
    set_audiences(session, course, audiences)
    asked = session.scalars(
        select(Course.id).where(Course.slug.in_(draft.requires), Course.published_version_id.is_not(None))
    )
    set_requirements(session, course, frozenset(asked))
    return course


def _add_version(
    session: Session, course: Course, draft: CourseDraft, actor: Person, *, now: datetime
) -> CourseVersion:
    last = session.scalar(select(func.max(CourseVersion.number)).where(CourseVersion.course_id == course.id)) or 0
    version = CourseVersion(
        course_id=course.id, number=last + 1, title=draft.title, summary=draft.summary,
        outcomes=list(draft.outcomes), translations={lang: dict(said) for lang, said in draft.translations.items()},
        lang=draft.lang, status=Status.DRAFT, content_hash="", completion_rule=dict(COMPLETION_RULE), created_at=now,
        author_id=actor.id,
    )  # fmt: skip
    session.add(version)
    session.flush()
    return version


def _store_questions(
    session: Session, questions: Collection[QuestionDraft], files: Collection[MediaDraft], unit: Unit, title: str,
    actor: Person, prepared: media.Prepared, *, now: datetime,
) -> None:  # fmt: skip
    """The questions in a bank of the unit that is called like the course; one with review keeps them for a reviewer."""
    if not questions:
        return
    taken = media.take_in(session, BankFile(tuple(questions), media=tuple(files)), prepared, now=now)
    target: Bank = bank_contents.own_bank(session, title, unit=unit, now=now)
    for one in taken.items:
        bank.store(session, target, one, now=now, reviewer=actor.name, author_id=actor.id, review=target.review)
