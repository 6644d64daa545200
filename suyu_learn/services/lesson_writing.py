"""The lessons of a draft: written in Markdown, moved, removed, and the questions that they ask at their end."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.content import question_places
from suyu_learn.content.texts import fault_of_size, faults_of_a_text, questions_placed
from suyu_learn.domain.courses import STANDARD_PACE, Pace, plausible_seconds, without_question
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions.group import Group
from suyu_learn.models import Bank, Course, CourseVersion, Lesson, Person, Question, QuestionVersion, Status
from suyu_learn.services import bank_contents
from suyu_learn.services.course_writing import (
    OURS,
    Desk,
    change,
    check_title,
    delete_lessons,
    desk,
    draft_of,
    lessons_of,
    link_pictures,
    new_slug,
    put_in_order,
)

LONGEST_TEXT = 400_000
"""Characters of a lesson, with the marks of its pictures: the pages of a long PDF."""
MOST_LESSONS = 200
MOST_QUESTIONS = 50


@dataclass(frozen=True, slots=True)
class Written:
    """A lesson as it was written: Markdown, and the sources of what it says."""

    title: str
    text: str
    sources: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Tells this wording from every other."""
        return sha256(json.dumps(asdict(self), ensure_ascii=False).encode()).hexdigest()[:16]


def lesson_to_keep(session: Session, here: Desk, lesson_id: int, *, now: datetime) -> Lesson | None:
    """The lesson of the draft that a form was about, though the course may have been published meanwhile: then the next
    draft is begun, in which it has the same slug. None when it was removed."""
    draft = change(session, here, now=now)
    slug = session.scalar(
        select(Lesson.slug).join(CourseVersion, CourseVersion.id == Lesson.course_version_id)
        .where(Lesson.id == lesson_id, CourseVersion.course_id == here.course.id)
    )  # fmt: skip
    return session.scalar(select(Lesson).where(Lesson.course_version_id == draft.id, Lesson.slug == slug))


def lesson_of(session: Session, here: Desk, lesson_id: int) -> Lesson:
    """One lesson of the draft."""
    lesson = session.get(Lesson, lesson_id)
    if lesson is None or lesson.course_version_id != draft_of(here).id:
        raise Problem("course.no_such_lesson")
    return lesson


def written(lesson: Lesson) -> Written:
    """A lesson as it was written."""
    return Written(lesson.title, lesson.text, tuple(lesson.sources))


def add_lesson(session: Session, here: Desk, said: Written, *, pace: Pace = STANDARD_PACE, slug: str = "") -> Lesson:
    """A lesson at the end of the draft; the same words for the same `slug`, as by a double click, make one."""
    there = session.scalar(select(Lesson).where(Lesson.course_version_id == draft_of(here).id, Lesson.slug == slug))
    if there is not None and written(there) == said:
        return there
    lesson = append(session, here, "", slug="" if there is not None else slug)
    _write(session, lesson, said, pace)
    session.flush()
    link_pictures(session, lesson)
    return lesson


def append(session: Session, here: Desk, title: str, *, slug: str = "") -> Lesson:
    """A lesson at the end of the draft that has no text yet."""
    draft = draft_of(here)
    last = session.scalar(select(func.max(Lesson.position)).where(Lesson.course_version_id == draft.id)) or 0
    if last >= MOST_LESSONS:
        raise Problem("course.too_many_lessons", most=MOST_LESSONS)
    called = slug if OURS.fullmatch(slug) else new_slug()
    lesson = Lesson(course_version_id=draft.id, position=last + 1, slug=called, title=title, text="",
                    checkpoints=[], reading_seconds=0)  # fmt: skip
    session.add(lesson)
    session.flush()
    return lesson


def extend(
    session: Session, lesson: Lesson, text: str, *, first: bool = False, pace: Pace = STANDARD_PACE
) -> None:  # fmt: skip
    """More text at the end of a lesson, or at its beginning."""
    whole = f"{text}\n\n{lesson.text}" if first else f"{lesson.text}\n\n{text}"
    _write(session, lesson, replace(written(lesson), text=whole.strip()), pace)
    session.flush()
    link_pictures(session, lesson)


def set_lesson(session: Session, lesson: Lesson, said: Written, *, base: str, pace: Pace = STANDARD_PACE) -> None:
    """The lesson in new words; raises Problem if it is no longer as it was when `base` was read."""
    if base != written(lesson).fingerprint:
        raise Problem("course.changed_meanwhile")
    _write(session, lesson, said, pace)
    session.flush()
    link_pictures(session, lesson)


