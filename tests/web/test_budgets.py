"""Budgets that are counted: statements and commits of a save, bytes and requests of a paper."""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import event

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.db import Database
from tests.browser_without_script import Visitor
from tests.clock import START
from tests.factories import PASSWORD, course_draft, learn, learner, single, stage, stored_bank, stored_course

STATEMENTS_OF_AN_EXAM = {"cover": 8, "start": 9, "paper": 6, "submit": 8, "result": 3}
"""Loading the person counted; see the page's service before you raise one of these."""
BYTES_OF_A_PAPER = 36_000
REQUESTS_OF_A_PAPER = 4
COMMON = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]


@contextmanager
def counted(app: Flask) -> Iterator[dict[str, int]]:
    """Statements and commits on the app's engine; BEGIN and COMMIT are no statements."""
    engine = learn(app).database.engine
    counts = {"statements": 0, "commits": 0}

    def statement(_connection: object, _cursor: object, text: str, *_more: object) -> None:
        counts["statements"] += not text.startswith("BEGIN")

    def commit(_connection: object) -> None:
        counts["commits"] += 1

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    yield counts
    event.remove(engine, "before_cursor_execute", statement)
    event.remove(engine, "commit", commit)


def test_a_save_costs_one_statement_that_commits_itself(app: Flask) -> None:
    given = stage(app)
    paper = Visitor(app).sign_in("lin").start(given.exam_id)
    paper.save(1, "right")
    with counted(app) as counts:
        assert paper.save(2, "right").status_code == 200
    assert counts == {"statements": 1, "commits": 0}


