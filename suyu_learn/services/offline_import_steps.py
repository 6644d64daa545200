"""Taking a file of results in, and back: a few papers in each short write, so that nobody else's answers wait long.

How far it is stands in its `stage`, written with the papers themselves: after a reload, or when the process was
killed, the next step goes on where the last one ended, and nothing is entered or voided twice. What a step enters is
read and weighed before its write begins.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from suyu_learn.content.paper_results import ResultRow
from suyu_learn.domain.attempts import AttemptState
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt, Import, ImportFile, ImportRow, ImportState, Person, RowOutcome
from suyu_learn.services import audit, invigilation, locks, offline, offline_imports, offline_obstacles
from suyu_learn.services.offline_import_plan import Desk, Fate, Planner
from suyu_learn.services.offline_imports import STAGE

SLICE = 5
"""So many papers a write: each asks for about twenty statements."""
AHEAD = 100
"""So many rows are weighed by one look, for several steps."""


@dataclass(frozen=True, slots=True)
class Part:
    """The next rows of a file, by id, with what becomes of each; `after` is where the last step ended."""

    after: int
    fates: tuple[tuple[int, Fate], ...]
    last: bool


def under_way(batch: Import) -> bool:
    """Whether a file is being taken in or back."""
    return STAGE in batch.options


def taking_back(batch: Import) -> bool:
    """Whether that is back."""
    return under_way(batch) and batch.state is ImportState.UNDONE


def progress(batch: Import) -> tuple[int, int]:
    """How many papers are through, of how many."""
    stage = batch.options.get(STAGE, {})
    return stage.get("done", 0), stage.get("of", 0)


# In


def begin(session: Session, batch: Import) -> None:
    """Start entering what the preview says; from now on it can no longer be changed."""
    offline_imports.refuse_unless_preview(batch)
    _stage(session, batch, {"of": batch.counts["new"], "done": 0, "after": 0})


def coming(session: Session, desk: Desk, batch: Import) -> list[Part]:
    """What the next steps are to enter; it only reads. The last part of a file may be empty."""
    after = batch.options[STAGE]["after"]
    rows = session.scalars(
        select(ImportRow).where(ImportRow.import_id == batch.id, ImportRow.id > after,
                                ImportRow.outcome == RowOutcome.NEW)
        .order_by(ImportRow.id).limit(AHEAD)
    ).all()  # fmt: skip
    fates = Planner(session, desk).fates(
        (ResultRow.from_data(row.sheet, row.row, row.data), row.decision or "") for row in rows
    )
    pairs = [(row.id, fate) for row, fate in zip(rows, fates, strict=True)]
    parts = []
    for start in range(0, len(pairs), SLICE):
        some = tuple(pairs[start : start + SLICE])
        parts.append(Part(after, some, last=False))
        after = some[-1][0]
    if len(rows) < AHEAD:
        parts = [*parts[:-1], replace(parts[-1], last=True)] if parts else [Part(after, (), last=True)]
    return parts


def step(session: Session, desk: Desk, key: str, part: Part) -> bool:
    """Enter the papers of a part; whether the file is done. One that another request has entered is left alone."""
    batch = offline_imports.held(session, key)
    if not under_way(batch) or batch.state is not ImportState.PREVIEW:
        return True
    stage = batch.options[STAGE]
    if stage["after"] != part.after:
        return False
    rows = {row.id: row for row in session.scalars(
        select(ImportRow).where(ImportRow.id.in_([number for number, _fate in part.fates]))
    )}  # fmt: skip
    locks.hold_people(session, [fate.person for _number, fate in part.fates if fate.person])
    for number, fate in part.fates:
        _enter(session, desk, rows[number], fate, source=batch.file_name)
    if not part.last:
        after = part.fates[-1][0]
        _stage(session, batch, {**stage, "done": stage["done"] + len(part.fates), "after": after})
        return False
    session.execute(delete(ImportFile).where(ImportFile.import_id == batch.id))
    _stage(session, batch, None)
    offline_imports.count(session, batch)
    batch.state, batch.done_at = ImportState.DONE, desk.now
    audit.record(session, "paper.imported", now=desk.now, actor=desk.actor, on=desk.exam, unit_id=desk.exam.unit_id,
                 file=batch.file_name, rows=batch.counts["rows"], imported=batch.counts["new"])  # fmt: skip
    session.flush()
    return True


def _enter(session: Session, desk: Desk, row: ImportRow, fate: Fate, *, source: str) -> None:
    """Enter one paper; what has come to stand against it since the preview is said with its row."""
    problem = fate.problem
    if fate.outcome is RowOutcome.NEW and fate.result is not None and fate.person == row.data["person"]:
        person = session.get_one(Person, fate.person)
        try:
            attempt = offline.enter(session, desk.exam, person, fate.result, actor=desk.actor, now=desk.now,
                                    versions=desk.versions, source=source)  # fmt: skip
        except Problem as refused:
            problem = refused
        else:
            row.object_kind, row.object_id = "attempt", attempt.id
            return
    row.outcome = RowOutcome.REFUSED
    row.problems = [offline_imports.kept(problem or Problem("offline.unknown_person"))]


# And back


def begin_undo(session: Session, desk: Desk, key: str, *, reason: str) -> None:
    """Start voiding every result of a file, with the reason, as long as nothing was built on them.

    While `taking_back`, call `undo_step` until it says that nothing is left.
    """
    said = audit.required(reason)
    batch = offline_imports.held(session, key)
    if batch.state is not ImportState.DONE:
        raise Problem("offline.not_done")
    if offline_obstacles.of(session, batch):
        raise Problem("offline.built_on")
    standing = session.scalar(select(func.count()).select_from(_standing(batch, after=0).subquery())) or 0
    batch.state, batch.undone_at, batch.undone_by_id = ImportState.UNDONE, desk.now, desk.actor.id
    audit.record(session, "paper.import_undone", now=desk.now, actor=desk.actor, on=desk.exam, reason=said,
                 unit_id=desk.exam.unit_id, file=batch.file_name, rows=standing)  # fmt: skip
    _stage(session, batch, {"of": standing, "done": 0, "after": 0, "reason": said})


def undo_step(session: Session, desk: Desk, key: str) -> bool:
    """Void the next few results of a file that is taken back; whether all are."""
    batch = offline_imports.held(session, key)
    if not taking_back(batch):
        return True
    stage = batch.options[STAGE]
    rows = session.execute(_standing(batch, after=stage["after"]).limit(SLICE)).all()
    for _number, attempt_id in rows:
        invigilation.void(session, desk.exam, attempt_id, reason=stage["reason"], actor=desk.actor, now=desk.now)
    more = len(rows) == SLICE
    _stage(session, batch, {**stage, "done": stage["done"] + len(rows), "after": rows[-1][0]} if more else None)
    return not more


def _standing(batch: Import, *, after: int) -> Any:
    """The rows of a file, by id, whose attempt is not void, and that attempt."""
    return (
        select(ImportRow.id, Attempt.id)
        .join(Attempt, Attempt.id == ImportRow.object_id)
        .where(ImportRow.import_id == batch.id, ImportRow.object_kind == "attempt", ImportRow.id > after)
        .where(Attempt.state != AttemptState.VOIDED)
        .order_by(ImportRow.id)
    )


def _stage(session: Session, batch: Import, stage: dict[str, Any] | None) -> None:
    others = {name: value for name, value in batch.options.items() if name != STAGE}
    batch.options = {**others, STAGE: stage} if stage is not None else others
    session.flush()
