"""Coming to events and leaving them: by code, from the sheet, corrected; the hours follow and are never more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.courses import CreditRules
from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Attendance,
    AttendanceChange,
    AuditEntry,
    Completion,
    Event,
    HoursEntry,
    Person,
    PersonKind,
    ProgrammePart,
    Role,
    Unit,
)
from suyu_learn.services import attendance, events, grants, hours, people
from suyu_learn.services.attendance import Present, Terms
from suyu_learn.services.events import Wanted
from tests.clock import START, FrozenClock
from tests.factories import a_part, learner, manager, published_exam
from tests.statements import counted

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ZONE, RULES = ZoneInfo("Asia/Shanghai"), CreditRules()
NINE = START
"""Nine in the morning of Monday, 2 March."""


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


@dataclass
class Hall:
    """A lecture from nine to eleven worth two credit hours, on a clock that the test moves."""

    session: Session
    clock: FrozenClock
    unit: Unit
    organizer: Person
    person: Person
    event: Event

    @property
    def terms(self) -> Terms:
        return Terms(self.clock(), ZONE, RULES)

    def come(self, at: float, person: Person | None = None) -> Attendance:
        self.clock.set(NINE + minutes(at))
        return attendance.check_in(self.session, self.event, person or self.person, at=self.clock(), now=self.clock())

    def leave(self, at: float, person: Person | None = None) -> Attendance:
        self.clock.set(NINE + minutes(at))
        return attendance.check_out(self.session, self.event, person or self.person, at=self.clock(), terms=self.terms)

    def type_in(self, came: float, left: float, *who: Person, actor: Person | None = None) -> list[Attendance]:
        return attendance.type_in(
            self.session, self.event, [one.id for one in who or (self.person,)], came_at=NINE + minutes(came),
            left_at=NINE + minutes(left), actor=actor or self.organizer, terms=self.terms,
        )  # fmt: skip

    def correct(self, row: Attendance, came: float, left: float, *, actor: Person | None = None) -> None:
        attendance.correct(
            self.session, self.event, self.present(row), came_at=NINE + minutes(came), left_at=NINE + minutes(left),
            reason="The clock was wrong", actor=actor or self.organizer, terms=self.terms,
        )  # fmt: skip

    def void(self, row: Attendance) -> None:
        attendance.void(self.session, self.event, self.present(row), reason="Somebody else signed",
                        actor=self.organizer, terms=self.terms)  # fmt: skip

    def present(self, row: Attendance) -> Present:
        return attendance.one_of(self.session, self.event, row.id)

    def ledger(self) -> list[Decimal]:
        return list(self.session.scalars(select(HoursEntry.hours).order_by(HoursEntry.id)))


def wanted(**said: Any) -> Wanted:
    usual = {"title": "Dust and fire", "starts_at": NINE, "ends_at": NINE + minutes(120), "hours": Decimal(2)}
    return Wanted(**{**usual, **said})


@pytest.fixture
def hall(session: Session, clock: FrozenClock) -> Hall:
    clock.set(NINE - timedelta(days=3))
    unit = people.add_unit(session, "Mill", parent=None, now=clock())
    organizer = manager(session, Role.ORGANIZER, unit, now=clock())
    person = learner(session, now=clock(), unit=unit, name="Lin")
    event = events.create(session, wanted(unit_id=unit.id, place="Hall"), actor=organizer, now=clock(), zone=ZONE,
                          rules=RULES)  # fmt: skip
    clock.set(NINE)
    return Hall(session, clock, unit, organizer, person, event)


@pytest.mark.parametrize(
    ("came", "left", "brought"),
    [
        (0, 120, "2"),  # the whole of it
        (-30, 150, "2"),  # early and late bring no more
        (0, 90, "2"),  # ninety minutes are two credit hours
        (-60, 45, "1"),  # waiting before it began is no teaching
        (60, 90, "0.66"),  # half an hour of 45 minutes is 0.666...
        (119.5, 121, "0.01"),  # half a minute
        (-60, -5, "0"),  # gone before it began
    ],
)
def test_hours_are_what_one_was_there_for_and_never_above_the_events(
    hall: Hall, came: float, left: float, brought: str
) -> None:
    hall.come(came)
    row = hall.leave(left)
    assert row.hours == Decimal(brought)
    assert hall.ledger() == ([Decimal(brought)] if Decimal(brought) else [])
    assert (row.came_at, row.left_at) == (NINE + minutes(came), NINE + minutes(left))


def test_twice_the_same_does_nothing(hall: Hall) -> None:
    first = hall.come(1)
    assert hall.come(5).came_at == first.came_at == NINE + minutes(1)
    assert hall.leave(1.2).left_at is None  # by the code by which one came
    assert hall.leave(100).left_at == NINE + minutes(100)
    assert hall.leave(119).left_at == NINE + minutes(100)
    assert len(hall.ledger()) == 1
    entry = hall.session.scalars(select(HoursEntry)).one()
    assert entry.evidence["came_at"] == (NINE + minutes(1)).isoformat()
    assert (entry.kind, entry.subject_id, entry.title) == ("event", hall.event.id, "Dust and fire")


@pytest.mark.parametrize(
    ("act", "at", "code"),
    [
        ("come", -61, "attendance.too_early"),
        ("come", 121, "attendance.over"),
        ("come", 241, "attendance.too_late"),
        ("leave", 60, "attendance.not_come"),
    ],
)
def test_before_and_after_nothing_is_noted(hall: Hall, act: str, at: float, code: str) -> None:
    with pytest.raises(Problem) as refused:
        getattr(hall, act)(at)
    assert refused.value.code == code


def test_too_late_to_leave_is_settled_by_the_organizer(hall: Hall) -> None:
    row = hall.come(0)
    with pytest.raises(Problem, match="too_late"):
        hall.leave(241)
    assert row.hours is None
    assert [one.forgot for one in attendance.of_event(hall.session, hall.event)] == [True]
    hall.correct(row, 0, 45)
    assert row.hours == 1
    change = hall.session.scalars(select(AttendanceChange)).one()
    assert (change.old["left_at"], change.old["hours"], change.new["hours"]) == (None, None, "1.00")
    assert (change.reason, change.actor_id) == ("The clock was wrong", hall.organizer.id)


def test_whom_an_event_is_for(hall: Hall) -> None:
    session, now = hall.session, hall.clock()
    below = people.add_unit(session, "Saw", parent=hall.unit, now=now)
    elsewhere = people.add_unit(session, "Office", parent=None, now=now)
    assert hall.come(0, learner(session, now=now, unit=below)).unit_names == "Mill / Saw"
    for stranger in (learner(session, now=now, unit=elsewhere), learner(session, now=now)):
        with pytest.raises(Problem, match="not_for_you"):
            hall.come(0, stranger)
    exam = published_exam(session, now=now, unit=hall.unit)
    guest = people.add_person(session, "Guest", now=now, unit=hall.unit, kind=PersonKind.GUEST, guest_exam_id=exam.id)
    with pytest.raises(Problem, match="not_for_you"):
        hall.come(0, guest)


def test_members_of_its_programme_may_come_from_anywhere_and_are_expected_in_its_unit(hall: Hall) -> None:
    session, now = hall.session, hall.clock()
    elsewhere = people.add_unit(session, "Office", parent=None, now=now)
    away, here = learner(session, now=now, unit=elsewhere), learner(session, now=now, unit=hall.unit)
    part = a_part(session, hall.unit, away, here, now=now)
    event = events.create(session, wanted(unit_id=hall.unit.id, part_id=part.id), actor=hall.organizer, now=now,
                          zone=ZONE, rules=RULES)  # fmt: skip
    assert events.may_attend(session, event, away, at=now)
    assert [one.person_id for one in events.expected(session, event, at=now)] == [here.id]
    held = events.held_for(session, event)
    assert held is not None
    assert held.part.id == part.id
    everybody = {one.person_id for one in events.expected(session, hall.event, at=now)}
    assert everybody == {hall.person.id, hall.organizer.id, here.id}


def test_hours_count_for_the_programme_that_an_event_is_held_for_also_when_said_later(hall: Hall) -> None:
    part = a_part(hall.session, hall.unit, hall.person, now=NINE)
    hall.come(0)
    hall.leave(120)
    assert hall.session.scalars(select(Completion)).all() == []
    given = {"actor": hall.organizer, "now": hall.clock(), "zone": ZONE, "rules": RULES}
    assert events.change(hall.session, hall.event, wanted(place="Hall", part_id=part.id), **given) == ["part_id"]
    [done] = hall.session.scalars(select(Completion)).all()
    assert (done.kind, done.person_id) == ("programme", hall.person.id)


def test_a_completion_goes_with_the_attendance_that_brought_it_and_comes_anew(hall: Hall) -> None:
    hall.event.part_id = a_part(hall.session, hall.unit, hall.person, now=NINE).id
    hall.session.scalars(select(ProgrammePart)).one().hours = Decimal(2)

    def standing() -> list[bool]:
        rows = hall.session.scalars(
            select(Completion).order_by(Completion.id).execution_options(populate_existing=True)
        )
        return [one.voided_at is None for one in rows]

    hall.come(0)
    row = hall.leave(120)
    assert standing() == [True]
    hall.void(row)
    assert standing() == [False]
    hall.correct(row, 0, 110)
    assert standing() == [False, True]
    hall.correct(row, 0, 45)
    assert standing() == [False, False]
    hall.correct(row, 0, 100)
    assert standing() == [False, False, True]
    hall.correct(row, 0, 120)  # the hours stay
    assert standing() == [False, False, True]


def test_an_event_is_taken_from_its_part_with_a_reason_and_what_it_completed_is_looked_at_again(hall: Hall) -> None:
    hall.event.part_id = a_part(hall.session, hall.unit, hall.person, now=NINE).id
    hall.come(0)
    hall.leave(120)
    [done] = hall.session.scalars(select(Completion)).all()
    given: dict[str, Any] = {"actor": hall.organizer, "now": hall.clock(), "zone": ZONE, "rules": RULES}
    with pytest.raises(Problem, match=r"reason\.missing"):
        events.change(hall.session, hall.event, wanted(place="Hall"), **given)
    assert hall.event.part_id is not None
    changed = events.change(hall.session, hall.event, wanted(place="Hall"), reason="Was another lecture", **given)
    assert changed == ["part_id"]
    hall.session.refresh(done)
    assert (done.voided_at, done.void_reason) == (hall.clock(), "Was another lecture")
    back = wanted(place="Hall", part_id=hall.session.scalars(select(ProgrammePart.id)).one())
    events.change(hall.session, hall.event, back, **given)  # nothing is taken from anybody
    assert len([one for one in hall.session.scalars(select(Completion)) if one.voided_at is None]) == 1


def test_the_sheet_typed_in(hall: Hall) -> None:
    others = [learner(hall.session, now=NINE, unit=hall.unit) for _ in range(3)]
    hall.clock.set(NINE + timedelta(days=2))
    rows = hall.type_in(0, 120, *others)
    assert [(one.way, one.hours) for one in rows] == [("sheet", 2)] * 3
    assert {one.actor_id for one in rows} == {hall.organizer.id}
    assert hall.session.scalar(select(AuditEntry.detail).where(AuditEntry.action == "attendance.entered")) == {
        "people": 3
    }
    left, count = attendance.candidates(hall.session, hall.event, actor=hall.organizer, now=hall.clock())
    assert ([one.person.id for one in left], count) == ([hall.person.id], 1)
    assert attendance.counts(hall.session, [hall.event.id]) == {hall.event.id: (3, 0)}


@pytest.mark.parametrize(
    ("came", "left", "code"),
    [
        (60, 60, "attendance.left_first"),
        (60, 30, "attendance.left_first"),
        (0, 60 * 72, "attendance.to_come"),
        (120, 200, "attendance.elsewhen"),
        (-90, 60, "attendance.elsewhen"),
        (0, 241, "attendance.elsewhen"),
    ],
)
def test_times_that_cannot_be(hall: Hall, came: float, left: float, code: str) -> None:
    hall.clock.set(NINE + timedelta(days=1))
    with pytest.raises(Problem) as refused:
        hall.type_in(came, left)
    assert refused.value.code == code


def test_nobody_is_entered_twice_or_by_themselves_or_from_elsewhere(hall: Hall) -> None:
    hall.clock.set(NINE + timedelta(days=1))
    hall.type_in(0, 120)
    office = people.add_unit(hall.session, "Office", parent=None, now=NINE)
    stranger = learner(hall.session, now=NINE, unit=office)
    for who, code in ((hall.person, "there_already"), (hall.organizer, "yourself"), (stranger, "not_expected")):
        with pytest.raises(Problem, match=code):
            hall.type_in(0, 120, who)
    boss = manager(hall.session, Role.ORGANIZER, None, now=NINE, home=hall.unit)
    [own] = hall.type_in(0, 120, hall.organizer, actor=boss)
    with pytest.raises(Problem, match="yourself"):
        hall.correct(own, 0, 60)
    with pytest.raises(Problem, match="nobody"):
        attendance.type_in(hall.session, hall.event, [], came_at=NINE, left_at=hall.clock(), actor=boss,
                           terms=hall.terms)  # fmt: skip


def test_a_form_shows_only_those_whom_the_actor_could_enter(hall: Hall) -> None:
    session, now = hall.session, hall.clock()
    office = people.add_unit(session, "Office", parent=None, now=now)
    stranger, member = learner(session, now=now, unit=office), learner(session, now=now, unit=office)
    hall.event.part_id = a_part(session, hall.unit, member, now=now).id
    ids = [stranger.id, member.id, hall.person.id]
    shown = attendance.named(session, hall.event, ids, actor=hall.organizer, now=now)
    assert {one.person.id for one in shown} == {member.id, hall.person.id}
    with pytest.raises(Problem) as refused:
        hall.clock.set(NINE + timedelta(days=1))
        hall.type_in(0, 120, stranger)
    assert stranger.name not in str(refused.value.params)


@pytest.mark.parametrize("everywhere", [False, True])
def test_who_organizes_an_event_is_entered_by_somebody_else(hall: Hall, everywhere: bool) -> None:
    unit = None if everywhere else hall.unit
    boss = manager(hall.session, Role.ORGANIZER, unit, now=NINE, home=hall.unit)
    with pytest.raises(Problem, match=r"attendance\.organizer"):
        hall.come(0, boss)
    below = people.add_unit(hall.session, "Saw", parent=hall.unit, now=NINE)
    foreman = manager(hall.session, Role.ORGANIZER, below, now=NINE)
    assert hall.come(0, foreman).came_at == NINE  # organizes other events
    hall.come(0)
    grants.grant(hall.session, hall.person, Role.ORGANIZER, hall.unit, actor=None, now=NINE, reason="New")
    with pytest.raises(Problem, match=r"attendance\.organizer"):
        hall.leave(100)


def test_corrections_stay_on_record_and_the_ledger_only_grows(hall: Hall) -> None:
    hall.come(0)
    row = hall.leave(120)
    hall.correct(row, 0, 45)
    assert (row.hours, hall.ledger()) == (1, [2, -2, 1])
    hall.void(row)
    assert (row.hours, row.voided_at, hall.ledger()) == (None, hall.clock(), [2, -2, 1, -1])
    assert hours.already(hall.session, hall.person) == {}
    with pytest.raises(Problem, match="voided_already"):
        hall.void(row)
    with pytest.raises(Problem, match=r"attendance\.voided"):
        hall.come(121)
    hall.correct(row, 0, 90)  # it counts again
    assert (row.hours, row.voided_at, sum(hall.ledger())) == (2, None, 2)
    with pytest.raises(Problem, match=r"attendance\.same"):
        hall.correct(row, 0, 90)
    told = [(change.new["hours"], change.new["voided"]) for change, _whose, _by in
            attendance.changes(hall.session, hall.event)]  # fmt: skip
    assert told == [("2.00", False), (None, True), ("1.00", False)]


def test_what_was_called_off_brings_no_hours_by_a_correction(hall: Hall) -> None:
    row = hall.come(0)
    hall.leave(120)
    hall.void(row)
    events.cancel(hall.session, hall.event, reason="Snow", actor=hall.organizer, now=hall.clock())
    with pytest.raises(Problem, match=r"event\.cancelled"):
        hall.correct(row, 0, 110)
    assert row.voided_at is not None
    assert sum(hall.ledger()) == 0


def test_a_full_day_brings_no_more(hall: Hall) -> None:
    hours.credit(
        hall.session, hall.person, kind="outside", title="Elsewhere", subject_id=None, began_at=NINE - minutes(540),
        ended_at=NINE + minutes(900), hours=Decimal(7), evidence={}, now=NINE, zone=ZONE, rules=RULES,
    )  # fmt: skip
    hall.come(0)
    assert hall.leave(120).hours == 1  # of eight, seven stood there
    assert hours.already(hall.session, hall.person) == {NINE.date(): RULES.seconds_per_day}


# The event itself


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"title": ""}, "event.title"),
        ({"title": "x" * 201}, "event.title"),
        ({"ends_at": NINE}, "event.ends_first"),
        ({"ends_at": NINE + timedelta(days=32)}, "event.too_long"),
        ({"hours": Decimal("2.67")}, "event.hours"),  # two hours of the clock make 2.66
        ({"hours": Decimal(-1)}, "event.hours"),
        ({"part_id": 9}, "event.no_part"),
        ({"course_id": 9}, "event.no_course"),
        ({"exam_id": 9}, "event.no_exam"),
    ],
)
def test_events_that_cannot_be(hall: Hall, said: dict[str, Any], code: str) -> None:
    given = {"actor": hall.organizer, "now": NINE, "zone": ZONE, "rules": RULES}
    with pytest.raises(Problem) as refused:
        events.create(hall.session, wanted(unit_id=hall.unit.id, **said), **given)
    assert refused.value.code == code
    with pytest.raises(Problem):
        events.change(hall.session, hall.event, wanted(**said), **given)


def test_times_and_hours_stay_once_hours_were_given(hall: Hall) -> None:
    given = {"actor": hall.organizer, "now": NINE, "zone": ZONE, "rules": RULES}
    later = NINE + minutes(150)
    hall.come(0)
    assert events.change(hall.session, hall.event, wanted(ends_at=later, place="Hall"), **given) == ["ends_at"]
    hall.leave(140)
    assert events.change(hall.session, hall.event, wanted(ends_at=later, place="Yard"), **given) == ["place"]
    for said in ({"hours": Decimal(3), "ends_at": later}, {"starts_at": NINE - minutes(60), "ends_at": later}, {}):
        with pytest.raises(Problem, match="settled"):
            events.change(hall.session, hall.event, wanted(**said), **given)


def test_an_event_is_called_off_with_a_reason_unless_somebody_came(hall: Hall) -> None:
    given = {"actor": hall.organizer, "now": NINE}
    row = hall.come(0)
    with pytest.raises(Problem, match="people_came"):
        events.cancel(hall.session, hall.event, reason="Snow", **given)
    hall.void(row)
    with pytest.raises(Problem, match="reason"):
        events.cancel(hall.session, hall.event, reason=" ", **given)
    events.cancel(hall.session, hall.event, reason="Snow", **given)
    assert (hall.event.cancelled_at, hall.event.cancel_reason) == (NINE, "Snow")
    for act in (hall.come, hall.leave):
        with pytest.raises(Problem, match=r"cancelled|voided"):
            act(10)


def test_lists_end_at_ones_reach(hall: Hall) -> None:
    reach = events.grants.reach(hall.session, hall.organizer, Role.ORGANIZER)
    assert events.within(hall.session, reach, past=False, now=NINE) == ([hall.event], 1)
    assert events.within(hall.session, reach, past=True, now=NINE) == ([], 0)
    assert events.within(hall.session, reach, past=True, now=NINE + minutes(121)) == ([hall.event], 1)
    office = people.add_unit(hall.session, "Office", parent=None, now=NINE)
    foreign = manager(hall.session, Role.ORGANIZER, office, now=NINE)
    with pytest.raises(Problem, match=r"event\.unknown"):
        events.managed(hall.session, hall.event.key, actor=foreign)
    with pytest.raises(Problem, match=r"event\.unknown"):
        events.seen(hall.session, hall.event.key, foreign, now=NINE)
    assert events.seen(hall.session, hall.event.key, hall.person, now=NINE) == hall.event


def test_a_sheet_of_many_asks_no_more_than_one_of_two(hall: Hall) -> None:
    many = [learner(hall.session, now=NINE - minutes(60), unit=hall.unit, name=f"Many {one}") for one in range(32)]
    hall.clock.set(NINE + minutes(130))
    counts = []
    for some in (many[:2], many[2:]):
        with counted(hall.session) as statements:
            made = hall.type_in(0, 120, *some)
        assert {row.hours for row in made} == {2}
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert hall.ledger() == [2] * 32
