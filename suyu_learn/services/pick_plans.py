"""The picked questions within the plan of an exam: stored with the draft, and remembered while it is drawn instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from suyu_learn.models import Paper, PaperMode, PaperPick

ASIDE = "aside"
"""Under this a paper that is drawn keeps what was picked for it before."""


@dataclass(frozen=True, slots=True)
class PickPlan:
    """A question that the organizer picked, by version, and what it is worth."""

    version_id: int
    points: Decimal


def remembered(conditions: Mapping[str, Any], mode: PaperMode, picks: Sequence[PickPlan]) -> dict[str, Any]:
    """The conditions as a paper keeps them, with the picks of one that is drawn."""
    if not picks or mode is PaperMode.FIXED:
        return dict(conditions)
    return {**conditions, ASIDE: [[one.version_id, str(one.points)] for one in picks]}


def store(session: Session, paper: Paper, picks: Sequence[PickPlan]) -> None:
    """Let a fixed paper have just these questions; one that is drawn has none."""
    wanted = list(picks) if paper.mode is PaperMode.FIXED else []
    if [PickPlan(one.version_id, one.points) for one in paper.picks] == wanted:
        return
    session.execute(delete(PaperPick).where(PaperPick.paper_id == paper.id))
    session.add_all(
        PaperPick(paper_id=paper.id, position=place, version_id=one.version_id, points=one.points)
        for place, one in enumerate(wanted, start=1)
    )
    session.flush()
    session.expire(paper, ["picks"])


def of_paper(paper: Paper) -> tuple[PickPlan, ...]:
    """What was picked for a paper, also while it is to be drawn instead."""
    if paper.mode is PaperMode.FIXED:
        return tuple(PickPlan(one.version_id, one.points) for one in paper.picks)
    return tuple(PickPlan(number, Decimal(points)) for number, points in paper.constraints.get(ASIDE, ()))
