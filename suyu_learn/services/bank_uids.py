"""Uids that a file brings with it: kept where they are free, made new where another question has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Question, RowOutcome
from suyu_learn.models.base import new_key
from suyu_learn.services.bank_import_rows import kept_problem

_PART = 500


def give_free_uids(session: Session, rows: Sequence[dict[str, Any]], *, made_up: str) -> None:
    """New uids for the rows whose own is taken, each told where the row comes in; `made_up` is how ours begin."""
    brought = [uid for row in rows if not (uid := row["data"]["uid"]).startswith(made_up)]
    taken: set[str] = set()
    for start in range(0, len(brought), _PART):
        found = select(Question.uid).where(Question.uid.in_(brought[start : start + _PART]))
        taken.update(session.scalars(found))
    if not taken:
        return
    key = new_key()
    new = {uid: f"{made_up}{key}-{number}" for number, uid in enumerate(sorted(taken), start=1)}
    for row in rows:
        data = row["data"]
        if data.get("group") in new:
            data["group"] = new[data["group"]]
        if data["uid"] in new:
            told = Problem("bank.uid_new", place=Place(sheet=row["sheet"], row=row["row"]), uid=data["uid"])
            data["uid"] = new[data["uid"]]
            if row["outcome"] is RowOutcome.NEW:
                row["problems"] = [*row["problems"], kept_problem(told)]
