"""Practice without script: no key before answering, a page after it, mock exams, and what organizers see."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.domain.practice import Openness
from suyu_learn.models import Bank, ExamState, Person, PracticeAnswer, PracticeMock, Question, Role, Shown, Unit
from suyu_learn.services import bank as banks
from suyu_learn.services import people
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import (
    essay,
    fill_in,
    learn,
    learner,
    manager,
    multiple,
    pictured,
    published_exam,
    single,
    stage,
    stored_bank,
    stored_picture,
    true_false,
)
from tests.pictures import drawing
from tests.question_types import BODIES, RIGHT, draft
from tests.services.test_practice_questions import group
from tests.web.test_budgets import counted

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What differs between databases is asked of the services."""


def opened(app: Flask, *questions: Any, openness: Openness = Openness.OPEN) -> tuple[Visitor, int]:
    """A learner who is signed in, and the number of a bank open to everybody."""
    here = learn(app)
    with here.database.writing() as session:
        source = stored_bank(session, now=here.now(), questions=list(questions) or None, name="Safety")
        source.practice = openness
        unit = people.add_unit(session, "Pine City", parent=None, now=here.now())
        learner(session, now=here.now(), unit=unit, username="lin")
        number = source.id
    return Visitor(app).sign_in("lin"), number


def fields(visitor: Visitor) -> dict[str, str]:
    """The hidden fields of the question's form."""
    return dict(re.findall(r'type="hidden" name="(key|question)" value="([^"]*)"', visitor.text))


def say(visitor: Visitor, path: str, *values: str, **more: Any) -> None:
    """Answer the question that is on the page."""
    visitor.post(path, **{**fields(visitor), "q1": list(values), **more})


def test_a_question_comes_without_its_key_and_goes_with_it(app: Flask) -> None:
    visitor, number = opened(app)
    visitor.get("/")
    assert "Practise questions" in visitor.words
    visitor.get("/practice")
    assert "0 of 5 practised" in visitor.words
    path = f"/practice/{number}/order"
    visitor.get(path)
    assert "Question 1 of 5" in visitor.words
    for telling in ("Because of", "is-right", "Right answer", "a test"):
        assert telling not in visitor.text
    say(visitor, path, "wrong1")
    assert visitor.page is not None
    assert visitor.page.request.path.startswith(f"{path}/")
    assert "Wrong" in visitor.words
    assert "Your answer, wrong" in visitor.words
    assert "Because of 1. Source: a test" in visitor.words
    assert "It is in your mistakes notebook." in visitor.words
    visitor.get(path)
    say(visitor, path, "right")
    assert "Your answer, right" in visitor.words
    visitor.get(f"/practice/{number}")
    assert "2 of 5 practised 50 % right of 2 answers given" in visitor.words
    assert "1 mistake to clear" in visitor.words


def test_a_double_post_counts_once_and_shows_the_same_page(app: Flask) -> None:
    visitor, number = opened(app)
    path = f"/practice/{number}/random"
    visitor.get(path)
    form = {**fields(visitor), "q1": "right"}
    pages = [(visitor.post(path, **form), visitor.words)[1] for _twice in range(2)]
    assert pages[0] == pages[1]
    with learn(app).database.reading() as session:
        assert len(session.scalars(select(PracticeAnswer)).all()) == 1


@pytest.mark.parametrize(
    ("values", "sentence"),
    [([], "Nothing was answered yet."), (["nonsense"], "This is not one of the choices.")],
)
def test_without_an_answer_the_question_stays_with_a_sentence(app: Flask, values: list[str], sentence: str) -> None:
    visitor, number = opened(app)
    path = f"/practice/{number}/order"
    visitor.get(path)
    before = fields(visitor)
    say(visitor, path, *values)
    assert visitor.page is not None
    assert visitor.page.status_code == 422
    assert sentence in visitor.words
    assert fields(visitor) == before
    assert "Because of" not in visitor.text


