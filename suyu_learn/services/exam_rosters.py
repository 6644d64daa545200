"""Who is due at an exam: the list of the freeze moment, less exemptions, plus additions, each with its reason.

名单 - 免 + 增 = 应参. Until the list is stored it is read live, as "so far"; guests are never due.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.db import upsert
from suyu_learn.domain.names import chinese_order
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import (
    Exam,
    ExamChange,
    ExamState,
    Person,
    PersonKind,
    RosterChange,
    RosterChangeKind,
    RosterMember,
)
from suyu_learn.services import audit, exam_scope, grants, people
from suyu_learn.services.exam_scope import Placed, Scope

_AT_ONCE = 500


class Origin(StrEnum):
    """Why somebody is due."""

    SCOPE = "scope"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class DuePerson:
    """Somebody who is due, in the unit in which they count."""

    person_id: int
    unit_id: int | None
    unit_path: str
    unit_names: str
    origin: Origin = Origin.SCOPE


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One name of the reconciliation; reason, date and actor where somebody was exempted or added."""

    person_id: int
    name: str
    staff_number: str
    unit_names: str
    reason: str = ""
    at: datetime | None = None
    actor: str = ""
    change_id: int | None = None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """名单 - 免 + 增 = 应参, in numbers and names; `idle` are changes that no longer change anything."""

    moment: datetime | None
    frozen: bool
    listed: tuple[RosterLine, ...]
    exempt: tuple[RosterLine, ...]
    added: tuple[RosterLine, ...]
    due: tuple[RosterLine, ...]
    idle: tuple[RosterLine, ...] = ()


def freeze_moment(exam: Exam) -> datetime | None:
    """When the list is taken: the moment set, else the opening, but not before publishing; None until known."""
    return exam.freeze_at if exam.freeze_at is not None else opening(exam)


def opening(exam: Exam) -> datetime | None:
    """When an exam opens to learners: at its opening, but not before publishing; None until known."""
    known = [one for one in (exam.opens_at, exam.published_at) if one is not None]
    return max(known) if known else None


def freeze_if_due(session: Session, exam: Exam, *, now: datetime) -> bool:
    """Store the list once its moment has come; whether that happened now."""
    if not _is_time(exam, now):
        return False
    held = select(Exam.id).where(Exam.id == exam.id).with_for_update(key_share=True, skip_locked=True)
    if session.scalar(held) is None:  # people begin in this very moment, or somebody else stores the list
        return False
    session.refresh(exam)
    moment = freeze_moment(exam)
    if moment is None or not _is_time(exam, now):
        return False
    rows = [
        {"exam_id": exam.id, "person_id": one.person_id, "unit_id": one.unit_id, "unit_path": one.unit_path,
         "unit_names": one.unit_names}
        for one in exam_scope.members(session, exam_scope.scope_of(session, exam), at=moment)
    ]  # fmt: skip
    for start in range(0, len(rows), _AT_ONCE):
        session.execute(upsert(session, RosterMember).values(rows[start : start + _AT_ONCE]).on_conflict_do_nothing())
    exam.frozen_at = now
    audit.record(session, "roster.frozen", now=now, on=exam, unit_id=exam.unit_id, moment=moment.isoformat(),
                 people=len(rows))  # fmt: skip
    session.flush()
    return True


def freeze_all_due(session: Session, *, now: datetime) -> int:
    """Store every list whose moment has come; how many."""
    waiting = session.scalars(
        select(Exam).where(Exam.frozen_at.is_(None), Exam.published_at.is_not(None), Exam.deleted_at.is_(None))
    ).all()
    return sum(freeze_if_due(session, exam, now=now) for exam in waiting)


def due(session: Session, exam: Exam, *, now: datetime) -> list[DuePerson]:
    """Everybody who is due, once each; read live, as "so far", until the list is stored."""
    return due_of(session, [exam], now=now)[exam.id]


def due_of(
    session: Session, exams: Sequence[Exam], *, now: datetime, among: Collection[int] | None = None
) -> dict[int, list[DuePerson]]:
    """The same of several exams, by exam; of `among` alone where these are named, with whoever was merged into them."""
    listed = _listed(session, exams, now=now, among=among)
    changes = _changes(session, exams, among=among)
    return {one.id: _changed(session, listed[one.id], changes.get(one.id, {})) for one in exams}


