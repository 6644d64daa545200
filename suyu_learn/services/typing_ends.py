"""When typing for somebody ends: noted once, by whatever ends it, so that every beginning on record has its end."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import Projection
from suyu_learn.models import Attempt
from suyu_learn.services import audit


def note(session: Session, attempt: Attempt, before: Projection, *, now: datetime, goes_on: int | None = None) -> None:
    """Note that whoever typed until now types no more, by the steps so far; nothing where nobody did, or they go on."""
    if before.typing is None or before.typing == goes_on:
        return
    audit.record(session, "typing.ended", now=now, actor=before.typing, on=attempt.exam, unit_id=attempt.exam.unit_id,
                 person_id=attempt.person_id, attempt=attempt.key, state=attempt.state.value)  # fmt: skip