@pytest.mark.parametrize(
    ("way", "place"), [("order", "Question 3 of 5"), ("random", "Question 1 of 5"), ("notebook", "2 mistakes to clear")]
)
def test_an_empty_answer_leaves_the_count_as_it_was(app: Flask, way: str, place: str) -> None:
    visitor, number = opened(app)
    for _mistake in range(2):
        visitor.get(f"/practice/{number}/order")
        say(visitor, f"/practice/{number}/order", "wrong1")
    path = f"/practice/{number}/{way}"
    visitor.get(path)
    assert place in visitor.words
    say(visitor, path)
    assert "Nothing was answered yet." in visitor.words
    assert place in visitor.words


def test_one_says_oneself_whether_an_open_answer_was_right(app: Flask) -> None:
    visitor, number = opened(app, essay(1))
    path = f"/practice/{number}/order"
    visitor.get(path)
    say(visitor, path, "It burns.")
    assert visitor.page is not None
    told = visitor.page.request.path
    assert visitor.post(f"{told}/judge", right="perhaps").status_code == 400
    assert visitor.post(f"{path}/no-such-form-of-mine/judge", right="no").status_code == 404
    for said in ("no", "yes"):
        visitor.post(f"{told}/judge", right=said)
        assert "So you have judged it yourself." in visitor.words
        assert "It is in your mistakes notebook." in visitor.words
    visitor.get(f"/practice/{number}")
    assert "1 mistake to clear" in visitor.words


def star(visitor: Visitor, path: str, said: str, *typed: str) -> None:
    """Mark the question on the page, or take the mark away."""
    visitor.post(f"{path}/favourite", **{**fields(visitor), "q1": list(typed), "favourite": said})
    assert visitor.page is not None
    assert visitor.page.status_code == 200


@pytest.mark.parametrize("typed", ["9.8", "9,8x"])
def test_a_question_is_marked_while_one_answers_it_and_afterwards(app: Flask, typed: str) -> None:
    visitor, number = opened(app, draft("numeric"), single(2))
    visitor.get(f"/practice/{number}")
    assert "None yet: mark questions with the star" in visitor.words
    path = f"/practice/{number}/order"
    visitor.get(path)
    assert "Add to favourites" in visitor.words
    before = fields(visitor)
    star(visitor, path, "yes", typed)
    assert f'value="{typed}"' in visitor.text
    assert "In your favourites" in visitor.words
    assert fields(visitor) == before
    say(visitor, path, "9.8")
    assert visitor.page is not None
    told = visitor.page.request.path
    star(visitor, path, "no")
    assert visitor.page.request.path == told
    assert "Add to favourites" in visitor.words
    star(visitor, path, "yes")
    visitor.get(f"/practice/{number}")
    assert "Favourites 1 question" in visitor.words
    mine = f"/practice/{number}/favourites"
    visitor.get(mine)
    assert "Question 1 of 1" in visitor.words
    star(visitor, mine, "no")
    assert "You have marked nothing in this bank." in visitor.words
    looking = f"/practice/{number}/read"
    visitor.get(looking)
    star(visitor, looking, "yes")
    assert visitor.page.request.path == looking
    assert "In your favourites" in visitor.words


