"""What a filter of records offers to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, ScalarSelect, and_, exists, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from suyu_learn.domain.names import chinese_order
from suyu_learn.models import (
    Audience,
    Completion,
    CompletionKind,
    Course,
    CourseVersion,
    Exam,
    ExamState,
    Programme,
    ProgrammeState,
    Unit,
)
from suyu_learn.services import reports
from suyu_learn.services.grants import Reach


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A unit within reach, and how far below the topmost one."""

    unit_id: int
    name: str
    depth: int


def units(session: Session, reach: Reach) -> Sequence[UnitChoice]:
    """The units within reach as a tree, closed ones too, since records may lie there."""
    rows = {row.path: row for row in session.execute(select(Unit.id, Unit.path, Unit.name)) if reach.covers(row.path)}
    order = reports.in_order(rows, {path: row.name for path, row in rows.items()})
    depths: dict[str, int] = {}
    for path in order:  # parents before children
        above = path[: path.rfind("/", 0, -1) + 1]
        depths[path] = depths[above] + 1 if above in depths else 0
    return [UnitChoice(rows[path].id, rows[path].name, depths[path]) for path in order]


def audiences(session: Session) -> Sequence[tuple[str, str]]:
    """Every audience, the built-in ones first."""
    query = select(Audience.code, Audience.name).order_by(Audience.built_in.desc(), Audience.code)
    return [(row.code, row.name) for row in session.execute(query)]


def subjects(session: Session) -> Sequence[tuple[CompletionKind, int, str]]:
    """Every course, exam and programme that is given to learners, or of which there is a record, by kind and title.

    Each is looked up by an index: going through a million records for their titles would be waited for.
    """
    version = func.coalesce(Course.published_version_id, _latest_version())
    courses = (
        select(Course.id, func.coalesce(CourseVersion.title, Course.slug))
        .outerjoin(CourseVersion, CourseVersion.id == version)
        .where(or_(and_(Course.deleted_at.is_(None), Course.published_version_id.is_not(None)),
                   _recorded(CompletionKind.COURSE, Course.id)))
    )  # fmt: skip
    exams = select(Exam.id, Exam.title).where(
        or_(and_(Exam.deleted_at.is_(None), Exam.state != ExamState.DRAFT), _recorded(CompletionKind.EXAM, Exam.id))
    )
    programmes = select(Programme.id, Programme.title).where(
        or_(and_(Programme.deleted_at.is_(None), Programme.state != ProgrammeState.DRAFT),
            _recorded(CompletionKind.PROGRAMME, Programme.id))
    )  # fmt: skip
    queries = ((CompletionKind.COURSE, courses), (CompletionKind.EXAM, exams), (CompletionKind.PROGRAMME, programmes))
    return [
        (kind, number, title)
        for kind, query in queries
        for number, title in sorted(session.execute(query), key=lambda row: (chinese_order(row[1]), row[0]))
    ]


def _latest_version() -> ScalarSelect[int | None]:
    return (
        select(func.max(CourseVersion.id)).where(CourseVersion.course_id == Course.id).correlate(Course)
        .scalar_subquery()
    )  # fmt: skip


def _recorded(kind: CompletionKind, subject: Any) -> ColumnElement[bool]:
    return exists().where(Completion.kind == kind, Completion.subject_id == type_coerce(subject, BigInteger))
