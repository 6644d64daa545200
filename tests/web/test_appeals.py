"""Appeals: made and withdrawn by learners, answered by markers and organizers, followed by a regrade."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.models import Appeal, AppealState, Attempt, AuditEntry, Exam, Person, Question, Role, Shown, Unit
from suyu_learn.services import bank, grants, people, sitting
from tests.browser_without_script import Visitor
from tests.clock import START, FrozenClock
from tests.factories import essay, learn, learner, manager, published_exam, single, stored_bank

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CLOSES = START + timedelta(hours=2)
WRONG_KEY = replace(single(1), body={**single(1).body, "answer": ["wrong1"]})


@dataclass
class Given:
    """An exam of two questions, of which the first has a wrong key, that two people have sat."""

    app: Flask
    exam_id: int
    clock: FrozenClock
    visitors: dict[str, Visitor] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)

    def slot(self, who: str) -> int:
        """Where the question with the wrong key stands on somebody's paper."""
        self.result(who)
        found = re.search(r'id="q-(\d+)"(?:(?!</article>).)*Question 1\?', self.visitors[who].text, re.DOTALL)
        assert found is not None
        return int(found[1])

    def result(self, who: str) -> str:
        self.visitors[who].get(f"/attempts/{self.keys[who]}/result")
        return self.visitors[who].words

    def appeal(self, who: str, slot: int, text: str = "Option A is right as well.") -> int:
        answer = self.visitors[who].post(f"/attempts/{self.keys[who]}/appeals", slot=str(slot), text=text)
        return answer.status_code

    def rows(self) -> list[Appeal]:
        with learn(self.app).database.reading() as session:
            return list(session.scalars(select(Appeal).order_by(Appeal.id)))

    @property
    def page(self) -> str:
        return f"/manage/exams/{self.exam_id}/appeals"


@pytest.fixture
def given(app: Flask, clock: FrozenClock) -> Given:
    return _given(app, clock)


def _given(
    app: Flask, clock: FrozenClock, *, questions: Sequence[QuestionDraft] = (WRONG_KEY, single(2)), **policy: Any
) -> Given:
    here = learn(app)
    with here.database.writing() as session:
        city = people.add_unit(session, "Pine City", parent=None, now=clock())
        mill = people.add_unit(session, "Mill", parent=city, now=clock())
        far = people.add_unit(session, "Far", parent=None, now=clock())
        source = stored_bank(session, now=clock(), unit=city, questions=list(questions))
        values = {"appeal_days": 7, "closes_at": CLOSES, "show_explanation": Shown.NEVER, **policy}
        exam = published_exam(session, now=clock(), source=source, unit=city, points=50, **values)
        names = {
            "lin": learner(session, now=clock(), unit=mill, name="Lin Somebody", username="lin").username,
            "wang": learner(session, now=clock(), unit=mill, name="Wang Somebody", username="wang").username,
        }
        for name, role, unit in (
            ("org", Role.ORGANIZER, city),
            ("mark", Role.MARKER, city),
            ("far", Role.ORGANIZER, far),
        ):
            names[name] = manager(session, role, unit, now=clock()).username
        found = Given(app, exam.id, clock)
    found.visitors = {name: Visitor(app).sign_in(str(username)) for name, username in names.items()}
    for who in ("lin", "wang"):
        paper = found.visitors[who].start(found.exam_id)
        for slot in paper.slots:
            paper.save(slot, "right")
        paper.submit()
        found.keys[who] = paper.key
    return found


def _closed(given: Given) -> None:
    given.clock.set(CLOSES + timedelta(minutes=10))


