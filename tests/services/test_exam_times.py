"""Beginning late, handing in early, on both databases."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from suyu_learn import defaults
from suyu_learn.db import Database
from suyu_learn.domain.attempts import AttemptState
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Exam, Person
from suyu_learn.plugins import Plugins
from suyu_learn.services import exam_changes, exam_times, people, sitting
from suyu_learn.services.papers import PaperPools
from suyu_learn.services.versions import Versions
from tests.clock import START
from tests.factories import learner, published_exam

GRACE = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)


def _start(session: Any, exam: Exam, person: Person, at: Any) -> Any:
    versions = Versions(Plugins([defaults]).question_types)
    return sitting.start(session, exam, person, now=at, grace=GRACE, versions=versions, pools=PaperPools())


@pytest.mark.parametrize(
    "limit", [{"entry_minutes": 15}, {"entry_until": START + 15 * MINUTE}], ids=["minutes", "a moment"]
)
def test_who_has_not_begun_by_the_latest_entry_cannot(database: Database, limit: dict[str, Any]) -> None:
    with database.writing() as session:
        unit = people.add_unit(session, "Pine City", parent=None, now=START)
        lin, wu, li = (learner(session, now=START, unit=unit) for _ in range(3))
        exam = published_exam(session, now=START - MINUTE, unit=unit, opens_at=START, attempts_allowed=2, **limit)
        first = _start(session, exam, lin, START + 15 * MINUTE)
        with pytest.raises(Problem, match=r"exam\.entry_over") as late:
            _start(session, exam, wu, START + 16 * MINUTE)
        assert late.value.params["ended_at"] == START + 15 * MINUTE
        assert _start(session, exam, lin, START + 40 * MINUTE) is first  # an open attempt always goes on
        versions = Versions(Plugins([defaults]).question_types)
        sitting.submit(session, first, now=START + 41 * MINUTE, grace=GRACE, versions=versions)
        assert _start(session, exam, lin, START + 42 * MINUTE).number == 2  # who has begun once may begin again

        boss = learner(session, now=START, unit=unit)
        wanted = replace(exam_changes.wanted_now(session, exam), entry_minutes=60, entry_until=None)
        exam_changes.change(session, exam, wanted, reason="Snow", actor=boss, now=START, grace=GRACE)
        assert _start(session, exam, li, START + 60 * MINUTE).number == 1


def test_minutes_count_from_publishing_where_that_is_later(database: Database) -> None:
    with database.writing() as session:
        exam = published_exam(session, now=START, opens_at=START - 30 * MINUTE, entry_minutes=15)
        assert exam_times.last_entry(exam) == START + 15 * MINUTE


def test_handing_in_too_early_changes_nothing_and_time_out_closes(database: Database) -> None:
    versions = Versions(Plugins([defaults]).question_types)
    with database.writing() as session:
        unit = people.add_unit(session, "Pine City", parent=None, now=START)
        lin = learner(session, now=START, unit=unit)
        exam = published_exam(session, now=START, unit=unit, minutes=60, hand_in_minutes=30, attempts_allowed=3,
                              closes_at=START + 100 * MINUTE)  # fmt: skip
        attempt = _start(session, exam, lin, START)
        with pytest.raises(Problem, match=r"sitting\.too_early") as early:
            sitting.submit(session, attempt, now=START + 29 * MINUTE, grace=GRACE, versions=versions)
        assert early.value.params["from_time"] == START + 30 * MINUTE
        assert attempt.state is AttemptState.OPEN
        sitting.submit(session, attempt, now=START + 30 * MINUTE, grace=GRACE, versions=versions)
        assert attempt.state is AttemptState.SUBMITTED

        short = _start(session, exam, lin, START + 80 * MINUTE)  # 20 minutes until the closing
        sitting.submit(session, short, now=START + 100 * MINUTE, grace=GRACE, versions=versions)
        assert short.state is AttemptState.SUBMITTED

        trial = sitting.start(session, exam, lin, now=START, grace=GRACE, versions=versions, pools=PaperPools(),
                              trial=True)  # fmt: skip
        sitting.submit(session, trial, now=START, grace=GRACE, versions=versions)
        assert trial.state is AttemptState.SUBMITTED


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        ({"entry_minutes": 10, "entry_until": START + MINUTE}, "exam.entry_twice"),
        ({"entry_minutes": 0}, "exam.entry_minutes"),
        ({"entry_until": START}, "exam.entry_before_opening"),
        ({"hand_in_minutes": 60}, "exam.hand_in_minutes"),
        ({"hand_in_minutes": 0}, "exam.hand_in_minutes"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_times_that_contradict_each_other(database: Database, policy: dict[str, Any], code: str) -> None:
    with database.writing() as session:
        exam = published_exam(session, now=START, opens_at=START)
        with pytest.raises(Problem, match=re.escape(code)):
            exam_times.check(replace(exam_changes.wanted_now(session, exam), **policy))
