"""Mock exams: some questions of a bank in so many minutes, marked at the end; never part of a record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.papers.arrange import Chosen, arrange
from suyu_learn.domain.practice import PracticeMode
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Bank, Person, PracticeMock, Question, new_key
from suyu_learn.services import locks, practice_answers, practice_questions
from suyu_learn.services.practice_questions import Moment

MOST_QUESTIONS = 100
MOST_MINUTES = 240
LATE = timedelta(seconds=60)
"""How long after the deadline a page that was sent in time may still arrive."""
_PART = 200


@dataclass(frozen=True, slots=True)
class MockSlot:
    """One place of a mock exam."""

    number: int
    version_id: int
    question_id: int
    order: tuple[str, ...]
    response: Any = None
    fraction: Decimal | None = None
    """What the answer earned, once the mock exam has closed."""


def slots_of(mock: PracticeMock) -> list[MockSlot]:
    """The places of a mock exam in their order, with what was answered."""
    return [
        MockSlot(number, version_id, question_id, tuple(order), mock.responses.get(str(number)),
                 Decimal(fraction) if fraction is not None else None)
        for number, (version_id, question_id, order, fraction) in enumerate(mock.slots, start=1)
    ]  # fmt: skip


def start(
    session: Session, person: Person, bank: Bank, *, questions: int, minutes: int, moment: Moment
) -> PracticeMock:
    """A new mock exam; the one that still runs in this bank is gone on with instead."""
    if not 1 <= questions <= MOST_QUESTIONS:
        raise Problem("practice.mock_questions", place=Place(field="questions"), most=MOST_QUESTIONS)
    if not 1 <= minutes <= MOST_MINUTES:
        raise Problem("practice.mock_minutes", place=Place(field="minutes"), most=MOST_MINUTES)
    locks.hold_people(session, [person.id])
    running = running_in(session, person, bank, moment)
    if running is not None:
        return running
    seed = new_key()
    rng = Random(seed)
    drawn = _drawn(session, bank, questions, rng, moment)
    if not drawn:
        raise Problem("practice.nothing_to_mock")
    asked = moment.versions.many(session, drawn)
    chosen = [Chosen(number, Decimal(1), asked[number].type, asked[number].content) for number in drawn]
    mock = PracticeMock(
        key=new_key(), person_id=person.id, bank_id=bank.id, seed=seed, minutes=minutes, started_at=moment.now,
        deadline=moment.now + timedelta(minutes=minutes), responses={},
        slots=[
            [slot.version_id, drawn[slot.version_id], list(slot.options), None]
            for slot in arrange(chosen, rng, shuffle_questions=True, shuffle_options=True)
        ],
    )  # fmt: skip
    session.add(mock)
    session.flush()
    return mock


def _drawn(session: Session, bank: Bank, wanted: int, rng: Random, moment: Moment) -> dict[int, int]:
    """Versions by chance with their questions: those that stand alone and that a machine can mark."""
    allowed = practice_questions.permitted(session, [bank], moment)
    pool = session.execute(
        allowed.select(Question.published_version_id, Question.id)
        .where(Question.group_id.is_(None)).order_by(Question.id)
    ).all()  # fmt: skip
    mixed = rng.sample(pool, len(pool))
    found: dict[int, int] = {}
    for start_at in range(0, len(mixed), _PART):
        part = {int(row[0]): int(row[1]) for row in mixed[start_at : start_at + _PART]}
        asked = moment.versions.many(session, part)
        found |= {
            number: question_id
            for number, question_id in part.items()
            if asked[number].type.marked_by_machine(asked[number].content)
        }
        if len(found) >= wanted:
            break
    return dict(list(found.items())[:wanted])


def running_in(session: Session, person: Person, bank: Bank, moment: Moment) -> PracticeMock | None:
    """The mock exam in a bank that a person has not handed in; one whose time is over is marked when it is opened."""
    return session.scalar(
        select(PracticeMock)
        .where(PracticeMock.person_id == person.id, PracticeMock.bank_id == bank.id)
        .where(PracticeMock.closed_at.is_(None))
        .order_by(PracticeMock.id.desc())
        .limit(1)
    )


def latest_in(session: Session, person: Person, bank: Bank, *, most: int = 5) -> Sequence[PracticeMock]:
    """The latest mock exams of a person in a bank that are over."""
    return session.scalars(
        select(PracticeMock)
        .where(PracticeMock.person_id == person.id, PracticeMock.bank_id == bank.id)
        .where(PracticeMock.closed_at.is_not(None))
        .order_by(PracticeMock.id.desc())
        .limit(most)
    ).all()


def find(session: Session, person: Person, key: str, *, hold: bool = False) -> PracticeMock:
    """A person's own mock exam; `hold` keeps others from writing to it until the end of the transaction."""
    wanted = select(PracticeMock).where(PracticeMock.key == key, PracticeMock.person_id == person.id)
    found = session.scalar(wanted.with_for_update() if hold else wanted)
    if found is None:
        raise Problem("practice.no_such_mock")
    return found


def is_over(mock: PracticeMock, moment: Moment) -> bool:
    """Whether nothing can be answered in it any more."""
    return mock.closed_at is not None or moment.now > mock.deadline + LATE


def save(
    session: Session, mock: PracticeMock, given: Mapping[int, Sequence[str]], moment: Moment
) -> dict[int, Problem]:
    """Keep what a page brought; returns why some of it could not be read. What comes too late is not kept."""
    if is_over(mock, moment):
        return {}
    slots = {slot.number: slot for slot in slots_of(mock)}
    asked = moment.versions.many(session, [slots[number].version_id for number in given if number in slots])
    responses, unread = dict(mock.responses), dict[int, Problem]()
    for number, raw in given.items():
        if number not in slots:
            continue
        one = asked[slots[number].version_id]
        try:
            response = one.type.parse(one.content, list(raw))
        except Problem as problem:
            unread[number] = problem
            continue
        if response is None:
            responses.pop(str(number), None)
        else:
            responses[str(number)] = response
    mock.responses = responses
    session.flush()
    return unread


def close(session: Session, person: Person, mock: PracticeMock, moment: Moment) -> None:
    """Mark everything, once, and let the answers count as practice."""
    if mock.closed_at is not None:
        return
    slots = slots_of(mock)
    asked = moment.versions.many(session, [slot.version_id for slot in slots])
    marked = []
    for slot in slots:
        one = asked[slot.version_id]
        fraction = one.type.mark(one.content, slot.response) if slot.response is not None else Decimal(0)
        marked.append([slot.version_id, slot.question_id, list(slot.order), str(fraction)])
        if slot.response is not None:
            practice_answers.append(
                session, person, slot.question_id, slot.version_id, slot.response, right=fraction == 1,
                mode=PracticeMode.MOCK, key=f"mock.{mock.id}.{slot.number}", now=moment.now,
            )  # fmt: skip
    mock.slots = marked
    mock.closed_at = min(moment.now, mock.deadline)
    session.flush()


@dataclass(frozen=True, slots=True)
class Score:
    """What came out of a mock exam."""

    questions: int
    answered: int
    right: int


def score(slots: Iterable[MockSlot]) -> Score:
    """How many were answered, and how many right."""
    every = list(slots)
    return Score(
        len(every),
        sum(slot.response is not None for slot in every),
        sum(slot.response is not None and slot.fraction == 1 for slot in every),
    )
