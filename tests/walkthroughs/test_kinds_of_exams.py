"""One whole way through each kind of exam: chosen, published, sat, read, reported."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from flask import Flask

from suyu_learn.models import Unit
from tests.browser_without_script import Visitor
from tests.clock import START, FrozenClock
from tests.factories import learn, learner
from tests.web.test_exam_managing import City, fields

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def city(app: Flask) -> City:
    return City(app)


@pytest.fixture
def boss(app: Flask, city: City) -> Visitor:
    return Visitor(app).sign_in("boss")


def _published(boss: Visitor, city: City, kind: str, **values: str) -> int:
    """An exam of five questions of 20 points, of the kind whose button was pressed."""
    boss.get(f"/manage/exams/new?bank={city.bank_id}")
    boss.post("/manage/exams/new", **fields(boss.text), action=f"preset-{kind}")
    rules = {"rule_bank": str(city.bank_id), "rule_type": "single", "rule_count": "5", "rule_points": "20"}
    boss.post("/manage/exams/new", **{**fields(boss.text), **rules, **values}, action="publish")
    assert "is published." in boss.words
    return city.exam().id


def _sit(visitor: Visitor, exam_id: int, *, right: int) -> Visitor:
    paper = visitor.start(exam_id)
    for slot in range(1, right + 1):
        assert paper.save(slot, "right").status_code == 200
    paper.submit()
    return visitor


def _result(visitor: Visitor, exam_id: int) -> str:
    visitor.get(f"/exams/{exam_id}")
    visitor.get(re.search(r'href="(/attempts/[^"]+/result)"', visitor.text)[1])  # type: ignore[index]
    return visitor.words


def _exported(boss: Visitor, exam_id: int, table: str) -> str:
    answer = boss.client.post(
        f"/manage/exams/{exam_id}/report/export", headers=boss.headers,
        data={"csrf_token": boss.token, "table": table, "format": "csv", "reason": "report_upwards"},
    )  # fmt: skip
    assert answer.mimetype == "text/csv"
    return answer.get_data(as_text=True).lstrip("\ufeff")


def test_an_assessment_measures_and_shows_nothing(app: Flask, city: City, boss: Visitor, clock: FrozenClock) -> None:
    exam_id = _published(boss, city, "assessment", title="How the city stands")
    with learn(app).database.writing() as session:
        for number in range(6):
            learner(session, now=START, username=f"p{number}", unit=session.get_one(Unit, city.water_id))
    for number in range(6):
        visitor = Visitor(app).sign_in(f"p{number}")
        visitor.get(f"/exams/{exam_id}")
        assert "Result is not shown" in visitor.words
        assert "Only for statistics by group" in visitor.words
        visitor.post(f"/exams/{exam_id}/attempts", birth_year="1960", sex="female" if number else "")
        key = re.search(r'data-key="([^"]+)"', visitor.text)[1]  # type: ignore[index]
        visitor.post(f"/attempts/{key}/submit")
        assert "This exam shows no scores" in visitor.words
        assert visitor.post(f"/exams/{exam_id}/attempts").status_code == 400  # once
    clock.set(START + timedelta(days=30))
    last = Visitor(app).sign_in("p5")
    said = _result(last, exam_id)
    assert "Because of" not in said
    assert "out of 100" not in said
    last.get("/records")
    assert "How the city stands" in last.words
    assert "is not shown" in last.words
    assert "Not passed" not in last.words
    boss.get(f"/manage/exams/{exam_id}/report")
    assert "By what people said of themselves" in boss.words
    assert re.search(r"60–69 6 0 0\.0% 0\b", boss.words), boss.words
    assert "Female * * * *" in boss.words  # with the one who did not say, one could be worked out
    rows = list(csv.reader(io.StringIO(_exported(boss, exam_id, "groups"))))
    assert rows[0] == ["Asked about people", "Group", "Sat", "Passed", "Pass rate of sat", "Mean"]
    assert ["Age", "60–69", "6", "0", "0.0%", "0"] in rows
    assert "1960" not in _exported(boss, exam_id, "people")


def test_a_formal_exam_with_latest_entry(app: Flask, city: City, boss: Visitor, clock: FrozenClock) -> None:
    exam_id = _published(boss, city, "exam", entry_minutes="15", hand_in_minutes="10")
    lin = Visitor(app).sign_in("lin")
    paper = lin.start(exam_id)
    paper.save(1, "right")
    paper.submit()
    assert "You can hand in from" in lin.words
    clock.advance(minutes=16)
    paper.submit()
    assert "20 out of 100" in lin.words
    assert "Because of" not in lin.words
    late = Visitor(app).sign_in("boss")
    late.get(f"/exams/{exam_id}")
    assert "Too late to begin" in late.words
    clock.set(START + timedelta(days=8))
    assert "Because of" in _result(lin, exam_id)


def test_the_end_of_a_training_counts_the_best_of_three(app: Flask, city: City, boss: Visitor) -> None:
    exam_id = _published(boss, city, "training")
    lin = Visitor(app).sign_in("lin")
    for right in (1, 4, 2):
        _sit(lin, exam_id, right=right)
    assert lin.post(f"/exams/{exam_id}/attempts").status_code == 400
    boss.get(f"/manage/exams/{exam_id}/report")
    assert "passed 1 of sat 1" in boss.words
    lin.get("/records")
    assert "Safety 2026" in lin.words


def test_practice_again_and_again_with_everything_shown(app: Flask, city: City, boss: Visitor) -> None:
    exam_id = _published(boss, city, "practice")
    lin = Visitor(app).sign_in("lin")
    for right in (0, 1, 2, 3, 5):
        _sit(lin, exam_id, right=right)
        assert "Because of" in lin.words
    assert "100 out of 100" in lin.words
    lin.get(f"/exams/{exam_id}")
    assert "95 attempts left" in lin.words
