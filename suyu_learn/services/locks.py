"""In which order rows are held, and the ways to hold those that many others point to.

Whoever holds rows of more than one kind takes them in this order, and several of a kind by their ids:

1. people: who starts, merges, splits, objects, or enters papers, of whom there may be one attempt or appeal only;
   whoever is given hours; after them an event, shared by who comes and held by who changes it;
2. the exam: shared by who starts or pauses one attempt, held by who pauses, resumes or changes the whole;
3. attempts: whoever adds a step to one, from a saved answer to a mark;
4. what hangs on an attempt: answers to be marked, appeals, scans.

On PostgreSQL a new row that points to a person or an exam looks them up with FOR KEY SHARE, whatever is held by then.
So both are only ever held with FOR NO KEY UPDATE, which lets that pass: who closes an attempt lists its answers for
people, which point to the exam, and would else wait for a pause that waits for the attempt.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.models import Base, Exam, Person

_AT_ONCE = 5000


def hold_people(session: Session, ids: Iterable[int]) -> list[Person]:
    """Read people anew and hold them, so that nobody else who does so goes on meanwhile."""
    ordered, held = sorted(set(ids)), list[Person]()
    for start in range(0, len(ordered), _AT_ONCE):
        part = ordered[start : start + _AT_ONCE]
        held += session.scalars(
            select(Person).where(Person.id.in_(part)).order_by(Person.id)
            .with_for_update(key_share=True, of=Person).execution_options(populate_existing=True)
        )  # fmt: skip
    return held


def hold_row(session: Session, row: Base) -> None:
    """Read a row to which nothing new points while it is changed, and hold it."""
    session.refresh(row, with_for_update=True)


def hold_exam(session: Session, exam: Exam) -> None:
    """Read an exam anew and hold it: starts under way come first, later ones see what is changed now."""
    session.refresh(exam, with_for_update={"key_share": True})


def share_exam(session: Session, exam: Exam) -> None:
    """Read an exam anew, so that nobody changes it meanwhile; others may share it."""
    session.refresh(exam, with_for_update={"read": True})