def test_from_an_appeal_to_a_regrade_that_names_it(given: Given) -> None:
    _closed(given)
    slot = given.slot("lin")
    assert "50 out of 100" in given.visitors["lin"].words
    assert given.visitors["lin"].words.count("I think this is wrong") == 2
    assert given.appeal("lin", slot) == 200
    assert "Your appeal was sent." in given.visitors["lin"].words
    assert "Option A is right as well. Waits for an answer" in given.visitors["lin"].words
    assert given.appeal("wang", given.slot("wang"), "The key is wrong.") == 200

    org = given.visitors["org"]
    org.get(f"/manage/exams/{given.exam_id}")
    assert "2 appeals open, of 2" in org.words
    org.get(given.page)
    assert "Lin Somebody · Pine City / Mill" in org.words or "Lin Somebody" in org.words
    assert "Answered: right answer 1" in org.words
    papers = re.findall(r'href="([^"]+/marked-papers[^"]+)"', org.text)
    assert len(papers) == 2
    assert "Lin Somebody" in org.get(html.unescape(papers[0])).get_data(as_text=True)
    org.get(given.page)
    ids = [str(one.id) for one in given.rows()]
    question = re.search(r'name="question" value="(\d+)"', org.text)[1]  # type: ignore[index]
    org.post(given.page, question=question, appeal=ids, verdict="accepted", answer="Option A is right indeed.")
    assert "2 appeals were answered." in org.words
    assert "Accepted: now correct the key" in org.words
    [edit] = re.findall(r'href="([^"]+/edit)"', org.text)
    assert org.get(edit).status_code == 200

    here = learn(given.app)
    with here.database.writing() as session:
        row = session.get_one(Question, int(question))
        draft = replace(WRONG_KEY, uid=row.uid, body={**WRONG_KEY.body, "answer": ["right"]})
        bank.store(session, session.get_one(type(row.bank), row.bank_id), draft, now=here.now(), reviewer="r")
    org.get(given.page)
    assert "Mark anew, so that the results follow." in org.words
    [again] = re.findall(r'href="([^"]+/regrade)"', org.text)
    org.get(again)
    reason = html.unescape(re.search(r'<textarea[^>]*name="reason"[^>]*>([^<]*)<', org.text)[1])  # type: ignore[index]
    assert reason.startswith("After an appeal in “An exam”, accepted on ")
    assert reason.endswith("Option A is right indeed.")
    given.clock.advance(minutes=5)
    org.post(again, reason=reason)
    assert "2 attempts were marked anew." in org.words
    org.get(given.page)
    assert "The key was corrected, and the results follow it." in org.words

    lin = given.visitors["lin"]
    lin.get("/")
    assert "Your appeal in “An exam” was answered." in lin.words
    assert "50 points became 100. With this you have passed." in lin.words
    said = given.result("lin")
    assert "100 out of 100" in said
    assert said.count("Your answer, right") == 2, "the review follows the key that marks"
    assert "Your answer, wrong" not in said
    assert "50 points became 100. With this you have passed." in said
    assert "0 points became 50. Reason: After an appeal in “An exam”" in said
    assert "Accepted" in said
    assert "Option A is right indeed." in said
    lin.get("/")
    assert "Your appeal" not in lin.words, "what was looked at is no news any more"
    with here.database.reading() as session:
        assert all(sitting.rebuild(session, one) == {} for one in session.scalars(select(Attempt)))
        actions = list(session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("appeal.%"))))
        assert sorted(actions) == ["appeal.accepted"] * 2 + ["appeal.made"] * 2


def test_an_appeal_about_what_people_mark_leads_to_the_marks(app: Flask, clock: FrozenClock) -> None:
    given = _given(app, clock, questions=[WRONG_KEY, essay(2)], shuffle_questions=False)
    _closed(given)
    assert given.appeal("lin", 2, "I named both.") == 200
    org = given.visitors["org"]
    org.get(given.page)
    assert "People mark these answers: change the mark of one, and the result follows." in org.words
    assert "Correct the key" not in org.words
    [marks] = re.findall(r'href="([^"]+/marking/\d+/answers[^"]*)"', org.text)
    assert org.get(html.unescape(marks)).status_code == 200


def test_names_are_for_those_who_may_see_them(given: Given) -> None:
    _closed(given)
    given.appeal("lin", given.slot("lin"), "Look at it again.")
    marker = given.visitors["mark"]
    marker.get("/manage/appeals")
    assert "1 appeal open, of 1" in marker.words
    marker.get(given.page)
    assert "Look at it again." in marker.words
    assert "A learner" in marker.words
    assert "Lin Somebody" not in marker.text
    assert "Mill" not in marker.words
    stranger = given.visitors["far"]
    assert stranger.get(given.page).status_code == 404
    assert stranger.post(given.page, question="1", appeal="1", verdict="accepted", answer="x").status_code == 404
    assert given.rows()[0].state is AppealState.OPEN
    stranger.get("/manage/appeals")
    assert "An exam" not in stranger.words
    stranger.get("/manage/")
    assert "Appeals" not in stranger.words


