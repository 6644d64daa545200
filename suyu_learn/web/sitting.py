"""The paper, its answers, handing in, and the result: the protocol of docs/protocol.md."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import jsonify, redirect, request
from werkzeug.datastructures import MultiDict

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt, Delivery, Person
from suyu_learn.services import answers, kept_answers, prompt_saves, result_changes, sitting
from suyu_learn.services.answers import Claim, Incoming, NotSignedIn, Saved, SaveReply
from suyu_learn.web import paper_integrity, problems, step_pages
from suyu_learn.web.access import CLAIMED, EXAM_ENTRY
from suyu_learn.web.context import begin_writing, begun, commit, connection, learn, now, session
from suyu_learn.web.i18n import _, local_time
from suyu_learn.web.identity import claim, sitter
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Action, MessageKind, ProblemPage
from suyu_learn.web.papers import paper_page, pause_reason, result_page, review_page
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import has_control_signs, is_number
from suyu_learn.web.unread import Unread, say_unread

routes = Routes()

MOST = 2**30
"""Epochs, sequence numbers and milliseconds that a database still holds when they are added to."""


@routes.get("/attempts/<key>", access=EXAM_ENTRY, writes=True)
def attempt(key: str) -> Any:
    """The paper with what was saved, in a new epoch, or its question of now; the result once it is closed."""
    person = person_here()
    here = learn()
    found = sitting.hold(session(), key, person)
    if found.exam.delivery is Delivery.STEPWISE:
        return step_pages.show(found)
    rules = paper_integrity.rules_of(found, person)
    if (held := paper_integrity.held_elsewhere(found, rules)) is not None:
        return render("errors/problem.html", held), 409
    opened = sitting.open_paper(session(), found, now=now(), grace=here.grace, versions=here.versions,
                                device=paper_integrity.device(rules))  # fmt: skip
    if opened is None:
        return redirect(link("result", key=key), code=303)
    commit()  # the page is made while others can write
    page = replace(paper_page(session(), opened, person), guard=paper_integrity.guard(found, person, rules))
    return render("sitting/paper.html", page)


@routes.put("/attempts/<key>/answers/<int:slot>", access=CLAIMED)
def save_answer(key: str, slot: int) -> Any:
    """Store one answer; when this is answered it is durable."""
    return one_saved(key, slot, _claim())


def one_saved(key: str, slot: int, by: Claim) -> Any:
    """What is said of one answer that came as JSON."""
    said = json_said()
    if not isinstance(said, Mapping):
        raise Problem("sitting.not_json")
    reply = _save(key, [_incoming({**said, "slot": slot})], by)
    one = reply.results[0]
    if not one.error:
        return jsonify(saved=one.seq, **_time(reply))
    status = 404 if one.error == "unknown_slot" else 422 if one.error == "unreadable" else 409
    return jsonify(reason=one.error, **_time(reply), **_message(one)), status


@routes.put("/attempts/<key>/answers", access=CLAIMED)
def save_answers(key: str) -> Any:
    """Store what waited in the browser while the line was down; each answer has its own fate."""
    return all_saved(key, _claim())


def all_saved(key: str, by: Claim) -> Any:
    """What is said of a list of answers that came as JSON."""
    queue = sent_queue(json_said())
    reply = (_looked(key, by) if not queue else None) or _save(key, queue, by)
    if reply.closed and not reply.results:
        return jsonify(reason="closed", remaining=0), 409
    more = {} if reply.results else _why(key) if reply.paused else {"until": _until(reply)}
    return jsonify(results=[_told(one) for one in reply.results], **_time(reply), **more)


def _looked(key: str, by: Claim) -> SaveReply | None:
    """How the attempt stands, told without a turn to write: pages ask every few seconds."""
    here = learn()
    with here.database.reading() as reading:
        return answers.look(reading, key, by, now=now(), grace=here.grace)


def _why(key: str) -> dict[str, str]:
    with learn().database.reading() as reading:
        return {"why": pause_reason(reading, key)}


def _until(reply: SaveReply) -> str:
    """Until when there is time, as the page says it: it may have moved since."""
    time = local_time(reply.deadline)
    if reply.stepwise:
        return _("The whole paper until %(time)s", time=time)
    return _("Hand in by %(deadline)s", deadline=time)


def keep_page(key: str) -> Any:
    """What a page sends after the sign-in has ended, or somebody else has signed in: kept with the paper until its
    owner says what to do."""
    if has_control_signs():
        raise Problem("page.unreadable")
    waiting = request.form.get("queue")
    given = {one.slot: one.raw for one in queue_in(waiting)} if waiting else sent_answers(request.form)
    kept_answers.keep(session(), key, given, reason="signed_out", now=now(), versions=learn().versions)
    here = sitter() if claim() is not None else None
    if here is not None and sitting.is_of(session(), key, here):
        return redirect(link("attempt", key=key), code=303)
    if here is not None:
        page = ProblemPage(
            title=_("Somebody else is signed in"),
            sentence=_("The paper belongs to somebody who was signed in here before. The answers are kept with it: "
                       "when its owner signs in again, it asks whether to take them over."),
            action=Action(_("Home"), link("home")),
        )  # fmt: skip
        return render("errors/problem.html", page), 403
    page = ProblemPage(
        title=_("Please sign in"),
        sentence=_("You have been signed out. Your answers are kept with your paper: sign in again, and it asks "
                   "whether to take them over."),
        action=Action(_("Sign in again"), link("attempt", key=key)),
    )  # fmt: skip
    return render("errors/problem.html", page), 401


@routes.post("/attempts/<key>/kept", access=EXAM_ENTRY)
def decide_kept(key: str) -> Any:
    """Take over what was kept, or leave it."""
    person, here = person_here(), learn()
    found = sitting.hold(session(), key, person)
    reply = kept_answers.decide(
        session(), found, Claim(person.id, person.stamp), take=request.form.get("action") == "take", now=now(),
        grace=here.grace, versions=here.versions,
    )  # fmt: skip
    if reply is not None and any(one.error for one in reply.results):
        say(MessageKind.WARNING, _("The time is over; what could not be taken over does not count."))
    return redirect(link("attempt", key=key), code=303)


@routes.post("/attempts/<key>/page", access=EXAM_ENTRY, unheard=keep_page)
def save_page(key: str) -> Any:
    """What a browser without script posts: save, and stay or look over before handing in."""
    person = person_here()
    here = learn()
    try:
        found = sitting.find(session(), key, person)
    except Problem:
        if sitting.exam_id_of(session(), key) is None:
            raise
        return keep_page(key)  # somebody else's, who was signed in here before
    if found.state is not AttemptState.OPEN:
        return redirect(link("result", key=key), code=303)
    if found.exam.delivery is Delivery.STEPWISE:
        return redirect(link("attempt", key=key), code=303)
    given = sent_answers(request.form)
    held = paper_integrity.held_elsewhere(found, paper_integrity.rules_of(found, person))
    if held is not None:
        kept_answers.keep(session(), key, given, reason="continued_elsewhere", now=now(), versions=here.versions)
        return render("errors/problem.html", held), 409
    if sent_epoch(request.form) != found.epoch:
        kept_answers.keep(session(), key, given, reason="continued_elsewhere", now=now(), versions=here.versions)
        return redirect(link("attempt", key=key), code=303)
    reply = answers.save_page(
        session(), found, Claim(person.id, person.stamp), given, epoch=sent_epoch(request.form), now=now(),
        grace=here.grace, versions=here.versions,
    )  # fmt: skip
    unread = {one.slot: Unread(given.get(one.slot, ()), one.problem) for one in reply.results if one.problem}
    if unread:
        say_unread(sorted(unread))
        return _to_be_mended(key, person, unread)
    if request.form.get("action") == "review":
        return redirect(link("review", key=key), code=303)
    return redirect(link("attempt", key=key), code=303)


@routes.get("/attempts/<key>/review", access=EXAM_ENTRY)
def review(key: str) -> Any:
    """What is unanswered, before handing in."""
    person = person_here()
    found = sitting.find(session(), key, person)
    if found.state is not AttemptState.OPEN:
        return redirect(link("result", key=key), code=303)
    if found.exam.delivery is Delivery.STEPWISE:  # nobody goes back, so there is nothing to look over
        return redirect(link("attempt", key=key), code=303)
    held = paper_integrity.held_elsewhere(found, paper_integrity.rules_of(found, person))
    if held is not None:
        return render("errors/problem.html", held), 409
    return render("sitting/review.html", review_page(session(), found))


@routes.post("/attempts/<key>/submit", access=EXAM_ENTRY)
def submit_attempt(key: str) -> Any:
    """Store what waited, close and mark; a second time shows the same result."""
    person = person_here()
    here = learn()
    found = sitting.hold(session(), key, person)
    if found.state is AttemptState.OPEN and request.form.get("queue"):
        waiting = queue_in(request.form["queue"])
        if waiting:
            answers.save(session(), key, Claim(person.id, person.stamp), waiting, now=now(), grace=here.grace,
                         versions=here.versions)  # fmt: skip
    if request.form.get("because") == "time" and sitting.has_time(found, now=now()):
        return redirect(link("attempt", key=key), code=303)  # the deadline moved while the page was not heard of
    try:
        sitting.submit(session(), found, now=now(), grace=here.grace, versions=here.versions)
    except Problem as early:  # what was sent along is saved all the same
        say(MessageKind.WARNING, problems.sentence(early))
        return redirect(link("attempt", key=key), code=303)
    return redirect(link("result", key=key), code=303)


@routes.get("/attempts/<key>/result", access=EXAM_ENTRY)
def result(key: str) -> Any:
    """What the policy lets the learner see; an open attempt goes back to its paper."""
    person = person_here()
    found = sitting.find(session(), key, person, appeals=True)
    if found.state is AttemptState.OPEN:
        found = _closed_if_over(key)
        if found.state is AttemptState.OPEN:
            return redirect(link("attempt", key=key), code=303)
    page = result_page(session(), found, person_here())
    if request.method == "GET" and not found.trial and result_changes.has_news(found, now=now()):
        begin_writing()
        result_changes.tell(session(), sitting.hold(session(), key, person_here()), now=now())
    return render("sitting/result.html", page)


def _closed_if_over(key: str) -> Attempt:
    begin_writing()
    found = sitting.hold(session(), key, person_here())
    sitting.close_if_over(session(), found, now=now(), grace=learn().grace, versions=learn().versions)
    return found


def _claim() -> Claim:
    said = claim()
    assert said is not None  # CLAIMED
    return said


def _save(key: str, incoming: list[Incoming], by: Claim) -> SaveReply:
    here = learn()
    if len(incoming) == 1 and here.database.at_once and not (here.database.sqlite and begun()):
        with here.database.statement_by_statement() as at_once:
            prompt = prompt_saves.save(
                at_once, key, by, incoming[0], now=now(), versions=here.versions, papers=here.asked_papers
            )
        if prompt is not None:
            return prompt
    try:
        return answers.save(connection(), key, by, incoming, now=now(), grace=here.grace, versions=here.versions)
    except NotSignedIn:
        raise Problem("sign_in.needed") from None


def json_said() -> Any:
    """The body as JSON; None for what is not, or is nested without end."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


