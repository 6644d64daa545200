"""What keeps the results of a file from being taken back: asked in as many statements for one result as for all."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from suyu_learn.domain.attempts import AttemptState, StepKind
from suyu_learn.models import Appeal, AppealState, Attempt, Import, ImportRow, Person, Scan, Step

_BUILDS = (StepKind.ENTERED, StepKind.MARKED, StepKind.REGRADED)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What keeps a file from being taken back: a code, and whom it is about."""

    code: str
    name: str


def of(session: Session, batch: Import) -> list[Obstacle]:
    """What was built on the results of a file: corrections, marks of people, open appeals, scans, later attempts."""
    own = select(ImportRow.object_id).where(ImportRow.import_id == batch.id, ImportRow.object_kind == "attempt")
    names = {row.id: row.name for row in session.execute(
        select(Attempt.id, Person.name).join(Person, Person.id == Attempt.person_id)
        .where(Attempt.id.in_(own), Attempt.state != AttemptState.VOIDED).order_by(Attempt.id)
    )}  # fmt: skip
    found = {code: set(session.scalars(asked)) for code, asked in _asked(own)}
    return [
        Obstacle(code, name)
        for attempt_id, name in names.items()
        for code in [next((code for code, those in found.items() if attempt_id in those), "")]
        if code
    ]


def _asked(own: Select[int | None]) -> list[tuple[str, Select[int]]]:
    """By what each obstacle is found; the first that is found is told."""
    opened, later = aliased(Step), aliased(Attempt)
    return [
        ("marked", select(Step.attempt_id)
         .join(opened, (opened.attempt_id == Step.attempt_id) & (opened.kind == StepKind.OPENED))
         .where(Step.attempt_id.in_(own), Step.kind.in_(_BUILDS), Step.received_at > opened.received_at)),
        ("appealed", select(Appeal.attempt_id).where(Appeal.attempt_id.in_(own), Appeal.state == AppealState.OPEN)),
        ("scanned", select(Scan.attempt_id).where(Scan.attempt_id.in_(own), Scan.deleted_at.is_(None))),
        ("again", select(Attempt.id)
         .join(later, (later.exam_id == Attempt.exam_id) & (later.person_id == Attempt.person_id))
         .where(Attempt.id.in_(own), later.id > Attempt.id, later.trial.is_(False),
                later.state != AttemptState.VOIDED)),
    ]  # fmt: skip
