"""Marking closed attempts, and recording what was passed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, update
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import Outcome, Projection, StepKind, total
from suyu_learn.models import Attempt, Slot, Step
from suyu_learn.services import records
from suyu_learn.services.versions import Versions

_slot, _step = cast("Table", Slot.__table__), cast("Table", Step.__table__)
_PROJECT = (
    update(_slot)
    .where(_slot.c.attempt_id == bindparam("of"), _slot.c.number == bindparam("at"))
    .values({name: bindparam(name) for name in ("response", "fraction", "key_version_id")})
)


def mark(
    session: Session,
    attempt: Attempt,
    slots: Sequence[Slot],
    projection: Projection,
    *,
    now: datetime,
    versions: Versions,
) -> None:
    """Append a marked step for each slot a machine can mark, and project them; what needs a person stays open.

    The key is that of the version that was asked, or of one that has corrected it meanwhile.
    """
    keys = {slot.number: projection.key_versions.get(slot.number, slot.version_id) for slot in slots}
    asked = versions.many(session, keys.values())
    marked: dict[int, Decimal] = {}
    for slot in slots:
        question, response = asked[keys[slot.number]], projection.responses.get(slot.number)
        if response is None:
            marked[slot.number] = Decimal(0)
        elif question.type.marked_by_machine(question.content):
            marked[slot.number] = question.type.mark(question.content, response, attempt.exam.partial_credit)
    steps: list[Mapping[str, Any]] = [
        {"attempt_id": attempt.id, "kind": StepKind.MARKED, "slot": slot.number, "epoch": attempt.epoch, "made_at": now,
         "received_at": now, "detail": {"version": keys[slot.number], "fraction": str(marked[slot.number])}}
        for slot in slots
        if slot.number in marked
    ]  # fmt: skip
    if steps:
        session.connection().execute(insert(_step), steps)
        projection.marked_at = now
    projection.fractions.update(marked)
    projection.key_versions.update({number: keys[number] for number in marked})
    session.connection().execute(
        _PROJECT,
        [
            {"of": attempt.id, "at": slot.number, "response": projection.responses.get(slot.number),
             "fraction": marked.get(slot.number), "key_version_id": projection.key_versions.get(slot.number)}
            for slot in slots
        ],
    )  # fmt: skip
    result = outcome(attempt, slots, projection)
    attempt.points, attempt.passed, attempt.marked_at = result.points, result.passed, projection.marked_at
    session.flush()
    if attempt.passed and not attempt.trial:
        records.complete_exam(session, attempt, now=now)


def outcome(attempt: Attempt, slots: Sequence[Slot], projection: Projection) -> Outcome:
    """What the fractions of a projection amount to; nothing while the attempt is open."""
    if projection.closed_at is None:
        return Outcome(points=None, full_points=attempt.full_points, passed=None)
    return total(
        ((slot.points, projection.fractions.get(slot.number)) for slot in slots), pass_share=attempt.exam.pass_share
    )