def test_what_was_typed_stays_beside_the_reason(app: Flask) -> None:
    visitor, number = opened(app, draft("numeric"))
    path = f"/practice/{number}/order"
    visitor.get(path)
    say(visitor, path, "9,8x")
    assert "could not be read as a number" in visitor.words
    assert 'value="9,8x"' in visitor.text


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_every_type_is_asked_told_and_looked_at(app: Flask, lang: str) -> None:
    questions = [
        single(1), multiple(2), true_false(3), fill_in(4), essay(5),
        *(draft(code) for code in BODIES if code != "group"),
    ]  # fmt: skip
    answers: list[list[str]] = [["right"], ["a", "c"], ["true"], ["oxygen"], ["It burns."]]
    for code in BODIES:
        if code != "group":
            said = RIGHT.get(code, "An answer.")
            answers.append(list(said) if isinstance(said, list) else [said])
    visitor, number = opened(app, *questions)
    visitor.headers = {"Accept-Language": lang}
    path = f"/practice/{number}/order"
    for said in answers:
        visitor.get(path)
        say(visitor, path, *said)
        assert visitor.page is not None
        assert visitor.page.status_code == 200, visitor.words
        assert ("No machine can judge" in visitor.words or "is-right" in visitor.text) or lang != "en"
    visitor.get(path)
    assert ("You have been through all" in visitor.words) or lang != "en"
    visitor.get(f"/practice/{number}")
    assert f"{len(answers)} of {len(answers)} practised 100 % right" in visitor.words or lang != "en"
    looking = f"/practice/{number}/read"
    for _question in answers:
        visitor.get(looking)
        visitor.post(f"{looking}/next", **fields(visitor))
        assert visitor.page is not None
        assert visitor.page.status_code == 200


def test_the_passage_stands_with_its_questions(app: Flask) -> None:
    visitor, number = opened(app, *group("p", replace(single(1), uid="a"), replace(true_false(2), uid="b")))
    path = f"/practice/{number}/order"
    for said in ("right", "true"):
        visitor.get(path)
        assert "某木材厂的打磨车间" in visitor.words
        say(visitor, path, said)
        assert "某木材厂的打磨车间" in visitor.words
    assert "Question" not in visitor.words or "1 of 2" not in visitor.words


@pytest.mark.parametrize("question", ["", "x", "0", "999999999999999"])
def test_only_what_is_asked_can_be_left_behind(app: Flask, question: str) -> None:
    visitor, number = opened(app)
    path = f"/practice/{number}/order"
    visitor.post(f"{path}/next", question=question)
    visitor.post(f"{path}/next?topic=999", question=question)
    visitor.get(path)
    assert "Question 1 of 5" in visitor.words
    assert visitor.get(f"{path}?topic=999").status_code == 404
    assert visitor.get(f"{path}?topic=x&type=nonsense").status_code == 200


def test_a_way_is_skipped_through_and_begun_again(app: Flask) -> None:
    visitor, number = opened(app, single(1), single(2))
    path = f"/practice/{number}/order"
    for _question in range(2):
        visitor.get(path)
        visitor.post(f"{path}/next", **fields(visitor))
    assert "You have been through all 2 questions." in visitor.words
    visitor.post(f"{path}/next", action="again")
    assert "Question 1 of 2" in visitor.words


def test_practice_is_for_those_it_is_open_to(app: Flask, clock: FrozenClock) -> None:
    visitor, number = opened(app, openness=Openness.CLOSED)
    visitor.get("/")
    assert "Practise questions" not in visitor.words
    visitor.get("/practice")
    assert "Nothing to practise now" in visitor.words
    for path in ("", "/order", "/random", "/notebook", "/favourites", "/read"):
        assert visitor.get(f"/practice/{number}{path}").status_code == 404
    assert visitor.post(f"/practice/{number}/mock", questions="5", minutes="5").status_code == 404
    assert visitor.get(f"/practice/{number}/mock2").status_code == 404


def test_a_guest_of_an_exam_does_not_practise(app: Flask) -> None:
    _visitor, _number = opened(app)
    here = learn(app)
    with here.database.writing() as session:
        exam = published_exam(session, now=here.now(), entry_open=True)
        code, unit = exam.code, str(session.scalars(select(Unit.id)).one())
    guest = Visitor(app)
    guest.get(f"/join/{code}")
    guest.post(f"/join/{code}/open", name="A guest", unit=unit)
    assert "An exam" in guest.words
    answer = guest.get("/practice", follow=False)
    assert (answer.status_code, "/login" in answer.headers.get("Location", "")) == (302, True)


