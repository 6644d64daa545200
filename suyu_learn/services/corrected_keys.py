"""By which versions the questions of an exam are marked since their keys were corrected."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import StepKind
from suyu_learn.models import Attempt, Slot, Step


@dataclass(frozen=True, slots=True)
class CorrectedKey:
    """The version whose key counts, and why."""

    version_id: int
    reason: str


def of_exam(session: Session, exam_id: int, asked: Collection[int]) -> Mapping[int, CorrectedKey]:
    """Of the versions that were asked, those that another one's key marks in this exam since it was corrected."""
    last = (
        select(func.max(Step.id))
        .join(Slot, (Slot.attempt_id == Step.attempt_id) & (Slot.number == Step.slot))
        .join(Attempt, Attempt.id == Step.attempt_id)
        .where(Attempt.exam_id == exam_id, Step.kind == StepKind.REGRADED, Slot.version_id.in_(asked))
        .group_by(Slot.version_id)
    )
    found = session.execute(
        select(Slot.version_id, Step.detail)
        .join(Slot, (Slot.attempt_id == Step.attempt_id) & (Slot.number == Step.slot))
        .where(Step.id.in_(last))
    )
    return {
        version_id: CorrectedKey(detail["version"], detail.get("reason", ""))
        for version_id, detail in found
        if isinstance(detail, dict)
    }
