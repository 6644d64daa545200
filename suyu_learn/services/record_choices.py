"""What a filter of records offers to choose from."""

from __future__ import annotations

from collections.abc import Sequence, Set
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
    ProgrammeState,
    RosterChange,
    RosterChangeKind,
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
    rows = session.execute(select(Audience.code, Audience.name, Audience.built_in))
    return [(row.code, row.name) for row in sorted(rows, key=lambda row: (not row.built_in, row.code))]


def subjects(session: Session, reach: Reach) -> Sequence[tuple[CompletionKind, int, str]]:
    """Every course, exam and programme that is given to learners, or of which there is a record, by kind and title.

    Published courses are everybody's to read. Exams and programmes are those that concern the units within reach: what
    these made, what is meant for them, and what somebody there has a record of that stands. That there is a record is
    looked up by an index; where records lie is gone through only for what is not offered anyhow.
    """
    version = func.coalesce(Course.published_version_id, _latest_version())
    courses = (
        _offered(CompletionKind.COURSE, Course.id, func.coalesce(CourseVersion.title, Course.slug),
                 and_(Course.deleted_at.is_(None), Course.published_version_id.is_not(None)))
        .outerjoin(CourseVersion, CourseVersion.id == version)
    )  # fmt: skip
    exams = _offered(
        CompletionKind.EXAM, Exam.id, Exam.title,
        and_(Exam.deleted_at.is_(None), Exam.state != ExamState.DRAFT, exams_for(reach, reach)),
    )  # fmt: skip
    programmes = _offered(
        CompletionKind.PROGRAMME, Programme.id, Programme.title,
        and_(Programme.deleted_at.is_(None), Programme.state != ProgrammeState.DRAFT, programmes_for(reach, reach)),
    )  # fmt: skip
    queries = ((CompletionKind.COURSE, courses), (CompletionKind.EXAM, exams), (CompletionKind.PROGRAMME, programmes))
    found = [
        (kind, *row)
        for kind, query in queries
        for row in sorted(session.execute(query), key=lambda row: (chinese_order(row[1]), row[0]))
    ]
    doubtful = not reach.everywhere and not all(offered for *_one, offered in found)
    there = _recorded(session, reach) if doubtful else ()
    return [
        (kind, number, title)
        for kind, number, title, offered in found
        if offered or reach.everywhere or (kind, number) in there
    ]


def _offered(kind: CompletionKind, subject: Any, title: Any, offered: ColumnElement[bool]) -> Select[int, str, bool]:
    """What is offered, and what has a record somewhere: id, title, and which of both."""
    recorded = exists().where(Completion.kind == kind, Completion.subject_id == type_coerce(subject, BigInteger))
    return select(subject, title, offered.label("offered")).where(or_(offered, recorded))


def exams_for(reach: Reach, names: Reach) -> ColumnElement[bool]:
    """Exams made within reach, and those that are meant for units there; as far as names may be seen, those too to
    which somebody was added by hand, since that tells of single people."""
    if reach.everywhere:
        return true()
    named = select(ExamUnit.exam_id)
    touching = named.where(ExamUnit.unit_id.in_(_touching(reach)))
    added = (
        select(RosterChange.exam_id).join(Membership, _belongs(RosterChange.person_id, names))
        .where(RosterChange.kind == RosterChangeKind.ADDITION, RosterChange.taken_back_at.is_(None))
    )  # fmt: skip
    return or_(
        Exam.unit_id.in_(_within(reach)),
        Exam.id.in_(touching),
        and_(or_(Exam.unit_id.is_(None), Exam.unit_id.in_(_touching(reach))), Exam.id.not_in(named)),
        Exam.id.in_(added),
    )


def programmes_for(reach: Reach, names: Reach) -> ColumnElement[bool]:
    """Programmes made within reach, and those that are given to units there; as far as names may be seen, those too
    that are given to somebody alone."""
    if reach.everywhere:
        return true()
    given = select(Assignment.programme_id).where(
        Assignment.person_id.is_(None), Assignment.unit_id.in_(_touching(reach))
    )
    alone = select(Assignment.programme_id).join(Membership, _belongs(Assignment.person_id, names))
    return or_(Programme.unit_id.in_(_within(reach)), Programme.id.in_(given), Programme.id.in_(alone))


def _belongs(person: Any, reach: Reach) -> ColumnElement[bool]:
    """Whether a membership says that somebody is at home within reach now."""
    return and_(Membership.person_id == person, Membership.home, Membership.until.is_(None),
                Membership.unit_id.in_(_within(reach)))  # fmt: skip


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


def _recorded(session: Session, reach: Reach) -> Set[tuple[CompletionKind, int]]:
    """What somebody within reach has a record of that stands, found by where records lie."""
    records = Completion.__table__.c
    lying = select(records.kind, records.subject_id).distinct()
    there = lying.where(records.voided_at.is_(None), *within(Filter(reach=reach), records.unit_path))
    return {(kind, subject) for kind, subject in session.execute(there)}
