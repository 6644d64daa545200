"""Organizers make, publish, change and withdraw exams."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import Attempt, Bank, Completion, Exam, ExamChange, ExamState, Grant, Person, Role, Unit
from suyu_learn.services import exam_plans, people, sitting
from suyu_learn.web.exam_posters import picture
from tests.browser_without_script import Visitor
from tests.clock import START, FrozenClock
from tests.conftest import MakeApp
from tests.factories import learn, learner, multiple, published_exam, single, stored_bank

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class City:
    """A city with two bureaus, an organizer of the first, a bank, and two learners."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with learn(app).database.writing() as session:
            city = people.add_unit(session, "Pine City", parent=None, now=START)
            water = people.add_unit(session, "Water Bureau", parent=city, now=START)
            roads = people.add_unit(session, "Roads Bureau", parent=city, now=START)
            boss = learner(session, now=START, name="Ms Organizer", username="boss", unit=water)
            boss.phone = "13800000000"
            other = learner(session, now=START, name="Mr Other", username="other", unit=roads)
            for person, unit in ((boss, water), (other, roads)):
                session.add(Grant(person_id=person.id, role=Role.ORGANIZER, unit_id=unit.id, granted_at=START))
            learner(session, now=START, name="Lin", username="lin", unit=water)
            drafts = [single(number) for number in range(1, 31)] + [multiple(number) for number in range(1, 11)]
            bank = stored_bank(session, now=START, unit=water, name="Safety 2026", questions=drafts)
            self.water_id, self.roads_id, self.bank_id = water.id, roads.id, bank.id

    def exam(self) -> Exam:
        with learn(self.app).database.reading() as session:
            return session.scalars(select(Exam).order_by(Exam.id.desc())).first()

    def published(self, **policy: Any) -> int:
        with learn(self.app).database.writing() as session:
            values = {"opens_at": START, "closes_at": START + timedelta(days=7), **policy}
            unit = session.get_one(Unit, self.water_id)
            return published_exam(session, now=START, unit=unit, **values).id


@pytest.fixture
def city(app: Flask) -> City:
    return City(app)


@pytest.fixture
def boss(app: Flask, city: City) -> Visitor:
    return Visitor(app).sign_in("boss")