@pytest.mark.parametrize(
    "form",
    [{}, {"key": "short", "question": "1"}, {"key": "long-enough-but-no-question"},
     {"key": "long-enough-to-be-a-key", "question": "9" * 30}, {"key": "long-enough-to-be-a-key", "question": "1"}],
)  # fmt: skip
def test_hostile_forms_are_told_so(app: Flask, form: dict[str, str]) -> None:
    visitor, number = opened(app)
    here = learn(app)
    with here.database.writing() as session:
        elsewhere = stored_bank(session, now=here.now())
        foreign = session.scalars(select(Question.id).where(Question.bank_id == elsewhere.id)).first()
    if form.get("question") == "1":
        form = {**form, "question": str(foreign)}
    answer = visitor.post(f"/practice/{number}/order", **form, q1="right")
    assert answer.status_code in (200, 400)
    with here.database.reading() as session:
        assert session.scalars(select(PracticeAnswer)).all() == []


def test_mistakes_of_an_exam_come_into_the_notebook_once_its_key_is_open(app: Flask, clock: FrozenClock) -> None:
    given = stage(app, show_key=Shown.AFTER_CLOSE, closes_at=clock() + timedelta(hours=1))
    here = learn(app)
    visitor = Visitor(app).sign_in("lin")
    paper = visitor.start(given.exam_id)
    paper.save(1, "wrong1")
    paper.save(2, "right")
    paper.submit()
    with here.database.writing() as session:
        bank = session.scalars(select(Bank)).one()
        bank.practice = Openness.OPEN
        number = bank.id
    visitor.get("/practice")
    assert "Nothing to practise now" in visitor.words
    clock.advance(minutes=90)
    for _twice in range(2):
        visitor.get("/practice")
        assert "0 of 5 practised 1 mistake to clear" in visitor.words
    path = f"/practice/{number}/notebook"
    for _right in range(2):
        visitor.get(path)
        say(visitor, path, "right")
    assert "Right twice in a row: it has left your notebook." in visitor.words
    visitor.get(path)
    assert "Your notebook has nothing of this bank." in visitor.words
    visitor.get("/records")
    assert visitor.text.count("An exam") == 1


def test_a_mock_exam_of_few_questions_says_how_many_there_are_before_it_begins(app: Flask) -> None:
    visitor, number = opened(app, single(1), single(2), essay(3))
    visitor.get(f"/practice/{number}")
    assert "0 of 3 practised" in visitor.words
    assert "Here there are 2 questions for it" in visitor.words
    assert re.search(r'name="questions"[^>]* value="2"', visitor.text)
    visitor.post(f"/practice/{number}/mock", questions="2", minutes="5")
    assert "There are only" not in visitor.words


@pytest.mark.parametrize(("source", "told"), [("tiku.xlsx, 2026-12-01", False), ("A law, 2021", True)])
def test_the_file_by_which_a_question_came_is_no_source_for_learners(app: Flask, source: str, told: bool) -> None:
    visitor, number = opened(app, replace(single(1), source=source))
    visitor.get(f"/practice/{number}/order")
    say(visitor, f"/practice/{number}/order", "right")
    assert "Because of 1." in visitor.words
    assert (f"Source: {source}" in visitor.words) == told
    with learn(app).database.writing() as session:
        exam = published_exam(session, now=learn(app).now(), source=session.get_one(Bank, number), questions=1,
                              show_key=Shown.NOW, show_explanation=Shown.NOW)  # fmt: skip
        exam_id = exam.id
    paper = visitor.start(exam_id)
    paper.save(paper.slots[0], "right")
    paper.submit()
    assert "Because of 1." in visitor.words
    assert (f"Source: {source}" in visitor.words) == told


