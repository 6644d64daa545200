"""A course on its way out, as a pack that can be read elsewhere and here again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.content.drafts import CourseDraft, LessonDraft, QuestionDraft
from suyu_learn.content.formats import course_zip
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Course, Media, Person
from suyu_learn.services import audit, bank_exports, course_writing, courses, exam_reach, films, media
from suyu_learn.services.course_settings import required_by
from suyu_learn.services.course_writing import Desk, lessons_of


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a zip will hold; `left` is how many questions stay behind, since the person may not use their banks."""

    course: CourseDraft
    questions: tuple[QuestionDraft, ...]
    left: int

    @property
    def pictures(self) -> int:
        """How many pictures its lessons name."""
        return len(course_zip.pictures_in(self.course))


def desk(session: Session, slug: str, actor: Person) -> Desk:
    """A course that the person may take along: one they may write, or one that came as a pack."""
    course = session.scalar(select(Course).where(Course.slug == slug, Course.pack.is_not(None)))
    if course is not None:
        return Desk(courses.find(session, slug), None, None)
    return course_writing.desk(session, slug, actor)


def leaving(session: Session, here: Desk, actor: Person) -> Leaving:
    """The draft of a course, else what is published of it, with the questions that it asks."""
    version = here.shown
    lessons = tuple(
        LessonDraft(one.slug, "", one.title, one.text, tuple(one.checkpoints), tuple(one.sources), one.section)
        for one in lessons_of(session, version)
    )
    if not lessons:
        raise Problem("course.without_lessons")
    first, *others = [one.code for one in courses.audiences_of(session, here.course)] or ["officials"]
    required = select(Course.slug).where(Course.id.in_(required_by(session, here.course))).order_by(Course.slug)
    draft = CourseDraft(
        pack="", slug=here.course.slug, audience=first, also_for=tuple(others), lang=version.lang,
        title=version.title, summary=version.summary, outcomes=tuple(version.outcomes), lessons=lessons,
        translations=dict(version.translations), in_order=here.course.in_order, seek_lock=here.course.seek_lock,
        requires=tuple(session.scalars(required)),
    )  # fmt: skip
    uids = dict.fromkeys(uid for one in lessons for uid in one.checkpoints)
    banks = {one.id for one in exam_reach.usable_banks(session, actor)}
    questions = bank_exports.drafts_named(session, list(uids), banks)
    return Leaving(draft, tuple(questions), len(uids) - len(questions))


def write(session: Session, found: Leaving, stream: BinaryIO, *, folder: Path) -> None:
    """Write the zip."""
    of_questions = bank_exports.pictures_of(session, found.questions, folder)
    shas = course_zip.pictures_in(found.course)
    kinds = dict(session.execute(select(Media.sha256, Media.mime).where(Media.sha256.in_(shas))).all())

    def give(sha: str) -> tuple[bytes, str]:
        if sha not in kinds:
            return of_questions(sha)
        try:
            return media.path_of(folder, sha).read_bytes(), kinds[sha]
        except OSError:
            raise Problem("media.lost", place=Place(field="picture"), name=sha[:12]) from None

    played = {sha: (media.path_of(folder, sha), mime) for sha, mime in kinds.items() if films.is_one(mime)}
    for path, _mime in played.values():
        if not path.is_file():
            raise Problem("media.lost", place=Place(field="picture"), name=path.name[:12])
    course_zip.write(found.course, found.questions, stream, give, played)


def note(session: Session, here: Desk, found: Leaving, actor: Person, *, now: datetime) -> None:
    """Log that a course left, and how many questions with it."""
    audit.record(session, "course.exported", now=now, actor=actor, on=here.course, unit_id=here.course.unit_id,
                 version=here.shown.number, questions=len(found.questions))  # fmt: skip