def queue_in(text: str) -> list[Incoming]:
    """The answers that waited in the browser, as a form sends them along."""
    try:
        return sent_queue(json.loads(text))
    except (ValueError, RecursionError):
        raise Problem("sitting.not_json") from None


def sent_queue(said: Any) -> list[Incoming]:
    """Answers as a script sends them, each with its numbers."""
    if not isinstance(said, list) or not all(isinstance(one, Mapping) for one in said):
        raise Problem("sitting.not_json")
    if len(said) > answers.MOST_SAVES:  # asked before anything is made of them
        raise Problem("sitting.too_many_answers", most=answers.MOST_SAVES)
    return [_incoming(one) for one in said]


def _incoming(said: Mapping[str, Any]) -> Incoming:
    slot, epoch, seq, age = whole_numbers(said, ("slot", "epoch", "seq", "age"))
    return Incoming(slot, epoch, seq, said.get("response"), timedelta(milliseconds=age))


def whole_numbers(said: Mapping[str, Any], names: Sequence[str]) -> list[int]:
    """The numbers of these names, 0 where one is missing; raises Problem for what no page of ours would send."""
    numbers = [said.get(name, 0) for name in names]
    if not all(
        isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < MOST for value in numbers
    ):
        raise Problem("sitting.not_json")
    return [int(value) for value in numbers]


