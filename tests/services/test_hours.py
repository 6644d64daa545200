"""The ledger of hours: what counts, what was taken back, and what a day has room for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.domain.courses import CreditRules
from suyu_learn.models import HoursEntry, Person, Unit
from suyu_learn.services import hours, people
from tests.clock import START
from tests.factories import learner

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 3, 2)


@dataclass
class Ledger:
    session: Session
    person: Person
    unit: Unit
    clerk: Person

    def credit(
        self, began: int, minutes: int, brings: str, *, kind: str = "event", subject: int = 1
    ) -> HoursEntry | None:
        """Hours for a time that began so many minutes after nine on Monday."""
        entries = self.credited(START + timedelta(minutes=began), minutes, brings, kind=kind, subject=subject)
        return entries[0] if entries else None

    def credited(
        self, began_at: datetime, minutes: int, brings: str, *, kind: str = "event", subject: int = 1
    ) -> list[HoursEntry]:
        return hours.credit(
            self.session, self.person, kind=kind, title="A lecture", subject_id=subject, began_at=began_at,
            ended_at=began_at + timedelta(minutes=minutes), hours=Decimal(brings), evidence={"place": "Hall"},
            now=START + timedelta(days=1), zone=ZONE, rules=CreditRules(), actor=self.clerk,
        )  # fmt: skip

    def take_back(self, entry: HoursEntry) -> None:
        hours.take_back(self.session, entry, why="void", reason="Was elsewhere", actor=self.clerk, now=START)

    @property
    def total(self) -> Decimal:
        return sum(self.session.scalars(select(HoursEntry.hours)), Decimal(0))


@pytest.fixture
def ledger(session: Session) -> Ledger:
    unit = people.add_unit(session, "Mill", parent=None, now=START - timedelta(days=9))
    person = learner(session, now=START - timedelta(days=9), unit=unit)
    return Ledger(session, person, unit, learner(session, now=START, unit=unit))


def test_an_entry_keeps_real_times_its_days_and_the_unit_of_the_day(ledger: Ledger) -> None:
    other = people.add_unit(ledger.session, "Office", parent=None, now=START)
    people.move_person(ledger.session, ledger.person, other, now=START + timedelta(hours=10))
    entry = ledger.credit(0, 90, "2")
    assert entry is not None
    assert (entry.hours, entry.day, entry.kind, entry.subject_id) == (2, MONDAY, "event", 1)
    assert entry.evidence == {
        "place": "Hall", "began_at": "2026-03-02T01:00:00+00:00", "ended_at": "2026-03-02T02:30:00+00:00",
        "claimed": "2", "days": {"2026-03-02": 5400}, "seconds": 5400, "minutes_per_hour": 45, "hours": "2.00",
    }  # fmt: skip
    assert (entry.unit_path, entry.unit_names, entry.actor_id) == (ledger.unit.path, "Mill", ledger.clerk.id)


def test_who_was_not_known_yet_belongs_where_they_belong_now(ledger: Ledger) -> None:
    newcomer = learner(ledger.session, now=START + timedelta(hours=20), unit=ledger.unit)
    ledger.person = newcomer
    entry = ledger.credit(0, 90, "2")
    assert entry is not None
    assert entry.unit_path == ledger.unit.path


def test_all_kinds_fill_the_same_day_and_nothing_is_no_entry(ledger: Ledger) -> None:
    ledger.credit(0, 240, "5", kind="event")
    ledger.credit(300, 90, "2", kind="sign_off")
    last = ledger.credit(500, 90, "2", kind="outside")
    assert last is not None
    assert last.hours == 1  # of eight, seven stood there
    assert ledger.credit(600, 90, "2", kind="event", subject=9) is None
    assert hours.already(ledger.session, ledger.person) == {MONDAY: 21_600}
    assert ledger.session.scalar(select(func.count()).select_from(HoursEntry)) == 3


def test_the_same_time_counts_once(ledger: Ledger) -> None:
    ledger.credit(0, 90, "2")
    beside = ledger.credit(45, 90, "2", kind="sign_off", subject=2)
    assert beside is not None
    assert beside.hours == 1  # 45 minutes of it were the lecture's
    assert beside.evidence["began_at"] == (START + timedelta(minutes=45)).isoformat()
    assert beside.evidence["spans"] == [
        [(START + timedelta(minutes=90)).isoformat(), (START + timedelta(minutes=135)).isoformat()]
    ]
    whole = ledger.credit(0, 5 * 24 * 60, "4", subject=3)  # what lasts for days is not that exact
    assert whole is not None
    assert whole.hours == 4


@pytest.mark.parametrize(
    ("began", "minutes", "brings"),
    [
        (13 * 60, 180, "0"),  # the same night shift in a parallel event
        (14 * 60, 180, "1.33"),  # an hour later
        (12 * 60, 90, "1.33"),  # before midnight, beside what goes over it
        (15 * 60 + 30, 60, "0.66"),  # after midnight
        (8 * 60, 16 * 60, "4"),  # a day at most says exactly when
        (0, 24 * 60, "4"),
        (0, 24 * 60 + 1, "4"),  # longer ones only roughly
    ],
)
def test_the_same_night_counts_once(ledger: Ledger, began: int, minutes: int, brings: str) -> None:
    ledger.credit(13 * 60, 180, "4")  # from ten at night to one
    beside = ledger.credit(began, minutes, "4", subject=2)
    assert (beside.hours if beside is not None else 0) == Decimal(brings)


def test_what_was_taken_back_leaves_its_day_free_and_what_is_given_again_fills_it(ledger: Ledger) -> None:
    entry = ledger.credit(0, 360, "8")
    assert entry is not None
    assert hours.of_subject(ledger.session, ledger.person, kind="event", subject_id=1) == [entry]
    ledger.take_back(entry)
    assert hours.already(ledger.session, ledger.person) == {}
    assert hours.of_subject(ledger.session, ledger.person, kind="event", subject_id=1) == []
    [taken] = ledger.session.scalars(select(HoursEntry).where(HoursEntry.corrects_id == entry.id))
    assert (taken.hours, taken.kind, taken.day, taken.reason) == (-8, "correction", MONDAY, "Was elsewhere")
    ledger.take_back(taken)
    assert hours.already(ledger.session, ledger.person) == {MONDAY: 21_600}
    assert ledger.total == 8


def test_hours_over_midnight_count_on_the_last_of_their_days(ledger: Ledger) -> None:
    entry = ledger.credit(14 * 60, 150, "2")  # from eleven at night to half past one
    assert entry is not None
    assert entry.evidence["days"] == {"2026-03-02": 2700, "2026-03-03": 2700}
    assert entry.day == date(2026, 3, 3)
    assert datetime.fromisoformat(entry.evidence["began_at"]) == datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


NEW_YEARS_EVE = datetime(2026, 12, 31, 14, 0, tzinfo=UTC)  # ten at night in Shanghai


@pytest.mark.parametrize(
    ("minutes", "brings", "of_each"),
    [
        (240, "5.33", [("2026-12-31", "2.66"), ("2027-01-01", "2.67")]),  # two hours before midnight, two after it
        (240, "2", [("2026-12-31", "1.00"), ("2027-01-01", "1.00")]),
        (121, "2.68", [("2026-12-31", "2.65"), ("2027-01-01", "0.03")]),
        (120, "2", [("2026-12-31", "2.00")]),  # until midnight
    ],
)
def test_what_goes_over_the_end_of_a_year_counts_in_both(
    ledger: Ledger, minutes: int, brings: str, of_each: list[tuple[str, str]]
) -> None:
    entries = ledger.credited(NEW_YEARS_EVE, minutes, brings)
    assert [(one.day.isoformat(), f"{one.hours:.2f}") for one in entries] == of_each
    assert {one.evidence["ended_at"] for one in entries} == {
        (NEW_YEARS_EVE + timedelta(minutes=minutes)).isoformat()
    }  # fmt: skip
    assert [list(one.evidence["days"]) for one in entries] == [[day] for day, _hours in of_each]
    found = hours.of_subject(ledger.session, ledger.person, kind="event", subject_id=1)
    assert found == entries
    for one in found:
        ledger.take_back(one)
    assert (ledger.total, hours.already(ledger.session, ledger.person)) == (0, {})
