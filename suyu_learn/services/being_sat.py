"""What the papers ask that somebody is sitting: until they are handed in, nothing else tells what is right there."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.models import Attempt, Person, Question, QuestionVersion, Slot


def sits(person_id: Any) -> ColumnElement[bool]:
    """Whether somebody has a paper open; trials are of organizers, who know its key."""
    return exists().where(*_open(person_id)).correlate(None)


def identities(person_id: Any) -> Select[str]:
    """What the open papers of somebody ask, in whatever version and bank the same is asked elsewhere."""
    return (
        select(Question.identity)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .join(Slot, Slot.version_id == QuestionVersion.id)
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .where(*_open(person_id))
        .correlate(None)
    )


def _open(person_id: Any) -> tuple[ColumnElement[bool], ...]:
    return Attempt.person_id == person_id, Attempt.state == AttemptState.OPEN, Attempt.trial.is_(False)


_ASKED = select(Question.uid).where(
    Question.uid.in_(bindparam("uids", expanding=True)), Question.identity.in_(identities(bindparam("person")))
)


def asked_of(session: Session, person: Person, uids: Collection[str]) -> frozenset[str]:
    """Which of these questions a paper asks that the person is sitting now."""
    return frozenset(session.scalars(_ASKED, {"uids": sorted(uids), "person": person.id})) if uids else frozenset()