def test_one_open_appeal_a_question_and_a_way_back(given: Given) -> None:
    _closed(given)
    slot = given.slot("lin")
    assert given.appeal("lin", slot) == 200
    assert given.appeal("lin", slot, "And again.") == 422
    assert "You have an appeal about this already" in given.visitors["lin"].words
    assert "And again.</textarea>" in given.visitors["lin"].text
    [row] = given.rows()
    given.visitors["wang"].post(f"/attempts/{given.keys['wang']}/appeals/{row.id}/withdraw")
    assert given.rows()[0].state is AppealState.OPEN, "only one's own"
    given.visitors["lin"].post(f"/attempts/{given.keys['lin']}/appeals/{row.id}/withdraw")
    assert "The appeal is withdrawn." in given.visitors["lin"].words
    assert given.rows()[0].state is AppealState.WITHDRAWN
    assert given.appeal("lin", slot, "Once more.") == 200
    given.visitors["org"].get(given.page)
    assert "1 appeal open, of 1" in given.visitors["org"].words
    assert "Option A" not in given.visitors["org"].words


def test_an_answered_appeal_cannot_be_withdrawn(given: Given) -> None:
    _closed(given)
    given.appeal("lin", given.slot("lin"))
    [row] = given.rows()
    given.visitors["org"].get(given.page)
    given.visitors["org"].post(given.page, question=str(row.question_id), appeal=str(row.id), verdict="refused",
                               answer="The source says otherwise.")  # fmt: skip
    given.visitors["lin"].post(f"/attempts/{given.keys['lin']}/appeals/{row.id}/withdraw")
    assert "has been answered already" in given.visitors["lin"].words
    said = given.result("lin")
    assert "Not accepted" in said
    assert "The source says otherwise." in said
    org = given.visitors["org"]
    answered = org.post(given.page, question=str(row.question_id), appeal=str(row.id), verdict="accepted", answer="Yes")
    assert answered.status_code == 422
    assert "Somebody has answered one of these meanwhile." in org.words
    assert given.rows()[0].answer == "The source says otherwise."


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"verdict": "", "answer": "Because."}, "Choose whether they are accepted or not."),
        ({"verdict": "refused", "answer": "  "}, "Say why. The learner reads it."),
        ({"verdict": "refused", "answer": "x" * 2001}, "at most 2000 characters"),
        ({"verdict": "refused", "answer": "Because.", "appeal": []}, "Tick at least one appeal"),
        ({"verdict": "refused", "answer": "Because.", "appeal": ["9" * 14]}, "Tick at least one appeal"),
    ],
    ids=["no verdict", "no reason", "too long", "none ticked", "another's"],
)
def test_what_cannot_be_stored_comes_back_as_it_was_typed(given: Given, sent: dict[str, Any], says: str) -> None:
    _closed(given)
    given.appeal("lin", given.slot("lin"))
    [row] = given.rows()
    org = given.visitors["org"]
    org.get(given.page)
    answer = org.post(given.page, **{"question": str(row.question_id), "appeal": [str(row.id)], **sent})
    assert answer.status_code == 422
    assert says in org.words
    assert sent["answer"] in org.text
    assert given.rows()[0].state is AppealState.OPEN


@pytest.mark.parametrize("text", ["", "   \n ", "x" * 2001], ids=["nothing", "spaces", "too long"])
def test_an_appeal_without_words_or_with_too_many_is_kept_in_its_field(given: Given, text: str) -> None:
    _closed(given)
    slot = given.slot("lin")
    assert given.appeal("lin", slot, text) == 422
    assert "<details open>" in given.visitors["lin"].text
    assert text.strip() in given.visitors["lin"].text
    assert given.rows() == []


def test_until_when_appeals_are_taken(given: Given) -> None:
    given.clock.set(CLOSES + timedelta(days=7) - timedelta(minutes=1))
    slot = given.slot("lin")
    assert "Possible until" in given.visitors["lin"].words
    given.clock.set(CLOSES + timedelta(days=7, minutes=1))
    assert given.appeal("lin", slot, "Too late for that.") == 422
    assert "Appeals were possible until" in given.visitors["lin"].words
    assert "Too late for that." in given.visitors["lin"].text
    assert "I think this is wrong" not in given.result("lin")


