"""Long imports in steps: each stores a hundred rows in a short write, so that nobody else's answers wait for long.

How far an import is stands in its `stage`, written with the rows themselves: after a reload, or when the process was
killed, the next step goes on where the last one ended. What a step costs depends on its rows alone, not on the bank
nor on what came in before; they are read and prepared (`next_slice`) before the write begins.
read = imported + duplicates + errors at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions.words import words_of
from suyu_learn.models import Bank, Import, ImportRow, ImportState, RowOutcome
from suyu_learn.services import bank_applying
from suyu_learn.services.bank_imports import MADE_UP, TAKE, counted_in, rows_of
from suyu_learn.services.bank_uids import still_free
from suyu_learn.services.bank_writing import store_new
from suyu_learn.services.bulk import without_collecting

SLICE = 100
MOST_CHANGED = 5
"""Corrected answers that one step takes in at most: each is a new version, and asks for several statements."""

AT_ONCE = 100
"""Up to so many questions are taken in by one write."""


@dataclass(frozen=True, slots=True)
class Slice:
    """The next rows of an import, by id, with the words of each new question; `after` is where the last step ended."""

    after: int
    words: Mapping[int, str]
    last: bool


def is_long(batch: Import) -> bool:
    """Whether taking it in needs steps; questions below passages go in with them, in one."""
    coming = batch.counts["imported"] + batch.counts["doubtful"]
    return coming > AT_ONCE and not batch.options.get("grouped", True)


def under_way(batch: Import) -> bool:
    """Whether it is being taken in, step by step."""
    return batch.state is ImportState.PREVIEW and "stage" in batch.options


def begin(session: Session, batch: Import) -> None:
    """Start taking in the good questions; from now on the preview can no longer be changed."""
    if batch.state is not ImportState.PREVIEW or "stage" in batch.options:
        raise Problem("bank.import_not_waiting")
    settled = 0
    if batch.counts["doubtful"]:
        settled = bank_applying.settle_doubtful(rows_of(session, batch, (RowOutcome.DOUBTFUL,), decision=TAKE))
        session.flush()
    batch.options = {**batch.options, "stage": {"of": batch.counts["imported"] + settled, "done": 0, "after": 0}}
    session.flush()


def progress(batch: Import) -> tuple[int, int]:
    """How many rows are through, of how many."""
    stage = batch.options.get("stage", {})
    return stage.get("done", 0), stage.get("of", 0)


def next_slice(session: Session, batch: Import) -> Slice:
    """What the next step is to take in; it only reads."""
    after = batch.options["stage"]["after"]
    rows = session.execute(
        select(ImportRow.id, ImportRow.outcome, ImportRow.data)
        .where(ImportRow.import_id == batch.id, ImportRow.id > after,
               ImportRow.outcome.in_([RowOutcome.NEW, RowOutcome.CHANGED]))
        .order_by(ImportRow.id).limit(SLICE)
    ).all()  # fmt: skip
    changed = [place for place, row in enumerate(rows) if row.outcome is RowOutcome.CHANGED]
    kept = rows[: changed[MOST_CHANGED]] if len(changed) > MOST_CHANGED else rows
    words = {row.id: words_of(row.data["body"]) for row in kept}
    return Slice(after, words, last=len(kept) == len(rows) < SLICE)


@without_collecting()
def step(
    session: Session, batch: Import, part: Slice | None = None, *, actor_id: int | None, reviewer: str, now: datetime
) -> Mapping[str, Any]:
    """Take in the next questions; the last step finishes the import. Empty until it is done.

    A `part` that another request took in meanwhile is left alone.
    """
    if not under_way(batch):
        return dict(batch.counts)
    part = part or next_slice(session, batch)
    stage = batch.options["stage"]
    if part.after != stage["after"]:
        return {}
    target = session.get_one(Bank, batch.bank_id)
    rows = _rows(session, part.words)
    bank_applying.compare_again(session, target, rows, own=batch.id)
    new = [row for row in rows if row.outcome is RowOutcome.NEW]
    still_free(session, new, made_up=MADE_UP)
    good = [{**row.data, "words": part.words[row.id]} for row in new]
    store_new(session, target, good, import_=batch, reviewer=reviewer, actor_id=actor_id, now=now)
    for row in rows:
        if row.outcome is RowOutcome.CHANGED:
            bank_applying.replace_answer(session, row, target, actor_id=actor_id, reviewer=reviewer, now=now)
    if not part.last:
        batch.options = {
            **batch.options, "stage": {**stage, "done": stage["done"] + len(rows), "after": rows[-1].id}
        }  # fmt: skip
        session.flush()
        return {}
    batch.options = {name: value for name, value in batch.options.items() if name != "stage"}
    session.flush()
    counts = counted_in(session, batch)
    bank_applying.done(session, batch, target, counts, actor_id=actor_id, now=now)
    return counts


def _rows(session: Session, ids: Iterable[int]) -> list[ImportRow]:
    found = session.scalars(select(ImportRow).where(ImportRow.id.in_(list(ids))).order_by(ImportRow.id))
    return list(found)
