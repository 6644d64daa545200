"""Who was due at exams, sat and passed, as the database counts it, is what comes out person by person."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.domain.statistics import Period, Sat, climbed
from suyu_learn.models import (
    Attempt,
    Audience,
    Counts,
    Exam,
    ExamAudience,
    ExamState,
    Membership,
    Paper,
    PaperMode,
    Person,
    PersonAudience,
    RosterChange,
    RosterChangeKind,
    RosterMember,
)
from suyu_learn.services import exam_rosters, people, statistics_exams
from suyu_learn.services.exam_standings import standings_of
from suyu_learn.services.grants import Reach
from suyu_learn.services.reports import own_path
from suyu_learn.services.statistics_training import Wanted
from suyu_learn.services.unread import Unread

START = datetime(2026, 1, 5, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31), "2026")
CLOSED, RUN_OUT = AttemptState.SUBMITTED, AttemptState.TIMED_OUT
STATES = (CLOSED, CLOSED, RUN_OUT, AttemptState.VOIDED, AttemptState.OPEN)
PEOPLE = 60


def person_by_person(session: Session, wanted: Wanted, exams: Sequence[Exam]) -> dict[str, Sat]:
    """The same by going through the lists and results of each exam."""
    among = set(session.scalars(select(PersonAudience.person_id).where(PersonAudience.audience == wanted.audience)))
    by_person: dict[int, dict[str, Sat]] = {}
    for exam in exams:
        results, own = standings_of(session, [exam])[exam.id], own_path(session, exam)
        for due in exam_rosters.due(session, exam, now=min(wanted.ends_at, wanted.now)):
            path = due.unit_path or own
            if not wanted.reach.covers(path) or (wanted.unit is not None and not path.startswith(wanted.unit.path)):
                continue
            if wanted.audience and due.person_id not in among:
                continue
            result = results.get(due.person_id)
            hidden = wanted.unread is not None and wanted.unread.hides(exam.id, of=due.person_id)
            one = Sat(1, int(result is not None), int(bool(result and result.standing.passed and not hidden)))
            units = by_person.setdefault(due.person_id, {})
            units[path] = units[path].with_(one) if path in units else one
    return climbed(Sat, (), by_person)


class City:
    """Offices in bureaus with people, of whom some moved, and exams of every kind, half of whose lists are stored."""

    def __init__(self, session: Session, seed: int) -> None:
        self.session, self.chance = session, random.Random(seed)
        top = people.add_unit(session, "City", parent=None, now=START)
        self.bureaus = [people.add_unit(session, f"Bureau {one}", parent=top, now=START) for one in range(3)]
        self.units = [people.add_unit(session, f"Office {one}", parent=self.bureaus[one % 3], now=START)
                      for one in range(6)]  # fmt: skip
        session.add(Audience(code="few", name="few"))
        session.flush()
        self.people = [self._person(one) for one in range(PEOPLE)]
        paper = Paper(title="A paper", mode=PaperMode.FIXED, created_at=START)
        session.add(paper)
        session.flush()
        self.exams = [self._exam(paper, place, counts) for place, counts in enumerate([*Counts, *Counts])]
        for exam in self.exams:
            self._list(exam)
            self._sit(exam)
        session.flush()

    def _person(self, number: int) -> Person:
        session = self.session
        person = Person(name=f"Person {number}", name_key=f"person {number}", created_at=START)
        session.add(person)
        session.flush()
        first, second = self.chance.sample(self.units, 2)
        moved = START + timedelta(days=60) if self.chance.random() < 0.2 else None
        session.add(Membership(person_id=person.id, unit_id=first.id, home=True, since=START, until=moved))
        if moved is not None:
            session.add(Membership(person_id=person.id, unit_id=second.id, home=True, since=moved))
        if number % 3 == 0:
            session.add(PersonAudience(person_id=person.id, audience="few"))
        return person

    def _exam(self, paper: Paper, place: int, counts: Counts) -> Exam:
        opens = START + timedelta(days=30 * place)
        stored = place % 2 == 0
        exam = Exam(
            code=f"X{place}", paper_id=paper.id, title=f"Exam {place}", minutes=60, created_at=START, counts=counts,
            state=ExamState.PUBLISHED, published_at=START, opens_at=opens, frozen_at=opens if stored else None,
            unit_id=self.bureaus[0].id if place == 3 else None, pass_share=Decimal("0.6") + place * Decimal("0.003333"),
        )  # fmt: skip
        self.session.add(exam)
        self.session.flush()
        if place == 5:
            self.session.add(ExamAudience(exam_id=exam.id, audience="few"))
        return exam

    def _list(self, exam: Exam) -> None:
        for person in self.people if exam.frozen_at is not None else ():
            if self.chance.random() < 0.8:
                unit = self.chance.choice(self.units[:2] if person.id % 2 else self.units)
                self.session.add(RosterMember(exam_id=exam.id, person_id=person.id, unit_id=unit.id,
                                              unit_path=unit.path, unit_names=unit.name))  # fmt: skip
        for person in self.chance.sample(self.people, 8):
            taken_back = NOW if self.chance.random() < 0.3 else None
            kind = self.chance.choice(list(RosterChangeKind))
            self.session.add(RosterChange(exam_id=exam.id, person_id=person.id, reason="r", at=NOW, kind=kind,
                                          taken_back_at=taken_back))  # fmt: skip

    def _sit(self, exam: Exam) -> None:
        for person in self.people:
            for number in range(1, self.chance.choice((0, 1, 1, 1, 2, 3)) + 1):
                full = self.chance.choice((Decimal(100), Decimal(100), Decimal("33.333333"), Decimal(0)))
                share = self.chance.choice((Decimal(0), Decimal("0.5"), exam.pass_share, Decimal(1), None))
                state = self.chance.choice(STATES) if number == 1 else CLOSED
                self.session.add(Attempt(
                    exam_id=exam.id, person_id=person.id, key=f"{exam.id}-{person.id}-{number}", number=number,
                    trial=self.chance.random() < 0.05, started_at=exam.opens_at, deadline=exam.opens_at, seed="s",
                    state=state, points=None if share is None else share * full, full_points=full,
                ))  # fmt: skip

    def merge(self, *chain: int) -> None:
        """Make people one, the first into the second, that one into the third, and so on."""
        for one, into in pairwise(chain):
            self.people[one].merged_into_id = self.people[into].id
        self.session.flush()


def wants(city: City) -> dict[str, dict[str, Any]]:
    office, bureau = city.units[0], city.bureaus[1]
    return {
        "everywhere": {},
        "a bureau": {"unit": bureau},
        "an office": {"unit": office},
        "an audience": {"audience": "few"},
        "an audience of a bureau": {"audience": "few", "unit": bureau},
        "the reach of an office": {"reach": Reach(paths=(office.path,))},
        "no reach": {"reach": Reach()},
    }


@pytest.mark.parametrize("seed", range(3))
def test_the_database_counts_what_comes_out_person_by_person(session: Session, seed: int) -> None:
    city = City(session, seed)
    city.merge(1, 2)
    city.merge(3, 4, 5)
    city.merge(6, 5)
    for label, asked in wants(city).items():
        wanted = Wanted(**{"reach": Reach(everywhere=True), "period": YEAR, "now": NOW, "zone": ZONE, **asked})
        for exams in (city.exams, city.exams[:1], city.exams[1:2], []):
            found = statistics_exams.sat(session, wanted, exams)
            assert (label, found) == (label, person_by_person(session, wanted, exams))
            for figure in ("due", "sat", "passed"):
                people_ = statistics_exams.exam_people(session, wanted, exams, figure=figure)
                assert len(people_) == getattr(found[""], figure)
    assert found[""] == Sat()


def test_who_asks_counts_as_sat_and_not_as_passed_where_an_exam_hides_it_from_them(session: Session) -> None:
    """However they stand on the lists, and however their attempts count."""
    city = City(session, 3)
    city.merge(1, 2)
    everything = Wanted(Reach(everywhere=True), YEAR, NOW, ZONE)
    hidden = 0
    for exams in (city.exams, *([one] for one in city.exams)):
        known = statistics_exams.sat(session, everything, exams)[""]
        passed = statistics_exams.exam_people(session, everything, exams, figure="passed")
        for person in city.people[:6]:
            wanted = replace(everything, unread=Unread(person.id, frozenset(one.id for one in exams)))
            found = statistics_exams.sat(session, wanted, exams)
            assert found == person_by_person(session, wanted, exams)
            assert found[""] == Sat(known.due, known.sat, known.passed - (person.id in passed))
            told = statistics_exams.exam_people(session, wanted, exams, figure="passed")
            assert told.keys() == passed.keys() - {person.id}
            hidden += person.id in passed
    assert hidden > 6


def test_an_exam_that_tells_its_result_counts_beside_one_that_hides_it(session: Session) -> None:
    city = City(session, 4)
    untold = frozenset(one.id for one in city.exams[::2])
    for person in city.people[:6]:
        wanted = Wanted(Reach(everywhere=True), YEAR, NOW, ZONE, unread=Unread(person.id, untold))
        for exams in (city.exams, city.exams[1::2]):
            assert statistics_exams.sat(session, wanted, exams) == person_by_person(session, wanted, exams)


def test_most_people_are_counted_by_the_database(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only who moved between lists, was changed by hand or merged, or has a mean of attempts is looked at."""
    city = City(session, 1)
    looked_at: set[int] = set()
    some = statistics_exams._some

    def remembered(session: Session, wanted: Wanted, exams: Any, these: Sequence[int], behind: Any) -> Any:
        looked_at.update(these)
        return some(session, wanted, exams, these, behind)

    monkeypatch.setattr(statistics_exams, "_some", remembered)
    wanted = Wanted(Reach(everywhere=True), YEAR, NOW, ZONE)
    first = city.exams[0]
    found = statistics_exams.sat(session, wanted, [first])
    due = session.scalar(select(func.count()).select_from(RosterMember).where(RosterMember.exam_id == first.id))
    assert found[""].due > (due or 0) / 2 > len(looked_at) > 0


def test_what_a_merged_person_sat_belongs_to_who_was_kept_in_the_end(session: Session) -> None:
    city = City(session, 2)
    city.merge(7, 8, 9)
    exam = city.exams[0]
    session.query(Attempt).filter(Attempt.person_id.in_([city.people[one].id for one in (8, 9)])).delete()
    session.add(Attempt(
        exam_id=exam.id, person_id=city.people[7].id, key="its own", number=7, started_at=NOW, deadline=NOW, seed="s",
        state=CLOSED, points=Decimal(100), full_points=Decimal(100),
    ))  # fmt: skip
    session.flush()
    found = standings_of(session, [exam])[exam.id]
    assert city.people[9].id in found
    assert not {city.people[7].id, city.people[8].id} & found.keys()
