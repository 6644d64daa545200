"""Marks that people give: each a step that stays, and all that follows from it in the same transaction.

One mark is enough unless the exam wants two; then the mean of both stands, or somebody settles what lies too far apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from suyu_learn.domain.attempts import AnswerState, Outcome, Projection, StepKind, agreed, answer_state, earned
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions.contract import FULL, share
from suyu_learn.models import Attempt, Exam, OpenAnswer, Person, Slot, Step
from suyu_learn.services import audit, marking, marking_queue, regrading
from suyu_learn.services.exam_standings import CLOSED
from suyu_learn.services.marking_queue import Rights
from suyu_learn.services.steps import projected, slots_of

COMMENT_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Given:
    """What a marker gives: a fraction of the points, what was ticked, and a remark that the learner reads."""

    fraction: Decimal
    ticked: tuple[str, ...] = ()
    comment: str = ""


@dataclass(slots=True)
class _Held:
    """One answer with its attempt, held until the transaction ends, and what its steps said before."""

    exam: Exam
    attempt: Attempt
    answer: OpenAnswer
    slot: Slot
    before: Projection
    outcome: Outcome


def mark(session: Session, exam: Exam, key: str, given: Given, *, person: Person, now: datetime) -> AnswerState:
    """Give a mark to an answer that waits; raises Problem when it has been marked meanwhile, or is one's own.

    The same mark once more, as by a second click, changes nothing.
    """
    held = _hold(session, exam, key, person)
    state = held.answer.state
    if state is not AnswerState.WAITING and _said_before(session, held, given, person):
        return state
    if state is AnswerState.ONCE and held.answer.first_id == person.id:
        raise Problem("marking.done_by_you")
    if state not in (AnswerState.WAITING, AnswerState.ONCE):
        raise Problem("marking.done_meanwhile")
    if not exam.two_markers:
        _append(session, held, given, person=person, now=now)
    else:
        _mark_as_one_of_two(session, held, given, person=person, now=now)
    return _project(session, held, person=person, reason="", now=now)


def settle(session: Session, exam: Exam, key: str, given: Given, *, rights: Rights, person: Person,
           now: datetime) -> AnswerState:  # fmt: skip
    """Say which mark stands where two lie too far apart; for a third marker, or the organizer."""
    held = _hold(session, exam, key, person)
    if held.answer.state is not AnswerState.SETTLE:
        raise Problem("marking.settled_meanwhile")
    if not may_settle(held.answer, rights, person):
        raise Problem("marking.third_person")
    reason = _why_disputed(session, held)
    _append(session, held, given, person=person, now=now, reason=reason)
    audit.record(session, "answer.settled", now=now, actor=person, on=exam, unit_id=exam.unit_id, reason=reason,
                 **_told(session, held, given, person))  # fmt: skip
    return _project(session, held, person=person, reason=reason, now=now)


def correct(
    session: Session, exam: Exam, key: str, given: Given, *, seen: Decimal | None, reason: str, rights: Rights,
    person: Person, now: datetime,
) -> AnswerState:  # fmt: skip
    """Give another mark than the one that was `seen` to stand, with the reason; what was given before stays on record.

    A single mark is not shown to stand, so nothing was seen of it.
    """
    reason = audit.required(reason)
    held = _hold(session, exam, key, person)
    if held.slot.fraction != seen:
        raise Problem("marking.changed_meanwhile")
    if not may_correct(session, held.answer, rights, person):
        raise Problem("marking.not_yours")
    one_of_two = held.answer.state is AnswerState.ONCE or held.answer.slot in held.before.shared
    if one_of_two and person.id in held.before.singles[held.answer.slot]:
        _mark_as_one_of_two(session, held, given, person=person, now=now, reason=reason)
    else:
        _append(session, held, given, person=person, now=now, reason=reason)
    audit.record(session, "answer.corrected", now=now, actor=person, on=exam, unit_id=exam.unit_id, reason=reason,
                 **_told(session, held, given, person))  # fmt: skip
    return _project(session, held, person=person, reason=reason, now=now)


def may_settle(answer: OpenAnswer, rights: Rights, person: Person) -> bool:
    """Whether somebody may settle an answer: a marker who gave neither mark, or the organizer; never the writer."""
    if answer.attempt.person_id == person.id:
        return False
    return rights.settle or (rights.mark and person.id not in (answer.first_id, answer.second_id))


def may_correct(session: Session, answer: OpenAnswer, rights: Rights, person: Person) -> bool:
    """Whether somebody may give another mark: whoever gave it, the organizer, and any marker where a machine did."""
    if answer.attempt.person_id == person.id or answer.state in (AnswerState.WAITING, AnswerState.SETTLE):
        return False
    if answer.state is AnswerState.MACHINE:
        return rights.mark
    if answer.state is AnswerState.ONCE:
        return rights.mark and answer.first_id == person.id
    truth = projected(session, answer.attempt)
    by_me = (
        person.id in truth.singles[answer.slot]
        if answer.slot in truth.shared
        else (truth.decided_by.get(answer.slot) == person.id)
    )
    return rights.settle or (rights.mark and by_me)


def _hold(session: Session, exam: Exam, key: str, person: Person) -> _Held:
    """The answer, its attempt locked first, as everybody does who changes an attempt."""
    number = marking_queue.open_answer(session, exam, key).attempt_id
    attempt = session.scalars(
        select(Attempt).where(Attempt.id == number).options(joinedload(Attempt.exam, innerjoin=True))
        .with_for_update(of=Attempt).execution_options(populate_existing=True)
    ).one()  # fmt: skip
    answer = session.scalars(
        select(OpenAnswer).where(OpenAnswer.key == key).execution_options(populate_existing=True)
    ).one()
    if attempt.state not in CLOSED:
        raise Problem("marking.unknown")
    if attempt.person_id == person.id:
        raise Problem("marking.your_own")
    slot = session.get_one(Slot, (attempt.id, answer.slot), populate_existing=True)
    outcome = Outcome(attempt.points, attempt.full_points, attempt.passed)
    return _Held(exam, attempt, answer, slot, projected(session, attempt), outcome)


def _said_before(session: Session, held: _Held, given: Given, person: Person) -> bool:
    """Whether the latest mark that a person gave to an answer is this one."""
    rows = session.scalars(
        select(Step.detail).where(Step.attempt_id == held.attempt.id, Step.slot == held.answer.slot,
                                  Step.kind == StepKind.MARKED, Step.actor_id == person.id).order_by(Step.id.desc())
    ).all()  # fmt: skip
    own = next((detail for detail in rows if isinstance(detail, dict) and not detail.get("mean")), {})
    return _detail(held, given) == {
        name: own[name] for name in ("version", "fraction", "ticked", "comment") if name in own
    }


def _mark_as_one_of_two(
    session: Session, held: _Held, given: Given, *, person: Person, now: datetime, reason: str = ""
) -> None:
    """Keep the mark of one of two, and what follows where both are there."""
    marks = {**held.before.singles.get(held.answer.slot, {}), person.id: given.fraction}
    mean = agreed(*marks.values(), apart=held.exam.marks_apart) if len(marks) == 2 else None
    more: dict[str, Any] = {"single": True, **({"disputed": True} if len(marks) == 2 and mean is None else {})}
    _append(session, held, given, person=person, now=now, reason=reason, **more)
    if mean is not None:
        comments = dict.fromkeys((*_comments(session, held, without=person.id), given.comment))
        both = Given(mean, comment="\n".join(one for one in comments if one))
        _append(session, held, both, person=person, now=now, reason=reason, mean=True)


def _comments(session: Session, held: _Held, *, without: int) -> list[str]:
    """What the other of two remarked, by their last mark."""
    rows = session.execute(
        select(Step.actor_id, Step.detail)
        .where(Step.attempt_id == held.attempt.id, Step.slot == held.answer.slot, Step.kind == StepKind.MARKED)
        .order_by(Step.id)
    ).all()
    said = {actor: detail.get("comment", "") for actor, detail in rows if isinstance(detail, dict)
            and detail.get("single") and actor != without}  # fmt: skip
    return list(said.values())


def _why_disputed(session: Session, held: _Held) -> str:
    """The reason of the correction that set two marks apart after the result was there; empty before that."""
    if held.outcome.points is None:
        return ""
    rows = session.scalars(
        select(Step.detail).where(Step.attempt_id == held.attempt.id, Step.slot == held.answer.slot,
                                  Step.kind == StepKind.MARKED).order_by(Step.id.desc())
    )  # fmt: skip
    return next((detail["reason"] for detail in rows if isinstance(detail, dict) and detail.get("reason")), "")


def _append(
    session: Session, held: _Held, given: Given, *, person: Person, now: datetime, reason: str = "", **more: Any
) -> None:
    detail = {**_detail(held, given), **({"reason": reason} if reason else {}), **more}
    session.add(Step(attempt_id=held.attempt.id, kind=StepKind.MARKED, slot=held.answer.slot, epoch=held.attempt.epoch,
                     made_at=now, received_at=now, actor_id=person.id, detail=detail))  # fmt: skip
    session.flush()


def _detail(held: _Held, given: Given) -> dict[str, Any]:
    """What the step of a mark keeps of it."""
    return {
        "version": held.slot.version_id, "fraction": str(given.fraction),
        **({"ticked": list(given.ticked)} if given.ticked else {}),
        **({"comment": given.comment} if given.comment else {}),
    }  # fmt: skip


def _project(session: Session, held: _Held, *, person: Person, reason: str, now: datetime) -> AnswerState:
    """Let the rows follow the steps: the slot, the answer, the attempt, and the completion once all is marked."""
    attempt, answer, truth = held.attempt, held.answer, projected(session, held.attempt)
    held.slot.fraction = truth.fractions.get(answer.slot)
    held.slot.key_version_id = truth.key_versions.get(answer.slot)
    answer.state = answer_state(truth, answer.slot)
    answer.first_id, answer.second_id = marked_by(truth, answer.slot)
    answer.leased_to_id = answer.leased_until = None
    result = marking.outcome(attempt, slots_of(session, attempt), truth)
    attempt.points, attempt.passed, attempt.marked_at = result.points, result.passed, truth.marked_at
    session.flush()
    regrading.follow(session, regrading.Change(attempt, {}, held.outcome, result), person=person, reason=reason,
                     now=now)  # fmt: skip
    return answer.state


def marked_by(truth: Projection, slot: int) -> tuple[int | None, int | None]:
    """Who marked an answer: the two who share it, or the one."""
    two = [*truth.singles.get(slot, {})]
    if not two:
        return truth.decided_by.get(slot), None
    return two[0], two[1] if len(two) > 1 else None


def _told(session: Session, held: _Held, given: Given, person: Person) -> dict[str, str]:
    """What the audit trail says: the question, the points before and after, and the receipt of the attempt."""
    points = held.slot.points
    before = held.before.singles.get(held.answer.slot, {}).get(person.id, held.slot.fraction)
    return {
        "uid": marking_queue.uid_of(session, held.answer), "attempt": held.attempt.key,
        "old": "" if before is None else str(earned(points, before)), "new": str(earned(points, given.fraction)),
    }  # fmt: skip


def fraction_typed(text: str, points: Decimal) -> Decimal:
    """What points typed for an answer are of all its points; raises Problem where they cannot be."""
    place = Place(field="points")
    try:
        typed = Decimal(text.strip().replace(",", ".").replace("，", ".").replace("。", "."))
    except ArithmeticError:
        raise Problem("marking.not_points", place=place, points=points) from None
    if not typed.is_finite():
        raise Problem("marking.not_points", place=place, points=points)
    if not 0 <= typed <= points:
        raise Problem("marking.points_out_of_range", place=place, points=points)
    if typed != round(typed, 2):  # which only numbers can be that are not too large
        raise Problem("marking.not_points", place=place, points=points)
    return FULL if typed == points else share(typed, points)