def fields(text: str) -> dict[str, Any]:
    """What a browser would send of the form that makes an exam, without its buttons."""
    form = re.search(r'<form class="(?:sl-plan|sl-card sl-form)".*?</form>', text, re.DOTALL)[0]  # type: ignore[index]
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, kind = re.search(r'name="([^"]+)"', tag), re.search(r'type="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and not (kind and kind[1] == "checkbox" and "checked" not in tag):
            found.setdefault(name[1], []).append(value[1] if value else "y" if kind and kind[1] == "checkbox" else "")
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option[^>]*selected[^>]*value="([^"]*)"|<option value="([^"]*)" selected', body)
        first = re.search(r'value="([^"]*)"', body)
        value = (chosen[1] or chosen[2] or "") if chosen else first[1] if first else ""
        found.setdefault(name, []).append(value)
    for name, body in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found.setdefault(name, []).append(body.strip())
    return {**found, "csrf_token": found["csrf_token"][0]}


def made(boss: Visitor, city: City, action: str = "publish", **values: Any) -> None:
    boss.get(f"/manage/exams/new?bank={city.bank_id}")
    boss.post("/manage/exams/new", **{**fields(boss.text), **values}, action=action)


def test_from_a_bank_an_exam_is_published_with_one_click(boss: Visitor, city: City) -> None:
    boss.get(f"/manage/exams/new?bank={city.bank_id}")
    assert "20 questions, 100 points" in boss.words
    made(boss, city)
    assert "“Safety 2026” is published." in boss.words
    exam = city.exam()
    assert (exam.state, exam.minutes, exam.closes_at) == (ExamState.PUBLISHED, 60, START + timedelta(days=7))
    assert "0 of 2 due" in boss.words
    assert exam.code in boss.text


def test_rows_are_worked_on_without_losing_anything(boss: Visitor, city: City) -> None:
    made(boss, city, action="add", title="Typed title")
    assert 'value="Typed title"' in boss.text
    assert boss.text.count('name="rule_bank"') == 3
    sent = fields(boss.text)
    sent["rule_count"] = ["12", "8", ""]
    sent["rule_points"] = ["1", "2", ""]
    boss.post("/manage/exams/new", **sent, action="hundred")
    assert "20 questions, 100 points" in boss.words
    assert fields(boss.text)["rule_points"][:2] == ["3", "8"]
    boss.post("/manage/exams/new", **fields(boss.text), action="remove-1")
    assert boss.text.count('name="rule_bank"') == 2


@pytest.mark.parametrize("action", ["add", "look", "hundred", "remove-1", "preset-training", "save"])
def test_what_was_open_in_the_form_stays_open(boss: Visitor, city: City, action: str) -> None:
    boss.get(f"/manage/exams/new?bank={city.bank_id}")
    assert " checked" not in "".join(re.findall(r'<input[^>]*name="open"[^>]*>', boss.text))
    sent = {**fields(boss.text), "title": "", "notice": "Bring a pencil"}
    for opened in (["more"], ["conditions", "more"], []):
        boss.post("/manage/exams/new", **sent, open=opened, action=action)
        still = fields(boss.text).get("open", [])
        assert [name for name in still if name != "row-3"] == opened
        assert ("row-3" in still) == (action == "add")
    boss.post("/manage/exams/new", **{**sent, "entry_minutes": "soon"}, action="save")
    assert fields(boss.text)["open"] == ["more"]  # what is to be mended lies inside


def test_unused_rows_stay_open_while_they_are_worked_on(boss: Visitor, city: City) -> None:
    made(boss, city, action="pick")
    boss.get(f"/manage/exams/{city.exam().id}/edit")
    boss.post(f"/manage/exams/{city.exam().id}/edit", **fields(boss.text), open="rows", action="add")
    assert (fields(boss.text)["open"], boss.text.count('name="rule_bank"')) == (["rows", "row-3"], 3)


def test_a_draft_with_somebody_elses_bank_can_be_saved(app: Flask, boss: Visitor, city: City) -> None:
    made(boss, city, action="save", rule_count=["12", "3"], rule_points=["4", "2.5"])
    with learn(app).database.writing() as session:
        bank = session.get_one(Bank, city.bank_id)
        stored_bank(session, now=START, unit=session.get_one(Unit, city.water_id), name="Own", questions=[single(99)])
        bank.unit_id = city.roads_id
        edit = f"/manage/exams/{city.exam().id}/edit"
    boss.get(edit)
    assert boss.words.count("This bank is not yours to use: the row stays as it is, or you remove it.") == 2
    assert "of 30" in boss.words
    sent = fields(boss.text)
    assert sent["rule_bank"] == [str(city.bank_id)] * 2
    boss.post(edit, **{**sent, "title": "Said better"}, action="save")
    assert "Kept as they are: rows 1, 2, from Safety 2026 (not yours to use)." in boss.words
    assert city.exam().title == "Said better"
    boss.post(edit, **{**sent, "rule_count": ["13", "3"]}, action="save")
    assert boss.page.status_code == 422
    assert "Row 1: this bank is not yours to use. Put the row back as it was" in boss.words
    boss.post(edit, **sent, action="add")
    three = fields(boss.text)
    assert three["rule_bank"][2] != str(city.bank_id)
    boss.post(edit, **{**three, "rule_count": ["12", "3", "1"], "rule_points": ["4", "2.5", "1"]}, action="hundred")
    assert fields(boss.text)["rule_points"] == ["4", "2.5", "44.5"]  # what is not one's own keeps its points
    boss.post(edit, **sent, action="pick")  # keeps the rows aside
    boss.get(edit)
    boss.post(edit, **{**fields(boss.text), "title": "Picked"}, action="save")
    assert (city.exam().title, "Kept as they are: rows 1, 2" in boss.words) == ("Picked", True)


def test_units_that_are_kept_are_named(app: Flask, boss: Visitor, city: City) -> None:
    exam_id = city.published()
    with learn(app).database.writing() as session:
        water = session.get_one(Unit, city.water_id)
        quay = people.add_unit(session, "Quay", parent=water, now=START)
        quay.closed_at = START
        exam_plans.set_scope(session, session.get_one(Exam, exam_id), [water.id, quay.id, city.roads_id], [])
    said = "Also meant for these, which stay as they are: Quay (closed), Roads Bureau (outside what you may organize)."
    boss.get(f"/manage/exams/{exam_id}/change")
    assert said in boss.words
    with learn(app).database.writing() as session:
        session.get_one(Exam, exam_id).state = ExamState.DRAFT
        water = session.get_one(Unit, city.water_id)
        water.closed_at = START
    boss.get(f"/manage/exams/{exam_id}/edit")
    assert "Quay (closed)" in boss.words
    assert fields(boss.text)["unit"] == [str(city.water_id)]  # the exam stays with its unit, though that is closed


def test_before_publishing_one_sees_what_is_published(boss: Visitor, city: City) -> None:
    made(boss, city, title="Fire safety", minutes="1", action="publish")
    assert "Before publishing" in boss.words
    for part in ("Title Fire safety", "1 minute", "Pass mark", "Ways in account or QR card", "Due 2 people"):
        assert part in boss.words


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "Paper everybody gets other questions, drawn anew; shuffled: questions, options"),
        ({"mode": "drawn_once", "shuffle_options": []},
         "Paper everybody gets the same questions, drawn once; shuffled: questions"),
        ({"shuffle_questions": [], "shuffle_options": []},
         "Paper everybody gets other questions, drawn anew; not shuffled"),
        ({}, "Multiple choice points only for exactly the right options"),
        ({"partial_credit": "half_for_subset"}, "Multiple choice half the points when some right options are missing"),
        ({}, "Attempts 1 "),
        ({"attempts_allowed": "3", "counts": "mean"}, "Attempts 3, of which the mean counts"),
        ({}, "Shown score at once; right answers, explanations after the closing"),
        ({"show_score": "after_close", "show_key": "never", "results_at": "2026-03-20T08:00"},
         "Shown score, explanations after the closing; right answers never; nothing before 20 Mar 2026, 08:00"),
        ({"show_score": "never", "show_key": "never", "show_explanation": "never", "results_at": "2026-03-20T08:00"},
         "Shown neither score nor right answers nor explanations"),
    ],
)  # fmt: skip
def test_what_is_settled_by_publishing_is_read_before(
    boss: Visitor, city: City, values: dict[str, Any], said: str
) -> None:
    made(boss, city, **{"minutes": "1", **values})
    assert "After publishing only times, pass mark, retake" in boss.words
    assert said in boss.words
    assert ("20 Mar 2026" in boss.words) is ("20 Mar 2026" in said)
    boss.get(f"/manage/exams/{city.exam().id}")
    assert said in boss.words


