"""The figures of an organizer's first page: what goes on in each course and exam, in each unit, for each audience."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from suyu_learn.domain.names import chinese_order
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.statistics import hidden_lines, hidden_rows
from suyu_learn.models import (
    Attempt,
    Audience,
    Completion,
    CompletionKind,
    Course,
    CourseVersion,
    Enrolment,
    Exam,
    ExamState,
    Membership,
    Person,
    PersonAudience,
    PersonKind,
    Unit,
)
from suyu_learn.services import reports
from suyu_learn.services.grants import Reach
from suyu_learn.services.reports import Sight
from suyu_learn.services.unread import Unread, but_own_completions


@dataclass(frozen=True, slots=True)
class Figures:
    """One line: people due where that is known, who has begun, who has completed; each person once."""

    key: str
    name: str
    due: int | None
    started: int
    completed: int
    depth: int = 0
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Overview:
    """Completion by exam, course, unit and audience, of the units in sight."""

    people: int | None
    """Active members of these units today: what `units` and `audiences` are counted of; None where these are few."""
    exams: tuple[Figures, ...]
    courses: tuple[Figures, ...]
    units: tuple[Figures, ...]
    audiences: tuple[Figures, ...]
    suppressed: bool = False


def overview(
    session: Session, *, sight: Sight, now: datetime, suppress_below: int = 0, unread: Unread | None = None
) -> Overview:
    """The figures as one viewer may see them; without what they may not read of themself."""
    few = 0 if sight.names and _covers(sight.names, sight.numbers) else suppress_below
    homes = _homes(session, sight.numbers)
    begun, done = _begun(session, homes.keys()), _completed(session, homes.keys(), unread)
    return Overview(
        people=None if 0 < len(homes) < few else len(homes),
        exams=exams(session, sight=sight, now=now, suppress_below=suppress_below, unread=unread),
        courses=_courses(session, sight.numbers, few),
        units=_units(session, homes, begun | done, done, sight.numbers, few),
        audiences=_audiences(session, homes.keys(), begun | done, done, few),
        suppressed=bool(few),
    )


def _covers(wide: Reach, narrow: Reach) -> bool:
    return wide.everywhere or (not narrow.everywhere and all(wide.covers(path) for path in narrow.paths))


def _below(column: ColumnElement[str], reach: Reach) -> ColumnElement[bool]:
    if reach.everywhere:
        return literal(True)
    return or_(literal(False), *(column.startswith(path, autoescape=True) for path in reach.paths))


def _homes(session: Session, reach: Reach) -> dict[int, str]:
    """Active members of the units in reach, with the path of their home unit."""
    rows = session.execute(
        select(Person.id, Unit.path)
        .join(Membership, and_(Membership.person_id == Person.id, Membership.home, Membership.until.is_(None)))
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Person.kind == PersonKind.MEMBER, Person.disabled_at.is_(None), Person.merged_into_id.is_(None))
        .where(_below(func.coalesce(Unit.path, ""), reach))
    )
    return dict(rows.all())


def _begun(session: Session, among: Iterable[int]) -> set[int]:
    """Who has begun a course or an exam."""
    learning = set(session.scalars(select(Enrolment.person_id).distinct()))
    sitting = set(session.scalars(select(Attempt.person_id).where(Attempt.trial.is_(False)).distinct()))
    return (learning | sitting) & set(among)


def _completed(session: Session, among: Iterable[int], unread: Unread | None) -> set[int]:
    """Who has completed a course or an exam, whenever that was."""
    query = select(Completion.person_id).where(Completion.voided_at.is_(None), *but_own_completions(unread)).distinct()
    return set(session.scalars(query)) & set(among)


def exams(
    session: Session, *, sight: Sight, now: datetime, suppress_below: int = 0, most: int | None = None,
    unread: Unread | None = None,
) -> tuple[Figures, ...]:  # fmt: skip
    """Due, sat and passed of every published exam in sight, the newest first, or of the `most` newest."""
    found = _exams(session, sight=sight, now=now, suppress_below=suppress_below, unread=unread)
    return tuple(islice(found, most))


def _exams(
    session: Session, *, sight: Sight, now: datetime, suppress_below: int, unread: Unread | None
) -> Iterable[Figures]:
    untold = unread.exam_ids if unread is not None else ()
    rows = session.scalars(
        select(Exam)
        .where(Exam.state == ExamState.PUBLISHED, Exam.deleted_at.is_(None))
        .order_by(Exam.published_at.desc(), Exam.id.desc())
    ).all()
    for exam in rows:
        try:
            found = reports.exam_report(
                session, exam, now=now, sight=sight, suppress_below=suppress_below, by_name=False,
                unshown=unread.person_id if unread is not None and exam.id in untold else None,
            )  # fmt: skip
        except Problem:
            continue  # nothing of it lies within sight
        total = found.total
        if total is None:
            yield Figures(str(exam.id), exam.title, 0, 0, 0)
            continue
        tally = total.tally
        yield Figures(str(exam.id), exam.title, tally.due, tally.sat, tally.passed, hidden=total.hidden.passed)


def _courses(session: Session, reach: Reach, few: int) -> tuple[Figures, ...]:
    """Courses that somebody has begun or completed; nobody is due before programmes say who."""
    here = (
        select(Membership.person_id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Membership.home, Membership.until.is_(None), _below(func.coalesce(Unit.path, ""), reach))
    )
    members = literal(True) if reach.everywhere else Enrolment.person_id.in_(here)
    started = dict(
        session.execute(
            select(Enrolment.course_id, func.count(Enrolment.person_id.distinct()))
            .where(members)
            .group_by(Enrolment.course_id)
        ).all()
    )
    completed = dict(
        session.execute(
            select(Completion.subject_id, func.count(Completion.person_id.distinct()))
            .where(Completion.kind == CompletionKind.COURSE, Completion.voided_at.is_(None))
            .where(_below(func.coalesce(Completion.unit_path, ""), reach))
            .group_by(Completion.subject_id)
        ).all()
    )
    rows = session.execute(
        select(Course.id, CourseVersion.title)
        .join(CourseVersion, CourseVersion.id == Course.published_version_id)
        .where(Course.deleted_at.is_(None))
    )
    found = [
        Figures(str(row.id), row.title, None, started.get(row.id, 0), completed.get(row.id, 0),
                hidden=0 < started.get(row.id, 0) < few or 0 < completed.get(row.id, 0) < few)
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: chinese_order(one.name)))


def _units(
    session: Session, homes: dict[int, str], begun: set[int], done: set[int], reach: Reach, few: int
) -> tuple[Figures, ...]:
    units = {row.path: row for row in session.execute(select(Unit.id, Unit.path, Unit.name))}
    people: dict[str, list[int]] = {}
    for person_id, home in homes.items():
        for path in reports.chain_of(home):
            if reach.covers(path):
                counts = people.setdefault(path, [0, 0, 0])
                counts[0] += 1
                counts[1] += person_id in begun
                counts[2] += person_id in done
    gone = hidden_rows({path: _telling(*counts) for path, counts in people.items()}, below=few) if few else frozenset()
    names = {path: units[path].name for path in people if path in units}
    return tuple(
        Figures(
            str(units[path].id), units[path].name, people[path][0], people[path][1], people[path][2],
            depth=sum(above in people for above in reports.chain_of(path)[:-1]), hidden=path in gone,
        )
        for path in reports.in_order(names, names)
    )  # fmt: skip


def _telling(people: int, started: int, completed: int) -> tuple[int, ...]:
    """The counts of a line, and each that follows from two of them."""
    return (people, started, people - started, completed, started - completed, people - completed)


def _audiences(
    session: Session, people: Iterable[int], begun: set[int], done: set[int], few: int
) -> tuple[Figures, ...]:
    among = set(people)
    members: dict[str, set[int]] = {}
    for person_id, code in session.execute(select(PersonAudience.person_id, PersonAudience.audience)):
        if person_id in among:
            members.setdefault(code, set()).add(person_id)
    counts = [_telling(len(those), len(those & begun), len(those & done)) for those in members.values()]
    hidden = hidden_lines(counts, below=few)
    gone = {code for place, code in enumerate(members) if place in hidden}
    rows = session.execute(select(Audience.code, Audience.name, Audience.built_in)).all()
    return tuple(
        Figures(row.code, row.name, len(members[row.code]), len(members[row.code] & begun),
                len(members[row.code] & done), hidden=row.code in gone)
        for row in sorted(rows, key=lambda row: (not row.built_in, row.code))
        if row.code in members
    )  # fmt: skip
