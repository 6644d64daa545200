"""Favourites: questions that somebody has marked to come back to."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, delete, select, update
from sqlalchemy.orm import Session

from suyu_learn.db import upsert
from suyu_learn.models import Bank, Person, PracticeFavourite, Question
from suyu_learn.services import practice_answers
from suyu_learn.services.practice_questions import Moment


def mark(session: Session, person: Person, bank: Bank, question_id: int, moment: Moment) -> None:
    """Mark a question that may be practised; one that is marked stays so."""
    practice_answers.asked_now(session, bank, question_id, moment)
    values = {"person_id": person.id, "question_id": question_id, "at": moment.now}
    session.execute(upsert(session, PracticeFavourite).values(**values).on_conflict_do_nothing())


def unmark(session: Session, person: Person, question_id: int) -> None:
    """Take the mark from a question."""
    session.execute(
        delete(PracticeFavourite).where(
            PracticeFavourite.person_id == person.id, PracticeFavourite.question_id == question_id
        )
    )


def is_marked(session: Session, person: Person, question_id: int) -> bool:
    """Whether a person has marked a question."""
    return session.scalar(of(person).where(PracticeFavourite.question_id == question_id)) is not None


def marked_by(person: Person) -> ColumnElement[bool]:
    """The same of each question of a statement."""
    return Question.id.in_(of(person))


def of(person: Person) -> Select[int]:
    """The questions that a person has marked."""
    return select(PracticeFavourite.question_id).where(PracticeFavourite.person_id == person.id)


def give(session: Session, giver: Person, receiver: Person, question_ids: Collection[int] | None = None) -> list[int]:
    """Make marks somebody else's, all or these, but for what the receiver has marked too; says which went over."""
    wanted = set(session.scalars(of(giver))).difference(session.scalars(of(receiver)))
    going = sorted(wanted if question_ids is None else wanted.intersection(question_ids))
    session.execute(
        update(PracticeFavourite)
        .where(PracticeFavourite.person_id == giver.id, PracticeFavourite.question_id.in_(going))
        .values(person_id=receiver.id)
    )
    return going