def test_any_other_save_costs_two_statements_and_one_commit(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    given = stage(app)
    paper = Visitor(app).sign_in("lin").start(given.exam_id)
    paper.save(1, "right")
    monkeypatch.setattr(Database, "at_once", False)
    with counted(app) as counts:
        assert paper.save(2, "right").status_code == 200
    assert counts == {"statements": 2, "commits": 1}


def test_the_way_through_an_exam_asks_the_database_little(app: Flask) -> None:
    given = stage(app, attempts_allowed=2)
    visitor = Visitor(app).sign_in("lin")
    visitor.start(given.exam_id).submit()  # so that versions and pools are in memory
    cover, cost = f"/exams/{given.exam_id}", {}

    def ask(name: str, method: str, path: str) -> str:
        with counted(app) as counts:
            answer = visitor.client.open(path, method=method, data={"csrf_token": token}, headers=visitor.headers)
        cost[name] = counts["statements"]
        return answer.headers.get("Location", "")

    visitor.get(cover)
    token = visitor.token
    ask("cover", "GET", cover)
    paper = ask("start", "POST", f"{cover}/attempts")
    ask("paper", "GET", paper)
    result = ask("submit", "POST", f"{paper}/submit")
    ask("result", "GET", result)
    assert cost == STATEMENTS_OF_AN_EXAM


def _chinese(rng: random.Random, length: int) -> str:
    return "".join(rng.choices(COMMON, k=length))


def test_the_first_load_of_a_paper_is_light(app: Flask) -> None:
    rng = random.Random(7)
    drafts = []
    for number in range(50):
        options = [{"key": f"{number:02}{place}abcde", "text": _chinese(rng, 14)} for place in range(4)]
        body = {"stem": _chinese(rng, 45), "options": options, "answer": [options[0]["key"]], "explanation": ""}
        drafts.append(QuestionDraft(uid=f"w-{number}", type="single", body=body, source="a test"))
    given = stage(app, questions=drafts, points=2)
    visitor = Visitor(app).sign_in("lin")
    paper = visitor.start(given.exam_id)
    page = visitor.client.get(paper.path, headers={"Accept-Encoding": "gzip", "Accept-Language": "zh-CN"})
    assert page.headers["Content-Encoding"] == "gzip"
    source = gzip.decompress(page.data).decode()
    wire = len(page.data)
    assets = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', source))
    for path in assets:
        asset = visitor.client.get(path, headers={"Accept-Encoding": "gzip"})
        assert asset.headers["Content-Encoding"] == "gzip"
        assert "immutable" in asset.headers["Cache-Control"]
        wire += len(asset.data)
    assert wire <= BYTES_OF_A_PAPER
    assert 1 + len(assets) <= REQUESTS_OF_A_PAPER


def test_signing_in_writes_nothing_where_nobody_slipped(app: Flask) -> None:
    stage(app)
    engine, said = learn(app).database.engine, list[str]()
    visitor = Visitor(app)
    visitor.get("/login")
    event.listen(
        engine, "before_cursor_execute", lambda _connection, _cursor, text, *_more: said.append(text.split()[0])
    )
    visitor.post("/login", follow=False, username="lin", password=PASSWORD)
    assert set(said) <= {"SELECT", "BEGIN"}
    visitor.post("/logout")
    visitor.post("/login", username="lin", password="wrong")
    said.clear()
    visitor.post("/login", follow=False, username="lin", password=PASSWORD)
    assert "DELETE" in said


BYTES_OF_A_LESSON = 60_000
STATEMENTS_OF_LEARNING = {"lesson": 5, "cover": 6, "courses": 12, "home": 14}
"""Once a process knows what a course contains, however long; of lists the most, however many courses one has begun."""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_opening_a_lesson_is_light_and_long_courses_ask_no_more_of_the_database(app: Flask) -> None:
    rng = random.Random(7)
    drafts = [single(number) for number in range(1, 6)]
    uids = tuple(draft.uid for draft in drafts)
    with learn(app).database.writing() as session:
        stored_bank(session, now=START, questions=drafts)
        for slug, count in (("short", 2), ("long", 200)):
            draft = course_draft(uids, *[()] * (count - 1), slug=slug)
            lessons = tuple(
                replace(one, title=_chinese(rng, 14), text="\n\n".join(_chinese(rng, 75) for _ in range(20)))
                for one in draft.lessons
            )
            stored_course(session, replace(draft, lessons=lessons), now=START)
        learner(session, now=START, username="lin")
    lin, cost = Visitor(app).sign_in("lin"), {}
    for slug in ("short", "long"):
        lin.get(f"/courses/{slug}/lesson-1")
        lin.post(f"/courses/{slug}/lesson-1", action="finish")
        for path in (f"/courses/{slug}/lesson-2", f"/courses/{slug}"):
            lin.get(path)
            with counted(app) as counts:
                lin.get(path)
            cost[path.removeprefix(f"/courses/{slug}"), slug] = counts["statements"]
    asked = [STATEMENTS_OF_LEARNING["lesson"], STATEMENTS_OF_LEARNING["cover"]]
    assert list(cost.values()) == [*asked, *asked]
    assert _wire(lin, "/courses/short/lesson-1") <= BYTES_OF_A_LESSON // 2
    assert _wire(lin, "/courses/long/lesson-1") <= BYTES_OF_A_LESSON


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_fifty_courses_ask_no_more_of_the_database_than_two(app: Flask) -> None:
    with learn(app).database.writing() as session:
        for number in range(50):
            stored_course(session, course_draft((), (), slug=f"course-{number}"), now=START)
        learner(session, now=START, username="lin")
    lin, cost = Visitor(app).sign_in("lin"), []
    for begun in (range(2), range(2, 50)):
        for number in begun:
            lin.get(f"/courses/course-{number}/lesson-1")
        for path in ("/courses", "/"):
            with counted(app) as counts:
                lin.get(path)
            cost.append(counts["statements"])
    asked = [STATEMENTS_OF_LEARNING["courses"], STATEMENTS_OF_LEARNING["home"]]
    assert all(found <= most for found, most in zip(cost, [*asked, *asked], strict=True)), cost


def _wire(visitor: Visitor, path: str) -> int:
    """Bytes of a page with its styles and scripts, as they travel."""
    page = visitor.client.get(path, headers={"Accept-Encoding": "gzip", "Accept-Language": "zh-CN"})
    assets = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', gzip.decompress(page.data).decode()))
    sent = [visitor.client.get(asset, headers={"Accept-Encoding": "gzip"}) for asset in assets]
    return len(page.data) + sum(len(one.data) for one in sent)
