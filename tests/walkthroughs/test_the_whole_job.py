"""An exam for three units and thirty learners, from the list to the table that leaves the house.

Every number here was worked out by hand: page, print, command and files must all say the same.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import AuditEntry, Counts, Exam, Grant, PaperMode, Person, Role, Unit, UnitKind
from suyu_learn.services import exam_rosters, people
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import learn, learner, published_exam, single, stored_bank

# Right answers of five, 20 points each; None is absent. a1 and b1 are exempt, x1 is added from another place,
# a3 moves to the village on the second day, y1 comes to the bureau on the second day and sits without being due.
RIGHT: dict[str, int | None] = {
    "a2": None, "a3": 5, "a4": 5, "a5": 5, "a6": 4, "a7": 4, "a8": 3, "a9": 3, "a10": 2, "a11": 2, "a12": 1,
    "b2": None, "b3": None, "b4": 5, "b5": 4, "b6": 3, "b7": 3, "b8": 2, "b9": 1, "b10": 0,
    "c1": 5, "c2": 4, "c3": 4, "c4": 3, "c5": 3, "c6": 3, "c7": 2, "c8": 1,
    "x1": 4, "y1": 3,
}  # fmt: skip
SIZES = {"a": 12, "b": 10, "c": 8}

# unit: due, sat, absent, participation, passed, of sat, of due, mean
EXPECTED = {
    "Pine City": (28, 25, 3, "89.3%", 17, "68.0%", "60.7%", "61.6"),
    "Bureau": (9, 7, 2, "77.8%", 4, "57.1%", "44.4%", "51.43"),
    "Town": (11, 10, 1, "90.9%", 7, "70.0%", "63.6%", "68"),
    "Village": (8, 8, 0, "100.0%", 6, "75.0%", "75.0%", "62.5"),
    "Far Office": (1, 1, 0, "100.0%", 1, "100.0%", "100.0%", "80"),
    "Together": (29, 26, 3, "89.7%", 18, "69.2%", "62.1%", "62.31"),
}
EXACT = {
    "Pine City": (25 / 28, 17 / 25, 17 / 28, 1540 / 25),
    "Bureau": (7 / 9, 4 / 7, 4 / 9, 360 / 7),
    "Town": (10 / 11, 7 / 10, 7 / 11, 680 / 10),
    "Village": (1.0, 6 / 8, 6 / 8, 500 / 8),
    "Far Office": (1.0, 1.0, 1.0, 80.0),
    "Together": (26 / 29, 18 / 26, 18 / 29, 1620 / 26),
}
BANDS = [1, 0, 3, 0, 4, 0, 7, 0, 6, 5]


@dataclass
class Given:
    app: Flask
    exam_id: int
    organizer: Visitor
    units: dict[str, int]


@pytest.fixture
def given(app: Flask, clock: FrozenClock) -> Given:
    here = learn(app)
    with here.database.writing() as session:
        now = here.now()
        city = people.add_unit(session, "Pine City", parent=None, now=now, kind=UnitKind.CITY)
        a = people.add_unit(session, "Town", parent=city, now=now, kind=UnitKind.TOWN)
        b = people.add_unit(session, "Bureau", parent=city, now=now, kind=UnitKind.BUREAU)
        c = people.add_unit(session, "Village", parent=city, now=now, kind=UnitKind.VILLAGE)
        far = people.add_unit(session, "Far Office", parent=None, now=now)
        for letter, unit in (("a", a), ("b", b), ("c", c)):
            for number in range(1, SIZES[letter] + 1):
                person = learner(session, now=now, name=f"{letter}{number}", username=f"{letter}{number}", unit=unit)
                person.staff_number = f"00{letter}{number}"
        for name in ("x1", "y1"):
            learner(session, now=now, name=name, username=name, unit=far)
        boss = learner(session, now=now, name="Organizer", username="boss")
        session.add(Grant(person_id=boss.id, role=Role.UNIT_MANAGER, unit_id=None, granted_at=now))
        source = stored_bank(session, now=now, unit=city, questions=[single(number) for number in range(1, 6)])
        exam = published_exam(
            session, now=now, source=source, unit=city, mode=PaperMode.DRAWN_ONCE, shuffle_questions=False,
            attempts_allowed=2, counts=Counts.BEST, opens_at=now + timedelta(hours=1),
            closes_at=now + timedelta(days=3), title="Science for all",
        )  # fmt: skip
        units = {unit.name: unit.id for unit in (city, a, b, c, far)}
        exam_id = exam.id
    clock.advance(hours=2)
    app.test_cli_runner().invoke(args=["suyu", "tick"])
    with here.database.writing() as session:
        exam = session.get_one(Exam, exam_id)
        exam_rosters.freeze_if_due(session, exam, now=here.now())
        for name in ("a1", "b1"):
            exam_rosters.exempt(session, exam, _person(session, name), reason="ill", actor=None, now=here.now())
        exam_rosters.add(session, exam, _person(session, "x1"), reason="on loan", actor=None, now=here.now())
    clock.advance(days=1)
    with here.database.writing() as session:
        people.move_person(session, _person(session, "a3"), session.get_one(Unit, units["Village"]), now=here.now())
        people.move_person(session, _person(session, "y1"), session.get_one(Unit, units["Bureau"]), now=here.now())
    clock.advance(hours=1)
    return Given(app, exam_id, Visitor(app).sign_in("boss"), units)


def _person(session: Any, username: str) -> Person:
    return session.scalars(select(Person).where(Person.username == username)).one()


def _sit(app: Flask, exam_id: int, username: str, right: int) -> None:
    paper = Visitor(app).sign_in(username).start(exam_id)
    paper.flush([
        {"slot": slot, "epoch": paper.epoch, "seq": 1, "response": "right" if slot <= right else "wrong1", "age": 0}
        for slot in paper.slots
    ])  # fmt: skip
    assert paper.submit().status_code == 200


def _export(given: Given, table: str, form: str, **more: str) -> bytes:
    url = f"/manage/exams/{given.exam_id}/report/export"
    given.organizer.get(f"/manage/exams/{given.exam_id}/report")
    answer = given.organizer.client.post(
        url, headers=given.organizer.headers, environ_base=given.organizer.environ,
        data={"csrf_token": given.organizer.token, "table": table, "format": form, "reason": "report_upwards", **more},
    )  # fmt: skip
    assert answer.status_code == 200, answer.text[:500]
    return answer.data


def _rows(data: bytes) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(data)).active.values)


@pytest.mark.slow
def test_page_print_command_and_files_say_what_was_worked_out_by_hand(given: Given, clock: FrozenClock) -> None:
    _sit(given.app, given.exam_id, "c1", 2)
    for name, right in RIGHT.items():
        if right is not None:
            _sit(given.app, given.exam_id, name, right)
    _while_it_runs(given)
    clock.advance(days=4)
    _pages(given)
    _command(given)
    _units_file(given)
    _people_file(given)
    _questions_file(given)
    _records(given)
    _logged(given)


def _while_it_runs(given: Given) -> None:
    report = f"/manage/exams/{given.exam_id}/report"
    for url in (report, f"{report}/print"):
        given.organizer.get(url)
        assert re.search(r"List of \d+ \w+ 2026, [\d:]+ · As of \d+ \w+ 2026, [\d:]+", given.organizer.words)
        assert "Not sat yet 3 people have not sat yet" in given.organizer.words
        assert "bsent" not in given.organizer.words
    head = _rows(_export(given, "units", "xlsx"))[0]
    assert re.fullmatch(r"Unit \(As of .* 2026, .*\)", head[0])
    assert head[1:4] == ("Due", "Sat", "Not sat yet")
    by_name = {row[0]: row for row in _rows(_export(given, "people", "xlsx"))}
    assert by_name["a2"][7] == "Not sat yet"


def _pages(given: Given) -> None:
    report = f"/manage/exams/{given.exam_id}/report"
    for url in (report, f"{report}/print"):
        given.organizer.get(url)
        words = given.organizer.words
        for name, (due, sat, absent, participation, passed, of_sat, of_due, mean) in EXPECTED.items():
            line = f"{name} {due} {sat} {absent} {participation} {passed} {of_sat} {of_due}"
            assert line in words, (url, line, words)
            assert f" {mean} " in words[words.index(line) :][:120]
        assert "3 people absent" in words
        for name in ("a2", "b2", "b3"):
            assert f"{name} 00{name} Pine City / " in words
        assert "Sat without being due (1) Name Staff number Unit Points Outcome y1 " in words
        assert "y1 Pine City / Bureau 60 Passed" in words
        assert " ".join(f"{band} {count}" for band, count in _labelled()) in words
    given.organizer.get(f"{report}?unit={given.units['Bureau']}")
    assert "Bureau 9 7 2 77.8% 4 57.1% 44.4%" in given.organizer.words
    assert "Town 11" not in given.organizer.words
    assert "2 people absent" in given.organizer.words


def _labelled() -> list[tuple[str, int]]:
    names = [*(f"{low}–{low + 9}" for low in range(0, 90, 10)), "90–100"]
    return list(zip(names, BANDS, strict=True))


def _command(given: Given) -> None:
    result = given.app.test_cli_runner().invoke(args=["suyu", "report", str(given.exam_id), "--json"])
    assert result.exit_code == 0, result.output
    said = json.loads(result.output)
    lines = {one["name"]: one for one in said["units"]} | {"Together": said}
    for name, (participation, of_sat, of_due, mean) in EXACT.items():
        due, sat, _absent, _share, passed, *_rest = EXPECTED[name]
        line = lines[name]
        assert (line["due"], line["sat"], line["passed"]) == (due, sat, passed), name
        rates = [line[key] for key in ("participation", "pass_rate_of_sat", "pass_rate_of_due", "mean")]
        assert rates == pytest.approx([participation, of_sat, of_due, mean]), name


def _units_file(given: Given) -> None:
    head, *rows = _rows(_export(given, "units", "xlsx"))
    assert head[:6] == ("Unit", "Due", "Sat", "Absent", "Participation", "Passed")
    lines = {row[0].strip(): row for row in rows}
    for name, (participation, of_sat, of_due, mean) in EXACT.items():
        due, sat, absent, _share, passed, *_rest = EXPECTED[name]
        row = lines[name]
        assert (row[1], row[2], row[3], row[5]) == (due, sat, absent, passed)
        assert [row[4], row[6], row[7], row[9]] == pytest.approx([participation, of_sat, of_due, mean])
    again = list(csv.reader(io.StringIO(_export(given, "units", "csv").decode("utf-8-sig"))))
    assert [row[0].strip() for row in again[1:]] == [row[0].strip() for row in rows]


def _people_file(given: Given) -> None:
    _head, *rows = _rows(_export(given, "people", "xlsx"))
    by_name = {row[0]: row for row in rows}
    assert len(rows) == 30
    assert by_name["a2"][1:] == ("00a2", "Pine City / Town", 0, None, None, None, "Absent", None)
    assert by_name["a3"][1:] == ("00a3", "Pine City / Town", 1, "Online", 100, 100, "Passed", None)
    assert by_name["c1"][3:8] == (2, "Online", 100, 100, "Passed")
    assert by_name["b10"][3:8] == (1, "Online", 0, 100, "Not passed")
    assert by_name["y1"][7:] == ("Passed", "Not due")
    assert "a1" not in by_name


def _questions_file(given: Given) -> None:
    head, *rows = _rows(_export(given, "questions", "xlsx"))
    assert head[0].startswith("No.")
    assert head[1] == "Question"
    assert {row[0] for row in rows} == {1, 2, 3, 4, 5}
    assert head[2:5] == ("Asked", "Not answered", "Share right")
    right = [row for row in rows if row[6] == "√"]
    assert {row[2] for row in right} == {28}
    # 28 attempts: 26 who were due, one who was not, and the first of two by c1
    assert sorted(row[7] for row in right) == [5, 11, 19, 24, 27]
    assert sorted(row[4] for row in right) == [round(one / 28, 6) for one in (5, 11, 19, 24, 27)]
    given.organizer.get(f"/manage/exams/{given.exam_id}/report")
    assert "17.9% (5 of 28)" in given.organizer.words


def _records(given: Given) -> None:
    given.organizer.get("/manage/records")
    assert "19 records" in given.organizer.words
    given.organizer.get("/manage/records?status=not_passed")
    assert "8 records" in given.organizer.words


def _logged(given: Given) -> None:
    with learn(given.app).database.reading() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.action.like("report.exported%"))).all()
        assert [row.action for row in rows] == ["report.exported", "report.exported.done"] * 6
        assert {row.reason for row in rows[::2]} == {"report_upwards"}
        assert [row.detail["rows"] for row in rows[1::2]] == [6, 30, 6, 6, 30, 20]
        assert all(row.detail["whole"] for row in rows[1::2])
