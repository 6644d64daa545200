"""Choosing a kind of exam at the top of the form, and what an assessment asks on its cover."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import Attempt, Person, Shown
from tests.browser_without_script import Visitor
from tests.factories import learn, stage
from tests.web.test_exam_managing import City, fields, made

LATER = "2026-03-20T08:00"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def city(app: Flask) -> City:
    return City(app)


@pytest.fixture
def boss(app: Flask, city: City) -> Visitor:
    return Visitor(app).sign_in("boss")


def _chosen(boss: Visitor, kind: str, **values: Any) -> dict[str, Any]:
    """The form after the button of a kind was pressed."""
    boss.post("/manage/exams/new", **{**fields(boss.text), **values}, action=f"preset-{kind}")
    assert boss.page is not None
    assert boss.page.status_code == 200
    return fields(boss.text)


def test_a_kind_fills_its_settings_and_keeps_what_was_typed(boss: Visitor, city: City) -> None:
    boss.get(f"/manage/exams/new?bank={city.bank_id}")
    assert "Formal exam One attempt; the score at once" in boss.words
    sent = _chosen(boss, "training", title="Fire safety", minutes="45", pass_mark="70", rule_count=["12", "8"])
    assert (sent["title"], sent["minutes"], sent["pass_mark"]) == (["Fire safety"], ["45"], ["70"])
    assert sent["rule_count"] == ["12", "8"]
    assert (sent["attempts_allowed"], sent["partial_credit"]) == (["3"], ["half_for_subset"])
    sent = _chosen(boss, "practice")
    assert (sent["attempts_allowed"], sent["show_key"], sent["show_explanation"]) == (["100"], ["now"], ["now"])
    sent = _chosen(boss, "assessment")
    assert "attempts_allowed" not in sent
    assert "show_score" not in sent
    assert "Locked for an assessment" in boss.words
    assert "Only for statistics by group" in sent["about_reason"][0]
    sent = _chosen(boss, "exam")
    assert (sent["attempts_allowed"], sent["show_key"], sent["title"]) == (["1"], ["after_close"], ["Fire safety"])


def test_workers_get_the_pass_mark_of_safety(boss: Visitor, city: City) -> None:
    boss.get(f"/manage/exams/new?bank={city.bank_id}")
    assert _chosen(boss, "training")["pass_mark"] == ["60"]
    if 'value="workers"' in boss.text:
        assert _chosen(boss, "training", audiences="workers")["pass_mark"] == ["80"]
        assert _chosen(boss, "training", audiences="workers", pass_mark="75")["pass_mark"] == ["75"]


def test_a_crafted_form_cannot_unlock_an_assessment(boss: Visitor, city: City) -> None:
    made(boss, city, purpose="assessment", attempts_allowed="5", show_score="now", show_key="now",
         show_explanation="now", retake_for="failed", ask_about="y", about_reason="For figures")  # fmt: skip
    exam = city.exam()
    assert (exam.purpose, exam.attempts_allowed, exam.retake_for) == ("assessment", 1, None)
    assert (exam.show_score, exam.show_key, exam.show_explanation) == (Shown.NEVER,) * 3
    boss.get(f"/manage/exams/{exam.id}")
    assert "Kind Assessment" in boss.words
    assert "Asked about people For figures" in boss.words
    boss.get(f"/manage/exams/{exam.id}/change")
    assert "retake_for" not in fields(boss.text)
    boss.post(f"/manage/exams/{exam.id}/change", **{**fields(boss.text), "minutes": "50", "retake_for": "failed",
                                                    "reason": "Longer"})  # fmt: skip
    assert (city.exam().minutes, city.exam().retake_for) == (50, None)


def test_what_an_assessment_says_of_itself_is_what_can_be_chosen(boss: Visitor, city: City) -> None:
    boss.get(f"/manage/exams/new?bank={city.bank_id}")
    assert "Locked: one attempt, and neither score nor answers are ever shown." in boss.words
    assert "yours to change: the same questions for everybody, and people are asked about themselves." in boss.words
    sent = _chosen(boss, "assessment")
    assert (sent["mode"], sent["ask_about"]) == (["drawn_once"], ["y"])
    assert "results_at" not in sent  # nothing is shown, so nothing is timed
    boss.post("/manage/exams/new", **{**sent, "mode": "drawn_per_person", "ask_about": [], "results_at": LATER},
              action="publish")  # fmt: skip
    exam = city.exam()
    assert "Paper everybody gets other questions, drawn anew" in boss.words
    assert (exam.ask_about, exam.results_at) == (False, None)
    boss.get(f"/manage/exams/{exam.id}/change")
    assert not {"results_at", "appeal_days"} & set(fields(boss.text))
    boss.post(f"/manage/exams/{exam.id}/change", **{**fields(boss.text), "results_at": LATER, "reason": "Later"})
    assert "Nothing was changed" in boss.words


def test_only_an_assessment_asks(boss: Visitor, city: City) -> None:
    made(boss, city, ask_about="y", about_reason="Curious")
    assert (city.exam().ask_about, city.exam().about_reason) == (False, "")
    boss.get(f"/manage/exams/new?bank={city.bank_id}")
    assert "ask_about" not in fields(boss.text)


def test_asking_needs_a_reason(boss: Visitor, city: City) -> None:
    made(boss, city, purpose="assessment", ask_about="y", about_reason="")
    assert "Say why you ask people about themselves" in boss.words
    assert city.exam() is None


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"birth_year": "1961", "sex": "female", "schooling": "primary", "residence": "country"},
         (1961, "female", "primary", "country")),
        ({"birth_year": "", "sex": "", "schooling": "", "residence": ""}, (None,) * 4),
        ({}, (None,) * 4),
        ({"sex": "male"}, (None, "male", None, None)),
    ],
    ids=["all", "nothing", "an older page", "one thing"],
)  # fmt: skip
def test_what_is_asked_may_be_left_out(app: Flask, said: dict[str, str], kept: tuple[Any, ...]) -> None:
    given = stage(app, ask_about=True, about_reason="For figures of the city")
    lin = Visitor(app).sign_in("lin")
    lin.get(f"/exams/{given.exam_id}")
    assert "For figures of the city You may leave out any of it; that changes nothing for you." in lin.words
    assert lin.words.count("I prefer not to say") == 3
    assert lin.post(f"/exams/{given.exam_id}/attempts", **said).status_code == 200
    with learn(app).database.reading() as session:
        row = session.scalars(select(Attempt)).one()
        assert (row.birth_year, row.sex, row.schooling, row.residence) == kept
        person = session.get_one(Person, given.person_id)
        assert (person.birth_year, person.sex, person.schooling, person.residence) == (None,) * 4
    lin.get(f"/exams/{given.exam_id}")
    assert "About you" not in lin.words  # asked once, before the start
    assert lin.start(given.exam_id).key


@pytest.mark.parametrize("year", ["61", "abcd", "2200"])
def test_a_wrong_year_is_told_and_nothing_typed_is_lost(app: Flask, year: str) -> None:
    given = stage(app, ask_about=True, about_reason="For figures")
    lin = Visitor(app).sign_in("lin")
    lin.get(f"/exams/{given.exam_id}")
    answer = lin.post(f"/exams/{given.exam_id}/attempts", birth_year=year, schooling="college")
    assert answer.status_code == 422
    assert f'value="{year}"' in lin.text
    assert '<option selected value="college">' in lin.text
    with learn(app).database.reading() as session:
        assert session.scalars(select(Attempt)).all() == []
