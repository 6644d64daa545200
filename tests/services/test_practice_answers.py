"""Answers of practice: kept once, carried into standings, asked in order and at random, taken from exams."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.practice import Openness, PracticeMode
from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Bank,
    OpenAnswer,
    Person,
    PracticeAnswer,
    PracticeState,
    Question,
    QuestionVersion,
    Role,
    Shown,
)
from suyu_learn.services import (
    merging,
    people,
    practice,
    practice_answers,
    practice_asking,
    practice_favourites,
    practice_mocks,
    practice_questions,
    splitting,
)
from suyu_learn.services.practice_asking import Next, Way
from suyu_learn.services.practice_questions import Moment
from tests.clock import FrozenClock
from tests.factories import MEASURE, essay, learn, learner, manager, single, stored_bank, true_false
from tests.services import test_marking
from tests.services.test_practice_questions import at, exam

ORDER, RANDOM, NOTEBOOK, FAVOURITES = (Way(one) for one in ("order", "random", "notebook", "favourites"))


@pytest.fixture
def source(session: Session, clock: FrozenClock) -> Bank:
    """Five single choices, open for practice."""
    made = stored_bank(session, now=clock())
    made.practice = Openness.OPEN
    session.flush()
    return made


class Practising:
    """A learner with one bank, who answers right or wrong."""

    def __init__(self, session: Session, source: Bank, clock: FrozenClock) -> None:
        self.session, self.source, self.clock = session, source, clock
        self.person: Person = learner(session, now=clock())
        self.rng = Random(7)
        self.forms = 0

    @property
    def moment(self) -> Moment:
        return at(self.clock)

    def next(self, way: Way = ORDER) -> Next:
        return practice_asking.upcoming(self.session, self.person, self.source, way, self.moment, self.rng)

    def say(self, raw: Any = "right", way: Way = ORDER, *, key: str = "") -> int:
        """Answer what comes next; says which question that was."""
        number = self.next(way).question_id
        assert number is not None
        self.forms += 1
        practice_answers.answer(
            self.session, self.person, self.source, number, [raw], mode=way.mode,
            key=key or f"form-number-{self.person.id}-{self.forms}", moment=self.moment,
        )  # fmt: skip
        practice_asking.go_on(self.session, self.person, self.source, way, number, now=self.clock())
        return number

    def progress(self) -> practice.Progress:
        allowed = practice_questions.permitted(self.session, [self.source], self.moment)
        return practice.progress(self.session, self.person, allowed)[self.source.id]


@pytest.fixture
def one(session: Session, source: Bank, clock: FrozenClock) -> Practising:
    return Practising(session, source, clock)


def _ids(session: Session, source: Bank) -> list[int]:
    return list(session.scalars(select(Question.id).where(Question.bank_id == source.id).order_by(Question.id)))


def test_in_order_one_goes_on_where_one_stopped_and_may_begin_again(session: Session, one: Practising) -> None:
    every = _ids(session, one.source)
    assert [one.say(), one.say("wrong1")] == every[:2]
    assert (one.next().place, one.next().count) == (3, 5)
    practice_asking.go_on(session, one.person, one.source, ORDER, every[0], now=one.clock())  # an old page
    assert [one.say(), one.say(), one.say()] == every[2:]
    assert one.next() == Next(5, 5)
    practice_asking.begin_again(session, one.person, one.source, ORDER, now=one.clock())
    assert one.next().question_id == every[0]
    assert one.progress() == practice.Progress(questions=5, practised=5, marked=5, right=4, in_notebook=1)


def test_at_random_nothing_comes_twice_before_all_came_once(session: Session, one: Practising) -> None:
    every = set(_ids(session, one.source))
    assert one.next(RANDOM) == one.next(RANDOM)
    for _round in range(3):
        assert {one.say(way=RANDOM) for _number in every} == every
        assert one.next(RANDOM).question_id is None
        practice_asking.begin_again(session, one.person, one.source, RANDOM, now=one.clock())
    assert one.next(RANDOM).place == 1


def test_what_is_kept_in_memory_of_a_big_bank_is_looked_up_before_it_is_asked(
    session: Session, one: Practising, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(practice_questions, "SMALL", 1)
    moment = one.moment
    monkeypatch.setattr(Practising, "moment", moment)
    assert one.next(RANDOM).count == one.next().count == 5
    exam(session, one.source, one.clock, {"types": ["single"]}, purpose="assessment")
    assert one.next().question_id is None
    assert one.next(RANDOM).question_id is None


def test_what_was_answered_in_order_still_comes_at_random(session: Session, one: Practising) -> None:
    one.say()
    assert len({one.say(way=RANDOM) for _number in range(5)}) == 5


def test_a_skipped_question_comes_again_in_the_round(session: Session, one: Practising) -> None:
    skipped = one.next(RANDOM).question_id
    assert skipped is not None
    practice_asking.go_on(session, one.person, one.source, RANDOM, skipped, now=one.clock())
    assert skipped in {one.say(way=RANDOM) for _number in range(5)}


def test_the_notebook_asks_what_was_wrong_until_it_is_right_twice_in_a_row(one: Practising) -> None:
    first, second = one.say("wrong1"), one.say("wrong2")
    assert one.say(way=NOTEBOOK) == first
    assert one.say(way=NOTEBOOK) == second
    assert one.say("wrong3", way=NOTEBOOK) == first
    assert one.say(way=NOTEBOOK) == second
    assert one.progress().in_notebook == 1
    assert [one.say(way=NOTEBOOK), one.say(way=NOTEBOOK)] == [first, first]
    assert one.next(NOTEBOOK) == Next(0)


def test_favourites_are_gone_through_in_order_and_stay(session: Session, one: Practising, clock: FrozenClock) -> None:
    first, second, third, *_rest = _ids(session, one.source)
    assert one.next(FAVOURITES) == Next(0)
    for number in (third, first, first):
        practice_favourites.mark(session, one.person, one.source, number, one.moment)
    other = Practising(session, one.source, clock)
    assert other.next(FAVOURITES) == Next(0)
    assert one.progress().favourites == 2
    assert [one.say(way=FAVOURITES), one.say("wrong1", way=FAVOURITES)] == [first, third]
    assert one.next(FAVOURITES) == Next(2, 2)
    assert one.next().question_id == first, "it has a place of its own"
    assert one.next(NOTEBOOK).question_id == third
    practice_asking.begin_again(session, one.person, one.source, FAVOURITES, now=one.clock())
    practice_favourites.unmark(session, one.person, first)
    practice_favourites.unmark(session, one.person, second)
    assert (one.next(FAVOURITES).question_id, one.progress().favourites) == (third, 1)
    exam(session, one.source, one.clock, {"types": ["single"]}, purpose="assessment")
    assert one.next(FAVOURITES) == Next(0)
    with pytest.raises(Problem, match="no_such_question"):
        practice_favourites.mark(session, one.person, one.source, second, one.moment)


def test_the_same_form_counts_once_and_is_nobody_elses(session: Session, one: Practising, clock: FrozenClock) -> None:
    number = one.say(key="the-very-same-form")
    for raw in ("right", "wrong1"):
        practice_answers.answer(session, one.person, one.source, number, [raw], mode=PracticeMode.IN_ORDER,
                                key="the-very-same-form", moment=one.moment)  # fmt: skip
    assert one.progress().marked == one.progress().right == 1
    other = learner(session, now=clock())
    with pytest.raises(Problem, match="no_such_question"):
        practice_answers.answer(session, other, one.source, number, ["right"], mode=PracticeMode.IN_ORDER,
                                key="the-very-same-form", moment=one.moment)  # fmt: skip
    assert session.scalars(select(PracticeState).where(PracticeState.person_id == other.id)).all() == []


def test_what_is_no_answer_is_refused(session: Session, one: Practising) -> None:
    number = one.next().question_id
    assert number is not None
    for raw, code in (([], "nothing_answered"), ([""], "nothing_answered"), (["x"], "unknown_choice")):
        with pytest.raises(Problem, match=code):
            practice_answers.answer(session, one.person, one.source, number, raw, mode=PracticeMode.IN_ORDER,
                                    key="a-form-of-sixteen", moment=one.moment)  # fmt: skip
    assert session.scalars(select(PracticeAnswer)).all() == []


def test_an_answer_that_only_a_person_could_mark_is_practised_and_not_judged(
    session: Session, clock: FrozenClock
) -> None:
    source = stored_bank(session, now=clock(), questions=[essay(1)])
    source.practice = Openness.OPEN
    one = Practising(session, source, clock)
    one.say("It burns.")
    assert one.progress() == practice.Progress(questions=1, practised=1)
    with pytest.raises(Problem, match="nothing_to_mock"):
        practice_mocks.start(session, one.person, source, questions=5, minutes=5, moment=one.moment)


def test_standings_follow_from_the_answers_alone(session: Session, one: Practising) -> None:
    for raw, way in (("wrong1", ORDER), ("right", RANDOM), ("right", NOTEBOOK), ("wrong2", RANDOM), ("right", ORDER)):
        one.say(raw, way)
    mock = practice_mocks.start(session, one.person, one.source, questions=5, minutes=5, moment=one.moment)
    practice_mocks.save(session, mock, {1: ["right"], 2: ["wrong1"]}, one.moment)
    practice_mocks.close(session, one.person, mock, one.moment)

    def standings() -> list[tuple[Any, ...]]:
        rows = session.scalars(select(PracticeState).order_by(PracticeState.question_id))
        return [
            (row.question_id, row.answers, row.marked, row.right, row.in_row, row.in_notebook, row.last_id,
             row.random_id)
            for row in rows
        ]  # fmt: skip

    before = standings()
    practice_answers.rebuild(session, one.person.id)
    session.expire_all()
    assert standings() == before


def test_a_mock_exam_is_marked_once_and_keeps_its_time(session: Session, one: Practising) -> None:
    mock = practice_mocks.start(session, one.person, one.source, questions=3, minutes=10, moment=one.moment)
    assert practice_mocks.start(session, one.person, one.source, questions=3, minutes=10, moment=one.moment) is mock
    practice_mocks.save(session, mock, {1: ["right"], 2: ["wrong1"], 3: ["right"], 4: ["right"]}, one.moment)
    practice_mocks.save(session, mock, {3: []}, one.moment)
    assert list(practice_mocks.save(session, mock, {1: ["nonsense"]}, one.moment)) == [1]
    one.clock.advance(minutes=12)
    practice_mocks.save(session, mock, {3: ["right"]}, one.moment)
    assert practice_mocks.is_over(mock, one.moment)
    for _twice in range(2):
        practice_mocks.close(session, one.person, mock, one.moment)
    assert practice_mocks.score(practice_mocks.slots_of(mock)) == practice_mocks.Score(3, answered=2, right=1)
    assert mock.closed_at == mock.deadline
    assert (one.progress().marked, one.progress().right, one.progress().in_notebook) == (2, 1, 1)
    again = practice_mocks.start(session, one.person, one.source, questions=99, minutes=10, moment=one.moment)
    assert len(again.slots) == 5


def test_a_mock_exam_has_sensible_bounds(one: Practising) -> None:
    bounds = ((0, 5, "questions"), (101, 5, "questions"), (5, 0, "minutes"), (5, 241, "minutes"))
    for questions, minutes, code in bounds:
        with pytest.raises(Problem, match=f"mock_{code}"):
            practice_mocks.start(one.session, one.person, one.source, questions=questions, minutes=minutes,
                                 moment=one.moment)  # fmt: skip


def test_banks_are_open_below_their_unit(session: Session, clock: FrozenClock) -> None:
    city = people.add_unit(session, "City", parent=None, now=clock())
    mill, school = (people.add_unit(session, name, parent=city, now=clock()) for name in ("Mill", "School"))
    hall = people.add_unit(session, "Hall", parent=mill, now=clock())
    banks = {}
    for unit in (None, city, mill, school):
        name = unit.name if unit else "Everybody's"
        banks[name] = stored_bank(session, now=clock(), unit=unit, name=name)
        banks[name].practice = Openness.OPEN
    stored_bank(session, now=clock(), unit=hall, name="Closed")
    deleted = stored_bank(session, now=clock(), unit=hall, name="Deleted")
    deleted.practice, deleted.deleted_at = Openness.OPEN, clock()
    session.flush()
    person, nobody = learner(session, now=clock(), unit=hall), learner(session, now=clock())
    assert {one.name for one in practice.open_banks(session, person, now=clock())} == {"City", "Mill", "Everybody's"}
    assert [one.name for one in practice.open_banks(session, nobody, now=clock())] == ["Everybody's"]
    people.move_person(session, person, school, now=clock() + timedelta(days=1))
    later = practice.open_banks(session, person, now=clock() + timedelta(days=2))
    assert {one.name for one in later} == {"City", "School", "Everybody's"}
    with pytest.raises(Problem, match="no_such_bank"):
        practice.find(session, nobody, banks["Mill"].id, now=clock())


def test_topics_and_types_narrow_every_way(session: Session, clock: FrozenClock) -> None:
    questions = [replace(single(1), topics=("Fire",)), replace(single(2), topics=("Water",)), true_false(3)]
    source = stored_bank(session, now=clock(), questions=questions)
    source.practice = Openness.OPEN
    one = Practising(session, source, clock)
    allowed = practice_questions.permitted(session, [source], one.moment)
    fire, water = practice.topics_of(session, allowed)
    assert [(fire.name, fire.questions), (water.name, water.questions)] == [("Fire", 1), ("Water", 1)]
    assert practice.types_of(session, allowed) == {"single": 2, "true_false": 1}
    first, second, third = _ids(session, source)
    assert one.say(way=Way("order", topic=water.id)) == second
    assert one.next(Way("order", topic=water.id)) == Next(1, 1)
    assert one.say("true", way=Way("random", type="true_false")) == third
    assert one.next().question_id == first


def test_two_entries_of_a_person_practise_as_one_and_part_again(
    session: Session, one: Practising, clock: FrozenClock
) -> None:
    other = Practising(session, one.source, clock)
    for who in (one, other):
        number = who.say("wrong1")
        practice_favourites.mark(session, who.person, one.source, number, one.moment)
    practice_favourites.mark(session, other.person, one.source, other.say(), one.moment)
    admin = manager(session, Role.ADMIN, None, now=clock())
    merging.merge(session, one.person, other.person, actor=admin, now=clock(), reason="The same", **MEASURE)
    session.expire_all()
    assert one.progress() == practice.Progress(questions=5, practised=2, marked=3, right=1, in_notebook=1, favourites=2)
    splitting.split(session, other.person, actor=admin, now=clock(), reason="No", zone=MEASURE["zone"])
    session.expire_all()
    assert one.progress() == practice.Progress(questions=5, practised=1, marked=1, in_notebook=1, favourites=1)
    assert other.progress() == practice.Progress(
        questions=5, practised=2, marked=2, right=1, in_notebook=1, favourites=2
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_mistakes_come_in_when_all_of_an_attempt_is_judged(app: Flask) -> None:
    given = test_marking.stage(app, questions=[single(1), essay(1), essay(2)], show_key=Shown.NOW, show_score=Shown.NOW)
    attempt = test_marking.sit(given, "p1", right=False)
    here = learn(app)
    moment = Moment(here.now(), here.grace, here.versions, here.catalogues)

    def noted() -> list[str]:
        with here.database.writing() as session:
            person = session.get_one(Person, given.people["p1"])
            practice_answers.take_mistakes(session, person, moment)
            rows = session.execute(
                select(QuestionVersion.type)
                .join(PracticeState, PracticeState.question_id == QuestionVersion.question_id)
                .where(PracticeState.in_notebook)
                .order_by(QuestionVersion.id)
            )
            return list(rows.scalars())

    with here.database.reading() as session:
        keys = session.scalars(select(OpenAnswer.key).where(OpenAnswer.attempt_id == attempt)).all()
    assert noted() == []
    test_marking.mark(given, "ann", keys[0], "0.2")
    assert noted() == []
    test_marking.mark(given, "ann", keys[1], "1")
    assert noted() == noted() == ["single", "essay"]


def test_one_judges_oneself_what_no_machine_can(session: Session, clock: FrozenClock) -> None:
    source = stored_bank(session, now=clock(), questions=[essay(1)])
    source.practice = Openness.OPEN
    one = Practising(session, source, clock)
    for right, in_notebook in ((False, 1), (True, 1), (True, 0)):
        one.say("It burns.")
        row = session.scalars(select(PracticeAnswer).order_by(PracticeAnswer.id.desc()).limit(1)).one()
        assert practice_answers.judged(session, one.person, row) is None
        for said in (right, not right):  # what was said first stands
            practice_answers.judge(session, one.person, row, right=said, now=clock())
        found = practice_answers.judged(session, one.person, row)
        assert found is not None
        assert found.right is right
        assert one.progress().in_notebook == in_notebook
        practice_asking.begin_again(session, one.person, source, ORDER, now=clock())
        with pytest.raises(Problem, match=r"practice\.judged"):
            practice_answers.judge(session, one.person, found, right=True, now=clock())


def test_a_question_that_is_asked_once_more_stands_where_it_stood(session: Session, one: Practising) -> None:
    def again(way: Way) -> Next | None:
        number = one.next(way).question_id
        assert number is not None
        return practice_asking.this_one(session, one.person, one.source, way, number, one.moment)

    one.say("wrong1")
    one.say("wrong1")
    assert again(ORDER) == one.next(ORDER)
    assert again(NOTEBOOK) == one.next(NOTEBOOK)
    assert (one.next(NOTEBOOK).place, one.next(NOTEBOOK).count) == (1, 2)
    one.say(way=RANDOM)
    assert again(RANDOM) == one.next(RANDOM)
    assert (one.next(RANDOM).place, one.next(RANDOM).count) == (2, 5)
