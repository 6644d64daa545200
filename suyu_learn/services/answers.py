"""Saving answers: one statement that reads all it needs to know, one INSERT. The protocol is in docs/protocol.md."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    exists,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session, aliased

from suyu_learn.domain.attempts import (
    ALL_SHOWN,
    AttemptState,
    Phase,
    Refusal,
    StepKind,
    ends_at,
    judge_save,
    judge_shown,
    made_at,
    phase,
    standing_clock,
)
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt, Delivery, Exam, Grant, Person, Role, RosterMember, Slot, Step, Unit
from suyu_learn.services.grants import holders_of
from suyu_learn.services.steps import projected, slots_of
from suyu_learn.services.versions import Versions

MOST_SAVES = 500
"""Answers in one request of a queue; more than any paper has."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who a request says it comes from, as signed by us: the person and the stamp of that sign-in."""

    person_id: int
    stamp: str
    exam_id: int | None = None
    """The one exam that an entry without an account is good for; None for a full sign-in."""
    typing_key: str = ""
    """The one attempt in which the person types for somebody else; empty for their own attempts."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One answer as it arrives; `age` is how long ago the browser says it was made."""

    slot: int
    epoch: int
    seq: int
    raw: Any
    age: timedelta = timedelta(0)
    came: datetime | None = None
    """When it came to us and was kept: by that moment it is judged, whatever has been shown since."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of one answer: stored and counting when `error` is empty."""

    slot: int
    seq: int
    error: str = ""
    problem: Problem | None = None
    """Why an unreadable answer is one."""


@dataclass(frozen=True, slots=True)
class SaveReply:
    """The fate of each answer, and the seconds left; those of the question, where one is shown at a time."""

    results: tuple[Saved, ...]
    remaining: int
    closed: bool = False
    paused: bool = False
    deadline: datetime | None = None
    """Until when the whole paper has time as things stand."""
    stepwise: bool = False
    """Whether one question is shown at a time."""


class NotSignedIn(Exception):
    """The sign-in that a request carries has ended."""


_attempt, _slot, _step = Attempt.__table__, Slot.__table__, cast("Table", Step.__table__)
_exam, _person = Exam.__table__, Person.__table__
_LAST_CONTACT = (
    select(_step.c.received_at)
    .where(_step.c.attempt_id == _attempt.c.id)
    .where((_step.c.kind == StepKind.OPENED) | (_step.c.kind == StepKind.SAVED))  # IN would be written out each time
    .order_by(_step.c.id.desc())
    .limit(1)
    .scalar_subquery()
)


def _looks_after() -> ColumnElement[bool]:
    """Whether the helper still organizes the exam or looks after the person, as `boards.in_sight` says: by the unit of
    the exam, of the attempt, or of the roster. It is asked with the rest, so that a role taken away ends at once."""
    given_on, of_exam, listed = aliased(Unit), aliased(Unit), RosterMember
    return exists(
        select(Grant.id)
        .outerjoin(given_on, given_on.id == Grant.unit_id)
        .where(Grant.person_id == bindparam("helper", type_=BigInteger), Grant.revoked_at.is_(None))
        .where(or_(*(Grant.role == role for role in sorted(holders_of(Role.ORGANIZER)))))
        .where(or_(
            Grant.unit_id.is_(None),
            _attempt.c.unit_path.startswith(given_on.path),
            exists(select(of_exam.id).where(of_exam.id == _exam.c.unit_id, of_exam.path.startswith(given_on.path))),
            exists(select(listed.person_id).where(
                listed.exam_id == _attempt.c.exam_id, listed.person_id == _attempt.c.person_id,
                listed.unit_path.startswith(given_on.path),
            )),
        ))
    )  # fmt: skip


def _types_still() -> ColumnElement[bool]:
    """Whether the helper has not stopped in this epoch: a browser may have kept a permission from before."""
    return ~exists().where(
        _step.c.attempt_id == _attempt.c.id, _step.c.epoch == _attempt.c.epoch, _step.c.kind == StepKind.RELEASED
    )


def _reading(*, by_helper: bool, hold: bool = True) -> Select[Any]:
    """All that saving needs to know: of the attempt, and of whoever acts, the person or who types for them."""
    found: Select[Any] = (
        select(
            _attempt.c.id,
            _attempt.c.state,
            _attempt.c.deadline,
            _attempt.c.paused_at,
            _attempt.c.heard_at,
            _attempt.c.shown_slot,
            _attempt.c.shown_until,
            _attempt.c.epoch,
            _attempt.c.person_id,
            _attempt.c.exam_id,
            _attempt.c.typed_by_id,
            _exam.c.late_answers_count,
            _exam.c.delivery,
            _person.c.stamp,
            _person.c.disabled_at,
            _LAST_CONTACT.label("last_contact"),
            _slot.c.number,
            _slot.c.version_id,
            (and_(_looks_after(), _types_still()) if by_helper else literal(True)).label("may_act"),
        )
        .join_from(_attempt, _exam, _exam.c.id == _attempt.c.exam_id)
        .join(_person, _person.c.id == (bindparam("helper", type_=BigInteger) if by_helper else _attempt.c.person_id))
        .join(_slot, _slot.c.attempt_id == _attempt.c.id)
        .where(_attempt.c.key == bindparam("key"))
    )
    return found.with_for_update(of=_attempt) if hold else found


