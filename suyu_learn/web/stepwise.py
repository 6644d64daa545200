"""Going on from one question to the next, where an exam shows them one at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flask import jsonify, redirect, request
from werkzeug.wrappers import Response

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt
from suyu_learn.services import answers, kept_answers, sitting, stepwise
from suyu_learn.services.answers import Claim, Incoming, Saved, SaveReply
from suyu_learn.services.sitting import Typing
from suyu_learn.web import paper_integrity, problems, step_pages
from suyu_learn.web.access import EXAM_ENTRY
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.identity import sitter
from suyu_learn.web.links import link
from suyu_learn.web.routing import Routes
from suyu_learn.web.sitting import keep_page, sent_answers, sent_epoch, sent_queue
from suyu_learn.web.templates import render
from suyu_learn.web.unread import Unread, say_unread

routes = Routes()


@routes.post("/attempts/<key>/next", access=EXAM_ENTRY, unheard=keep_page)
def next_question(key: str) -> Any:
    """Save the answer and show the next question; behind the last one, hand in.

    It says which question it leaves and in which epoch, so that a second press takes no second step.
    """
    person = sitter()
    assert person is not None  # EXAM_ENTRY
    found = sitting.hold(session(), key, person)
    return gone_on(found, Claim(person.id, person.stamp), link("attempt", key=key))


def gone_on(found: Attempt, claim: Claim, here_url: str, typing: Typing | None = None) -> Any:
    """What is said to a page that leaves its question; `here_url` shows the next one, or the result once it is closed.

    The attempt is held; `typing` is who goes on in the person's place.
    """
    here, on = learn(), redirect(here_url, code=303)
    if found.state is not AttemptState.OPEN or not found.shown_slot or "keep" in request.form:
        return on  # signed in again meanwhile, there is nothing to keep
    queue = _queue()
    given = {one.slot: one.raw for one in queue} if queue is not None else dict(sent_answers(request.form))
    if (elsewhere := _elsewhere(found, given, queue, on, typed=typing is not None)) is not None:
        return elsewhere
    refused = _unreadable(_save(found, claim, given, queue))
    if refused is not None and not stepwise.is_over(found, now=now()):
        return _to_be_mended(found, given, refused, typing)
    with suppress(Problem):  # too early to hand in: the page says from when it is possible
        stepwise.leave(session(), found, by_clock=request.form.get("because") == "time", now=now(), grace=here.grace,
                       versions=here.versions, typing=typing)  # fmt: skip
    return on


def _elsewhere(
    attempt: Attempt, given: Mapping[int, Any], queue: list[Incoming] | None, on: Response, *, typed: bool
) -> Any:
    """What a page is told that does not go on from the question of now, and what it sent is kept; None for the page
    that does. A page left open must not take the paper back."""
    rules = paper_integrity.rules_of(attempt, attempt.person)
    held = None if typed else paper_integrity.held_elsewhere(attempt, rules)
    of_now = sent_epoch(request.form) == attempt.epoch and request.form.get("slot") == str(attempt.shown_slot)
    if held is None and of_now:
        return None
    kept_answers.keep(session(), attempt.key, given, reason="continued_elsewhere", now=now(), versions=learn().versions)
    if queue is not None and (held is not None or sent_epoch(request.form) < attempt.epoch):
        return jsonify(reason="continued_elsewhere"), 409
    if held is not None:
        return render("errors/problem.html", held), 409
    return on


def _queue() -> list[Incoming] | None:
    """What waited in the browser; None from a page without script, which sends its fields."""
    text = request.form.get("queue")
    if text is None:
        return None
    try:
        return sent_queue(json.loads(text))
    except (ValueError, RecursionError):
        raise Problem("sitting.not_json") from None


def _save(attempt: Attempt, claim: Claim, given: Mapping[int, Any], queue: list[Incoming] | None) -> SaveReply | None:
    tools: dict[str, Any] = {"now": now(), "grace": learn().grace, "versions": learn().versions}
    if queue is None:
        return answers.save_page(session(), attempt, claim, dict(given), epoch=attempt.epoch, only=attempt.shown_slot,
                                 **tools)  # fmt: skip
    return answers.save(session(), attempt.key, claim, queue, **tools) if queue else None


def _unreadable(reply: SaveReply | None) -> Saved | None:
    return next((one for one in reply.results if one.problem is not None), None) if reply is not None else None


def _to_be_mended(attempt: Attempt, given: Mapping[int, Any], refused: Saved, typing: Typing | None) -> Any:
    """The same question once more, with what was typed beside the reason; a script that waits is told the reason."""
    assert refused.problem is not None  # chosen by it
    if "queue" in request.form:
        reason = {"reason": refused.error, "slot": refused.slot, "message": problems.sentence(refused.problem)}
        return jsonify(**reason), 422
    say_unread([refused.slot])
    again = Typing(typing.actor) if typing is not None else None
    return step_pages.show(attempt, Unread(given.get(refused.slot, ()), refused.problem), again), 422
