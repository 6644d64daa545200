"""Sitting an exam: start, open the paper, save answers, hand in. Steps first, rows projected from them.

The protocol is in docs/protocol.md. A save costs two statements: one that reads all it needs to know, one INSERT.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from suyu_learn import hooks
from suyu_learn.db import after_commit, upsert
from suyu_learn.domain.attempts import (
    AttemptState,
    Phase,
    Projection,
    StepKind,
    StepRecord,
    judge_save,
    made_at,
    phase,
    project,
)
from suyu_learn.domain.papers.specification import total_points
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt, Exam, Person, Slot, Step, new_key
from suyu_learn.services import exams, marking, papers, people
from suyu_learn.services.papers import PaperPools
from suyu_learn.services.versions import Versions

MOST_SAVES = 500
"""Answers in one request of a queue; more than any paper has."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who a request says it comes from, as signed by us: the person and the stamp of that sign-in."""

    person_id: int
    stamp: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """One answer as it arrives; `age` is how long ago the browser says it was made."""

    slot: int
    epoch: int
    seq: int
    raw: Any
    age: timedelta = timedelta(0)


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
    """The fate of each answer, and the seconds left."""

    results: tuple[Saved, ...]
    remaining: int
    closed: bool = False


@dataclass(frozen=True, slots=True)
class OpenedPaper:
    """What a page of the paper shows: the attempt in its new epoch, its slots, and what was saved."""

    attempt: Attempt
    slots: Sequence[Slot]
    projection: Projection


class NotSignedIn(Exception):
    """The sign-in that a request carries has ended."""


