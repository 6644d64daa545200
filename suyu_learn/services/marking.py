"""Marking closed attempts, and recording what was passed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import Integer, Table, bindparam, column, func, insert, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import Outcome, Projection, StepKind, answer_state, entered_total, total
from suyu_learn.models import Attempt, OpenAnswer, QuestionVersion, Slot, Step, new_key
from suyu_learn.models.base import Exact
from suyu_learn.services import records
from suyu_learn.services.versions import Versions

_slot, _step, _answer = (cast("Table", kind.__table__) for kind in (Slot, Step, OpenAnswer))
_PROJECTED = ("response", "fraction", "key_version_id")
_PROJECT = (
    update(_slot)
    .where(_slot.c.attempt_id == bindparam("of"), _slot.c.number == bindparam("at"))
    .values({name: bindparam(name) for name in _PROJECTED})
)
_GIVEN = (
    func.jsonb_to_recordset(bindparam("rows", type_=JSONB))
    .table_valued(column("at", Integer), *(column(name, _slot.c[name].type) for name in _PROJECTED), name="given")
    .render_derived(with_types=True)
)
_PROJECT_AT_ONCE = (
    update(_slot)
    .where(_slot.c.attempt_id == bindparam("of"), _slot.c.number == _GIVEN.c.at)
    .values({name: _GIVEN.c[name] for name in _PROJECTED})
)
"""The same for all slots by one statement, where each one goes over a network."""


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
    if slots:  # a paper of which only the points are known has none
        _project(session, attempt.id, [
            {"at": slot.number, "response": projection.responses.get(slot.number),
             "fraction": marked.get(slot.number), "key_version_id": projection.key_versions.get(slot.number)}
            for slot in slots
        ])  # fmt: skip
    _list_for_people(session, attempt, slots, projection, versions)
    result = outcome(attempt, slots, projection)
    attempt.points, attempt.passed, attempt.marked_at = result.points, result.passed, projection.marked_at
    session.flush()
    if attempt.passed and not attempt.trial:
        records.complete_exam(session, attempt, now=now)


def _project(session: Session, attempt_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write response, fraction and key of each slot, named by `at`, into its row."""
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        connection.execute(_PROJECT, [{"of": attempt_id, **row} for row in rows])
        return
    stored = [{**row, "fraction": Exact().process_bind_param(row["fraction"], connection.dialect)} for row in rows]
    connection.execute(_PROJECT_AT_ONCE, {"of": attempt_id, "rows": stored})


def _list_for_people(
    session: Session, attempt: Attempt, slots: Sequence[Slot], projection: Projection, versions: Versions
) -> None:
    """Put the answers that people mark, or may look at, where markers find them; nobody reads those of a trial."""
    asked = versions.many(session, [slot.version_id for slot in slots])
    given = [
        slot for slot in slots
        if projection.responses.get(slot.number) is not None
        and versions.may_need_a_person(asked[slot.version_id].type.code)
    ]  # fmt: skip
    if attempt.trial or not given:
        return
    questions = dict(
        session.execute(
            select(QuestionVersion.id, QuestionVersion.question_id)
            .where(QuestionVersion.id.in_({slot.version_id for slot in given}))
        ).all()
    )  # fmt: skip
    session.connection().execute(
        insert(_answer),
        [
            {"attempt_id": attempt.id, "slot": slot.number, "key": new_key(), "exam_id": attempt.exam_id,
             "question_id": questions[slot.version_id], "state": answer_state(projection, slot.number)}
            for slot in given
        ],
    )  # fmt: skip


def outcome(attempt: Attempt, slots: Sequence[Slot], projection: Projection) -> Outcome:
    """What the fractions of a projection amount to; nothing while the attempt is open."""
    if projection.closed_at is None:
        return Outcome(points=None, full_points=attempt.full_points, passed=None)
    if projection.entered is not None:
        return entered_total(projection.entered, attempt.full_points, pass_share=attempt.exam.pass_share)
    return total(
        ((slot.points, projection.fractions.get(slot.number)) for slot in slots), pass_share=attempt.exam.pass_share
    )
