"""An inspector at the door asks for three workers; each is found by name or number and printed; worked out by hand.

A lecture from 8:00 to 9:30 and a lesson at the saws from 10:00 to 11:30 are two credit hours of 45 minutes each, four
of four due. The exam has five questions of 20 points and a pass mark of 60. Bo learnt in 2024 and left; An learns in
2026; Chun was there with pen and paper alone: the sheet was typed in, the result of 85 points entered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import Exam, PaperMode, Person, ProgrammeMember, ProgrammePart, Role, Shown, Unit
from suyu_learn.services import attendance, events, offline, people, persons, programme_assigning, sign_offs
from suyu_learn.services.attendance import Terms
from suyu_learn.services.programme_assigning import Wanted
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import (
    event_part,
    exam_part,
    learn,
    learner,
    manager,
    programme_plan,
    published_exam,
    sign_off_part,
    stored_bank,
    stored_programme,
)
from tests.pdfs import words_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class Works:
    app: Flask
    clock: FrozenClock
    boss: Visitor
    boss_name: str
    boss_id: int
    unit_id: int
    exam_id: int
    key: str

    def at(self, year: int, day: int, time: str) -> datetime:
        hour, minute = map(int, time.split(":"))
        moment = datetime(year, 2, day, hour, minute, tzinfo=ZONE)
        self.clock.set(moment)
        return moment

    def hire(self, name: str, number: str) -> int:
        """Somebody new in the saws, to whom the programme is given."""
        here = learn(self.app)
        with here.database.writing() as session:
            unit = session.get_one(Unit, self.unit_id)
            boss = session.get_one(Person, self.boss_id)
            person = learner(session, now=here.now(), unit=unit, name=name, username=number)
            person.staff_number, person.job = number, "Sawyer"
            programme = sign_offs.programme_of(session, self.key, actor=boss)
            day = here.now().astimezone(ZONE).date()
            wanted = Wanted(unit=None, audience=None, person=person, starts_on=day, due_on=None, reason="New")
            programme_assigning.assign(session, programme, wanted, actor=boss, now=here.now(), zone=ZONE)
            return person.id

    def teach(self, year: int, day: int, *names: str) -> None:
        """The lecture with its signed sheet, then the lesson at the saws."""
        began, ended = self.at(year, day, "8:00"), self.at(year, day, "9:30")
        third, last = self.at(year, day, "10:00"), self.at(year, day, "11:30")
        now = self.at(year, day, "12:00")
        here = learn(self.app)
        with here.database.writing() as session:
            boss = session.get_one(Person, self.boss_id)
            terms = Terms(now, ZONE, here.credit)
            parts = {part.title: part.id for part in session.scalars(select(ProgrammePart))}
            ids = dict(session.execute(select(Person.name, Person.id).where(Person.name.in_(names))).all())
            wanted = events.Wanted("Rules of the works", began, ended, Decimal(2), place="Hall", trainer="Old Pine",
                                   unit_id=self.unit_id, part_id=parts["Lecture"])  # fmt: skip
            event = events.create(session, wanted, actor=boss, now=now, zone=ZONE, rules=here.credit)
            attendance.type_in(
                session, event, list(ids.values()), came_at=began, left_at=ended, actor=boss, terms=terms
            )
            programme = sign_offs.programme_of(session, self.key, actor=boss)
            members = session.scalars(
                select(ProgrammeMember.id).where(ProgrammeMember.person_id.in_(ids.values()))
            ).all()
            taught = sign_offs.Taught("Old Birch", third, last, Decimal(2), "Knows the saw")
            sign_offs.enter(session, programme, parts["At the saws"], members, taught, actor=boss, terms=terms)

    def sit(self, number: str, right: int) -> None:
        """Online, with so many of the five questions right: from noon to ten past."""
        paper = Visitor(self.app).sign_in(number).start(self.exam_id)
        for slot in paper.slots:
            assert paper.save(slot, "right" if slot <= right else "wrong1").status_code == 200
        self.clock.advance(minutes=10)
        paper.submit()

    def file_of(self, text: str, name: str) -> str:
        """Found by a name or number, opened, and taken along as pdf; what it says."""
        self.boss.get(f"/manage/records/files?text={text}")
        link = re.search(rf'<a href="(/manage/records/[\w-]+)">{name}</a>', self.boss.text)
        assert link, self.boss.words
        self.boss.get(link[1])
        answer = self.boss.post(f"{link[1]}/file", papers="yes", reason="inspection")
        assert answer.mimetype == "application/pdf", self.boss.words
        return words_of(answer.data)


@pytest.fixture
def works(app: Flask, clock: FrozenClock) -> Works:
    here = learn(app)
    clock.set(datetime(2024, 1, 8, 9, 0, tzinfo=ZONE))
    with here.database.writing() as session:
        people.install_audiences(session)
        unit = people.add_unit(session, "Pine Works", parent=None, now=clock())
        saws = people.add_unit(session, "Saws", parent=unit, now=clock())
        boss = manager(session, Role.UNIT_MANAGER, unit, now=clock())
        source = stored_bank(session, now=clock(), unit=unit)
        exam = published_exam(session, now=clock(), unit=unit, source=source, title="Safety at the saws",
                              mode=PaperMode.DRAWN_ONCE, show_key=Shown.NOW)  # fmt: skip
        plan = programme_plan(
            ("Works", (event_part("2", title="Lecture"),)),
            ("Saws", (sign_off_part("2", title="At the saws"), exam_part(exam))),
            title="New workers", legal_basis="Work safety law, article 28",
        )  # fmt: skip
        programme = stored_programme(session, plan, now=clock(), unit=unit)
        username = boss.username or ""
        return Works(app, clock, Visitor(app), username, boss.id, saws.id, exam.id, programme.key)


def _taught_in(year: int, day: int) -> tuple[str, ...]:
    return (
        "New workers", "Work safety law, article 28", "Works (2 of 2 credit hours)", "Saws (2 of 2 credit hours)",
        f"{day} Feb {year}, 08:00 to 09:30", f"{day} Feb {year}, 10:00 to 11:30", "Old Pine", "Old Birch",
        "Knows the saw", "4 of 4 credit hours", "Examiner", "Person named above", "Seal of the unit",
        f"Completed on {day} Feb {year}",
    )  # fmt: skip


def test_three_workers_for_the_inspector(works: Works) -> None:
    works.at(2024, 5, "7:30")
    bo = works.hire("Bo", "0008")
    works.teach(2024, 5, "Bo")
    works.sit("0008", right=4)
    works.at(2024, 29, "9:00")
    here = learn(works.app)
    with here.database.writing() as session:
        persons.disable(session, session.get_one(Person, bo), actor=session.get_one(Person, works.boss_id),
                        now=here.now(), reason="Has left the works")  # fmt: skip

    works.at(2026, 9, "7:30")
    works.hire("An", "0007")
    chun = works.hire("Chun", "0009")
    works.teach(2026, 9, "An", "Chun")
    works.sit("0007", right=5)
    with here.database.writing() as session:
        boss = session.get_one(Person, works.boss_id)
        result = offline.Result(works.at(2026, 9, "13:00"), "Canteen", "", False, points=Decimal(85))
        offline.enter(session, session.get_one(Exam, works.exam_id), session.get_one(Person, chun), result,
                      actor=boss, now=works.at(2026, 10, "9:00"), versions=here.versions)  # fmt: skip
    assert works.app.test_cli_runner().invoke(args=["suyu", "tick"]).exit_code == 0
    works.at(2026, 16, "9:00")
    works.boss.sign_in(works.boss_name)

    present = works.file_of("0007", "An")
    for said in (
        *_taught_in(2026, 9),
        "9 Feb 2026, 12:00 to 12:10",
        "100 of 100",
        "Pine Works / Saws",
        "0007",
        "Sawyer",
    ):
        assert said in present, said
    assert present.count("Answer given") == 5
    left = works.file_of("bo", "Bo")
    for said in (*_taught_in(2024, 5), "5 Feb 2024, 12:00 to 12:10", "80 of 100", "Left on29 Feb 2024", "Last unit"):
        assert said in left, said
    assert left.count("Answer given") == 5
    assert "wrong answer" in left
    on_paper = works.file_of("0009", "Chun")
    for said in (*_taught_in(2026, 9)[:-1], "85 of 100", "On paper", "9 Feb 2026", "from the sheet", "Canteen",
                 "Only the points of this paper were entered, not its answers."):  # fmt: skip
        assert said in on_paper, said
