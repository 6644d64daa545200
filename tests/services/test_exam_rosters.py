"""Who is due: the list of the freeze moment, less exemptions, plus additions."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from suyu_learn.db import Database
from suyu_learn.domain.problems import Problem
from suyu_learn.models import AuditEntry, Exam, ExamAudience, ExamUnit, PersonKind, RosterMember, Unit
from suyu_learn.services import exam_rosters, exam_scope, exams, people, units
from tests.clock import START
from tests.factories import learner, published_exam

OPENING = START + timedelta(days=2)
LATER = OPENING + timedelta(hours=3)


class Town:
    """A city with two bureaus and an exam for the first, which opens in two days."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.city = people.add_unit(session, "Pine City", parent=None, now=START)
        self.water = people.add_unit(session, "Water Bureau", parent=self.city, now=START)
        self.pumps = people.add_unit(session, "Pumps", parent=self.water, now=START)
        self.roads = people.add_unit(session, "Roads Bureau", parent=self.city, now=START)
        self.an = self.joins("An", self.water)
        self.bo = self.joins("Bo", self.pumps)
        self.cai = self.joins("Cai", self.roads)
        self.exam = published_exam(session, now=START, unit=self.city, opens_at=OPENING)
        session.add(ExamUnit(exam_id=self.exam.id, unit_id=self.water.id))
        session.flush()

    def joins(self, name: str, unit: Unit, at: datetime = START):
        return learner(self.session, now=at, name=name, unit=unit)

    def due(self, now: datetime) -> dict[str, str]:
        """Name -> unit of those due."""
        known = {one.person_id: one for one in exam_rosters.due(self.session, self.exam, now=now)}
        lines = exam_rosters.reconciliation(self.session, self.exam, now=now).due
        assert {line.person_id for line in lines} == set(known)
        return {line.name: known[line.person_id].unit_names for line in lines}

    def freeze(self, now: datetime = OPENING) -> None:
        assert exam_rosters.freeze_if_due(self.session, self.exam, now=now)


@pytest.fixture
def town(database: Database):
    with database.writing() as session:
        yield Town(session)


WATER, PUMPS = "Pine City / Water Bureau", "Pine City / Water Bureau / Pumps"


def test_before_the_freeze_the_list_is_live(town: Town) -> None:
    assert town.due(START) == {"An": WATER, "Bo": PUMPS}
    town.joins("Du", town.water, START + timedelta(hours=1))
    assert set(town.due(START + timedelta(hours=2))) == {"An", "Bo", "Du"}
    assert not exam_rosters.freeze_if_due(town.session, town.exam, now=OPENING - timedelta(seconds=1))


def test_who_joins_leaves_moves_or_is_disabled_afterwards_changes_nothing(town: Town) -> None:
    town.freeze()
    people.move_person(town.session, town.an, town.roads, now=OPENING + timedelta(hours=1))
    people.move_person(town.session, town.cai, town.water, now=OPENING + timedelta(hours=1))
    town.joins("Late", town.water, OPENING + timedelta(hours=1))
    town.bo.disabled_at = OPENING + timedelta(hours=1)
    assert town.due(LATER) == {"An": WATER, "Bo": PUMPS}
    assert not exam_rosters.freeze_if_due(town.session, town.exam, now=LATER)


def test_a_late_tick_stores_the_list_of_the_moment(town: Town) -> None:
    people.move_person(town.session, town.an, town.roads, now=OPENING + timedelta(minutes=5))
    people.move_person(town.session, town.cai, town.pumps, now=OPENING - timedelta(minutes=5))
    town.bo.disabled_at = OPENING + timedelta(minutes=1)
    unstored = town.due(LATER)
    town.freeze(LATER)
    assert town.due(LATER) == unstored == {"An": WATER, "Bo": PUMPS, "Cai": PUMPS}
    assert town.exam.frozen_at == LATER


def test_disabled_people_and_guests_are_not_due(town: Town) -> None:
    town.bo.disabled_at = START + timedelta(hours=1)
    people.add_person(
        town.session, "Guest", now=START, unit=town.water, kind=PersonKind.GUEST, guest_exam_id=town.exam.id
    )
    town.freeze()
    assert set(town.due(LATER)) == {"An"}


