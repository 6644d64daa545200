"""The pages on which people mark: without script, in both languages, and when two are at work."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import OpenAnswer, PaperMode, Role, Shown, Slot, Step
from suyu_learn.services import people
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import essay, learn, learner, manager, published_exam, short_answer, single, stored_bank

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Given:
    app: Flask
    exam_id: int
    visitors: dict[str, Visitor]

    @property
    def queue(self) -> str:
        return f"/manage/exams/{self.exam_id}/marking"

    def path(self, kind: str = "essay") -> str:
        """The page of the one answer of a type."""
        here = learn(self.app)
        with here.database.reading() as session:
            for row in session.scalars(select(OpenAnswer)):
                slot = session.get_one(Slot, (row.attempt_id, row.slot))
                if here.versions.get(session, slot.version_id).type.code == kind:
                    return f"{self.queue}/answers/{row.key}"
        raise AssertionError(kind)


@pytest.fixture
def given(app: Flask, clock: FrozenClock) -> Given:
    return _given(app, clock)


def _given(app: Flask, clock: FrozenClock, **policy: object) -> Given:
    """An exam that somebody has sat: a choice, an essay, and a short answer with two keywords of which one is named."""
    here = learn(app)
    with here.database.writing() as session:
        unit = people.add_unit(session, "Pine City", parent=None, now=here.now())
        source = stored_bank(session, now=here.now(), unit=unit,
                             questions=[single(1), essay(1), short_answer(1, "smoke", "heat")])  # fmt: skip
        exam = published_exam(session, now=here.now(), source=source, unit=unit, points=5, show_key=Shown.NOW,
                              mode=PaperMode.DRAWN_ONCE, shuffle_questions=False, **policy)  # fmt: skip
        usernames = {"lin": learner(session, now=here.now(), unit=unit, name="Lin Somebody").username}
        for name, role in (("ann", Role.MARKER), ("ben", Role.MARKER), ("org", Role.ORGANIZER)):
            usernames[name] = manager(session, role, unit, now=here.now()).username
        exam_id = exam.id
    visitors = {name: Visitor(app).sign_in(str(username)) for name, username in usernames.items()}
    paper = visitors["lin"].start(exam_id)
    with here.database.reading() as session:
        slots = session.scalars(select(Slot)).all()
        kinds = {slot.number: here.versions.get(session, slot.version_id).type.code for slot in slots}
    for number, kind in kinds.items():
        paper.save(number, {"single": "right", "essay": "First.\n<b>Second</b>"}.get(kind, "Because of smoke"))
    paper.submit()
    clock.advance(minutes=10)
    return Given(app, exam_id, visitors)


def test_ticks_alone_are_a_mark_and_the_next_one_comes_up(given: Given) -> None:
    ann = given.visitors["ann"]
    ann.get(given.queue)
    link = re.search(r'href="([^"]+/next)"', ann.text)
    assert link
    ann.get(link[1])
    assert "Names the cause 3 points" in ann.words
    assert "First. <b>Second</b>" in ann.words, "letter by letter"
    for name in ("Lin", "Pine City"):
        assert name not in ann.words
    ann.post(given.path(), state="waiting", tick=["0"], comment="Well said")
    assert "Saved." in ann.words
    assert "No answer to this question waits for you now." in ann.words
    lin = given.visitors["lin"]
    lin.get("/records")
    key = _attempt_key(given)
    lin.get(f"/attempts/{key}/result")
    assert "10.5 out of 15" in lin.words
    assert "3 of 5 Well said" in lin.words


def _attempt_key(given: Given) -> str:
    with learn(given.app).database.reading() as session:
        return session.scalars(select(OpenAnswer)).first().attempt.key  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "Type the points, or tick what the answer says."),
        ({"points": "many"}, "Type a number from 0 to 5, such as 2.5, with two decimals at most."),
        ({"points": "5.5"}, "The answer can earn from 0 to 5 points."),
        ({"points": "1.234"}, "with two decimals at most."),
        ({"points": "1", "comment": "x" * 1001}, "1000"),
        ({"points": "9" * 20}, "12"),
    ],
)
def test_bad_input_is_told_and_nothing_typed_is_lost(given: Given, form: dict[str, str], sentence: str) -> None:
    ann = given.visitors["ann"]
    answer = ann.post(given.path(), state="waiting", **{"comment": "keep me", "tick": ["1"] if form else [], **form})
    assert answer.status_code == 422
    assert sentence in ann.words
    assert form.get("comment", "keep me") in ann.text
    assert f'value="{form.get("points", "")}"' in ann.text
    assert ('value="1" data-points="2.00" data-letter="b" checked' in ann.text) is bool(form)


def test_an_answer_in_other_hands_is_refused_until_ten_minutes_later(given: Given, clock: FrozenClock) -> None:
    ann, ben, path = given.visitors["ann"], given.visitors["ben"], given.path()
    ann.get(path)
    assert ben.get(path).status_code == 409
    assert "Somebody else has this answer before them now." in ben.words
    ben.get(given.queue)
    assert "1 In other hands now" in ben.words
    clock.advance(minutes=11)
    assert ben.get(path).status_code == 200
    ben.post(path, state="waiting", points="5")
    ann.post(path, state="waiting", points="0")
    assert "Their mark stands; yours was not saved." in ann.words


def test_a_learner_sees_each_part_as_far_as_it_is_marked(given: Given) -> None:
    lin = given.visitors["lin"]
    lin.get(f"/attempts/{_attempt_key(given)}/result")
    assert "1 answer is still being read by a person; the result comes then." in lin.words
    assert "A person is still reading this answer." in lin.words
    assert "Partly right" in lin.words, "what keywords have marked is told"
    assert "out of" not in lin.words
    assert "Passed" not in lin.words
    lin.get("/records")
    assert "Not marked yet" in lin.words


def test_keywords_are_looked_at_and_corrected_with_a_reason(given: Given) -> None:
    ben, path = given.visitors["ben"], given.path("short_answer")
    ben.get(given.queue)
    link = re.search(r'href="([^"]+show=machine)"', ben.text)
    assert link
    ben.get(link[1])
    assert "Because of smoke Marked by keywords · 2.5 of 5" in ben.words
    ben.get(path)
    seen = re.search(r'name="seen" value="([^"]+)"', ben.text)
    assert seen
    ben.post(path, state="machine", seen=seen[1], points="4")
    assert "Reason for the change Shown to the learner beside the result This field is required." in ben.words
    assert 'value="4"' in ben.text
    for points, said in (("1e30", seen[1]), ("4", "sNaN"), ("4", "1e999999")):
        ben.post(path, state="machine", seen=said, points=points, reason="Heat is meant")
        assert "Saved." not in ben.words
    ben.get(path)
    ben.post(path, state="machine", seen=seen[1], points="4", reason="Heat is meant")
    assert "Saved." in ben.words
    given.visitors["ann"].post(given.path(), state="waiting", points="5")
    given.visitors["lin"].get(f"/attempts/{_attempt_key(given)}/result")
    assert "14 out of 15" in given.visitors["lin"].words
    assert "Heat is meant" in given.visitors["lin"].words
    given.visitors["ann"].post(path, state="machine", seen=seen[1], points="0", reason="No")
    assert "Somebody else has changed this mark meanwhile." in given.visitors["ann"].words


def test_an_organizer_sees_how_far_it_is_but_does_not_mark(given: Given) -> None:
    org, path = given.visitors["org"], given.path()
    org.get(given.queue)
    assert "Marking needs the role of a marker" in org.words
    assert "/next" not in org.text
    org.get(path)
    assert 'name="points"' not in org.text
    assert org.post(path, state="waiting", points="5").status_code == 422
    with learn(given.app).database.reading() as session:
        assert session.scalars(select(Step).where(Step.kind == "marked", Step.actor_id.is_not(None))).all() == []


def test_results_wait_for_their_moment(app: Flask, clock: FrozenClock) -> None:
    given = _given(app, clock, results_at=clock() + timedelta(days=1))
    lin, path = given.visitors["lin"], f"/attempts/{_attempt_key(given)}/result"
    given.visitors["ann"].post(given.path(), state="waiting", points="5")
    lin.get(path)
    assert "Your answers are in. The result is shown from" in lin.words
    assert "out of" not in lin.words
    lin.get("/records")
    assert "is not shown" in lin.words
    assert "Nothing has been completed yet." in lin.words
    clock.advance(days=1)
    lin.get(path)
    assert "12.5 out of 15" in lin.words


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_page_is_in_its_language(given: Given, lang: str) -> None:
    ann = given.visitors["ann"]
    ann.headers = {"Accept-Language": lang}
    question = re.search(r"/marking/(\d+)/", ann.get(given.queue).get_data(as_text=True))
    assert question
    pages = ["/manage/marking", given.queue, given.path(), f"{given.queue}/{question[1]}/answers?show=mine"]
    for page in pages:
        assert ann.get(page).status_code == 200
        assert bool(re.search("阅卷|评", ann.words)) is (lang == "zh-CN"), page
