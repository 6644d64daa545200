"""A learner practises, stops, goes on the next day, clears the notebook and sits a mock exam.

Beside it an assessment draws from the same bank; what it may ask comes in no way of practising.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace

from flask import Flask

from suyu_learn.domain.practice import Openness
from suyu_learn.models import Role
from suyu_learn.services import people
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import learn, learner, manager, published_exam, single, stored_bank

SECRET = "Known to the assessment alone"
COUNT = 8


class Learner:
    """Somebody at a phone without script who reads each question and knows the answers, but for some slips."""

    def __init__(self, app: Flask, name: str, bank_id: int) -> None:
        self.visitor = Visitor(app).sign_in(name)
        self.bank = f"/practice/{bank_id}"
        self.seen: set[str] = set()

    @property
    def words(self) -> str:
        return self.visitor.words

    def look(self, path: str) -> bool:
        """Open a page of practice; whether it asks a question."""
        self.visitor.get(path)
        return self._noted()

    def _noted(self) -> bool:
        assert SECRET not in self.visitor.text
        stems = re.findall(r'sl-question__stem"[^>]*>(?:<p>)?([^<]*)', self.visitor.text)
        self.seen |= {html.unescape(stem).strip() for stem in stems}
        return bool(stems)

    def answer(self, way: str, *, slip: bool = False) -> None:
        """Answer what this way asks next."""
        assert self.look(f"{self.bank}/{way}"), self.words
        form = dict(re.findall(r'type="hidden" name="(key|question)" value="([^"]*)"', self.visitor.text))
        self.visitor.post(f"{self.bank}/{way}", **form, q1="wrong1" if slip else "right")
        assert ("Your answer, wrong" if slip else "Your answer, right") in self.words
        assert "Why" in self.words
        self._noted()

    def pages_of_a_mock(self) -> None:
        """Answer every page of a mock exam with one slip, look it over, and hand in."""
        assert self.visitor.page is not None
        path = self.visitor.page.request.path
        page = 1
        while True:
            numbers = re.findall(r'data-slot="(\d+)"', self.visitor.text)
            given = {f"q{number}": "wrong1" if number == "3" else "right" for number in numbers}
            more = f'value="page_{page + 1}"><span>Next' in self.visitor.text
            self._noted()
            self.visitor.post(path, page=str(page), action=f"page_{page + 1}" if more else "review", **given)
            if not more:
                break
            page += 1
        assert "All 7 questions are answered." in self.words
        self.visitor.post(path, action="hand_in")
        self._noted()


def test_days_of_practice(app: Flask, clock: FrozenClock) -> None:
    here = learn(app)
    with here.database.writing() as session:
        mill = people.add_unit(session, "Pine Mill", parent=None, now=clock())
        hidden = replace(single(99), body={**single(99).body, "stem": SECRET}, tags=("kpi",))
        questions = [*(single(number) for number in range(1, COUNT)), hidden]
        bank = stored_bank(session, now=clock(), unit=mill, questions=questions, name="Safety at work")
        organizer = str(manager(session, Role.ORGANIZER, mill, now=clock()).username)
        learner(session, now=clock(), unit=mill, username="lin")
        exam = published_exam(session, now=clock(), source=bank, questions=1, unit=mill, title="How things stand",
                              purpose="assessment")  # fmt: skip
        exam.paper.rules[0].filter = {"banks": [bank.id], "tags": ["kpi"]}
        number = bank.id

    lin = Learner(app, "lin", number)
    lin.look("/")
    assert "Practise questions" not in lin.words

    keeper = Visitor(app).sign_in(organizer)
    keeper.get(f"/manage/bank/{number}")
    keeper.post(f"/manage/bank/{number}/practice", practice=Openness.OPEN_WITH_EXAMS.value)
    assert "7 of 8 questions can be practised." in keeper.words
    assert "1 question stays out because an assessment may ask it" in keeper.words

    # the first day: four in order, two of them wrong
    lin.look("/")
    assert "Practise questions" in lin.words
    for slip in (False, True, False, True):
        lin.answer("order", slip=slip)
    assert "It is in your mistakes notebook." in lin.words

    # the next day it goes on with the fifth
    clock.advance(days=1)
    lin.look("/practice")
    assert "4 of 7 practised 50 % right of 4 answers given 2 mistakes to clear" in lin.words
    lin.look(f"{lin.bank}/order")
    assert "Question 5 of 7" in lin.words
    first = lin.visitor.text
    for _rest in range(3):
        lin.answer("order")
    lin.look(f"{lin.bank}/order")
    assert "You have been through all 7 questions." in lin.words

    # the notebook: both mistakes, right twice in a row
    for _right in range(4):
        lin.answer("notebook")
    assert "Right twice in a row: it has left your notebook." in lin.words
    lin.look(f"{lin.bank}/notebook")
    assert "Your notebook has nothing of this bank." in lin.words

    # at random each comes once, and with the answers at once all of them too
    for _question in range(7):
        lin.answer("random")
    lin.look(f"{lin.bank}/random")
    assert "You have been through all 7 questions." in lin.words
    for _question in range(7):
        assert lin.look(f"{lin.bank}/read")
        shown = dict(re.findall(r'type="hidden" name="(question)" value="([^"]*)"', lin.visitor.text))
        lin.visitor.post(f"{lin.bank}/read/next", **shown)

    # a question is marked to come back to
    form = {"question": re.findall(r'name="question" value="([^"]*)"', first), "favourite": "yes"}
    lin.visitor.post(f"{lin.bank}/order/favourite", **form)
    assert lin.look(f"{lin.bank}/favourites")
    assert "Question 1 of 1" in lin.words

    # a mock exam asks all there is, explains at the end, and its mistake is in the notebook
    lin.visitor.post(f"{lin.bank}/mock", questions="8", minutes="20")
    assert "There are only 7 questions for a mock exam here." in lin.words
    lin.pages_of_a_mock()
    assert "6 of 7 right" in lin.words
    lin.look(lin.bank)
    assert "1 mistake to clear" in lin.words
    assert lin.seen == {f"Question {place}?" for place in range(1, COUNT)}

    # nothing of it is anywhere but here
    lin.look("/records")
    assert "Safety at work" not in lin.words
    keeper.get("/manage/reports")
    assert "Safety at work" not in keeper.words