def _time(reply: SaveReply) -> dict[str, Any]:
    """What each reply says of the time."""
    return {"remaining": reply.remaining, **({"paused": True} if reply.paused else {})}


def _told(one: Saved) -> dict[str, Any]:
    if not one.error:
        return {"slot": one.slot, "seq": one.seq, "saved": one.seq}
    return {"slot": one.slot, "seq": one.seq, "error": {"reason": one.error, **_message(one)}}


def _message(one: Saved) -> dict[str, str]:
    return {"message": problems.sentence(one.problem)} if one.problem else {}


def sent_answers(form: MultiDict[str, str]) -> dict[int, list[str]]:
    """The fields `q<slot>` of a form, each with all its values."""
    return {int(name[1:]): values for name, values in form.lists() if name[:1] == "q" and is_number(name[1:])}


def sent_epoch(form: MultiDict[str, str]) -> int:
    """The epoch that a form says it is of; 0 for none."""
    value = form.get("epoch", "")
    return int(value) if is_number(value) and len(value) < 9 else 0


def _to_be_mended(key: str, person: Person, unread: Mapping[int, Unread]) -> Any:
    """The paper once more: what could not be read stands in its fields as typed, beside the reason."""
    here = learn()
    found = sitting.hold(session(), key, person)
    rules = paper_integrity.rules_of(found, person)
    opened = sitting.open_paper(session(), found, now=now(), grace=here.grace, versions=here.versions,
                                device=paper_integrity.device(rules))  # fmt: skip
    if opened is None:
        return redirect(link("result", key=key), code=303)
    page = replace(paper_page(session(), opened, person, unread), guard=paper_integrity.guard(found, person, rules))
    commit()
    return render("sitting/paper.html", page), 422


def person_here() -> Person:
    """Who sits; every route that calls this is for those signed in or entered."""
    person = sitter()
    assert person is not None  # as the access of the route says
    return person