def test_more_questions_than_there_are(boss: Visitor, city: City) -> None:
    made(boss, city, rule_count=["40", "10"], rule_points=["2", "2"])
    assert boss.page.status_code == 200
    assert "Before publishing" in boss.words
    assert "Publish anyway" not in boss.words
    assert city.exam().state is ExamState.DRAFT
    boss.get(f"/manage/exams/{city.exam().id}/edit")
    assert "Row 1 asks for 40, but there are only 30." in boss.words


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"title": ""}, "This field is required"),
        ({"minutes": "many"}, "Not a valid integer"),
        ({"pass_mark": "120"}, "between 0 and 100"),
        ({"pass_mark": "1e-300"}, "between 0 and 100"),
        ({"pass_mark": "60.001"}, "with two decimals at the most"),
        ({"marks_apart": "1e-300"}, "between 0 and 100"),
        ({"rule_count": ["x", "1"]}, "Row 1: how many questions?"),
        ({"rule_points": ["1e9", "5"]}, "Row 1: how many points each?"),
        ({"closes_at": "2020-01-01T00:00"}, "would close before it opens"),
        ({"units": "999999"}, "not a valid choice"),
    ],
)
def test_bad_input_is_told_and_kept(boss: Visitor, city: City, values: dict[str, Any], said: str) -> None:
    made(boss, city, **{"notice": "Bring a pencil", **values})
    assert boss.page.status_code == 422
    assert said in boss.words
    assert "Bring a pencil" in boss.text
    assert city.exam() is None


def test_warnings_are_confirmed(boss: Visitor, city: City) -> None:
    made(boss, city, pass_mark="99", contact_phone="")
    assert "The pass mark is 99 %." in boss.words
    assert "No phone number is given." in boss.words
    assert city.exam().state is ExamState.DRAFT
    boss.post(f"/manage/exams/{city.exam().id}/publish", confirmed="1")
    assert city.exam().state is ExamState.PUBLISHED


