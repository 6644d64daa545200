"""Sitting an exam: start, open the paper, hand in. Steps first, rows projected from them; see docs/protocol.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select, true
from sqlalchemy.orm import Session, joinedload

from suyu_learn import hooks
from suyu_learn.db import after_commit
from suyu_learn.domain.attempts import (
    AttemptState,
    Phase,
    Projection,
    StepKind,
    phase,
    standing_clock,
)
from suyu_learn.domain.papers import arrange
from suyu_learn.domain.papers.specification import total_points
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Appeal, Attempt, Exam, Paper, Person, Slot, new_key
from suyu_learn.services import (
    exam_about,
    exam_integrity,
    exam_times,
    exams,
    marking,
    papers,
    people,
    receipts,
    typing_ends,
)
from suyu_learn.services.exam_about import About
from suyu_learn.services.papers import PaperPools
from suyu_learn.services.steps import append, projected, slots_of
from suyu_learn.services.versions import Versions

CLOCK_FAULT = timedelta(seconds=5)
_slot = cast("Table", Slot.__table__)
_GATE = (
    select(Exam.paused_at, Exam.closes_at, Exam.paper_id).where(Exam.id == bindparam("exam"))
    .with_for_update(read=True).cte("gate")
)  # fmt: skip
"""Starts at once do not wait for each other here, but a pause waits for them, and they for it."""
_ONE_AT_A_TIME = (
    select(Paper, _GATE.c.paused_at, _GATE.c.closes_at, papers.NEWEST.label("newest")).join_from(Person, _GATE, true())
    .join(Paper, Paper.id == _GATE.c.paper_id)
    .where(Person.id == bindparam("id")).with_for_update(key_share=True, of=Person)
)  # fmt: skip
"""Starts of one person follow each other; who only points to the person, as a step does, need not wait. The paper
comes along, so that it need not be asked for when it is drawn, with what tells whether its pool is what it was."""
_BY_KEY = select(Attempt).where(Attempt.key == bindparam("key")).options(joinedload(Attempt.exam, innerjoin=True))
_WITH_APPEALS = _BY_KEY.options(joinedload(Attempt.appeals).joinedload(Appeal.answered_by))
_HELD = _BY_KEY.with_for_update(of=Attempt).execution_options(populate_existing=True)


@dataclass(frozen=True, slots=True)
class OpenedPaper:
    """What a page of the paper shows: the attempt in its new epoch, its slots, and what was saved."""

    attempt: Attempt
    slots: Sequence[Slot]
    projection: Projection


@dataclass(frozen=True, slots=True)
class Typing:
    """Who types in the person's place, and why."""

    actor: Person
    reason: str = ""


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
    about: About | None = None,
    accepted: bool = False,
    typed: bool = False,
) -> Attempt:
    """The person's open attempt, or a new one; exactly one under any race.

    Where leaving the page hands the paper in, only who has `accepted` that begins, or for whom it is `typed`.
    """
    gate = session.execute(_ONE_AT_A_TIME, {"id": person.id, "exam": exam.id}).one()
    if (gate.paused_at, gate.closes_at) != (exam.paused_at, exam.closes_at):
        session.refresh(exam)
    attempts = exams.attempts_of(session, exam, person, trial=trial)
    going_on = _open_one(attempts)
    if going_on is not None:
        if not is_over(going_on, now=now, grace=grace):
            return going_on
        session.refresh(going_on, with_for_update={"of": Attempt})
        if not close_if_over(session, going_on, now=now, grace=grace, versions=versions):
            return going_on  # it was made longer in this very moment
    unit = people.unit_of_the_day(session, person.id, at=now)
    deadline, retake = now + timedelta(minutes=exam.minutes), False
    if not trial:
        deadline, retake = _allowed(session, exam, person, attempts, now=now, home=unit.path)
    limit = exam_integrity.limit_to_accept(session, exam, person, accepted=accepted, free=trial or typed)
    slots = papers.compose(session, exam, seed=(seed := new_key()), versions=versions, pools=pools,
                           newest=gate.newest)  # fmt: skip
    attempt = Attempt(
        key=new_key(), exam_id=exam.id, person_id=person.id, trial=trial, retake=retake, seed=seed, epoch=0,
        number=1 + max((one.number for one in attempts), default=0),
        unit_id=unit.unit_id, unit_path=unit.path, unit_names=unit.names,
        started_at=now, deadline=deadline, full_points=total_points(slots),
    )  # fmt: skip
    exam_about.keep(attempt, about if exam.ask_about else None)
    session.add(attempt)
    session.flush()
    store_slots(session, attempt, slots)
    if limit:
        append(session, attempt, StepKind.ACCEPTED, now=now, actor_id=person.id, detail=asdict(limit))
    key = attempt.key
    after_commit(session, lambda: hooks.attempt_started.send("suyu_learn", attempt=key))
    return attempt


