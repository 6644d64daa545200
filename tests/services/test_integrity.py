"""The integrity rules: whom they hold for, leaves as steps, the limit, and one device at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn import defaults
from suyu_learn.db import Database
from suyu_learn.domain.attempts import AttemptState, LeaveLimit, StepKind
from suyu_learn.models import Attempt, Audience, AuditEntry, Delivery, Exam, Person, Role, Step, Unit
from suyu_learn.plugins import Plugins
from suyu_learn.services import (
    devices,
    exam_integrity,
    integrity_exemptions,
    invigilation,
    leaves,
    merging,
    people,
    persons,
    sitting,
    splitting,
)
from suyu_learn.services.exam_integrity import NO_RULES, Rules
from suyu_learn.services.leaves import Leave
from suyu_learn.services.papers import PaperPools
from suyu_learn.services.versions import Versions
from tests.clock import START
from tests.factories import MEASURE, learner, manager, published_exam
from tests.refusals import code_of

GRACE = timedelta(minutes=5)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
ALL_ON = {"count_leaves": True, "warn_of_leaves": True, "watermark": True, "one_device": True}


@dataclass
class Hall:
    """A unit with an organizer, a learner, and an exam of an hour with integrity rules."""

    session: Session
    unit: Unit
    boss: Person
    lin: Person
    exam: Exam

    @property
    def versions(self) -> Versions:
        return Versions(Plugins([defaults]).question_types)

    def start(self, person: Person | None = None, *, accepted: bool = True, trial: bool = False) -> Attempt:
        return sitting.start(self.session, self.exam, person or self.lin, now=START, grace=GRACE,
                             versions=self.versions, pools=PaperPools(), accepted=accepted, trial=trial)  # fmt: skip

    def open(self, attempt: Attempt, at: datetime, device: str = "") -> None:
        sitting.open_paper(self.session, attempt, now=at, grace=GRACE, versions=self.versions, device=device)

    def tell(self, attempt: Attempt, at: datetime, *told: Leave, rules: Rules | None = None) -> tuple[int, int, bool]:
        held = exam_integrity.rules_for(self.session, self.exam, self.lin) if rules is None else rules
        so_far = leaves.record(self.session, attempt, held, told, now=at, grace=GRACE, versions=self.versions)
        assert sitting.rebuild(self.session, attempt) == {}
        return so_far.count, so_far.seconds, so_far.closed


def _hall(session: Session, **policy: Any) -> Hall:
    people.install_audiences(session)
    unit = people.add_unit(session, "Pine City", parent=None, now=START)
    boss, lin = manager(session, Role.ORGANIZER, unit, now=START), learner(session, now=START, unit=unit)
    exam = published_exam(session, now=START, unit=unit, minutes=60, **{**ALL_ON, **policy})
    return Hall(session, unit, boss, lin, exam)


def _leave(number: int, seconds: float, *, age: float = 0, epoch: int = 1) -> Leave:
    return Leave(epoch, number, seconds * SECOND, age * SECOND)


@pytest.mark.parametrize(
    ("senior", "exempt", "seniors_too", "hold"),
    [(False, False, False, True), (True, False, False, False), (True, False, True, True), (False, True, True, False)],
)
def test_whom_the_rules_hold_for(database: Database, senior: bool, exempt: bool, seniors_too: bool, hold: bool) -> None:
    with database.writing() as session:
        hall = _hall(session, integrity_for_seniors=seniors_too)
        assert session.get(Audience, exam_integrity.SENIORS) is not None
        if senior:
            persons.set_audiences(session, hall.lin, [exam_integrity.SENIORS])
        if exempt:
            integrity_exemptions.exempt(session, hall.exam, hall.lin, reason="A tic", actor=hall.boss, now=START)
        found = exam_integrity.rules_for(session, hall.exam, hall.lin)
        assert found == (exam_integrity.rules_of(hall.exam) if hold else NO_RULES)
        other = published_exam(session, now=START, unit=hall.unit)
        assert exam_integrity.rules_for(session, other, hall.lin) == NO_RULES


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({}, None), ({"count_leaves": True, "most_leaves": 1, "most_seconds_away": 10}, None),
        ({"warn_of_leaves": True}, "integrity.not_counted"), ({"most_leaves": 3}, "integrity.not_counted"),
        ({"most_seconds_away": 30}, "integrity.not_counted"),
        ({"watermark": True, "delivery": Delivery.STEPWISE}, None),
        ({"count_leaves": True, "most_leaves": 0}, "integrity.most_leaves"),
        ({"count_leaves": True, "most_leaves": 101}, "integrity.most_leaves"),
        ({"count_leaves": True, "most_seconds_away": 9}, "integrity.most_seconds"),
        ({"count_leaves": True, "most_seconds_away": 3601}, "integrity.most_seconds"),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_kept_are_refused(wanted: dict[str, Any], code: str | None) -> None:
    off = dict.fromkeys(("count_leaves", "warn_of_leaves", "watermark", "one_device", "integrity_for_seniors"), False)
    exam = Exam(**{**off, **wanted})
    if code is None:
        exam_integrity.check(exam)
    else:
        assert code_of(lambda: exam_integrity.check(exam)) == code


def test_an_exemption_is_given_and_taken_back_with_reasons_and_follows_a_merge(database: Database) -> None:
    with database.writing() as session:
        hall = _hall(session)
        given = {"actor": hall.boss, "now": START}
        exempt, back = integrity_exemptions.exempt, integrity_exemptions.take_back
        assert code_of(lambda: exempt(session, hall.exam, hall.lin, reason=" ", **given)) == "reason.missing"
        assert code_of(lambda: back(session, hall.exam, hall.lin, reason="x", **given)) == "integrity.not_exempt"
        exempt(session, hall.exam, hall.lin, reason=" Epilepsy ", **given)
        assert code_of(lambda: exempt(session, hall.exam, hall.lin, reason="x", **given)) == "integrity.exempt_already"
        [seen] = integrity_exemptions.at_exam(session, hall.exam)
        assert (seen.person.id, seen.reason, seen.actor) == (hall.lin.id, "Epilepsy", hall.boss.name)
        hr = manager(session, Role.HR, hall.unit, now=START)
        twin = learner(session, now=START, unit=hall.unit)
        merging.merge(session, twin, hall.lin, actor=hr, now=START, reason="the same", **MEASURE)
        assert exam_integrity.rules_for(session, hall.exam, twin) == NO_RULES
        splitting.split(session, hall.lin, actor=hr, now=START, reason="not the same", zone=MEASURE["zone"])
        assert exam_integrity.rules_for(session, hall.exam, twin) != NO_RULES
        back(session, hall.exam, hall.lin, reason="A mistake", **given)
        assert exam_integrity.rules_for(session, hall.exam, hall.lin) != NO_RULES
        actions = session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("integrity.%"))).all()
        assert sorted(actions) == ["integrity.exempted", "integrity.exemption_taken_back"]


def test_the_rules_are_lifted_for_everybody_also_while_people_sit(database: Database) -> None:
    with database.writing() as session:
        hall = _hall(session, most_leaves=1)
        attempt = hall.start()
        hall.open(attempt, START, "first")
        assert hall.tell(attempt, START + MINUTE, _leave(1, 9)) == (1, 9, False)
        given = {"actor": hall.boss, "now": START + MINUTE}
        assert code_of(lambda: integrity_exemptions.lift(session, hall.exam, reason="", **given)) == "reason.missing"
        integrity_exemptions.lift(session, hall.exam, reason="The line is bad", **given)
        assert exam_integrity.rules_of(hall.exam) == NO_RULES
        assert hall.tell(attempt, START + 2 * MINUTE, _leave(2, 9), _leave(3, 9)) == (0, 0, False)
        assert (attempt.state, attempt.left_count) == (AttemptState.OPEN, 1)
        assert code_of(lambda: integrity_exemptions.lift(session, hall.exam, reason="x", **given)) == "integrity.none"


def test_the_same_leave_becomes_one_step_however_often_it_is_told(database: Database) -> None:
    with database.writing() as session:
        hall = _hall(session)
        attempt = hall.start()
        hall.open(attempt, START)
        first, second = _leave(1, 20, age=40), _leave(2, 5)
        assert hall.tell(attempt, START + 2 * MINUTE, first) == (1, 20, False)
        assert hall.tell(attempt, START + 3 * MINUTE, first, second) == (2, 25, False)
        assert hall.tell(attempt, START + 9 * MINUTE, second, first) == (2, 25, False)
        steps = session.scalars(select(Step).where(Step.kind == StepKind.LEFT).order_by(Step.id)).all()
        assert [(one.seq, one.detail) for one in steps] == [(1, {"seconds": 20}), (2, {"seconds": 5})]
        assert steps[0].made_at == START + 80 * SECOND
        assert leaves.told_of(session, attempt) == [(START + 80 * SECOND, 20), (START + 180 * SECOND, 5)]


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        (_leave(1, 2), 0), (_leave(1, 3), 3), (_leave(1, 9e6), 120), (_leave(1, 10, age=9e6), 0),
        (_leave(0, 30), None), (_leave(1, 30, epoch=0), None), (_leave(1, 30, epoch=2), None),
    ],
)  # fmt: skip
def test_what_a_page_says_is_cut_to_what_can_be(database: Database, told: Leave, seconds: int | None) -> None:
    with database.writing() as session:
        hall = _hall(session)
        attempt = hall.start()
        hall.open(attempt, START)
        hall.tell(attempt, START + 2 * MINUTE, told)
        steps = session.scalars(select(Step).where(Step.kind == StepKind.LEFT)).all()
        assert [one.detail["seconds"] for one in steps] == ([] if seconds is None else [seconds])  # type: ignore[index]
        assert attempt.left_count == bool(seconds)
        assert code_of(lambda: hall.tell(attempt, START, *[told] * 201)) == "integrity.too_many"


def test_the_limit_closes_no_paper_that_somebody_types(database: Database) -> None:
    with database.writing() as session:
        hall = _hall(session, most_leaves=1)
        attempt = hall.start()
        hall.open(attempt, START)
        sitting.open_paper(session, attempt, now=START + 5 * MINUTE, grace=GRACE, versions=hall.versions,
                           typing=sitting.Typing(hall.boss, "Cannot hold a pen"))  # fmt: skip
        own = (_leave(1, 60, age=120), _leave(2, 60, age=90))
        assert hall.tell(attempt, START + 5 * MINUTE, *own) == (2, 120, False)
        assert hall.tell(attempt, START + 9 * MINUTE, _leave(3, 60), _leave(1, 60, epoch=2)) == (2, 120, False)
        hall.open(attempt, START + 10 * MINUTE)
        assert hall.tell(attempt, START + 12 * MINUTE, _leave(1, 60, epoch=3)) == (3, 180, True)


def test_a_leave_ends_where_the_paper_was_opened_anew_and_where_it_was_handed_in(database: Database) -> None:
    with database.writing() as session:
        hall = _hall(session)
        attempt = hall.start()
        hall.open(attempt, START)
        hall.open(attempt, START + 5 * MINUTE)
        over, behind = _leave(1, 120, age=60), _leave(2, 30)
        assert hall.tell(attempt, START + 7 * MINUTE, over, behind) == (1, 60, False)
        sitting.submit(session, attempt, now=START + 10 * MINUTE, grace=GRACE, versions=hall.versions)
        late, after = _leave(1, 60, age=45, epoch=2), _leave(2, 50, epoch=2)
        assert hall.tell(attempt, START + 11 * MINUTE, late, after) == (2, 105, True)


def test_nothing_counts_while_the_exam_is_paused(database: Database) -> None:
    with database.writing() as session:
        hall = _hall(session)
        attempt = hall.start()
        hall.open(attempt, START)
        invigilation.pause(session, hall.exam, reason="Power cut", actor=hall.boss, now=START + MINUTE)
        session.refresh(attempt)
        assert hall.tell(attempt, START + 3 * MINUTE, _leave(1, 60)) == (0, 0, False)
        invigilation.resume(session, hall.exam, actor=hall.boss, now=START + 5 * MINUTE)
        session.refresh(attempt)
        assert hall.tell(attempt, START + 6 * MINUTE, _leave(2, 90)) == (1, 60, False)


def test_only_who_accepted_the_limit_begins_and_is_held_to_it(database: Database) -> None:
    with database.writing() as session:
        hall = _hall(session, most_leaves=2, most_seconds_away=60)
        assert code_of(lambda: hall.start(accepted=False)) == "integrity.not_accepted"
        attempt = hall.start()
        hall.open(attempt, START)
        kinds = session.execute(select(Step.kind, Step.detail).where(Step.attempt_id == attempt.id)).all()
        assert kinds[0] == (StepKind.ACCEPTED, {"count": 2, "seconds": 60})
        assert hall.tell(attempt, START + MINUTE, _leave(1, 5), _leave(2, 5)) == (2, 10, False)
        assert hall.tell(attempt, START + 2 * MINUTE, _leave(3, 5)) == (3, 15, True)
        assert (attempt.state, attempt.left_too_much, attempt.closed_by_id) == (AttemptState.SUBMITTED, True, None)
        assert attempt.points == 0  # nothing was answered; marked as any paper
        assert hall.tell(attempt, START + 3 * MINUTE, _leave(3, 5)) == (3, 15, True)


def test_the_seconds_in_one_go_hand_in_too_and_an_early_limit_does_not_wait(database: Database) -> None:
    with database.writing() as session:
        hall = _hall(session, most_seconds_away=60, hand_in_minutes=30)
        attempt = hall.start()
        hall.open(attempt, START)
        assert hall.tell(attempt, START + 2 * MINUTE, _leave(1, 60)) == (1, 60, False)
        assert hall.tell(attempt, START + 4 * MINUTE, _leave(2, 61)) == (2, 121, True)


@pytest.mark.parametrize("how", ["trial", "exempt at the start", "exempt meanwhile"])
def test_the_limit_does_not_hold(database: Database, how: str) -> None:
    with database.writing() as session:
        hall = _hall(session, most_leaves=1)
        if how == "exempt at the start":
            integrity_exemptions.exempt(session, hall.exam, hall.lin, reason="x", actor=hall.boss, now=START)
        attempt = hall.start(accepted=how == "exempt meanwhile", trial=how == "trial")
        hall.open(attempt, START)
        if how == "exempt meanwhile":
            assert hall.tell(attempt, START + MINUTE, _leave(1, 9)) == (1, 9, False)
            integrity_exemptions.exempt(session, hall.exam, hall.lin, reason="x", actor=hall.boss, now=START)
        told = [_leave(number, 5) for number in range(2, 6)]
        assert hall.tell(attempt, START + 2 * MINUTE, *told)[2] is False
        assert attempt.state is AttemptState.OPEN
        if how != "trial":
            assert attempt.left_count == (how == "exempt meanwhile")


def test_a_second_device_waits_for_the_first(database: Database) -> None:
    with database.writing() as session:
        hall = _hall(session)
        attempt = hall.start()
        assert devices.held_until(session, attempt, "second", now=START) is None
        hall.open(attempt, START, "first")
        at = START + 2 * MINUTE
        assert devices.held_until(session, attempt, "first", now=at) is None
        assert devices.held_until(session, attempt, "second", now=at) == START + devices.FREE_AFTER
        attempt.heard_at = at  # the page asked how things stand
        assert devices.held_until(session, attempt, "second", now=START + 4 * MINUTE) == at + devices.FREE_AFTER
        more = invigilation.open_attempts(session, hall.exam, now=at, grace=GRACE)
        invigilation.extend(session, hall.exam, more, minutes=5, reason="x", actor=hall.boss, now=START + 4 * MINUTE)
        assert devices.held_until(session, attempt, "second", now=at + devices.FREE_AFTER) is None
        hall.open(attempt, START + 6 * MINUTE, "second")
        assert devices.held_until(session, attempt, "first", now=START + 7 * MINUTE) is not None
        devices.let_go(session, attempt, now=START + 7 * MINUTE)
        assert devices.held_until(session, attempt, "first", now=START + 7 * MINUTE) is None
        assert sitting.rebuild(session, attempt) == {}


def test_an_invigilator_lets_a_paper_go_with_a_reason(database: Database) -> None:
    with database.writing() as session:
        hall = _hall(session)
        attempt = hall.start()
        given = {"actor": hall.boss, "now": START + MINUTE}
        release = devices.release
        assert code_of(lambda: release(session, hall.exam, attempt.id, reason="x", **given)) == "integrity.no_device"
        hall.open(attempt, START, "first")
        session.flush()
        assert code_of(lambda: release(session, hall.exam, attempt.id, reason="", **given)) == "reason.missing"
        other = published_exam(session, now=START, unit=hall.unit)
        assert code_of(lambda: release(session, other, attempt.id, reason="x", **given)) == "sitting.unknown"
        release(session, hall.exam, attempt.id, reason="Battery died", **given)
        assert devices.held_until(session, attempt, "second", now=START + MINUTE) is None
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "attempt.released")).one()
        assert (entry.reason, entry.detail) == ("Battery died", {"person_id": hall.lin.id})
        sitting.submit(session, attempt, now=START + MINUTE, grace=GRACE, versions=hall.versions)
        assert code_of(lambda: release(session, hall.exam, attempt.id, reason="x", **given)) == "invigilation.closed"


def test_the_limit_of_an_exam_is_what_its_fields_say(database: Database) -> None:
    with database.writing() as session:
        hall = _hall(session, most_leaves=4)
        assert exam_integrity.rules_of(hall.exam).limit == LeaveLimit(count=4)
