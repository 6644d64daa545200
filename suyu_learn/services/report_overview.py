"""The figures of an organizer's first page: what goes on in each course and exam, in each unit, for each audience."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from suyu_learn.domain.names import chinese_order
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.statistics import Sat, hidden_lines, hidden_rows, leaving_few
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
from suyu_learn.services import reports, statistics_exams
from suyu_learn.services.grants import Reach
from suyu_learn.services.report_hiding import hidden_rates
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
        courses=_courses(session, sight, few),
        units=_units(session, homes, begun | done, done, sight, few),
        audiences=_audiences(session, homes, begun | done, done, sight, few),
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
    rows = session.scalars(
        select(Exam)
        .where(Exam.state == ExamState.PUBLISHED, Exam.deleted_at.is_(None))
        .order_by(Exam.published_at.desc(), Exam.id.desc())
    ).all()
    for exam in rows:
        found = statistics_exams.sat_today(session, exam, reach=sight.numbers, now=now, unread=unread)
        total = found[""]
        if not total.due and not _seen(session, exam, sight=sight, now=now):
            continue
        hidden = suppress_below and _hides(found, sight, below=suppress_below)
        yield Figures(str(exam.id), exam.title, total.due, total.sat, total.passed, hidden=bool(hidden))


def _seen(session: Session, exam: Exam, *, sight: Sight, now: datetime) -> bool:
    """Whether something of an exam at which nobody is due lies within sight."""
    if sight.numbers.covers(reports.own_path(session, exam) or None):
        return True
    try:
        reports.exam_report(session, exam, now=now, sight=sight, by_name=False)
    except Problem:
        return False
    return True


def _hides(found: Mapping[str, Sat], sight: Sight, *, below: int) -> bool:
    """Whether what is seen of all units together tells of few, some of whom are not seen by name."""

    def known(path: str) -> bool:
        return bool(path) and sight.names.covers(path)

    apart = (one for one in sight.names.paths if not set(reports.chain_of(one)[:-1]) & set(sight.names.paths))
    by_name = sum(found[path].due for path in apart if path in found)
    if sight.names.everywhere or (sight.names and by_name == found[""].due):
        return False
    tops = [path for path in found if path and not any(above in found for above in reports.chain_of(path)[:-1])]
    total = tops[0] if len(tops) == 1 and found[tops[0]].due == found[""].due else ""
    tree = {path: one for path, one in found.items() if path or not total}
    return total in hidden_rates(tree, below=below, known=known)[2]


def _courses(session: Session, sight: Sight, few: int) -> tuple[Figures, ...]:
    """Courses that somebody has begun or completed; nobody is due before programmes say who."""
    counts = _of_courses(session, sight.numbers)
    named = _of_courses(session, sight.names) if few and sight.names else {}
    rows = session.execute(
        select(Course.id, CourseVersion.title)
        .join(CourseVersion, CourseVersion.id == Course.published_version_id)
        .where(Course.deleted_at.is_(None))
    )
    found = []
    for row in rows:
        (begun, done), (known, known_done) = counts.get(row.id, (0, 0)), named.get(row.id, (0, 0))
        telling = (begun, done, begun - done, begun - known, done - known_done)
        hidden = any(0 < one < few for one in telling)
        found.append(Figures(str(row.id), row.title, None, begun, done, hidden=hidden))
    return tuple(sorted(found, key=lambda one: chinese_order(one.name)))


def _of_courses(session: Session, reach: Reach) -> dict[int, tuple[int, int]]:
    """How many people within reach have begun each course, and how many have completed it."""
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
    return {one: (started.get(one, 0), completed.get(one, 0)) for one in {*started, *completed}}


def _units(
    session: Session, homes: dict[int, str], begun: set[int], done: set[int], sight: Sight, few: int
) -> tuple[Figures, ...]:
    units = {row.path: row for row in session.execute(select(Unit.id, Unit.path, Unit.name))}
    own: dict[str, list[int]] = {}
    for person_id, home in homes.items():
        counts = own.setdefault(home, [0, 0, 0])
        counts[0] += 1
        counts[1] += person_id in begun
        counts[2] += person_id in done
    people: dict[str, list[int]] = {}
    for home, counts in own.items():
        for path in reports.chain_of(home):
            if sight.numbers.covers(path):
                people[path] = [one + more for one, more in zip(people.get(path, (0, 0, 0)), counts, strict=True)]
    telling = {path: _telling(*counts) for path, counts in people.items()}
    gone = hidden_rows(telling, below=few, known=sight.names.covers) if few else frozenset()
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
    session: Session, homes: dict[int, str], begun: set[int], done: set[int], sight: Sight, few: int
) -> tuple[Figures, ...]:
    among = homes.keys()
    unseen = {one for one, path in homes.items() if not sight.names.covers(path)}
    members: dict[str, set[int]] = {}
    for person_id, code in session.execute(select(PersonAudience.person_id, PersonAudience.audience)):
        if person_id in among:
            members.setdefault(code, set()).add(person_id)
    counts = [_telling(len(those), len(those & begun), len(those & done)) for those in members.values()]
    whole = _telling(len(among), len(among & begun), len(among & done))
    nameless = [_telling(len(those & unseen), len(those & unseen & begun), len(those & unseen & done))
                for those in members.values()]  # fmt: skip
    hidden = hidden_lines(counts, below=few) | hidden_lines(nameless, below=few) | leaving_few(whole, counts, below=few)
    gone = {code for place, code in enumerate(members) if place in hidden}
    rows = session.execute(select(Audience.code, Audience.name, Audience.built_in)).all()
    return tuple(
        Figures(row.code, row.name, len(members[row.code]), len(members[row.code] & begun),
                len(members[row.code] & done), hidden=row.code in gone)
        for row in sorted(rows, key=lambda row: (not row.built_in, row.code))
        if row.code in members
    )  # fmt: skip