def test_a_mock_exam_is_sat_page_by_page_and_explained(app: Flask, clock: FrozenClock) -> None:
    visitor, number = opened(app, *(single(place) for place in range(1, 9)))
    visitor.get(f"/practice/{number}")
    visitor.post(f"/practice/{number}/mock", questions="7", minutes="0")
    assert visitor.page is not None
    assert visitor.page.status_code == 422
    visitor.post(f"/practice/{number}/mock", questions="7", minutes="10")
    path = visitor.page.request.path
    assert "Page 1 of 2" in visitor.words
    assert "Because of" not in visitor.text
    first = {f"q{place}": "right" for place in range(1, 5)}
    visitor.post(path, page="1", action="page_2", q5="wrong1", **first)
    assert "Page 2 of 2" in visitor.words
    visitor.post(path, page="2", action="review", q6="right")
    assert "1 question has no answer yet: 7" in visitor.words
    visitor.get(f"{path}/result")
    assert visitor.page.request.path == path
    visitor.post(path, action="hand_in")
    assert "5 of 7 right" in visitor.words
    assert "6 of 7 answered" in visitor.words
    assert "Because of" in visitor.words
    assert "Not answered" in visitor.words
    visitor.post(path, page="2", action="page_1", q7="right")
    assert "5 of 7 right" in visitor.words
    visitor.get(f"/practice/{number}")
    assert "5 of 7 right" in visitor.words
    assert "1 mistake to clear" in visitor.words
    visitor.get("/records")
    assert "Safety" not in visitor.words
    other = Visitor(app)
    with learn(app).database.writing() as session:
        learner(session, now=clock(), username="other")
    other.sign_in("other")
    for page in ("", "/review", "/result"):
        assert other.get(f"{path}{page}").status_code == 404


def test_what_an_exam_claims_later_is_shown_no_more(app: Flask, clock: FrozenClock) -> None:
    visitor, number = opened(app)
    path = f"/practice/{number}/order"
    visitor.get(path)
    say(visitor, path, "right")
    assert visitor.page is not None
    told = visitor.page.request.path
    visitor.post(f"/practice/{number}/mock", questions="5", minutes="10")
    result = f"{visitor.page.request.path}/result"
    visitor.post(visitor.page.request.path, action="hand_in")
    assert "Because of 1." in visitor.words
    here = learn(app)
    with here.database.writing() as session:
        published_exam(session, now=clock(), source=session.get_one(Bank, number))
    assert visitor.get(told).status_code == 404
    visitor.get(result)
    assert "0 of 5 right" in visitor.words
    assert "5 questions are not shown now, since exams may ask them." in visitor.words
    assert "Because of" not in visitor.words


def test_what_an_exam_claims_meanwhile_drops_out_of_a_running_mock_exam(app: Flask, clock: FrozenClock) -> None:
    claimed = replace(single(9), tags=("kpi",))
    visitor, number = opened(app, *(single(place) for place in range(1, 6)), claimed)
    visitor.post(f"/practice/{number}/mock", questions="6", minutes="10")
    assert visitor.page is not None
    path = visitor.page.request.path
    with learn(app).database.writing() as session:
        exam = published_exam(session, now=clock(), source=session.get_one(Bank, number), questions=1)
        exam.paper.rules[0].filter = {"banks": [number], "tags": ["kpi"]}
        mock = session.scalars(select(PracticeMock)).one()
        of_exam = session.scalars(select(Question.id).where(Question.uid == claimed.uid)).one()
        [gone] = [place for place, slot in enumerate(mock.slots, start=1) if slot[1] == of_exam]
    dropped = "1 question has dropped out, since it cannot be practised any more; it does not count."
    for page in ("", "?page=2"):
        visitor.get(f"{path}{page}")
        assert dropped in visitor.words
        assert "Page 1 of 1" in visitor.words
        assert "Question 9?" not in visitor.words
        assert f'name="q{gone}"' not in visitor.text
    kept = [place for place in range(1, 7) if place != gone]
    visitor.post(
        path, page="1", action="review", **{f"q{place}": "right" for place in kept[1:]}, **{f"q{gone}": "right"}
    )
    assert "1 question has no answer yet: 1 " in visitor.words
    assert dropped in visitor.words
    visitor.post(path, page="1", action="page_1", **{f"q{kept[3]}": "nonsense"})
    assert "1 answer could not be read" in visitor.words
    assert "Question 4" in visitor.words
    visitor.post(path, action="hand_in")
    assert "4 of 5 right" in visitor.words
    assert dropped in visitor.words
    assert "Question 9?" not in visitor.words
    with learn(app).database.reading() as session:
        assert len(session.scalars(select(PracticeAnswer)).all()) == 4
    visitor.get(f"/practice/{number}")
    assert "4 of 5 right" in visitor.words


