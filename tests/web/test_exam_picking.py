"""Picking the questions of a paper, without script."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.models import Exam, ExamState, PaperMode, PaperPick, Question, QuestionVersion, Role, Unit
from suyu_learn.services import bank, people
from tests.browser_without_script import Visitor
from tests.clock import START
from tests.factories import essay, learn, learner, manager, multiple, single, stored_bank
from tests.web.test_budgets import counted
from tests.web.test_exam_managing import fields

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Desk:
    """An organizer with two banks, and the draft of an exam as it goes."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with learn(app).database.writing() as session:
            mill = people.add_unit(session, "Mill", parent=None, now=START)
            learner(session, now=START, name="Lin", username="lin", unit=mill)
            head = QuestionDraft(uid="g", type="group", body={"stem": "A passage.", "explanation": ""}, source="x")
            members = [replace(single(number), uid=f"g-{number}", group="g") for number in (91, 92)]
            first = stored_bank(session, now=START, unit=mill, name="First", questions=[
                *(single(number) for number in range(1, 26)), essay(1), head, *members])  # fmt: skip
            second = stored_bank(session, now=START, unit=mill, name="Second", questions=[multiple(1), multiple(2)])
            self.first, self.second = first.id, second.id
            boss = manager(session, Role.ORGANIZER, mill, now=START)
            boss.phone = "13800000000"
            name = str(boss.username)
        self.boss = Visitor(app).sign_in(name)
        self.boss.get(f"/manage/exams/new?bank={self.first}")
        form = fields(self.boss.text)
        self.boss.post("/manage/exams/new", **{**form, "title": "Picked by hand", "action": "pick"})
        with learn(app).database.reading() as session:
            self.exam_id = session.scalars(select(Exam.id)).one()
        self.path = f"/manage/exams/{self.exam_id}/questions"

    def ids(self, bank_id: int, kind: str) -> list[int]:
        """The published questions of a bank, by type."""
        with learn(self.app).database.reading() as session:
            return list(session.scalars(
                select(Question.id).join(QuestionVersion, QuestionVersion.id == Question.published_version_id)
                .where(Question.bank_id == bank_id, QuestionVersion.type == kind).order_by(Question.id)
            ))  # fmt: skip

    def picked(self) -> list[tuple[str, str]]:
        """Type and points of what is on the paper."""
        with learn(self.app).database.reading() as session:
            rows = session.execute(
                select(QuestionVersion.type, PaperPick.points)
                .join(QuestionVersion, QuestionVersion.id == PaperPick.version_id)
                .order_by(PaperPick.position)
            )
            return [(kind, f"{points.normalize():f}") for kind, points in rows]

    def add(self, ids: list[int], **more: Any) -> None:
        """Tick questions and add them."""
        self.boss.get(f"{self.path}/add")
        self.boss.post(f"{self.path}/add", question=ids, action="ticked", **more)


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)


def test_choosing_by_hand_keeps_the_draft_and_leads_to_the_banks(desk: Desk) -> None:
    assert "Nothing is picked yet" in desk.boss.words
    with learn(desk.app).database.reading() as session:
        exam = session.get_one(Exam, desk.exam_id)
        assert (exam.title, exam.paper.mode, exam.state) == ("Picked by hand", PaperMode.FIXED, ExamState.DRAFT)


def test_questions_of_two_banks_a_passage_and_an_essay_make_a_paper_that_is_published(desk: Desk) -> None:
    desk.add(desk.ids(desk.first, "single")[:2], points="2.5")
    assert "2 questions added." in desk.boss.words
    desk.add([*desk.ids(desk.second, "multiple"), *desk.ids(desk.first, "essay"), *desk.ids(desk.first, "group")])
    assert desk.picked() == [("single", "2.5")] * 2 + [("multiple", "1")] * 2 + [
        ("essay", "1"), ("group", "0"), ("single", "1"), ("single", "1")]  # fmt: skip
    desk.boss.get(desk.path)
    desk.boss.post(desk.path, action="hundred")
    assert "7 questions, 100 points" in desk.boss.words
    desk.boss.get(f"/manage/exams/{desk.exam_id}/edit")
    assert "Picked: 7 questions, 100 points" in desk.boss.words
    form = fields(desk.boss.text)
    desk.boss.post(f"/manage/exams/{desk.exam_id}/edit", **{**form, "action": "publish"})
    desk.boss.post(f"/manage/exams/{desk.exam_id}/publish", confirmed="1")
    lin = Visitor(desk.app).sign_in("lin")
    assert len(lin.start(desk.exam_id).slots) == 7
    assert "A passage." in lin.text


