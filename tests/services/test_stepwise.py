"""One question at a time: shown once, for its seconds, and never again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.domain.attempts import ALL_SHOWN, AttemptState, Extra, StepKind
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt, Delivery, Exam, Person, Role, Step
from suyu_learn.services import (
    answers,
    boards,
    exam_changes,
    exam_delivery,
    exams,
    extra_time,
    invigilation,
    sitting,
    stepwise,
)
from suyu_learn.services.answers import Claim, Incoming, Saved
from suyu_learn.services.steps import projected
from suyu_learn.services.stepwise import ShownQuestion
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import learn, manager, stage, with_somebody_else
from tests.services.test_invigilation import Day
from tests.services.test_regrading import WRONG_KEY, corrected, regraded

SECONDS = 60
MINUTE = timedelta(minutes=1)
one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class StepDay(Day):
    """A day of an exam that is shown one question at a time; five questions, each right with `right`."""

    def open(self, key: str) -> ShownQuestion | None:
        return self.held(key, lambda session, attempt: stepwise.open_question(session, attempt, **self.tools))

    def next(self, key: str, *, by_clock: bool = False) -> None:
        self.held(key, lambda session, attempt: stepwise.leave(session, attempt, by_clock=by_clock, **self.tools))

    def held(self, key: str, work: Callable[[Any, Attempt], Any]) -> Any:
        def held(session: Any, _exam: Exam, _actor: Person) -> Any:
            return work(session, sitting.hold(session, key, session.get_one(Person, self.people[0])))

        return self.do(held)

    def begin(self) -> str:
        def work(session: Any, exam: Exam, _actor: Person) -> str:
            person = session.get_one(Person, self.people[0])
            return sitting.start(session, exam, person, pools=learn(self.app).pools, **self.tools).key

        key = str(self.do(work))
        self.open(key)
        return key

    def answer(self, key: str, slot: int, *, seq: int = 1, response: str = "right", age: int = 0) -> Saved:
        reply = self.save(key, seq, slot=slot, response=response, age=timedelta(seconds=age))
        return reply.results[0]

    def at(self, key: str) -> int | None:
        return self.attempt(key).shown_slot

    def remaining(self, key: str) -> int:
        def work(session: Any, attempt: Attempt) -> int:
            claim = Claim(attempt.person_id, session.get_one(Person, attempt.person_id).stamp)
            return answers.save(session, key, claim, [], **self.tools).remaining

        return int(self.held(key, work))


@pytest.fixture
def policy() -> dict[str, Any]:
    return {}


@pytest.fixture
def day(app: Flask, policy: dict[str, Any]) -> StepDay:
    given = stage(app, **{"minutes": 10, "delivery": Delivery.STEPWISE, "question_seconds": SECONDS, **policy})
    return StepDay(app, given.exam_id, with_somebody_else(given))


def _refusals(app: Flask) -> list[str]:
    with learn(app).database.reading() as session:
        rows = session.scalars(select(Step.detail).where(Step.kind == StepKind.SAVED).order_by(Step.id))
        return [str((one or {}).get("refused", "")) for one in rows]  # type: ignore[attr-defined]


@one_database
class TestShowing:
    def test_each_question_is_shown_once_and_behind_the_last_one_it_is_handed_in(
        self, day: StepDay, clock: FrozenClock
    ) -> None:
        key = day.begin()
        for slot in range(1, 6):
            found = day.open(key)
            assert found is not None
            assert found.slot is not None
            assert (found.slot.number, found.count, found.ends) == (slot, 5, clock() + SECONDS * timedelta(seconds=1))
            assert day.answer(key, slot).error == ""
            clock.advance(seconds=20)
            day.next(key)
        attempt = day.attempt(key)
        assert (attempt.state, attempt.points, attempt.shown_slot) == (AttemptState.SUBMITTED, 100, ALL_SHOWN)
        assert day.open(key) is None
        day.agrees()

    def test_reloading_never_gives_more_time(self, day: StepDay, clock: FrozenClock) -> None:
        key = day.begin()
        for passed in (0, 15, 30, 45):
            found = day.open(key)
            assert found is not None
            assert found.slot is not None
            assert (found.slot.number, day.remaining(key)) == (1, SECONDS - passed)
            clock.advance(seconds=15)
        assert day.attempt(key).epoch == 5
        day.agrees()

    def test_who_comes_back_after_its_time_finds_the_next_question_with_all_its_time(
        self, day: StepDay, clock: FrozenClock
    ) -> None:
        key = day.begin()
        clock.advance(minutes=5)
        found = day.open(key)
        assert found is not None
        assert found.slot is not None
        assert (found.slot.number, day.remaining(key)) == (2, SECONDS)
        day.agrees()

    def test_a_question_has_no_time_beyond_that_of_the_whole(self, day: StepDay, clock: FrozenClock) -> None:
        key = day.begin()
        clock.advance(minutes=9, seconds=40)
        day.open(key)
        assert (day.at(key), day.remaining(key)) == (2, 20)
        clock.advance(seconds=20)
        found = day.open(key)
        assert found is not None
        assert found.slot is None
        assert day.at(key) == 2  # more time on the board would go on from here
        clock.advance(minutes=5, seconds=1)
        assert day.tick() == 1
        assert day.attempt(key).state is AttemptState.TIMED_OUT
        day.agrees()

    def test_when_the_page_says_so_it_goes_on_only_when_the_server_agrees(
        self, day: StepDay, clock: FrozenClock
    ) -> None:
        key = day.begin()
        clock.advance(seconds=50)
        day.next(key, by_clock=True)
        assert day.at(key) == 1
        clock.advance(seconds=6)  # within what a page's clock may be wrong by
        day.next(key, by_clock=True)
        assert day.at(key) == 2

    @pytest.mark.parametrize("policy", [{"hand_in_minutes": 5}])
    def test_before_the_earliest_hand_in_it_waits_behind_the_last_question(
        self, day: StepDay, clock: FrozenClock
    ) -> None:
        key = day.begin()
        for _slot in range(4):
            day.next(key)
        with learn(day.app).database.writing() as session:
            attempt = sitting.hold(session, key, session.get_one(Person, day.people[0]))
            with pytest.raises(Problem, match="too_early"):
                stepwise.leave(session, attempt, by_clock=False, **day.tools)
        found = day.open(key)
        assert found is not None
        assert (found.slot, day.at(key)) == (None, ALL_SHOWN)
        clock.advance(minutes=5)
        day.submit(key)
        assert day.attempt(key).state is AttemptState.SUBMITTED
        day.agrees()


@one_database
class TestAnswers:
    @pytest.mark.parametrize(("passed", "error"), [(0, ""), (60, ""), (65, ""), (66, "time_over")])
    def test_an_answer_has_five_seconds_for_the_line(
        self, day: StepDay, clock: FrozenClock, passed: int, error: str
    ) -> None:
        key = day.begin()
        clock.advance(seconds=passed)
        assert day.answer(key, 1).error == error
        day.next(key)
        assert day.at(key) == 2
        assert _refusals(day.app) == [error]
        day.agrees()

    def test_saying_that_it_was_made_earlier_does_not_help(self, day: StepDay, clock: FrozenClock) -> None:
        key = day.begin()
        clock.advance(seconds=70)
        assert day.answer(key, 1, age=60).error == "time_over"

    def test_nobody_goes_back_or_ahead(self, day: StepDay) -> None:
        key = day.begin()
        day.answer(key, 1)
        day.next(key)
        assert day.answer(key, 1, seq=2, response="wrong1").error == "not_asked_now"
        assert day.answer(key, 3).error == "not_asked_now"
        assert day.answer(key, 2).error == ""
        assert _refusals(day.app) == ["", "not_asked_now", ""]  # what nobody has seen leaves no trace
        day.submit(key)
        assert day.attempt(key).points == 40
        day.agrees()

    def test_an_answer_that_comes_twice_is_saved_though_the_question_is_left(self, day: StepDay) -> None:
        key = day.begin()
        assert day.answer(key, 1).error == ""
        day.next(key)
        assert day.answer(key, 1).error == ""
        assert _refusals(day.app) == [""]

    def test_a_second_device_goes_on_with_the_same_question(self, day: StepDay, clock: FrozenClock) -> None:
        key = day.begin()
        clock.advance(seconds=25)
        day.open(key)
        with learn(day.app).database.writing() as session:
            person = session.get_one(Person, day.people[0])
            reply = answers.save(session, key, Claim(person.id, person.stamp), [Incoming(1, 1, 1, "right")],
                                 **day.tools)  # fmt: skip
        assert reply.results[0].error == "continued_elsewhere"
        assert reply.remaining == 35
        day.agrees()


@one_database
class TestTimes:
    def test_a_pause_stops_the_clock_of_the_question_and_gives_it_back(self, day: StepDay, clock: FrozenClock) -> None:
        key = day.begin()
        clock.advance(seconds=20)
        day.pause()
        clock.advance(minutes=30)
        assert day.remaining(key) == 40
        assert day.answer(key, 1).error == ""
        day.next(key)
        assert day.at(key) == 1  # nobody sees the next question while no time runs
        day.open(key)
        assert day.at(key) == 1
        day.resume()
        assert day.remaining(key) == 40
        day.agrees()
        clock.advance(seconds=41)
        day.open(key)
        assert (day.at(key), day.remaining(key)) == (2, SECONDS)
        day.agrees()

    def test_a_question_whose_time_was_over_gets_none_back(self, day: StepDay, clock: FrozenClock) -> None:
        key = day.begin()
        clock.advance(seconds=61)
        day.one(invigilation.pause_one, key, reason="A bell")
        clock.advance(minutes=3)
        found = day.open(key)
        assert found is not None
        assert found.slot is None
        day.one(invigilation.resume_one, key)
        found = day.open(key)
        assert found is not None
        assert found.slot is not None
        assert (found.slot.number, day.remaining(key)) == (2, SECONDS)
        day.agrees()

    def test_who_is_paused_before_the_first_question_has_all_its_time(self, day: StepDay, clock: FrozenClock) -> None:
        def start(session: Any, exam: Exam, _actor: Person) -> str:
            person = session.get_one(Person, day.people[0])
            return sitting.start(session, exam, person, pools=learn(day.app).pools, **day.tools).key

        key = str(day.do(start))
        day.pause()
        found = day.open(key)
        assert found is not None
        assert (found.slot, day.at(key)) == (None, None)
        assert day.answer(key, 1).error == "not_asked_now"
        assert _refusals(day.app) == []
        clock.advance(minutes=2)
        day.resume()
        day.open(key)
        assert (day.at(key), day.remaining(key)) == (1, SECONDS)
        day.agrees()

    @pytest.mark.parametrize(
        ("extra", "seconds"), [(Extra(Decimal("1.5")), 90), (Extra(Decimal(2)), 120), (Extra(minutes=5), 90)]
    )
    def test_extra_time_stretches_what_is_shown_from_then_on(
        self, day: StepDay, clock: FrozenClock, extra: Extra, seconds: int
    ) -> None:
        key = day.begin()
        tools = {"now": clock(), "grace": day.tools["grace"]}

        def longer(session: Any, exam: Exam, actor: Person) -> int:
            person = session.get_one(Person, day.people[0])
            return extra_time.give(session, person, extra, exam=exam, reason="A broken arm", actor=actor, **tools)

        day.do(longer)
        assert day.remaining(key) == SECONDS
        day.next(key)
        assert day.remaining(key) == seconds
        day.agrees()

    def test_other_seconds_hold_for_questions_shown_later_and_are_on_record(
        self, day: StepDay, clock: FrozenClock
    ) -> None:
        key = day.begin()

        def change(session: Any, exam: Exam, actor: Person) -> exam_changes.Effects:
            wanted = replace(exam_changes.wanted_now(session, exam), question_seconds=90)
            return exam_changes.change(session, exam, wanted, reason="Long texts", actor=actor, now=clock(),
                                       grace=day.tools["grace"])  # fmt: skip

        found: exam_changes.Effects = day.do(change)
        assert (found.changed, found.short_of_time) == (("question_seconds",), 0)
        assert day.remaining(key) == SECONDS
        day.next(key)
        assert day.remaining(key) == 90
        with learn(day.app).database.reading() as session:
            [(row, _name)] = exam_changes.changes(session, exams.get_exam(session, day.exam_id))
            assert (row.field, row.old, row.new) == ("question_seconds", "60", "90")
        day.agrees()

    @pytest.mark.parametrize(
        ("seconds", "passed", "short"), [(120, 0, 0), (120, 61, 0), (120, 121, 1), (150, 0, 1), (60, 121, 0)]
    )
    def test_it_is_told_for_whom_what_is_left_no_longer_fits(
        self, day: StepDay, clock: FrozenClock, seconds: int, passed: int, short: int
    ) -> None:
        day.begin()  # the first has 60 seconds, four come after it, and all have 10 minutes
        clock.advance(seconds=passed)

        def count(session: Any, exam: Exam, _actor: Person) -> int:
            running = session.scalars(select(Attempt)).all()
            return exam_delivery.short_of_time(session, exam, running, seconds, now=clock())

        assert day.do(count) == short


@pytest.mark.parametrize(
    ("delivery", "seconds", "minutes", "code"),
    [
        (Delivery.WHOLE, None, 1, ""),
        (Delivery.STEPWISE, 60, 20, ""),
        (Delivery.STEPWISE, None, 20, "exam.question_seconds"),
        (Delivery.STEPWISE, 9, 20, "exam.question_seconds"),
        (Delivery.STEPWISE, 3601, 2000, "exam.question_seconds"),
        (Delivery.STEPWISE, 60, 19, "exam.seconds_beyond_minutes"),
    ],
)
def test_questions_and_seconds_fit_into_the_minutes(
    delivery: Delivery, seconds: int | None, minutes: int, code: str
) -> None:
    if not code:
        return exam_delivery.check(delivery, seconds, minutes=minutes, questions=20)
    with pytest.raises(Problem) as refused:
        exam_delivery.check(delivery, seconds, minutes=minutes, questions=20)
    assert refused.value.code == code


@one_database
def test_a_key_that_is_corrected_meanwhile_marks_it(app: Flask) -> None:
    given = stage(app, questions=[WRONG_KEY], points=100, minutes=10, delivery=Delivery.STEPWISE, question_seconds=60)
    day = StepDay(app, given.exam_id, with_somebody_else(given))
    with learn(app).database.writing() as session:
        keeper = manager(session, Role.ORGANIZER, None, now=day.tools["now"]).id
    key = day.begin()
    day.answer(key, 1)
    corrected(app)
    regraded(app, keeper)
    day.agrees()
    day.next(key)
    assert day.attempt(key).points == 100
    day.agrees()


def test_the_board_tells_the_question_and_what_is_answered(day: StepDay) -> None:
    key = day.begin()
    day.answer(key, 1)
    day.next(key)
    attempt = day.attempt(key)
    with learn(day.app).database.reading() as session:
        found = boards.figures_of(session, [attempt.id])[attempt.id]
    assert (found.questions, found.answered, found.shown_slot) == (5, 1, 2)


def test_two_presses_at_once_take_one_step(app: Flask, day: StepDay) -> None:
    """Whoever finds another question than the one it leaves goes nowhere."""
    hands = [Visitor(app).sign_in("lin") for _ in range(4)]
    paper = hands[0].start(day.exam_id)
    tokens = [one.token for one in hands]
    barrier = threading.Barrier(len(hands))
    statuses: list[int] = []

    def press(number: int) -> None:
        barrier.wait()
        answer = hands[number].post(f"{paper.path}/next", follow=False, csrf_token=tokens[number], epoch=paper.epoch,
                                    slot=1, q1="right")  # fmt: skip
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=press, args=(number,)) for number in range(len(hands))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [303] * len(hands)
    with learn(app).database.reading() as session:
        shown = session.scalars(select(Step.slot).where(Step.kind == StepKind.SHOWN).order_by(Step.id)).all()
        assert shown == [1, 2]
        assert projected(session, session.scalars(select(Attempt)).one()).responses == {1: "right"}
    day.agrees()
