"""Somebody objects to a question, is right, and everybody's result follows; the absent sit the retake."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import Appeal, AppealState, Attempt, Completion, Exam, Person, Unit
from suyu_learn.services import reports, sitting
from tests.browser_without_script import Paper, Visitor
from tests.clock import START, FrozenClock
from tests.factories import learn, learner
from tests.web.test_bank_editor import typed_form
from tests.web.test_exam_managing import City, fields

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CLOSES = START + timedelta(hours=2)
NAMES = ("an", "bo", "cai", "ding")


def _published(boss: Visitor, city: City, **values: str) -> int:
    """A formal exam of five questions of 20 points, the same for everybody, that closes at 11 o'clock."""
    boss.get(f"/manage/exams/new?bank={city.bank_id}")
    boss.post("/manage/exams/new", **fields(boss.text), action="preset-exam")
    rules = {"rule_bank": str(city.bank_id), "rule_type": "single", "rule_count": "5", "rule_points": "20",
             "mode": "drawn_once", "closes_at": "2026-03-02T11:00"}  # fmt: skip
    boss.post("/manage/exams/new", **{**fields(boss.text), **rules, **values}, action="publish")
    assert "is published." in boss.words
    return city.exam().id


def _figures(app: Flask, exam_id: int) -> tuple[int, int, int]:
    here = learn(app)
    with here.database.reading() as session:
        total = reports.exam_report(session, session.get_one(Exam, exam_id), now=here.now()).total
        assert total is not None
        return total.tally.due, total.tally.sat, total.tally.passed


def _sound(app: Flask) -> None:
    with learn(app).database.reading() as session:
        assert all(sitting.rebuild(session, one) == {} for one in session.scalars(select(Attempt)))


def _answer(paper: Paper, stems: dict[str, str]) -> None:
    """Answer the questions with these stems, wherever they stand on this paper."""
    for slot, stem in _stems(paper).items():
        if stem in stems:
            assert paper.save(slot, stems[stem]).status_code == 200


def _stems(paper: Paper) -> dict[int, str]:
    page = paper.visitor.text
    return {
        int(slot): re.search(rf'id="stem-{slot}"[^>]*>\s*(?:<p>)?([^<]+)', page)[1].strip()  # type: ignore[index]
        for slot in re.findall(r'id="stem-(\d+)"', page)
    }


def test_an_appeal_that_leads_to_a_regrade(app: Flask, clock: FrozenClock) -> None:
    city, here = City(app), learn(app)
    with here.database.writing() as session:
        water = session.get_one(Unit, city.water_id)
        for name in NAMES:
            learner(session, now=START, unit=water, username=name, name=f"Person {name}")
    boss = Visitor(app).sign_in("boss")
    exam_id = _published(boss, city, appeal_days="3")
    people = {name: Visitor(app).sign_in(name) for name in NAMES}
    papers = {name: people[name].start(exam_id) for name in NAMES}
    first, *others = sorted(_stems(papers["an"]).values())
    # an and bo chose another option of the first question than its key; with it they would pass
    for name, right in (("an", 2), ("bo", 2), ("cai", 3), ("ding", 1)):
        mine = "wrong1" if name in ("an", "bo") else "right"
        _answer(papers[name], {first: mine, **dict.fromkeys(others[:right], "right")})
        papers[name].submit()
    assert _figures(app, exam_id) == (6, 4, 1)  # with lin and boss, who did not come; cai has 80 points
    assert "40 out of 100" in people["an"].words

    people["an"].get(f"/attempts/{papers['an'].key}/result")
    assert "I think the result is wrong" in people["an"].words, "no question is shown before the closing"
    clock.set(CLOSES + timedelta(minutes=10))
    for name in ("an", "bo"):
        people[name].get(f"/attempts/{papers[name].key}/result")
        slot = next(slot for slot, stem in _review(people[name]).items() if stem == first)
        people[name].post(f"/attempts/{papers[name].key}/appeals", slot=str(slot), text=f"{name}: see page 12.")
        assert "Your appeal was sent." in people[name].words
    boss.get(f"/manage/exams/{exam_id}")
    assert "2 appeals open, of 2" in boss.words
    boss.get(f"/manage/exams/{exam_id}/appeals")
    assert "Person an" in boss.words
    with here.database.reading() as session:
        rows = session.scalars(select(Appeal)).all()
        question_id = rows[0].question_id
        assert {one.question_id for one in rows} == {question_id}
    boss.post(f"/manage/exams/{exam_id}/appeals", question=str(question_id), appeal=[str(one.id) for one in rows],
              verdict="accepted", answer="The first of the wrong answers is right.")  # fmt: skip
    boss.get(re.search(r'href="([^"]+/edit)"', boss.text)[1])  # type: ignore[index]
    _correct(boss)
    boss.get(f"/manage/exams/{exam_id}/appeals")
    boss.get(re.search(r'href="([^"]+/regrade)"', boss.text)[1])  # type: ignore[index]
    assert "More points 2 of 4" in boss.words
    assert "Fewer points 2 of 4" in boss.words
    reason = html.unescape(re.search(r'<textarea[^>]*name="reason"[^>]*>([^<]*)<', boss.text)[1])  # type: ignore[index]
    clock.advance(minutes=1)
    boss.post(str(boss.page.request.path), reason=reason)  # type: ignore[union-attr]
    assert "4 attempts were marked anew." in boss.words
    # an and bo have 60 now, cai keeps 60 of 80, ding 20 of 40
    assert _figures(app, exam_id) == (6, 4, 3)
    for name, said in (("an", "40 points became 60. With this you have passed."),
                       ("cai", "80 points became 60. You have passed, as before."),
                       ("ding", "40 points became 20. The pass mark is not reached, as before.")):  # fmt: skip
        people[name].get("/")
        assert said in people[name].words
        people[name].get(f"/attempts/{papers[name].key}/result")
        assert "After an appeal in “Safety 2026”" in people[name].words
        people[name].get("/")
        assert said not in people[name].words
    with here.database.reading() as session:
        done = session.scalars(select(Person.username).join(Completion, Completion.person_id == Person.id)
                               .where(Completion.voided_at.is_(None)))  # fmt: skip
        assert set(done) == {"an", "bo", "cai"}
        assert {one.state for one in session.scalars(select(Appeal))} == {AppealState.ACCEPTED}
    clock.set(CLOSES + timedelta(days=3, minutes=12))
    people["ding"].get(f"/attempts/{papers['ding'].key}/result")
    assert "I think this is wrong" not in people["ding"].words, "the days count from the regrade, and are over"
    _sound(app)