def move_lesson(session: Session, here: Desk, lesson_id: int, *, up: bool) -> None:
    """The lesson one place up or down: into the section beside it first, then past its neighbour."""
    lesson = lesson_of(session, here, lesson_id)
    _touch(session, lesson)
    there = list(lessons_of(session, draft_of(here)))
    at = [one.id for one in there].index(lesson.id)
    other = at - 1 if up else at + 1
    if not 0 <= other < len(there):
        return
    if there[other].section != lesson.section:
        lesson.section = there[other].section
        session.flush()
        return
    there[at], there[other] = there[other], there[at]
    put_in_order(session, there)


def remove_lesson(session: Session, here: Desk, lesson_id: int) -> None:
    """Take a lesson out of the draft."""
    lesson = lesson_of(session, here, lesson_id)
    _touch(session, lesson)
    delete_lessons(session, [lesson.id])
    session.expire_all()
    put_in_order(session, lessons_of(session, draft_of(here)))


def bank_of(session: Session, here: Desk, actor: Person, *, now: datetime) -> Bank:
    """Where questions of one's own for the lessons of a draft go: the bank of its unit called like the course."""
    if here.unit is None:
        raise Problem("course.no_unit")
    name = draft_of(here).title[: bank_contents.LONGEST_NAME]
    return bank_contents.own_bank(session, name, unit=here.unit, now=now, actor=actor)


def being_written(session: Session, lesson_id: int, actor: Person) -> tuple[Course, Lesson] | None:
    """A lesson of a draft with its course, for who may write it; None for any other."""
    lesson = session.get(Lesson, lesson_id)
    version = session.get(CourseVersion, lesson.course_version_id) if lesson is not None else None
    course = session.get(Course, version.course_id) if version is not None else None
    if lesson is None or course is None:
        return None
    try:
        return course, lesson_of(session, desk(session, course.slug, actor), lesson.id)
    except Problem:
        return None


def ask(session: Session, lesson: Lesson, question_ids: Collection[int], *, banks: Collection[int]) -> int:
    """Ask published questions of some banks at the end of a lesson; how many came in addition to what is there."""
    rows = session.execute(
        select(Question.id, Question.uid)
        .join(QuestionVersion, QuestionVersion.id == Question.published_version_id)
        .where(
            Question.id.in_(question_ids),
            Question.bank_id.in_(banks),
            Question.group_id.is_(None),
            QuestionVersion.type != Group.code,
        )
    )
    uids = dict(rows.all())
    there = list(lesson.checkpoints)
    fresh = [uids[one] for one in dict.fromkeys(question_ids) if one in uids and uids[one] not in there]
    if len(there) + len(fresh) > MOST_QUESTIONS:
        raise Problem("course.too_many_questions", most=MOST_QUESTIONS)
    lesson.checkpoints = there + fresh
    session.flush()
    return len(fresh)


def ask_no_more(session: Session, lesson: Lesson, uid: str) -> None:
    """Take a question out of a lesson, also from its place in the text."""
    lesson.checkpoints = [one for one in lesson.checkpoints if one != uid]
    lesson.text = without_question(lesson.text, uid)
    _touch(session, lesson)
    session.flush()


def check(said: Written) -> None:
    """Raise Problem for what cannot stand in a lesson."""
    check_title(said.title)
    if not said.text:
        raise Problem("course.no_text", place=Place(field="text"))
    check_size(said.text)
    for fault in faults_of_a_text(said.text, own_pictures=True):
        raise fault.at(Place(field="text", row=fault.place.row))


def check_size(text: str) -> None:
    """Raise Problem for a text that would take too long to draw."""
    if len(text) > LONGEST_TEXT:
        raise Problem("course.text_too_long", place=Place(field="text"), length=len(text), limit=LONGEST_TEXT)
    too_big = fault_of_size(text)
    if too_big is not None:
        raise too_big.at(Place(field="text"))


def _touch(session: Session, lesson: Lesson) -> None:
    """What waits for review is a draft again once a lesson changes, whoever changed it."""
    version = session.get_one(CourseVersion, lesson.course_version_id)
    if version.status is Status.REVIEW:
        version.status = Status.DRAFT


def _write(session: Session, lesson: Lesson, said: Written, pace: Pace) -> None:
    check(said)
    for fault in question_places.faults(questions_placed(said.text), tuple(lesson.checkpoints)):
        raise fault
    if written(lesson) != said:
        _touch(session, lesson)
    lesson.title, lesson.text, lesson.sources = said.title, said.text, list(said.sources)
    lesson.reading_seconds = plausible_seconds(f"{said.title}\n{said.text}", pace)
