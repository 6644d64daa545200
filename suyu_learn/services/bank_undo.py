"""Taking an import back as one, while nothing uses its questions.

One write takes them all out of drawing; marking thousands of versions as retired, which nothing waits for, follows in
short ones (`settle`), so that answers do not wait behind it. A later one goes on where the last one ended.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Bank,
    Import,
    ImportRow,
    ImportState,
    PaperPick,
    Question,
    QuestionVersion,
    RowOutcome,
    Slot,
    Status,
)
from suyu_learn.services import audit, bank, bank_contents
from suyu_learn.services.bank_imports import rows_of

SLICE = 250


def in_the_way(session: Session, batch: Import, *, now: datetime) -> list[Problem]:
    """Why an import cannot be taken back; empty when it can."""
    own, given = _own_versions(batch), _given_versions(session, batch)
    problems = []
    for code, column in (("bank.undo_answered", Slot.version_id), ("bank.undo_on_paper", PaperPick.version_id)):
        used = session.scalar(select(func.count(func.distinct(column))).where(column.in_(own) | column.in_(given)))
        if used:
            problems.append(Problem(code, count=used))
    edited = session.scalar(
        select(func.count()).select_from(Question)
        .where(Question.import_id == batch.id, Question.published_version_id.is_not(None),
               Question.published_version_id.not_in(own))
    ) or 0  # fmt: skip
    edited += _corrected_since(session, batch)
    if edited:
        problems.append(Problem("bank.undo_edited", count=edited))
    replaced = select(QuestionVersion.question_id).where(QuestionVersion.id.in_(given))
    moved = session.scalar(
        select(func.count()).select_from(Question)
        .where((Question.import_id == batch.id) | Question.id.in_(replaced), Question.bank_id != batch.bank_id)
    )  # fmt: skip
    if moved:
        problems.append(Problem("bank.undo_moved", count=moved))
    target = session.get_one(Bank, batch.bank_id)
    if bank_contents.drawing_exams(session, target, now=now):
        gone = set(session.scalars(select(Question.id).where(Question.import_id == batch.id)))
        needed = bank_contents.exams_in_need(session, target, gone, now=now)
        if needed:
            problems.append(Problem("bank.needed", exams=[exam.title for exam in needed]))
    return problems


def undo(session: Session, batch: Import, *, actor_id: int | None, now: datetime) -> None:
    """Take an import back: its questions are no longer there to draw, and what it replaced is as before.

    While `unsettled`, call `settle` until it says that nothing is left.
    """
    if batch.state is not ImportState.DONE:
        raise Problem("bank.import_not_done")
    obstacles = in_the_way(session, batch, now=now)
    if obstacles:
        raise obstacles[0]
    session.execute(
        update(Question).where(Question.import_id == batch.id)
        .values(published_version_id=None, retired_at=now).execution_options(synchronize_session=False)
    )  # fmt: skip
    session.expire_all()
    for row in rows_of(session, batch, (RowOutcome.CHANGED,)):
        _put_back(session, row, now=now)
    batch.state, batch.undone_at, batch.undone_by_id = ImportState.UNDONE, now, actor_id
    batch.options = {**batch.options, "stage": {"of": batch.counts["imported"], "done": 0, "after": 0}}
    settle(session, batch)
    audit.record(session, "bank.import_undone", now=now, actor=actor_id, on=batch, unit_id=batch.unit_id,
                 file=batch.file_name)  # fmt: skip
    session.flush()


def unsettled(batch: Import) -> bool:
    """Whether an import was taken back and some of its versions are not yet marked so."""
    return batch.state is ImportState.UNDONE and "stage" in batch.options


def settle(session: Session, batch: Import) -> bool:
    """Mark the next few hundred versions of an import that was taken back as retired; whether more are left."""
    if not unsettled(batch):
        return False
    stage = batch.options["stage"]
    questions = session.scalars(
        select(Question.id).where(Question.import_id == batch.id, Question.id > stage["after"])
        .order_by(Question.id).limit(SLICE)
    ).all()  # fmt: skip
    session.execute(
        update(QuestionVersion).where(QuestionVersion.question_id.in_(questions), QuestionVersion.number == 1)
        .values(status=Status.RETIRED).execution_options(synchronize_session=False)
    )  # fmt: skip
    more = len(questions) == SLICE
    others = {name: value for name, value in batch.options.items() if name != "stage"}
    new = {**stage, "done": stage["done"] + len(questions), "after": questions[-1]} if more else None
    batch.options = {**others, "stage": new} if new else others
    session.flush()
    return more


def _put_back(session: Session, row: ImportRow, *, now: datetime) -> None:
    before = row.before if isinstance(row.before, dict) else {}
    question = session.get_one(Question, row.object_id)
    former = session.get(QuestionVersion, before.get("version_id") or 0)
    given = session.get(QuestionVersion, row.data.get("version_id") or 0)
    waited = session.get(QuestionVersion, before.get("open_id") or 0)
    if given is not None:
        given.status = Status.RETIRED
    if former is not None and question.published_version_id is None:
        pass  # somebody has retired it since
    elif former is not None:
        bank.publish(session, question, former, reviewer=former.reviewer, now=former.reviewed_at or now)
    elif waited is None:
        bank.retire(session, question, now=now)
    else:
        question.published_version_id = None
    if waited is not None and waited.status is Status.RETIRED:
        waited.status = Status(before["open"])
    session.flush()


def _corrected_since(session: Session, batch: Import) -> int:
    """How many questions that were there before are drawn in another version than the import found or gave."""
    drawn = {
        row.object_id: {row.data.get("version_id"), row.before.get("version_id"), None}
        for row in rows_of(session, batch, (RowOutcome.CHANGED,))
        if isinstance(row.before, dict)
    }
    now = select(Question.id, Question.published_version_id).where(Question.id.in_(list(drawn)))
    return sum(version_id not in drawn[number] for number, version_id in session.execute(now))


def _own_versions(batch: Import) -> Select[int]:
    """The versions in which an import's own questions came."""
    return (
        select(QuestionVersion.id).join(Question, Question.id == QuestionVersion.question_id)
        .where(Question.import_id == batch.id, QuestionVersion.number == 1)
    )  # fmt: skip


def _given_versions(session: Session, batch: Import) -> list[int]:
    """The versions that an import gave to questions that were there before."""
    return [
        row.data["version_id"] for row in rows_of(session, batch, (RowOutcome.CHANGED,)) if "version_id" in row.data
    ]