def test_nobody_elses_units_banks_or_exams(app: Flask, boss: Visitor, city: City) -> None:
    exam_id = city.published()
    stranger = Visitor(app).sign_in("other")
    for path in ("", "/change", "/roster", "/edit", "/check", "/poster", "/withdraw", "/qr.svg", "/roster/print"):
        assert stranger.get(f"/manage/exams/{exam_id}{path}").status_code == 404, path
    for path in ("delete", "publish", "trial", "withdraw", "change", "words", "restore"):
        assert stranger.post(f"/manage/exams/{exam_id}/{path}", reason="x").status_code == 404, path
    stranger.get(f"/manage/exams/new?bank={city.bank_id}")
    assert "Safety 2026" not in stranger.words
    sent = fields(stranger.text)
    stranger.post("/manage/exams/new", **{**sent, "title": "Mine", "rule_bank": str(city.bank_id), "rule_type": "",
                                          "rule_count": "5", "rule_points": "20"}, action="publish")  # fmt: skip
    assert stranger.page.status_code == 422
    assert Visitor(app).sign_in("lin").get("/manage/exams").status_code == 403


def test_a_trial_counts_nowhere_and_begins_anew(app: Flask, boss: Visitor, city: City) -> None:
    made(boss, city, action="save")
    exam = city.exam()
    for number in (1, 2):
        boss.post(f"/manage/exams/{exam.id}/trial")
        assert boss.page.status_code == 200
        with learn(app).database.reading() as session:
            rows = session.scalars(select(Attempt).order_by(Attempt.number)).all()
            assert [row.trial for row in rows] == [True] * number
    boss.post(f"/manage/exams/{exam.id}/publish", confirmed="1")
    assert "0 of 2 due" in boss.words
    boss.get(f"/exams/{exam.id}")
    assert "Begin" in boss.words


def test_a_later_closing_gives_running_attempts_their_minutes(
    app: Flask, boss: Visitor, city: City, clock: FrozenClock
) -> None:
    exam_id = city.published(minutes=60, closes_at=START + timedelta(minutes=30))
    Visitor(app).sign_in("lin").start(exam_id)
    assert _attempt(app).deadline == START + timedelta(minutes=30)
    clock.advance(minutes=10)
    boss.get(f"/manage/exams/{exam_id}/change")
    sent = {**fields(boss.text), "closes_at": "2026-03-02T12:00", "reason": "Power cut"}
    boss.post(f"/manage/exams/{exam_id}/change", **sent)
    assert "1 running attempt gets more time" in boss.words
    boss.post(f"/manage/exams/{exam_id}/change", **fields(boss.text))
    attempt = _attempt(app)
    assert attempt.deadline == START + timedelta(minutes=60)
    with learn(app).database.reading() as session:
        assert sitting.rebuild(session, session.get_one(Attempt, attempt.id)) == {}
    cover = Visitor(app).sign_in("lin")
    cover.get(f"/exams/{exam_id}")
    assert "The closing was moved from 2 Mar 2026, 09:30 to 2 Mar 2026, 12:00. Reason: Power cut" in cover.words


def test_a_moment_that_is_not_touched_keeps_its_seconds(app: Flask, boss: Visitor, city: City) -> None:
    closes_at = START + timedelta(minutes=30, seconds=42)  # as a pause leaves it
    exam_id = city.published(minutes=20, closes_at=closes_at)
    boss.get(f"/manage/exams/{exam_id}/change")
    boss.post(f"/manage/exams/{exam_id}/change", **{**fields(boss.text), "minutes": "15", "reason": "Shorter paper"})
    with learn(app).database.reading() as session:
        exam = session.get_one(Exam, exam_id)
        assert (exam.minutes, exam.closes_at) == (15, closes_at)
        assert session.scalars(select(ExamChange.field)).all() == ["minutes"]


def test_a_shorter_window_and_more_minutes_leave_running_attempts_alone(
    app: Flask, boss: Visitor, city: City, clock: FrozenClock
) -> None:
    exam_id = city.published(minutes=60)
    Visitor(app).sign_in("lin").start(exam_id)
    clock.advance(minutes=10)
    boss.get(f"/manage/exams/{exam_id}/change")
    sent = {**fields(boss.text), "closes_at": "2026-03-02T09:30", "minutes": "90", "reason": "Room is needed"}
    boss.post(f"/manage/exams/{exam_id}/change", **sent)
    assert "goes on after the new closing, until 2 Mar 2026, 10:00; it is not cut short." in boss.words
    boss.post(f"/manage/exams/{exam_id}/change", **fields(boss.text))
    assert _attempt(app).deadline == START + timedelta(minutes=60)


