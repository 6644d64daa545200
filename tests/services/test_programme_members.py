"""Who has a programme, how far they have come, and the completion that follows once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from suyu_learn.domain.courses import CreditRules
from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Attendance,
    AttendanceWay,
    Completion,
    CompletionKind,
    Event,
    HoursEntry,
    HoursScope,
    Membership,
    PartKind,
    Person,
    PersonAudience,
    Programme,
    ProgrammeMember,
    ProgrammePart,
    ProgrammeStage,
    ProgrammeState,
    Repeats,
    Role,
    SignOff,
    Unit,
    UnitKind,
    new_key,
)
from suyu_learn.services import (
    completions,
    grants,
    merging,
    people,
    programme_assigning,
    programme_members,
    programme_people,
    programme_progress,
    programme_writing,
    programmes,
    splitting,
)
from suyu_learn.services.programme_assigning import Wanted
from suyu_learn.services.programme_people import Standing
from tests.clock import START, FrozenClock
from tests.factories import MEASURE, learner, manager, stored_course

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = START.astimezone(ZONE).date()  # 2026-03-02
DUE = date(2026, 6, 30)


@dataclass
class Works:
    """A works with two workshops, a course, a programme in two stages, and somebody who gives it."""

    session: Session
    clock: FrozenClock
    unit: Unit
    saws: Unit
    glue: Unit
    programme: Programme
    boss: Person

    def assign(self, **said: Any) -> None:
        wanted = Wanted(**{"unit": self.unit, "audience": None, "starts_on": TODAY, "due_on": DUE} | said)
        programme_assigning.assign(self.session, self.programme, wanted, actor=self.boss, now=self.clock(), zone=ZONE)

    def worker(self, unit: Unit | None = None, name: str = "") -> Person:
        return learner(self.session, now=self.clock(), unit=unit or self.saws, name=name)

    def members(self) -> list[ProgrammeMember]:
        return list(self.session.scalars(select(ProgrammeMember).order_by(ProgrammeMember.id)))

    def tick(self) -> int:
        return programme_members.sync_all(self.session, now=self.clock(), zone=ZONE)

    def settle(self, *people: Person) -> list[Completion]:
        return programme_progress.settle(self.session, [one.id for one in people], now=self.clock(), zone=ZONE)

    def part(self, kind: PartKind) -> ProgrammePart:
        return self.session.scalars(select(ProgrammePart).where(ProgrammePart.kind == kind)).one()

    def learnt(self, person: Person, hours: str) -> Completion:
        """The course completed now, with so many hours."""
        course = self.part(PartKind.COURSE).course_id
        one = Completion(
            key=new_key(), person_id=person.id, kind=CompletionKind.COURSE, subject_id=course, title="Black soil",
            rule={}, evidence={}, started_at=self.clock(), completed_at=self.clock(),
            occasion=str(self.clock().astimezone(ZONE).year),
        )  # fmt: skip
        self.session.add(one)
        self.session.flush()
        self.credited(person, hours, completion=one)
        return one

    def credited(self, person: Person, hours: str, *, completion: Completion | None = None) -> None:
        self.session.add(
            HoursEntry(person_id=person.id, hours=Decimal(hours), day=self.clock().astimezone(ZONE).date(),
                       kind="course" if completion else "outside", title="Something", evidence={}, at=self.clock(),
                       completion_id=completion.id if completion else None)
        )  # fmt: skip
        self.session.flush()

    def signed(self, person: Person, hours: str) -> None:
        member = next(row for row in self.members() if row.person_id == person.id)
        self.session.add(
            SignOff(member_id=member.id, part_id=self.part(PartKind.SIGN_OFF).id, trainer="Old Pine",
                    began_at=self.clock(), ended_at=self.clock() + timedelta(hours=6), hours=Decimal(hours),
                    at=self.clock())
        )  # fmt: skip
        self.session.flush()


@pytest.fixture
def works(session: Session) -> Works:
    clock = FrozenClock(START - timedelta(days=30))
    people.install_audiences(session)
    course = stored_course(session, now=clock())
    unit = people.add_unit(session, "Pine Works", parent=None, now=clock(), kind=UnitKind.ENTERPRISE)
    saws = people.add_unit(session, "Saws", parent=unit, now=clock())
    glue = people.add_unit(session, "Glue", parent=unit, now=clock())
    programme = Programme(key=new_key(), unit_id=unit.id, title="New workers", hours=Decimal(8), created_at=clock(),
                          state=ProgrammeState.PUBLISHED, rule_version=1)  # fmt: skip
    session.add(programme)
    session.flush()
    first = ProgrammeStage(programme_id=programme.id, position=1, title="Works", hours=Decimal(2))
    second = ProgrammeStage(programme_id=programme.id, position=2, title="Workshop", hours=Decimal(6))
    session.add_all([first, second])
    session.flush()
    session.add_all([
        ProgrammePart(stage_id=first.id, position=1, kind=PartKind.COURSE, title="Black soil", course_id=course.id),
        ProgrammePart(stage_id=second.id, position=1, kind=PartKind.SIGN_OFF, title="At the saw", hours=Decimal(6)),
    ])  # fmt: skip
    boss = manager(session, Role.ORGANIZER, unit, now=clock())
    session.flush()
    clock.set(START)
    return Works(session, clock, unit, saws, glue, programme, boss)


def move(given: Works, person: Person, unit: Unit) -> None:
    home = given.session.scalars(
        select(Membership).where(Membership.person_id == person.id, Membership.until.is_(None))
    ).one()
    home.until = given.clock()
    given.session.flush()
    given.session.add(Membership(person_id=person.id, unit_id=unit.id, since=given.clock()))
    given.session.flush()


def test_everybody_in_the_subtree_gets_it_with_the_deadline(works: Works) -> None:
    one, two = works.worker(works.saws), works.worker(works.glue)
    works.worker(people.add_unit(works.session, "Elsewhere", parent=None, now=works.clock()))
    works.assign()
    assert {(row.person_id, row.due_on) for row in works.members()} == {
        (person.id, DUE) for person in (one, two, works.boss)
    }


def test_an_audience_narrows_it(works: Works) -> None:
    one = works.worker()
    works.worker()
    works.session.add(PersonAudience(person_id=one.id, audience="workers"))
    works.session.flush()
    works.assign(audience="workers")
    assert [row.person_id for row in works.members()] == [one.id]


def test_who_joins_later_gets_it_by_coming_by_or_by_tick(works: Works) -> None:
    works.assign(due_on=None, due_days=30)
    works.clock.advance(days=10)
    one, two = works.worker(), works.worker()
    assert programme_members.lacks(works.session, one, now=works.clock(), zone=ZONE)
    programme_members.sync_person(works.session, one, now=works.clock(), zone=ZONE)
    assert not programme_members.lacks(works.session, one, now=works.clock(), zone=ZONE)
    assert works.tick() == 1
    due = {row.person_id: (row.starts_on, row.due_on) for row in works.members()}
    assert due[one.id] == due[two.id] == (date(2026, 3, 12), date(2026, 4, 11))
    assert due[works.boss.id] == (TODAY, date(2026, 4, 1))


def test_only_newcomers_get_what_is_for_newcomers(works: Works) -> None:
    works.clock.set(START - timedelta(days=5))
    old = works.worker()
    works.clock.set(START)
    works.assign(newcomers_only=True)
    works.clock.advance(hours=1)
    new = works.worker()
    move(works, old, works.glue)  # within the works is no joining
    works.tick()
    assert [row.person_id for row in works.members()] == [new.id]


def test_a_day_of_entry_says_who_is_new_and_from_when_their_days_count(works: Works) -> None:
    """A roster comes in after the programme began: somebody is an old hand, somebody came lately, or will."""
    works.assign(newcomers_only=True, due_on=None, due_days=30)
    works.clock.advance(days=10)
    hired = {"old": date(2019, 7, 1), "lately": TODAY + timedelta(days=4), "to come": TODAY + timedelta(days=20),
             "not said": None}  # fmt: skip
    for name, day in hired.items():
        works.worker(name=name).hired_on = day
    moved = works.worker(people.add_unit(works.session, "Elsewhere", parent=None, now=works.clock()), name="moved")
    moved.hired_on = date(2019, 7, 1)
    works.clock.advance(days=1)
    move(works, moved, works.glue)  # entered the mother company long ago, and the works today
    works.tick()
    names = dict(works.session.execute(select(Person.id, Person.name)).all())
    assert {names[row.person_id]: row.due_on for row in works.members()} == {
        "lately": TODAY + timedelta(days=34), "not said": TODAY + timedelta(days=40),
        "moved": TODAY + timedelta(days=41),
    }  # fmt: skip
    works.clock.advance(days=9)
    works.tick()
    assert "to come" in {names[row.person_id] for row in works.members()}


def test_who_leaves_keeps_the_row_and_has_it_again_on_return(works: Works) -> None:
    elsewhere = people.add_unit(works.session, "Elsewhere", parent=None, now=works.clock())
    one = works.worker()
    works.assign()
    move(works, one, elsewhere)
    works.clock.advance(days=1)
    works.tick()
    row = next(row for row in works.members() if row.person_id == one.id)
    assert row.left_at == works.clock()
    assert works.settle(one) == []
    move(works, one, works.glue)
    works.clock.advance(days=1)
    works.tick()
    assert row.left_at is None


def test_of_two_assignments_the_earlier_deadline_holds(works: Works) -> None:
    one = works.worker(works.saws)
    works.assign(due_on=date(2026, 9, 30))
    works.assign(unit=works.saws, due_on=date(2026, 5, 1))
    works.tick()
    assert {row.person_id: row.due_on for row in works.members()} == {
        one.id: date(2026, 5, 1), works.boss.id: date(2026, 9, 30),
    }  # fmt: skip


def test_a_second_assignment_with_a_later_deadline_moves_nobodys(works: Works) -> None:
    works.worker(works.saws)
    works.assign(due_on=date(2026, 5, 1))
    works.assign(unit=works.saws, due_on=date(2026, 9, 30))
    assert {row.due_on for row in works.members()} == {date(2026, 5, 1)}


def test_who_comes_back_has_it_again_by_coming_by(works: Works) -> None:
    elsewhere = people.add_unit(works.session, "Elsewhere", parent=None, now=works.clock())
    one = works.worker()
    works.assign()
    move(works, one, elsewhere)
    works.clock.advance(days=1)
    works.tick()
    move(works, one, works.saws)
    works.clock.advance(days=1)
    assert programme_members.lacks(works.session, one, now=works.clock(), zone=ZONE)
    programme_members.sync_person(works.session, one, now=works.clock(), zone=ZONE)
    assert not programme_members.lacks(works.session, one, now=works.clock(), zone=ZONE)
    works.session.expire_all()
    assert next(row for row in works.members() if row.person_id == one.id).left_at is None


def test_of_a_closed_programme_nobody_has_left_and_who_has_it_completes_it(works: Works) -> None:
    one = works.worker()
    works.assign()
    works.programme.state = ProgrammeState.CLOSED
    works.session.flush()
    works.clock.advance(days=1)
    works.tick()
    assert all(row.left_at is None for row in works.members())
    works.learnt(one, "2")
    works.signed(one, "6")
    assert len(works.settle(one)) == 1


def test_taking_back_ends_it_for_who_has_not_completed(works: Works) -> None:
    done, late = works.worker(), works.worker()
    works.assign()
    works.learnt(done, "2")
    works.signed(done, "6")
    assert len(works.settle(done)) == 1
    (assignment,) = programme_assigning.live(works.session, works.programme.id)
    works.clock.advance(days=1)
    programme_assigning.end(works.session, assignment, reason="Closed", actor=works.boss, now=works.clock(), zone=ZONE)
    left = {row.person_id: row.left_at is not None for row in works.members()}
    assert (left[done.id], left[late.id]) == (False, True)


def test_a_yearly_programme_comes_again_each_year(works: Works) -> None:
    works.programme.repeats = Repeats.YEARLY
    works.session.flush()
    one = works.worker()
    works.assign(due_on=None)
    works.clock.set(datetime(2027, 1, 1, 0, 30, tzinfo=ZONE))
    works.tick()
    rows = [
        (row.occasion, row.starts_on, row.due_on, row.left_at) for row in works.members() if row.person_id == one.id
    ]
    assert rows == [
        ("2026", TODAY, date(2026, 12, 31), None), ("2027", date(2027, 1, 1), date(2027, 12, 31), None),
    ]  # fmt: skip


def test_a_person_counts_once_and_only_for_the_present_year(works: Works) -> None:
    works.programme.repeats = Repeats.YEARLY
    works.session.flush()
    one = works.worker()
    works.assign(due_on=None)
    works.clock.set(datetime(2027, 2, 1, tzinfo=ZONE))
    works.tick()
    works.assign(unit=None, person=one, reason="Moved", starts_on=date(2027, 2, 1), due_on=date(2027, 3, 1))
    today, reach = date(2027, 2, 1), grants.Reach(everywhere=True)
    found = programme_people.counts(works.session, works.programme, reach, today=today)
    assert (found.given, found.of(Standing.MISSING), found.of(Standing.OVERDUE)) == (2, 2, 0)  # the boss, and the one
    _lines, total = programme_people.lines(works.session, works.programme, reach, today=today)
    assert total == 3
    assert programmes.counted(works.session, [works.programme.id], today=today) == {works.programme.id: (2, 0)}


@pytest.mark.parametrize(("hours", "signed", "complete"), [("2", "6", True), ("1.99", "6", False), ("2", "5.5", False)])
def test_completion_needs_the_hours_of_each_stage(works: Works, hours: str, signed: str, complete: bool) -> None:
    one = works.worker()
    works.assign()
    works.learnt(one, hours)
    works.signed(one, signed)
    assert bool(works.settle(one)) is complete


def test_completion_is_recorded_once_with_rule_evidence_and_unit(works: Works) -> None:
    one = works.worker(works.saws)
    works.assign()
    works.learnt(one, "2.5")
    works.signed(one, "6")
    (completion,) = works.settle(one)
    assert works.settle(one) == []
    assert (completion.kind, completion.unit_id) == (CompletionKind.PROGRAMME, works.saws.id)
    assert (completion.rule["published"], completion.rule["hours"]) == (1, "8")
    assert completion.evidence["hours"] == "8.50"
    member = next(row for row in works.members() if row.person_id == one.id)
    assert (member.completed_at, member.completion_id) == (works.clock(), completion.id)


def test_a_completion_falls_with_its_evidence_and_comes_anew(works: Works) -> None:
    one = works.worker()
    works.assign()
    works.learnt(one, "2")
    works.signed(one, "6")
    (first,) = works.settle(one)
    said = {"reason": "Signed the wrong one", "actor": works.boss, "now": works.clock(), "zone": ZONE}
    assert programme_progress.reconsider(works.session, [one.id], **said) == []
    signed = works.session.scalars(select(SignOff)).one()
    signed.voided_at = works.clock()
    works.session.flush()
    assert programme_progress.reconsider(works.session, [one.id], **said) == [first]
    member = next(row for row in works.members() if row.person_id == one.id)
    assert (first.voided_at, member.completed_at, member.completion_id) == (works.clock(), None, None)
    assert works.settle(one) == []
    works.signed(one, "6")
    (again,) = works.settle(one)
    assert (again.occasion, member.completion_id) == ("", again.id)


def test_what_was_voided_says_by_whom_and_why_for_the_programme_too(works: Works) -> None:
    one = works.worker()
    works.assign()
    course = works.learnt(one, "2")
    works.signed(one, "6")
    (done,) = works.settle(one)
    course.voided_at, course.voided_by_id, course.void_reason = works.clock(), works.boss.id, "Somebody else read"
    works.session.flush()
    assert programme_progress.reconsider_after(works.session, course.key, now=works.clock(), zone=ZONE) == [done]
    assert (done.void_reason, done.voided_by_id) == ("Somebody else read", works.boss.id)


def test_a_completion_is_held_against_the_rule_that_it_keeps(works: Works) -> None:
    one = works.worker()
    works.assign()
    works.learnt(one, "2")
    works.signed(one, "6")
    works.settle(one)
    works.programme.hours = Decimal(80)
    works.session.flush()
    said = {"reason": "x", "actor": works.boss, "now": works.clock(), "zone": ZONE}
    assert programme_progress.reconsider(works.session, [one.id], **said) == []


def test_what_was_learnt_in_an_earlier_year_does_not_count(works: Works) -> None:
    one = works.worker()
    works.clock.set(datetime(2025, 12, 31, 23, 59, tzinfo=ZONE))
    works.learnt(one, "2")
    works.clock.set(START)
    works.assign()
    works.signed(one, "6")
    assert works.settle(one) == []


def test_attendances_of_a_part_add_up(works: Works) -> None:
    part = works.part(PartKind.SIGN_OFF)
    part.kind = PartKind.EVENT
    one = works.worker()
    works.assign()
    works.learnt(one, "2")
    for number, hours in enumerate(("4", "2")):
        held = Event(key=new_key(), unit_id=works.unit.id, part_id=part.id, title=f"Drill {number}", hours=Decimal(4),
                     starts_at=works.clock(), ends_at=works.clock() + timedelta(hours=3), secret="s",
                     created_at=works.clock())  # fmt: skip
        works.session.add(held)
        works.session.flush()
        assert works.settle(one) == []
        works.session.add(
            Attendance(event_id=held.id, person_id=one.id, came_at=works.clock(), way=AttendanceWay.SHEET,
                       left_at=works.clock() + timedelta(hours=3), hours=Decimal(hours), at=works.clock())
        )  # fmt: skip
        works.session.flush()
    assert len(works.settle(one)) == 1


def test_who_has_done_it_all_before_it_was_given_completes_it_at_once(works: Works) -> None:
    works.session.execute(ProgrammePart.__table__.delete().where(ProgrammePart.kind == PartKind.SIGN_OFF))
    works.session.execute(ProgrammeStage.__table__.delete().where(ProgrammeStage.position == 2))
    works.programme.hours = Decimal(2)
    one = works.worker()
    works.learnt(one, "2")
    works.assign()
    assert next(row for row in works.members() if row.person_id == one.id).completed_at == works.clock()


def test_where_all_hours_count_those_of_its_years_do(works: Works) -> None:
    works.programme.counts, works.programme.window_years = HoursScope.ALL, 2
    works.programme.hours = Decimal(10)
    works.session.execute(ProgrammePart.__table__.delete())
    works.session.execute(ProgrammeStage.__table__.delete())
    one = works.worker()
    for year, hours in ((2024, "50"), (2025, "6")):
        works.clock.set(datetime(year, 6, 1, tzinfo=ZONE))
        works.credited(one, hours)
    works.clock.set(START)
    works.assign()
    assert works.settle(one) == []
    works.credited(one, "4")
    assert works.settle(one)[0].evidence["hours"] == "10.00"


def test_a_window_of_five_calendar_years_rolls_and_stands_still_once_it_is_complete(works: Works) -> None:
    """10 hours in each of 2022 to 2025 and 50 due: of 2022 to 2026 there are 40, of 2023 to 2027 30.

    With 10 more in 2027 it is not complete, with 20 more it is, and stays so in later years.
    """
    works.programme.counts, works.programme.window_years = HoursScope.ALL, 5
    works.programme.hours = Decimal(50)
    works.session.execute(ProgrammePart.__table__.delete())
    works.session.execute(ProgrammeStage.__table__.delete())
    one = works.worker()
    for year in (2022, 2023, 2024, 2025):
        works.clock.set(datetime(year, 6, 1, tzinfo=ZONE))
        works.credited(one, "10")
    works.clock.set(START)
    works.assign()

    def standing() -> Decimal:
        plan = programme_progress.plan_of(works.session, works.programme.id)
        member = next(row for row in works.members() if row.person_id == one.id)
        return programme_progress.read(works.session, plan, [member], now=works.clock(), zone=ZONE)[member.id].hours

    assert standing() == 40
    works.clock.set(datetime(2026, 12, 31, 23, 59, tzinfo=ZONE))
    assert standing() == 40
    works.clock.set(datetime(2027, 1, 1, tzinfo=ZONE))
    assert standing() == 30
    works.credited(one, "10")
    assert works.settle(one) == []  # 50 in six calendar years
    works.credited(one, "10")
    assert [row.evidence["hours"] for row in works.settle(one)] == ["50.00"]
    works.clock.set(datetime(2031, 1, 1, tzinfo=ZONE))
    assert standing() == 50


def test_exemption_needs_a_reason_and_somebody_else(works: Works) -> None:
    one = works.worker()
    works.assign()
    by_person = {row.person_id: row for row in works.members()}
    said = {"actor": works.boss, "now": works.clock()}
    with pytest.raises(Problem, match=r"reason\.missing"):
        programme_assigning.exempt(works.session, by_person[one.id], reason=" ", **said)
    with pytest.raises(Problem, match=r"person\.yourself"):
        programme_assigning.exempt(works.session, by_person[works.boss.id], reason="Busy", **said)
    programme_assigning.exempt(works.session, by_person[one.id], reason="On leave", **said)
    assert programme_assigning.exemption_of(works.session, by_person[one.id]) is not None
    programme_assigning.end_exemption(works.session, by_person[one.id], reason="Back", **said)
    assert programme_assigning.exemption_of(works.session, by_person[one.id]) is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda works: {"due_on": TODAY - timedelta(days=1)}, "programme.due_before"),
        (lambda works: {"due_on": None, "due_days": 0}, "programme.due_days"),
        (lambda works: {"unit": None}, "programme.for_whom"),
        (lambda works: {"starts_on": date(9999, 12, 31), "due_on": None, "due_days": 3650}, "programme.far_day"),
        (lambda works: {"unit": None, "person": works.boss, "reason": "x"}, "person.yourself"),
        (lambda works: {"unit": None, "person": works.worker()}, "reason.missing"),
        (lambda works: {"unit": people.add_unit(works.session, "City", parent=None, now=START)}, "page.refused"),
    ],
)
def test_assigning_refuses(works: Works, change: Callable[[Works], dict[str, Any]], code: str) -> None:
    with pytest.raises(Problem) as refused:
        works.assign(**change(works))
    assert refused.value.code == code


def test_the_same_assignment_twice_is_one(works: Works) -> None:
    works.worker()
    works.assign()
    works.assign()
    assert len(programme_assigning.live(works.session, works.programme.id)) == 1


def test_one_person_gets_it_again_after_a_transfer(works: Works) -> None:
    one = works.worker()
    works.assign()
    works.assign(unit=None, person=one, reason="Moved to the glue workshop", due_on=date(2026, 4, 1))
    assert [(row.occasion[:1], row.due_on) for row in works.members() if row.person_id == one.id] == [
        ("", DUE), ("#", date(2026, 4, 1)),
    ]  # fmt: skip


def test_progress_of_many_takes_no_more_statements_than_of_one(works: Works) -> None:
    everybody = [works.worker() for _ in range(30)]
    works.assign()
    for one in everybody:
        works.learnt(one, "2")
    programme = programme_progress.plan_of(works.session, works.programme.id)
    members, seen = works.members(), list[str]()
    event.listen(works.session.get_bind(), "before_cursor_execute", lambda *said: seen.append(said[2]))
    found = programme_progress.read(works.session, programme, members, now=works.clock(), zone=ZONE)
    assert sum(one.parts_done for one in found.values()) == 30
    assert len(seen) == 2  # completions, sign-offs
    assert works.session.scalar(select(func.count()).select_from(Completion)) == 30


def test_merging_two_entries_joins_their_programmes_and_parting_gives_them_back(works: Works) -> None:
    kept, other = works.worker(name="Lin"), works.worker(name="Lin (again)")
    works.assign()
    works.assign(unit=None, person=other, reason="Moved")
    works.signed(other, "6")
    hr = manager(works.session, Role.HR, works.unit, now=works.clock())
    merging.merge(works.session, kept, other, actor=hr, now=works.clock(), reason="The same person", **MEASURE)
    works.session.expire_all()
    mine = [row for row in works.members() if row.person_id == kept.id]
    assert [row.occasion[:1] for row in mine] == ["", "#"]
    assert works.session.scalars(select(SignOff.member_id)).one() == mine[0].id
    splitting.split(works.session, other, actor=hr, now=works.clock(), reason="Two people after all", zone=ZONE)
    works.session.expire_all()
    theirs = [row for row in works.members() if row.person_id == other.id]
    assert [row.occasion[:1] for row in theirs] == ["", "#"]
    assert works.session.scalars(select(SignOff.member_id)).one() == theirs[0].id


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("both", [False, True])
def test_of_two_entries_with_one_programme_the_kept_one_has_completed_it(works: Works, both: bool) -> None:
    kept, other = works.worker(name="Lin"), works.worker(name="Lin (again)")
    works.assign()
    for one in (other, kept) if both else (other,):
        works.learnt(one, "2")
        works.signed(one, "6")
        assert works.settle(one) != []
        works.clock.advance(hours=7)
    before = [(row.person_id, row.completion_id) for row in works.members()]
    hr = manager(works.session, Role.HR, works.unit, now=works.clock())
    merging.merge(works.session, kept, other, actor=hr, now=works.clock(), reason="The same person", **MEASURE)
    works.session.expire_all()
    programme = Completion.kind == CompletionKind.PROGRAMME
    whole = works.session.scalars(select(Completion).where(programme, Completion.voided_at.is_(None))).one()
    mine = next(row for row in works.members() if row.person_id == kept.id)
    assert (whole.person_id, mine.completion_id, mine.completed_at) == (kept.id, whole.id, whole.completed_at)
    completions.void(works.session, whole, actor=hr, reason="Mixed up", now=works.clock(), zone=ZONE)
    assert (mine.completion_id, works.settle(kept)) == (None, [])
    completions.reinstate(works.session, whole, actor=hr, reason="Was right", now=works.clock(), **MEASURE)
    splitting.split(works.session, other, actor=hr, now=works.clock(), reason="Two people after all", zone=ZONE)
    works.session.expire_all()
    assert [(row.person_id, row.completion_id) for row in works.members()] == before


def test_whoever_fulfils_a_changed_rule_already_is_complete_at_once(works: Works) -> None:
    one, two = works.worker(), works.worker()
    works.assign()
    works.learnt(one, "0.5")
    plan = programmes.plan_of(works.session, works.programme)
    less = replace(plan, hours=Decimal(0), stages=(replace(plan.stages[0], hours=Decimal(0)),))
    programme_writing.store(works.session, works.programme, less, actor=works.boss, now=works.clock(), zone=ZONE,
                            rules=CreditRules())  # fmt: skip
    assert {row.person_id for row in works.members() if row.completed_at is not None} == {one.id}
    assert works.settle(one, two) == []
    completion = works.session.scalars(select(Completion).where(Completion.kind == CompletionKind.PROGRAMME)).one()
    assert completion.rule["published"] == 2
