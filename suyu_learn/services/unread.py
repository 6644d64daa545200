"""What somebody may not read of themself: results that exams do not show them yet, or never, and what rests on these.

Whether a programme of theirs with such an exam is completed would tell the result, so that the two stay out together.
Counts leave out the result, not the person: they have sat, and are marked as little as somebody whom nobody marked yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, not_, or_, select
from sqlalchemy.orm import Session

from suyu_learn.models import (
    Attempt,
    Completion,
    CompletionKind,
    Exam,
    ProgrammeMember,
    ProgrammePart,
    ProgrammeStage,
    Shown,
)
from suyu_learn.services import exam_seen, exams


@dataclass(frozen=True, slots=True)
class Unread:
    """What the one who asks may not read of themself."""

    person_id: int
    exam_ids: frozenset[int]
    """Exams that they have sat and whose results are not shown to them."""
    programme_ids: frozenset[int] = frozenset()
    """Programmes of theirs in which such an exam is a part."""
    completion_ids: frozenset[int] = frozenset()
    """Of these exams and programmes."""

    def hides(self, exam_id: int, *, of: int) -> bool:
        """Whether what a person came to in an exam is such a result."""
        return of == self.person_id and exam_id in self.exam_ids


def of(session: Session, person_id: int, *, now: datetime, grace: timedelta) -> Unread | None:
    """What somebody may not read of themself; None where that is nothing, which takes one statement to know."""
    exam_ids = hidden_exams(session, person_id, now=now, grace=grace)
    if not exam_ids:
        return None
    programme_ids = frozenset(session.scalars(
        select(ProgrammeMember.programme_id)
        .join(ProgrammeStage, ProgrammeStage.programme_id == ProgrammeMember.programme_id)
        .join(ProgrammePart, ProgrammePart.stage_id == ProgrammeStage.id)
        .where(ProgrammeMember.person_id == person_id, ProgrammePart.exam_id.in_(exam_ids))
    ))  # fmt: skip
    subject = Completion.subject_id
    completion_ids = session.scalars(
        select(Completion.id).where(
            Completion.person_id == person_id,
            or_(and_(Completion.kind == CompletionKind.EXAM, subject.in_(exam_ids)),
                and_(Completion.kind == CompletionKind.PROGRAMME, subject.in_(programme_ids))),
        )
    )  # fmt: skip
    return Unread(person_id, exam_ids, programme_ids, frozenset(completion_ids))


def hidden_exams(session: Session, person_id: int, *, now: datetime, grace: timedelta) -> frozenset[int]:
    """The exams that a person has sat and whose results they may not read yet, or never."""
    sat = select(Attempt.exam_id).where(Attempt.person_id == person_id, Attempt.trial.is_(False))
    passed = select(Completion.subject_id).where(
        Completion.person_id == person_id, Completion.kind == CompletionKind.EXAM
    )
    wanted = session.scalars(
        select(Exam)
        .where(or_(Exam.id.in_(sat), Exam.id.in_(passed)), or_(Exam.show_score != Shown.NOW, Exam.results_at > now))
        .order_by(Exam.id)
    )
    return frozenset(
        one.id for one in wanted if one.show_score not in exams.shown_now(session, one, now=now, grace=grace)
    )


def keyless_exams(session: Session, person_id: int, *, now: datetime, grace: timedelta) -> frozenset[int]:
    """The exams that a person has sat and of which they may not read yet, or never, what was right."""
    sat = session.scalars(
        select(Exam).where(Exam.id.in_(select(Attempt.exam_id).where(Attempt.person_id == person_id)))
    )
    return frozenset(one.id for one in sat if not exam_seen.keys_seen(session, one, now=now, grace=grace))


def but_own_turns(unread: Unread | None) -> list[ColumnElement[bool]]:
    """The condition that leaves out their turns of programmes that would tell; none where there are no such."""
    if unread is None or not unread.programme_ids:
        return []
    own = ProgrammeMember.person_id == unread.person_id
    return [not_(and_(own, ProgrammeMember.programme_id.in_(unread.programme_ids)))]


def but_own_completions(unread: Unread | None) -> list[ColumnElement[bool]]:
    """The condition that leaves out their completions that would tell; ids are in every index of completions."""
    if unread is None or not unread.completion_ids:
        return []
    return [Completion.id.not_in(unread.completion_ids)]
