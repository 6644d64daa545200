"""Typing for somebody who cannot: the paper of another person, plainly marked, in the helper's own sign-in.

What may be typed in stands in the browser's signed session, for so many attempts and so long; nothing of it is the
person's own sign-in, and the result stays closed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt, Delivery, Exam, Person
from suyu_learn.services import answers, kept_answers, offline, sitting, typing_for
from suyu_learn.services.answers import Claim
from suyu_learn.services.sitting import OpenedPaper, Typing
from suyu_learn.web import context, problems, step_pages
from suyu_learn.web.access import CLAIMED
from suyu_learn.web.context import commit, learn, now, session
from suyu_learn.web.exam_making import ORGANIZERS, organizer
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.exams import reason_form
from suyu_learn.web.i18n import _
from suyu_learn.web.identity import claim
from suyu_learn.web.invigilation import seen
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Action, MessageKind, ProblemPage
from suyu_learn.web.pages.exam_managing import ReasonPage
from suyu_learn.web.papers import paper_page, review_page
from suyu_learn.web.routing import Routes
from suyu_learn.web.session import TYPING, get, put
from suyu_learn.web.shell import say
from suyu_learn.web.sitting import all_saved, one_saved, queue_in, sent_answers, sent_epoch
from suyu_learn.web.step_pages import seat
from suyu_learn.web.stepwise import gone_on
from suyu_learn.web.templates import render
from suyu_learn.web.unread import Unread, say_unread

routes = Routes()

MOST = 5
"""Attempts in which one may type at once; the oldest permission goes."""


@routes.get("/manage/exams/<int:exam_id>/typing/<int:person_id>", access=ORGANIZERS)
def start_typing(exam_id: int, person_id: int) -> str:
    """Ask why."""
    return _start_page(exam_id, person_id, reason_form(_read_by()))


@routes.post("/manage/exams/<int:exam_id>/typing/<int:person_id>", access=ORGANIZERS, endpoint="start_typing_post")
def start_typing_post(exam_id: int, person_id: int) -> Any:
    """Start the person's attempt, or go on with it, and open the paper."""
    exam, person = _whom(exam_id, person_id)
    form, here = reason_form(_read_by()), learn()
    try:
        attempt = typing_for.begin(
            session(), exam, person, reason=form["reason"].data or "", actor=organizer(), now=now(),
            grace=here.grace, versions=here.versions, pools=here.pools,
        )  # fmt: skip
    except Problem as problem:
        context.close()
        form.refuse(problem)
        return _start_page(exam_id, person_id, form), 422
    _permit(attempt)
    return redirect(link("typed_paper", key=attempt.key), code=303)


def _read_by() -> str:
    return _("It is kept in the audit trail, and the learner reads it")


def _whom(exam_id: int, person_id: int) -> tuple[Exam, Person]:
    exam, sight = seen(exam_id)
    offline.due_person(session(), exam, person_id, sight=sight, now=now())
    return exam, session().get_one(Person, person_id)


def _start_page(exam_id: int, person_id: int, form: Form) -> str:
    exam, person = _whom(exam_id, person_id)
    said = (
        _("For somebody who cannot type: you read the questions out and type what %(name)s says.", name=person.name),
        _("The time runs as for everybody. %(name)s can go on at any moment on an own phone; your page then stops.",
          name=person.name),
    )  # fmt: skip
    return render("exams/manage_reason.html", ReasonPage(
        _("Type for %(name)s", name=person.name), _("Board: %(title)s", title=exam.title), said, form,
        link("start_typing_post", exam_id=exam_id, person_id=person_id), _("Open the paper"),
        link("board", exam_id=exam_id),
    ))  # fmt: skip


# The permission


def _permit(attempt: Attempt) -> None:
    """Let this browser type in the attempt, for as long as it has time."""
    until = int(typing_for.lasts_until(now=now()).timestamp())
    kept = {key: at for key, at in _permitted().items() if key != attempt.key}
    put(TYPING, dict([*kept.items(), (attempt.key, until)][-MOST:]))


def _forbid(key: str) -> None:
    put(TYPING, {one: until for one, until in _permitted().items() if one != key})


def _permitted() -> dict[str, int]:
    kept = get(TYPING)
    return kept if isinstance(kept, dict) else {}


def _typing_claim(key: str) -> Claim:
    """Who types, good for this attempt alone; raises Problem without a permission that still holds."""
    said = claim()
    until = _permitted().get(key, 0)
    if said is None or said.exam_id is not None or until < now().timestamp():
        raise Problem("sign_in.needed")
    return Claim(said.person_id, said.stamp, typing_key=key)


