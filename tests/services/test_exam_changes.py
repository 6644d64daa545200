"""Changing a running exam, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from suyu_learn import defaults
from suyu_learn.db import Database
from suyu_learn.models import Grant, Role, Unit
from suyu_learn.plugins import Plugins
from suyu_learn.services import exam_changes, exam_lists, exam_plans, exam_rosters, exams, people, sitting
from suyu_learn.services.exam_changes import Effects
from suyu_learn.services.papers import PaperPools
from suyu_learn.services.versions import Versions
from tests.clock import START
from tests.factories import learner, published_exam

GRACE = timedelta(minutes=5)


def test_a_day_of_changes(database: Database) -> None:
    versions, pools = Versions(Plugins([defaults]).question_types), PaperPools()
    with database.writing() as session:
        city = people.add_unit(session, "Pine City", parent=None, now=START)
        water = people.add_unit(session, "Water", parent=city, now=START)
        roads = people.add_unit(session, "Roads", parent=city, now=START)
        boss = learner(session, now=START, unit=city)
        session.add(Grant(person_id=boss.id, role=Role.ORGANIZER, unit_id=city.id, granted_at=START))
        lin, wu = learner(session, now=START, unit=water), learner(session, now=START, unit=roads)
        exam = published_exam(session, now=START, unit=city, opens_at=START, closes_at=START + timedelta(minutes=20))

        def start(person):
            return sitting.start(session, exam, person, now=START, grace=GRACE, versions=versions, pools=pools)

        first = start(lin)
        sitting.open_paper(session, first, now=START, grace=GRACE, versions=versions)
        wanted = replace(
            exam_changes.wanted_now(session, exam), closes_at=START + timedelta(minutes=40), minutes=90,
            pass_share=Decimal("0.8"), unit_ids=(water.id,),
        )  # fmt: skip
        later = START + timedelta(minutes=5)
        found = exam_changes.change(session, exam, wanted, reason="Power cut", actor=boss, now=later, grace=GRACE)
        assert found.changed == ("closes_at", "minutes", "pass_share", "scope")
        assert (found.extended, found.past_closing, found.exempted) == (1, 0, 2)
        assert first.deadline == START + timedelta(minutes=40)
        assert sitting.rebuild(session, first) == {}

        wanted = replace(wanted, closes_at=START + timedelta(hours=9))
        exam_changes.change(session, exam, wanted, reason="Still dark", actor=boss, now=later, grace=GRACE)
        assert first.deadline == START + timedelta(minutes=60)  # its own minutes, not the 90 of those who start later
        assert sitting.rebuild(session, first) == {}

        assert {one.person_id for one in exam_rosters.due(session, exam, now=later)} == {lin.id}
        assert wu.id not in {one.person_id for one in exam_rosters.due(session, exam, now=later)}
        assert [row.field for row, _ in exam_changes.changes(session, exam)] == [
            "closes_at", "scope", "pass_share", "minutes", "closes_at"]  # fmt: skip
        seen = exam_lists.seen(session, exam, now=later)
        assert (seen.due, seen.sat, seen.running) == (1, 0, 1)
        found = exam_lists.find_people(session, boss, lin.name)
        assert found == [(lin, "Water")]


def test_a_scope_that_was_changed_wrongly_is_mended(database: Database) -> None:
    with database.writing() as session:
        city = people.add_unit(session, "Pine City", parent=None, now=START)
        water, roads, woods = (people.add_unit(session, name, parent=city, now=START) for name in "WRF")
        boss = learner(session, now=START, unit=people.add_unit(session, "Office", parent=None, now=START))
        session.add(Grant(person_id=boss.id, role=Role.ORGANIZER, unit_id=city.id, granted_at=START))
        lin, ill = learner(session, now=START, unit=water), learner(session, now=START, unit=water)
        wu, fang = learner(session, now=START, unit=roads), learner(session, now=START, unit=woods)
        exam = published_exam(session, now=START, unit=city, opens_at=START + timedelta(minutes=1),
                              closes_at=START + timedelta(hours=2))  # fmt: skip
        exam_plans.set_scope(session, exam, [water.id, roads.id], [])
        exam_rosters.freeze_if_due(session, exam, now=START + timedelta(minutes=1))
        exam_rosters.exempt(session, exam, ill, reason="Ill", actor=boss, now=START + timedelta(minutes=2))
        minutes = iter(range(5, 60))

        def to(*units: Unit) -> Effects:
            now = START + timedelta(minutes=next(minutes))
            wanted = replace(exam_changes.wanted_now(session, exam), unit_ids=tuple(one.id for one in units))
            return exam_changes.change(session, exam, wanted, reason="Typed wrongly", actor=boss, now=now, grace=GRACE)

        def due() -> set[int]:
            return {one.person_id for one in exam_rosters.due(session, exam, now=START + timedelta(minutes=60))}

        assert due() == {lin.id, wu.id}
        assert to(roads, woods).exempted == 1  # the water bureau was left out, and the woods came in
        assert due() == {wu.id, fang.id}
        found = to(water, roads)
        assert (found.due_again, found.due_no_more, found.exempted, found.added) == (1, 1, 0, 0)
        assert found.to_confirm
        assert due() == {lin.id, wu.id}, "who is ill stays exempt"
        assert exams.may_sit(session, exam, lin, now=START + timedelta(minutes=60))
        assert not exams.may_sit(session, exam, fang, now=START + timedelta(minutes=60))
        assert to(water, roads, woods).added == 1
        assert due() == {lin.id, wu.id, fang.id}