def test_keys_stay_hidden_until_the_last_has_finished(
    app: Flask, boss: Visitor, city: City, clock: FrozenClock
) -> None:
    exam_id = city.published(minutes=60)
    Visitor(app).sign_in("lin").start(exam_id)
    boss.start(exam_id).submit()
    boss.get(f"/manage/exams/{exam_id}/change")
    sent = {**fields(boss.text), "closes_at": "2026-03-02T09:30", "reason": "Room is needed"}
    boss.post(f"/manage/exams/{exam_id}/change", **sent)
    boss.post(f"/manage/exams/{exam_id}/change", **fields(boss.text))
    for minutes, shown in ((40, False), (30, True)):
        clock.advance(minutes=minutes)
        boss.get(f"/exams/{exam_id}")
        boss.get(re.search(r'href="(/attempts/[^"]+/result)"', boss.text)[1])  # type: ignore[index]
        assert ("Because of" in boss.words) is shown


def test_a_change_needs_a_reason_and_a_change(boss: Visitor, city: City) -> None:
    exam_id = city.published()
    boss.get(f"/manage/exams/{exam_id}/change")
    sent = fields(boss.text)
    boss.post(f"/manage/exams/{exam_id}/change", **{**sent, "minutes": "45"})
    assert (boss.page.status_code, "Please give a reason" in boss.words) == (422, True)
    boss.post(f"/manage/exams/{exam_id}/change", **{**sent, "reason": "None"})
    assert "Nothing was changed" in boss.words


def test_a_lower_pass_mark_lets_people_pass_and_a_higher_takes_nothing_away(
    app: Flask, boss: Visitor, city: City
) -> None:
    exam_id = city.published(minutes=60)
    paper = Visitor(app).sign_in("lin").start(exam_id)
    paper.save(1, "right")
    paper.save(2, "right")
    paper.submit()
    assert (_attempt(app).points, _attempt(app).passed) == (40, False)
    for mark, said, passed in (("40", "1 person who had failed passes now", True),
                               ("50", "1 person who had passed is below the new mark", False)):  # fmt: skip
        boss.get(f"/manage/exams/{exam_id}/change")
        boss.post(f"/manage/exams/{exam_id}/change", **{**fields(boss.text), "pass_mark": mark, "reason": "Decided"})
        assert said in boss.words
        boss.post(f"/manage/exams/{exam_id}/change", **fields(boss.text))
        assert _attempt(app).passed is passed
        with learn(app).database.reading() as session:
            assert sitting.rebuild(session, session.scalars(select(Attempt)).one()) == {}
            assert len(session.scalars(select(Completion)).all()) == 1


def test_a_form_from_before_a_pause_does_not_undo_what_the_pause_moved(
    app: Flask, boss: Visitor, city: City, clock: FrozenClock
) -> None:
    exam_id = city.published(minutes=30, closes_at=START + timedelta(hours=2))
    path = f"/manage/exams/{exam_id}/change"
    boss.get(path)
    sent = {**fields(boss.text), "minutes": "45", "reason": "Longer paper"}
    boss.post(f"/manage/exams/{exam_id}/board/pause", reason="Power cut")
    clock.advance(minutes=10)
    boss.post(f"/manage/exams/{exam_id}/board/resume")
    assert boss.post(path, **{**sent, "csrf_token": boss.token}).status_code == 409
    assert "a pause has moved its times" in boss.words
    assert "Longer paper" in boss.text
    again = {**fields(boss.text), "minutes": "45"}
    boss.post(path, **again)
    assert "The exam was changed." in boss.words
    assert (city.exam().minutes, city.exam().closes_at) == (45, START + timedelta(hours=2, minutes=10))


def test_a_forgotten_way_in_is_opened_after_publishing(app: Flask, boss: Visitor, city: City) -> None:
    exam_id = city.published()
    code, path = city.exam().code, f"/manage/exams/{exam_id}/change"
    with learn(app).database.writing() as session:
        session.scalars(select(Person).where(Person.username == "lin")).one().staff_number = "W-17"
    door = Visitor(app)
    door.get(f"/join/{code}")
    assert "Staff number" not in door.words
    boss.get(path)
    sent = {**fields(boss.text), "entry_number": "y", "reason": "The cards were left at the office"}
    boss.post(path, **{**sent, "entry_account": [], "entry_number": []})
    assert "No way in is chosen" in boss.words
    boss.post(path, **sent)
    assert "The exam was changed." in boss.words
    assert "Whether one gets in with name and staff number was changed from no to yes." in boss.words
    door.get(f"/join/{code}")
    door.post(f"/join/{code}/number", name="Lin", number="W-17")
    door.post(f"/exams/{exam_id}/attempts")
    assert "Hand in by" in door.words


