"""The integrity rules on the form, the cover, the paper, the board and the roster."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import Attempt, Person, Step
from suyu_learn.services import people, persons, sitting
from tests.browser_without_script import Paper, Visitor
from tests.clock import FrozenClock
from tests.factories import learn, stage
from tests.web.test_exam_managing import City, made

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

COUNTED = {"count_leaves": True, "warn_of_leaves": True}


def _tell(paper: Paper, *leaves: dict[str, Any], **more: Any) -> Any:
    return paper.visitor.put(f"{paper.path}/leaves", {"leaves": list(leaves), **more}, token=paper.token)


def _leave(number: int, seconds: int, **more: Any) -> dict[str, Any]:
    return {"epoch": 1, "number": number, "seconds": seconds, "age": 0, **more}


def _attempt(app: Flask) -> Attempt:
    with learn(app).database.reading() as session:
        attempt = session.scalars(select(Attempt)).one()
        assert sitting.rebuild(session, attempt) == {}
        return attempt


def test_everything_is_off_unless_it_is_ticked(app: Flask) -> None:
    city, boss = City(app), Visitor(app).sign_in("boss")
    made(boss, city)
    exam = city.exam()
    off = (exam.count_leaves, exam.warn_of_leaves, exam.watermark, exam.one_device, exam.integrity_for_seniors)
    assert not any(off)
    assert "Integrity" not in boss.words
    lin = Visitor(app).sign_in("lin")
    lin.start(exam.id)
    for unwanted in ("integrity", "sl-watermark", "/leaves", "/device"):
        assert unwanted not in lin.text
    lin.get(f"/exams/{exam.id}")
    assert "While you sit" not in lin.words
    boss.get(f"/manage/exams/{exam.id}/roster")
    assert "/integrity/" not in boss.text


def test_an_organizer_sets_them_and_reads_them(app: Flask) -> None:
    city, boss = City(app), Visitor(app).sign_in("boss")
    made(boss, city, warn_of_leaves="y")
    assert boss.page.status_code == 422  # type: ignore[union-attr]
    assert "needs the leaves to be counted" in boss.words
    made(boss, city, count_leaves="y", most_leaves="0")
    assert boss.page.status_code == 422  # type: ignore[union-attr]
    made(boss, city, count_leaves="y", warn_of_leaves="y", most_leaves="3", most_seconds_away="30", watermark="y",
         one_device="y")  # fmt: skip
    exam = city.exam()
    assert (exam.count_leaves, exam.most_leaves, exam.most_seconds_away) == (True, 3, 30)
    boss.get(f"/manage/exams/{exam.id}")
    assert "leaving the page is counted, with a warning each time, handed in after more than 3 times or" in boss.words
    assert "not for older people" in boss.words


def test_the_cover_says_the_rules_and_nobody_begins_without_accepting_the_limit(app: Flask) -> None:
    given = stage(app, **COUNTED, most_leaves=3, watermark=True, one_device=True)
    lin = Visitor(app).sign_in("lin")
    lin.get(f"/exams/{given.exam_id}")
    for said in ("for 3 seconds or more", "the paper tells you how often it was",
                 "If you leave it more than 3 times, your paper is handed in.", "Your name stands faintly",
                 "on one device at a time"):  # fmt: skip
        assert said in lin.words
    assert "checked" not in lin.text
    answer = lin.post(f"/exams/{given.exam_id}/attempts")
    assert answer.status_code == 422
    assert "Please tick that you have read it; then you can begin." in lin.words
    lin.post(f"/exams/{given.exam_id}/attempts", accepted="y")
    assert 'id="paper"' in lin.text
    lin.get(f"/exams/{given.exam_id}")
    assert 'name="accepted"' not in lin.text
    lin.post(f"/exams/{given.exam_id}/attempts")
    assert 'id="paper"' in lin.text  # who goes on accepts nothing anew


def test_older_people_read_that_the_rules_do_not_hold_for_them(app: Flask) -> None:
    given = stage(app, **COUNTED, most_leaves=3, watermark=True)
    with learn(app).database.writing() as session:
        people.install_audiences(session)
        persons.set_audiences(session, session.get_one(Person, given.person_id), ["seniors"])
    lin = Visitor(app).sign_in("lin")
    lin.get(f"/exams/{given.exam_id}")
    assert "do not hold for you" in lin.words
    paper = lin.start(given.exam_id)
    assert "integrity.js" not in lin.text
    assert "sl-watermark" not in lin.text
    assert _tell(paper, _leave(1, 20)).json == {"count": 0, "seconds": 0, "off": True}
    assert _attempt(app).left_count == 0


def test_leaves_are_told_once_and_stand_on_the_board(app: Flask, clock: FrozenClock) -> None:
    city = City(app)
    exam_id, boss = city.published(**COUNTED), Visitor(app).sign_in("boss")
    paper = Visitor(app).sign_in("lin").start(exam_id)
    assert "integrity.js" in paper.visitor.text
    clock.advance(minutes=5)
    assert _tell(paper, _leave(1, 12), _leave(2, 2)).json == {"count": 1, "seconds": 12}
    assert _tell(paper, _leave(1, 12), _leave(3, 40, age=1000)).json == {"count": 2, "seconds": 52}
    assert _attempt(app).left_seconds == 52
    boss.get(f"/manage/exams/{exam_id}/board")
    assert "left the page 2 times, for 52 s in all" in boss.words
    assert "Left the page 1 person" in boss.words
    boss.get(f"/manage/exams/{exam_id}/board?state=left")
    assert re.findall(r"<b>([^<]+)</b></a>", boss.text) == ["Lin"]
    address = re.search(r'href="([^"]+/board/attempts/\d+)"', boss.text)
    assert address
    boss.get(address.group(1))
    assert "after 12 s" in boss.words
    assert "after 40 s" in boss.words
    assert "after 2 s" not in boss.words


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"leaves": []}, 200), ({}, 400), ([], 400), ("x", 400), ({"leaves": {}}, 400), ({"leaves": [1]}, 400),
        ({"leaves": [{"epoch": "1"}]}, 400), ({"leaves": [_leave(1, -5)]}, 400), ({"leaves": [_leave(1, 2**40)]}, 400),
        ({"leaves": [_leave(True, 5)]}, 400), ({"leaves": [], "answers": {}}, 400), ({"leaves": [{}]}, 200),
        ({"leaves": [_leave(1, 5)] * 201}, 400),
    ],
)  # fmt: skip
def test_what_no_page_would_send_is_refused_in_words(app: Flask, body: object, status: int) -> None:
    given = stage(app, **COUNTED)
    paper = Visitor(app).sign_in("lin").start(given.exam_id)
    answer = paper.visitor.put(f"{paper.path}/leaves", body, token=paper.token)
    assert answer.status_code == status, answer.text
    assert status == 200 or answer.json["message"]


def test_the_limit_hands_in_with_the_answers_that_waited(app: Flask, clock: FrozenClock) -> None:
    given = stage(app, **COUNTED, most_leaves=1)
    lin = Visitor(app).sign_in("lin")
    lin.get(f"/exams/{given.exam_id}")
    lin.post(f"/exams/{given.exam_id}/attempts", accepted="y")
    paper = Paper(lin)
    clock.advance(minutes=5)
    waiting = [{"slot": 1, "epoch": 1, "seq": 1, "response": "right", "age": 90000, "was": "null", "wall": 1}]
    told = _tell(paper, _leave(1, 20), _leave(2, 20), answers=waiting)
    assert told.json == {"count": 2, "seconds": 40, "closed": True}
    lin.get(f"{paper.path}/result")
    assert "was handed in because its page was left more than 1 time" in lin.words
    assert "20 out of 100" in lin.words
    assert paper.save(2, "right").json["reason"] == "closed"
    assert _tell(paper, _leave(2, 20)).json == {"count": 2, "seconds": 40, "closed": True}


def test_leaves_of_somebody_else_cannot_be_told(app: Flask) -> None:
    city = City(app)
    paper = Visitor(app).sign_in("lin").start(city.published(**COUNTED))
    boss = Visitor(app).sign_in("boss")
    assert boss.put(f"{paper.path}/leaves", {"leaves": [_leave(1, 9)]}).status_code == 404
    assert boss.post(f"{paper.path}/device").status_code == 404
    nobody = Visitor(app)
    assert nobody.put(f"{paper.path}/leaves", {"leaves": []}).status_code == 401


def test_the_watermark_stands_over_the_paper_and_is_not_read_aloud(app: Flask) -> None:
    given = stage(app, watermark=True)
    lin = Visitor(app).sign_in("lin")
    lin.start(given.exam_id)
    marks = re.search(r'<div class="sl-watermark" aria-hidden="true">(.*?)</div>', lin.text)
    assert marks
    assert re.findall(r'data-mark="(.*?)"', marks.group(1))[0].endswith(" Pine City")
    assert re.sub(r"<[^>]+>", "", marks.group(1)) == ""
    assert "integrity.css" in lin.text
    assert "integrity.js" not in lin.text
    with learn(app).database.writing() as session:
        session.get_one(Person, given.person_id).staff_number = "A-20260302"
    lin.start(given.exam_id)
    assert re.search(r'data-mark="[^"]* 0302"', lin.text)
    assert "A-2026" not in lin.text


def test_a_second_device_is_turned_away_until_the_first_lets_go(app: Flask, clock: FrozenClock) -> None:
    given = stage(app, one_device=True, contact_name="Ms Li", contact_phone="13800000000")
    first, second = Visitor(app).sign_in("lin"), Visitor(app).sign_in("lin")
    paper = first.start(given.exam_id)
    paper.save(1, "right")
    clock.advance(minutes=1)
    assert second.get(paper.path).status_code == 409
    assert "The paper is open on another device" in second.words
    assert "the paper opens here from 09:03 on" in second.words
    assert "To call: Ms Li, 13800000000" in second.words
    assert second.get(f"{paper.path}/review").status_code == 409
    assert second.post(f"{paper.path}/device").status_code == 409
    assert first.get(paper.path).status_code == 200  # the same browser
    first.post(f"{paper.path}/device")
    assert "Open the exam on the other device and go on there." in first.words
    assert second.get(paper.path).status_code == 200
    assert 'value="right" checked' in second.text
    assert first.get(paper.path).status_code == 409
    clock.advance(minutes=3)
    assert first.get(paper.path).status_code == 200  # silence frees it
    assert _attempt(app).epoch == 4


def test_a_dead_battery_is_no_end_since_the_board_lets_go(app: Flask) -> None:
    city = City(app)
    exam_id, boss = city.published(one_device=True), Visitor(app).sign_in("boss")
    paper = Visitor(app).sign_in("lin").start(exam_id)
    second = Visitor(app).sign_in("lin")
    assert second.get(paper.path).status_code == 409
    boss.get(f"/manage/exams/{exam_id}/board")
    address = re.search(r'href="([^"]+/board/attempts/\d+)"', boss.text)
    assert address
    boss.get(address.group(1))
    assert "Continue on another device" in boss.words
    boss.get(f"{address.group(1)}/device")
    boss.post(f"{address.group(1)}/device", reason="")
    assert "Write in a few words why." in boss.words
    boss.post(f"{address.group(1)}/device", reason="Battery died")
    assert "The paper can be opened on another device now." in boss.words
    assert "Continue on another device" not in boss.words
    assert second.get(paper.path).status_code == 200


def test_without_the_rule_the_second_device_takes_over(app: Flask) -> None:
    given = stage(app, watermark=True)
    first, second = Visitor(app).sign_in("lin"), Visitor(app).sign_in("lin")
    paper = first.start(given.exam_id)
    assert second.get(paper.path).status_code == 200
    assert paper.save(1, "right").json["reason"] == "continued_elsewhere"
    assert second.post(f"{paper.path}/device").status_code == 200


def test_one_person_is_exempted_from_the_roster_and_back(app: Flask) -> None:
    city = City(app)
    exam_id, boss = city.published(**COUNTED, watermark=True), Visitor(app).sign_in("boss")
    with learn(app).database.reading() as session:
        lin = session.scalars(select(Person.id).where(Person.username == "lin")).one()
    path = f"/manage/exams/{exam_id}/integrity/{lin}"
    boss.get(f"/manage/exams/{exam_id}/roster")
    assert f'href="{path}"' in boss.text
    boss.get(path)
    assert "Exempt from the rules" in boss.words  # not from the exam
    boss.post(path, reason="")
    assert boss.page.status_code == 422  # type: ignore[union-attr]
    boss.post(path, reason="Reads with a magnifier")
    assert "The integrity rules do not hold for Lin." in boss.words
    assert "Reads with a magnifier" in boss.words
    boss.get(f"/manage/exams/{exam_id}/roster/print")
    assert "magnifier" not in boss.words
    sitter = Visitor(app).sign_in("lin")
    sitter.start(exam_id)
    assert "sl-watermark" not in sitter.text
    assert "magnifier" not in sitter.text
    boss.get(path)
    assert "with the reason: Reads with a magnifier" in boss.words
    boss.post(path, reason="A mistake")
    assert "hold for Lin again" in boss.words
    sitter.start(exam_id)
    assert "sl-watermark" in sitter.text
    assert Visitor(app).sign_in("other").get(path).status_code == 404


def test_the_rules_are_lifted_with_a_reason_that_learners_read(app: Flask) -> None:
    city = City(app)
    exam_id, boss = city.published(**COUNTED, most_leaves=2, watermark=True), Visitor(app).sign_in("boss")
    boss.get(f"/manage/exams/{exam_id}")
    assert f'href="/manage/exams/{exam_id}/integrity"' in boss.text
    boss.post(f"/manage/exams/{exam_id}/integrity", reason="")
    assert boss.page.status_code == 422  # type: ignore[union-attr]
    boss.post(f"/manage/exams/{exam_id}/integrity", reason="The hall has one power socket")
    assert "The integrity rules are lifted for everybody." in boss.words
    assert f'href="/manage/exams/{exam_id}/integrity"' not in boss.text
    lin = Visitor(app).sign_in("lin")
    lin.get(f"/exams/{exam_id}")
    assert "were lifted for everybody. Reason: The hall has one power socket" in lin.words
    lin.post(f"/exams/{exam_id}/attempts")
    assert 'id="paper"' in lin.text
    assert "sl-watermark" not in lin.text


def test_a_trial_shows_the_rules_and_hands_nothing_in(app: Flask, clock: FrozenClock) -> None:
    city = City(app)
    exam_id, boss = (
        city.published(**COUNTED, most_leaves=1, one_device=True, watermark=True),
        Visitor(app).sign_in("boss"),
    )
    boss.get(f"/manage/exams/{exam_id}")
    boss.post(f"/manage/exams/{exam_id}/trial")
    paper = Paper(boss)
    assert "sl-watermark" in boss.text
    assert "/device" not in boss.text
    clock.advance(minutes=5)
    assert _tell(paper, _leave(1, 9), _leave(2, 9), _leave(3, 9)).json == {"count": 3, "seconds": 27}
    assert Visitor(app).sign_in("boss").get(paper.path).status_code == 200


def test_no_step_says_more_than_when_and_how_long(app: Flask, clock: FrozenClock) -> None:
    given = stage(app, **COUNTED, one_device=True)
    paper = Visitor(app).sign_in("lin").start(given.exam_id)
    clock.advance(minutes=5)
    _tell(paper, {**_leave(1, 9), "where": "https://elsewhere.example", "detail": {"seconds": 1}})
    with learn(app).database.reading() as session:
        opened, left = session.scalars(select(Step).order_by(Step.id)).all()
    assert set(opened.detail) == {"deadline", "device"}  # type: ignore[call-overload]
    assert re.fullmatch("[0-9a-f]{16}", opened.detail["device"])  # type: ignore[index]
    assert left.detail == {"seconds": 9}
