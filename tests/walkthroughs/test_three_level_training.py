"""A wood works takes five new people through three-level training; all hours are worked out by hand.

Three stages of eight credit hours, 45 minutes each, and a trainer signs at each: a course of two lessons that take 45
minutes to read, with a lecture of four hours and two on the way round the works; then a day in the workshop; then a day
in the team. One clicks through the lessons in ten minutes, one moves to another workshop after the second stage.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select

from suyu_learn.models import Completion, CompletionKind, HoursEntry, Person, ProgrammePart, Role, SignOff, Unit
from suyu_learn.services import people, persons
from tests.browser_without_script import Visitor
from tests.clock import START, FrozenClock
from tests.factories import (
    course_draft,
    course_part,
    event_part,
    learn,
    learner,
    manager,
    programme_plan,
    sign_off_part,
    stored_course,
    stored_programme,
)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ZONE = ZoneInfo("Asia/Shanghai")
READING = 45 * 60
NEW = ("An", "Bo", "Chun", "Dong", "E")


@dataclass
class Works:
    """The works before its new people come."""

    app: Flask
    clock: FrozenClock
    key: str
    unit_id: int
    saws_id: int
    glue_id: int
    people: dict[str, int] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)

    def at(self, day: int, clock: str) -> None:
        hour, minute = map(int, clock.split(":"))
        self.clock.set(datetime(2026, 3, day, hour, minute, tzinfo=ZONE))

    def boss(self) -> Visitor:
        return Visitor(self.app).sign_in("boss")

    def part(self, title: str) -> int:
        with learn(self.app).database.reading() as session:
            return session.scalars(select(ProgrammePart.id).where(ProgrammePart.title == title)).one()

    def hours(self, name: str) -> Decimal:
        with learn(self.app).database.reading() as session:
            rows = session.scalars(select(HoursEntry.hours).where(HoursEntry.person_id == self.people[name]))
            return sum(rows, Decimal(0))

    def done(self) -> dict[str, Completion]:
        with learn(self.app).database.reading() as session:
            rows = session.execute(
                select(Person.name, Completion).join(Completion, Completion.person_id == Person.id)
                .where(Completion.kind == CompletionKind.PROGRAMME)
            ).all()  # fmt: skip
            return dict(rows)

    def sign(
        self, day: int, part: str, *names: str, trainer: str = "Old Pine", began: str = "08:00", ended: str = "14:00",
        hours: str = "8",
    ) -> Visitor:  # fmt: skip
        """Sign at the end of a day what was taught on it: six hours from eight o'clock on, unless said otherwise."""
        self.at(day, "14:30")
        boss, page = self.boss(), f"/manage/programmes/{self.key}/sign-offs/{self.part(part)}"
        boss.get(page)
        times = {"began_at": f"2026-03-{day:02}T{began}", "ended_at": f"2026-03-{day:02}T{ended}"}
        ticked = [self.members[name] for name in names]
        boss.post(page, people=ticked, trainer=trainer, hours=hours, result="All right", **times)
        return boss


@pytest.fixture
def works(app: Flask, clock: FrozenClock) -> Works:
    here = learn(app)
    clock.set(START - timedelta(days=30))
    with here.database.writing() as session:
        people.install_audiences(session)
        unit = people.add_unit(session, "Pine Works", parent=None, now=clock())
        saws = people.add_unit(session, "Saws", parent=unit, now=clock())
        glue = people.add_unit(session, "Glue", parent=unit, now=clock())
        manager(session, Role.UNIT_MANAGER, unit, now=clock()).username = "boss"
        course = stored_course(session, course_draft((), (), characters=300 * 45), now=clock())
        plan = programme_plan(
            ("Works", (course_part(course, "2", title="Rules"), event_part("4", title="Lecture"),
                       sign_off_part("2", title="Round the works"))),
            ("Workshop", (sign_off_part("8", title="At the saws"),)),
            ("Team", (sign_off_part("8", title="At one's place"),)),
            title="New workers", in_order=True,
        )  # fmt: skip
        assert plan.hours == 24
        programme = stored_programme(session, plan, now=clock(), unit=unit)
        return Works(app, clock, programme.key, unit.id, saws.id, glue.id)


def _hire(works: Works) -> None:
    """Monday at nine: the programme is for newcomers, and five come."""
    works.at(2, "9:00")
    boss = works.boss()
    boss.get(f"/manage/programmes/{works.key}/assign")
    boss.post(f"/manage/programmes/{works.key}/assign", action="give", unit=str(works.unit_id), audience="",
              starts_on="2026-03-02", due_days="30", newcomers_only="y")  # fmt: skip
    assert "Given." in boss.words
    here = learn(works.app)
    with here.database.writing() as session:
        for name in NEW:
            saws = session.get_one(Unit, works.saws_id)
            works.people[name] = learner(session, now=here.now(), unit=saws, name=name, username=name.lower()).id
    result = works.app.test_cli_runner().invoke(args=["suyu", "tick"])
    assert result.exit_code == 0, result.output
    boss.get(f"/manage/programmes/{works.key}/people")
    assert "Given to 5 people" in boss.words
    found = re.findall(rf'/manage/programmes/{works.key}/people/(\d+)">([^<]+)</a>', boss.text)
    works.members = {name: number for number, name in found}
    assert set(works.members) == set(NEW)


def _read(works: Works, seconds: int, *names: str) -> None:
    """Both lessons, each for so long, all of them side by side."""
    readers = [Visitor(works.app).sign_in(name.lower()) for name in names]
    for lesson in ("lesson-1", "lesson-2"):
        for reader in readers:
            reader.get(f"/courses/soil/{lesson}")
        works.clock.advance(seconds=seconds)
        for reader in readers:
            reader.post(f"/courses/soil/{lesson}", action="finish")
            assert reader.page is not None
            assert reader.page.status_code == 200