def test_audiences_narrow_the_list(town: Town) -> None:
    people.install_audiences(town.session)
    people.add_person(town.session, "Worker", now=START, unit=town.pumps, audiences=["workers", "youth"])
    town.session.add_all(ExamAudience(exam_id=town.exam.id, audience=code) for code in ("workers", "youth"))
    town.session.flush()
    assert set(town.due(START)) == {"Worker"}


def test_units_of_the_day_keep_their_names(town: Town) -> None:
    town.freeze()
    units.rename(town.session, town.water, "Water Company", actor=None, now=LATER)
    assert town.due(LATER)["An"] == WATER


def test_an_exemption_and_an_addition_reconcile(town: Town) -> None:
    town.freeze()
    boss = town.joins("Boss", town.city)
    exam_rosters.exempt(town.session, town.exam, town.an, reason="On leave", actor=boss, now=LATER)
    exam_rosters.add(town.session, town.exam, town.cai, reason="Transferred duty", actor=boss, now=LATER)
    found = exam_rosters.reconciliation(town.session, town.exam, now=LATER)
    assert [len(part) for part in (found.listed, found.exempt, found.added, found.due)] == [2, 1, 1, 2]
    assert (found.exempt[0].name, found.exempt[0].reason, found.exempt[0].actor) == ("An", "On leave", "Boss")
    assert (found.added[0].unit_names, found.added[0].at) == ("Pine City / Roads Bureau", LATER)
    origins = {one.person_id: one.origin.value for one in exam_rosters.due(town.session, town.exam, now=LATER)}
    assert origins == {town.bo.id: "scope", town.cai.id: "added"}
    actions = set(town.session.scalars(select(AuditEntry.action)))
    assert {"roster.frozen", "roster.exemption", "roster.addition"} <= actions


def test_many_additions_are_placed_by_as_many_statements_as_one(town: Town) -> None:
    """The last of those added has moved since: each counts in the unit of the day of the addition."""
    town.freeze()
    said: list[str] = []
    engine, counts = town.session.get_bind(), []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    for more in (1, 12):
        for number in range(more):
            one = town.joins(f"New {number} of {more}", town.roads)
            exam_rosters.add(town.session, town.exam, one, reason="Forgotten", actor=None, now=LATER)
        people.move_person(town.session, one, town.pumps, now=LATER + timedelta(hours=1))
        town.session.flush()
        said.clear()
        due = exam_rosters.due(town.session, town.exam, now=LATER + timedelta(hours=2))
        counts.append(len(said))
    event.remove(engine, "before_cursor_execute", note)
    assert counts[0] == counts[1]
    assert {one.unit_names for one in due} == {WATER, PUMPS, "Pine City / Roads Bureau"}
    assert [one.unit_id for one in due[2:]] == [town.roads.id] * 13


def test_an_exemption_taken_back_makes_due_again(town: Town) -> None:
    change = exam_rosters.exempt(town.session, town.exam, town.an, reason="Ill", actor=None, now=START)
    assert not exams.may_sit(town.session, town.exam, town.an, now=START)
    exam_rosters.take_back(town.session, town.exam, change.id, reason="Is well again", actor=None, now=LATER)
    town.freeze(LATER)
    assert set(town.due(LATER)) == {"An", "Bo"}
    assert exams.may_sit(town.session, town.exam, town.an, now=LATER)
    entry = town.session.scalars(select(AuditEntry).where(AuditEntry.action == "roster.exemption_taken_back")).one()
    assert entry.reason == "Is well again"


def test_a_person_counts_once(town: Town) -> None:
    exam_rosters.add(town.session, town.exam, town.cai, reason="Wants to", actor=None, now=START)
    people.move_person(town.session, town.cai, town.pumps, now=START + timedelta(hours=1))
    town.freeze()
    found = exam_rosters.reconciliation(town.session, town.exam, now=LATER)
    assert [len(part) for part in (found.listed, found.exempt, found.added, found.due)] == [3, 0, 0, 3]
    assert [line.name for line in found.idle] == ["Cai"]


