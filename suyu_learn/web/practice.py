"""Practice for learners: the banks that are open to them, and one question after the other with its answer."""

from __future__ import annotations

import re
from random import SystemRandom
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.domain.practice import PracticeMode
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Bank, Person, PersonKind
from suyu_learn.services import practice as practising
from suyu_learn.services import practice_answers, practice_asking, practice_favourites
from suyu_learn.services.practice_asking import LOOKING, WAYS, Next, Way
from suyu_learn.web import problems
from suyu_learn.web.access import SIGNED_IN
from suyu_learn.web.acting import actor
from suyu_learn.web.context import begin_writing, learn, now, session
from suyu_learn.web.moments import moment
from suyu_learn.web.pages.common import MessageKind
from suyu_learn.web.pages.practice import Asking
from suyu_learn.web.practice_pages import (
    ask_page,
    here_url,
    home_page,
    look_page,
    overview_page,
    through_page,
    told_page,
)
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number, number_of
from suyu_learn.web.unread import Unread

routes = Routes()

_ONE = f"/practice/<int:bank_id>/<any({', '.join(WAYS)}):way>"
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
_DICE = SystemRandom()


def learner() -> Person:
    """Who practises: everybody who is signed in, but no guest of one exam."""
    person = actor()
    if person.kind is PersonKind.GUEST:
        raise Problem("page.refused")
    return person


def bank_of(person: Person, bank_id: int) -> Bank:
    """A bank that is open to who is there."""
    return practising.find(session(), person, bank_id, now=now())


@routes.get("/practice", access=SIGNED_IN)
def practice() -> str:
    """The banks to practise with, and how far one is in each."""
    _take_mistakes()
    return render("practice/index.html", home_page(learner()))


@routes.get("/practice/<int:bank_id>", access=SIGNED_IN)
def practice_bank(bank_id: int) -> str:
    """The ways of practising with a bank."""
    _take_mistakes()
    person = learner()
    return render("practice/bank.html", overview_page(person, bank_of(person, bank_id)))


@routes.get(_ONE, access=SIGNED_IN)
def practise(bank_id: int, way: str) -> Any:
    """The question to answer now, without its key; with it where answers are shown at once."""
    if way == PracticeMode.RANDOM:
        begin_writing()  # what is drawn stays until it is answered
    person, here = learner(), _way(way)
    bank = bank_of(person, bank_id)
    coming = _coming(person, bank, here)
    if coming.question_id is None:
        return render("practice/through.html", through_page(bank, here, coming))
    if way == LOOKING:
        return render("practice/told.html", look_page(bank, here, coming))
    return render("practice/ask.html", ask_page(bank, here, coming))


@routes.post(_ONE, access=SIGNED_IN)
def practise_post(bank_id: int, way: str) -> Any:
    """Take an answer; the next page says whether it is right."""
    person, here = learner(), _way(way)
    bank = bank_of(person, bank_id)
    key, question_id = _key(), _question()
    if way == LOOKING:
        raise Problem("practice.no_such_question")
    if practice_answers.of_form(session(), person, key) is None:
        raw = request.form.getlist("q1")
        try:
            practice_answers.answer(session(), person, bank, question_id, raw, mode=here.mode, key=key,
                                    moment=moment())  # fmt: skip
        except Problem as problem:
            return _once_more(person, bank, here, question_id, key, Unread(raw, problem))
        practice_asking.go_on(session(), person, bank, here, question_id, now=now())
    return redirect(here_url(bank, here, "practised", key=key, _anchor="told"), code=303)


@routes.get(f"{_ONE}/<key>", access=SIGNED_IN)
def practised(bank_id: int, way: str, key: str) -> str:
    """An answer that was given, with what is right and why."""
    person = learner()
    bank = bank_of(person, bank_id)
    row = practice_answers.of_form(session(), person, key)
    if row is None or not practising.may_be_shown(session(), [bank], [row.question_id], moment()):
        raise Problem("practice.no_such_question")  # or an exam has claimed it since
    return render("practice/told.html", told_page(person, bank, _way(way), row))


