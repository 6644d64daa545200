"""Answers given in practice: appended once, and what is projected from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from suyu_learn.db import upsert
from suyu_learn.domain.attempts import AnswerState, AttemptState
from suyu_learn.domain.practice import NEW, Given, PracticeMode, Standing, after
from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Attempt,
    Bank,
    Exam,
    OpenAnswer,
    Person,
    PracticeAnswer,
    PracticeState,
    PracticeTaken,
    Purpose,
    Question,
    QuestionVersion,
    Shown,
    Slot,
)
from suyu_learn.services import exams, practice_questions
from suyu_learn.services.practice_questions import Moment
from suyu_learn.services.versions import Asked

MOST_ATTEMPTS = 20
"""So many attempts are looked through for mistakes at once; the next page takes the next ones."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer with the version that was asked."""

    row: PracticeAnswer
    asked: Asked


def answer(
    session: Session, person: Person, bank: Bank, question_id: int, raw: Any, *, mode: PracticeMode, key: str,
    moment: Moment,
) -> PracticeAnswer:  # fmt: skip
    """Mark an answer and keep it; the same form a second time changes nothing.

    Raises Problem for a question that may not be practised, for what cannot be read, and where nothing was answered.
    """
    known = of_form(session, person, key)
    if known is not None:
        return known
    asked = asked_now(session, bank, question_id, moment)
    response = asked.type.parse(asked.content, raw)
    if response is None:
        raise Problem("practice.nothing_answered")
    right = is_right(asked, response)
    made = append(session, person, question_id, asked.version_id, response, right=right, mode=mode, key=key,
                  now=moment.now)  # fmt: skip
    known = made or of_form(session, person, key)
    if known is None:
        raise Problem("practice.no_such_question")
    return known


def asked_now(session: Session, bank: Bank, question_id: int, moment: Moment) -> Asked:
    """A question of a bank as it is published; raises Problem unless it may be practised."""
    allowed = practice_questions.permitted(session, [bank], moment)
    version_id = session.scalar(allowed.select(Question.published_version_id).where(Question.id == question_id))
    if version_id is None:
        raise Problem("practice.no_such_question")
    return moment.versions.get(session, version_id)


def is_right(asked: Asked, response: Any) -> bool | None:
    """Whether an answer earns everything; None where only a person could tell."""
    if not asked.type.marked_by_machine(asked.content):
        return None
    return asked.type.mark(asked.content, response) == 1


def judge(session: Session, person: Person, row: PracticeAnswer, *, right: bool, now: datetime) -> None:
    """Take what a person says of an own answer that no machine can judge; what was said first stands.

    Without it such a question could come into the notebook, by a mistake in an exam, and never leave it.
    """
    if row.right is not None:
        raise Problem("practice.judged")
    append(session, person, row.question_id, row.version_id, row.response, right=right, mode=row.mode,
           key=_judged_by_oneself(row), now=now)  # fmt: skip


def judged(session: Session, person: Person, row: PracticeAnswer) -> PracticeAnswer | None:
    """An answer with whether it is right: itself, or what the person said of it; None as long as nobody has said."""
    return row if row.right is not None else of_form(session, person, _judged_by_oneself(row))


def _judged_by_oneself(row: PracticeAnswer) -> str:
    return f"self.{row.id}"


def of_form(session: Session, person: Person, key: str) -> PracticeAnswer | None:
    """The answer of a person that a form brought before."""
    return session.scalar(
        select(PracticeAnswer).where(PracticeAnswer.key == key, PracticeAnswer.person_id == person.id)
    )


def state_of(session: Session, person: Person, question_id: int) -> PracticeState | None:
    """How a person stands with a question; None before the first answer."""
    return session.get(PracticeState, (person.id, question_id))


def append(
    session: Session, person: Person, question_id: int, version_id: int, response: Any, *, right: bool | None,
    mode: PracticeMode, key: str, now: datetime,
) -> PracticeAnswer | None:  # fmt: skip
    """One more answer, and what follows from it; None where this key has brought one before."""
    values = {"key": key, "person_id": person.id, "question_id": question_id, "version_id": version_id,
              "response": response, "right": right, "mode": mode, "at": now}  # fmt: skip
    made = session.scalar(
        upsert(session, PracticeAnswer).values(**values).on_conflict_do_nothing().returning(PracticeAnswer)
    )
    if made is not None:
        _project(session, made)
    return made  # type: ignore[no-any-return]