def _changed(session: Session, listed: Iterable[Placed], changes: Mapping[int, RosterChange]) -> list[DuePerson]:
    """The list less exemptions, plus additions in the unit of their day."""
    found = {one.person_id: DuePerson(one.person_id, one.unit_id, one.unit_path, one.unit_names) for one in listed}
    added: dict[int, datetime] = {}
    for change in changes.values():
        if change.kind is RosterChangeKind.EXEMPTION:
            found.pop(change.person_id, None)
        elif change.person_id not in found:
            added[change.person_id] = change.at
    if added:
        for person_id, unit in people.units_of_the_day(session, added).items():
            found[person_id] = DuePerson(person_id, unit.unit_id, unit.path, unit.names, Origin.ADDED)
    return list(found.values())


def base_list(session: Session, exam: Exam, *, now: datetime) -> list[Placed]:
    """名单: the stored list, or who would be on it if it were stored now; merged people stand as one."""
    return _listed(session, [exam], now=now)[exam.id]


def live_moment(exam: Exam, *, now: datetime) -> datetime:
    """The moment of which a list that is not stored is read: the one when it will be, or now before that."""
    moment = freeze_moment(exam)
    return now if moment is None else min(now, moment)


def _listed(
    session: Session, exams: Sequence[Exam], *, now: datetime, among: Collection[int] | None = None
) -> dict[int, list[Placed]]:
    frozen = [one.id for one in exams if one.frozen_at is not None]
    stored = _stored(session, frozen, among) if frozen else {}
    return {
        one.id: stored.get(one.id, [])
        if one.frozen_at is not None
        else exam_scope.members(session, exam_scope.scope_of(session, one), at=live_moment(one, now=now), among=among)
        for one in exams
    }


def _stored(session: Session, exams: Sequence[int], among: Collection[int] | None) -> dict[int, list[Placed]]:
    """Stored lists by exam; who was merged gives way to the own row of who was kept."""
    columns = (RosterMember.person_id, RosterMember.unit_id, RosterMember.unit_path, RosterMember.unit_names)
    query = (
        select(RosterMember.exam_id, *columns, Person.merged_into_id)
        .join(Person, Person.id == RosterMember.person_id)
        .where(RosterMember.exam_id.in_(exams))
        .order_by(RosterMember.exam_id, RosterMember.person_id)
    )
    if among is not None:
        query = query.where(RosterMember.person_id.in_(among))
    found: dict[int, dict[int, Placed]] = {}
    merged = []
    for row in session.execute(query):
        if row.merged_into_id is not None:
            merged.append(row)
        else:
            found.setdefault(row.exam_id, {})[row.person_id] = _placed(row, row.person_id)
    kept = people.survivors(session) if merged else {}
    for row in merged:
        found.setdefault(row.exam_id, {}).setdefault(kept[row.person_id], _placed(row, kept[row.person_id]))
    return {exam_id: list(those.values()) for exam_id, those in found.items()}


def _placed(row: Any, person_id: int) -> Placed:
    return Placed(person_id, row.unit_id, row.unit_path, row.unit_names)


def live_changes(session: Session, exam: Exam) -> dict[int, RosterChange]:
    """For each person the latest exemption or addition that was not taken back."""
    return _changes(session, [exam]).get(exam.id, {})


def _changes(
    session: Session, exams: Sequence[Exam], *, among: Collection[int] | None = None
) -> dict[int, dict[int, RosterChange]]:
    query = (
        select(RosterChange)
        .where(RosterChange.exam_id.in_([one.id for one in exams]), RosterChange.taken_back_at.is_(None))
        .order_by(RosterChange.id)
    )
    if among is not None:
        query = query.where(RosterChange.person_id.in_(among))
    found: dict[int, dict[int, RosterChange]] = {}
    for row in session.scalars(query):
        found.setdefault(row.exam_id, {})[row.person_id] = row
    return found


