"""By which versions the questions of an exam are marked since their keys were corrected."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import String, cast, func, or_, select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import StepKind
from suyu_learn.models import Attempt, Exam, PrintedPaper, Slot, Step, Unit

NOTED = 4
"""Behind so many things of a printed slot stand the version by whose key it is marked since that was corrected, and
why."""


@dataclass(frozen=True, slots=True)
class CorrectedKey:
    """The version whose key counts, and why."""

    version_id: int
    reason: str


def of_exam(session: Session, exam_id: int, asked: Collection[int]) -> Mapping[int, CorrectedKey]:
    """Of the versions that were asked, those that another one's key marks in this exam since it was corrected.

    Noted with the attempts that were marked anew, and with printed papers, of which none need have come in by then.
    """
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
    by_steps = {
        version_id: CorrectedKey(detail["version"], detail.get("reason", ""))
        for version_id, detail in found
        if isinstance(detail, dict)
    }
    return {**by_steps, **_of_printed(session, exam_id, asked)}


def _of_printed(session: Session, exam_id: int, asked: Collection[int]) -> dict[int, CorrectedKey]:
    rows = session.scalars(select(PrintedPaper.slots).where(PrintedPaper.exam_id == exam_id))
    return {
        slot[0]: CorrectedKey(*slot[NOTED])
        for slots in rows for slot in slots
        if len(slot) > NOTED and slot[0] in asked
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class PrintedPlace:
    """Where a printed paper asks a version that another one has corrected."""

    paper: PrintedPaper
    places: tuple[int, ...]
    """In its list of slots, from 0."""


def printed_with(session: Session, older: Collection[int], target: int) -> list[tuple[PrintedPlace, str | None]]:
    """The printed papers that ask one of these versions and are not marked by `target` yet, with their unit's path.

    Those of an exam in the recycle bin too, since it may come back with results to enter.
    """
    if not older:
        return []
    text = cast(PrintedPaper.slots, String)
    rows = session.execute(
        select(PrintedPaper, Unit.path)
        .join(Exam, Exam.id == PrintedPaper.exam_id).outerjoin(Unit, Unit.id == Exam.unit_id)
        .where(or_(*(text.like(f"%[{number},%") for number in sorted(older))))
        .order_by(PrintedPaper.id)
    ).all()  # fmt: skip
    found: list[tuple[PrintedPlace, str | None]] = []
    for row, path in rows:
        places = tuple(
            place for place, slot in enumerate(row.slots)
            if slot[0] in older and (len(slot) <= NOTED or slot[NOTED][0] != target)
        )  # fmt: skip
        if places:
            found.append((PrintedPlace(row, places), path))
    return found


def note_printed(found: Iterable[PrintedPlace], version_id: int, reason: str) -> None:
    """Keep with printed papers by which version they will be marked; what stands on them stays as it was."""
    for one in found:
        one.paper.slots = [
            [*slot[:NOTED], [version_id, reason]] if place in one.places else slot
            for place, slot in enumerate(one.paper.slots)
        ]
