"""More time, pauses, handing in for somebody and voiding: all of it steps, from which the rows follow."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.domain.attempts import AttemptState, Extra, StepKind
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt, AuditEntry, Completion, Exam, ExamChange, Person, Step, Unit
from suyu_learn.services import (
    answers,
    devices,
    exams,
    extra_time,
    integrity_exemptions,
    invigilation,
    sitting,
)
from suyu_learn.services.answers import Claim, Incoming, SaveReply
from suyu_learn.services.exams import Standing
from tests.clock import FrozenClock
from tests.factories import learn, learner, stage

MINUTE = timedelta(minutes=1)


@dataclass
class Day:
    """An exam with people who sit, acted upon through the services, a transaction each."""

    app: Flask
    exam_id: int
    people: list[int]

    def do(self, work: Callable[[Any, Exam, Person], Any]) -> Any:
        """Do something as the invigilator, in one transaction."""
        here = learn(self.app)
        with here.database.writing() as session:
            return work(session, exams.get_exam(session, self.exam_id), session.get_one(Person, self.people[-1]))

    @property
    def tools(self) -> dict[str, Any]:
        here = learn(self.app)
        return {"now": here.now(), "grace": here.grace, "versions": here.versions}

    def start(self, who: int = 0) -> str:
        def work(session: Any, exam: Exam, _actor: Person) -> str:
            person = session.get_one(Person, self.people[who])
            attempt = sitting.start(session, exam, person, pools=learn(self.app).pools, **self.tools)
            sitting.open_paper(session, attempt, **self.tools)
            return attempt.key

        return str(self.do(work))

    def save(self, key: str, seq: int, *, slot: int = 1, age: timedelta = timedelta(0), response: str = "right") -> Any:
        def work(session: Any, _exam: Exam, _actor: Person) -> SaveReply:
            row = session.execute(
                select(Person.id, Person.stamp, Attempt.epoch).join(Attempt, Attempt.person_id == Person.id)
                .where(Attempt.key == key)
            ).one()  # fmt: skip
            claim = Claim(row.id, row.stamp)
            return answers.save(session, key, claim, [Incoming(slot, row.epoch, seq, response, age)], **self.tools)

        return self.do(work)

    def submit(self, key: str, who: int = 0) -> None:
        self.do(lambda session, _exam, _actor: sitting.submit(
            session, sitting.hold(session, key, session.get_one(Person, self.people[who])), **self.tools
        ))  # fmt: skip

    def pause(self) -> int:
        return int(self.do(lambda session, exam, actor: invigilation.pause(
            session, exam, reason="Power cut", actor=actor, now=self.tools["now"]
        )))  # fmt: skip

    def resume(self) -> timedelta:
        found: timedelta = self.do(
            lambda session, exam, actor: invigilation.resume(session, exam, actor=actor, now=self.tools["now"])
        )
        return found

    def one(self, act: Callable[..., Any], key: str, **more: Any) -> Any:
        return self.do(lambda session, exam, actor: act(
            session, exam, session.scalars(select(Attempt.id).where(Attempt.key == key)).one(), actor=actor,
            now=self.tools["now"], **more
        ))  # fmt: skip

    def tick(self) -> int:
        return int(self.do(lambda session, _exam, _actor: sitting.close_overdue(session, **self.tools)))

    def attempt(self, key: str) -> Attempt:
        with learn(self.app).database.reading() as session:
            found = session.scalars(select(Attempt).where(Attempt.key == key)).one()
            session.expunge_all()
        return found

    def agrees(self) -> None:
        """Every row says what its steps say."""
        with learn(self.app).database.reading() as session:
            for attempt in session.scalars(select(Attempt)):
                assert sitting.rebuild(session, attempt) == {}


@pytest.fixture
def day(app: Flask, clock: FrozenClock) -> Day:
    given = stage(app, minutes=30, closes_at=clock() + 60 * MINUTE, attempts_allowed=1)
    here = learn(app)
    with here.database.writing() as session:
        unit = exams.get_exam(session, given.exam_id).unit_id
        people = [given.person_id, *(learner(session, now=here.now(), unit=session.get_one(Unit, unit)).id
                                     for _ in range(3))]  # fmt: skip
    return Day(app, given.exam_id, people)


def test_a_pause_is_given_back_to_the_second(day: Day, clock: FrozenClock) -> None:
    key = day.start()
    began = clock()
    clock.advance(minutes=10)
    assert day.pause() == 1
    clock.advance(minutes=7)
    during = day.save(key, 1)
    assert (during.results[0].error, during.remaining, during.paused) == ("", 20 * 60, True)
    clock.advance(minutes=5)
    assert day.resume() == 12 * MINUTE
    attempt = day.attempt(key)
    assert (attempt.deadline, attempt.paused_at) == (began + 42 * MINUTE, None)
    after = day.save(key, 2)
    assert (after.remaining, after.paused) == (20 * 60, False)
    with learn(day.app).database.reading() as session:
        assert exams.get_exam(session, day.exam_id).closes_at == began + 72 * MINUTE
        fields = session.scalars(select(ExamChange.field).order_by(ExamChange.id)).all()
    assert fields == ["paused", "resumed", "closes_at"]
    day.agrees()


def test_two_pauses_add_up(day: Day, clock: FrozenClock) -> None:
    key, began = day.start(), clock()
    for minutes in (3, 4):
        day.pause()
        clock.advance(minutes=minutes)
        day.resume()
        clock.advance(minutes=1)
    assert day.attempt(key).deadline == began + 37 * MINUTE
    day.agrees()


def test_a_pause_across_closing_and_deadline_closes_nobody(day: Day, clock: FrozenClock) -> None:
    key, began = day.start(), clock()
    clock.advance(minutes=29)
    day.pause()
    clock.advance(hours=3)
    assert day.tick() == 0
    assert day.save(key, 1).results[0].error == ""
    with learn(day.app).database.reading() as session:
        exam = exams.get_exam(session, day.exam_id)
        assert exams.standing(exam, now=clock()) is Standing.PAUSED
    day.resume()
    assert day.attempt(key).deadline == began + 30 * MINUTE + timedelta(hours=3)
    clock.advance(minutes=1)
    assert day.save(key, 2).results[0].error == ""
    clock.advance(minutes=6)
    assert day.tick() == 1
    day.agrees()


def test_nobody_starts_during_a_pause_and_who_starts_after_has_the_full_time(day: Day, clock: FrozenClock) -> None:
    day.pause()
    with pytest.raises(Problem, match=r"exam\.is_paused"):
        day.start(1)
    clock.advance(minutes=55)
    day.resume()
    assert day.attempt(day.start(1)).deadline == clock() + 30 * MINUTE


def test_a_page_that_comes_back_during_a_pause_opens_the_paper(day: Day, clock: FrozenClock) -> None:
    key = day.start()
    day.pause()
    assert day.start() == key
    clock.advance(minutes=5)
    day.resume()
    day.agrees()


def test_who_hands_in_during_a_pause_is_done(day: Day, clock: FrozenClock) -> None:
    key = day.start()
    day.pause()
    clock.advance(minutes=5)
    day.submit(key)
    clock.advance(minutes=5)
    day.resume()
    assert day.attempt(key).state is AttemptState.SUBMITTED
    day.agrees()


def test_time_that_had_run_out_before_is_not_given_back(day: Day, clock: FrozenClock) -> None:
    key, began = day.start(), clock()
    clock.advance(minutes=31)
    day.pause()
    clock.advance(minutes=3)
    assert day.save(key, 1, age=timedelta(seconds=1)).results[0].error == "time_over"
    clock.advance(minutes=10)
    assert day.tick() == 1
    day.resume()
    assert day.attempt(key).deadline == began + 30 * MINUTE


def test_one_attempt_is_paused_by_itself(day: Day, clock: FrozenClock) -> None:
    one, other = day.start(0), day.start(1)
    day.one(invigilation.pause_one, one, reason="Ill")
    clock.advance(minutes=5)
    assert day.pause() == 1
    clock.advance(minutes=5)
    with pytest.raises(Problem, match=r"pause\.with_all"):
        day.one(invigilation.resume_one, one)
    day.resume()
    assert day.attempt(one).paused_at is not None
    clock.advance(minutes=5)
    day.one(invigilation.resume_one, one)
    assert day.attempt(one).deadline == day.attempt(other).deadline + 10 * MINUTE
    day.agrees()


@pytest.mark.parametrize("act", ["twice", "not paused", "no reason", "nothing runs"])
def test_pauses_that_make_no_sense_are_refused(day: Day, clock: FrozenClock, act: str) -> None:
    if act == "twice":
        day.pause()
    if act == "nothing runs":
        clock.advance(hours=2)
    with pytest.raises(Problem):
        if act == "not paused":
            day.resume()
        elif act == "no reason":
            day.do(lambda session, exam, actor: invigilation.pause(session, exam, reason=" ", actor=actor, now=clock()))
        else:
            day.pause()


def test_more_time_reaches_beyond_the_closing_and_is_a_step(day: Day, clock: FrozenClock) -> None:
    key, began = day.start(), clock()
    clock.advance(minutes=29)

    def extend(session: Any, exam: Exam, actor: Person) -> int:
        held = invigilation.open_attempts(session, exam, now=clock(), grace=day.tools["grace"])
        return invigilation.extend(session, exam, held, minutes=90, reason="Slow line", actor=actor, now=clock())

    assert day.do(extend) == 1
    assert day.attempt(key).deadline == began + 120 * MINUTE
    clock.advance(minutes=80)
    assert day.save(key, 1).results[0].error == ""
    with learn(day.app).database.reading() as session:
        step = session.scalars(select(Step).where(Step.kind == "opened").order_by(Step.id.desc())).first()
        assert (step.epoch, step.detail["minutes"], step.detail["reason"]) == (1, 90, "Slow line")
        assert session.scalars(select(AuditEntry).where(AuditEntry.action == "exam.extended")).one()
    day.agrees()


@pytest.mark.parametrize("minutes", [None, 0, -5, 100_000])
def test_more_time_has_bounds(day: Day, clock: FrozenClock, minutes: int | None) -> None:
    day.start()

    def extend(session: Any, exam: Exam, actor: Person) -> None:
        held = invigilation.open_attempts(session, exam, now=clock(), grace=day.tools["grace"])
        invigilation.extend(session, exam, held, minutes=minutes, reason="x", actor=actor, now=clock())

    with pytest.raises(Problem, match=r"extend\.minutes"):
        day.do(extend)


OF_ONESELF: dict[str, Callable[[Any, Exam, Person, Attempt, dict[str, Any]], Any]] = {
    "more time": lambda session, exam, actor, attempt, told: invigilation.extend(
        session, exam, [attempt], minutes=9, everybody=True, **told
    ),
    "extra time": lambda session, exam, actor, attempt, told: extra_time.give(
        session, actor, Extra(minutes=9), exam=exam, grace=timedelta(0), **told
    ),
    "a pause": lambda session, exam, actor, attempt, told: invigilation.pause_one(session, exam, attempt.id, **told),
    "voiding": lambda session, exam, actor, attempt, told: invigilation.void(session, exam, attempt.id, **told),
    "another device": lambda session, exam, actor, attempt, told: devices.release(session, exam, attempt.id, **told),
    "no rules": lambda session, exam, actor, attempt, told: integrity_exemptions.exempt(session, exam, actor, **told),
}


@pytest.mark.parametrize("act", OF_ONESELF)
def test_who_sits_leaves_the_own_attempt_to_others(day: Day, act: str) -> None:
    key = day.start(-1)

    def work(session: Any, exam: Exam, actor: Person) -> None:
        attempt = session.scalars(select(Attempt).where(Attempt.key == key)).one()
        OF_ONESELF[act](session, exam, actor, attempt, {"reason": "Me", "actor": actor, "now": day.tools["now"]})

    with pytest.raises(Problem, match=r"person\.yourself"):
        day.do(work)


def test_more_time_for_everybody_is_also_for_who_gives_it(day: Day) -> None:
    day.start()
    day.start(-1)

    def work(session: Any, exam: Exam, actor: Person) -> int:
        held = invigilation.open_attempts(session, exam, now=day.tools["now"], grace=timedelta(0))
        told: dict[str, Any] = {"minutes": 9, "reason": "Outage", "actor": actor, "now": day.tools["now"]}
        with pytest.raises(Problem, match=r"person\.yourself"):
            invigilation.extend(session, exam, held, **told)
        return invigilation.extend(session, exam, held, everybody=True, **told)

    assert day.do(work) == 2


def test_handing_in_for_somebody_marks_what_was_saved(day: Day) -> None:
    key = day.start()
    day.save(key, 1)
    day.one(invigilation.hand_in, key, reason="Had to leave", versions=day.tools["versions"])
    attempt = day.attempt(key)
    assert (attempt.state, attempt.points, attempt.closed_by_id) == (AttemptState.SUBMITTED, 20, day.people[-1])
    with pytest.raises(Problem, match=r"invigilation\.closed"):
        day.one(invigilation.hand_in, key, reason="again", versions=day.tools["versions"])
    day.agrees()


@pytest.mark.parametrize("first", ["open", "handed in"])
def test_a_voided_attempt_is_given_back_with_what_followed(day: Day, first: str) -> None:
    key = day.start()
    for slot in range(1, 6):
        day.save(key, 1, slot=slot)
    if first == "handed in":
        day.submit(key)
    day.one(invigilation.void, key, reason="Somebody else sat it")
    assert day.attempt(key).state is AttemptState.VOIDED
    with learn(day.app).database.reading() as session:
        kept = session.scalars(select(Completion)).all()
        assert [one.void_reason for one in kept] == (["Somebody else sat it"] if first == "handed in" else [])
        person, exam = session.get_one(Person, day.people[0]), exams.get_exam(session, day.exam_id)
        found = exams.situation(session, exam, person, now=day.tools["now"])
        assert (found.attempts_left, found.open_attempt, found.last_attempt) == (1, None, None)
    with pytest.raises(Problem, match=r"void\.already"):
        day.one(invigilation.void, key, reason="again")
    day.agrees()
    again = day.start()
    assert again != key
    for slot in range(1, 6):
        day.save(again, 1, slot=slot)
    day.submit(again)
    with learn(day.app).database.reading() as session:
        live = session.scalars(select(Completion).where(Completion.voided_at.is_(None))).one()
        assert (live.occasion, live.evidence["attempt"]) == ("", again)
    day.agrees()


def test_a_completion_stays_where_another_attempt_passed_too(day: Day) -> None:
    def allow(_session: Any, exam: Exam, _actor: Person) -> None:
        exam.attempts_allowed = 2

    day.do(allow)
    keys = []
    for _round in range(2):
        keys.append(key := day.start())
        for slot in range(1, 6):
            day.save(key, 1, slot=slot)
        day.submit(key)
    day.one(invigilation.void, keys[0], reason="Disturbed")
    with learn(day.app).database.reading() as session:
        stands = session.scalars(select(Completion)).one()
        assert (stands.voided_at, stands.evidence["attempt"]) == (None, keys[1])


def test_pauses_race_with_saves_starts_and_submits(day: Day, clock: FrozenClock) -> None:
    """Whatever comes first: each answer acknowledged counts, rows follow from steps, nobody runs in a paused exam."""
    here = learn(day.app)
    with here.database.writing() as session:
        unit = session.get_one(Unit, exams.get_exam(session, day.exam_id).unit_id)
        more = [learner(session, now=here.now(), unit=unit).id for _ in range(12)]
    day.people = [*more, day.people[-1]]
    keys = [day.start(who) for who in range(8)]
    acknowledged: set[tuple[str, int]] = set()
    barrier = threading.Barrier(14)
    failures: list[BaseException] = []
    refused: set[str] = set()

    def run(number: int) -> None:
        barrier.wait()
        try:
            if number < 8:
                for seq in range(1, 6):
                    if not day.save(keys[number], seq, slot=seq).results[0].error:
                        acknowledged.add((keys[number], seq))
                if number < 4:
                    day.submit(keys[number], number)
            elif number < 12:
                try:
                    day.start(number)
                except Problem as problem:
                    refused.add(problem.code)
            elif number == 12:
                day.pause()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(14)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert refused <= {"exam.is_paused"}
    assert len(acknowledged) == 40
    with here.database.reading() as session:
        opened = session.scalars(select(Attempt).where(Attempt.state == AttemptState.OPEN)).all()
        assert all(one.paused_at is not None for one in opened)
    clock.advance(minutes=12)
    day.resume()
    day.agrees()
    with here.database.reading() as session:
        counting = session.execute(
            select(Attempt.key, Step.slot).join(Step, Step.attempt_id == Attempt.id)
            .where(Step.kind == StepKind.SAVED, Step.detail.is_(None))
        ).all()  # fmt: skip
        assert {(key, slot) for key, slot in counting} == acknowledged
        for one in session.scalars(select(Attempt).where(Attempt.state == AttemptState.OPEN)):
            assert one.deadline - one.started_at == 42 * MINUTE
