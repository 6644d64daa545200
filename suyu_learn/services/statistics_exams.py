"""Who was due at the exams of a period, sat them and passed, by unit of each list's day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import reduce
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union,
    union_all,
)
from sqlalchemy.orm import Session

from suyu_learn.domain.statistics import Period, Sat, climbed
from suyu_learn.models import (
    Attempt,
    CompletionKind,
    Counts,
    Exam,
    ExamState,
    Membership,
    Person,
    PersonAudience,
    ProgrammePart,
    ProgrammeStage,
    Purpose,
    RosterChange,
    RosterMember,
    Unit,
)
from suyu_learn.services import exam_rosters, exam_scope, people
from suyu_learn.services.exam_standings import CLOSED, standings_of
from suyu_learn.services.grants import Reach
from suyu_learn.services.statistics_training import AT_ONCE, Wanted
from suyu_learn.services.unread import Unread

_MILLION = 1_000_000


def exams_of(session: Session, wanted: Wanted) -> Sequence[Exam]:
    """The published exams whose window touches the period: all, the one asked for, or those of the programme.

    Practice is no exam. One without an end counts in the period in which it opened.
    """
    if wanted.kind is CompletionKind.COURSE:
        return ()
    opened = func.coalesce(Exam.opens_at, Exam.published_at)
    query = (
        select(Exam)
        .where(Exam.state == ExamState.PUBLISHED, Exam.deleted_at.is_(None), Exam.purpose != Purpose.PRACTICE)
        .where(opened < wanted.ends_at, func.coalesce(Exam.closes_at, opened) >= wanted.begins_at)
        .order_by(opened, Exam.id)
    )
    if wanted.kind is CompletionKind.EXAM and wanted.subject_id is not None:
        query = query.where(Exam.id == wanted.subject_id)
    elif wanted.subject_id is not None:
        query = query.where(
            Exam.id.in_(
                select(ProgrammePart.exam_id)
                .join(ProgrammeStage, ProgrammeStage.id == ProgrammePart.stage_id)
                .where(ProgrammeStage.programme_id == wanted.subject_id, ProgrammePart.exam_id.is_not(None))
            )
        )
    return session.scalars(query).all()


def sat(session: Session, wanted: Wanted, exams: Sequence[Exam]) -> dict[str, Sat]:
    """The figures of some exams together for every unit with all below it, by path; "" is the total.

    A person who is due at several counts once: sat if they sat one of them, passed if they passed each one they sat.
    What the one who asks may not read of themself is not passed.
    The database counts them; only those are looked at one by one of whom more has to be known than it can tell.
    """
    if not exams:
        return climbed(Sat, (), {})
    alone: list[tuple[str, Sat]] = []
    apart = set(session.scalars(_apart(exams)))
    told = _told(session, wanted, exams, apart)
    sums = select(told.c.path, told.c.looked_at, func.count(), func.sum(told.c.sat), func.sum(told.c.passed))
    for path, person_id, *counts in session.execute(sums.group_by(told.c.path, told.c.looked_at)):
        if person_id is None:
            alone.append((path, Sat(*map(int, counts))))
        else:
            apart.add(person_id)
    return climbed(Sat, alone, _one_by_one(session, wanted, exams, apart) if apart else {})


def exam_people(session: Session, wanted: Wanted, exams: Sequence[Exam], *, figure: str) -> dict[int, str]:
    """Who is counted as `due`, `sat` or `passed`, with a unit in which they are due."""
    if not exams:
        return {}
    apart = set(session.scalars(_apart(exams)))
    told = _told(session, wanted, exams, apart)
    rows = select(told.c.person_id, told.c.path, told.c.looked_at, told.c.sat, told.c.passed)
    found: dict[int, tuple[str, Sat]] = {}
    for person_id, path, looked_at, *counts in session.execute(rows):
        if looked_at is None:
            found[person_id] = (path, Sat(1, *counts))
        else:
            apart.add(person_id)
    for person_id, units in (_one_by_one(session, wanted, exams, apart) if apart else {}).items():
        found[person_id] = (min(units), reduce(Sat.with_, units.values()))
    return {person_id: path for person_id, (path, one) in found.items() if getattr(one, figure)}


def sat_today(session: Session, exam: Exam, *, reach: Reach, now: datetime, unread: Unread | None) -> dict[str, Sat]:
    """The figures of one exam as they are now for every unit within reach, by path; "" is their total."""
    found = sat(session, Wanted(reach, Period(now.date(), now.date()), now, UTC, unread=unread), [exam])
    return {path: one for path, one in found.items() if not path or reach.covers(path)}


def _apart(exams: Sequence[Exam]) -> CompoundSelect[int]:
    """Whose list was changed by hand, and who was merged or is what others were merged into."""
    return union(
        select(RosterChange.person_id)
        .where(RosterChange.exam_id.in_([one.id for one in exams]), RosterChange.taken_back_at.is_(None)),
        select(Person.id).where(Person.merged_into_id.is_not(None)),
        select(Person.merged_into_id).where(Person.merged_into_id.is_not(None)),
    )  # fmt: skip


def _told(session: Session, wanted: Wanted, exams: Sequence[Exam], apart: Collection[int]) -> CTE:
    """Everybody who stands on a list: a unit, 1 or 0 for sat and passed; `looked_at` is the person again where that is
    not enough, since they stand in several units, or rows do not tell what they came to."""
    listed = _listed(session, wanted, exams).cte("listed")
    results = _results(exams, wanted.unread).cte("results")
    sat, failed = func.count(results.c.person_id), func.count(results.c.failed)
    first, last = func.min(listed.c.path), func.max(listed.c.path)
    unclear = or_(first < last, func.count(results.c.unclear) > 0)
    if apart:
        unclear = or_(unclear, listed.c.person_id.in_(_apart(exams)))
    return (
        select(
            listed.c.person_id, first.label("path"), case((unclear, listed.c.person_id)).label("looked_at"),
            case((sat > 0, 1), else_=0).label("sat"), case((and_(sat > 0, failed == 0), 1), else_=0).label("passed"),
        )
        .outerjoin(results, and_(results.c.exam_id == listed.c.exam_id, results.c.person_id == listed.c.person_id))
        .group_by(listed.c.person_id).cte("told")
    )  # fmt: skip


def _listed(session: Session, wanted: Wanted, exams: Sequence[Exam]) -> Any:
    """Exam, person and path of everybody on the stored lists, and on those that are still read live."""
    stored = select(RosterMember.exam_id, RosterMember.person_id, RosterMember.unit_path.label("path")).where(
        RosterMember.exam_id.in_([one.id for one in exams if one.frozen_at is not None]),
        wanted.covers(RosterMember.unit_path), wanted.wants(RosterMember.person_id),
    )  # fmt: skip
    live = [
        exam_scope.members_query(
            exam_scope.scope_of(session, one), at=exam_rosters.live_moment(one, now=_as_of(wanted))
        )
        .with_only_columns(literal(one.id), Membership.person_id, Unit.path, maintain_column_froms=True)
        .where(wanted.covers(Unit.path), wanted.wants(Membership.person_id))
        for one in exams
        if one.frozen_at is None
    ]
    return union_all(stored, *live) if live else stored


def _results(exams: Sequence[Exam], unread: Unread | None) -> Any:
    """Who sat which of the exams; `failed` where the attempt that counts has not passed or may not be read, `unclear`
    where that is the mean of several attempts, or one of several had nothing to earn. These two are empty else."""
    alike: dict[tuple[Counts, int], list[int]] = {}
    for exam in exams:
        alike.setdefault((exam.counts, int(exam.pass_share * _MILLION)), []).append(exam.id)
    return union_all(*(_results_of(ids, counts, share, unread) for (counts, share), ids in alike.items()))


def _results_of(exams: Sequence[int], counts: Counts, share: int, unread: Unread | None) -> Select[Any]:
    full = type_coerce(Attempt.full_points, BigInteger)
    passing: ColumnElement[int] = case((type_coerce(Attempt.points, BigInteger) * _MILLION >= share * full, 1), else_=0)
    if counts is Counts.LAST:  # its own result decides, which stands behind its number; else one that passes is enough
        passing = 2 * Attempt.number + passing
    unclear = func.count() > 1
    if counts is not Counts.MEAN:
        unclear = and_(unclear, func.min(full) == 0)
    failed = func.max(passing) % 2 == 0
    if unread is not None and not unread.exam_ids.isdisjoint(exams):
        hidden = unread.exam_ids.intersection(exams)
        failed = or_(failed, and_(Attempt.person_id == unread.person_id, Attempt.exam_id.in_(hidden)))
    return (
        select(Attempt.exam_id, Attempt.person_id, case((failed, 1)).label("failed"),
               case((unclear, 1)).label("unclear"))
        .where(Attempt.exam_id.in_(exams), Attempt.trial.is_(False), Attempt.state.in_(CLOSED))
        .group_by(Attempt.exam_id, Attempt.person_id)
    )  # fmt: skip


def _one_by_one(
    session: Session, wanted: Wanted, exams: Sequence[Exam], apart: Iterable[int]
) -> dict[int, dict[str, Sat]]:
    """Each of these people who is due, with what counts in which unit; the merged as who was kept."""
    kept = people.survivors(session)
    behind: dict[int, list[int]] = {}
    for person_id, into in kept.items():
        behind.setdefault(into, []).append(person_id)
    those = sorted({kept.get(one, one) for one in apart})
    found: dict[int, dict[str, Sat]] = {}
    for start in range(0, len(those), AT_ONCE):
        these = those[start : start + AT_ONCE]
        for person_id, path, one in _some(session, wanted, exams, these, behind):
            units = found.setdefault(person_id, {})
            units[path] = units[path].with_(one) if path in units else one
    return found


def _some(
    session: Session, wanted: Wanted, exams: Sequence[Exam], these: Sequence[int], behind: Mapping[int, Sequence[int]]
) -> Iterator[tuple[int, str, Sat]]:
    """Person, path and result for each of the exams at which these people are due."""
    among = [*these, *(other for one in these for other in behind.get(one, ()))]
    due = exam_rosters.due_of(session, exams, now=_as_of(wanted), among=among)
    results = standings_of(session, exams, among=among)
    belonging = set(among)
    if wanted.audience:
        those = select(PersonAudience.person_id).where(
            PersonAudience.audience == wanted.audience, PersonAudience.person_id.in_(among)
        )
        belonging = set(session.scalars(those))
    own: dict[int, str] = dict(
        session.execute(select(Exam.id, Unit.path).join(Unit, Unit.id == Exam.unit_id).where(
            Exam.id.in_([one.id for one in exams]))).all()
    )  # fmt: skip
    for exam in exams:
        for one in due[exam.id]:
            path = one.unit_path or own.get(exam.id, "")
            if one.person_id not in belonging or not wanted.lies_within(path):
                continue
            result = results[exam.id].get(one.person_id)
            told = wanted.unread is None or not wanted.unread.hides(exam.id, of=one.person_id)
            passed = told and result is not None and result.standing.passed
            yield one.person_id, path, Sat(1, int(result is not None), int(bool(passed)))


def _as_of(wanted: Wanted) -> datetime:
    """The moment of which lists are read that are not stored."""
    return min(wanted.ends_at, wanted.now)
