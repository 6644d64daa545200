"""Papers on paper: variants of an exam, each named by a code that is printed on its sheets and kept as it was printed.

Who enters results afterwards asks `variant` for the code and gets the same slots again, whatever has become of the
bank since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.papers.arrange import Slot
from suyu_learn.domain.papers.specification import total_points
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Exam, ExamState, Person, PrintedPaper, new_key
from suyu_learn.services import audit, locks, papers
from suyu_learn.services.papers import PaperPools
from suyu_learn.services.versions import Versions

CODES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""One code after the other; an exam has no more variants than there are letters."""

MOST_PRINTED = 1_500
"""Questions of one file, counted on each sheet that they stand on; `docs/performance.md` says how long so many take."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One variant as it was printed: its code, and its slots in the order in which they stand on the paper."""

    code: str
    slots: tuple[Slot, ...]
    """As `papers.compose` makes them: numbers from 1, a passage is the `group` of its questions and no slot."""
    at: datetime

    @property
    def points(self) -> Decimal:
        """What the whole paper is worth."""
        return total_points(self.slots)


def variant(session: Session, exam: Exam, code: str) -> Variant:
    """The variant of that code, alone or behind the exam's own as it is printed; raises Problem where none was printed
    under it. Small letters will do."""
    wanted = code.strip().upper().removeprefix(f"{exam.code}-")
    row = session.scalar(select(PrintedPaper).where(PrintedPaper.exam_id == exam.id, PrintedPaper.code == wanted))
    if row is None:
        known = [one.code for one in variants(session, exam)]
        if not known:
            raise Problem("print.no_variants", place=Place(field="code"))
        raise Problem("print.unknown_variant", place=Place(field="code"), asked=wanted, known=known)
    return _read(row)


def variants(session: Session, exam: Exam) -> list[Variant]:
    """All variants of an exam, in the order of their codes."""
    rows = session.scalars(
        select(PrintedPaper).where(PrintedPaper.exam_id == exam.id).order_by(PrintedPaper.code)
    )  # fmt: skip
    return [_read(row) for row in rows]


def make(
    session: Session, exam: Exam, count: int, *, actor: Person, now: datetime, versions: Versions, pools: PaperPools,
    shuffle_questions: bool | None = None, shuffle_options: bool | None = None, after: int | None = None,
) -> list[Variant]:  # fmt: skip
    """So many further variants; shuffled as the exam says unless it is said otherwise.

    `after` is how many there were when they were asked for: asked again, as by a double click, the same ones come back.
    Raises Problem for a draft, whose questions may still change, where the letters would run out, and where somebody
    has made others since.
    """
    if exam.state is ExamState.DRAFT:
        raise Problem("print.is_draft")
    locks.hold_exam(session, exam)
    there = session.scalars(
        select(PrintedPaper).where(PrintedPaper.exam_id == exam.id).order_by(PrintedPaper.code)
    ).all()
    since = there[after:] if after is not None else ()
    if since and len(since) == count and {one.by_id for one in since} == {actor.id}:
        return [_read(row) for row in since]
    if since:
        raise Problem("print.made_meanwhile", known=[row.code for row in since])
    used = {row.code for row in there}
    free = [code for code in CODES if code not in used]
    if not 1 <= count <= len(free):
        raise Problem("print.how_many", place=Place(field="count"), most=len(free), used=len(used))
    made = []
    for code in free[:count]:
        slots = papers.compose(
            session, exam, seed=new_key(), versions=versions, pools=pools, shuffle_questions=shuffle_questions,
            shuffle_options=shuffle_options,
        )  # fmt: skip
        row = PrintedPaper(exam_id=exam.id, code=code, slots=_written(slots), at=now, by_id=actor.id)
        session.add(row)
        made.append(Variant(code, tuple(slots), now))
    audit.record(session, "paper.variants_made", now=now, actor=actor, on=exam, unit_id=exam.unit_id,
                 variants=[one.code for one in made])  # fmt: skip
    session.flush()
    return made


def bounded(chosen: Sequence[Variant], parts: int) -> None:
    """Raise Problem where these variants, each with so many parts, are more than one file may have.

    A single part of a single variant is never too much, so that each paper can be printed.
    """
    asked = parts * sum(len(one.slots) for one in chosen)
    if asked > MOST_PRINTED and (parts > 1 or len(chosen) > 1):
        raise Problem("print.too_much", place=Place(field="variant"), most=MOST_PRINTED, asked=asked)


def _written(slots: Sequence[Slot]) -> list[list[Any]]:
    return [[one.version_id, str(one.points), list(one.options), one.group] for one in slots]


def _read(row: PrintedPaper) -> Variant:
    slots = (
        Slot(number, version_id, Decimal(points), tuple(options), group)
        for number, (version_id, points, options, group, *_key) in enumerate(row.slots, start=1)
    )
    return Variant(row.code, tuple(slots), row.at)
