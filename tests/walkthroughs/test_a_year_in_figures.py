"""A year of a small city in figures, worked out by hand.

Pine City has a Bureau (Ann, Bo, Cai) and a Town with a Village (Dan, Eve). Programme P was given to all five, programme
Q to the Bureau; Eve moved from the Village to the Bureau in June and was given Q there.

            due for            completed      hours in 2026
    Ann     P, Q (Bureau)      P, Q           4
    Bo      P, Q (Bureau)      P              3 - 1 taken back = 2
    Cai     P, Q (Bureau)      -              0; both overdue
    Dan     P (Village)        P              3.5 (and 9 in 2025)
    Eve     P (Village), Q (Bureau)  P        0.5

Bureau: due Ann, Bo, Cai, Eve = 4; completed all that is due there: Ann = 1. Hours 4 + 2 + 0 + 0.5 = 6.5, a head 1.625.
Town:   due Dan, Eve = 2; completed Dan, Eve = 2, for Q is not due there. Hours 3.5 + 0.5 = 4, a head 2.
City:   due 5, not 4 + 2; completed Ann, Dan = 2, for Eve owes Q. Hours 10, a head 2; the mean of 1.625 and 2 is 1.8125.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.statistics import Period, Trained, period_of
from suyu_learn.models import (
    Attempt,
    Completion,
    CompletionKind,
    Exam,
    HoursEntry,
    Person,
    ProgrammeExemption,
    ProgrammeMember,
    Role,
    Unit,
)
from suyu_learn.services import people, records, statistics_desk, statistics_training
from suyu_learn.services.reports import EVERYTHING
from suyu_learn.services.statistics_desk import Asked, Dashboard
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import Given, given_programme, learn, learner, manager, published_exam

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 9, 1, 9, 0, tzinfo=ZONE)
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31), "2026")


@dataclass
class City:
    app: Flask
    units: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    p: int = 0
    q: int = 0

    def figures(self, unit: str = "", period: Period = YEAR, **more: object) -> Dashboard:
        here = learn(self.app)
        with here.database.reading() as session:
            chosen = session.get_one(Unit, self.units[unit]) if unit else None
            asked = Asked(period, chosen, **more)  # type: ignore[arg-type]
            return statistics_desk.dashboard(session, asked, sight=EVERYTHING, now=here.now(), zone=ZONE,
                                             suppress_below=5)  # fmt: skip

    def of(self, name: str, **more: object) -> Trained:
        found = self.figures(**more)  # type: ignore[arg-type]
        return found.total.trained if not name else next(one for one in found.units if one.name == name).trained


@pytest.fixture
def city(app: Flask, clock: FrozenClock) -> City:
    clock.set(datetime(2026, 1, 5, 9, 0, tzinfo=ZONE))
    made = City(app)
    with learn(app).database.writing() as session:
        people.install_audiences(session)
        top = people.add_unit(session, "Pine City", parent=None, now=clock())
        bureau = people.add_unit(session, "Bureau", parent=top, now=clock())
        town = people.add_unit(session, "Town", parent=top, now=clock())
        village = people.add_unit(session, "Village", parent=town, now=clock())
        away = people.add_unit(session, "Province", parent=None, now=clock())
        manager(session, Role.UNIT_MANAGER, top, now=clock(), home=away).username = "boss"
        units = {"Pine City": top, "Bureau": bureau, "Town": town, "Village": village}
        made.units = {name: unit.id for name, unit in units.items()}
        homes = {"Ann": bureau, "Bo": bureau, "Cai": bureau, "Dan": village, "Eve": village, "Zed": bureau}
        those = {name: learner(session, now=clock(), name=name, unit=unit) for name, unit in homes.items()}
        made.people = {name: person.id for name, person in those.items()}
        p = given_programme(session, top, now=clock(), title="P", due_on=date(2026, 6, 30))
        q = given_programme(session, bureau, now=clock(), title="Q", due_on=date(2026, 8, 31))
        made.p, made.q = p.programme.id, q.programme.id
        _give(session, p, those, homes, ("Ann", "Bo", "Dan", "Eve"), ("Cai",), clock())
        _give(session, q, those, {**homes, "Eve": bureau}, ("Ann",), ("Bo", "Cai", "Eve"), clock())
        for name, hours, day in (("Ann", "4", date(2026, 1, 1)), ("Bo", "3", date(2026, 5, 4)),
                                 ("Dan", "3.5", date(2026, 12, 31)), ("Eve", "0.5", date(2026, 7, 1)),
                                 ("Dan", "9", date(2025, 12, 31)), ("Zed", "8", date(2026, 5, 4))):  # fmt: skip
            _hours(session, those[name], homes[name], hours, day)
        _hours(session, those["Bo"], bureau, "-1", date(2026, 5, 4), kind="correction")
    clock.set(NOW)
    return made


def _give(
    session: Session, given: Given, those: dict[str, Person], homes: dict[str, Unit], done: tuple[str, ...],
    missing: tuple[str, ...], now: datetime,
) -> None:  # fmt: skip
    due_on = given.assignment.due_on
    for name in (*done, *missing):
        completed = datetime(2026, 6, 1, tzinfo=UTC) if name in done else None
        given.to(session, those[name], now=now, unit_path=homes[name].path, due_on=due_on, completed_at=completed)


def _hours(session: Session, person: Person, unit: Unit, hours: str, day: date, kind: str = "event") -> None:
    session.add(HoursEntry(person_id=person.id, hours=Decimal(hours), day=day, kind=kind, title="t", evidence={},
                           unit_id=unit.id, unit_path=unit.path, at=datetime(2026, 1, 5, tzinfo=UTC)))  # fmt: skip


def test_due_completed_and_hours_by_hand(city: City) -> None:
    assert city.of("Bureau") == Trained(4, 2, 1, 3, Decimal("6.5"))
    assert city.of("Town") == Trained(2, 2, 2, 0, Decimal(4))
    assert city.of("Pine City") == city.of("") == Trained(5, 4, 2, 3, Decimal(10))
    assert (city.of("Bureau").hours_a_head, city.of("").hours_a_head) == (Decimal("1.625"), 2)


def test_of_one_programme_and_of_one_unit(city: City, app: Flask) -> None:
    only = {"kind": CompletionKind.PROGRAMME, "subject_id": city.q}
    assert city.of("Bureau", **only) == Trained(4, 1, 1, 3, Decimal("6.5"))
    found = city.figures(**only)  # type: ignore[arg-type]
    assert [one.name for one in found.units] == ["Pine City", "Bureau"]
    found = city.figures("Town")
    assert (found.total.trained.due, [one.name for one in found.children]) == (2, ["Village"])
    with pytest.raises(Problem, match="too_long"):
        city.figures(period=Period(date(2025, 1, 1), date(2026, 12, 31)))
    with learn(app).database.reading() as session:
        wanted = statistics_training.Wanted(EVERYTHING.numbers, YEAR, NOW, ZONE)
        by_itself = statistics_training.trained_by_programme(session, wanted)
    assert {one: (each.due, each.completed) for one, each in by_itself.items()} == {city.p: (5, 4), city.q: (4, 1)}


def test_what_was_completed_before_a_period_is_not_due_in_it(city: City) -> None:
    """In July Bo, Cai and Eve owe Q, Cai P as well; on 1 September, while the quarter lasts, both are overdue."""
    by_hand = {
        "2025": (0, 0, 0),
        "2026-Q1": (5, 0, 0),
        "2026-Q2": (5, 2, 1),
        "2026-07": (3, 0, 1),
        "2026-Q3": (3, 0, 3),
    }
    for code, expected in by_hand.items():
        period = period_of(code)
        assert period is not None
        found = city.of("", period=period)
        assert (code, found.due, found.completed, found.overdue) == (code, *expected)


def test_who_is_exempt_or_has_left_is_not_due(city: City, app: Flask) -> None:
    with learn(app).database.writing() as session:
        cai = select(ProgrammeMember).where(ProgrammeMember.person_id == city.people["Cai"])
        first, second = session.scalars(cai.order_by(ProgrammeMember.id)).all()
        first.left_at = NOW
        session.add(ProgrammeExemption(member_id=second.id, reason="On leave", at=NOW))
    assert city.of("").due == 4


def test_completions_count_people_due_or_not_by_the_unit_of_the_day(city: City, app: Flask) -> None:
    """Zed completes a course twice, once in each unit; Ann's was voided; Dan's lies an hour before the year begins."""
    with learn(app).database.writing() as session:
        for number, (name, unit, at, void) in enumerate((
            ("Zed", "Bureau", datetime(2026, 3, 1, tzinfo=ZONE), None),
            ("Zed", "Village", datetime(2026, 3, 4, tzinfo=ZONE), None),
            ("Ann", "Bureau", datetime(2026, 3, 4, tzinfo=ZONE), NOW),
            ("Dan", "Village", datetime(2025, 12, 31, 23, 0, tzinfo=ZONE), None),
            ("Eve", "Village", datetime(2026, 1, 1, 0, 0, tzinfo=ZONE), None),
        )):  # fmt: skip
            row = session.get_one(Unit, city.units[unit])
            session.add(Completion(key=f"k{number}", person_id=city.people[name], kind=CompletionKind.COURSE,
                                   subject_id=number, title="t", rule={}, evidence={}, completed_at=at,
                                   unit_id=row.id, unit_path=row.path, voided_at=void))  # fmt: skip
    found = city.figures()
    assert {one.name: one.finishers for one in found.units} == {
        "Pine City": 2, "Bureau": 1, "Town": 2, "Village": 2,
    }  # fmt: skip
    weeks = {one.days.first: one.people for one in found.weeks if one.people}
    assert weeks == {date(2026, 1, 1): 1, date(2026, 2, 23): 1, date(2026, 3, 2): 1}
    assert found.weeks[-1].days.first == date(2026, 8, 31)  # the week of today; those to come have no figure


def test_the_summary_on_the_page_and_as_csv_has_the_same_figures(city: City, app: Flask) -> None:
    boss = Visitor(app).sign_in("boss")
    boss.get(f"/manage/statistics?unit={city.units['Pine City']}&period=2026")
    assert "Due for training 5" in boss.words
    assert "Completion rate 40.0% 2 of 5" in boss.words
    assert "Hours a head 2 10 hours of 5 due" in boss.words
    page = boss.post("/manage/statistics/export", unit=str(city.units["Pine City"]), period="2026", format="csv",
                     reason="inspection")  # fmt: skip
    rows = list(csv.reader(io.StringIO(page.get_data(as_text=True).lstrip("\ufeff"))))
    assert [row[:7] for row in rows] == [
        ["Unit", "Due for training", "Started", "Completed", "Completion rate", "Overdue", "Hours a head"],
        ["Bureau", "4", "2", "1", "0.25", "3", "1.625"],
        ["Town", "2", "2", "2", "1.0", "0", "2.0"],
        ["　Village", "2", "2", "2", "1.0", "0", "2.0"],
        ["Together", "5", "4", "2", "0.4", "3", "2.0"],
    ]


def test_absent_people_are_due_and_their_names_are_one_link_away(city: City, app: Flask, clock: FrozenClock) -> None:
    """Six are due, five sit, four pass; Cai was absent."""
    points = {"Ann": 100, "Bo": 60, "Dan": 59, "Eve": 80, "Zed": 60}
    with learn(app).database.writing() as session:
        top = session.get_one(Unit, city.units["Pine City"])
        exam = published_exam(session, now=NOW, unit=top, opens_at=NOW, closes_at=NOW + timedelta(days=1))
        exam_id = exam.id
        for name, earned in points.items():
            _sit(session, exam, session.get_one(Person, city.people[name]), top, earned)
    clock.set(NOW + timedelta(days=2))
    found = city.figures()
    sat = found.total.sat
    assert (sat.due, sat.sat, sat.passed) == (6, 5, 4)
    assert (sat.pass_rate_of_sat, round(sat.participation or 0, 4)) == (Decimal("0.8"), Decimal("0.8333"))
    boss = Visitor(app).sign_in("boss")
    boss.get(f"/manage/statistics?subject=exam:{exam_id}&period=2026")
    assert f"/manage/exams/{exam_id}/report" in boss.text
    boss.get(f"/manage/exams/{exam_id}/report")
    assert "Cai" in boss.words


def _sit(session: Session, exam: Exam, person: Person, unit: Unit, earned: int) -> None:
    attempt = Attempt(
        exam_id=exam.id, person_id=person.id, key=f"a{person.id}", number=1, started_at=NOW, deadline=NOW,
        closed_at=NOW, seed="s", state=AttemptState.SUBMITTED, points=Decimal(earned), full_points=Decimal(100),
        passed=earned >= 60, unit_id=unit.id, unit_path=unit.path, unit_names=unit.name,
    )  # fmt: skip
    session.add(attempt)
    session.flush()
    if attempt.passed:
        records.complete_exam(session, attempt, now=NOW)
