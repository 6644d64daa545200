"""An organizer at the office: from a bank to people who sit, counting the clicks; then a day with its corrections."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import Exam, Grant, Role
from suyu_learn.services import people
from tests.browser_without_script import Visitor
from tests.clock import START, FrozenClock
from tests.conftest import MakeApp
from tests.factories import learn, learner
from tests.web.test_exam_managing import fields

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CLICKS_ALLOWED = 8


class Clicker:
    """A visitor who can only press what the page shows, and counts."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.clicks = visitor, 0

    def follow(self, label: str) -> None:
        """Press a link."""
        links = re.findall(r'<a[^>]*href="([^"]+)"[^>]*>(.*?)</a>', self.visitor.text, re.DOTALL)
        target = next(url for url, body in links if re.sub(r"<[^>]+>", "", body).strip() == label)
        self.clicks += 1
        self.visitor.get(target.replace("&amp;", "&"))

    def press(self, label: str, **typed: object) -> None:
        """Press a button, with its form as it stands and what is typed."""
        page = self.visitor.text
        button = re.search(rf"<button([^>]*)>(?:(?!</button>).)*<span>{re.escape(label)}</span>", page, re.DOTALL)
        assert button is not None, label
        belongs = re.search(r' form="([^"]+)"', button[1])
        for attributes, body in re.findall(r"<form([^>]*)>(.*?)</form>", page, re.DOTALL):
            if f'id="{belongs[1]}"' in attributes if belongs else button[0] in body:
                break
        target = re.search(r'action="([^"]+)"', attributes)[1]  # type: ignore[index]
        name = re.search(r'name="([^"]+)" value="([^"]+)"', button[1])
        sent = fields(self.visitor.text) if 'class="sl-plan"' in self.visitor.text else {}
        if not sent:
            for tag in re.findall(r"<input[^>]*>", body):
                field, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
                sent[field[1]] = value[1] if value else ""  # type: ignore[index]
        self.clicks += 1
        self.visitor.post(target, **{**sent, **typed, **({name[1]: name[2]} if name else {})})


@pytest.fixture
def app(make_app: MakeApp, clock: FrozenClock) -> Flask:
    app = make_app(clock=clock, SUYU_LEARN_PUBLIC_URL="http://192.168.1.20:8000")
    with learn(app).database.writing() as session:
        city = people.add_unit(session, "Pine City", parent=None, now=START)
        water = people.add_unit(session, "Water Bureau", parent=city, now=START)
        boss = learner(session, now=START, name="Ms Wang", username="wang", unit=water)
        boss.phone = "13800000000"
        session.add(Grant(person_id=boss.id, role=Role.UNIT_MANAGER, unit_id=water.id, granted_at=START))
        for number in range(5):
            learner(session, now=START, name=f"Worker {number}", username=f"worker{number}", unit=water)
    return app


def test_from_home_to_a_published_exam_in_few_clicks(app: Flask, clock: FrozenClock) -> None:
    wang = Visitor(app).sign_in("wang")
    wang.get("/manage/")
    clicker = Clicker(wang)
    clicker.follow("Question banks")
    clicker.press("Make the bank", name="Pump safety")
    clicker.clicks += 1  # choosing the file
    clicker.press("Read the questions", file=(io.BytesIO(_own_file()), "泵站安全.xlsx"), encoding="")
    clicker.press("Take in all 40 questions")
    clicker.follow("Make an exam")
    assert "20 questions, 100 points" in wang.words
    clicker.press("Check and publish")
    assert "“Pump safety” is published." in wang.words
    assert clicker.clicks <= CLICKS_ALLOWED
    clicker.follow("Poster")
    assert "Scan with WeChat" in wang.words

    # Two sit; one is ill, one was forgotten.
    exam = _exam(app)
    for number in range(2):
        paper = Visitor(app).sign_in(f"worker{number}").start(exam.id)
        assert paper.submit().status_code == 200
    wang.get(f"/manage/exams/{exam.id}")
    assert "2 of 6 due" in wang.words
    clicker.follow("Roster")
    target = re.search(r'href="([^"]+)">Exempt<span class="sl-hidden"> Worker 4', wang.text)
    wang.get(target[1])  # type: ignore[index]
    clicker.press("Exempt", reason="")
    assert "Please give a reason" in wang.words
    clicker.press("Exempt", reason="In hospital")
    assert "List 6, less 1 exempt, plus 0 added, makes 5 due" in wang.text
    clicker.follow("Print the reconciliation")
    assert "In hospital" in wang.words
    wang.get(f"/manage/exams/{exam.id}")
    assert "2 of 5 due" in wang.words

    # Who comes later is not due, until added.
    clock.advance(hours=1)
    with learn(app).database.writing() as session:
        unit = session.get_one(type(people.root_unit(session, now=START)), exam.unit_id)
        learner(session, now=clock(), name="Newcomer", username="new", unit=unit)
    wang.get(f"/manage/exams/{exam.id}/roster?search=Newcomer")
    clicker.follow("Add")
    clicker.press("Add", reason="Took over a post")
    assert "plus 1 added, makes 6 due" in wang.text
    clicker.follow("Take back Worker 4")
    clicker.press("Take back", reason="Is well again")
    assert "less 0 exempt, plus 1 added, makes 7 due" in wang.text

    clock.set(START + timedelta(days=8))
    worker = Visitor(app).sign_in("worker3")
    worker.get(f"/exams/{exam.id}")
    assert "Closed" in worker.words


def _own_file() -> bytes:
    """A table as organizers have it: 20 single choices and 20 statements."""
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("题库")
        sheet.write_row(0, 0, ["题型", "题干", "选项A", "选项B", "选项C", "正确答案", "解析"])
        for number in range(1, 21):
            options = [f"检查阀门{number}", "直接启动", "离开"]
            sheet.write_row(number, 0, ["单选题", f"第{number}号泵启动前先做什么？", *options, "A", "规程要求"])
            sheet.write_row(20 + number, 0, ["判断题", f"{number}号泵可以带病运行。", "", "", "", "错误", "规程禁止"])
    return stream.getvalue()


def _exam(app: Flask) -> Exam:
    with learn(app).database.reading() as session:
        return session.scalars(select(Exam)).one()
