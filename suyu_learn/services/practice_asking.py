"""Which question comes next: in order, at random without repetition, from the notebook or the favourites."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from suyu_learn.db import upsert
from suyu_learn.domain.practice import PracticeMode
from suyu_learn.models import Bank, Person, PracticeAnswer, PracticePlace, PracticeState, Question
from suyu_learn.services import practice, practice_favourites, practice_questions
from suyu_learn.services.practice_questions import Moment, Permitted

LOOKING = "read"
"""The way in which answers are shown at once; nothing is answered in it."""
FAVOURITES = "favourites"
"""The way through what one has marked, in order; unlike the notebook, answering takes nothing out of it."""
WAYS = (PracticeMode.IN_ORDER.value, PracticeMode.RANDOM.value, PracticeMode.NOTEBOOK.value, FAVOURITES, LOOKING)


@dataclass(frozen=True, slots=True)
class Way:
    """One way of practising with a bank, perhaps narrowed to a topic or a type."""

    code: str
    topic: int = 0
    type: str = ""

    @property
    def mode(self) -> PracticeMode:
        """Where an answer that is given in it comes from."""
        return PracticeMode.IN_ORDER if self.code == FAVOURITES else PracticeMode(self.code)

    @property
    def kept_as(self) -> str:
        """The name of its bookmark."""
        return ".".join(str(part) for part in (self.code, self.topic, self.type) if part)


@dataclass(frozen=True, slots=True)
class Next:
    """What comes next, and where it stands; no question where the way is at its end."""

    count: int
    place: int = 0
    """Its number among them, from 1; at random, how many of the round were asked, itself included."""
    question_id: int | None = None
    version_id: int | None = None
    group_id: int | None = None
    marked: bool = False
    """Whether it is among the person's favourites."""


def questions_of(session: Session, person: Person, bank: Bank, way: Way, moment: Moment) -> Permitted:
    """What a way goes through."""
    allowed = practice_questions.permitted(session, [bank], moment)
    if way.code == FAVOURITES:
        allowed = allowed.narrowed(practice_favourites.marked_by(person))
    return practice.about(session, allowed, topic=way.topic, kind=way.type)


def upcoming(session: Session, person: Person, bank: Bank, way: Way, moment: Moment, rng: Random) -> Next:
    """The question to ask now; loading the page again asks the same one."""
    allowed = questions_of(session, person, bank, way, moment)
    if way.code == PracticeMode.NOTEBOOK:
        return _from_notebook(session, person, allowed)
    place = _place(session, person, bank, way)
    if way.code == PracticeMode.RANDOM:
        return _at_random(session, person, bank, way, allowed, place, moment, rng)
    done = place.question_id if place is not None else 0
    row = session.execute(
        _asked(person, allowed).where(Question.id > done).order_by(Question.id).limit(1)
    ).one_or_none()
    every = moment.catalogues.ids(session, allowed, _named(person, bank, way))
    return _placed(every, row) if row is not None else Next(len(every), bisect_right(every, done))


def this_one(
    session: Session, person: Person, bank: Bank, way: Way, question_id: int, moment: Moment
) -> Next | None:  # fmt: skip
    """A question of a way to be asked once more, where it stands in it; None if it may not be asked any more."""
    allowed = questions_of(session, person, bank, way, moment)
    row = session.execute(_asked(person, allowed).where(Question.id == question_id)).one_or_none()
    if row is None:
        return None
    if way.code == PracticeMode.NOTEBOOK:
        return Next(_in_notebook(session, person, allowed), 1, *row)
    every = moment.catalogues.ids(session, allowed, _named(person, bank, way))
    if way.code == PracticeMode.RANDOM:
        answered = _answered(session, person, _place(session, person, bank, way))
        return Next(len(every), min(len(every), sum(one in answered for one in every) + 1), *row)
    return _placed(every, row)


def _placed(every: Sequence[int], row: Any) -> Next:
    place = bisect_left(every, row.id) + 1
    return Next(max(len(every), place), place, *row)


def _named(person: Person, bank: Bank, way: Way) -> tuple[object, ...]:
    """What stands for the questions that a way goes through."""
    return (bank.id, bank.practice, way.topic, way.type, person.id if way.code == FAVOURITES else 0)


