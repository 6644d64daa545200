"""Uids that a file brings with it: kept where they are free, made new where another question has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import ImportRow, Question, RowOutcome
from suyu_learn.models.base import new_key
from suyu_learn.services.bank_import_rows import kept_problem

_PART = 500


def give_free_uids(
    session: Session, rows: Sequence[dict[str, Any]], refused: Sequence[dict[str, Any]] = (), *, made_up: str
) -> None:
    """New uids for the rows whose own is taken, each told where the row comes in; `made_up` is how ours begin.

    A file may bring uids that another import made up: a bank that left as a pack and comes back has them.
    """
    new = _new_for(_taken(session, [row["data"]["uid"] for row in rows]), made_up)
    if not new:
        return
    for row in refused:
        if row["data"].get("group") in new:
            row["data"]["group"] = new[row["data"]["group"]]
    for row in rows:
        data = row["data"]
        if data.get("group") in new:
            data["group"] = new[data["group"]]
        if data["uid"] in new:
            told = Problem("bank.uid_new", place=Place(sheet=row["sheet"], row=row["row"]), uid=data["uid"])
            data["uid"] = new[data["uid"]]
            if row["outcome"] is RowOutcome.NEW:
                row["problems"] = [*row["problems"], kept_problem(told)]


def still_free(session: Session, rows: Sequence[ImportRow], *, made_up: str) -> None:
    """The same at the moment of storing: since the preview another import may have brought the same uids."""
    new = _new_for(_taken(session, [row.data["uid"] for row in rows]), made_up)
    for row in rows:
        uid, group = row.data["uid"], row.data.get("group", "")
        if uid in new or group in new:
            row.data = {**row.data, "uid": new.get(uid, uid), "group": new.get(group, group)}


def _taken(session: Session, uids: Sequence[str]) -> set[str]:
    taken: set[str] = set()
    for start in range(0, len(uids), _PART):
        taken.update(session.scalars(select(Question.uid).where(Question.uid.in_(uids[start : start + _PART]))))
    return taken


def _new_for(taken: set[str], made_up: str) -> dict[str, str]:
    key = new_key()
    return {uid: f"{made_up}{key}-{number}" for number, uid in enumerate(sorted(taken), start=1)}
