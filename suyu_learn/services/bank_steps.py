"""Long imports in steps: each stores a few hundred rows, so that nobody else's answers wait, and any can be the last.

What is done stands in the rows themselves, and how far it is in the import's `stage`: after a reload, or when the
process was killed, the next step goes on where the last one ended. read = imported + duplicates + errors at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Bank, Import, ImportRow, ImportState, RowOutcome
from suyu_learn.services import bank_applying
from suyu_learn.services.bank_imports import MADE_UP, counted_in, rows_of
from suyu_learn.services.bank_uids import still_free
from suyu_learn.services.bank_writing import store_new
from suyu_learn.services.bulk import without_collecting

SLICE = 250
AT_ONCE = 1_000
"""Up to so many questions are taken in by one request."""


def is_long(session: Session, batch: Import) -> bool:
    """Whether taking it in needs steps; questions below passages go in with them, in one."""
    if _left(session, batch) <= AT_ONCE:
        return False
    grouped = select(ImportRow.id).where(
        ImportRow.import_id == batch.id, func.coalesce(ImportRow.data["group"].as_string(), "") != ""
    )
    return session.scalar(grouped.limit(1)) is None


def begin(session: Session, batch: Import) -> None:
    """Start taking in the good questions; from now on the preview can no longer be changed."""
    if batch.state is not ImportState.PREVIEW or "stage" in batch.options:
        raise Problem("bank.import_not_waiting")
    bank_applying.settle_doubtful(rows_of(session, batch, (RowOutcome.DOUBTFUL,)))
    session.flush()
    batch.options = {**batch.options, "stage": {"of": _left(session, batch)}}
    session.flush()


def progress(session: Session, batch: Import) -> tuple[int, int]:
    """How many questions are in, of how many."""
    of = int(batch.options.get("stage", {}).get("of", 0))
    return of - min(of, _left(session, batch)), of


@without_collecting()
def step(session: Session, batch: Import, *, actor_id: int | None, reviewer: str, now: datetime) -> Mapping[str, Any]:
    """Take in the next few hundred questions; the last step finishes the import. Empty until it is done."""
    if batch.state is not ImportState.PREVIEW or "stage" not in batch.options:
        return dict(batch.counts)
    target = session.get_one(Bank, batch.bank_id)
    rows = session.scalars(
        select(ImportRow)
        .where(ImportRow.import_id == batch.id, ImportRow.outcome == RowOutcome.NEW, ImportRow.object_kind.is_(None))
        .order_by(ImportRow.id).limit(SLICE)
    ).all()  # fmt: skip
    if rows:
        bank_applying.compare_again(session, target, rows, own=batch.id)
        good = [row for row in rows if row.outcome is RowOutcome.NEW]
        still_free(session, good, made_up=MADE_UP)
        store_new(session, target, [row.data for row in good], import_=batch, reviewer=reviewer, actor_id=actor_id,
                  now=now)  # fmt: skip
        for row in good:
            row.object_kind = "question"
        session.flush()
    if len(rows) == SLICE:
        return {}
    bank_applying.replace_answers(session, batch, target, actor_id=actor_id, reviewer=reviewer, now=now)
    batch.options = {name: value for name, value in batch.options.items() if name != "stage"}
    counts = counted_in(session, batch)
    bank_applying.done(session, batch, target, counts, actor_id=actor_id, now=now)
    return counts


def _left(session: Session, batch: Import) -> int:
    left = select(func.count()).select_from(ImportRow).where(
        ImportRow.import_id == batch.id, ImportRow.outcome == RowOutcome.NEW, ImportRow.object_kind.is_(None)
    )  # fmt: skip
    return session.scalar(left) or 0