def test_a_mock_exam_of_which_nothing_is_left_can_be_handed_in(app: Flask, clock: FrozenClock) -> None:
    visitor, number = opened(app)
    visitor.post(f"/practice/{number}/mock", questions="5", minutes="10")
    assert visitor.page is not None
    path = visitor.page.request.path
    with learn(app).database.writing() as session:
        published_exam(session, now=clock(), source=session.get_one(Bank, number))
    visitor.get(path)
    assert "5 questions have dropped out" in visitor.words
    visitor.post(path, action="review")
    visitor.post(path, action="hand_in")
    assert "0 of 0 right" in visitor.words


def test_a_mock_exam_whose_time_is_over_is_marked_by_what_was_kept(app: Flask, clock: FrozenClock) -> None:
    visitor, number = opened(app)
    visitor.post(f"/practice/{number}/mock", questions="5", minutes="10")
    assert visitor.page is not None
    path = visitor.page.request.path
    visitor.post(path, page="1", action="page_1", q1="right")
    clock.advance(minutes=11, seconds=1)
    visitor.post(path, page="1", action="page_1", q2="right")
    assert "1 of 5 right" in visitor.words
    assert "The time is over" in visitor.words
    with learn(app).database.reading() as session:
        assert session.scalars(select(PracticeMock)).one().closed_at is not None


def test_an_organizer_opens_a_bank_and_sees_what_is_held_back(app: Flask, clock: FrozenClock) -> None:
    here = learn(app)
    with here.database.writing() as session:
        mill = people.add_unit(session, "Mill", parent=None, now=clock())
        source = stored_bank(session, now=clock(), unit=mill)
        drawn = replace(single(77), uid="measured", tags=("kpi",))
        other = stored_bank(session, now=clock(), unit=mill, questions=[drawn, single(78)])
        published_exam(session, now=clock(), source=source, unit=mill)
        published_exam(session, now=clock(), source=other, questions=2, purpose="assessment", unit=mill, title="Mine")
        theirs = published_exam(session, now=clock(), source=other, questions=2, purpose="assessment", title="Theirs")
        theirs.state = ExamState.DRAFT
        name = str(manager(session, Role.ORGANIZER, mill, now=clock()).username)
        numbers = source.id, other.id
    organizer = Visitor(app).sign_in(name)
    organizer.get(f"/manage/bank/{numbers[0]}")
    assert "0 of 5 questions can be practised." in organizer.words
    assert "5 questions stay out until the exams are over" in organizer.words
    assert "Everybody in Mill and below who can sign in" in organizer.words
    organizer.post(f"/manage/bank/{numbers[0]}/practice", practice="open_with_exams")
    assert "5 of 5 questions can be practised." in organizer.words
    assert "can be practised all the same" in organizer.words
    organizer.get(f"/manage/bank/{numbers[1]}")
    assert "2 questions stay out because an assessment may ask them" in organizer.words
    assert "An exam of another unit Assessment Draft 2 questions Mine Assessment 2 questions" in organizer.words
    assert "A draft of an assessment holds back too" in organizer.words
    assert "Theirs" not in organizer.words
    answer = organizer.post(f"/manage/bank/{numbers[1]}/practice", practice="whatever")
    assert answer.status_code == 400
    organizer.get(f"/practice/{numbers[0]}")
    assert "0 of 5 practised" in organizer.words


