"""What a filter of records offers to choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    exists,
    func,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import Session

from suyu_learn.domain.names import chinese_order
from suyu_learn.models import (
    Assignment,
    Audience,
    Completion,
    CompletionKind,
    Course,
    CourseVersion,
    Exam,
    ExamState,
    ExamUnit,
    Membership,
    Programme,
    ProgrammeMember,
    ProgrammeState,
    Unit,
)
from suyu_learn.services import reports
from suyu_learn.services.grants import Reach
from suyu_learn.services.record_filters import Filter, within


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


def subjects(session: Session, reach: Reach) -> Sequence[tuple[CompletionKind, int, str]]:
    """Every course, exam and programme that is given to learners, or of which there is a record, by kind and title.

    Published courses are everybody's to read. Exams and programmes are those that concern the units within reach: what
    these made, what is meant for them, and what somebody there has a record of. Each is looked up by an index: going
    through a million records for their titles would be waited for.
    """
    recorded = _recorded(session, reach)
    version = func.coalesce(Course.published_version_id, _latest_version())
    courses = (
        select(Course.id, func.coalesce(CourseVersion.title, Course.slug))
        .outerjoin(CourseVersion, CourseVersion.id == version)
        .where(or_(and_(Course.deleted_at.is_(None), Course.published_version_id.is_not(None)),
                   recorded(CompletionKind.COURSE, Course.id)))
    )  # fmt: skip
    exams = select(Exam.id, Exam.title).where(
        or_(and_(Exam.deleted_at.is_(None), Exam.state != ExamState.DRAFT, exams_for(reach)),
            recorded(CompletionKind.EXAM, Exam.id))
    )  # fmt: skip
    programmes = select(Programme.id, Programme.title).where(
        or_(and_(Programme.deleted_at.is_(None), Programme.state != ProgrammeState.DRAFT, programmes_for(reach)),
            recorded(CompletionKind.PROGRAMME, Programme.id))
    )  # fmt: skip
    queries = ((CompletionKind.COURSE, courses), (CompletionKind.EXAM, exams), (CompletionKind.PROGRAMME, programmes))
    return [
        (kind, number, title)
        for kind, query in queries
        for number, title in sorted(session.execute(query), key=lambda row: (chinese_order(row[1]), row[0]))
    ]


def exams_for(reach: Reach) -> ColumnElement[bool]:
    """Exams made within reach, and those that are meant for somebody there."""
    if reach.everywhere:
        return true()
    named = select(ExamUnit.exam_id)
    touching = named.where(ExamUnit.unit_id.in_(_touching(reach)))
    return or_(
        Exam.unit_id.in_(_within(reach)),
        Exam.id.in_(touching),
        and_(or_(Exam.unit_id.is_(None), Exam.unit_id.in_(_touching(reach))), Exam.id.not_in(named)),
    )


def programmes_for(reach: Reach) -> ColumnElement[bool]:
    """Programmes made within reach, and those that are given to somebody there."""
    if reach.everywhere:
        return true()
    given = select(Assignment.programme_id).where(Assignment.unit_id.in_(_touching(reach)))
    member = (
        select(ProgrammeMember.programme_id)
        .join(Assignment, Assignment.id == ProgrammeMember.assignment_id)
        .join(Membership, and_(Membership.person_id == ProgrammeMember.person_id, Membership.until.is_(None)))
        .where(Assignment.person_id.is_not(None), Membership.unit_id.in_(_within(reach)))
    )
    return or_(Programme.unit_id.in_(_within(reach)), Programme.id.in_(given), Programme.id.in_(member))


def _within(reach: Reach) -> Select[int]:
    return select(Unit.id).where(reach.includes(Unit.path))


def _touching(reach: Reach) -> Select[int]:
    """Units within reach, and those above: what is meant for them is meant for those below."""
    above = {path for one in reach.paths for path in reports.chain_of(one)}
    return select(Unit.id).where(or_(reach.includes(Unit.path), Unit.path.in_(above)))


def _latest_version() -> ScalarSelect[int | None]:
    return (
        select(func.max(CourseVersion.id)).where(CourseVersion.course_id == Course.id).correlate(Course)
        .scalar_subquery()
    )  # fmt: skip


def _recorded(session: Session, reach: Reach) -> Callable[[CompletionKind, Any], ColumnElement[bool]]:
    """Whether there is a record of something; for a part of the units one that stands, found by where records lie."""
    if reach.everywhere:
        return lambda kind, subject: exists().where(
            Completion.kind == kind, Completion.subject_id == type_coerce(subject, BigInteger)
        )
    records = Completion.__table__.c
    lying = select(records.kind, records.subject_id).distinct()
    there = session.execute(
        lying.where(records.voided_at.is_(None), *within(Filter(reach=reach), records.unit_path))
    ).all()
    return lambda kind, subject: subject.in_([number for one, number in there if one == kind])