def _mine(key: str) -> Claim:
    who = organizer()
    return Claim(who.id, who.stamp, typing_key=key)


def _held(key: str, *, reading: bool = False) -> Attempt:
    return typing_for.hold(session(), key, organizer(), now=now(), reading=reading)


# The paper


@routes.get("/typing/<key>", access=ORGANIZERS, writes=True)
def typed_paper(key: str) -> Any:
    """The paper of somebody else, in a new epoch; who has stopped, or was signed out, says anew why."""
    attempt = _held(key, reading=True)
    over = _permitted().get(key, 0) < now().timestamp() or not typing_for.types(session(), attempt, organizer())
    if attempt.state is AttemptState.OPEN and over:
        return redirect(link("start_typing", exam_id=attempt.exam_id, person_id=attempt.person_id), code=303)
    return _paper(key)


def _paper(key: str, unread: dict[int, Unread] | None = None) -> Any:
    here, attempt = learn(), _held(key)
    if attempt.exam.delivery is Delivery.STEPWISE:
        if attempt.state is AttemptState.OPEN:
            _permit(attempt)
        return step_pages.show(attempt, typing=Typing(organizer()))
    opened = typing_for.open_paper(
        session(), attempt, actor=organizer(), now=now(), grace=here.grace, versions=here.versions
    )
    if opened is None:
        return redirect(seat(attempt), code=303)
    _permit(attempt)
    page = _page(opened, unread)
    commit()
    return render("sitting/paper.html", page), 422 if unread else 200


def _page(opened: OpenedPaper, unread: dict[int, Unread] | None) -> Any:
    attempt = opened.attempt
    key, person = attempt.key, attempt.person
    return replace(
        paper_page(session(), opened, person, unread),
        save_all_url=link("save_typed_answers", key=key),
        save_page_url=link("save_typed_page", key=key),
        submit_url=link("submit_typed", key=key),
        result_url=seat(attempt),
        sign_in_url=link("typed_paper", key=key),
        kept_url=link("decide_typed", key=key),
        typed_for=person.name,
        stop_url=link("stop_typing", key=key),
    )


@routes.put("/typing/<key>/answers/<int:slot>", access=CLAIMED)
def save_typed_answer(key: str, slot: int) -> Any:
    """Store one answer in the person's attempt, with the name of who typed it."""
    return one_saved(key, slot, _typing_claim(key))


@routes.put("/typing/<key>/answers", access=CLAIMED)
def save_typed_answers(key: str) -> Any:
    """The same for what waited."""
    return all_saved(key, _typing_claim(key))


def keep_typed_page(key: str) -> Any:
    """What a page without script sends after the helper's sign-in has ended: kept with the paper."""
    waiting = request.form.get("queue")
    given = {one.slot: one.raw for one in queue_in(waiting)} if waiting else sent_answers(request.form)
    kept_answers.keep(session(), key, given, reason="signed_out", now=now(), versions=learn().versions)
    page = ProblemPage(
        title=_("Please sign in"),
        sentence=_("You have been signed out. What you typed is kept with the paper: sign in again, open it, and it "
                   "asks whether to take it over."),
        action=Action(_("Sign in again"), link("typed_paper", key=key)),
    )  # fmt: skip
    return render("errors/problem.html", page), 401


@routes.post("/typing/<key>/next", access=ORGANIZERS, unheard=keep_typed_page)
def next_typed(key: str) -> Any:
    """Save the answer and show the next question; behind the last one, hand in for the person."""
    attempt, actor = _held(key), organizer()
    was_open = attempt.state is AttemptState.OPEN
    if was_open and not typing_for.types(session(), attempt, actor):
        return redirect(link("typed_paper", key=key), code=303)  # asks anew why
    typing = Typing(actor, typing_for.reason_of(session(), attempt))
    answer = gone_on(attempt, _mine(key), link("typed_paper", key=key), typing)
    if was_open and attempt.state is not AttemptState.OPEN:
        _forbid(key)
        say(MessageKind.SUCCESS, _("Handed in for %(name)s.", name=attempt.person.name))
    return answer


@routes.post("/typing/<key>/page", access=ORGANIZERS, unheard=keep_typed_page)
def save_typed_page(key: str) -> Any:
    """What a browser without script posts: save, and stay or look over before handing in."""
    attempt = _held(key)
    if attempt.exam.delivery is Delivery.STEPWISE:
        return redirect(link("typed_paper", key=key), code=303)
    unread = _save_page(attempt)
    if unread:
        say_unread(sorted(unread))
        return _paper(key, unread)
    target = "review_typed" if request.form.get("action") == "review" else "typed_paper"
    return redirect(link(target, key=key), code=303)