def test_pictures_are_seen_by_who_may_practise_them(app: Flask, clock: FrozenClock) -> None:
    visitor, number = opened(app)
    here = learn(app)
    with here.database.writing() as session:
        shown = stored_picture(app, session, drawing())
        source = stored_bank(session, now=clock(), questions=[pictured(shown)])
        number = source.id
    assert visitor.get(f"/media/{shown}").status_code == 404
    with here.database.writing() as session:
        session.get_one(Bank, number).practice = Openness.OPEN
    assert visitor.get(f"/media/{shown}").status_code == 200


def test_pictures_of_an_older_version_are_seen_by_who_was_asked_it(app: Flask, clock: FrozenClock) -> None:
    visitor, _number = opened(app)
    here = learn(app)
    with here.database.writing() as session:
        shown = {way: stored_picture(app, session, drawing(width)) for way, width in (("mock", 30), ("order", 50))}
        numbers = {
            way: stored_bank(session, now=clock(), questions=[pictured(sha256)]).id for way, sha256 in shown.items()
        }
        for number in numbers.values():
            session.get_one(Bank, number).practice = Openness.OPEN
        learner(session, now=clock(), username="other")
    path = f"/practice/{numbers['order']}/order"
    visitor.get(path)
    say(visitor, path, "right")
    visitor.post(f"/practice/{numbers['mock']}/mock", questions="1", minutes="10")
    other = Visitor(app).sign_in("other")
    with here.database.writing() as session:
        for number in numbers.values():
            source = session.get_one(Bank, number)
            uid = session.scalars(select(Question.uid).where(Question.bank_id == number)).one()
            banks.store(session, source, replace(single(70 + number), uid=uid), now=clock(), reviewer="x")
    for way, sha256 in shown.items():
        assert f"/media/{sha256}" in visitor.text or way != "mock"
        assert visitor.get(f"/media/{sha256}").status_code == 200
        assert other.get(f"/media/{sha256}").status_code == 404
        with here.database.writing() as session:
            published_exam(session, now=clock(), source=session.get_one(Bank, numbers[way]))
        assert visitor.get(f"/media/{sha256}").status_code == 404


def test_a_question_and_an_answer_take_few_statements(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many questions, answers and exams there are."""
    # The same question each time: one that was asked in order just before is read with a statement less.
    monkeypatch.setattr("suyu_learn.web.practice._DICE", Random(3))
    visitor, number = opened(app, *(single(place) for place in range(1, 40)))
    here = learn(app)
    with here.database.writing() as session:
        source = session.get_one(Bank, number)
        for _exam in range(5):
            published_exam(session, now=here.now(), source=source, questions=3, show_key=Shown.NOW)
    path = f"/practice/{number}/order"
    visitor.get(path)
    say(visitor, path, "right")
    cost = {}
    for name, address in (
        ("list", "/practice"),
        ("bank", f"/practice/{number}"),
        ("order", path),
        ("random", f"/practice/{number}/random"),
        ("again", f"/practice/{number}/random"),
        ("notebook", f"/practice/{number}/notebook"),
    ):
        with counted(app) as counts:
            visitor.get(address)
        cost[name] = counts["statements"]
    visitor.get(path)
    with counted(app) as counts:
        visitor.client.post(
            path, data={"csrf_token": visitor.token, **fields(visitor), "q1": "right"}, headers=visitor.headers
        )
    cost["answer"] = counts["statements"]
    assert cost == {"list": 7, "bank": 14, "order": 7, "random": 10, "again": 9, "notebook": 6, "answer": 13}


def test_what_was_practised_is_nobody_elses(app: Flask, clock: FrozenClock) -> None:
    visitor, number = opened(app)
    path = f"/practice/{number}/order"
    visitor.get(path)
    say(visitor, path, "right")
    assert visitor.page is not None
    page = visitor.page.request.path
    with learn(app).database.writing() as session:
        admin = str(manager(session, Role.ADMIN, None, now=clock()).username)
        person = session.scalars(select(Person).where(Person.username == "lin")).one()
        key = person.key
    other = Visitor(app).sign_in(admin)
    assert other.get(page).status_code == 404
    other.get(f"/manage/records/{key}")
    assert "Safety" not in other.words
