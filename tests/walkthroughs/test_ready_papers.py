"""Papers that come along: chosen where an exam is made, published as they stand, and sat."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from suyu_learn import _resources
from suyu_learn.content.question_packs import read_pack
from suyu_learn.domain.questions import BUILT_IN
from suyu_learn.services import packs, ready_papers
from tests.browser_without_script import Visitor
from tests.clock import START
from tests.factories import learn
from tests.web.test_exam_managing import City, fields

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def city(app: Flask) -> City:
    return City(app)


def test_no_ready_paper_is_offered_without_its_banks(app: Flask, city: City) -> None:
    boss = Visitor(app).sign_in("boss")
    boss.get("/manage/exams/new?ready=rumours-20")
    assert "Begin with a ready paper" not in boss.words
    assert "Safety 2026" in boss.words


def test_the_rumours_are_published_as_they_stand_and_sat(app: Flask, city: City) -> None:
    drafts = read_pack(_resources.folder("question_bank"), types={kind.code: kind for kind in BUILT_IN})
    few = [replace(one, questions=tuple(q for q in one.questions if "辨流言" in q.tags)) for one in drafts]
    with learn(app).database.writing() as session:
        packs.load_banks(session, few, now=START)
    boss = Visitor(app).sign_in("boss")
    boss.get("/manage/exams/new")
    for code in ready_papers.shipped():
        assert f'href="/manage/exams/new?ready={code}"' in boss.text
    boss.get("/manage/exams/new?ready=rumours-20")
    boss.post("/manage/exams/new", **fields(boss.text), action="publish")
    assert "is published." in boss.words
    exam = city.exam()
    assert (exam.title, exam.purpose, exam.minutes) == ("True or false? Twenty rumours", "practice", 20)
    lin = Visitor(app).sign_in("lin")
    paper = lin.start(exam.id)
    assert len(paper.slots) == 20
    paper.submit()
    lin.get(paper.path + "/result")
    assert "简便可靠的土办法" in lin.words  # why garlic tells nothing about mushrooms


def test_the_assessment_brings_its_conditions_and_locks(app: Flask, city: City) -> None:
    drafts = read_pack(_resources.folder("question_bank"), types={kind.code: kind for kind in BUILT_IN})
    with learn(app).database.writing() as session:
        packs.load_banks(session, [replace(one, questions=one.questions[:1]) for one in drafts], now=START)
    boss = Visitor(app).sign_in("boss")
    boss.get("/manage/exams/new?ready=assessment-b")
    sent = fields(boss.text)
    assert (sent["title"], sent["purpose"]) == (["Assessment of science literacy (50 questions)"], ["assessment"])
    assert sum(int(count) for count in sent["rule_count"]) == 50
    assert (sent["least_knowledge"], sent["most_knowledge"]) == (["20"], ["20"])
    assert sent["about_reason"][0]
    assert "attempts_allowed" not in sent
    boss.post("/manage/exams/new", **sent, action="publish")
    assert "is published." not in boss.words  # five questions are not fifty
