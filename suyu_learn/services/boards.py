"""The board of an exam that runs: who is due and how far each is, and who came without being due.

It is read every few seconds, so it asks little: the roster, one query over attempts with their last contact, and
what concerns only the rows shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import AttemptState, StepKind
from suyu_learn.domain.names import chinese_order, name_key, tidy_number
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt, Exam, ExamState, Person, PersonKind, Role, Slot, Step, Unit
from suyu_learn.services import exam_rosters, grants, reports
from suyu_learn.services.exam_standings import CLOSED
from suyu_learn.services.grants import Reach

SILENT_AFTER = timedelta(minutes=3)
"""A page in sight tells of itself every minute; who was not heard of for so long is shown as without contact."""
PAGE = 100
_AT_ONCE = 5000


class Seat(StrEnum):
    """Where a person stands on the board."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    SILENT = "silent"
    PAUSED = "paused"
    HANDED_IN = "handed_in"
    ON_PAPER = "on_paper"
    TIMED_OUT = "timed_out"
    VOIDED = "voided"


SITTING = (Seat.IN_PROGRESS, Seat.SILENT, Seat.PAUSED)
_CLOSED = {
    AttemptState.SUBMITTED: Seat.HANDED_IN,
    AttemptState.TIMED_OUT: Seat.TIMED_OUT,
    AttemptState.VOIDED: Seat.VOIDED,
}


class Group(StrEnum):
    """Why somebody is on the board."""

    DUE = "due"
    NOT_DUE = "not_due"
    GUEST = "guest"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the board is asked for; a state of None shows everybody."""

    unit_path: str = ""
    seat: Seat | None = None
    text: str = ""
    page: int = 1
    left: bool = False
    """Only those who left the page, who did so most often on top."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What an attempt's rows and steps amount to."""

    deadline: datetime | None = None
    closed_at: datetime | None = None
    questions: int = 0
    answered: int = 0
    shown_slot: int | None = None
    """The question that is asked, where they come one at a time."""


NO_FIGURES = Figures()


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One person; what concerns an attempt speaks of the latest one."""

    person_id: int
    name: str
    staff_number: str
    unit_names: str
    unit_path: str
    group: Group
    seat: Seat
    attempt_id: int | None = None
    number: int = 0
    heard_at: datetime | None = None
    typed: bool = False
    """Whether somebody types, or typed, for this person."""
    left_count: int = 0
    left_seconds: int = 0
    left_too_much: bool = False
    figures: Figures = NO_FIGURES
    """Only of the rows shown."""


@dataclass(frozen=True, slots=True)
class Board:
    """The board as one viewer may see it; the counts are of everybody in sight, whatever is filtered."""

    exam: Exam
    frozen: bool
    whole: bool
    """Whether the viewer looks after the exam itself, not only after some of its people."""

    due: int
    counts: Mapping[Seat, int]
    others: int
    """Who sits or has sat without being due, guests counted."""

    lines: tuple[BoardLine, ...]
    found: int
    units: tuple[Unit, ...]
    page: int = 1
    pages: int = 1
    left: int = 0
    """How many in sight have left the page, due or not."""


@dataclass(frozen=True, slots=True)
class Sight:
    """How far somebody sees an exam that runs: all of it, or the people of some subtrees."""

    reach: Reach
    whole: bool
    own: str = ""
    """The path of the exam's unit; who belongs to no unit is counted there."""

    def covers(self, path: str) -> bool:
        """Whether a person of that unit is in sight."""
        return self.whole or self.reach.covers(path or self.own or None)


def sight_of(session: Session, exam: Exam, person: Person) -> Sight:
    """How far a person sees an exam: whoever organizes it sees everybody, others those of their own units."""
    reach = grants.reach(session, person, Role.ORGANIZER)
    own = reports.own_path(session, exam)
    return Sight(reach, reach.covers(own or None), own)


def get_exam(session: Session, exam_id: int) -> Exam:
    """An exam that was published, also a withdrawn one; raises Problem for every other."""
    exam = session.get(Exam, exam_id)
    if exam is None or exam.deleted_at is not None or exam.state is ExamState.DRAFT:
        raise Problem("exam.unknown")
    return exam