def reconciliation(session: Session, exam: Exam, *, now: datetime) -> Reconciliation:
    """The list, who was exempted and added and why, and who is due after all."""
    base = base_list(session, exam, now=now)
    listed = {one.person_id for one in base}
    changes = live_changes(session, exam)
    exempt = [one for one in changes.values() if one.kind is RosterChangeKind.EXEMPTION and one.person_id in listed]
    added = [one for one in changes.values() if one.kind is RosterChangeKind.ADDITION and one.person_id not in listed]
    working = {one.id for one in (*exempt, *added)}
    idle = [one for one in changes.values() if one.id not in working]
    answer = due(session, exam, now=now)
    units = {one.person_id: one.unit_names for one in base}
    units.update({one.person_id: one.unit_names for one in answer})
    actors = {one.actor_id for one in changes.values() if one.actor_id is not None}
    named = _named(session, {*units, *changes, *actors})

    def line(person_id: int, change: RosterChange | None = None) -> RosterLine:
        name, number = named[person_id]
        plain = RosterLine(person_id, name, number, units.get(person_id, ""))
        if change is None:
            return plain
        actor = named[change.actor_id][0] if change.actor_id is not None else ""
        return RosterLine(person_id, name, number, plain.unit_names, change.reason, change.at, actor, change.id)

    def lines(those: Iterable[RosterLine]) -> tuple[RosterLine, ...]:
        return tuple(
            sorted(those, key=lambda one: (chinese_order(one.unit_names), chinese_order(one.name), one.person_id))
        )

    return Reconciliation(
        moment=freeze_moment(exam),
        frozen=exam.frozen_at is not None,
        listed=lines(line(one.person_id) for one in base),
        exempt=lines(line(one.person_id, one) for one in exempt),
        added=lines(line(one.person_id, one) for one in added),
        due=lines(line(one.person_id) for one in answer),
        idle=lines(line(one.person_id, one) for one in idle),
    )


def exempt(
    session: Session, exam: Exam, person: Person, *, reason: str, actor: Person | None, now: datetime
) -> RosterChange:
    """Take somebody who is due off the list, with a reason that can be shown to an inspector."""
    _require_another(actor, person.id)
    change = live_changes(session, exam).get(person.id)
    if change is not None and change.kind is RosterChangeKind.EXEMPTION:
        raise Problem("roster.already_exempt", name=person.name)
    if change is not None:
        raise Problem("roster.take_back_addition", name=person.name)
    if not _on(base_list(session, exam, now=now), person):
        raise Problem("roster.not_due", name=person.name)
    return _change(session, exam, person, RosterChangeKind.EXEMPTION, reason=reason, actor=actor, now=now)


def add(
    session: Session, exam: Exam, person: Person, *, reason: str, actor: Person | None, now: datetime
) -> RosterChange:
    """Make somebody due who is not on the list, with a reason and today's date."""
    _require_another(actor, person.id)
    if person.kind is PersonKind.GUEST:
        raise Problem("roster.guest", name=person.name)
    if not person.active:
        raise Problem("roster.disabled", name=person.name)
    change = live_changes(session, exam).get(person.id)
    if change is not None and change.kind is RosterChangeKind.EXEMPTION:
        raise Problem("roster.take_back_exemption", name=person.name)
    if change is not None or _on(base_list(session, exam, now=now), person):
        raise Problem("roster.already_due", name=person.name)
    return _change(session, exam, person, RosterChangeKind.ADDITION, reason=reason, actor=actor, now=now)


def take_back(
    session: Session, exam: Exam, change_id: int, *, reason: str, actor: Person | None, now: datetime
) -> RosterChange:
    """Undo an exemption or addition; it stays on record, and why it was undone is in the audit trail."""
    change = session.get(RosterChange, change_id)
    if change is None or change.exam_id != exam.id:
        raise Problem("roster.unknown_change")
    _require_another(actor, change.person_id)
    said = _reason(reason)
    if change.taken_back_at is not None:
        return change
    _take_back(session, exam, change, reason=said, actor=actor, now=now)
    session.flush()
    return change


def _take_back(
    session: Session, exam: Exam, change: RosterChange, *, reason: str, actor: Person | None, now: datetime
) -> None:
    change.taken_back_at = now
    change.taken_back_by_id = actor.id if actor else None
    audit.record(session, f"roster.{change.kind.value}_taken_back", now=now, actor=actor, on=exam,
                 unit_id=exam.unit_id, reason=reason, person_id=change.person_id, change_id=change.id)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScopeMoves:
    """What another scope does to a stored list; what an earlier change of scope did, and this one undoes, apart."""

    exempted: tuple[int, ...] = ()
    added: tuple[int, ...] = ()
    due_again: tuple[RosterChange, ...] = ()
    """Exemptions of an earlier change of scope."""
    due_no_more: tuple[RosterChange, ...] = ()
    """Additions of an earlier change of scope."""


NO_MOVES = ScopeMoves()