def test_two_entries_of_one_person_merged_later_count_once(town: Town) -> None:
    town.freeze()
    town.bo.merged_into_id = town.an.id
    town.session.flush()
    assert town.due(LATER) == {"An": WATER}


def test_what_cannot_be_is_refused_in_words(town: Town) -> None:
    def refused(call, person, reason: str = "why") -> str:
        with pytest.raises(Problem) as caught:
            call(town.session, town.exam, person, reason=reason, actor=None, now=LATER)
        return caught.value.code

    guest = people.add_person(town.session, "G", now=START, kind=PersonKind.GUEST, guest_exam_id=town.exam.id)
    gone = town.joins("Gone", town.roads)
    gone.disabled_at = START
    assert refused(exam_rosters.exempt, town.cai) == "roster.not_due"
    assert refused(exam_rosters.exempt, town.an, "  ") == "roster.no_reason"
    assert refused(exam_rosters.add, town.an) == "roster.already_due"
    assert refused(exam_rosters.add, guest) == "roster.guest"
    assert refused(exam_rosters.add, gone) == "roster.disabled"
    exam_rosters.exempt(town.session, town.exam, town.an, reason="Ill", actor=None, now=LATER)
    assert refused(exam_rosters.exempt, town.an) == "roster.already_exempt"
    assert refused(exam_rosters.add, town.an) == "roster.take_back_exemption"
    exam_rosters.add(town.session, town.exam, town.cai, reason="why", actor=None, now=LATER)
    assert refused(exam_rosters.exempt, town.cai) == "roster.take_back_addition"


def test_a_scope_changed_after_the_freeze_becomes_exemptions_and_additions(town: Town) -> None:
    town.freeze()
    town.joins("Late", town.water, OPENING + timedelta(hours=1))
    former = exam_scope.scope_of(town.session, town.exam)
    row = town.session.get_one(ExamUnit, (town.exam.id, town.water.id))
    town.session.delete(row)
    town.session.add_all(ExamUnit(exam_id=town.exam.id, unit_id=one.id) for one in (town.pumps, town.roads))
    town.session.flush()
    moved = exam_rosters.follow_scope(
        town.session, town.exam, former, reason="Only pumps and roads", actor=None, now=LATER
    )
    assert (len(moved.exempted), len(moved.added), moved.due_again, moved.due_no_more) == (1, 1, (), ())
    assert set(town.due(LATER)) == {"Bo", "Cai"}


def test_the_freeze_moment(town: Town) -> None:
    exam = Exam(opens_at=OPENING)
    assert exam_rosters.freeze_moment(Exam()) is None
    assert exam_rosters.freeze_moment(exam) == OPENING
    exam.published_at = LATER
    assert exam_rosters.freeze_moment(exam) == LATER
    exam.freeze_at = START
    assert exam_rosters.freeze_moment(exam) == START


def test_every_list_whose_moment_has_come_is_stored_once(town: Town) -> None:
    assert exam_rosters.freeze_all_due(town.session, now=LATER) == 1
    assert exam_rosters.freeze_all_due(town.session, now=LATER) == 0
    stored = town.session.scalars(select(RosterMember.person_id).where(RosterMember.exam_id == town.exam.id)).all()
    assert sorted(stored) == sorted([town.an.id, town.bo.id])


def test_nobody_exempts_or_adds_themself(database: Database) -> None:
    with database.writing() as session:
        town = Town(session)
        for act, person in ((exam_rosters.exempt, town.an), (exam_rosters.add, town.cai)):
            with pytest.raises(Problem, match=r"person\.yourself"):
                act(session, town.exam, person, reason="Busy", actor=person, now=START)
        change = exam_rosters.exempt(session, town.exam, town.an, reason="Ill", actor=town.bo, now=START)
        with pytest.raises(Problem, match=r"person\.yourself"):
            exam_rosters.take_back(session, town.exam, change.id, reason="Well", actor=town.an, now=START)
