"""A retake: who may take it, when, how often, and what waits for its end; on both databases."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from suyu_learn import defaults
from suyu_learn.db import Database
from suyu_learn.domain.attempts import AttemptState, Extra, RetakeFor
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt, Exam, Person, Shown, Unit
from suyu_learn.plugins import Plugins
from suyu_learn.services import (
    answers,
    exam_changes,
    exam_checks,
    exam_rosters,
    exam_times,
    exams,
    extra_time,
    people,
    report_retakes,
    reports,
    sitting,
)
from suyu_learn.services.answers import Claim, Incoming
from suyu_learn.services.exams import Standing
from suyu_learn.services.papers import PaperPools
from suyu_learn.services.versions import Versions
from tests.clock import START
from tests.factories import learner, published_exam
from tests.refusals import code_of

GRACE = timedelta(minutes=5)
HOUR = timedelta(hours=1)
CLOSES, AGAIN, OVER = START + 2 * HOUR, START + 24 * HOUR, START + 26 * HOUR


@dataclass
class Town:
    """A unit and an exam of two hours with a retake on the next day."""

    session: Session
    unit: Unit
    exam: Exam
    versions: Versions

    def learner(self) -> Person:
        return learner(self.session, now=START, unit=self.unit)

    def start(self, person: Person, at: datetime) -> Attempt:
        return sitting.start(self.session, self.exam, person, now=at, grace=GRACE, versions=self.versions,
                             pools=PaperPools())  # fmt: skip

    def sit(self, person: Person, at: datetime, *, right: int) -> Attempt:
        """Sit at once, so many of the five questions right."""
        attempt = self.start(person, at)
        sitting.open_paper(self.session, attempt, now=at, grace=GRACE, versions=self.versions)
        given = [Incoming(slot, attempt.epoch, 1, "right") for slot in range(1, right + 1)]
        answers.save(self.session, attempt.key, Claim(person.id, person.stamp), given, now=at, grace=GRACE,
                     versions=self.versions)  # fmt: skip
        return sitting.submit(self.session, attempt, now=at, grace=GRACE, versions=self.versions)

    def found(self, person: Person, at: datetime) -> exams.Situation:
        return exams.situation(self.session, self.exam, person, now=at)


def _town(session: Session, **policy: Any) -> Town:
    unit = people.add_unit(session, "Pine City", parent=None, now=START)
    values = {"retake_for": RetakeFor.FAILED_OR_ABSENT, "retake_opens_at": AGAIN, "retake_closes_at": OVER, **policy}
    exam = published_exam(session, now=START - HOUR, unit=unit, minutes=60, opens_at=START, closes_at=CLOSES, **values)
    return Town(session, unit, exam, Versions(Plugins([defaults]).question_types))


@pytest.mark.parametrize(
    ("whom", "allowed"),
    [
        (RetakeFor.FAILED, {"failed"}),
        (RetakeFor.ABSENT, {"absent", "voided"}),
        (RetakeFor.FAILED_OR_ABSENT, {"failed", "absent", "voided"}),
    ],
)
def test_who_finds_a_retake(database: Database, whom: RetakeFor, allowed: set[str]) -> None:
    with database.writing() as session:
        town = _town(session, retake_for=whom, attempts_allowed=2)
        those = {name: town.learner() for name in ("passed", "failed", "absent", "voided", "exempt")}
        town.sit(those["passed"], START, right=5)
        town.sit(those["failed"], START, right=1)
        town.sit(those["voided"], START, right=1).state = AttemptState.VOIDED
        exam_rosters.exempt(session, town.exam, those["exempt"], reason="Ill", actor=None, now=START)
        session.flush()
        for name, person in those.items():
            before, open_, over = (town.found(person, at) for at in (CLOSES, AGAIN, OVER))
            may = name in allowed
            if name != "exempt":
                assert before.standing is (Standing.WAITING if may else Standing.CLOSED), name
                assert (open_.standing, open_.retake) == ((Standing.OPEN, True) if may else (Standing.CLOSED, False))
            assert over.standing is Standing.CLOSED
            listed = {one.exam.id for one in exams.open_exams(session, person, now=AGAIN)}
            assert listed == ({town.exam.id} if may else set()), name
            if not may:
                code = "exam.not_for_you" if name == "exempt" and open_.retake else "exam.is_closed"
                assert code_of(lambda person=person: town.start(person, AGAIN)) == code
        with pytest.raises(Problem, match=r"exam\.is_waiting") as early:
            town.start(those["failed" if "failed" in allowed else "absent"], CLOSES)
        assert early.value.params["opens_at"] == AGAIN
        attempt = town.start(those["failed" if "failed" in allowed else "absent"], AGAIN + 90 * timedelta(minutes=1))
        assert (attempt.retake, attempt.deadline) == (True, OVER)


def test_who_came_after_the_list_was_taken_was_not_absent(database: Database) -> None:
    with database.writing() as session:
        town = _town(session)
        exam_rosters.freeze_if_due(session, town.exam, now=START)
        late, added = (learner(session, now=CLOSES, unit=town.unit) for _ in range(2))
        exam_rosters.add(session, town.exam, added, reason="Forgotten", actor=None, now=CLOSES)
        assert town.found(late, AGAIN).standing is Standing.CLOSED
        assert town.found(added, AGAIN).retake


def test_its_own_attempts_and_no_latest_entry(database: Database) -> None:
    with database.writing() as session:
        town = _town(session, entry_minutes=10, retake_attempts=2)
        lin = town.learner()
        assert code_of(lambda: town.start(lin, START + HOUR)) == "exam.entry_over"
        assert town.found(lin, AGAIN).attempts_left == 2
        assert town.sit(lin, AGAIN, right=1).retake
        assert town.found(lin, AGAIN).attempts_left == 1
        town.sit(lin, AGAIN, right=2)
        assert code_of(lambda: town.start(lin, AGAIN)) == "exam.no_attempt_left"


def test_who_passed_the_retake_is_through(database: Database) -> None:
    with database.writing() as session:
        town = _town(session, retake_attempts=2)
        lin = town.learner()
        town.sit(lin, START, right=1)
        town.sit(lin, AGAIN, right=5)
        assert code_of(lambda: town.start(lin, AGAIN)) == "exam.is_closed"


def test_an_open_attempt_with_extra_time_is_not_absence(database: Database) -> None:
    with database.writing() as session:
        town = _town(session, retake_opens_at=CLOSES)
        lin = town.learner()
        extra_time.give(session, lin, Extra(factor=Decimal(2)), exam=town.exam, reason="Slow", actor=town.learner(),
                        now=START, grace=GRACE)  # fmt: skip
        attempt = town.start(lin, START + HOUR)
        at = CLOSES + timedelta(minutes=30)
        assert town.start(lin, at) is attempt
        found = town.found(lin, at)
        assert (found.retake, found.open_attempt) == (False, attempt)
        assert [one.exam for one in exams.open_exams(session, lin, now=at)] == [town.exam]


def test_what_is_shown_after_closing_waits_for_the_end(database: Database) -> None:
    with database.writing() as session:
        town = _town(session)
        for at, shown in ((START, False), (CLOSES, False), (AGAIN, False), (OVER, True)):
            found = exams.shown_now(session, town.exam, now=at, grace=GRACE)
            assert (Shown.AFTER_CLOSE in found) is shown, at
        assert exam_times.last_closing(town.exam) == OVER
        attempt = town.start(town.learner(), OVER - timedelta(minutes=10))
        town.exam.retake_closes_at = OVER - timedelta(minutes=5)
        assert Shown.AFTER_CLOSE not in exams.shown_now(session, town.exam, now=OVER, grace=GRACE)
        late = attempt.deadline + GRACE + timedelta(seconds=1)
        assert Shown.AFTER_CLOSE in exams.shown_now(session, town.exam, now=late, grace=GRACE)


def test_a_retake_added_later_says_what_was_seen_and_a_longer_one_extends(database: Database) -> None:
    with database.writing() as session:
        town = _town(session, retake_for=None, retake_opens_at=None, retake_closes_at=None)
        boss, lin = town.learner(), town.learner()

        def change(**values: Any) -> exam_changes.Effects:
            wanted = replace(exam_changes.wanted_now(session, town.exam), **values)
            return exam_changes.change(
                session, town.exam, wanted, reason="Decided", actor=boss, now=CLOSES, grace=GRACE
            )

        found = change(retake_for=RetakeFor.ABSENT, retake_opens_at=AGAIN, retake_closes_at=OVER)
        assert (found.keys_known, found.to_confirm) == (True, True)
        attempt = town.start(lin, OVER - timedelta(minutes=20))
        assert attempt.deadline == OVER
        wanted = replace(exam_changes.wanted_now(session, town.exam), retake_closes_at=OVER + HOUR)
        exam_changes.change(session, town.exam, wanted, reason="Snow", actor=boss, now=OVER - timedelta(minutes=10),
                            grace=GRACE)  # fmt: skip
        assert attempt.deadline == OVER + timedelta(minutes=40)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_opening_an_exam_again_says_what_was_seen(database: Database) -> None:
    with database.writing() as session:
        town = _town(session)
        late = OVER + HOUR

        def known(at: datetime, **values: Any) -> bool:
            wanted = replace(exam_changes.wanted_now(session, town.exam), **values)
            found = exam_changes.effects(session, town.exam, wanted, now=at, grace=GRACE)
            assert found.to_confirm is found.keys_known_again
            return found.keys_known_again

        assert known(late, closes_at=late + HOUR)
        assert known(late, closes_at=None)
        assert known(late, retake_closes_at=late + HOUR)
        assert not known(late, closes_at=CLOSES - HOUR)
        assert not known(AGAIN, closes_at=AGAIN + HOUR)  # the retake was still to come, so nothing was shown
        assert not known(START, closes_at=CLOSES + HOUR)
        town.exam.show_score = Shown.NEVER
        assert not known(late, closes_at=late + HOUR)


HIDES_FAILING: tuple[tuple[dict[str, Any], bool], ...] = (
    ({}, False),
    ({"show_score": Shown.AFTER_CLOSE}, True),
    ({"show_score": Shown.NEVER}, True),
    ({"show_score": Shown.AFTER_CLOSE, "retake_for": RetakeFor.ABSENT}, False),
    ({"show_score": Shown.AFTER_CLOSE, "retake_for": None}, False),
    ({"results_at": AGAIN}, False),
    ({"results_at": OVER}, True),
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_check_warns_where_nobody_learns_that_they_may_take_the_retake(database: Database) -> None:
    usual = {"show_score": Shown.NOW, "retake_for": RetakeFor.FAILED, "results_at": None}
    with database.writing() as session:
        town = _town(session)
        for values, warned in HIDES_FAILING:
            for name, value in {**usual, **values}.items():
                setattr(town.exam, name, value)
            found = exam_checks.findings(session, town.exam, now=START, versions=town.versions)
            assert ("check.failing_hidden" in {one.problem.code for one in found}) is warned, values


def test_the_report_has_the_result_that_counts_and_the_retake_apart(database: Database) -> None:
    with database.writing() as session:
        town = _town(session)
        failed, absent, away = town.learner(), town.learner(), town.learner()
        town.sit(failed, START, right=1)
        before = reports.exam_report(session, town.exam, now=CLOSES)
        town.sit(failed, AGAIN, right=4)
        town.sit(absent, AGAIN, right=2)
        after = reports.exam_report(session, town.exam, now=OVER)
        assert before.total is not None
        assert after.total is not None
        assert (before.total.tally.due, before.total.tally.sat, before.total.tally.passed) == (3, 1, 0)
        assert (after.total.tally.due, after.total.tally.sat, after.total.tally.passed) == (3, 2, 1)
        assert [one.person_id for one in after.absent] == [away.id]
        lines = {one.person.person_id: one for one in report_retakes.retakes(session, town.exam, after.people)}
        assert lines.keys() == {failed.id, absent.id}
        assert lines[failed.id].first is not None
        assert (lines[failed.id].first.points, lines[failed.id].retake.points) == (20, 80)
        assert (lines[absent.id].first, lines[absent.id].retake.passed) == (None, False)


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        ({"closes_at": None}, "exam.retake_without_closing"),
        ({"retake_opens_at": None}, "exam.retake_window"),
        ({"retake_closes_at": None}, "exam.retake_window"),
        ({"retake_opens_at": CLOSES - HOUR}, "exam.retake_too_early"),
        ({"retake_closes_at": AGAIN}, "exam.retake_turned"),
        ({"retake_attempts": 0}, "exam.retake_attempts"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_windows_that_cannot_be(database: Database, policy: dict[str, Any], code: str) -> None:
    with database.writing() as session:
        town = _town(session)
        wanted = exam_changes.wanted_now(session, town.exam)
        exam_times.check(wanted)
        with pytest.raises(Problem, match=re.escape(code)):
            exam_times.check(replace(wanted, **policy))
        exam_times.check(replace(wanted, **policy, retake_for=None))