_FOR_SAVE, _FOR_QUEUE = (
    {by_helper: _reading(by_helper=by_helper).where(which) for by_helper in (False, True)}
    for which in (_slot.c.number == bindparam("slot"), _slot.c.number.in_(bindparam("slots", expanding=True)))
)
_FOR_LOOK = {
    by_helper: _reading(by_helper=by_helper, hold=False).where(_slot.c.number == 1) for by_helper in (False, True)
}
HEARD_FOR = timedelta(seconds=45)
"""A page that was heard of so lately need not be noted again; a board calls it silent after much longer."""
_HEARD = update(cast("Table", _attempt)).where(_attempt.c.id == bindparam("of")).values(heard_at=bindparam("at"))
SAVED_ONCE: Mapping[str, Any] = {
    "index_elements": ["attempt_id", "slot", "epoch", "seq"], "index_where": text("kind = 'saved'"),
}  # fmt: skip
"""The index by which an answer with the same numbers is stored once."""
_APPEND = {
    dialect: insert_into(_step).on_conflict_do_nothing(**SAVED_ONCE).returning(_step.c.id)
    for dialect, insert_into in (("postgresql", postgresql.insert), ("sqlite", sqlite.insert))
}


def save(
    on: Session | Connection,
    key: str,
    claim: Claim,
    incoming: Sequence[Incoming],
    *,
    now: datetime,
    grace: timedelta,
    versions: Versions,
) -> SaveReply:
    """Append a step for each answer and say what became of it; without any answer, only how the attempt stands,
    and the page is noted as heard of.

    A bare connection does, since a session would cost as much as the two statements.
    Raises NotSignedIn when the sign-in has ended, and Problem when the attempt is not this person's.
    """
    if len(incoming) > MOST_SAVES:
        raise Problem("sitting.too_many_answers", most=MOST_SAVES)
    wanted = sorted({one.slot for one in incoming}) or [1]
    connection = on.connection() if isinstance(on, Session) else on
    typing = bool(claim.typing_key)
    asked_of: dict[str, Any] = {"key": key, **({"helper": claim.person_id} if typing else {})}
    if len(wanted) == 1:
        rows = connection.execute(_FOR_SAVE[typing], {**asked_of, "slot": wanted[0]}).all()
    else:
        rows = connection.execute(_FOR_QUEUE[typing], {**asked_of, "slots": wanted}).all()
    if not rows or not _may_save(rows[0], key, claim):
        raise Problem("sitting.unknown")
    head = rows[0]
    if head.stamp != claim.stamp or head.disabled_at is not None:
        raise NotSignedIn
    asked = {row.number: row.version_id for row in rows}
    results = [
        _save_one(connection, head, one, asked.get(one.slot), claim.person_id, now=now, grace=grace, versions=versions)
        for one in incoming
    ]
    if not incoming and head.state is AttemptState.OPEN:
        connection.execute(_HEARD, {"of": head.id, "at": now})
    return _reply(head, tuple(results), now=now, grace=grace)


def look(on: Session | Connection, key: str, claim: Claim, *, now: datetime, grace: timedelta) -> SaveReply | None:
    """How an attempt stands, for a page with nothing to save, by one statement that only reads.

    None where `save` must be asked instead: the page is to be noted as heard of, or may not ask.
    """
    typing = bool(claim.typing_key)
    connection = on.connection() if isinstance(on, Session) else on
    asked_of: dict[str, Any] = {"key": key, **({"helper": claim.person_id} if typing else {})}
    head = connection.execute(_FOR_LOOK[typing], asked_of).first()
    if head is None or not _may_save(head, key, claim) or head.stamp != claim.stamp or head.disabled_at is not None:
        return None
    heard = max((one for one in (head.heard_at, head.last_contact) if one is not None), default=None)
    if head.state is AttemptState.OPEN and (heard is None or now - heard > HEARD_FOR):
        return None
    return _reply(head, (), now=now, grace=grace)


def _reply(head: Any, results: tuple[Saved, ...], *, now: datetime, grace: timedelta) -> SaveReply:
    clock = standing_clock(now, head.paused_at)
    return SaveReply(
        results,
        remaining=_remaining(head, clock),
        closed=head.state is not AttemptState.OPEN or phase(clock, deadline=head.deadline, grace=grace) is Phase.OVER,
        paused=head.paused_at is not None,
        deadline=head.deadline,
        stepwise=head.delivery is Delivery.STEPWISE,
    )


def _remaining(head: Any, clock: datetime) -> int:
    """The whole seconds left; those of one question rounded up, so that a page does not end it before its time."""
    if head.shown_until is None:
        return max(0, int((head.deadline - clock).total_seconds()))
    return max(0, math.ceil((ends_at(head.shown_until, head.deadline) - clock).total_seconds()))