def _at_random(
    session: Session, person: Person, bank: Bank, way: Way, allowed: Permitted, place: PracticePlace | None,
    moment: Moment, rng: Random,
) -> Next:  # fmt: skip
    """One of those not yet answered in this round, kept until it is answered."""
    since = place.since_id if place is not None else 0
    answered = _answered(session, person, place)
    every = moment.catalogues.ids(session, allowed, _named(person, bank, way))
    left = [number for number in every if number not in answered]
    number = len(every) - len(left) + 1
    if place is not None and place.question_id and place.question_id not in answered:
        row = session.execute(_asked(person, allowed).where(Question.id == place.question_id)).one_or_none()
        if row is not None:
            return Next(len(every), number, *row)
    while left:
        chosen = left[rng.randrange(len(left))]
        row = session.execute(_asked(person, allowed).where(Question.id == chosen)).one_or_none()
        if row is not None:
            _keep(session, person, bank, way, chosen, since=since, now=moment.now)
            return Next(len(every), number, *row)
        # what was kept in memory is no longer so
        moment.catalogues.forget(_named(person, bank, way))
        every = moment.catalogues.ids(session, allowed, _named(person, bank, way))
        left = [one for one in every if one not in answered and one != chosen]
    return Next(len(every), len(every))


def _answered(session: Session, person: Person, place: PracticePlace | None) -> set[int]:
    """What was answered at random since the round began."""
    since = place.since_id if place is not None else 0
    of_round = select(PracticeState.question_id).where(
        PracticeState.person_id == person.id, PracticeState.random_id > since
    )
    return set(session.scalars(of_round))


def _from_notebook(session: Session, person: Person, allowed: Permitted) -> Next:
    """The one whose latest answer is longest ago."""
    state = PracticeState
    count = _in_notebook(session, person, allowed)
    mine = _asked(person, allowed).join(state, _noted(person))
    row = session.execute(mine.order_by(state.last_id, Question.id).limit(1)).one_or_none()
    return Next(count, 1, *row) if row is not None else Next(count)


def _in_notebook(session: Session, person: Person, allowed: Permitted) -> int:
    return session.scalar(allowed.select(func.count()).join(PracticeState, _noted(person))) or 0


def _noted(person: Person) -> ColumnElement[bool]:
    state = PracticeState
    return (state.question_id == Question.id) & (state.person_id == person.id) & state.in_notebook


def _asked(person: Person, allowed: Permitted) -> Select[Any]:
    return allowed.select(
        Question.id, Question.published_version_id, Question.group_id, practice_favourites.marked_by(person)
    )


def go_on(session: Session, person: Person, bank: Bank, way: Way, question_id: int, *, now: datetime) -> None:
    """Leave a question behind, answered or not; in order one never goes back by it."""
    if way.code == PracticeMode.NOTEBOOK:
        return
    place = _place(session, person, bank, way)
    since = place.since_id if place is not None else 0
    if way.code == PracticeMode.RANDOM:
        _keep(session, person, bank, way, 0, since=since, now=now)
    elif place is None or place.question_id < question_id:
        _keep(session, person, bank, way, question_id, since=since, now=now)


def begin_again(session: Session, person: Person, bank: Bank, way: Way, *, now: datetime) -> None:
    """From the first one again; at random a new round."""
    latest = session.scalar(select(func.max(PracticeAnswer.id)).where(PracticeAnswer.person_id == person.id))
    _keep(session, person, bank, way, 0, since=latest or 0, now=now)


def places_of(session: Session, person: Person, bank: Bank) -> dict[str, int]:
    """The bookmarks of a person in a bank, by the name of the way."""
    rows: Sequence[PracticePlace] = session.scalars(
        select(PracticePlace).where(PracticePlace.person_id == person.id, PracticePlace.bank_id == bank.id)
    ).all()
    return {one.way: one.question_id for one in rows}


def _place(session: Session, person: Person, bank: Bank, way: Way) -> PracticePlace | None:
    return session.get(PracticePlace, (person.id, bank.id, way.kept_as), populate_existing=True)


def _keep(
    session: Session, person: Person, bank: Bank, way: Way, question_id: int, *, since: int, now: datetime
) -> None:  # fmt: skip
    values = {"question_id": question_id, "since_id": since, "at": now}
    session.execute(
        upsert(session, PracticePlace)
        .values(person_id=person.id, bank_id=bank.id, way=way.kept_as, **values)
        .on_conflict_do_update(index_elements=["person_id", "bank_id", "way"], set_=values)
    )
