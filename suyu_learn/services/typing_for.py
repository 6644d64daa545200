"""Typing for somebody who cannot: the attempt is theirs, each step says who typed.

Whoever opens the paper last goes on with it, so the person takes over by opening it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import AttemptState, StepKind
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt, Exam, Person, Step
from suyu_learn.services import audit, boards, sitting, typing_ends
from suyu_learn.services.papers import PaperPools
from suyu_learn.services.sitting import OpenedPaper
from suyu_learn.services.steps import append, projected
from suyu_learn.services.versions import Versions

LONGEST = timedelta(hours=4)
"""How long a permission to type lasts without opening the paper again."""


def begin(
    session: Session, exam: Exam, person: Person, *, reason: str, actor: Person, now: datetime, grace: timedelta,
    versions: Versions, pools: PaperPools,
) -> Attempt:  # fmt: skip
    """Start, or go on with, the attempt of somebody for whom the actor types; raises Problem where they cannot sit."""
    said = audit.required(reason)
    if person.id == actor.id:
        raise Problem("typing.yourself")
    try:
        attempt = sitting.start(session, exam, person, now=now, grace=grace, versions=versions, pools=pools, typed=True)
    except Problem as problem:
        raise Problem("typing.not_now", name=person.name, error=problem) from None
    session.refresh(attempt, with_for_update={"of": Attempt})
    opened = sitting.open_paper(
        session, attempt, now=now, grace=grace, versions=versions, typing=sitting.Typing(actor, said)
    )
    if opened is None:
        raise Problem("invigilation.closed")
    audit.record(session, "typing.started", now=now, actor=actor, on=exam, unit_id=exam.unit_id, reason=said,
                 person_id=person.id, attempt=attempt.key)  # fmt: skip
    session.flush()
    return attempt


def hold(session: Session, key: str, actor: Person, *, now: datetime, reading: bool = False) -> Attempt:
    """The attempt that the actor types in, held unless only `reading`; raises Problem unless they do, and still look
    after the person."""
    query = select(Attempt).where(Attempt.key == key, Attempt.typed_by_id == actor.id)
    if not reading:
        query = query.with_for_update(of=Attempt).execution_options(populate_existing=True)
    attempt = session.scalar(query)
    if attempt is None:
        raise Problem("sitting.unknown")
    sight = boards.sight_of(session, attempt.exam, actor)
    return boards.in_sight(session, attempt.exam, [attempt.id], sight=sight, now=now)[0]


def open_paper(session: Session, attempt: Attempt, *, actor: Person, now: datetime, **tools: Any) -> OpenedPaper | None:
    """The paper in a new epoch of the actor's; None when it is closed."""
    return sitting.open_paper(session, attempt, now=now, typing=sitting.Typing(actor), **tools)


def lasts_until(*, now: datetime) -> datetime:
    """Until when a permission holds that is given now; whether the attempt still has time is asked at each save."""
    return now + LONGEST


def hand_in(session: Session, attempt: Attempt, *, actor: Person, now: datetime, **tools: Any) -> Attempt:
    """Hand in for the person; raises Problem while that is too early."""
    reason = reason_of(session, attempt)
    return sitting.submit(session, attempt, now=now, typing=sitting.Typing(actor, reason), **tools)


def end(session: Session, attempt: Attempt, *, actor: Person, now: datetime) -> None:
    """Let go of a paper; nothing changes where somebody else has it by now, or it is closed."""
    before = projected(session, attempt)
    if attempt.state is not AttemptState.OPEN or before.typing != actor.id:
        return
    append(session, attempt, StepKind.RELEASED, now=now, actor_id=actor.id)
    typing_ends.note(session, attempt, before, now=now)
    session.flush()


def types(session: Session, attempt: Attempt, actor: Person) -> bool:
    """Whether the actor is typing still: they have not stopped, and nobody has opened the paper since."""
    return projected(session, attempt).typing == actor.id


def reason_of(session: Session, attempt: Attempt) -> str:
    """Why somebody types, by the last who said so."""
    rows = session.scalars(
        select(Step.detail).where(Step.attempt_id == attempt.id, Step.kind == StepKind.OPENED).order_by(Step.id.desc())
    )
    return next(
        (str(detail["reason"]) for detail in rows
         if isinstance(detail, dict) and detail.get("typed_for") and detail.get("reason")), "",
    )  # fmt: skip


def told(session: Session, attempt: Attempt) -> tuple[str, str] | None:
    """Who typed for the person, and why; asked only where somebody did."""
    if attempt.typed_by_id is None:
        return None
    return session.get_one(Person, attempt.typed_by_id).name, reason_of(session, attempt)
