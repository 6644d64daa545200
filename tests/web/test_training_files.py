"""Training files: found by name or number, also of who left; on a page, as pdf, and those of a unit in one zip."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.domain.attempts import StepKind
from suyu_learn.models import (
    Assignment,
    Attempt,
    AuditEntry,
    Employment,
    Person,
    ProgrammeMember,
    Role,
    Shown,
    Step,
    Unit,
)
from suyu_learn.services import people, persons
from suyu_learn.web import file_batches
from tests.browser_without_script import Visitor
from tests.clock import START, FrozenClock
from tests.factories import (
    exam_part,
    fill_in,
    learn,
    learner,
    manager,
    multiple,
    programme_plan,
    published_exam,
    sign_off_part,
    single,
    stored_bank,
    stored_programme,
    true_false,
)
from tests.pdfs import pages_of, words_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LIST = "/manage/records/files"


@dataclass
class Town:
    """A mill with a yard; HR of the mill, of the yard, of another place; one moved away, one left, one stayed."""

    app: Flask
    ids: dict[str, int]
    units: dict[str, int]
    visitors: dict[str, Visitor]

    def key(self, name: str) -> str:
        with learn(self.app).database.reading() as session:
            return session.get_one(Person, self.ids[name]).key

    def audited(self, action: str) -> list[AuditEntry]:
        with learn(self.app).database.reading() as session:
            return list(session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


@pytest.fixture
def town(app: Flask, clock: FrozenClock) -> Town:
    here = learn(app)
    clock.set(START - timedelta(days=100))
    with here.database.writing() as session:
        people.install_audiences(session)
        units = {"Mill": people.add_unit(session, "Mill", parent=None, now=clock())}
        units["Yard"] = people.add_unit(session, "Yard", parent=units["Mill"], now=clock())
        units["Far"] = people.add_unit(session, "Far", parent=None, now=clock())
        ids = {}
        for name, number in (("Stays", "0017"), ("Moved", "0018"), ("Left", "0019")):
            person = learner(session, now=clock(), unit=units["Yard"], name=name, username=name.lower())
            person.staff_number, ids[name] = number, person.id
        bosses = {name: manager(session, Role.HR, unit, now=clock()) for name, unit in units.items()}
        clock.advance(days=60)
        persons.move(session, session.get_one(Person, ids["Moved"]), units["Far"], since=None,
                     actor=manager(session, Role.ADMIN, None, now=clock()), now=clock())  # fmt: skip
        persons.disable(session, session.get_one(Person, ids["Left"]), actor=bosses["Yard"], now=clock(), reason="Gone")
        names = {name: str(boss.username) for name, boss in bosses.items()}
        places = {name: unit.id for name, unit in units.items()}
    clock.set(START)
    return Town(app, ids, places, {name: Visitor(app).sign_in(username) for name, username in names.items()})


@pytest.mark.parametrize(
    ("text", "found"),
    [("0017", ["Stays"]), ("stay", ["Stays"]), ("001", ["Moved", "Stays", "Left"]), ("Nobody", []), (" ", [])],
)
def test_who_left_or_moved_is_found_by_name_or_number(town: Town, text: str, found: list[str]) -> None:
    hr = town.visitors["Yard"]
    hr.get(f"{LIST}?text={text}")
    assert [name for name in ("Moved", "Stays", "Left") if f">{name}</a>" in hr.text] == found
    if "Left" in found:
        assert "Left 0019 Mill / Yard left on 21 Jan 2026" in hr.words
        assert "Moved 0018 Mill / Yard left on 21 Jan 2026" in hr.words
    elif text == "Nobody":
        assert "Nobody in your units, now or formerly" in hr.words


def test_others_find_and_open_only_their_own(town: Town) -> None:
    far = town.visitors["Far"]
    far.get(f"{LIST}?text=00")
    assert ">Moved</a>" in far.text
    assert ">Stays</a>" not in far.text
    assert far.get(f"/manage/records/{town.key('Stays')}").status_code == 404
    assert far.post(f"/manage/records/{town.key('Stays')}/file", reason="inspection").status_code == 404
    assert far.get(f"{LIST}?unit={town.units['Yard']}").status_code == 200
    assert "Download the zip" not in far.words
    far.post(LIST, unit=town.units["Yard"], reason="inspection")
    assert far.page is not None
    assert far.page.status_code == 404


def test_a_pdf_is_numbered_signed_and_on_record(town: Town) -> None:
    hr, key = town.visitors["Yard"], town.key("Left")
    hr.get(f"/manage/records/{key}")
    assert "Employed as" not in hr.words
    with learn(town.app).database.writing() as session:
        session.get_one(Person, town.ids["Left"]).employment = Employment.DISPATCHED
    hr.get(f"/manage/records/{key}")
    assert "Employed as Dispatched worker" in hr.words
    assert "Last unit Mill / Yard" in hr.words
    assert "Left on 21 Jan 2026" in hr.words
    assert hr.post(f"/manage/records/{key}/file", reason="").status_code == 400
    answer = hr.post(f"/manage/records/{key}/file", reason="inspection")
    assert answer.mimetype == "application/pdf"
    assert "0019" in answer.headers["Content-Disposition"]
    said = words_of(answer.data)
    for text in ("Training file", "Left 0019", "Page 1 of 1", "Person named above"):
        assert text in said
    hr.get("/manage/records/exports")
    assert "Training file of a person taken along Left 1 Inspection or audit" in hr.words
    [entry] = town.audited("person_file.taken")
    assert (entry.object_id, entry.unit_id, entry.reason) == (town.ids["Left"], town.units["Yard"], "inspection")


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, ["Stays"]),
        ({"since": "2026-01-21"}, ["Left", "Moved", "Stays"]),
        ({"since": "2026-01-22"}, ["Stays"]),
    ],
)
def test_the_files_of_a_unit_with_those_who_left_in_one_zip(
    town: Town, asked: dict[str, str], names: list[str]
) -> None:
    hr = town.visitors["Yard"]
    hr.get(f"{LIST}?unit={town.units['Yard']}&since={asked.get('since', '')}")
    people_there = len(names) + 1  # HR itself
    assert f"{people_there} {'person' if people_there == 1 else 'people'}" in hr.words
    answer = hr.post(LIST, unit=town.units["Yard"], reason="inspection", **asked)
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        rows = list(csv.reader(io.StringIO(archive.read("List.csv").decode("utf-8-sig"))))
        files = {row[1]: archive.read(row[4]) for row in rows[1:]}
    assert sorted(name for name in files if name in town.ids) == names
    assert all(content.startswith(b"%PDF") for content in files.values())
    [begun], [done] = (town.audited(f"person_files.exported{end}") for end in ("", ".done"))
    assert (begun.unit_id, begun.reason, begun.detail["people"]) == (town.units["Yard"], "inspection", people_there)
    assert (done.detail["rows"], done.detail["whole"]) == (people_there, True)
    hr.get("/manage/records/exports")
    assert f"Training files of a unit taken along Yard {people_there} Inspection or audit" in hr.words


def test_more_than_one_file_holds_come_in_parts(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_batches, "MOST", 1)
    hr = town.visitors["Yard"]
    hr.get(f"{LIST}?unit={town.units['Yard']}&since=2026-01-01")
    assert "1 to 1 of 4" in hr.words
    answer = hr.post(LIST, unit=town.units["Yard"], since="2026-01-01", part="4", reason="inspection")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert len(archive.namelist()) == 2
    hr.post(LIST, unit=town.units["Yard"], part="5", reason="inspection")
    assert "Nobody fits the choice" in hr.words


@pytest.mark.parametrize("since", ["yesterday", "2026-13-01", "2999-01-01"])
def test_a_day_that_is_none_is_said(town: Town, since: str) -> None:
    hr = town.visitors["Yard"]
    hr.get(f"{LIST}?unit={town.units['Yard']}&since={since}")
    assert "is not a day" in hr.words
    assert f'value="{since}"' in hr.text


def test_own_papers_follow_with_the_key_only_where_it_is_open(town: Town, clock: FrozenClock) -> None:
    here = learn(town.app)
    with here.database.writing() as session:
        mill = session.get_one(Unit, town.units["Mill"])
        source = stored_bank(session, now=clock(), unit=mill,
                             questions=[single(1), multiple(1), fill_in(1), true_false(1)])  # fmt: skip
        common: dict[str, Any] = {"now": clock(), "unit": mill, "source": source, "shuffle_questions": False}
        open_id = published_exam(session, title="Open", show_key=Shown.NOW, **common).id
        shut_id = published_exam(session, title="Shut", show_key=Shown.NEVER, **common).id
    for exam_id in (open_id, shut_id):
        paper = Visitor(town.app).sign_in("stays").start(exam_id)
        paper.save(2, "wrong1")  # the statement comes first, the sentence last
        paper.save(4, ["nitrogen"])
        paper.submit()
    hr, key = town.visitors["Yard"], town.key("Stays")
    hr.get(f"/manage/records/{key}")
    assert "2 answered papers, not printed here." in hr.words
    assert town.audited("person_file.printed") == []
    hr.get(f"/manage/records/{key}?papers=yes")
    assert hr.text.count('class="sl-marked"') == 2
    [entry] = town.audited("person_file.printed")
    assert (entry.object_id, entry.detail["answered"]) == (town.ids["Stays"], 2)
    pages = pages_of(hr.post(f"/manage/records/{key}/file", papers="yes", reason="inspection").data)
    shown = next(page for page in pages if "Open" in page and "Answer given" in page)
    hidden = next(page for page in pages if "Shut" in page and "Answer given" in page)
    for said in ("● ", "Answer given nitrogen", "Not answered", "Signature of the examinee"):
        assert said in shown
        assert said in hidden
    assert "Right answer oxygen" in shown
    assert "Right answer" not in hidden.replace("Right answers and the marks", "")
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1]


def test_a_file_says_level_who_examined_and_with_how_many_points(town: Town, clock: FrozenClock) -> None:
    with learn(town.app).database.writing() as session:
        unit = session.get_one(Unit, town.units["Mill"])
        exam = published_exam(session, now=clock(), source=stored_bank(session, now=clock(), questions=[single(1)]),
                              points=100, questions=1, title="Workshop test")  # fmt: skip
        parts = [exam_part(exam), sign_off_part(required=False)]
        programme = stored_programme(session, programme_plan(("Workshop level", parts)), now=clock(), unit=unit)
        given = Assignment(programme_id=programme.id, unit_id=unit.id, starts_on=clock().date(), created_at=clock())
        session.add(given)
        session.flush()
        session.add(ProgrammeMember(programme_id=programme.id, person_id=town.ids["Stays"], assignment_id=given.id,
                                    added_at=clock(), starts_on=clock().date(), unit_path=unit.path))  # fmt: skip
        exam_id = exam.id
    paper = Visitor(town.app).sign_in("stays").start(exam_id)
    paper.save(1, "right")
    paper.submit()
    hr, key = town.visitors["Mill"], town.key("Stays")
    hr.get(f"/manage/records/{key}")
    assert "Workshop level" in hr.words
    assert "Passed with 100 of 100 (pass mark 60)" in hr.words
    assert "At the machine elective · not done yet" in hr.words
    assert "marked by" not in hr.words
    with learn(town.app).database.writing() as session:
        attempt = session.scalars(select(Attempt)).one()
        examiner = people.add_person(session, "Zhao Examiner", now=clock(), unit=session.get(Unit, town.units["Far"]))
        for _twice in range(2):
            session.add(Step(attempt_id=attempt.id, kind=StepKind.MARKED, slot=1, epoch=1, actor_id=examiner.id,
                             made_at=clock(), received_at=clock()))  # fmt: skip
    hr.get(f"/manage/records/{key}")
    assert re.search(r"Workshop test [^=]*? Zhao Examiner Passed with 100 of 100", hr.words)
    assert "Passed · marked by Zhao Examiner" in hr.words
    assert hr.words.count("Zhao Examiner") == 2  # once in each part, though two answers were marked
    with learn(town.app).database.writing() as session:
        first = session.scalars(select(Attempt)).one()
        first.points = Decimal(70)
        later = {name: getattr(first, name) for name in ("exam_id", "person_id", "full_points", "state", "passed")}
        session.add(Attempt(**later, key="later", number=2, seed="s", points=Decimal(90), unit_path=first.unit_path,
                            started_at=clock(), deadline=clock(), closed_at=clock() + timedelta(days=400)))  # fmt: skip
    hr.get(f"/manage/records/{key}")
    assert "Zhao Examiner Passed with 70 of 100 (pass mark 60)" in hr.words  # that on which the completion rests
    assert "90 of 100 Passed" in hr.words