def _save_page(attempt: Attempt) -> dict[int, Unread]:
    """Save what differs; what cannot be read is given back."""
    if attempt.state is not AttemptState.OPEN:
        return {}
    given, here = sent_answers(request.form), learn()
    if sent_epoch(request.form) != attempt.epoch:
        kept_answers.keep(session(), attempt.key, given, reason="continued_elsewhere", now=now(),
                          versions=here.versions)  # fmt: skip
        return {}
    reply = answers.save_page(
        session(), attempt, _mine(attempt.key), given, epoch=sent_epoch(request.form), now=now(), grace=here.grace,
        versions=here.versions, only=attempt.shown_slot,
    )  # fmt: skip
    return {one.slot: Unread(given.get(one.slot, ()), one.problem) for one in reply.results if one.problem}


@routes.post("/typing/<key>/kept", access=ORGANIZERS)
def decide_typed(key: str) -> Response:
    """Take over what was kept, or leave it."""
    here, attempt = learn(), _held(key)
    reply = kept_answers.decide(
        session(), attempt, _mine(key), take=request.form.get("action") == "take", now=now(), grace=here.grace,
        versions=here.versions,
    )  # fmt: skip
    if reply is not None and any(one.error for one in reply.results):
        say(MessageKind.WARNING, _("The time is over; what could not be taken over does not count."))
    return redirect(link("typed_paper", key=key), code=303)


@routes.get("/typing/<key>/review", access=ORGANIZERS)
def review_typed(key: str) -> Any:
    """What is unanswered, before handing in for somebody."""
    attempt = _held(key, reading=True)
    if attempt.state is not AttemptState.OPEN:
        return redirect(seat(attempt), code=303)
    if attempt.exam.delivery is Delivery.STEPWISE:  # nobody goes back, so there is nothing to look over
        return redirect(link("typed_paper", key=key), code=303)
    page, back = review_page(session(), attempt), link("typed_paper", key=key)
    return render("sitting/review.html", replace(
        page, back_url=back, submit_url=link("submit_typed", key=key),
        unanswered=tuple(replace(one, url=f"{back}#q-{one.number}") for one in page.unanswered),
    ))  # fmt: skip


@routes.post("/typing/<key>/submit", access=ORGANIZERS)
def submit_typed(key: str) -> Any:
    """Store what waited and hand in for the person; the result is not shown here."""
    here, attempt = learn(), _held(key)
    if attempt.state is AttemptState.OPEN and sent_epoch(request.form) != attempt.epoch:
        say(MessageKind.WARNING, _("%(name)s has gone on elsewhere, so nothing was handed in here.",
                                   name=attempt.person.name))  # fmt: skip
        return redirect(seat(attempt), code=303)
    waiting = queue_in(request.form["queue"]) if request.form.get("queue") else []
    if attempt.state is AttemptState.OPEN and waiting:
        answers.save(session(), key, _mine(key), waiting, now=now(), grace=here.grace, versions=here.versions)
    if request.form.get("because") == "time" and sitting.has_time(attempt, now=now()):
        return redirect(link("typed_paper", key=key), code=303)
    try:
        typing_for.hand_in(session(), attempt, actor=organizer(), now=now(), grace=here.grace, versions=here.versions)
    except Problem as early:
        say(MessageKind.WARNING, problems.sentence(early))
        return redirect(link("typed_paper", key=key), code=303)
    _forbid(key)
    say(MessageKind.SUCCESS, _("Handed in for %(name)s.", name=attempt.person.name))
    return redirect(seat(attempt), code=303)


@routes.post("/typing/<key>/stop", access=ORGANIZERS, unheard=keep_typed_page)
def stop_typing(key: str) -> Any:
    """Save what the form has, then leave; the person, or somebody else, can go on with what was saved.

    A page with script has saved already, and sends no answers along.
    """
    attempt = _held(key)
    unread = _save_page(attempt) if sent_epoch(request.form) else {}
    if unread:
        say_unread(sorted(unread))
        return _paper(key, unread)
    typing_for.end(session(), attempt, actor=organizer(), now=now())
    _forbid(key)
    say(
        MessageKind.SUCCESS,
        _("You type no more for %(name)s, who can go on with what was saved.", name=attempt.person.name),
    )
    return redirect(seat(attempt), code=303)