def follow_scope(
    session: Session, exam: Exam, former: Scope, *, reason: str, actor: Person | None, now: datetime
) -> ScopeMoves:
    """After the scope of a stored list has changed: exempt who fell out, add who came in, and take back what an earlier
    change of scope did to those for whom it holds no more."""
    moves = scope_moves(session, exam, former, exam_scope.scope_of(session, exam), now=now)
    for kind, those in ((RosterChangeKind.EXEMPTION, moves.exempted), (RosterChangeKind.ADDITION, moves.added)):
        for person_id in those:
            _change(session, exam, session.get_one(Person, person_id), kind, reason=reason, actor=actor, now=now)
    for change in (*moves.due_again, *moves.due_no_more):
        _take_back(session, exam, change, reason=reason, actor=actor, now=now)
    session.flush()
    return moves


def scope_moves(session: Session, exam: Exam, former: Scope, scope: Scope, *, now: datetime) -> ScopeMoves:
    """Who would fall out of a stored list, and who would come in, when the scope becomes another.

    Who was in scope at the freeze moment by the new scope stays; who came into the old scope later does not come in.
    What somebody exempted or added by hand stays as it is.
    """
    moment = freeze_moment(exam)
    if exam.frozen_at is None or moment is None:
        return NO_MOVES
    changes = live_changes(session, exam)
    base = _ids(base_list(session, exam, now=now))
    still = _ids(exam_scope.members(session, scope, at=moment))
    before = _ids(exam_scope.members(session, former, at=now))
    now_in = _ids(exam_scope.members(session, scope, at=now))
    by_scope = _of_scope(session, exam, changes.values())
    return ScopeMoves(
        exempted=tuple(sorted(base - still - changes.keys())),
        added=tuple(sorted(now_in - before - base - changes.keys())),
        due_again=tuple(one for one in by_scope
                        if one.kind is RosterChangeKind.EXEMPTION and one.person_id in still),
        due_no_more=tuple(one for one in by_scope
                          if one.kind is RosterChangeKind.ADDITION and one.person_id not in still | now_in),
    )  # fmt: skip


def _of_scope(session: Session, exam: Exam, changes: Iterable[RosterChange]) -> list[RosterChange]:
    """Those that a change of scope made: they bear its very moment."""
    moments = set(session.scalars(
        select(ExamChange.at).where(ExamChange.exam_id == exam.id, ExamChange.field == "scope")
    ))  # fmt: skip
    return [one for one in changes if one.at in moments]


def _is_time(exam: Exam, now: datetime) -> bool:
    if exam.frozen_at is not None or exam.deleted_at is not None or exam.state is ExamState.DRAFT:
        return False
    moment = freeze_moment(exam)
    return moment is not None and moment <= now


def _on(base: Iterable[Placed], person: Person) -> bool:
    return any(one.person_id == person.id for one in base)


def _ids(those: Iterable[Placed]) -> set[int]:
    return {one.person_id for one in those}


def _require_another(actor: Person | None, person_id: int) -> None:
    if actor is not None:
        grants.require_another(actor, person_id)


def _reason(text: str) -> str:
    said = " ".join(text.split())
    if not said:
        raise Problem("roster.no_reason", place=Place(field="reason"))
    return said


def _change(
    session: Session, exam: Exam, person: Person, kind: RosterChangeKind, *, reason: str, actor: Person | None,
    now: datetime,
) -> RosterChange:  # fmt: skip
    said = _reason(reason)
    change = RosterChange(exam_id=exam.id, person_id=person.id, kind=kind, reason=said, at=now,
                          actor_id=actor.id if actor else None)  # fmt: skip
    session.add(change)
    session.flush()
    audit.record(session, f"roster.{kind.value}", now=now, actor=actor, on=exam, unit_id=exam.unit_id, reason=said,
                 person_id=person.id, change_id=change.id)  # fmt: skip
    session.flush()
    return change


def _named(session: Session, ids: set[int]) -> dict[int, tuple[str, str]]:
    """Name and staff number of each person."""
    wanted, found = sorted(ids), dict[int, tuple[str, str]]()
    for start in range(0, len(wanted), _AT_ONCE):
        rows = session.execute(
            select(Person.id, Person.name, Person.staff_number).where(Person.id.in_(wanted[start : start + _AT_ONCE]))
        )
        found.update({row.id: (row.name, row.staff_number or "") for row in rows})
    return found