def test_before_the_closing_only_the_whole_result(given: Given) -> None:
    said = given.result("lin")
    assert "I think the result is wrong" in said
    assert "I think this is wrong" not in said
    assert given.appeal("lin", 1) == 422
    assert given.appeal("lin", 0, "It should be more.") == 200
    assert given.appeal("lin", 0, "Really.") == 422
    org = given.visitors["org"]
    org.get(given.page)
    assert "Appeals about the whole result" in org.words
    assert "It should be more." in org.words
    [row] = given.rows()
    org.post(given.page, question="whole", appeal=str(row.id), verdict="refused", answer="It was counted twice.")
    assert "1 appeal was answered." in org.words
    assert "It was counted twice." in given.result("lin")
    _closed(given)
    assert "It was counted twice." in given.result("lin"), "it stays where the questions are shown"


@pytest.mark.parametrize(
    "policy", [{"appeal_days": None}, {"show_score": Shown.NEVER, "show_key": Shown.NEVER}], ids=["off", "no score"]
)
def test_where_there_are_no_appeals(app: Flask, clock: FrozenClock, policy: dict[str, Any]) -> None:
    given = _given(app, clock, **policy)
    _closed(given)
    said = given.result("lin")
    assert "I think" not in said
    assert given.appeal("lin", 1) == 422
    assert given.appeal("lin", 0) == 422
    assert "No appeal can be made here now." in given.visitors["lin"].words
    assert given.rows() == []


def test_nobody_answers_their_own(app: Flask, clock: FrozenClock) -> None:
    given = _given(app, clock)
    _closed(given)
    given.appeal("lin", given.slot("lin"))
    with learn(app).database.writing() as session:
        lin = session.scalars(select(Person).where(Person.username == "lin")).one()
        unit = session.scalars(select(Unit).where(Unit.name == "Pine City")).one()
        grants.grant(session, lin, Role.MARKER, unit, actor=None, now=clock())
    [row] = given.rows()
    lin_at_work = given.visitors["lin"]
    lin_at_work.get(given.page)
    assert "Your own; somebody else answers it" in lin_at_work.words
    said = lin_at_work.post(
        given.page, question=str(row.question_id), appeal=str(row.id), verdict="accepted", answer="Yes"
    )
    assert said.status_code == 422
    assert "You cannot answer your own appeal." in lin_at_work.words
    assert given.rows()[0].state is AppealState.OPEN


def test_signed_out_meanwhile_the_words_are_there_to_copy(given: Given) -> None:
    _closed(given)
    slot, token = given.slot("lin"), given.visitors["lin"].token
    stranger = Visitor(given.app)
    answer = stranger.client.post(f"/attempts/{given.keys['lin']}/appeals", headers=stranger.headers,
                                  data={"csrf_token": token, "slot": slot, "text": "Typed for long."})  # fmt: skip
    assert answer.status_code == 401
    assert "Typed for long." in answer.get_data(as_text=True)
    assert given.rows() == []


def test_a_loss_is_told_as_one(given: Given) -> None:
    """Who had chosen what the wrong key said loses the points, and the completion, and reads why."""
    here = learn(given.app)
    with here.database.writing() as session:
        exam = session.get_one(Exam, given.exam_id)
        exam.attempts_allowed = 2
    paper = given.visitors["wang"].start(given.exam_id)
    for slot in paper.slots:
        paper.save(slot, "wrong1")
    paper.submit()
    assert "50 out of 100" in given.visitors["wang"].words
    with here.database.writing() as session:
        row = next(one for one in session.scalars(select(Question)) if one.uid == WRONG_KEY.uid)
        draft = replace(WRONG_KEY, body={**WRONG_KEY.body, "answer": ["right"]})
        bank.store(session, session.get_one(type(row.bank), row.bank_id), draft, now=here.now(), reviewer="r")
        session.get_one(Exam, given.exam_id).pass_share = 0.5  # type: ignore[assignment]
        path = f"/manage/bank/{row.bank_id}/questions/{row.id}/regrade"
    given.clock.advance(minutes=5)
    given.visitors["org"].get(path)
    given.visitors["org"].post(path, reason="Option A was right.")
    wang = given.visitors["wang"]
    wang.get("/")
    assert "50 points became 0. With this the pass mark is not reached any more." in wang.words
    wang.get(f"/attempts/{paper.key}/result")
    assert "50 points became 0. With this the pass mark is not reached any more." in wang.words
    assert "Reason: Option A was right." in wang.words
    wang.get("/")
    assert "50 points became 0." not in wang.words
    assert "50 points became 100." in wang.words, "of the other attempt there is news still"