def _refusal(head: Any, one: Incoming, *, clock: datetime, made: datetime, grace: timedelta) -> Refusal | None:
    """Why an answer does not count, by whether the paper is shown whole or one question at a time."""
    common: dict[str, Any] = {
        "deadline": head.deadline, "grace": grace, "closed": head.state is not AttemptState.OPEN,
        "stale": one.epoch < head.epoch, "late_counts": head.late_answers_count,
    }  # fmt: skip
    if head.delivery is not Delivery.STEPWISE or one.came is not None:  # only what came in time was kept
        return judge_save(clock, made=min(made, clock), **common)
    until = head.shown_until or head.deadline
    return judge_shown(clock, slot=one.slot, shown=head.shown_slot, until=until, **common)


def _may_save(head: Any, key: str, claim: Claim) -> bool:
    """Whether the attempt is the claimant's, or the one in which they may type."""
    if claim.typing_key:
        return claim.typing_key == key and head.typed_by_id == claim.person_id and bool(head.may_act)
    return head.person_id == claim.person_id and claim.exam_id in (None, head.exam_id)


def _save_one(
    connection: Connection,
    head: Any,
    one: Incoming,
    version_id: int | None,
    actor_id: int,
    *,
    now: datetime,
    grace: timedelta,
    versions: Versions,
) -> Saved:
    if version_id is None:
        return Saved(one.slot, one.seq, "unknown_slot")
    if one.epoch < 1 or one.epoch > head.epoch or one.seq < 1:
        return Saved(one.slot, one.seq, "unknown_epoch")
    if _not_seen(head, one.slot):  # nothing to keep
        return Saved(one.slot, one.seq, Refusal.NOT_ASKED_NOW.value)
    asked = versions.get(connection, version_id)
    try:
        response = asked.type.parse(asked.content, one.raw)
    except Problem as problem:
        return Saved(one.slot, one.seq, "unreadable", problem)
    made = one.came or made_at(now, age=one.age, last_contact=head.last_contact or now)
    clock = standing_clock(now, head.paused_at)
    refusal = _refusal(head, one, clock=clock, made=made, grace=grace)
    detail = {"refused": refusal.value} if refusal else {"late": True} if clock > head.deadline else None
    stored = connection.execute(
        _APPEND[connection.dialect.name],
        {"attempt_id": head.id, "kind": StepKind.SAVED, "slot": one.slot, "epoch": one.epoch, "seq": one.seq,
         "response": response, "made_at": made, "received_at": now, "actor_id": actor_id, "detail": detail},
    ).scalar()  # fmt: skip
    if stored is None:
        return _repeated(connection, head.id, one, response)
    return Saved(one.slot, one.seq, refusal.value if refusal else "")


def _not_seen(head: Any, slot: int) -> bool:
    """Whether questions are shown one at a time, and this one has not been yet."""
    if head.delivery is not Delivery.STEPWISE:
        return False
    return head.shown_slot is None or ALL_SHOWN < head.shown_slot < slot


def _repeated(connection: Connection, attempt_id: int, one: Incoming, response: Any) -> Saved:
    """The same answer again gets the same reply; another under the same number is a conflict."""
    before = connection.execute(
        select(Step.response, Step.detail).where(
            Step.attempt_id == attempt_id, Step.kind == StepKind.SAVED, Step.slot == one.slot,
            Step.epoch == one.epoch, Step.seq == one.seq,
        )
    ).one()  # fmt: skip
    if before.response != response:
        return Saved(one.slot, one.seq, "seq_conflict")
    return Saved(one.slot, one.seq, (before.detail or {}).get("refused", ""))


def save_page(
    session: Session,
    attempt: Attempt,
    claim: Claim,
    answers: dict[int, Any],
    *,
    epoch: int,
    now: datetime,
    grace: timedelta,
    versions: Versions,
    only: int | None = None,
) -> SaveReply:
    """Store what a page without script posts; only what differs from what is saved becomes a step.

    Such a page holds the whole paper, or the question `only`, so one that is not among the answers was left empty.
    """
    before = projected(session, attempt)
    slots = [slot for slot in slots_of(session, attempt) if only in (None, slot.number)]
    asked = {slot.number: versions.get(session, slot.version_id) for slot in slots}
    incoming = []
    for number, question in asked.items():
        raw = answers.get(number, [])
        try:
            response = question.type.parse(question.content, raw)
        except Problem:
            response = raw  # refused below, with its reason
        if response != before.responses.get(number):
            incoming.append(Incoming(number, epoch, before.next_seq(number) + 1, raw))
    if not incoming:
        clock = standing_clock(now, attempt.paused_at)
        return SaveReply((), remaining=max(0, int((attempt.deadline - clock).total_seconds())))
    return save(session, attempt.key, claim, incoming, now=now, grace=grace, versions=versions)