def _project(session: Session, row: PracticeAnswer) -> None:
    """Carry one more answer into the person's standing with the question."""
    fresh = {"person_id": row.person_id, "question_id": row.question_id, "last_id": 0}
    session.execute(upsert(session, PracticeState).values(**fresh).on_conflict_do_nothing())
    state = session.get_one(
        PracticeState, (row.person_id, row.question_id), with_for_update=True, populate_existing=True
    )
    _set(state, after(_standing(state), Given(row.right, row.mode)), row)
    session.flush()


def _standing(state: PracticeState) -> Standing:
    return Standing(state.answers, state.marked, state.right, state.in_row, state.in_notebook)


def _set(state: PracticeState, standing: Standing, row: PracticeAnswer) -> None:
    state.answers, state.marked, state.right = standing.answers, standing.marked, standing.right
    state.in_row, state.in_notebook = standing.in_row, standing.in_notebook
    state.last_id = row.id
    if row.mode is PracticeMode.RANDOM:
        state.random_id = row.id


def rebuild(session: Session, person_id: int) -> None:
    """A person's standings anew, from the answers alone."""
    session.execute(delete(PracticeState).where(PracticeState.person_id == person_id))
    states: dict[int, tuple[PracticeState, Standing]] = {}
    rows = session.scalars(
        select(PracticeAnswer).where(PracticeAnswer.person_id == person_id).order_by(PracticeAnswer.id)
    )
    for row in rows:
        state, standing = states.get(row.question_id) or (
            PracticeState(person_id=person_id, question_id=row.question_id, random_id=0), NEW
        )  # fmt: skip
        standing = after(standing, Given(row.right, row.mode))
        _set(state, standing, row)
        states[row.question_id] = (state, standing)
    session.add_all(state for state, _standing in states.values())
    session.flush()


def give(session: Session, answer_ids: Sequence[int], giver: int, receiver: int) -> None:
    """Make answers somebody else's, as when two entries of a person become one."""
    if not answer_ids:
        return
    rows = session.scalars(select(PracticeAnswer).where(PracticeAnswer.person_id == giver))
    wanted = set(answer_ids)
    for row in rows:
        if row.id in wanted:
            row.person_id = receiver
    session.flush()
    rebuild(session, giver)
    rebuild(session, receiver)


def ids_of(session: Session, person: Person) -> list[int]:
    """All answers of a person, by id."""
    return list(session.scalars(select(PracticeAnswer.id).where(PracticeAnswer.person_id == person.id)))


# Mistakes of exams.


def attempts_to_take(session: Session, person: Person, moment: Moment) -> list[Attempt]:
    """Closed attempts whose mistakes have not been looked through, and whose key the person may see by now.

    One in which an answer waits for a person is looked through when all of it is judged.
    """
    waits = [AnswerState.WAITING, AnswerState.ONCE, AnswerState.SETTLE]
    rows = session.scalars(
        select(Attempt)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(Attempt.person_id == person.id, Attempt.trial.is_(False))
        .where(Attempt.state.not_in([AttemptState.OPEN, AttemptState.VOIDED]))
        .where(Exam.deleted_at.is_(None), Exam.purpose != Purpose.ASSESSMENT.value)
        .where(Exam.show_key != Shown.NEVER, Exam.show_score != Shown.NEVER)
        .where(Attempt.id.not_in(select(PracticeTaken.attempt_id)))
        .where(Attempt.id.not_in(select(OpenAnswer.attempt_id).where(OpenAnswer.state.in_(waits))))
        .order_by(Attempt.id)
    )
    ready: list[Attempt] = []
    for attempt in rows:
        shown = exams.shown_now(session, attempt.exam, now=moment.now, grace=moment.grace)
        if {attempt.exam.show_key, attempt.exam.show_score} <= shown:
            ready.append(attempt)
        if len(ready) == MOST_ATTEMPTS:
            break
    return ready


def take_mistakes(session: Session, person: Person, moment: Moment) -> None:
    """Put what the person answered wrong in these attempts into the notebook, each attempt once."""
    for attempt in attempts_to_take(session, person, moment):
        fresh = upsert(session, PracticeTaken).values(attempt_id=attempt.id, at=moment.now).on_conflict_do_nothing()
        if session.scalar(fresh.returning(PracticeTaken.attempt_id)) is None:
            continue
        rows = session.execute(
            select(Slot.number, Slot.version_id, Slot.response, QuestionVersion.question_id)
            .join(QuestionVersion, QuestionVersion.id == Slot.version_id)
            .where(Slot.attempt_id == attempt.id, Slot.fraction < 1, Slot.response.is_not(None))
            .order_by(Slot.number)
        ).all()
        for number, version_id, response, question_id in rows:
            append(session, person, question_id, version_id, response, right=False, mode=PracticeMode.EXAM,
                   key=f"exam.{attempt.id}.{number}", now=moment.now)  # fmt: skip
