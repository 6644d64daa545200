"""From an organizer's file to an exam that is sat, by pages and by the command line."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from suyu_learn.models import Attempt, Bank, Grant, Question, Role
from suyu_learn.services import bank, people
from tests.browser_without_script import Visitor
from tests.factories import learn, learner, published_exam
from tests.question_tables import HEADINGS, csv_file, single, workbook


def run(app: Flask, *words: str) -> tuple[int, Any, str]:
    done = app.test_cli_runner().invoke(args=["suyu", *words])
    return done.exit_code, json.loads(done.stdout) if done.stdout.startswith("{") else done.stdout, done.stderr


def test_a_file_becomes_an_exam(app: Flask) -> None:
    here = learn(app)
    with here.database.writing() as session:
        mill = people.add_unit(session, "Mill", parent=None, now=here.now())
        keeper = learner(session, now=here.now(), unit=mill, username="keeper")
        session.add(Grant(person_id=keeper.id, role=Role.ORGANIZER, unit_id=mill.id, granted_at=here.now()))
        learner(session, now=here.now(), unit=mill, username="lin")
    organizer = Visitor(app).sign_in("keeper")
    organizer.get("/manage/bank")
    organizer.post("/manage/bank", name="Safety")
    rows = [*(single(f"第{number}题？") for number in range(4)), ("判断", "天是蓝的。", "", "", "", "", "√"),
            ("填空", "水是____。", "", "", "", "", "液体;液态")]  # fmt: skip
    where = organizer.page.request.path if organizer.page else ""
    organizer.post(where, file=(io.BytesIO(workbook(题库=[HEADINGS, *rows])), "题库.xlsx"), encoding="")
    preview = organizer.page.request.path if organizer.page else ""
    assert "6 of 6 questions can be taken in" in organizer.words
    organizer.post(f"{preview}/apply", how="all")
    with here.database.writing() as session:
        source = session.scalars(select(Bank)).one()
        assert bank.drawable_count(session, source) == 6
        exam = published_exam(session, now=here.now(), source=source, questions=6, points=10, unit=mill)
        exam_id = exam.id
    paper = Visitor(app).sign_in("lin").start(exam_id)
    for slot in paper.slots:
        reply = paper.save(slot, None)
        assert reply.status_code == 200
    paper.submit()
    with here.database.reading() as session:
        assert session.scalars(select(Attempt)).one().full_points == 60
    organizer.get(preview)
    assert "This import cannot be taken back as a whole" in organizer.words
    assert "6 of its questions have been answered in exams" in organizer.words
    organizer.post(f"{preview}/undo")
    assert "cannot be taken back" in organizer.words


def test_the_command_line_tells_of_every_refused_question(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "safety.csv"
    file.write_bytes(
        csv_file(single("一？"), single("二？", "F"), single("一？"), ("接龙题", "三？", "", "", "", "", "略"))
    )
    status, said, errors = run(app, "import-bank", str(file), "--bank", "Safety", "--json")
    assert status == 1
    assert (said["read"], said["imported"], said["duplicates"], len(said["errors"])) == (4, 1, 1, 2)
    assert said["errors"][0] | {"reason": ""} == {
        "place": "3: 正确答案", "sheet": "", "row": 3, "column": "正确答案", "code": "table.letter_beyond_options",
        "reason": "",
    }  # fmt: skip
    assert set(said) == {"read", "imported", "duplicates", "errors", "warnings", "losses"}
    assert errors.count("\n") == 2
    status, said, _errors = run(app, "import-bank", str(file), "--bank", "Safety", "--json", "--all-or-nothing")
    assert (status, said["imported"]) == (1, 0)
    assert said["read"] == said["imported"] + said["duplicates"] + len(said["errors"])
    with learn(app).database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Question)) == 1


def test_all_in_nothing_in_and_unreadable(app: Flask, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.xlsx"
    good.write_bytes(csv_file(single("一？")))
    bad.write_bytes(b"PK not really")
    assert run(app, "import-bank", str(good), "--bank", "Safety")[0] == 0
    assert run(app, "import-bank", str(good), "--bank", "Safety", "--json")[1]["duplicates"] == 1
    status, said, errors = run(app, "import-bank", str(bad), "--bank", "Safety", "--json")
    assert (status, said["read"], said["imported"], len(said["errors"])) == (2, 1, 0, 1)
    assert errors.strip() == said["errors"][0]["reason"]
    assert run(app, "import-bank", str(good), "--bank", "Safety", "--unit", "Nowhere")[0] == 2
    with learn(app).database.reading() as session:
        assert session.scalars(select(Bank.name)).all() == ["Safety"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_shipped_content_is_checked(app: Flask) -> None:
    status, said, _errors = run(app, "check-content", "--json")
    assert (status, said["problems"]) == (0, [])
    assert set(said) == {
        "courses", "lessons", "questions", "templates", "papers", "facts", "by_audience", "by_type", "by_criterion",
        "by_dimension", "by_difficulty", "balance", "answers", "problems",
    }  # fmt: skip
    assert sum(cell["questions"] for cell in said["balance"]) == said["questions"] - said["by_type"]["group"]
    assert {one["audience"] for one in said["answers"]} == set(said["by_audience"])