def board(session: Session, exam: Exam, *, sight: Sight, wanted: Wanted, now: datetime) -> Board:
    """Everybody in sight with their state; raises Problem when the exam holds nobody for the viewer."""
    latest = _latest(session, exam)
    lines = _lines(session, exam, latest, sight=sight, now=now)
    if not lines and not sight.whole:
        raise Problem("exam.unknown")
    counts = dict.fromkeys(Seat, 0)
    for one in lines:
        if one.group is Group.DUE:
            counts[one.seat] += 1
    due = sum(counts.values())
    fitting = _fitting(lines, wanted)
    pages = max(1, -(-len(fitting) // PAGE))
    page = min(max(wanted.page, 1), pages)
    shown = fitting[(page - 1) * PAGE : page * PAGE]
    return Board(
        exam=exam,
        frozen=exam.frozen_at is not None,
        whole=sight.whole,
        due=due,
        counts=counts,
        others=len(lines) - due,
        lines=_with_figures(session, shown),
        found=len(fitting),
        units=_units(session, lines),
        page=page,
        pages=pages,
        left=sum(one.left_count > 0 for one in lines),
    )


def _latest(session: Session, exam: Exam) -> dict[int, Any]:
    """The latest attempt of everybody who has one, by person; of merged people, by who was kept.

    Contact is what came from whoever sits or types: more time given, a pause or a corrected key say nothing of them.
    """
    own = or_(Step.actor_id == Attempt.person_id, Step.actor_id == Attempt.typed_by_id)
    contact = (
        select(Step.received_at).where(Step.attempt_id == Attempt.id, own).order_by(Step.id.desc()).limit(1)
        .scalar_subquery()
    )  # fmt: skip
    last = case((Attempt.state == AttemptState.OPEN, func.coalesce(contact, Attempt.started_at)))
    rows = session.execute(
        select(
            Attempt.id, Attempt.number, Attempt.state, Attempt.heard_at, Attempt.paused_at,
            Attempt.offline, Attempt.typed_by_id,
            Attempt.left_count, Attempt.left_seconds, Attempt.left_too_much,
            Attempt.unit_path, Attempt.unit_names, Person.kind, Person.name, Person.staff_number,
            func.coalesce(Person.merged_into_id, Person.id).label("person_id"), last.label("contact"),
        )
        .join(Person, Person.id == Attempt.person_id)
        .where(Attempt.exam_id == exam.id, Attempt.trial.is_(False))
        .order_by(Attempt.started_at, Attempt.number)
    )  # fmt: skip
    return {row.person_id: row for row in rows}


def _lines(session: Session, exam: Exam, latest: Mapping[int, Any], *, sight: Sight, now: datetime) -> list[BoardLine]:
    """Everybody in sight, by unit and name; who is not due stands behind."""
    every = exam_rosters.due(session, exam, now=now)
    due = [one for one in every if sight.covers(one.unit_path)]
    named = _names(session, [one.person_id for one in due])
    lines = [
        _line(one.person_id, named[one.person_id], (one.unit_names, one.unit_path), Group.DUE,
              latest.get(one.person_id), now=now)
        for one in due
    ]  # fmt: skip
    known = {one.person_id for one in every}
    for person_id, row in latest.items():
        if person_id in known or not sight.covers(row.unit_path):
            continue
        group = Group.GUEST if row.kind is PersonKind.GUEST else Group.NOT_DUE
        name, unit = (row.name, row.staff_number or ""), (row.unit_names, row.unit_path)
        lines.append(_line(person_id, name, unit, group, row, now=now))
    return sorted(
        lines,
        key=lambda one: (
            one.group is not Group.DUE,
            chinese_order(one.unit_names),
            chinese_order(one.name),
            one.person_id,
        ),
    )


def _line(
    person_id: int, name: tuple[str, str], unit: tuple[str, str], group: Group, row: Any, *, now: datetime
) -> BoardLine:
    if row is None:
        return BoardLine(person_id, *name, *unit, group, Seat.NOT_STARTED)
    heard = max((one for one in (row.heard_at, row.contact) if one is not None), default=None)
    seat = Seat.ON_PAPER if row.offline and row.state in CLOSED else _CLOSED.get(row.state) or (
        Seat.PAUSED if row.paused_at
        else Seat.SILENT if heard and now - heard > SILENT_AFTER else Seat.IN_PROGRESS
    )  # fmt: skip
    return BoardLine(
        person_id, *name, *unit, group, seat, attempt_id=row.id, number=row.number, heard_at=heard,
        typed=row.typed_by_id is not None,
        left_count=row.left_count, left_seconds=row.left_seconds, left_too_much=row.left_too_much,
    )  # fmt: skip


def _names(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Name and staff number of each person."""
    found: dict[int, tuple[str, str]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        rows = session.execute(
            select(Person.id, Person.name, Person.staff_number).where(Person.id.in_(ids[start : start + _AT_ONCE]))
        )
        found.update({row.id: (row.name, row.staff_number or "") for row in rows})
    return found


def _fitting(lines: Iterable[BoardLine], wanted: Wanted) -> list[BoardLine]:
    text, number = name_key(wanted.text), tidy_number(wanted.text)
    found = [
        one for one in lines
        if one.unit_path.startswith(wanted.unit_path)
        and (wanted.seat is None or one.seat is wanted.seat)
        and (one.left_count or not wanted.left)
        and (not text or text in name_key(one.name) or (number and number in one.staff_number))
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.left_count, -one.left_seconds)) if wanted.left else found


def _with_figures(session: Session, shown: Sequence[BoardLine]) -> tuple[BoardLine, ...]:
    """The rows shown, with how many questions each attempt has and how many are answered."""
    ids = [one.attempt_id for one in shown if one.attempt_id is not None]
    figures = figures_of(session, ids)
    return tuple(
        one if one.attempt_id is None else replace(one, figures=figures.get(one.attempt_id, NO_FIGURES))
        for one in shown
    )


def figures_of(session: Session, attempt_ids: Sequence[int]) -> dict[int, Figures]:
    """Of each attempt how many questions it asks, and how many have an answer that counts."""
    if not attempt_ids:
        return {}
    asked = session.execute(
        select(Attempt.id, Attempt.deadline, Attempt.closed_at, Attempt.shown_slot,
               func.count(Slot.number) - func.count(Slot.parent_number.distinct()))
        .outerjoin(Slot, Slot.attempt_id == Attempt.id)
        .where(Attempt.id.in_(attempt_ids)).group_by(Attempt.id)
    )  # fmt: skip
    saved = session.execute(
        select(Step.attempt_id, Step.slot, Step.response.is_not(None), Step.detail["refused"].as_string())
        .where(Step.attempt_id.in_(attempt_ids), Step.kind == StepKind.SAVED, Step.slot.is_not(None))
        .order_by(Step.attempt_id, Step.epoch, Step.seq)
    )  # fmt: skip
    answered: dict[int, dict[int, bool]] = {}
    for attempt_id, slot, given, refused in saved:
        if not refused and slot is not None:
            answered.setdefault(attempt_id, {})[slot] = given
    return {
        number: Figures(deadline, closed_at, count, sum(answered.get(number, {}).values()), shown_slot)
        for number, deadline, closed_at, shown_slot, count in asked
    }


def _units(session: Session, lines: Iterable[BoardLine]) -> tuple[Unit, ...]:
    """The units that have somebody on the board in them or below, read from the top."""
    paths = sorted({path for one in lines for path in reports.chain_of(one.unit_path)})
    ids = [int(path.rstrip("/").rpartition("/")[2]) for path in paths]
    return tuple(session.scalars(select(Unit).where(Unit.id.in_(ids)).order_by(Unit.path))) if ids else ()


def in_sight(session: Session, exam: Exam, attempt_ids: Iterable[int], *, sight: Sight, now: datetime) -> list[Attempt]:
    """Those of the attempts that the viewer may act on; raises Problem when one lies beyond."""
    wanted = sorted(set(attempt_ids))
    rows = session.scalars(
        select(Attempt).where(Attempt.id.in_(wanted), Attempt.exam_id == exam.id, Attempt.trial.is_(False))
    ).all()
    due = [] if sight.whole else exam_rosters.due(session, exam, now=now)
    paths = {one.person_id: one.unit_path for one in due}
    if len(rows) < len(wanted) or not all(sight.covers(paths.get(one.person_id, one.unit_path)) for one in rows):
        raise Problem("sitting.unknown")
    return list(rows)


def running_in_sight(session: Session, exam: Exam, *, sight: Sight, now: datetime) -> list[int]:
    """The open attempts of everybody whom the viewer looks after."""
    latest = {row.person_id: row for row in _latest(session, exam).values() if row.state is AttemptState.OPEN}
    lines = _lines(session, exam, latest, sight=sight, now=now)
    return [one.attempt_id for one in lines if one.attempt_id is not None]


def require_people(session: Session, exam: Exam, *, sight: Sight, now: datetime) -> None:
    """Raise Problem when the exam holds nobody for the viewer."""
    if not sight.whole and not _lines(session, exam, _latest(session, exam), sight=sight, now=now):
        raise Problem("exam.unknown")