def start(
    session: Session,
    exam: Exam,
    person: Person,
    *,
    now: datetime,
    grace: timedelta,
    versions: Versions,
    pools: PaperPools,
    trial: bool = False,
) -> Attempt:
    """The person's open attempt, or a new one; exactly one under any race."""
    session.scalar(select(Person.id).where(Person.id == person.id).with_for_update())
    going_on = _open_attempt(session, exam, person, trial=trial)
    if going_on is not None:
        if phase(now, deadline=going_on.deadline, grace=grace) is not Phase.OVER:
            return going_on
        close(session, going_on, StepKind.TIMED_OUT, now=now, versions=versions)
    if not trial:
        _refuse_start(session, exam, person, now=now)
    slots = papers.compose(session, exam, seed=(seed := new_key()), versions=versions, pools=pools)
    unit = people.unit_of_the_day(session, person.id, at=now)
    deadline = now + timedelta(minutes=exam.minutes)
    if exam.closes_at is not None and not trial:
        deadline = min(deadline, exam.closes_at)
    attempt = Attempt(
        key=new_key(), exam_id=exam.id, person_id=person.id, number=_next_number(session, exam, person, trial=trial),
        trial=trial, unit_id=unit.unit_id, unit_path=unit.path, unit_names=unit.names, started_at=now, seed=seed,
        deadline=deadline, epoch=0, full_points=total_points(slots),
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(attempt)
            session.flush()
    except IntegrityError:
        other = _open_attempt(session, exam, person, trial=trial)
        if other is None:
            raise
        return other
    session.execute(
        insert(Slot),
        [
            {"attempt_id": attempt.id, "number": slot.number, "version_id": slot.version_id, "points": slot.points,
             "option_order": list(slot.options)}
            for slot in slots
        ],
    )  # fmt: skip
    key = attempt.key
    after_commit(session, lambda: hooks.attempt_started.send("suyu_learn", attempt=key))
    return attempt


def end_trial(session: Session, exam: Exam, person: Person, *, now: datetime, versions: Versions) -> None:
    """Close the person's open trial, so that the next one begins with the exam as it is now."""
    going_on = _open_attempt(session, exam, person, trial=True)
    if going_on is not None:
        close(session, going_on, StepKind.TIMED_OUT, now=now, versions=versions)


def open_paper(
    session: Session, attempt: Attempt, *, now: datetime, grace: timedelta, versions: Versions
) -> OpenedPaper | None:
    """Begin a new epoch, so that older pages of the attempt no longer win; None when the attempt is closed."""
    session.refresh(attempt, with_for_update=True)
    if close_if_over(session, attempt, now=now, grace=grace, versions=versions):
        return None
    attempt.epoch += 1
    session.add(
        Step(attempt_id=attempt.id, kind=StepKind.OPENED, epoch=attempt.epoch, made_at=now, received_at=now,
             actor_id=attempt.person_id, detail={"deadline": attempt.deadline.isoformat()})
    )  # fmt: skip
    session.flush()
    return OpenedPaper(attempt, slots_of(session, attempt), projected(session, attempt))


_LAST_CONTACT = (
    select(Step.received_at).where(Step.attempt_id == Attempt.id).order_by(Step.id.desc()).limit(1).scalar_subquery()
)
_FOR_SAVE = (
    select(
        Attempt.id,
        Attempt.state,
        Attempt.deadline,
        Attempt.epoch,
        Attempt.person_id,
        Exam.late_answers_count,
        Person.stamp,
        Person.disabled_at,
        _LAST_CONTACT.label("last_contact"),
        Slot.number,
        Slot.version_id,
    )
    .join(Exam, Exam.id == Attempt.exam_id)
    .join(Person, Person.id == Attempt.person_id)
    .join(Slot, Slot.attempt_id == Attempt.id)
    .with_for_update(of=Attempt)
)


def save(
    session: Session,
    key: str,
    claim: Claim,
    incoming: Sequence[Incoming],
    *,
    now: datetime,
    grace: timedelta,
    versions: Versions,
) -> SaveReply:
    """Append a step for each answer and say what became of it; without any answer, only how the attempt stands.

    Raises NotSignedIn when the sign-in has ended, and Problem when the attempt is not this person's.
    """
    if len(incoming) > MOST_SAVES:
        raise Problem("sitting.too_many_answers", most=MOST_SAVES)
    wanted = sorted({one.slot for one in incoming}) or [1]
    rows = session.execute(_FOR_SAVE.where(Attempt.key == key, Slot.number.in_(wanted))).all()
    if not rows:
        raise Problem("sitting.unknown")
    head = rows[0]
    if head.person_id != claim.person_id:
        raise Problem("sitting.unknown")
    if head.stamp != claim.stamp or head.disabled_at is not None:
        raise NotSignedIn
    asked = {row.number: row.version_id for row in rows}
    results = [
        _save_one(session, head, one, asked.get(one.slot), now=now, grace=grace, versions=versions) for one in incoming
    ]
    return SaveReply(
        tuple(results),
        remaining=max(0, int((head.deadline - now).total_seconds())),
        closed=head.state is not AttemptState.OPEN or phase(now, deadline=head.deadline, grace=grace) is Phase.OVER,
    )


def _save_one(
    session: Session,
    head: Any,
    one: Incoming,
    version_id: int | None,
    *,
    now: datetime,
    grace: timedelta,
    versions: Versions,
) -> Saved:
    if version_id is None:
        return Saved(one.slot, one.seq, "unknown_slot")
    if one.epoch < 1 or one.epoch > head.epoch or one.seq < 1:
        return Saved(one.slot, one.seq, "unknown_epoch")
    asked = versions.get(session, version_id)
    try:
        response = asked.type.parse(asked.content, one.raw)
    except Problem as problem:
        return Saved(one.slot, one.seq, "unreadable", problem)
    made = made_at(now, age=one.age, last_contact=head.last_contact or now)
    refusal = judge_save(
        now, made=made, deadline=head.deadline, grace=grace, closed=head.state is not AttemptState.OPEN,
        stale=one.epoch < head.epoch, late_counts=head.late_answers_count,
    )  # fmt: skip
    detail = {"refused": refusal.value} if refusal else {"late": True} if now > head.deadline else None
    stored = session.execute(
        upsert(session, Step)
        .values(attempt_id=head.id, kind=StepKind.SAVED, slot=one.slot, epoch=one.epoch, seq=one.seq, response=response,
                made_at=made, received_at=now, actor_id=head.person_id, detail=detail)
        .on_conflict_do_nothing(
            index_elements=["attempt_id", "slot", "epoch", "seq"], index_where=text("kind = 'saved'")
        )
        .returning(Step.id)
    ).scalar()  # fmt: skip
    if stored is None:
        return _repeated(session, head.id, one, response)
    return Saved(one.slot, one.seq, refusal.value if refusal else "")


def _repeated(session: Session, attempt_id: int, one: Incoming, response: Any) -> Saved:
    """The same answer again gets the same reply; another under the same number is a conflict."""
    before = session.execute(
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
) -> SaveReply:
    """Store what a page without script posts; only what differs from what is saved becomes a step.

    Such a page holds the whole paper, so a question that is not among the answers was left empty.
    """
    before = projected(session, attempt)
    asked = {slot.number: versions.get(session, slot.version_id) for slot in slots_of(session, attempt)}
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
        return SaveReply((), remaining=max(0, int((attempt.deadline - now).total_seconds())))
    return save(session, attempt.key, claim, incoming, now=now, grace=grace, versions=versions)


def submit(session: Session, attempt: Attempt, *, now: datetime, grace: timedelta, versions: Versions) -> Attempt:
    """Close and mark the attempt; the second time nothing changes."""
    session.refresh(attempt, with_for_update=True)
    if attempt.state is AttemptState.OPEN and not close_if_over(
        session, attempt, now=now, grace=grace, versions=versions
    ):
        close(session, attempt, StepKind.SUBMITTED, now=now, versions=versions)
    return attempt


def close_if_over(session: Session, attempt: Attempt, *, now: datetime, grace: timedelta, versions: Versions) -> bool:
    """Close an attempt whose grace has run out; whether it is closed now."""
    if attempt.state is not AttemptState.OPEN:
        return True
    if phase(now, deadline=attempt.deadline, grace=grace) is not Phase.OVER:
        return False
    close(session, attempt, StepKind.TIMED_OUT, now=now, versions=versions)
    return True


def close(session: Session, attempt: Attempt, kind: StepKind, *, now: datetime, versions: Versions) -> None:
    """Append the closing step and mark what can be marked by machine."""
    session.add(Step(attempt_id=attempt.id, kind=kind, epoch=attempt.epoch, made_at=now, received_at=now,
                     actor_id=attempt.person_id if kind is StepKind.SUBMITTED else None))  # fmt: skip
    session.flush()
    projection = projected(session, attempt)
    attempt.state = projection.state
    attempt.closed_at = projection.closed_at
    attempt.late_answers = projection.late_answers
    marking.mark(session, attempt, slots_of(session, attempt), projection, now=now, versions=versions)
    key = attempt.key
    after_commit(session, lambda: hooks.attempt_closed.send("suyu_learn", attempt=key))


def close_overdue(session: Session, *, now: datetime, grace: timedelta, versions: Versions, most: int = 50) -> int:
    """Close up to `most` attempts whose time has run out; returns how many."""
    rows = session.scalars(
        select(Attempt)
        .where(Attempt.state == AttemptState.OPEN, Attempt.deadline < now - grace)
        .order_by(Attempt.deadline)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    for attempt in rows:
        close(session, attempt, StepKind.TIMED_OUT, now=now, versions=versions)
    return len(rows)


def find(session: Session, key: str, person: Person) -> Attempt:
    """The person's own attempt; raises Problem for every other, known or not."""
    attempt = session.scalar(select(Attempt).where(Attempt.key == key))
    if attempt is None or attempt.person_id != person.id:
        raise Problem("sitting.unknown")
    return attempt


def slots_of(session: Session, attempt: Attempt) -> Sequence[Slot]:
    """The slots of an attempt, in order."""
    return session.scalars(select(Slot).where(Slot.attempt_id == attempt.id).order_by(Slot.number)).all()


def projected(session: Session, attempt: Attempt) -> Projection:
    """What the steps alone say of an attempt."""
    rows = session.execute(
        select(Step.kind, Step.received_at, Step.slot, Step.epoch, Step.seq, Step.response, Step.detail)
        .where(Step.attempt_id == attempt.id)
        .order_by(Step.id)
    )
    return project(
        StepRecord(row.kind, row.received_at, row.slot, row.epoch, row.seq, row.response, row.detail or {})
        for row in rows
    )


def rebuild(session: Session, attempt: Attempt) -> dict[str, tuple[Any, Any]]:
    """Where the stored rows differ from what the steps say: field -> (stored, projected); empty when all is well."""
    truth = projected(session, attempt)
    slots = slots_of(session, attempt)
    outcome = marking.outcome(attempt, slots, truth)
    expected: dict[str, tuple[Any, Any]] = {
        "state": (attempt.state, truth.state),
        "epoch": (attempt.epoch, truth.epoch),
        "closed_at": (attempt.closed_at, truth.closed_at),
        "marked_at": (attempt.marked_at, truth.marked_at),
        "points": (attempt.points, outcome.points),
        "passed": (attempt.passed, outcome.passed),
    }
    if truth.deadline is not None:
        expected["deadline"] = (attempt.deadline, truth.deadline)
    if truth.state is not AttemptState.OPEN:
        expected["late_answers"] = (attempt.late_answers, truth.late_answers)
        for slot in slots:
            expected[f"response {slot.number}"] = (slot.response, truth.responses.get(slot.number))
            expected[f"fraction {slot.number}"] = (slot.fraction, truth.fractions.get(slot.number))
    return {name: pair for name, pair in expected.items() if pair[0] != pair[1]}


def _open_attempt(session: Session, exam: Exam, person: Person, *, trial: bool) -> Attempt | None:
    return session.scalar(
        select(Attempt).where(
            Attempt.exam_id == exam.id, Attempt.person_id == person.id, Attempt.trial.is_(trial),
            Attempt.state == AttemptState.OPEN,
        )
    )  # fmt: skip


def _next_number(session: Session, exam: Exam, person: Person, *, trial: bool) -> int:
    return 1 + (session.scalar(
        select(func.max(Attempt.number)).where(
            Attempt.exam_id == exam.id, Attempt.person_id == person.id, Attempt.trial.is_(trial)
        )
    ) or 0)  # fmt: skip


def _refuse_start(session: Session, exam: Exam, person: Person, *, now: datetime) -> None:
    found = exams.situation(session, exam, person, now=now)
    if found.standing is not exams.Standing.OPEN:
        raise Problem(f"exam.is_{found.standing.value}", opens_at=exam.opens_at, closes_at=exam.closes_at)
    if not found.may_sit:
        raise Problem("exam.not_for_you")
    if found.attempts_left < 1:
        raise Problem("exam.no_attempt_left", allowed=exam.attempts_allowed)
