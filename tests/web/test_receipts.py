"""The receipt on the result page, and checking it."""

from __future__ import annotations

import html
import json
import re

import pytest
from flask import Flask

from suyu_learn.models import Person, Shown
from tests.browser_without_script import Visitor
from tests.factories import learn
from tests.web.test_exam_managing import City

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _code(visitor: Visitor) -> str:
    found = re.search(r'<dd class="sl-code">([^<]+)</dd>', visitor.text)
    assert found
    return found.group(1)


def test_an_organizer_checks_the_receipt_of_a_learner(app: Flask) -> None:
    city = City(app)
    exam_id, boss, lin = city.published(), Visitor(app).sign_in("boss"), Visitor(app).sign_in("lin")
    paper = lin.start(exam_id)
    paper.save(1, "right")
    paper.submit()
    code, path = _code(lin), f"/manage/exams/{exam_id}/receipt"
    boss.get(f"/manage/exams/{exam_id}")
    assert f'href="{path}"' in boss.text
    boss.get(path)
    assert "genuine" not in boss.words
    boss.get(f"{path}?code={code.lower()}")
    assert "The receipt is genuine, and what is stored agrees with it." in boss.words
    for said in ("Name Lin", "Unit Pine City / Water Bureau", "Handed in at 2 Mar 2026, 09:00", "Answered 1"):
        assert said in boss.words
    boss.get(f"{path}?code={code[:-1]}{'2' if code[-1] != '2' else '3'}")
    assert "does not agree with what is stored" in boss.words
    boss.get(f"{path}?code={paper.key[:8]}")
    assert "A number alone proves nothing." in boss.words
    assert code in boss.words
    for typed in ("AAAA-BBBB-CCCC-DDDD", "<script>", "%20x", "中文"):
        boss.get(f"{path}?code={typed}")
        assert "No receipt of this exam has this code or number." in boss.words
        assert "<script>alert" not in boss.text
    assert Visitor(app).sign_in("other").get(path).status_code == 404
    other = city.published()
    boss.get(f"/manage/exams/{other}/receipt?code={code}")
    assert "No receipt of this exam has this code or number." in boss.words


def test_a_guest_has_a_receipt_too(app: Flask) -> None:
    city = City(app)
    exam_id, guest = city.published(entry_open=True, entry_account=False), Visitor(app)
    with learn(app).database.reading() as session:
        code = city.exam().code
        assert session.get(Person, 1) is not None
    guest.get(f"/join/{code}")
    guest.post(f"/join/{code}/open", name="Wang Wu", unit=str(city.water_id))
    guest.start(exam_id).submit()
    boss = Visitor(app).sign_in("boss")
    boss.get(f"/manage/exams/{exam_id}/receipt?code={_code(guest)}")
    assert "The receipt is genuine" in boss.words
    assert "Name Wang Wu" in boss.words


@pytest.mark.parametrize(("shown", "large"), [(Shown.NOW, "20"), (Shown.NEVER, "Handed in")])
def test_the_picture_says_what_the_page_says_and_nothing_more(app: Flask, shown: Shown, large: str) -> None:
    city = City(app)
    exam_id, lin = city.published(questions=5, show_score=shown), Visitor(app).sign_in("lin")
    paper = lin.start(exam_id)
    paper.save(next(slot for slot in paper.slots if f'name="q{slot}" value="right"' in lin.text), "right")
    paper.submit()
    said = json.loads(html.unescape(re.search(r'data-picture="([^"]*)"', lin.text)[1]))  # type: ignore[index]
    assert said["large"] == large
    assert bool(said["beside"]) is (shown is Shown.NOW)
    assert bool(said["verdict"]) is (shown is Shown.NOW)
    labels = [label for label, _value in said["rows"]]
    assert ("Pass mark" in labels) is (shown is Shown.NOW)
    assert [value for label, value in said["rows"] if label == "Receipt"] == [_code(lin)]
    assert "result.js" in lin.text


def test_a_trial_has_no_picture(app: Flask) -> None:
    city = City(app)
    exam_id, boss = city.published(), Visitor(app).sign_in("boss")
    boss.get(f"/manage/exams/{exam_id}")
    boss.post(f"/manage/exams/{exam_id}/trial")
    path = re.search(r'data-submit="([^"]+)"', boss.text)[1]  # type: ignore[index]
    boss.post(path)
    assert "Trial: nothing counts" in boss.words
    assert "data-picture" not in boss.text