def test_withdrawing_keeps_open_attempts_and_can_be_undone(app: Flask, boss: Visitor, city: City) -> None:
    exam_id = city.published()
    lin = Visitor(app).sign_in("lin")
    lin.start(exam_id)
    boss.get(f"/manage/exams/{exam_id}/withdraw")
    assert "1 person is sitting it now." in boss.words
    assert "Reason Learners read it on the cover" in boss.words  # not optional
    boss.post(f"/manage/exams/{exam_id}/withdraw", reason="")
    assert boss.page.status_code == 422
    boss.post(f"/manage/exams/{exam_id}/withdraw", reason="Wrong bank")
    lin.get(f"/exams/{exam_id}")
    assert "The exam was withdrawn. Reason: Wrong bank" in lin.words
    assert lin.start(exam_id).key
    newcomer = Visitor(app).sign_in("boss")
    newcomer.get(f"/exams/{exam_id}")
    assert "Begin" not in newcomer.words
    assert newcomer.post(f"/exams/{exam_id}/attempts").status_code == 400
    boss.post(f"/manage/exams/{exam_id}/withdraw", reason="It was right after all")
    newcomer.get(f"/exams/{exam_id}")
    assert "Begin" in newcomer.words


def test_the_recycle_bin(app: Flask, boss: Visitor, city: City) -> None:
    exam_id = city.published()
    Visitor(app).sign_in("lin").start(exam_id)
    boss.get(f"/manage/exams/{exam_id}")
    assert f'href="/manage/exams/{exam_id}/delete"' in boss.text
    boss.get(f"/manage/exams/{exam_id}/delete")
    assert "Learners find it no more" in boss.words
    assert "1 person is sitting it now." in boss.words
    boss.post(f"/manage/exams/{exam_id}/delete")
    assert "Undo" in boss.words
    assert Visitor(app).sign_in("lin").get(f"/exams/{exam_id}").status_code == 404
    boss.get("/manage/exams/bin")
    boss.post(f"/manage/exams/{exam_id}/restore")
    assert "is back" in boss.words


def test_words_are_corrected_without_fuss(boss: Visitor, city: City) -> None:
    exam_id = city.published()
    boss.get(f"/manage/exams/{exam_id}/change")
    boss.post(f"/manage/exams/{exam_id}/words", title="Fire safety", notice="", contact_name="Wu", contact_phone="110")
    assert "Fire safety" in boss.words
    boss.get(f"/exams/{exam_id}")
    assert "title was changed" not in boss.words


def test_posters_refuse_an_address_no_phone_reaches(boss: Visitor, city: City) -> None:
    exam_id = city.published()
    for path in ("", "/poster"):
        boss.get(f"/manage/exams/{exam_id}{path}")
        assert "SUYU_LEARN_PUBLIC_URL" in boss.words
    assert boss.get(f"/manage/exams/{exam_id}/qr.png").status_code == 409


def test_posters_and_codes(make_app: MakeApp, clock: FrozenClock) -> None:
    app = make_app(clock=clock, SUYU_LEARN_PUBLIC_URL="http://192.168.1.20:8000")
    city = City(app)
    boss = Visitor(app).sign_in("boss")
    exam_id = city.published()
    code = city.exam().code
    reply = boss.client.get(f"/manage/exams/{exam_id}/qr.png?unit={city.water_id}&download=1")
    assert reply.mimetype == "image/png"
    assert f'filename="{code}.png"' in reply.headers["Content-Disposition"]
    assert reply.data == picture(f"http://192.168.1.20:8000/join/{code}?unit={city.water_id}", "png")
    assert boss.client.get(f"/manage/exams/{exam_id}/qr.svg").data.startswith(b"<svg")
    boss.get(f"/manage/exams/{exam_id}/poster?by=unit")
    assert boss.text.count('class="sl-poster"') == 1
    assert f"192.168.1.20:8000/join/{code}" in boss.words
    assert "Water Bureau" in boss.words
    assert "To get in: with your card, or with your name and password." in boss.words


def _attempt(app: Flask) -> Attempt:
    with learn(app).database.reading() as session:
        return session.scalars(select(Attempt)).one()
