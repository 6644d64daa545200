"""Mock exams: some questions of a bank in so many minutes, marked at the end; never part of a record.

A question that an exam claims while a mock exam runs drops out of it: it is neither shown nor taken nor counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.papers.arrange import Chosen, arrange
from suyu_learn.domain.practice import PracticeMode
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions import PartialCredit
from suyu_learn.models import Bank, Exam, Person, PracticeMock, Question, QuestionVersion, new_key
from suyu_learn.services import locks, practice, practice_answers, practice_questions
from suyu_learn.services.practice_questions import Moment, Permitted

MOST_QUESTIONS = 100
MOST_MINUTES = 240
LATE = timedelta(seconds=60)
"""How long after the deadline a page that was sent in time may still arrive."""
_PART = 200
_OF_EXAM = "exam:"
"""So the seed begins of a mock exam that follows an exam, then comes the exam's number."""


@dataclass(frozen=True, slots=True)
class MockSlot:
    """One place of a mock exam."""

    number: int
    version_id: int
    question_id: int
    order: tuple[str, ...]
    response: Any = None
    fraction: Decimal | None = None
    """What the answer earned, once the mock exam has closed; None then too if the question had dropped out."""
    points: Decimal | None = None
    """What it is worth, in a mock exam that follows an exam."""
    passage: int | None = None
    """The version of the passage that it refers to."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A question chosen for a mock exam, by version, and what it is worth where that is said."""

    version_id: int
    points: Decimal | None = None
    passage: int | None = None
    """The version of the passage that it refers to; those of one passage stay together."""


def slots_of(mock: PracticeMock) -> list[MockSlot]:
    """The places of a mock exam in their order, with what was answered."""
    return [
        MockSlot(number, version_id, question_id, tuple(order), mock.responses.get(str(number)),
                 Decimal(fraction) if fraction is not None else None,
                 Decimal(more[0]) if more and more[0] is not None else None, more[1] if len(more) > 1 else None)
        for number, (version_id, question_id, order, fraction, *more) in enumerate(mock.slots, start=1)
    ]  # fmt: skip


def standing(session: Session, mock: PracticeMock, moment: Moment) -> list[MockSlot]:
    """The places whose questions may be practised now; of the others nothing is shown."""
    every = slots_of(mock)
    person = session.get_one(Person, mock.person_id)
    banks = [one for one in practice.open_banks(session, person, now=moment.now) if one.id == mock.bank_id]
    shown = practice.may_be_shown(session, banks, [slot.question_id for slot in every], moment)
    return [slot for slot in every if slot.question_id in shown]


def start(
    session: Session, person: Person, bank: Bank, *, questions: int, minutes: int, moment: Moment
) -> PracticeMock:
    """A new mock exam; the one that still runs in this bank is gone on with instead."""
    if not 1 <= questions <= MOST_QUESTIONS:
        raise Problem("practice.mock_questions", place=Place(field="questions"), most=MOST_QUESTIONS)
    if not 1 <= minutes <= MOST_MINUTES:
        raise Problem("practice.mock_minutes", place=Place(field="minutes"), most=MOST_MINUTES)
    return begin(
        session, person, bank, lambda rng: [Choice(number) for number in _drawn(session, bank, questions, rng, moment)],
        minutes=minutes, moment=moment,
    )  # fmt: skip


def begin(
    session: Session, person: Person, bank: Bank, choose: Callable[[Random], Sequence[Choice]], *, minutes: int,
    moment: Moment, exam_id: int | None = None,
) -> PracticeMock:  # fmt: skip
    """A new mock exam of what `choose` chooses, by the rules of an exam where it has a number; or the one that runs."""
    locks.hold_people(session, [person.id])
    running = running_in(session, person, bank, moment)
    if running is not None:
        return running
    seed = new_key() if exam_id is None else f"{_OF_EXAM}{exam_id}:{new_key()}"
    rng = Random(seed)
    choices = {one.version_id: one for one in choose(rng)}
    if not choices:
        raise Problem("practice.nothing_to_mock")
    asked = moment.versions.many(session, choices)
    chosen = [
        Chosen(number, Decimal(1) if one.points is None else one.points, asked[number].type, asked[number].content,
               one.passage)
        for number, one in choices.items()
    ]  # fmt: skip
    questions = dict(
        session.execute(
            select(QuestionVersion.id, QuestionVersion.question_id).where(QuestionVersion.id.in_(choices))
        ).all()
    )
    mock = PracticeMock(
        key=new_key(), person_id=person.id, bank_id=bank.id, seed=seed, minutes=minutes, started_at=moment.now,
        deadline=moment.now + timedelta(minutes=minutes), responses={},
        slots=[
            [slot.version_id, questions[slot.version_id], list(slot.options), None, *_more(choices[slot.version_id])]
            for slot in arrange(chosen, rng, shuffle_questions=True, shuffle_options=True)
        ],
    )  # fmt: skip
    session.add(mock)
    session.flush()
    return mock