def _review(visitor: Visitor) -> dict[int, str]:
    found = re.findall(r'id="q-(\d+)".*?sl-question__stem">\s*(?:<p>)?([^<]+)', visitor.text, re.DOTALL)
    return {int(slot): stem.strip() for slot, stem in found}


def _correct(boss: Visitor) -> None:
    """Mark the first wrong option as right on the form, and publish that."""
    boss.post(boss.page.request.path, **{**typed_form(boss), "option-right": "wrong1"}, act="save:publish")  # type: ignore[union-attr]
    assert "Published: papers draw this version" in boss.words


def test_the_absent_sit_the_retake(app: Flask, clock: FrozenClock) -> None:
    city, here = City(app), learn(app)
    with here.database.writing() as session:
        water = session.get_one(Unit, city.water_id)
        for name in NAMES:
            learner(session, now=START, unit=water, username=name, name=f"Person {name}")
    boss = Visitor(app).sign_in("boss")
    exam_id = _published(boss, city, retake_for="absent", retake_opens_at="2026-03-03T09:00",
                         retake_closes_at="2026-03-03T11:00", retake_attempts="1")  # fmt: skip
    people = {name: Visitor(app).sign_in(name) for name in (*NAMES, "lin")}
    for name, right in (("an", 5), ("bo", 1)):
        paper = people[name].start(exam_id)
        _answer(paper, dict.fromkeys(sorted(_stems(paper).values())[:right], "right"))
        paper.submit()
    assert _figures(app, exam_id) == (6, 2, 1)
    clock.set(CLOSES + timedelta(minutes=10))
    people["cai"].get(f"/exams/{exam_id}")
    assert "Not open yet" in people["cai"].words
    people["bo"].get(f"/exams/{exam_id}")
    assert "Closed" in people["bo"].words, "who has failed is not absent"
    assert people["cai"].post(f"/exams/{exam_id}/attempts").status_code == 400
    clock.set(START + timedelta(days=1))
    for name, right in (("cai", 4), ("ding", 2)):
        people[name].get("/")
        assert "Begin the retake" in people[name].words
        paper = people[name].start(exam_id)
        _answer(paper, dict.fromkeys(sorted(_stems(paper).values())[:right], "right"))
        paper.submit()
    for name in ("an", "bo"):
        assert people[name].post(f"/exams/{exam_id}/attempts").status_code == 400
    assert people["cai"].post(f"/exams/{exam_id}/attempts").status_code == 400, "once"
    clock.set(START + timedelta(days=1, hours=3))
    assert people["lin"].post(f"/exams/{exam_id}/attempts").status_code == 400, "too late"
    assert _figures(app, exam_id) == (6, 4, 2)
    boss.get(f"/manage/exams/{exam_id}/report")
    assert "2 people sat the retake, 1 passed there" in boss.words
    with here.database.reading() as session:
        retakes = session.scalars(select(Person.username).join(Attempt, Attempt.person_id == Person.id)
                                  .where(Attempt.retake.is_(True))).all()  # fmt: skip
        assert sorted(str(one) for one in retakes) == ["cai", "ding"]
    _sound(app)