def test_points_order_and_removal_are_kept_with_every_button(desk: Desk) -> None:
    ids = desk.ids(desk.first, "single")[:3]
    desk.add(ids)
    desk.boss.get(desk.path)
    versions = re.findall(r'name="points-(\d+)"', desk.boss.text)
    typed = {f"points-{version}": str(place) for place, version in enumerate(versions, start=3)}
    desk.boss.post(desk.path, **typed, action=f"down-{ids[0]}")
    assert desk.picked() == [("single", "4"), ("single", "3"), ("single", "5")]
    desk.boss.post(desk.path, action=f"up-{ids[2]}")
    assert desk.picked() == [("single", "4"), ("single", "5"), ("single", "3")]
    desk.boss.post(desk.path, action=f"remove-{ids[1]}")
    assert desk.picked() == [("single", "5"), ("single", "3")]


@pytest.mark.parametrize("typed", ["x", "1001", "NaN", ""])
def test_points_that_are_none_stay_as_typed_and_the_others_are_kept(desk: Desk, typed: str) -> None:
    desk.add(desk.ids(desk.first, "single")[:2])
    desk.boss.get(desk.path)
    one, other = re.findall(r'name="points-(\d+)"', desk.boss.text)
    answer = desk.boss.post(desk.path, **{f"points-{one}": typed, f"points-{other}": "7"}, action="save")
    assert answer.status_code == 422
    assert f'name="points-{one}" value="{typed}"' in desk.boss.text
    assert desk.picked() == [("single", "1"), ("single", "7")]


def test_a_draft_remembers_its_picks_while_other_things_are_changed(desk: Desk) -> None:
    desk.add(desk.ids(desk.first, "single")[:4], points="25")
    desk.boss.get(f"/manage/exams/{desk.exam_id}/edit")
    form = fields(desk.boss.text)
    assert form["mode"] == ["fixed"]
    desk.boss.post(f"/manage/exams/{desk.exam_id}/edit", **{**form, "title": "Other", "mode": "drawn_once"})
    assert desk.picked() == []
    desk.boss.get(f"/manage/exams/{desk.exam_id}/edit")
    form = fields(desk.boss.text)
    desk.boss.post(f"/manage/exams/{desk.exam_id}/edit", **{**form, "mode": "fixed"})
    assert desk.picked() == [("single", "25")] * 4


def test_what_is_typed_is_not_lost_when_something_is_wrong(desk: Desk) -> None:
    desk.boss.get(f"/manage/exams/{desk.exam_id}/edit")
    form = fields(desk.boss.text)
    answer = desk.boss.post(
        f"/manage/exams/{desk.exam_id}/edit", **{**form, "title": "", "notice": "Bring a pen", "action": "pick"}
    )
    assert answer.status_code == 422
    assert "Bring a pen" in desk.boss.text
    assert fields(desk.boss.text)["mode"] == ["fixed"]


def test_another_kind_of_exam_does_not_take_the_choice_away(desk: Desk) -> None:
    desk.boss.get(f"/manage/exams/{desk.exam_id}/edit")
    form = fields(desk.boss.text)
    desk.boss.post(f"/manage/exams/{desk.exam_id}/edit", **{**form, "action": "preset-assessment"})
    assert fields(desk.boss.text)["mode"] == ["fixed"]


def test_the_search_stays_and_what_is_on_the_paper_is_marked(desk: Desk) -> None:
    query = f"bank={desk.first}&q=Question+23&type=single"
    desk.boss.get(f"{desk.path}/add?{query}")
    [found] = re.findall(r'name="question" value="(\d+)"', desk.boss.text)
    desk.boss.post(f"{desk.path}/add", bank=desk.first, q="Question 23", type="single", question=found, action="ticked")
    assert "On the paper so far: 1 question, 1 points" in desk.boss.words
    assert 'value="Question 23"' in desk.boss.text
    assert 'name="question"' not in desk.boss.text
    assert "On the paper" in desk.boss.words


def test_all_that_was_found_is_added(desk: Desk) -> None:
    desk.boss.get(f"{desk.path}/add")
    desk.boss.post(f"{desk.path}/add", bank=desk.second, action="all")
    assert desk.picked() == [("multiple", "1")] * 2


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"action": "ticked"}, "Tick the questions"),
        ({"action": "ticked", "question": "999999"}, "no longer published"),
        ({"action": "ticked", "question": "x" * 40}, "Tick the questions"),
        ({"action": "all", "points": "many"}, "How many points each?"),
    ],
)
def test_what_cannot_be_added_is_said(desk: Desk, sent: dict[str, str], said: str) -> None:
    desk.boss.get(f"{desk.path}/add")
    answer = desk.boss.post(f"{desk.path}/add", bank=desk.first, **sent)
    assert answer.status_code == 422
    assert said in desk.boss.words
    assert desk.picked() == []


