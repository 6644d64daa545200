"""Answers of a page without script that could not count when they came: kept as steps until the person decides.

They stand in epoch 0, which wins over nothing, with the reason why they were refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import AttemptState, Projection, StepKind
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt, Slot, Step
from suyu_learn.services import stepwise
from suyu_learn.services.answers import Claim, Incoming, SaveReply, save
from suyu_learn.services.steps import projected, slots_of
from suyu_learn.services.versions import Versions

EPOCH = 0
MOST = 2000
"""Steps of this kind that an attempt may have; who knows its address could send without end."""
_APPEND = insert(cast("Table", Step.__table__))


def keep(
    session: Session, key: str, answers: Mapping[int, Any], *, reason: str, now: datetime, versions: Versions
) -> int:
    """Keep what a page sent and the attempt does not have; how many answers.

    Where one question is shown at a time, only an answer to that one which comes in time.
    """
    attempt = session.scalar(select(Attempt).where(Attempt.key == key).with_for_update(of=Attempt))
    if attempt is None or attempt.state is not AttemptState.OPEN or not answers:
        return 0
    if attempt.shown_slot is not None and not stepwise.may_answer(attempt, now=now):
        return 0
    truth = projected(session, attempt)
    last = session.scalar(select(func.max(Step.seq)).where(Step.attempt_id == attempt.id, Step.epoch == EPOCH)) or 0
    rows: list[dict[str, Any]] = []
    for slot in slots_of(session, attempt):
        if attempt.shown_slot not in (None, slot.number):
            continue
        response = _read(session, slot, answers, versions)
        before = truth.kept[slot.number][1] if slot.number in truth.kept else truth.responses.get(slot.number)
        if response is None or response == before:
            continue
        rows.append({"attempt_id": attempt.id, "kind": StepKind.SAVED, "slot": slot.number, "epoch": EPOCH,
                     "seq": last + 1, "response": response, "made_at": now, "received_at": now,
                     "detail": {"refused": reason, "kept_until_asked": True}})  # fmt: skip
    if rows and last < MOST:
        session.connection().execute(_APPEND, rows)
    return len(rows)


def asked_about(attempt: Attempt, truth: Projection) -> dict[int, tuple[Any, datetime]]:
    """What waits for the person to decide, by question: the answer and when it came.

    Nobody goes back to a question that was left with another answer since.
    """
    return {
        slot: (response, at)
        for slot, (_seq, response, at) in sorted(truth.kept.items())
        if attempt.shown_slot in (None, slot) or slot not in truth.responses
    }


def decide(
    session: Session, attempt: Attempt, claim: Claim, *, take: bool, now: datetime, **tools: Any
) -> SaveReply | None:
    """Take over what was kept, judged by the moment at which it came, or leave it; either way it is asked only once."""
    truth = projected(session, attempt)
    kept = asked_about(attempt, truth)
    if not kept or attempt.state is not AttemptState.OPEN:
        return None
    reply = None
    if take:
        incoming = [
            Incoming(slot, attempt.epoch, truth.next_seq(slot) + 1, response, came=at)
            for slot, (response, at) in kept.items()
        ]
        reply = save(session, attempt.key, claim, incoming, now=now, **tools)
    session.connection().execute(_APPEND, {
        "attempt_id": attempt.id, "kind": StepKind.SAVED, "epoch": EPOCH, "made_at": now, "received_at": now,
        "actor_id": claim.person_id, "detail": {"kept_until_asked": True, "refused": "decided", "taken": take},
    })  # fmt: skip
    return reply


def _read(session: Session, slot: Slot, answers: Mapping[int, Any], versions: Versions) -> Any:
    """What was sent for a question, as its type keeps it; None for nothing, or for what cannot be read."""
    asked = versions.get(session, slot.version_id)
    if slot.number not in answers:
        return None
    try:
        return asked.type.parse(asked.content, answers[slot.number])
    except Problem:
        return None
