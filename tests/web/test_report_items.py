"""The page of questions: what it says to whom, sorted, remarked and taken along."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.models import Attempt, AuditEntry, Exam, Person, Question, Role, Shown, Slot, Unit
from suyu_learn.services import people
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import learn, manager, single, stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PEOPLE = 40


@dataclass
class Town:
    """An exam of six questions that forty people sat; the key of the last is wrong."""

    app: Flask
    exam_id: int
    units: dict[str, int]
    question_ids: list[int]

    @property
    def url(self) -> str:
        return f"/manage/exams/{self.exam_id}/report/questions"

    def visitor(self, role: Role, unit: str = "Pine City", lang: str = "en") -> Visitor:
        here = learn(self.app)
        with here.database.writing() as session:
            person = manager(session, role, session.get_one(Unit, self.units[unit]), now=here.now())
            name = person.username or ""
        return Visitor(self.app, lang=lang).sign_in(name)


@pytest.fixture
def town(app: Flask, clock: FrozenClock) -> Town:
    given = stage(app, questions=[single(number) for number in range(1, 7)], closes_at=clock() + timedelta(hours=2),
                  show_key=Shown.AFTER_CLOSE, attempts_allowed=2)  # fmt: skip
    here = learn(app)
    with here.database.writing() as session:
        top = session.scalars(select(Unit)).one()
        mill = people.add_unit(session, "Mill", parent=top, now=here.now())
        rows = session.scalars(select(Question).order_by(Question.id)).all()
        for number in range(PEOPLE):
            person = people.add_person(session, f"Secret Name {number}", now=here.now(), unit=top)
            marks = [(number * 17 + place * 23) % PEOPLE < number for place in range(5)]
            able = sum(marks) >= 3
            answers = [("right" if mark else "wrong1", mark) for mark in marks] + [
                ("wrong2" if able else "right", not able)
            ]
            attempt = Attempt(
                exam_id=given.exam_id, person_id=person.id, key=f"p{number}", number=1, started_at=here.now(),
                deadline=here.now(), closed_at=here.now(), seed="s", state=AttemptState.SUBMITTED, full_points=120,
                points=20 * sum(mark for _answer, mark in answers), unit_path=(mill if number < 10 else top).path,
            )  # fmt: skip
            session.add(attempt)
            session.flush()
            session.add_all(
                Slot(attempt_id=attempt.id, number=place, version_id=row.published_version_id, response=answer,
                     points=Decimal(20), fraction=Decimal(mark))
                for place, (row, (answer, mark)) in enumerate(zip(rows, answers, strict=True), start=1)
            )  # fmt: skip
        units = {"Pine City": top.id, "Mill": mill.id}
        return Town(app, given.exam_id, units, [row.id for row in rows])


def test_an_organizer_sees_each_figure_with_what_it_is_counted_of_and_what_to_do(town: Town) -> None:
    visitor = town.visitor(Role.ORGANIZER)
    visitor.get(f"/manage/exams/{town.exam_id}/report")
    [url] = re.findall(r'href="([^"]+/report/questions)"', visitor.text)
    visitor.get(url)
    said = visitor.words
    assert "Papers handed in 40 marked whole: 40" in said
    assert "6 questions, 40 papers" in said
    row = (
        r"6\. Question 6\? [\d.]+% of 40 −0\.\d\d \(40 papers\) 0 of 40 0 of 40 too few answers \(0, 5 needed\) Key in"
    )
    assert re.search(row, said)
    assert "chose C rather than what the key says" in said
    assert re.search(r"A\. right answer 6 \(right\) [\d.]+% \(\d+\)", said)
    assert "Upper group: " in said
    assert "Secret Name" not in visitor.text
    last = town.question_ids[5]
    assert re.search(rf'href="/manage/bank/\d+/questions/{last}/regrade"', visitor.text)


def test_the_table_sorts_and_keeps_what_was_chosen(town: Town) -> None:
    visitor = town.visitor(Role.ORGANIZER)

    def order(query: str) -> list[str]:
        visitor.get(f"{town.url}?{query}")
        return re.findall(r'<th scope="row"><a href="#[^"]+">(\d)\.', visitor.text)

    assert order("") == list("123456")
    assert order("sort=place&down=1") == list("654321")
    assert order("sort=discrimination&down=1")[0] == order("sort=discrimination")[-1]
    assert order("sort=nonsense&page=x&tries=every") == list("123456")
    assert "6" in order("show=remarks&sort=right&tries=all")
    assert order("sort=remarks")[0] != "6" == order("sort=remarks&down=1")[0]
    visitor.get(f"{town.url}?sort=right&tries=all&show=remarks")
    [sorting] = re.findall(r'href="([^"]+sort=right[^"]*)"', visitor.text)
    assert {"tries=all", "show=remarks", "down=1"} <= set(re.findall(r"[a-z]+=[a-z0-9]+", sorting))
    assert "All attempts" in visitor.words


def test_a_part_of_the_units_is_for_who_sees_names_there(town: Town) -> None:
    boss = town.visitor(Role.UNIT_MANAGER, "Mill")
    learn(town.app).clock.advance(hours=3)
    boss.get(town.url)
    assert "Papers handed in 10" in boss.words
    assert "too few answers (10, 30 needed)" in boss.words
    auditor = town.visitor(Role.AUDITOR)
    auditor.get(f"{town.url}?unit={town.units['Mill']}")
    assert "Papers handed in 40" in auditor.words
    assert "* stands for few people" in auditor.words
    assert "Open the question" not in auditor.words
    assert "tries" not in re.findall(r'name="(\w+)"', auditor.text)


def test_what_is_right_is_told_to_others_once_nobody_can_sit_it_any_more(town: Town) -> None:
    hr = town.visitor(Role.HR)
    assert hr.get(town.url).status_code == 409
    assert "once nobody can sit the exam any more" in hr.words
    assert hr.post(f"{town.url}/export", table="items", format="csv", reason="inspection").status_code == 409
    learn(town.app).clock.advance(hours=3)
    assert hr.get(town.url).status_code == 200


def test_files_leave_with_a_reason_that_is_kept(town: Town) -> None:
    visitor = town.visitor(Role.ORGANIZER)
    visitor.get(town.url)
    send: dict[str, Any] = {"csrf_token": visitor.token, "format": "csv"}

    def file(**data: Any) -> Any:
        return visitor.client.post(f"{town.url}/export", data={**send, **data}, headers=visitor.headers)

    assert file(table="items").status_code == 400
    assert file(table="people", reason="inspection").status_code == 404
    rows = list(csv.DictReader(io.StringIO(file(table="items", reason="inspection").data.decode("utf-8-sig"))))
    assert [row["No."] for row in rows] == list("123456")
    assert (rows[0]["Asked"], rows[0]["Papers compared"]) == ("40", "40")
    assert "Key in doubt" in rows[5]["Remarks"]
    options = list(csv.DictReader(io.StringIO(
        file(table="options", reason="inspection", tries="all").data.decode("utf-8-sig"))))  # fmt: skip
    assert len(options) == 24
    assert sum(int(row["Chosen"]) for row in options[:4]) == 40
    assert "Secret Name" not in str(rows) + str(options)
    with learn(town.app).database.reading() as session:
        kept = session.scalars(select(AuditEntry).where(AuditEntry.action == "report.exported")).all()
        assert [(one.detail["table"], one.reason) for one in kept] == [
            ("items", "inspection"),
            ("options", "inspection"),
        ]
    boss = town.visitor(Role.AUDITOR)
    boss.get("/manage/audit")
    assert "Options by score group" in boss.words


def test_nobody_has_sat_and_a_foreign_exam(app: Flask, clock: FrozenClock) -> None:
    given = stage(app, closes_at=clock() + timedelta(hours=2))
    here = learn(app)
    with here.database.writing() as session:
        own = session.get_one(Unit, session.get_one(Exam, given.exam_id).unit_id)
        far = people.add_unit(session, "Far Office", parent=None, now=here.now())
        names = [manager(session, Role.ORGANIZER, unit, now=here.now()).username or "" for unit in (own, far)]
        assert session.scalar(select(Person.id).where(Person.username == names[0]))
    keeper, stranger = (Visitor(app).sign_in(name) for name in names)
    keeper.get(f"/manage/exams/{given.exam_id}/report/questions")
    assert "Nobody has handed in a paper yet." in keeper.words
    keeper.get(f"/manage/exams/{given.exam_id}/report")
    assert "/report/questions" not in keeper.text
    assert stranger.get(f"/manage/exams/{given.exam_id}/report/questions").status_code == 404
    clock.advance(hours=3)
    assert stranger.get(f"/manage/exams/{given.exam_id}/report/questions").status_code == 404


def test_the_page_speaks_chinese(town: Town) -> None:
    visitor = town.visitor(Role.ORGANIZER, lang="zh-CN")
    visitor.get(town.url)
    assert "试题质量分析" in visitor.words
    assert "区分度" in visitor.words
