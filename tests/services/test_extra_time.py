"""Extra time for one person, on both databases."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn import defaults
from suyu_learn.db import Database
from suyu_learn.domain.attempts import NO_EXTRA, Extra
from suyu_learn.models import Attempt, AuditEntry, Exam, Person, PersonKind, Role, Unit
from suyu_learn.plugins import Plugins
from suyu_learn.services import exam_changes, exams, extra_time, merging, people, sitting, splitting
from suyu_learn.services.papers import PaperPools
from suyu_learn.services.versions import Versions
from tests.clock import START
from tests.factories import MEASURE, learner, manager, published_exam
from tests.refusals import code_of

GRACE = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
HALF_MORE, TWICE = Extra(factor=Decimal("1.5")), Extra(factor=Decimal(2))


@dataclass
class Town:
    """A unit with an organizer, a learner, and an exam of an hour in a window of an hour."""

    session: Session
    unit: Unit
    boss: Person
    lin: Person
    exam: Exam

    def start(self, at: datetime, person: Person | None = None) -> Attempt:
        versions = Versions(Plugins([defaults]).question_types)
        return sitting.start(self.session, self.exam, person or self.lin, now=at, grace=GRACE, versions=versions,
                             pools=PaperPools())  # fmt: skip

    def give(self, extra: Extra, at: datetime = START, *, lasting: bool = False, reason: str = "Sees badly") -> int:
        return extra_time.give(self.session, self.lin, extra, exam=None if lasting else self.exam, reason=reason,
                               actor=self.boss, now=at, grace=GRACE)  # fmt: skip


def _town(session: Session, **policy: Any) -> Town:
    unit = people.add_unit(session, "Pine City", parent=None, now=START)
    boss, lin = manager(session, Role.HR, unit, now=START), learner(session, now=START, unit=unit)
    exam = published_exam(session, now=START, unit=unit, minutes=60, opens_at=START,
                          closes_at=START + 60 * MINUTE, **policy)  # fmt: skip
    return Town(session, unit, boss, lin, exam)


@pytest.mark.parametrize(
    ("lasting", "here", "past_closing", "ends_after"),
    [
        (None, None, True, 60),
        (HALF_MORE, None, True, 90),
        (None, TWICE, True, 120),
        (TWICE, Extra(minutes=10), True, 70),  # what was given for this exam stands instead
        (TWICE, None, False, 60),
    ],
)
def test_the_deadline_at_the_start(
    database: Database, lasting: Extra | None, here: Extra | None, past_closing: bool, ends_after: int
) -> None:
    with database.writing() as session:
        town = _town(session, extra_past_closing=past_closing)
        if lasting is not None:
            town.give(lasting, lasting=True)
        if here is not None:
            town.give(here)
        assert exams.situation(session, town.exam, town.lin, now=START).extra == (here or lasting or NO_EXTRA)
        other = learner(session, now=START, unit=town.unit)
        assert exams.situation(session, town.exam, other, now=START).extra == NO_EXTRA
        assert town.start(START).deadline == START + ends_after * MINUTE
        assert town.start(START, other).deadline == START + 60 * MINUTE


@pytest.mark.parametrize("lasting", [True, False])
def test_who_sits_gets_it_at_once_and_keeps_it(database: Database, lasting: bool) -> None:
    with database.writing() as session:
        town = _town(session)
        attempt = town.start(START)
        versions = Versions(Plugins([defaults]).question_types)
        sitting.open_paper(session, attempt, now=START, grace=GRACE, versions=versions)
        assert town.give(HALF_MORE, START + 50 * MINUTE, lasting=lasting) == 1
        assert attempt.deadline == START + 90 * MINUTE
        assert sitting.rebuild(session, attempt) == {}
        assert town.give(Extra(minutes=5), START + 55 * MINUTE, lasting=lasting) == 0
        assert town.give(NO_EXTRA, START + 56 * MINUTE, lasting=lasting) == 0
        assert attempt.deadline == START + 90 * MINUTE  # never shorter
        assert extra_time.live(session, town.lin, None if lasting else town.exam) is None


def test_a_later_closing_extends_by_the_own_time_and_the_setting_by_the_extra(database: Database) -> None:
    with database.writing() as session:
        town = _town(session, extra_past_closing=False)
        town.give(HALF_MORE)
        attempt = town.start(START)
        assert attempt.deadline == START + 60 * MINUTE
        now = exam_changes.wanted_now(session, town.exam)
        found = exam_changes.change(session, town.exam, replace(now, extra_past_closing=True), reason="Promised",
                                    actor=town.boss, now=START, grace=GRACE)  # fmt: skip
        assert (found.changed, found.extended) == (("extra_past_closing",), 1)
        assert attempt.deadline == START + 90 * MINUTE
        late = _town_late(town)
        assert late.deadline == START + 90 * MINUTE
        later = replace(exam_changes.wanted_now(session, town.exam), closes_at=START + 200 * MINUTE)
        exam_changes.change(session, town.exam, later, reason="Snow", actor=town.boss, now=START, grace=GRACE)
        assert attempt.deadline == START + 90 * MINUTE  # its own minutes and no more
        assert late.deadline == START + 120 * MINUTE


def _town_late(town: Town) -> Attempt:
    other = learner(town.session, now=START, unit=town.unit)
    extra_time.give(town.session, other, HALF_MORE, exam=town.exam, reason="Came by bus", actor=town.boss, now=START,
                    grace=GRACE)  # fmt: skip
    return town.start(START + 30 * MINUTE, other)


def test_reasons_and_who_sees_them(database: Database) -> None:
    with database.writing() as session:
        town = _town(session)
        stranger = manager(session, Role.ORGANIZER, people.add_unit(session, "Far", parent=None, now=START), now=START)
        town.give(HALF_MORE, lasting=True, reason="Sees badly")
        due = [town.lin.id]
        [seen] = extra_time.at_exam(session, town.exam, due=due, actor=town.boss)
        assert (seen.person, seen.extra, seen.reason, seen.lasting) == (town.lin, HALF_MORE, "", True)
        assert extra_time.at_exam(session, town.exam, due=due, actor=stranger) == []
        assert extra_time.at_exam(session, town.exam, due=[], actor=town.boss) == []
        town.give(TWICE, reason="Broken arm")
        [seen] = extra_time.at_exam(session, town.exam, due=due, actor=stranger)
        assert (seen.extra, seen.reason, seen.actor, seen.lasting) == (TWICE, "Broken arm", town.boss.name, False)
        told = session.execute(
            select(AuditEntry.object_kind, AuditEntry.reason, AuditEntry.detail)
            .where(AuditEntry.action == "extra_time.given").order_by(AuditEntry.id)
        ).all()  # fmt: skip
        assert [tuple(one) for one in told] == [
            ("person", "", {"factor": "1.5", "minutes": 0}),
            ("exam", "Broken arm", {"factor": "2", "minutes": 0, "person_id": town.lin.id}),
        ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_refused(database: Database) -> None:
    with database.writing() as session:
        town = _town(session)
        assert code_of(lambda: town.give(HALF_MORE, reason=" ")) == "reason.missing"
        assert code_of(lambda: town.give(Extra(factor=Decimal(9)))) == "extra_time.amount"
        assert code_of(lambda: town.give(Extra(minutes=extra_time.MOST_MINUTES + 1))) == "extra_time.amount"
        assert code_of(lambda: town.give(NO_EXTRA)) == "extra_time.unchanged"
        town.give(HALF_MORE)
        assert code_of(lambda: town.give(HALF_MORE)) == "extra_time.unchanged"
        guest = learner(session, now=START)
        guest.kind, guest.guest_exam_id = PersonKind.GUEST, town.exam.id
        session.flush()
        town.lin = guest
        assert code_of(lambda: town.give(TWICE)) == "extra_time.guest"


def test_it_goes_along_when_two_entries_are_merged_and_split(database: Database) -> None:
    with database.writing() as session:
        town = _town(session)
        town.give(HALF_MORE, lasting=True)
        kept = learner(session, now=START, unit=town.unit)
        merging.merge(session, kept, town.lin, actor=town.boss, now=START, reason="Twice", **MEASURE)
        assert extra_time.live(session, kept, None) is not None
        splitting.split(session, town.lin, actor=town.boss, now=START, reason="Not twice", zone=MEASURE["zone"])
        assert extra_time.live(session, kept, None) is None
        assert extra_time.live(session, town.lin, None) is not None
