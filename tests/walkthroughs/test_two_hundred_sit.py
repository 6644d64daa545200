"""What may happen while two hundred sit: an outage, a wrong end, a wrong key, a forgotten unit; nobody is harmed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.models import Attempt, Bank, Completion, Exam, Person, Question, QuestionVersion, RosterChange, Slot
from suyu_learn.services import bank
from tests.clock import FrozenClock
from tests.crowds import SITTING, Seated, seated
from tests.factories import learn, single
from tests.web.test_exam_managing import fields

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

EVERYBODY = range(SITTING)
MINUTE = timedelta(minutes=1)
ALL_RIGHT = dict.fromkeys(range(1, 6), "right")


def _seats(found: Seated) -> dict[str, int]:
    """The figures of the board by their names."""
    found.organizer.get(f"{found.manage}/board")
    names = ("Not started", "In progress", "Handed in", "Time ran out", "Paused", "No contact")
    said = {name: re.search(rf"{name} (\d+) of (\d+)", found.organizer.words) for name in names}
    return {name: int(one[1]) for name, one in said.items() if one is not None}


def test_an_outage_of_twelve_minutes(app: Flask, clock: FrozenClock) -> None:
    began = clock() + timedelta(seconds=1)
    found = seated(app, minutes=30, closes_at=began + 40 * MINUTE)
    clock.advance(minutes=5)
    assert found.answer(EVERYBODY, {1: "right"}) == {25 * 60}
    found.organizer.get(f"{found.manage}/board")
    found.organizer.post(f"{found.manage}/board/pause", reason="Power cut")
    assert _seats(found)["Paused"] == SITTING
    clock.advance(minutes=7)
    assert found.answer(range(50), {2: "right"}) == {25 * 60}, "what comes meanwhile is kept, and no time runs"
    late = found.visitor("north7")
    late.get(f"/exams/{found.exam_id}")
    assert "The exam is paused." in late.words
    clock.advance(minutes=5)
    found.organizer.post(f"{found.manage}/board/resume")
    assert "got 12 min 0 s back" in found.organizer.words
    with learn(app).database.reading() as session:
        assert {one.deadline for one in found.attempts(session)} == {began + 42 * MINUTE}
        assert session.get_one(Exam, found.exam_id).closes_at == began + 52 * MINUTE
    assert found.answer(range(50, SITTING), {2: "right", 3: "right", 4: "wrong1", 5: "wrong2"}) == {25 * 60}
    assert found.answer(range(50), {3: "wrong1"}) == {25 * 60}

    # 50 have 40 points, 150 have 60; 120 of them hand in, the time of the others runs out
    found.hand_in(range(120))
    clock.set(began + 42 * MINUTE + learn(app).grace + MINUTE)
    assert found.run_out() == 80
    seats = _seats(found)
    assert (seats["Handed in"], seats["Time ran out"]) == (120, 80)
    assert found.figures() == (SITTING, SITTING, 150)
    with learn(app).database.reading() as session:
        points = session.execute(select(Attempt.points, func.count()).group_by(Attempt.points)).all()
        assert {(int(one), count) for one, count in points} == {(40, 50), (60, 150)}
        assert session.scalar(select(func.count()).select_from(Completion)) == 150
    found.sound()


def test_a_wrong_end_time_is_mended(app: Flask, clock: FrozenClock) -> None:
    began = clock() + timedelta(seconds=1)
    found = seated(app, minutes=30, closes_at=began + 10 * MINUTE)
    assert found.answer(EVERYBODY, {1: "right"}) == {10 * 60}
    clock.advance(minutes=8)
    closes = (began + 120 * MINUTE).astimezone(learn(app).zone)
    organizer, path = found.organizer, f"{found.manage}/change"
    organizer.get(path)
    organizer.post(
        path, **{**fields(organizer.text), "closes_at": f"{closes:%Y-%m-%dT%H:%M}", "reason": "Typed wrongly"}
    )
    assert "200 running attempts get more time" in organizer.words
    organizer.post(path, **fields(organizer.text))
    assert "The exam was changed." in organizer.words
    with learn(app).database.reading() as session:
        assert {one.deadline for one in found.attempts(session)} == {began + 30 * MINUTE}
    assert found.answer(EVERYBODY, {2: "right", 3: "right"}) == {22 * 60}
    reader = found.visitor("north3")
    reader.get(f"/exams/{found.exam_id}")
    assert "The closing was moved from 2 Mar 2026, 09:10 to 2 Mar 2026, 11:00. Reason: Typed wrongly" in reader.words

    # and once more, the other way: too early for those who sit, of whom nobody is cut short
    clock.advance(minutes=12)
    soon = (clock() + 5 * MINUTE).astimezone(learn(app).zone)
    organizer.get(path)
    organizer.post(
        path, **{**fields(organizer.text), "closes_at": f"{soon:%Y-%m-%dT%H:%M}", "reason": "The hall closes"}
    )
    assert "200 running attempts go on after the new closing" in organizer.words
    organizer.post(path, **fields(organizer.text))
    assert found.answer(EVERYBODY, {4: "wrong1"}) == {10 * 60}
    with learn(app).database.reading() as session:
        assert {one.deadline for one in found.attempts(session)} == {began + 30 * MINUTE}
        assert {one.state for one in found.attempts(session)} == {AttemptState.OPEN}
    clock.advance(minutes=9)
    found.hand_in(EVERYBODY)
    assert found.figures() == (SITTING, SITTING, SITTING)  # three of five are 60 of 100
    found.sound()


def test_a_wrong_end_is_noticed_when_the_clock_has_closed_all(app: Flask, clock: FrozenClock) -> None:
    began = clock() + timedelta(seconds=1)
    found = seated(app, minutes=30, closes_at=began + 10 * MINUTE)
    found.answer(EVERYBODY, {1: "right", 2: "right"})
    found.hand_in([0])  # who was ready
    clock.advance(minutes=16)
    assert found.run_out() == SITTING - 1
    closes = (clock() + 60 * MINUTE).astimezone(learn(app).zone)
    organizer, path = found.organizer, f"{found.manage}/change"
    organizer.get(path)
    organizer.post(
        path, **{**fields(organizer.text), "closes_at": f"{closes:%Y-%m-%dT%H:%M}", "reason": "Typed wrongly"}
    )
    assert "199 papers were closed by the clock though they have time by the new end." in organizer.words
    organizer.post(path, **fields(organizer.text))
    assert "Open all papers again that an old end has cut short" in organizer.words, "it leads to the board"
    assert found.figures() == (SITTING, SITTING, 0)
    again = f"{found.manage}/board/extend?cut=1"
    organizer.get(again)
    assert "199 papers that are closed go on" in organizer.words
    assert "The old end took up to 20 minutes from them." in organizer.words
    assert "who looked at the result then may know what it showed" in organizer.words
    organizer.post(again, minutes="20", reason="The end was typed wrongly")
    assert "199 papers are open again, for 20 minutes from now." in organizer.words
    assert found.figures() == (SITTING, 1, 0)
    sits = found.visitor("north5")
    sits.get(f"/attempts/{found.keys[5]}/result")
    assert "Hand in by" in sits.words  # the paper
    with learn(app).database.reading() as session:
        assert {one.deadline for one in found.attempts(session)[1:]} == {clock() + 20 * MINUTE}
    found.sound()
    found.answer([5], {3: "right"}, epoch=3)  # which has opened it
    found.answer([place for place in range(1, SITTING) if place != 5], {3: "right"}, epoch=2)
    found.hand_in(range(1, SITTING))
    assert found.figures() == (SITTING, SITTING, SITTING - 1)
    found.sound()


def test_a_wrong_key_is_mended_while_half_have_handed_in(app: Flask, clock: FrozenClock) -> None:
    wrong = replace(single(1), body={**single(1).body, "answer": ["wrong1"]})
    drafts = [wrong, *(single(number) for number in range(2, 6))]
    found = seated(app, questions=drafts, minutes=60, shuffle_questions=False, attempts_allowed=1)
    with learn(app).database.reading() as session:
        question = session.scalars(select(Question).where(Question.uid == wrong.uid)).one()
        asked = {one.key: _slot_of(session, one, question.id) for one in found.attempts(session)}
        page = f"/manage/bank/{question.bank_id}/questions/{question.id}/regrade"
    slots = [asked[key] for key in found.keys]
    others = [[slot for slot in range(1, 6) if slot != own] for own in slots]
    # everybody is right in two of the other four; of each four one chose what the wrong key says
    for place in EVERYBODY:
        mine = "wrong1" if place % 4 == 0 else "right"
        found.answer([place], {slots[place]: mine, others[place][0]: "right", others[place][1]: "right"})
    clock.advance(minutes=20)
    half = range(SITTING // 2)
    found.hand_in(half)
    assert found.figures() == (SITTING, 100, 25)

    clock.advance(minutes=5)
    with learn(app).database.writing() as session:
        row = session.scalars(select(Bank)).one()
        right = replace(wrong, body={**wrong.body, "answer": ["right"]})
        bank.store(session, row, right, now=clock(), reviewer="r")
    organizer = found.organizer
    organizer.get(page)
    for said in ("Attempts marked by another key 100", "More points 75 of 100", "Fewer points 25 of 100",
                 "Newly passed 75 of 100", "No longer passed 25 of 100",
                 "Still being sat; marked by this key when they are handed in 100"):  # fmt: skip
        assert said in organizer.words
    organizer.post(page, reason="Option A was right.")
    assert "100 attempts were marked anew." in organizer.words
    assert found.figures() == (SITTING, 100, 75)

    lost, gained, sits = found.visitor("north0"), found.visitor("north1"), found.visitor("north150")
    lost.get("/")
    assert "60 points became 40. With this the pass mark is not reached any more." in lost.words
    gained.get("/")
    assert "40 points became 60. With this you have passed." in gained.words
    gained.get(f"/attempts/{found.keys[1]}/result")
    assert "60 out of 100" in gained.words
    assert "0 points became 20. Reason: Option A was right." in gained.words
    sits.get("/")
    assert "became" not in sits.words
    clock.advance(minutes=5)
    found.hand_in(range(SITTING // 2, SITTING))
    assert found.figures() == (SITTING, SITTING, 150)
    sits.get(f"/attempts/{found.keys[150]}/result")
    assert "60 out of 100" in sits.words  # 150 chose what is right
    with learn(app).database.reading() as session:
        stands = select(func.count()).select_from(Completion).where(Completion.voided_at.is_(None))
        assert session.scalar(stands) == 150
        assert session.scalar(select(func.count()).select_from(Completion)) == 175
    found.sound()


def _slot_of(session: Session, attempt: Attempt, question_id: int) -> int:
    """Where a question stands on somebody's paper."""
    found = select(Slot.number).join(QuestionVersion, QuestionVersion.id == Slot.version_id)
    return session.scalar(found.where(Slot.attempt_id == attempt.id, QuestionVersion.question_id == question_id)) or 0