@routes.post(f"{_ONE}/<key>/judge", access=SIGNED_IN)
def judge_answer(bank_id: int, way: str, key: str) -> Response:
    """Say oneself whether an answer was right that no machine can judge."""
    person, here = learner(), _way(way)
    bank = bank_of(person, bank_id)
    row = practice_answers.of_form(session(), person, key)
    said = request.form.get("right", "")
    if row is None:
        raise Problem("practice.no_such_question")
    if said not in ("yes", "no"):
        raise Problem("practice.unreadable")
    practice_answers.judge(session(), person, row, right=said == "yes", now=now())
    return redirect(here_url(bank, here, "practised", key=key, _anchor="told"), code=303)


@routes.post(f"{_ONE}/favourite", access=SIGNED_IN)
def favourite_question(bank_id: int, way: str) -> Any:
    """Mark the question of a page to come back to it, or take the mark away; what was typed stays on the page."""
    person, here = learner(), _way(way)
    bank, question_id, key = bank_of(person, bank_id), _question(), request.form.get("key", "")
    if request.form.get("favourite") == "yes":
        practice_favourites.mark(session(), person, bank, question_id, moment())
    else:
        practice_favourites.unmark(session(), person, question_id)
    if practice_answers.of_form(session(), person, key) is not None:
        return redirect(here_url(bank, here, "practised", key=key, _anchor="told"), code=303)
    found = practice_asking.this_one(session(), person, bank, here, question_id, moment())
    if way == LOOKING or found is None:
        return redirect(here_url(bank, here, _anchor="told"), code=303)
    return render("practice/ask.html", _as_typed(bank, here, found, key if _KEY.fullmatch(key) else ""))


def _as_typed(bank: Bank, way: Way, coming: Next, key: str) -> Asking:
    """The page of a question with what was typed before it was sent."""
    assert coming.version_id is not None
    asked, raw = learn().versions.get(session(), coming.version_id), request.form.getlist("q1")
    try:
        response = asked.type.parse(asked.content, raw)
    except Problem as problem:
        return ask_page(bank, way, coming, key=key, unread=Unread(raw, problem))
    return ask_page(bank, way, coming, key=key, response=response)


@routes.post(f"{_ONE}/next", access=SIGNED_IN)
def practise_next(bank_id: int, way: str) -> Response:
    """Leave a question without answering it, or begin a way anew with `action=again`."""
    person, here = learner(), _way(way)
    bank = bank_of(person, bank_id)
    if request.form.get("action") == "again":
        practice_asking.begin_again(session(), person, bank, here, now=now())
    elif practice_asking.this_one(session(), person, bank, here, _question(), moment()) is not None:
        practice_asking.go_on(session(), person, bank, here, _question(), now=now())
    return redirect(here_url(bank, here, _anchor="ask"), code=303)


def _coming(person: Person, bank: Bank, way: Way) -> Next:
    return practice_asking.upcoming(session(), person, bank, way, moment(), _DICE)


def _once_more(person: Person, bank: Bank, way: Way, question_id: int, key: str, unread: Unread) -> Any:
    """The question again with what was typed and why it could not be read; or the next one if it is gone."""
    found = practice_asking.this_one(session(), person, bank, way, question_id, moment())
    if found is None:
        say(MessageKind.WARNING, problems.sentence(unread.problem))
        return redirect(here_url(bank, way), code=303)
    return render("practice/ask.html", ask_page(bank, way, found, key=key, unread=unread)), 422


def _way(code: str) -> Way:
    """What is asked for, from the address; a type that is not known narrows to nothing."""
    kind = request.args.get("type", "")
    topic = request.args.get("topic", 0, type=number_of)
    if topic and not practising.topic_name(session(), topic):
        raise Problem("practice.no_such_question")
    return Way(code, topic=topic, type=kind if kind in learn().plugins.question_types else "")


def _key() -> str:
    value = request.form.get("key", "")
    if not _KEY.fullmatch(value):
        raise Problem("practice.unreadable")
    return value


def _question() -> int:
    value = request.form.get("question", "")
    if not is_number(value):
        raise Problem("practice.unreadable")
    return int(value)


def _take_mistakes() -> None:
    """Mistakes of exams whose key is open by now come into the notebook before it is counted."""
    if practice_answers.attempts_to_take(session(), learner(), moment()):
        begin_writing()
        practice_answers.take_mistakes(session(), learner(), moment())