def store_slots(session: Session, attempt: Attempt, slots: Sequence[arrange.Slot]) -> None:
    """Keep what an attempt asks."""
    session.connection().execute(insert(_slot), _rows(attempt.id, slots))


def _rows(attempt_id: int, slots: Sequence[arrange.Slot]) -> list[dict[str, object]]:
    """The slots of an attempt; passages stand behind the questions, so that these are numbered from 1 without gaps."""
    passages = dict.fromkeys(slot.group for slot in slots if slot.group is not None)
    place_of = {version_id: len(slots) + place for place, version_id in enumerate(passages, start=1)}
    rows: list[dict[str, object]] = [
        {"attempt_id": attempt_id, "number": slot.number, "version_id": slot.version_id, "points": slot.points,
         "option_order": list(slot.options),
         "parent_number": None if slot.group is None else place_of[slot.group]}
        for slot in slots
    ]  # fmt: skip
    rows += [
        {"attempt_id": attempt_id, "number": number, "version_id": version_id, "points": Decimal(0),
         "option_order": [], "parent_number": None}
        for version_id, number in place_of.items()
    ]  # fmt: skip
    return rows


def end_trial(session: Session, exam: Exam, person: Person, *, now: datetime, versions: Versions) -> None:
    """Close the person's open trial, so that the next one begins with the exam as it is now."""
    going_on = _open_one(exams.attempts_of(session, exam, person, trial=True))
    if going_on is not None:
        session.refresh(going_on, with_for_update={"of": Attempt})
        if going_on.state is AttemptState.OPEN:
            close(session, going_on, StepKind.TIMED_OUT, now=now, versions=versions)


def open_paper(
    session: Session, attempt: Attempt, *, now: datetime, grace: timedelta, versions: Versions,
    device: str = "", typing: Typing | None = None,
) -> OpenedPaper | None:  # fmt: skip
    """Begin a new epoch, so that older pages of the attempt no longer win; None when the attempt is closed.

    The attempt was read by `hold`; `device` is where it is opened, if the exam wants one at a time.
    """
    if close_if_over(session, attempt, now=now, grace=grace, versions=versions):
        return None
    if attempt.typed_by_id is not None:
        typing_ends.note(session, attempt, projected(session, attempt), now=now,
                         goes_on=typing.actor.id if typing and not typing.reason else None)  # fmt: skip
    attempt.epoch += 1
    detail: dict[str, Any] = {"deadline": attempt.deadline.isoformat()}
    if device != attempt.device:
        attempt.device = detail["device"] = device
    if typing is not None:
        attempt.typed_by_id = typing.actor.id
        detail |= {"typed_for": True, **({"reason": typing.reason} if typing.reason else {})}
    append(session, attempt, StepKind.OPENED, now=now, detail=detail,
           actor_id=typing.actor.id if typing else attempt.person_id)  # fmt: skip
    session.flush()
    return OpenedPaper(attempt, slots_of(session, attempt), projected(session, attempt))