def test_a_forgotten_unit_comes_in(app: Flask, clock: FrozenClock) -> None:
    found = seated(app, minutes=30, south=40)
    found.answer(EVERYBODY, ALL_RIGHT)
    outsider = found.visitor("south5")
    outsider.get(f"/exams/{found.exam_id}")
    assert "You are not on the list of this exam." in outsider.words
    assert found.figures() == (SITTING, 0, 0)
    clock.advance(minutes=10)
    with learn(app).database.reading() as session:
        before = {one.key: (one.deadline, one.epoch) for one in found.attempts(session)}
    organizer, path = found.organizer, f"{found.manage}/change"
    organizer.get(path)
    sent = {**fields(organizer.text), "units": [str(found.north_id), str(found.south_id)], "reason": "Forgotten"}
    organizer.post(path, **sent)
    assert "40 people become due as additions, with this reason." in organizer.words
    seen = re.search(r'name="seen" value="([^"]+)"', organizer.text)
    assert seen is not None
    organizer.post(path, **{**sent, "seen": seen[1], "csrf_token": organizer.token})
    assert "The exam was changed." in organizer.words
    assert found.figures() == (SITTING + 40, 0, 0)
    seats = _seats(found)
    assert (seats["Not started"], seats["In progress"]) == (40, SITTING)  # nothing was heard of them for ten minutes
    with learn(app).database.reading() as session:
        assert {one.key: (one.deadline, one.epoch) for one in found.attempts(session)} == before
        assert session.scalar(select(func.count()).select_from(RosterChange)) == 40

    paper = outsider.start(found.exam_id)
    for slot in paper.slots:
        assert paper.save(slot, "right").json["remaining"] == 30 * 60
    paper.submit()
    assert "100 out of 100" in outsider.words
    assert found.answer(range(10), {1: "wrong1"}, seq=2) == {20 * 60}
    found.hand_in(EVERYBODY)
    # all but ten have everything right, and 80 of 100 passes too; 39 of the south have not come
    assert found.figures() == (SITTING + 40, SITTING + 1, SITTING + 1)
    organizer.get(f"{found.manage}/report")
    assert "39" in organizer.words
    with learn(app).database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == SITTING + 40 + 1
    found.sound()