def _more(one: Choice) -> list[Any]:
    """What stands behind a slot that is worth points or refers to a passage."""
    points = None if one.points is None else str(one.points)
    return [points, one.passage] if one.passage is not None else [] if points is None else [points]


def exam_id_of(mock: PracticeMock) -> int | None:
    """The number of the exam by whose rules a mock exam was drawn; None for one of any questions."""
    said, number, *_key = [*mock.seed.split(":"), ""]
    return int(number) if f"{said}:" == _OF_EXAM and number.isdecimal() else None


def most_questions(session: Session, allowed: Permitted, wanted: int, moment: Moment) -> int:
    """How many questions a mock exam can have, up to the number wanted; of a large bank that is not counted."""
    alone = session.scalars(
        allowed.select(Question.published_version_id).where(Question.group_id.is_(None)).limit(_PART)
    ).all()  # fmt: skip
    if len(alone) == _PART:
        return wanted
    asked = moment.versions.many(session, [one for one in alone if one is not None])
    return min(wanted, sum(one.type.marked_by_machine(one.content) for one in asked.values()))


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


def running(session: Session, person: Person, *, now: datetime) -> PracticeMock | None:
    """The mock exam that a person has begun and can still go on with, in whatever bank; the latest of several."""
    return session.scalar(
        select(PracticeMock)
        .where(PracticeMock.person_id == person.id, PracticeMock.closed_at.is_(None), PracticeMock.deadline > now)
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
    slots = {slot.number: slot for slot in standing(session, mock, moment)}
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
    """Mark what has not dropped out, once, and let the answers count as practice."""
    if mock.closed_at is not None:
        return
    slots = standing(session, mock, moment)
    asked, partial = moment.versions.many(session, [slot.version_id for slot in slots]), _partial(session, mock)
    marked = [[*slot[:3], None, *slot[4:]] for slot in mock.slots]
    for slot in slots:
        one = asked[slot.version_id]
        fraction = one.type.mark(one.content, slot.response, partial) if slot.response is not None else Decimal(0)
        marked[slot.number - 1][3] = str(fraction)
        if slot.response is not None:
            practice_answers.append(
                session, person, slot.question_id, slot.version_id, slot.response, right=fraction == 1,
                mode=PracticeMode.MOCK, key=f"mock.{mock.id}.{slot.number}", now=moment.now,
            )  # fmt: skip
    mock.slots = marked
    mock.closed_at = min(moment.now, mock.deadline)
    session.flush()


def _partial(session: Session, mock: PracticeMock) -> PartialCredit:
    """What part of an answer earns, as the exam says where it follows one."""
    number = exam_id_of(mock)
    exam = session.get(Exam, number) if number is not None else None
    return exam.partial_credit if exam is not None else PartialCredit.ALL_OR_NOTHING


@dataclass(frozen=True, slots=True)
class Score:
    """What came out of a mock exam."""

    questions: int
    answered: int
    right: int
    earned: Decimal = Decimal(0)
    """Points, where questions are worth some; `full` is what all of them are worth."""
    full: Decimal = Decimal(0)


def score(slots: Iterable[MockSlot]) -> Score:
    """How many were answered, and how many right, of those that were marked."""
    every = [slot for slot in slots if slot.fraction is not None]
    return Score(
        len(every),
        sum(slot.response is not None for slot in every),
        sum(slot.response is not None and slot.fraction == 1 for slot in every),
        sum((slot.points * slot.fraction for slot in every if slot.points and slot.fraction), Decimal(0)),
        sum((slot.points for slot in every if slot.points), Decimal(0)),
    )
