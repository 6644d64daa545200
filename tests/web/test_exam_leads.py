"""The check before publishing leads to where each thing is mended."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import Bank, ExamState
from suyu_learn.web.exam_leads import LEADS, NOWHERE, UNFOLDED
from suyu_learn.web.sentences import exams as sentences
from tests.browser_without_script import Visitor
from tests.clock import START
from tests.factories import learn
from tests.web.test_exam_managing import City, made

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LEAD = re.compile(r'<a href="([^"]+)">Go to where it is set</a>')


@pytest.fixture
def city(app: Flask) -> City:
    return City(app)


@pytest.fixture
def boss(app: Flask, city: City) -> Visitor:
    return Visitor(app).sign_in("boss")


def test_whatever_the_check_says_leads_somewhere_or_is_known_to_be_no_setting(app: Flask) -> None:
    said = {code for code in sentences.SENTENCES if code.startswith("check.")}
    assert said == {code for code in LEADS if code.startswith("check.")}


def test_the_places_stand_in_the_form(boss: Visitor, city: City) -> None:
    made(boss, city, action="save")
    boss.get(f"/manage/exams/{city.exam().id}/edit")
    for place in {*LEADS.values()} - {NOWHERE}:
        assert f'id="{place}"' in boss.text, place
    folded = boss.text.partition('id="open-more"')[2]
    assert {place for place in LEADS.values() if place and f'id="{place}"' in folded} == set(UNFOLDED)


def test_no_phone_number_leads_to_its_field_with_all_unfolded(boss: Visitor, city: City) -> None:
    made(boss, city, contact_phone="")
    assert city.exam().state is ExamState.DRAFT
    leads = [unescape(one) for one in LEAD.findall(boss.text)]
    assert leads == [f"/manage/exams/{city.exam().id}/edit?more=1#contact_phone"]
    boss.get(leads[0].partition("#")[0])
    assert re.search(r'<input[^>]*id="open-more"[^>]* checked', boss.text)
    boss.get(f"/manage/exams/{city.exam().id}/edit")
    assert not re.search(r'<input[^>]*id="open-more"[^>]* checked', boss.text)


def test_without_a_bank_the_form_leads_to_them(app: Flask, boss: Visitor, city: City) -> None:
    boss.get("/manage/exams/new")
    assert "There is no question bank" not in boss.words
    with learn(app).database.writing() as session:
        for bank in session.scalars(select(Bank)):
            bank.deleted_at = START
    boss.get("/manage/exams/new")
    assert "There is no question bank to draw from yet." in boss.words
    assert re.search(r'sl-message__todo"><a href="/manage/bank"', boss.text)


def test_a_paper_of_picked_questions_leads_to_what_was_picked(boss: Visitor, city: City) -> None:
    made(boss, city, mode="fixed")
    exam_id = city.exam().id
    assert "The exam has no questions." in boss.words
    assert f"/manage/exams/{exam_id}/questions" in [unescape(one) for one in LEAD.findall(boss.text)]
