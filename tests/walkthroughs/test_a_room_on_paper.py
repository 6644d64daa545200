"""A room of thirty on paper, forty online, one typed for: one exam, one report.

Every number here was worked out by hand; board, report, records and files must all say the same.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import Attempt, PaperMode, Person, Role
from suyu_learn.services import people, sitting
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import learn, learner, manager, published_exam, stored_bank
from tests.rosters import workbook
from tests.web.test_typing_for import TypedPaper

DAY = "2026-03-02"
PAPER, ONLINE = 30, 40
# On paper: p1 to p30 have 40 + their number, so p20 to p30 pass (60 to 70): 11. Then p1 is corrected to 90 and
# p30 to 50, and still 11 pass. p5 turns out to have sat online; the row is refused, so 29 are on paper.
# Online: o1 to o40 answer (number mod 6) of five questions rightly, 20 points each. Of 1 to 40 the remainders 0 to 5
# occur 6, 7, 7, 7, 7, 6 times; 3, 4 and 5 pass: 20. p5 answers all five online and passes. o41 is typed for, 4 right.
SAT_ON_PAPER, SAT_ONLINE = PAPER - 1, ONLINE + 2
PASSED_ON_PAPER, PASSED_ONLINE = 11, 7 + 7 + 6 + 2
DUE = PAPER + ONLINE + 2  # o42 stays away
# 41 + … + 70 = 1665, less p5 (45), p1 + 49, p30 - 20; online 20 * (7 + 14 + 21 + 28 + 30) + 100 + 80
TOTAL = 1665 - 45 + 49 - 20 + 2000 + 100 + 80


@dataclass
class Day:
    app: Flask
    exam_id: int
    ids: dict[str, int]
    chief: Visitor

    def online(self, name: str, right: int) -> None:
        """Sit it here with so many right answers."""
        paper = Visitor(self.app).sign_in(name).start(self.exam_id)
        answers = [{"slot": slot, "epoch": paper.epoch, "seq": 1, "response": "right", "age": 0}
                   for slot in range(1, right + 1)]  # fmt: skip
        paper.submit(answers)

    def table(self) -> list[list[str]]:
        rows = [["工号", "姓名", "单位", "得分", "考试日期", "考场"]]
        rows += [[f"P{n:03}", f"p{n}", "Room", str(40 + n), DAY, "Room 3"] for n in range(1, PAPER + 1)]
        return rows

    def send(self, rows: list[list[str]]) -> str:
        address = f"/manage/exams/{self.exam_id}/paper/file"
        self.chief.get(address)
        self.chief.post(address, encoding="", file=(io.BytesIO(workbook(*rows)), "room 3.xlsx"))
        key = re.search(r"/paper/files/([\w-]{22})", self.chief.text)
        assert key, self.chief.words
        return f"/manage/exams/{self.exam_id}/paper/files/{key[1]}"

    def correct(self, name: str, points: str) -> None:
        with learn(self.app).database.reading() as session:
            number = session.scalars(select(Attempt.id).where(Attempt.person_id == self.ids[name])).one()
        address = f"/manage/exams/{self.exam_id}/paper/attempts/{number}"
        self.chief.get(address)
        seen = re.search(r'name="seen"[^>]*value="([^"]+)"', self.chief.text)
        assert seen
        self.chief.post(address, points=points, seen=seen[1], reason="Added up wrongly")
        assert "Corrected." in self.chief.words

    def export(self, path: str, **fields: str) -> list[dict[str, str]]:
        self.chief.get(path)
        answer = self.chief.post(f"{path}/export", format="csv", reason="inspection", **fields)
        assert answer.status_code == 200, self.chief.words
        return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


@pytest.fixture
def day(app: Flask, clock: FrozenClock) -> Day:
    here, ids = learn(app), {}
    with here.database.writing() as session:
        city = people.add_unit(session, "Pine City", parent=None, now=clock())
        room, desk = (people.add_unit(session, name, parent=city, now=clock()) for name in ("Room", "Desk"))
        names = [(f"p{n}", f"P{n:03}", room) for n in range(1, PAPER + 1)]
        names += [(f"o{n}", f"O{n:03}", desk) for n in range(1, ONLINE + 3)]
        for name, number, unit in names:
            person = learner(session, now=clock(), unit=unit, name=name, username=name)
            person.staff_number, ids[name] = number, person.id
        source = stored_bank(session, now=clock(), unit=city)
        exam = published_exam(session, now=clock(), source=source, unit=city, mode=PaperMode.DRAWN_ONCE)
        office = people.add_unit(session, "Office", parent=None, now=clock())
        chief = manager(session, Role.UNIT_MANAGER, city, now=clock(), home=office)
        username, exam_id = chief.username or "", exam.id
    return Day(app, exam_id, ids, Visitor(app).sign_in(username))


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_paper_and_screen_make_one_report(day: Day, clock: FrozenClock) -> None:
    for number in range(1, ONLINE + 1):
        day.online(f"o{number}", number % 6)
    day.online("p5", 5)
    address = f"/manage/exams/{day.exam_id}/typing/{day.ids['o41']}"
    day.chief.get(address)
    day.chief.post(address, reason="Cannot hold a pen")
    typed = TypedPaper(day.chief)
    for slot in range(1, 5):
        assert typed.save(slot, "right").status_code == 200
    day.chief.post(f"/typing/{typed.key}/submit", epoch=typed.epoch)
    clock.advance(hours=3)
    batch = day.send(day.table())
    assert f"Rows read {PAPER} Goes in {SAT_ON_PAPER} Refused or doubtful 1" in day.chief.words
    day.chief.post(batch, do="apply")
    while "Taking in" in day.chief.words:
        day.chief.post(f"{batch}/step")
    assert f"{SAT_ON_PAPER} results are in." in day.chief.words
    clock.advance(hours=1)
    day.correct("p1", "90")
    day.correct("p30", "50")
    _every_attempt_follows_from_its_steps(day)
    _board_report_and_files_agree(day)


def _every_attempt_follows_from_its_steps(day: Day) -> None:
    with learn(day.app).database.reading() as session:
        rows = session.execute(select(Person.name, Attempt).join(Attempt, Attempt.person_id == Person.id)).all()
        assert len(rows) == SAT_ON_PAPER + SAT_ONLINE
        for name, attempt in rows:
            assert sitting.rebuild(session, attempt) == {}, name


def _board_report_and_files_agree(day: Day) -> None:
    page = day.chief
    page.get(f"/manage/exams/{day.exam_id}/board")
    assert f"On paper {SAT_ON_PAPER} of {DUE}" in page.words
    assert f"Handed in {SAT_ONLINE} of {DUE}" in page.words
    assert f"Not started 1 of {DUE}" in page.words
    sat, passed = SAT_ON_PAPER + SAT_ONLINE, PASSED_ON_PAPER + PASSED_ONLINE
    report = f"/manage/exams/{day.exam_id}/report"
    page.get(report)
    assert f"online {SAT_ONLINE}, on paper {SAT_ON_PAPER}" in page.words
    assert f"sat {sat} of due {DUE}" in page.words
    assert f"passed {passed} of sat {sat}" in page.words
    mean = (Decimal(TOTAL) / sat).quantize(Decimal("0.01"))
    assert f"Mean {mean.normalize():f}" in page.words
    assert f"Of {SAT_ON_PAPER} papers only the points are known" in page.words
    page.get(f"{report}/print")
    assert f"online {SAT_ONLINE}, on paper {SAT_ON_PAPER}" in page.words
    people_rows = day.export(report, table="people")
    forms = [row["Form of the exam"] for row in people_rows]
    assert (forms.count("On paper"), forms.count("Online"), forms.count("")) == (SAT_ON_PAPER, SAT_ONLINE, 1)
    assert sum(row["Outcome"] == "Passed" for row in people_rows) == passed
    assert sum(Decimal(row["Points"] or 0) for row in people_rows) == TOTAL
    records = day.export("/manage/records", status="completed")
    assert len(records) == passed
    assert sum(row["Form"] == "On paper" for row in records) == PASSED_ON_PAPER
    assert {row["Name"]: row["Score"] for row in records}["p1"] == "90"
    assert "p30" not in {row["Name"] for row in records}
    failed = day.export("/manage/records", status="not_passed")
    assert len(failed) == sat - passed
    assert sum(row["Form"] == "On paper" for row in failed) == SAT_ON_PAPER - PASSED_ON_PAPER