def test_a_tick_stays_beside_the_sentence(desk: Desk) -> None:
    [one] = desk.ids(desk.second, "multiple")[:1]
    desk.boss.get(f"{desk.path}/add")
    desk.boss.post(f"{desk.path}/add", bank=desk.second, question=one, points="?", action="ticked")
    assert re.search(rf'value="{one}" checked', desk.boss.text)
    assert 'name="points" value="?"' in desk.boss.text


def test_a_question_retired_since_is_told_on_the_paper_and_stops_it(desk: Desk) -> None:
    desk.add(desk.ids(desk.first, "single")[:2])
    with learn(desk.app).database.writing() as session:
        bank.retire(session, session.get_one(Question, desk.ids(desk.first, "single")[0]), now=START)
    desk.boss.get(desk.path)
    assert "It is no longer published." in desk.boss.words
    desk.boss.get(f"/manage/exams/{desk.exam_id}/check")
    assert "Picked questions that are no longer published: 1." in desk.boss.words


def test_the_questions_of_another_exam_are_taken_over(desk: Desk) -> None:
    desk.add(desk.ids(desk.second, "multiple"), points="4")
    desk.boss.get("/manage/exams/new")
    form = fields(desk.boss.text)
    desk.boss.post("/manage/exams/new", **{**form, "title": "The next", "action": "pick"})
    with learn(desk.app).database.reading() as session:
        newest = max(session.scalars(select(Exam.id)))
    path = f"/manage/exams/{newest}/questions"
    desk.boss.get(path)
    assert "Picked by hand" in desk.boss.words
    desk.boss.post(path, exam=desk.exam_id, action="take")
    assert "2 questions added." in desk.boss.words
    assert "2 questions, 8 points" in desk.boss.words


@pytest.mark.parametrize("way", ["published", "drawn"])
def test_only_a_draft_of_picked_questions_has_these_pages(desk: Desk, way: str) -> None:
    with learn(desk.app).database.writing() as session:
        exam = session.get_one(Exam, desk.exam_id)
        if way == "published":
            exam.state = ExamState.PUBLISHED
        else:
            exam.paper.mode = PaperMode.DRAWN_ONCE
    for path in (desk.path, f"{desk.path}/add"):
        assert desk.boss.get(path).status_code == 400


def many(app: Flask, desk: Desk, count: int) -> None:
    """A bank of so many questions, stored as one import would."""
    with learn(app).database.writing() as session:
        row = session.get_one(Question, desk.ids(desk.first, "single")[0])
        version = row.published_version
        assert version is not None
        target = bank.add_bank(session, "Many", unit=session.get_one(Unit, row.bank.unit_id), now=START)
        session.bulk_insert_mappings(Question, [  # type: ignore[arg-type]
            {"id": 10_000 + place, "uid": f"many-{place}", "bank_id": target.id, "identity": f"{place}",
             "created_at": START} for place in range(count)])  # fmt: skip
        session.bulk_insert_mappings(QuestionVersion, [  # type: ignore[arg-type]
            {"id": 10_000 + place, "question_id": 10_000 + place, "number": 1, "type": "single",
             "text_format": version.text_format, "lang": "zh_Hans", "body": version.body, "content_hash": f"{place}",
             "difficulty": version.difficulty, "source": "", "status": version.status, "reviewer": "",
             "words": f"question {place}", "created_at": START} for place in range(count)])  # fmt: skip
        session.bulk_update_mappings(
            Question,
            [  # type: ignore[arg-type]
                {"id": 10_000 + place, "published_version_id": 10_000 + place} for place in range(count)
            ],
        )
        desk.first = target.id


def test_picking_from_five_thousand_costs_as_many_statements_as_from_fifty(app: Flask, desk: Desk) -> None:
    costs = {}
    for count in (50, 5_000):
        if count == 50:
            few = desk.first
        else:
            many(app, desk, count)
        path = f"{desk.path}/add?bank={few if count == 50 else desk.first}&type=single"
        desk.boss.get(path)
        with counted(app) as counts:
            began = time.perf_counter()
            desk.boss.get(path)
            took = time.perf_counter() - began
        costs[count] = counts["statements"]
        assert took < 0.5
    assert costs[5_000] <= costs[50]