def submit(
    session: Session, attempt: Attempt, *, now: datetime, grace: timedelta, versions: Versions,
    typing: Typing | None = None,
) -> Attempt:  # fmt: skip
    """Close and mark the attempt, read by `hold`; the second time nothing changes. Raises Problem while too early."""
    if attempt.state is AttemptState.OPEN and not close_if_over(
        session, attempt, now=now, grace=grace, versions=versions
    ):
        if now < (first := exam_times.first_hand_in(session, attempt, now=now)):
            raise Problem("sitting.too_early", from_time=first)
        close(session, attempt, StepKind.SUBMITTED, now=now, versions=versions,
              actor=typing.actor if typing else None, reason=typing.reason if typing else "")  # fmt: skip
    return attempt


def close_if_over(session: Session, attempt: Attempt, *, now: datetime, grace: timedelta, versions: Versions) -> bool:
    """Close an attempt whose grace has run out; whether it is closed now."""
    if attempt.state is not AttemptState.OPEN:
        return True
    if not is_over(attempt, now=now, grace=grace):
        return False
    close(session, attempt, StepKind.TIMED_OUT, now=now, versions=versions)
    return True


def is_over(attempt: Attempt, *, now: datetime, grace: timedelta) -> bool:
    """Whether the time of an open attempt has run out, grace and all; never while it is paused."""
    clock = standing_clock(now, attempt.paused_at)
    return phase(clock, deadline=attempt.deadline, grace=grace) is Phase.OVER


def has_time(attempt: Attempt, *, now: datetime) -> bool:
    """Whether an open attempt has more time left than a page's clock may be wrong by."""
    clock = standing_clock(now, attempt.paused_at)
    return attempt.state is AttemptState.OPEN and attempt.deadline - clock > CLOCK_FAULT


def close(
    session: Session, attempt: Attempt, kind: StepKind, *, now: datetime, versions: Versions,
    actor: Person | None = None, reason: str = "", because: str = "",
) -> None:  # fmt: skip
    """Append the closing step and mark what can be marked by machine.

    `actor` is who does it in the person's place, `because` what did it where nobody did.
    """
    own = attempt.person_id if kind is StepKind.SUBMITTED else None
    detail = {"by": actor.id, "reason": reason} if actor else {"because": because} if because else None
    append(session, attempt, kind, now=now, actor_id=actor.id if actor else own, detail=detail)
    attempt.paused_at, attempt.closed_by_id = None, actor.id if actor else None
    slots, projection = slots_of(session, attempt), projected(session, attempt)
    attempt.state = projection.state
    attempt.closed_at = projection.closed_at
    attempt.late_answers = projection.late_answers
    attempt.left_too_much = projection.left_too_much
    typing_ends.note(session, attempt, projection, now=now)
    attempt.answers_digest = receipts.digest(projection.responses.items())
    marking.mark(session, attempt, slots, projection, now=now, versions=versions)
    key = attempt.key
    after_commit(session, lambda: hooks.attempt_closed.send("suyu_learn", attempt=key))


