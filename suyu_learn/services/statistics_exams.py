"""Who was due at the exams of a period, sat them and passed, by unit of each list's day."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.domain.statistics import Sat, climbed
from suyu_learn.models import (
    CompletionKind,
    Exam,
    ExamState,
    PersonAudience,
    ProgrammePart,
    ProgrammeStage,
    Purpose,
)
from suyu_learn.services import exam_rosters, reports
from suyu_learn.services.statistics_training import Wanted


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
    """
    among = None
    if wanted.audience:
        among = set(session.scalars(select(PersonAudience.person_id).where(
            PersonAudience.audience == wanted.audience)))  # fmt: skip
    by_person: dict[int, dict[str, Sat]] = {}
    for exam in exams:
        for person_id, path, one in _of_exam(session, exam, wanted):
            if among is not None and person_id not in among:
                continue
            units = by_person.setdefault(person_id, {})
            units[path] = units[path].with_(one) if path in units else one
    alone: dict[str, Sat] = {}
    for units in by_person.values():
        if len(units) == 1:
            ((path, one),) = units.items()
            alone.setdefault(path, Sat()).add(one)
    return climbed(Sat, alone.items(), {person: units for person, units in by_person.items() if len(units) > 1})


def _of_exam(session: Session, exam: Exam, wanted: Wanted) -> list[tuple[int, str, Sat]]:
    standings = reports.standings(session, exam)
    own = reports.own_path(session, exam)
    hidden = wanted.unread
    if hidden is not None and exam.id in hidden.exam_ids and hidden.person_id in standings:
        standings[hidden.person_id] = reports.without_result(standings[hidden.person_id])
    found = []
    for due in exam_rosters.due(session, exam, now=min(wanted.ends_at, wanted.now)):
        path = due.unit_path or own
        if not wanted.reach.covers(path) or (wanted.unit is not None and not path.startswith(wanted.unit.path)):
            continue
        result = standings.get(due.person_id)
        found.append((due.person_id, path, Sat(1, int(result is not None), int(bool(result and result.passed)))))
    return found