def _lecture(works: Works) -> None:
    """Tuesday, 8:00 to 11:00 by the signed sheet: four hours of 45 minutes."""
    works.at(3, "11:30")
    boss = works.boss()
    boss.get("/manage/events/new")
    boss.post("/manage/events/new", title="Rules of the works", kind="lecture", unit=str(works.unit_id), hours="4",
              starts_at="2026-03-03T08:00", ends_at="2026-03-03T11:00", place="Hall", trainer="Old Pine",
              part=str(works.part("Lecture")), course="")  # fmt: skip
    assert "The event is arranged" in boss.words, boss.words
    key = re.search(r"/manage/events/([^/\"]+)/edit", boss.text)[1]  # type: ignore[index]
    boss.get(f"/manage/events/{key}/attendance")
    boss.post(f"/manage/events/{key}/attendance", action="enter", people=list(works.people.values()),
              came_at="2026-03-03T08:00", left_at="2026-03-03T11:00")  # fmt: skip
    assert "5 people are entered." in boss.words


def test_five_new_people_in_three_levels(works: Works) -> None:
    _hire(works)
    _read(works, READING, "An", "Bo", "Dong", "E")
    works.at(2, "15:00")
    _read(works, 5 * 60, "Chun")
    assert (works.hours("An"), works.hours("Chun")) == (Decimal("2.00"), Decimal("0.22"))  # 5400 / 2700; 600 / 2700

    _lecture(works)
    assert (works.hours("An"), works.hours("Chun")) == (Decimal("6.00"), Decimal("4.22"))
    works.sign(3, "Round the works", *NEW, began="12:00", ended="13:30", hours="2")  # 90 minutes
    assert (works.hours("An"), works.hours("Chun")) == (Decimal("8.00"), Decimal("6.22"))
    chun = Visitor(works.app).sign_in("chun")
    chun.get(f"/programmes/{works.key}")
    assert "6.22 of 24 credit hours" in chun.words
    assert "6.22 of 8 credit hours" in chun.words

    works.sign(4, "At the saws", "An", "Bo", "Dong", "E")
    refused = works.sign(4, "At the saws", "Chun")
    assert refused.page is not None
    assert refused.page.status_code == 422
    assert works.done() == {}

    _dong_moves(works)
    works.sign(5, "At one's place", "An", "Bo", "E")
    assert set(works.done()) == {"An", "Bo", "E"}
    works.sign(6, "At the saws", "Dong", trainer="Old Birch")
    works.sign(7, "At one's place", "Dong", trainer="Old Birch")

    done = works.done()
    assert set(done) == {"An", "Bo", "Dong", "E"}
    assert {name: works.hours(name) for name in NEW} == {
        "An": Decimal("24.00"), "Bo": Decimal("24.00"), "Chun": Decimal("6.22"), "Dong": Decimal("24.00"),
        "E": Decimal("24.00"),
    }  # fmt: skip
    assert {name: row.unit_names for name, row in done.items()} == {
        "An": "Pine Works / Saws", "Bo": "Pine Works / Saws", "Dong": "Pine Works / Glue", "E": "Pine Works / Saws",
    }  # fmt: skip
    assert {row.evidence["hours"] for row in done.values()} == {"24.00"}
    assert done["Dong"].completed_at == datetime(2026, 3, 7, 14, 30, tzinfo=ZONE)
    _look(works)


def _dong_moves(works: Works) -> None:
    """Thursday morning: to another workshop, where its dangers are taught anew."""
    works.at(5, "7:00")
    here = learn(works.app)
    with here.database.writing() as session:
        boss = session.scalars(select(Person).where(Person.username == "boss")).one()
        dong = session.get_one(Person, works.people["Dong"])
        glue = session.get_one(Unit, works.glue_id)
        persons.move(session, dong, glue, since=None, actor=boss, now=here.now())
        sign_off = session.scalars(select(SignOff.id).where(SignOff.unit_names == "Pine Works / Saws").order_by(
            SignOff.member_id != int(works.members["Dong"]), SignOff.id.desc())).first()  # fmt: skip
    boss_there = works.boss()
    boss_there.get(f"/manage/programmes/{works.key}/sign-offs/void/{sign_off}")
    boss_there.post(f"/manage/programmes/{works.key}/sign-offs/void/{sign_off}", reason="Moved to the glue workshop")
    assert "The sign-off is void" in boss_there.words
    assert works.hours("Dong") == Decimal("8.00")


def _look(works: Works) -> None:
    """What the boss and the learners read in the end."""
    boss = works.boss()
    boss.get(f"/manage/programmes/{works.key}/people")
    assert "4 of 5 due: 80.0%" in boss.words
    boss.get(f"/manage/programmes/{works.key}/people/{works.members['Dong']}")
    assert "Completed" in boss.words
    boss.get(f"/manage/programmes/{works.key}/sign-offs/card/{works.members['Dong']}")
    for said in ("Training card", "Dong", "Pine Works / Glue", "6 Mar 2026, 08:00", "7 Mar 2026, 08:00", "Old Birch"):
        assert said in boss.words
    an = Visitor(works.app).sign_in("an")
    an.get("/")
    assert "Due next" not in an.words
    an.get("/programmes")
    assert "24 of 24 credit hours" in an.words
    an.get("/records")
    assert "New workers" in an.words
    with learn(works.app).database.reading() as session:
        signed = session.scalar(select(func.count()).select_from(SignOff).where(SignOff.voided_at.is_(None)))
        assert signed == 5 + 4 + 4
