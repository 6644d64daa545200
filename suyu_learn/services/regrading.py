"""A key that was wrong, corrected in a newer version: closed attempts are marked anew by it, as further steps.

Attempts that are being sat get such a step too, without a mark, and are marked by that version when they are handed in.
Papers whose questions are fixed ask the newer version from then on, so that whoever starts later needs none of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, bindparam, exists, func, insert, select, update
from sqlalchemy.orm import Session, joinedload

from suyu_learn import hooks
from suyu_learn.db import after_commit
from suyu_learn.domain.attempts import AnswerState, AttemptState, Outcome, StepKind, total
from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Attempt,
    Completion,
    CompletionKind,
    Exam,
    OpenAnswer,
    Paper,
    PaperPick,
    Person,
    Question,
    QuestionVersion,
    Role,
    Slot,
    Step,
    Unit,
)
from suyu_learn.services import audit, corrected_keys, grants, records
from suyu_learn.services.corrected_keys import PrintedPlace
from suyu_learn.services.exam_standings import CLOSED
from suyu_learn.services.versions import Asked, Versions

KEY_FIELDS = ("answer", "blanks", "any_order", "answers", "unit", "pairs", "items", "gaps", "keywords")
"""What of a body decides about marks."""
_PART = 300
_slot, _step, _answer = (cast("Table", kind.__table__) for kind in (Slot, Step, OpenAnswer))
_AT = update(_slot).where(_slot.c.attempt_id == bindparam("of"), _slot.c.number == bindparam("at"))
_PROJECT = _AT.values(fraction=bindparam("fraction"), key_version_id=bindparam("key_version_id"))
_PROJECT_KEY = _AT.values(key_version_id=bindparam("key_version_id"))


@dataclass(frozen=True, slots=True)
class Change:
    """An attempt that the newer key marks, and what becomes of it."""

    attempt: Attempt
    slots: Mapping[int, Decimal]
    """The new fraction of each slot that asks the question."""

    before: Outcome
    after: Outcome

    @property
    def differs(self) -> bool:
        """Whether the points change."""
        return self.before.points != self.after.points


@dataclass(frozen=True, slots=True)
class Plan:
    """What marking anew would do."""

    version: QuestionVersion
    changes: tuple[Change, ...]
    elsewhere: int
    """Attempts in exams of units that the person does not organize; they stay as they are."""

    being_sat: tuple[tuple[Attempt, int], ...]
    """Attempts that are open, with the slot that asks an older version; the newer key will mark them at their end."""

    @property
    def still_open(self) -> int:
        """How many attempts are being sat."""
        return len({attempt.id for attempt, _slot in self.being_sat})

    picks: tuple[int, ...] = ()
    """Places on papers with fixed questions that name an older version."""

    printed: tuple[PrintedPlace, ...] = ()
    """Printed papers that ask an older version; what is entered of them from now on is marked by the newer key."""

    by_people: int = 0
    """Answers in closed attempts that people have marked; no key takes these marks away."""

    @property
    def more(self) -> int:
        """How many get more points."""
        return sum((one.after.points or 0) > (one.before.points or 0) for one in self.changes if one.differs)

    @property
    def less(self) -> int:
        """How many get fewer points."""
        return sum((one.after.points or 0) < (one.before.points or 0) for one in self.changes if one.differs)

    @property
    def newly_passed(self) -> int:
        """How many pass who did not."""
        return sum(bool(one.after.passed) and not one.before.passed for one in self.changes)

    @property
    def no_longer_passed(self) -> int:
        """How many no longer pass."""
        return sum(bool(one.before.passed) and not one.after.passed for one in self.changes)


def has_another_key(session: Session, question: Question) -> bool:
    """Whether closed or open attempts were asked a version whose key differs from that of the published one."""
    published = question.published_version_id
    if published is None:
        return False
    rows = session.execute(
        select(QuestionVersion.id, QuestionVersion.body, QuestionVersion.type)
        .where(QuestionVersion.question_id == question.id)
    ).all()  # fmt: skip
    keys = {number: (kind, {name: body.get(name) for name in KEY_FIELDS}) for number, body, kind in rows}
    others = [number for number, key in keys.items() if key != keys[published]]
    if not others:
        return False
    if corrected_keys.printed_with(session, others, published):
        return True
    asked = select(Slot.attempt_id).where(
        Slot.version_id.in_(list(keys)), func.coalesce(Slot.key_version_id, Slot.version_id).in_(others)
    )
    return session.scalar(asked.limit(1)) is not None


def plan(session: Session, question: Question, *, person: Person, versions: Versions) -> Plan:
    """What marking anew would change; nothing is stored."""
    return _plan(session, question, person=person, versions=versions, hold=False)


def apply(
    session: Session, question: Question, *, person: Person, reason: str, now: datetime, versions: Versions
) -> Plan:
    """Mark anew by the published version's key: a step a slot, the rows that follow from them, and completions.

    The attempts are held, so that a submit that runs at the same time is either seen whole or comes after: then it
    marks by the version that is noted here.
    """
    reason = audit.required(reason)
    found = _plan(session, question, person=person, versions=versions, hold=True)
    if not found.changes and not found.being_sat and not found.picks and not found.printed:
        raise Problem("regrade.nothing")
    session.execute(update(PaperPick).where(PaperPick.id.in_(found.picks)).values(version_id=found.version.id))
    _note_for_later(session, found, person=person, reason=reason, now=now)
    corrected_keys.note_printed(found.printed, found.version.id, reason)
    if found.changes:
        _mark_anew(session, found, person=person, reason=reason, now=now)
    audit.record(session, "question.regraded", now=now, actor=person, on=question, reason=reason, uid=question.uid,
                 version=found.version.number, attempts=len(found.changes), more=found.more, less=found.less,
                 passed=found.newly_passed, failed=found.no_longer_passed, still_open=found.still_open,
                 papers=len(found.picks), printed=len(found.printed))  # fmt: skip
    session.flush()
    return found


def _mark_anew(session: Session, found: Plan, *, person: Person, reason: str, now: datetime) -> None:
    steps = [
        {"attempt_id": one.attempt.id, "kind": StepKind.REGRADED, "slot": number, "epoch": one.attempt.epoch,
         "made_at": now, "received_at": now, "actor_id": person.id,
         "detail": {"version": found.version.id, "fraction": str(fraction), "reason": reason}}
        for one in found.changes for number, fraction in one.slots.items()
    ]  # fmt: skip
    session.connection().execute(insert(_step), steps)
    session.connection().execute(_PROJECT, [
        {"of": one.attempt.id, "at": number, "fraction": fraction, "key_version_id": found.version.id}
        for one in found.changes for number, fraction in one.slots.items()
    ])  # fmt: skip
    _take_from_queue(session, found)
    for one in found.changes:
        one.attempt.points, one.attempt.passed, one.attempt.marked_at = one.after.points, one.after.passed, now
    session.flush()
    for one in found.changes:
        follow(session, one, person=person, reason=reason, now=now)


def _note_for_later(session: Session, found: Plan, *, person: Person, reason: str, now: datetime) -> None:
    """A step a slot of the attempts that are open, which says by which version it will be marked."""
    if not found.being_sat:
        return
    session.connection().execute(insert(_step), [
        {"attempt_id": attempt.id, "kind": StepKind.REGRADED, "slot": number, "epoch": attempt.epoch, "made_at": now,
         "received_at": now, "actor_id": person.id, "detail": {"version": found.version.id, "reason": reason}}
        for attempt, number in found.being_sat
    ])  # fmt: skip
    session.connection().execute(_PROJECT_KEY, [
        {"of": attempt.id, "at": number, "key_version_id": found.version.id} for attempt, number in found.being_sat
    ])  # fmt: skip


def _take_from_queue(session: Session, found: Plan) -> None:
    """Answers that waited for a person and that the newer key could mark wait no longer."""
    places = [{"of": one.attempt.id, "at": number} for one in found.changes for number in one.slots]
    session.connection().execute(
        update(_answer).where(_answer.c.attempt_id == bindparam("of"), _answer.c.slot == bindparam("at"))
        .values(state=AnswerState.MACHINE, leased_to_id=None, leased_until=None),
        places,
    )  # fmt: skip


def _plan(session: Session, question: Question, *, person: Person, versions: Versions, hold: bool) -> Plan:
    if question.published_version_id is None:
        raise Problem("regrade.not_published")
    target = session.get_one(QuestionVersion, question.published_version_id)
    asked = versions.get(session, target.id)
    if not asked.type.marked_by_machine(asked.content):
        raise Problem("regrade.by_hand")
    ours = select(QuestionVersion.id).where(QuestionVersion.question_id == question.id)
    by_another_key = func.coalesce(Slot.key_version_id, Slot.version_id) != target.id
    asked_so = select(Slot.attempt_id).where(Slot.version_id.in_(ours), by_another_key)
    concerned = asked_so.where(~marked_by_people())
    wanted = (
        select(Attempt, Unit.path)
        .join(Exam, Exam.id == Attempt.exam_id).outerjoin(Unit, Unit.id == Exam.unit_id)
        .where(Attempt.id.in_(concerned), Attempt.trial.is_(False), Attempt.state.in_([AttemptState.OPEN, *CLOSED]))
        .options(joinedload(Attempt.exam, innerjoin=True), joinedload(Attempt.person, innerjoin=True))
        .order_by(Attempt.id)
    )  # fmt: skip
    if hold:
        wanted = wanted.with_for_update(of=Attempt).execution_options(populate_existing=True)
    own = grants.reach(session, person, Role.ORGANIZER)
    rows = session.execute(wanted).all()
    within = [attempt for attempt, path in rows if own.covers(path)]
    closed = [one for one in within if one.state is not AttemptState.OPEN]
    being_sat = {one.id: one for one in within if one.state is AttemptState.OPEN}
    slots = session.execute(
        select(Slot.attempt_id, Slot.number)
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .where(Attempt.state == AttemptState.OPEN, Slot.version_id.in_(ours), by_another_key)
        .order_by(Slot.attempt_id, Slot.number)
    )  # fmt: skip
    known = {row.id for row in session.execute(select(QuestionVersion.id).where(QuestionVersion.id.in_(ours)))}
    changes = tuple(_changes(session, closed, known, asked))
    later = tuple((being_sat[attempt_id], number) for attempt_id, number in slots if attempt_id in being_sat)
    by_people = session.scalar(select(func.count()).select_from(asked_so.where(marked_by_people()).subquery()))
    picks = session.execute(
        select(PaperPick.id, Unit.path)
        .join(Paper, Paper.id == PaperPick.paper_id).join(Exam, Exam.paper_id == Paper.id)
        .outerjoin(Unit, Unit.id == Exam.unit_id)
        .where(PaperPick.version_id.in_(ours), PaperPick.version_id != target.id)
    ).all()  # fmt: skip
    mine = tuple(sorted({number for number, path in picks if own.covers(path)}))
    older = set(known) - {target.id}
    printed = tuple(one for one, path in corrected_keys.printed_with(session, older, target.id) if own.covers(path))
    return Plan(target, changes, len(rows) - len(within), later, mine, printed, by_people or 0)


def marked_by_people() -> ColumnElement[bool]:
    """Whether a person has marked a slot, or one of two has."""
    return exists().where(
        OpenAnswer.attempt_id == Slot.attempt_id, OpenAnswer.slot == Slot.number, OpenAnswer.first_id.is_not(None)
    ).correlate(Slot)  # fmt: skip


def _changes(session: Session, attempts: Sequence[Attempt], ours: set[int], asked: Asked) -> Iterable[Change]:
    for start in range(0, len(attempts), _PART):
        part = {one.id: one for one in attempts[start : start + _PART]}
        slots: dict[int, list[Any]] = {}
        for row in session.execute(
            select(Slot.attempt_id, Slot.number, Slot.version_id, Slot.key_version_id, Slot.points, Slot.fraction,
                   Slot.response, marked_by_people().label("by_people"))
            .where(Slot.attempt_id.in_(part)).order_by(Slot.number)
        ):  # fmt: skip
            slots.setdefault(row.attempt_id, []).append(row)
        for number, attempt in part.items():
            yield _change(attempt, slots.get(number, []), ours, asked)


def _change(attempt: Attempt, slots: Sequence[Any], ours: set[int], asked: Asked) -> Change:
    share = attempt.exam.pass_share
    new = {
        slot.number: Decimal(0) if slot.response is None
        else asked.type.mark(asked.content, slot.response, attempt.exam.partial_credit)
        for slot in slots
        if slot.version_id in ours and (slot.key_version_id or slot.version_id) != asked.version_id
        and not slot.by_people
    }  # fmt: skip
    before = total(((slot.points, slot.fraction) for slot in slots), pass_share=share)
    after = total(((slot.points, new.get(slot.number, slot.fraction)) for slot in slots), pass_share=share)
    return Change(attempt, new, before, after)


def follow(session: Session, one: Change, *, person: Person, reason: str, now: datetime) -> None:
    """Let the completion of an exam follow its attempt: granted, given back, or voided with the reason."""
    if bool(one.before.passed) == bool(one.after.passed):
        return
    attempt = one.attempt
    stands = session.scalar(
        select(Completion).where(Completion.person_id == attempt.person_id, Completion.kind == CompletionKind.EXAM,
                                 Completion.subject_id == attempt.exam_id, Completion.occasion == "")
    )  # fmt: skip
    if one.after.passed:
        if stands is not None and _is_back(stands, attempt):
            stands.voided_at, stands.voided_by_id, stands.void_reason = None, None, ""
            _say(session, "restored", stands, person, reason, now)
            key = stands.key
            after_commit(session, lambda: hooks.completion_recorded.send("suyu_learn", completion=key))
        else:
            records.complete_exam(session, attempt, now=now)
        return
    records.take_back_exam(session, attempt, reason=reason, actor=person, now=now)


def _is_back(completion: Completion, attempt: Attempt) -> bool:
    """Whether a completion that fell with its attempt stands again; one that somebody took back by hand does not."""
    fallen = completion.voided_at is not None and not completion.voided_by_hand
    return fallen and completion.evidence.get("attempt") == attempt.key


def _say(session: Session, became: str, row: Completion, person: Person, reason: str, now: datetime) -> None:
    audit.record(session, f"completion.{became}", now=now, actor=person, on=row, unit_id=row.unit_id, reason=reason,
                 title=row.title)  # fmt: skip