def close_overdue(session: Session, *, now: datetime, grace: timedelta, versions: Versions, most: int = 50) -> int:
    """Close up to `most` attempts whose time has run out; returns how many."""
    rows = session.scalars(
        select(Attempt)
        .where(Attempt.state == AttemptState.OPEN, Attempt.deadline < now - grace, Attempt.paused_at.is_(None))
        .order_by(Attempt.deadline)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    for attempt in rows:
        close(session, attempt, StepKind.TIMED_OUT, now=now, versions=versions)
    return len(rows)


def find(session: Session, key: str, person: Person, *, appeals: bool = False) -> Attempt:
    """The person's own attempt, with its appeals if they are asked for; raises Problem for every other."""
    if appeals:
        return _own(session.scalars(_WITH_APPEALS, {"key": key}).unique().one_or_none(), person)
    return _own(session.scalar(_BY_KEY, {"key": key}), person)


def hold(session: Session, key: str, person: Person) -> Attempt:
    """The same, held so that nobody else changes it until this transaction ends."""
    return _own(session.scalar(_HELD, {"key": key}), person)


def _own(attempt: Attempt | None, person: Person) -> Attempt:
    if attempt is None or attempt.person_id != person.id:
        raise Problem("sitting.unknown")
    return attempt


def is_of(session: Session, key: str, person: Person) -> bool:
    """Whether an attempt is the person's own."""
    return session.scalar(select(Attempt.person_id).where(Attempt.key == key)) == person.id


def exam_id_of(session: Session, key: str) -> int | None:
    """The exam that an attempt belongs to; None for an unknown key."""
    return session.scalar(select(Attempt.exam_id).where(Attempt.key == key))


def rebuild(session: Session, attempt: Attempt) -> dict[str, tuple[Any, Any]]:
    """Where the stored rows differ from what the steps say: field -> (stored, projected); empty when all is well."""
    truth = projected(session, attempt)
    slots = slots_of(session, attempt)
    outcome = marking.outcome(attempt, slots, truth)
    expected: dict[str, tuple[Any, Any]] = {
        "state": (attempt.state, truth.state),
        "epoch": (attempt.epoch, truth.epoch),
        "closed_at": (attempt.closed_at, truth.closed_at),
        "closed_by": (attempt.closed_by_id, truth.closed_by),
        "paused_at": (attempt.paused_at, truth.paused_at),
        "shown_slot": (attempt.shown_slot, truth.shown_slot),
        "shown_until": (attempt.shown_until, truth.shown_until),
        "marked_at": (attempt.marked_at, truth.marked_at),
        "points": (attempt.points, outcome.points),
        "passed": (attempt.passed, outcome.passed),
        "offline": (attempt.offline, truth.offline),
        "typed_by": (attempt.typed_by_id, truth.typed_by),
        "left_count": (attempt.left_count, truth.left_count),
        "left_seconds": (attempt.left_seconds, truth.left_seconds),
        "left_too_much": (attempt.left_too_much, truth.left_too_much),
        "device": (attempt.device, truth.device),
    }
    if truth.deadline is not None:
        expected["deadline"] = (attempt.deadline, truth.deadline)
    for slot in slots:
        expected[f"key {slot.number}"] = (slot.key_version_id, truth.key_versions.get(slot.number))
    if truth.state is not AttemptState.OPEN:
        if attempt.answers_digest:  # papers that were handed in before there were receipts have none
            expected["answers_digest"] = (attempt.answers_digest, receipts.digest(truth.responses.items()))
        expected["late_answers"] = (attempt.late_answers, truth.late_answers)
        for slot in slots:
            expected[f"response {slot.number}"] = (slot.response, truth.responses.get(slot.number))
            expected[f"fraction {slot.number}"] = (slot.fraction, truth.fractions.get(slot.number))
    return {name: pair for name, pair in expected.items() if pair[0] != pair[1]}


def _open_one(attempts: Sequence[Attempt]) -> Attempt | None:
    return next((one for one in attempts if one.state is AttemptState.OPEN), None)


def _allowed(
    session: Session, exam: Exam, person: Person, attempts: Sequence[Attempt], *, now: datetime, home: str
) -> tuple[datetime, bool]:
    """The deadline of an attempt that begins now, and whether it is a retake; raises Problem where none may begin."""
    found = exams.situation(session, exam, person, now=now, attempts=attempts, home=home)
    if found.standing is not exams.Standing.OPEN:
        opens_at = exam.retake_opens_at if found.retake else exam.opens_at
        raise Problem(f"exam.is_{found.standing.value}", opens_at=opens_at, closes_at=exam.closes_at)
    if not found.may_sit:
        raise Problem("exam.not_for_you")
    if found.late:
        raise Problem("exam.entry_over", ended_at=exam_times.last_entry(exam))
    if found.attempts_left < 1:
        allowed = exam.retake_attempts if found.retake else exam.attempts_allowed
        raise Problem("exam.no_attempt_left", allowed=allowed)
    until = exam_times.deadline(exam, now, minutes=exam.minutes, extra=found.extra, retake=found.retake)
    return until, found.retake
