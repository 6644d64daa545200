"""Marks that people give: one, or two and a third; corrections; and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import ROUND_HALF_UP
from decimal import Decimal as D
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.domain.attempts import AnswerState, AttemptState, StepKind, answer_state
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions import PartialCredit
from suyu_learn.models import (
    Attempt,
    AuditEntry,
    Completion,
    CompletionKind,
    Exam,
    OpenAnswer,
    PaperMode,
    Person,
    Question,
    Role,
    Step,
    Unit,
)
from suyu_learn.services import (
    answers,
    bank,
    exam_checks,
    exam_plans,
    exams,
    grants,
    marking_notes,
    marking_queue,
    marking_saving,
    people,
    person_files,
    record_pages,
    regrading,
    reports,
    sitting,
)
from suyu_learn.services.answers import Claim, Incoming
from suyu_learn.services.marking_queue import Rights
from suyu_learn.services.marking_saving import Given
from suyu_learn.services.record_filters import Filter, Status
from suyu_learn.services.steps import projected, slots_of
from tests.clock import FrozenClock
from tests.factories import essay, learn, learner, manager, published_exam, short_answer, single, stored_bank
from tests.marks import BODIES, case_of

MARKER, BOTH = Rights(mark=True, settle=False), Rights(mark=True, settle=True)
ORGANIZER = Rights(mark=False, settle=True)


@dataclass
class Ground:
    app: Flask
    exam_id: int
    unit_id: int
    bank_id: int
    people: dict[str, int] = field(default_factory=dict)


def stage(
    app: Flask, *, questions: list[Any] | None = None, points: int = 5, sitters: int = 2, **policy: Any
) -> Ground:
    """An exam with a choice and an essay, people to sit it, three markers and an organizer."""
    here = learn(app)
    with here.database.writing() as session:
        unit = people.add_unit(session, "Pine City", parent=None, now=here.now())
        source = stored_bank(session, now=here.now(), unit=unit, questions=questions or [single(1), essay(1)])
        exam = published_exam(session, now=here.now(), source=source, unit=unit, points=points,
                              shuffle_questions=False, mode=PaperMode.DRAWN_ONCE, **policy)  # fmt: skip
        found = Ground(app, exam.id, unit.id, source.id)
        for number in range(1, sitters + 1):
            found.people[f"p{number}"] = learner(session, now=here.now(), unit=unit, name=f"Sitter {number}").id
        for name in ("ann", "ben", "cid"):
            found.people[name] = manager(session, Role.MARKER, unit, now=here.now()).id
        found.people["org"] = manager(session, Role.ORGANIZER, unit, now=here.now()).id
    return found


def sit(given: Ground, who: str, *, right: bool = True, text: str | None = "It burns.", trial: bool = False) -> int:
    """Sit and hand in; the choice right or wrong, the same text for all that is written."""
    here = learn(given.app)
    common = {"now": here.now(), "grace": here.grace, "versions": here.versions}
    with here.database.writing() as session:
        person = session.get_one(Person, given.people[who])
        exam = session.get_one(Exam, given.exam_id)
        attempt = sitting.start(session, exam, person, pools=here.pools, trial=trial, **common)
        opened = sitting.open_paper(session, sitting.hold(session, attempt.key, person), **common)
        assert opened is not None
        asked = here.versions.many(session, [slot.version_id for slot in opened.slots])
        said = [
            Incoming(slot.number, 1, 1, ("right" if right else "wrong1") if asked[slot.version_id].type.code == "single"
                     else text)
            for slot in opened.slots
        ]  # fmt: skip
        answers.save(session, attempt.key, Claim(person.id, person.stamp), said, **common)
        sitting.submit(session, sitting.hold(session, attempt.key, person), **common)
        return attempt.id


def giving(given: Ground, act: Any) -> Any:
    """Do something in a transaction of its own, then see that the rows are what the steps say."""
    here = learn(given.app)
    with here.database.writing() as session:
        found = act(session, session.get_one(Exam, given.exam_id))
    rebuilt(given)
    return found


def rebuilt(given: Ground) -> None:
    """Every attempt and every open answer is what its steps say."""
    with learn(given.app).database.reading() as session:
        for attempt in session.scalars(select(Attempt)):
            assert sitting.rebuild(session, attempt) == {}
        for row in session.scalars(select(OpenAnswer)):
            truth = projected(session, row.attempt)
            assert row.state is answer_state(truth, row.slot)
            assert (row.first_id, row.second_id) == marking_saving.marked_by(truth, row.slot)


def person(session: Session, given: Ground, who: str) -> Person:
    return session.get_one(Person, given.people[who])


def key_of(given: Ground, attempt_id: int) -> str:
    with learn(given.app).database.reading() as session:
        return session.scalars(select(OpenAnswer.key).where(OpenAnswer.attempt_id == attempt_id)).first() or ""


def mark(given: Ground, who: str, key: str, share: str, comment: str = "") -> AnswerState:
    return giving(given, lambda session, exam: marking_saving.mark(
        session, exam, key, Given(D(share), (), comment), person=person(session, given, who), now=learn(given.app).now()
    ))  # fmt: skip


def settle(given: Ground, who: str, key: str, share: str, rights: Rights = MARKER) -> AnswerState:
    return giving(given, lambda session, exam: marking_saving.settle(
        session, exam, key, Given(D(share)), rights=rights, person=person(session, given, who),
        now=learn(given.app).now(),
    ))  # fmt: skip


def correct(
    given: Ground, who: str, key: str, share: str, *, reason: str = "Read again", seen: str | None = None,
    rights: Rights = MARKER,
) -> AnswerState:  # fmt: skip
    return giving(given, lambda session, exam: marking_saving.correct(
        session, exam, key, Given(D(share)), seen=None if seen is None else D(seen), reason=reason, rights=rights,
        person=person(session, given, who), now=learn(given.app).now(),
    ))  # fmt: skip


def result(given: Ground, attempt_id: int) -> tuple[D | None, bool | None]:
    with learn(given.app).database.reading() as session:
        found = session.get_one(Attempt, attempt_id)
        return found.points, found.passed


def completions(given: Ground) -> list[tuple[int, bool]]:
    with learn(given.app).database.reading() as session:
        rows = session.scalars(select(Completion).where(Completion.kind == CompletionKind.EXAM)).all()
        return [(row.person_id, row.voided_at is None) for row in rows]


def test_a_result_waits_for_its_last_open_answer_and_the_completion_follows(app: Flask, clock: FrozenClock) -> None:
    given = stage(app, questions=[single(1), essay(1), essay(2)])
    attempt = sit(given, "p1")
    assert result(given, attempt) == (None, None)
    with learn(app).database.reading() as session:
        keys = session.scalars(select(OpenAnswer.key).order_by(OpenAnswer.slot)).all()
        assert marking_notes.still_read(session, session.get_one(Attempt, attempt)) == 2
    clock.advance(minutes=5)
    assert mark(given, "ann", keys[0], "0.6") is AnswerState.DONE
    assert result(given, attempt) == (None, None)
    assert completions(given) == []
    assert mark(given, "ben", keys[1], "0.2") is AnswerState.DONE
    assert result(given, attempt) == (D(9), True)
    assert completions(given) == [(given.people["p1"], True)]


def test_an_empty_answer_needs_nobody_and_a_trial_asks_nobody(app: Flask) -> None:
    given = stage(app)
    empty = sit(given, "p1", text=None)
    trial = sit(given, "p2", trial=True)
    assert result(given, empty) == (D(5), False)
    assert result(given, trial) == (None, None)
    with learn(app).database.reading() as session:
        assert session.scalars(select(OpenAnswer)).all() == []
        assert marking_notes.still_read(session, session.get_one(Attempt, trial)) == 1


def test_a_timed_out_attempt_waits_for_a_person_too(app: Flask, clock: FrozenClock) -> None:
    given = stage(app)
    here = learn(app)
    with here.database.writing() as session:
        somebody = person(session, given, "p1")
        exam = session.get_one(Exam, given.exam_id)
        common = {"now": here.now(), "grace": here.grace, "versions": here.versions}
        attempt = sitting.start(session, exam, somebody, pools=here.pools, **common)
        opened = sitting.open_paper(session, sitting.hold(session, attempt.key, somebody), **common)
        assert opened is not None
        written = next(
            slot for slot in opened.slots if here.versions.get(session, slot.version_id).type.code == "essay"
        )
        answers.save(session, attempt.key, Claim(somebody.id, somebody.stamp),
                     [Incoming(written.number, 1, 1, "Half a sen")], **common)  # fmt: skip
        number = attempt.id
    clock.advance(hours=3)
    with here.database.writing() as session:
        sitting.close_overdue(session, now=here.now(), grace=here.grace, versions=here.versions)
    assert mark(given, "ann", key_of(given, number), "1") is AnswerState.DONE
    assert result(given, number) == (D(5), False)


def test_a_second_save_is_told_and_changes_nothing(app: Flask) -> None:
    given = stage(app)
    attempt = sit(given, "p1")
    key = key_of(given, attempt)
    mark(given, "ann", key, "1")
    for who in ("ann", "ben"):
        with pytest.raises(Problem, match="done_meanwhile"):
            mark(given, who, key, "0")
    assert mark(given, "ann", key, "1") is AnswerState.DONE, "a second click"
    assert result(given, attempt) == (D(10), True)
    with learn(app).database.reading() as session:
        assert session.scalar(select(func.count()).where(Step.kind == StepKind.MARKED, Step.actor_id.is_not(None))) == 1


def test_nobody_marks_or_settles_their_own_answer(app: Flask) -> None:
    given = stage(app)
    given.people["p1"] = given.people["ann"]
    attempt = sit(given, "p1")
    with pytest.raises(Problem, match="your_own"):
        mark(given, "ann", key_of(given, attempt), "1")
    with learn(app).database.writing() as session:
        exam = session.get_one(Exam, given.exam_id)
        [line] = marking_queue.questions_of(session, exam, person(session, given, "ann"), now=learn(app).now())
        assert (line.mine, line.counts[AnswerState.WAITING]) == (0, 1)
        assert marking_queue.take(session, exam, line.question_id, person(session, given, "ann"),
                                  now=learn(app).now()) is None  # fmt: skip
        assert not marking_saving.may_settle(session.scalars(select(OpenAnswer)).one(), BOTH,
                                             person(session, given, "ann"))  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "state", "points"),
    [("0.8", "0.6", AnswerState.DONE, D("8.5")), ("0.8", "0.59", AnswerState.SETTLE, None),
     ("0", "1", AnswerState.SETTLE, None), ("0.5", "0.5", AnswerState.DONE, D("7.5"))],
)  # fmt: skip
def test_two_marks_give_their_mean_or_somebody_settles(
    app: Flask, clock: FrozenClock, one: str, other: str, state: AnswerState, points: D | None
) -> None:
    given = stage(app, two_markers=True)
    attempt = sit(given, "p1")
    clock.advance(minutes=1)
    key = key_of(given, attempt)
    assert mark(given, "ann", key, one, "Good") is AnswerState.ONCE
    assert result(given, attempt) == (None, None)
    with pytest.raises(Problem, match="done_by_you"):
        mark(given, "ann", key, one)
    assert mark(given, "ben", key, other, "Short") is state
    assert result(given, attempt)[0] == points
    if state is AnswerState.DONE:
        with learn(app).database.reading() as session:
            [note] = marking_notes.notes_of(session, session.get_one(Attempt, attempt))
            assert note.comment == "Good\nShort"
        return
    for who in ("ann", "ben"):
        with pytest.raises(Problem, match="third_person"):
            settle(given, who, key, "0.7")
    assert settle(given, "cid", key, "0.7") is AnswerState.DONE
    assert result(given, attempt) == (D("8.5"), True)
    with pytest.raises(Problem, match="settled_meanwhile"):
        settle(given, "org", key, "0.1", ORGANIZER)
    with learn(app).database.reading() as session:
        details = session.scalars(select(Step.detail).where(Step.actor_id.is_not(None), Step.kind == "marked")).all()
        assert [(one["fraction"], bool(one.get("single"))) for one in details] == [
            (one, True), (other, True), ("0.7", False),
        ]  # fmt: skip
        assert session.scalars(select(AuditEntry).where(AuditEntry.action == "answer.settled")).one().detail["new"]


def test_the_organizer_settles_though_no_marker(app: Flask) -> None:
    given = stage(app, two_markers=True, marks_apart=D(0))
    attempt = sit(given, "p1")
    key = key_of(given, attempt)
    mark(given, "ann", key, "0.5")
    assert mark(given, "ben", key, "0.51") is AnswerState.SETTLE
    assert settle(given, "org", key, "1", ORGANIZER) is AnswerState.DONE
    assert result(given, attempt) == (D(10), True)


def test_a_correction_needs_a_reason_appends_and_takes_the_completion_with_it(app: Flask, clock: FrozenClock) -> None:
    given = stage(app)
    attempt = sit(given, "p1", right=False)
    key = key_of(given, attempt)
    mark(given, "ann", key, "1")
    assert result(given, attempt) == (D(5), False)
    clock.advance(minutes=1)
    with pytest.raises(Problem, match=r"reason\.missing"):
        correct(given, "ann", key, "0", reason=" ", seen="1")
    with pytest.raises(Problem, match="not_yours"):
        correct(given, "ben", key, "0", seen="1")
    with pytest.raises(Problem, match="changed_meanwhile"):
        correct(given, "ann", key, "0", seen="0.5")
    other = sit(given, "p2")
    mark(given, "ann", key_of(given, other), "0.4")
    assert completions(given) == [(given.people["p2"], True)]
    assert correct(given, "ann", key_of(given, other), "0", seen="0.4") is AnswerState.DONE
    assert result(given, other) == (D(5), False)
    assert completions(given) == [(given.people["p2"], False)]
    assert correct(given, "org", key_of(given, other), "0.4", seen="0", rights=ORGANIZER) is AnswerState.DONE
    assert completions(given) == [(given.people["p2"], True)]
    with learn(app).database.reading() as session:
        given_marks = [
            detail["fraction"] for detail in session.scalars(
                select(Step.detail).where(Step.attempt_id == other, Step.actor_id.is_not(None), Step.kind == "marked")
                .order_by(Step.id)
            )
        ]  # fmt: skip
        assert given_marks == ["0.4", "0", "0.4"]
        assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "answer.corrected")).all()) == 2


def test_one_of_two_corrects_before_and_after(app: Flask, clock: FrozenClock) -> None:
    given = stage(app, two_markers=True)
    attempt = sit(given, "p1")
    key = key_of(given, attempt)
    mark(given, "ann", key, "0.1")
    assert correct(given, "ann", key, "0.8") is AnswerState.ONCE
    assert mark(given, "ben", key, "0.8") is AnswerState.DONE
    assert result(given, attempt) == (D(9), True)
    clock.advance(minutes=1)
    assert correct(given, "ben", key, "0.6", seen="0.8") is AnswerState.DONE
    assert result(given, attempt) == (D("8.5"), True)
    assert correct(given, "ben", key, "0", seen="0.7", reason="Copied") is AnswerState.SETTLE
    assert result(given, attempt) == (D("8.5"), True), "the mark stands until it is settled"
    assert settle(given, "cid", key, "0") is AnswerState.DONE
    assert result(given, attempt) == (D(5), False)
    assert completions(given) == [(given.people["p1"], False)]
    with learn(app).database.reading() as session:
        assert session.scalars(select(Completion.void_reason)).one() == "Copied"


def test_a_machine_s_mark_is_corrected_with_a_reason_and_no_key_takes_that_back(app: Flask) -> None:
    given = stage(app, questions=[single(1), short_answer(1, "smoke", "heat")])
    first, second = sit(given, "p1", text="There is smoke"), sit(given, "p2", text="There is smoke")
    assert result(given, first) == (D("7.5"), True)
    key = key_of(given, first)
    assert correct(given, "ben", key, "1", seen="0.5", reason="It says warm") is AnswerState.DONE
    assert result(given, first) == (D(10), True)
    here = learn(app)
    with here.database.writing() as session:
        row = session.scalars(select(OpenAnswer)).first()
        assert row is not None
        question = session.get_one(Question, row.question_id)
        draft = short_answer(1, "heat", "flame")
        draft = type(draft)(
            **{**{name: getattr(draft, name) for name in draft.__dataclass_fields__}, "uid": question.uid}
        )
        bank.store(session, question.bank, draft, now=here.now(), reviewer="a test")
    with here.database.writing() as session:
        question = session.scalars(select(Question).where(Question.uid == question.uid)).one()
        plan = regrading.apply(session, question, person=person(session, given, "org"), reason="New keywords",
                               now=here.now(), versions=here.versions)  # fmt: skip
        assert (len(plan.changes), plan.by_people) == (1, 1)
    rebuilt(given)
    assert result(given, first) == (D(10), True)
    assert result(given, second) == (D(5), False)


def test_keywords_given_later_mark_what_waits_but_not_what_one_person_has_marked(app: Flask) -> None:
    given = stage(app, questions=[single(1), short_answer(1)], two_markers=True)
    first, second = sit(given, "p1", text="There is smoke"), sit(given, "p2", text="There is smoke")
    mark(given, "ann", key_of(given, first), "0.9")
    here = learn(app)
    with here.database.writing() as session:
        question = session.get_one(Question, session.scalars(select(OpenAnswer.question_id)).first())
        draft = short_answer(1, "smoke")
        draft = type(draft)(
            **{**{name: getattr(draft, name) for name in draft.__dataclass_fields__}, "uid": question.uid}
        )
        bank.store(session, question.bank, draft, now=here.now(), reviewer="a test")
        plan = regrading.apply(session, question, person=person(session, given, "org"), reason="Keywords",
                               now=here.now(), versions=here.versions)  # fmt: skip
        assert (len(plan.changes), plan.by_people) == (1, 1)
    rebuilt(given)
    assert result(given, second) == (D(10), True)
    assert result(given, first) == (None, None)
    assert mark(given, "ben", key_of(given, first), "0.9") is AnswerState.DONE


def test_the_answers_of_a_void_attempt_are_marked_by_nobody(app: Flask) -> None:
    given = stage(app)
    attempt = sit(given, "p1")
    key = key_of(given, attempt)
    here = learn(app)
    with here.database.writing() as session:
        row = session.get_one(Attempt, attempt)
        session.add(Step(attempt_id=attempt, kind="voided", epoch=row.epoch, made_at=here.now(), received_at=here.now(),
                         detail={"reason": "wrong person"}))  # fmt: skip
        row.state = AttemptState.VOIDED
    with pytest.raises(Problem, match=r"marking\.unknown"):
        mark(given, "ann", key, "1")
    with here.database.reading() as session:
        exam = session.get_one(Exam, given.exam_id)
        assert marking_queue.questions_of(session, exam, person(session, given, "ann"), now=here.now()) == []


def test_a_resit_that_waits_keeps_a_failure_open_but_not_a_pass(app: Flask) -> None:
    given = stage(app, attempts_allowed=2)
    first = sit(given, "p1", right=False)
    mark(given, "ann", key_of(given, first), "0.2")
    _outcomes(given, {"p1": "failed"}, not_passed=1)
    again = sit(given, "p1")
    _outcomes(given, {"p1": "unmarked"}, not_passed=0)
    mark(given, "ann", key_of(given, again), "1")
    _outcomes(given, {"p1": "passed"}, not_passed=0)


def _outcomes(given: Ground, expected: dict[str, str], *, not_passed: int) -> None:
    here = learn(given.app)
    with here.database.reading() as session:
        found = reports.exam_report(session, session.get_one(Exam, given.exam_id), now=here.now())
        said = {one.person_id: one.outcome.value for one in (*found.people, *found.not_due)}
        assert {who: said[given.people[who]] for who in expected} == expected
        wanted = Filter(reach=grants.Reach(everywhere=True), status=Status.NOT_PASSED)
        assert record_pages.count(session, wanted) == not_passed


def test_an_answer_in_one_hand_comes_into_no_other_until_the_lease_ends(app: Flask, clock: FrozenClock) -> None:
    given = stage(app)
    keys = {key_of(given, sit(given, who)) for who in ("p1", "p2")}
    here = learn(app)

    def take(who: str, after: str = "") -> str | None:
        with here.database.writing() as session:
            exam = session.get_one(Exam, given.exam_id)
            question = session.scalars(select(OpenAnswer.question_id)).first() or 0
            found = marking_queue.take(
                session, exam, question, person(session, given, who), now=here.now(), after=after
            )
            return found.key if found else None

    first = take("ann")
    assert take("ann") == first, "the same one until it is saved"
    second = take("ben")
    assert {first, second} == keys
    assert take("cid") is None
    assert take("ann", after=str(first)) == first, "put aside, but nothing else is free"
    clock.advance(minutes=9)
    assert take("ann") == first, "looking again begins the lease anew"
    clock.advance(minutes=2)
    assert take("cid") == second
    mark(given, "cid", str(second), "0")
    assert take("cid") is None


def test_nobody_marks_twice_and_both_markers_see_every_answer(app: Flask) -> None:
    given = stage(app, two_markers=True)
    for who in ("p1", "p2"):
        sit(given, who)
    here = learn(app)
    seen: dict[str, list[str]] = {"ann": [], "ben": []}
    for _round in range(2):
        for who, keys in seen.items():
            with here.database.writing() as session:
                exam = session.get_one(Exam, given.exam_id)
                question = session.scalars(select(OpenAnswer.question_id)).first() or 0
                found = marking_queue.take(session, exam, question, person(session, given, who), now=here.now())
                assert found is not None
                keys.append(found.key)
            mark(given, who, keys[-1], "1")
    assert set(seen["ann"]) == set(seen["ben"])
    assert len(set(seen["ann"])) == 2


def test_reach_is_that_of_the_exam_s_unit(app: Flask) -> None:
    given = stage(app)
    here = learn(app)
    with here.database.writing() as session:
        away = people.add_unit(session, "Far Town", parent=None, now=here.now())
        below = people.add_unit(session, "Village", parent=session.get_one(Unit, given.unit_id), now=here.now())
        strangers = [manager(session, Role.MARKER, unit, now=here.now()) for unit in (away, below)]
        strangers.append(manager(session, Role.REVIEWER, session.get_one(Unit, given.unit_id), now=here.now()))
        both = manager(session, Role.UNIT_MANAGER, session.get_one(Unit, given.unit_id), now=here.now())
        for stranger in strangers:
            with pytest.raises(Problem, match=r"exam\.unknown"):
                marking_queue.get_exam(session, stranger, given.exam_id)
            assert not marking_queue.has_anything(session, stranger)
        assert marking_queue.get_exam(session, both, given.exam_id)[1] == BOTH
        assert marking_queue.get_exam(session, person(session, given, "org"), given.exam_id)[1] == ORGANIZER
        names = [one.id for one in marking_queue.markers_of(session, session.get_one(Unit, given.unit_id))]
        assert sorted(names) == sorted([*(given.people[who] for who in ("ann", "ben", "cid")), both.id])
        assert not marking_queue.has_anything(session, both)
    sit(given, "p1")
    with here.database.reading() as session:
        assert marking_queue.has_anything(session, session.get_one(Person, both.id))


@pytest.mark.parametrize(
    ("typed", "points", "share"),
    [("5", 5, "1"), ("2.5", 5, "0.5"), ("2,5", 5, "0.5"), ("0", 5, "0"), ("0.01", 5, "0.002"), ("1", 3, "0.333333")],
)
def test_points_become_a_share(typed: str, points: int, share: str) -> None:
    assert marking_saving.fraction_typed(typed, D(points)) == D(share)


STATES = ("right", "partly", "partly and wrong", "wrong", "unreadable", "unanswered")


def sit_as(given: Ground, who: str, state: str) -> int:
    """Sit and hand in with every answer in one state of the table; types that cannot be in it stay unanswered."""
    here = learn(given.app)
    common = {"now": here.now(), "grace": here.grace, "versions": here.versions}
    with here.database.writing() as session:
        sitter = session.get_one(Person, given.people[who])
        attempt = sitting.start(session, session.get_one(Exam, given.exam_id), sitter, pools=here.pools, **common)
        opened = sitting.open_paper(session, sitting.hold(session, attempt.key, sitter), **common)
        assert opened is not None
        asked = here.versions.many(session, [slot.version_id for slot in opened.slots])
        cases = {slot.number: case_of(asked[slot.version_id].type.code, state) for slot in opened.slots}
        said = [Incoming(number, 1, 1, case.raw) for number, case in cases.items() if case is not None]
        reply = answers.save(session, attempt.key, Claim(sitter.id, sitter.stamp), said, **common)
        for one in reply.results:
            case = cases[one.slot]
            assert case is not None
            assert bool(one.error) == (case.share is None), case
        sitting.submit(session, sitting.hold(session, attempt.key, sitter), **common)
        return attempt.id


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("policy", PartialCredit)
def test_every_type_in_every_state_earns_what_the_table_says_and_what_its_steps_say(
    app: Flask, policy: PartialCredit
) -> None:
    here = learn(app)
    drafts = [
        QuestionDraft(uid=f"t-{kind}", type=kind, body={"explanation": "", **body}, source="x")
        for kind, body in BODIES.items() if kind != "group"
    ]  # fmt: skip
    given = stage(app, questions=drafts, points=7, sitters=len(STATES), partial_credit=policy)
    sat = {state: sit_as(given, f"p{place}", state) for place, state in enumerate(STATES, start=1)}
    rebuilt(given)
    with here.database.reading() as session:
        for state, attempt_id in sat.items():
            attempt = session.get_one(Attempt, attempt_id)
            truth, points, waits = projected(session, attempt), D(0), False
            for slot in slots_of(session, attempt):
                asked = here.versions.get(session, slot.version_id)
                case = case_of(asked.type.code, state)
                share = D(0) if case is None else case.half if policy is PartialCredit.HALF_FOR_SUBSET else case.share
                response = truth.responses.get(slot.number)
                if asked.type.code == "essay" and response is not None:
                    waits = True
                    assert slot.fraction is None
                    continue
                assert slot.fraction == (share or 0), case
                again = D(0) if response is None else asked.type.mark(asked.content, response, policy)
                assert slot.fraction == again, "marked anew from the steps"
                points += (slot.points * again).quantize(D("0.01"), ROUND_HALF_UP)
            assert attempt.points == (None if waits else points)


@pytest.mark.parametrize("typed", ["", "x", "NaN", "sNaN", "Infinity", "5.01", "-1", "1e5", "1e30", "0.001", "1/2"])
def test_what_is_no_number_of_points_is_told(typed: str) -> None:
    with pytest.raises(Problem, match=r"marking\.(not_points|points_out_of_range)"):
        marking_saving.fraction_typed(typed, D(5))


def test_no_result_is_told_before_its_moment(app: Flask, clock: FrozenClock) -> None:
    given = stage(app, results_at=clock() + timedelta(days=2))
    attempt = sit(given, "p1")
    mark(given, "ann", key_of(given, attempt), "1")
    here = learn(app)
    for days, told in ((1, False), (2, True)):
        clock.advance(days=days)
        with here.database.reading() as session:
            exam = session.get_one(Exam, given.exam_id)
            assert bool(exams.shown_now(session, exam, now=here.now(), grace=here.grace)) is told
            somebody = person(session, given, "p1")
            whole = person_files.file_of(session, somebody)
            file = person_files.without_hidden(session, whole, now=here.now(), grace=here.grace)
            assert (bool(file.completions), bool(file.unshown)) == (told, not told)
            assert whole.completions, "HR sees it at once"


@pytest.mark.parametrize(
    ("roles", "two", "codes"),
    [
        ((), False, {"check.waits_for_people": "note", "check.no_marker": "warning"}),
        ((Role.ADMIN,), False, {"check.waits_for_people": "note", "check.no_marker": "warning"}),
        ((Role.UNIT_MANAGER,), False, {"check.waits_for_people": "note", "check.markers": "note"}),
        ((Role.MARKER,), True, {"check.waits_for_people": "note", "check.one_marker": "warning"}),
        ((Role.MARKER, Role.MARKER), True, {"check.waits_for_people": "note", "check.markers": "note"}),
    ],
)
def test_the_check_says_what_waits_and_who_marks(
    app: Flask, roles: tuple[Role, ...], two: bool, codes: dict[str, str]
) -> None:
    here = learn(app)
    with here.database.writing() as session:
        unit = people.add_unit(session, "Pine City", parent=None, now=here.now())
        source = stored_bank(session, now=here.now(), unit=unit, questions=[single(1), essay(1), essay(2)])
        admin = manager(session, Role.ADMIN, None, now=here.now(), home=unit)
        for role in roles:
            manager(session, role, unit, now=here.now())
        plan = exam_plans.suggested(session, [source], actor=admin, unit=unit, contact=("Lin", "1"), now=here.now())
        rules = (exam_plans.RulePlan(source.id, "essay", 2, D(40)), exam_plans.RulePlan(source.id, "single", 1, D(20)))
        plan = replace(plan, rules=rules, two_markers=two)
        exam = exam_plans.store(session, plan, unit=unit, actor=admin, now=here.now())
        found = exam_checks.findings(session, exam, now=here.now(), versions=here.versions)
        assert {one.problem.code: one.severity.value for one in found} == codes
        told = next(one.problem for one in found if one.problem.code == "check.waits_for_people")
        assert (told.params["count"], told.params["answers"]) == (2, 2 * (1 + len(roles)))
        assert exam_checks.publish(session, exam, actor=admin, now=here.now(), versions=here.versions) == found
        assert (
            exam_checks.publish(session, exam, actor=admin, now=here.now(), versions=here.versions, confirmed=True)
            == []
        )
