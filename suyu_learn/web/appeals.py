"""Objecting to one's own result, and taking it back."""

from __future__ import annotations

from typing import Any

from flask import redirect, request

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Person
from suyu_learn.services import appeals, sitting
from suyu_learn.web import context, problems
from suyu_learn.web.access import EXAM_ENTRY
from suyu_learn.web.appeal_boxes import Typed
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.i18n import _
from suyu_learn.web.identity import sitter
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Action, MessageKind, ProblemPage
from suyu_learn.web.papers import result_page
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import has_control_signs, is_number

routes = Routes()


def unheard(key: str) -> Any:
    """What was typed after the sign-in had ended, to be copied, with the way back."""
    if has_control_signs():
        raise Problem("page.unreadable")
    page = ProblemPage(
        title=_("Please sign in"),
        sentence=_("You have been signed out, so your appeal was not sent. Copy what you wrote, sign in and send it "
                   "again."),
        action=Action(_("Sign in again"), link("result", key=key)),
        detail=request.form.get("text", "")[: appeals.LONGEST],
    )  # fmt: skip
    return render("errors/problem.html", page), 401


@routes.post("/attempts/<key>/appeals", access=EXAM_ENTRY, unheard=unheard)
def make_appeal(key: str) -> Any:
    """Object to a question, or to the whole paper; what cannot be taken comes back as it was typed."""
    said = request.form.get("slot", "")
    slot = int(said) if is_number(said) and len(said) < 5 else -1
    text = request.form.get("text", "")
    try:
        held = appeals.hold(session(), key, _person())
        appeals.make(session(), held, slot, text, now=now(), grace=learn().grace)
    except Problem as problem:
        if problem.code == "sitting.unknown":
            raise
        context.close()
        found = sitting.find(session(), key, _person(), appeals=True)
        if found.state is AttemptState.OPEN:
            return redirect(link("attempt", key=key), code=303)
        page = result_page(session(), found, _person(), typed=Typed(slot, text, problem))
        if not page.appeals.get(slot):  # the place that it is about is not on the page
            say(MessageKind.ERROR, problems.sentence(problem))
        return render("sitting/result.html", page), 422
    say(MessageKind.SUCCESS, _("Your appeal was sent. The answer will stand here, and the start page tells you of it."))
    return redirect(_back(key, slot), code=303)


@routes.post("/attempts/<key>/appeals/<int:number>/withdraw", access=EXAM_ENTRY)
def withdraw_appeal(key: str, number: int) -> Any:
    """Take an appeal back while nobody has answered it."""
    held = sitting.hold(session(), key, _person())
    try:
        appeals.withdraw(session(), held, number, now=now())
    except Problem as problem:
        if problem.code == "appeal.unknown":
            raise
        context.close()
        say(MessageKind.WARNING, problems.sentence(problem))
        return redirect(link("result", key=key), code=303)
    say(MessageKind.SUCCESS, _("The appeal is withdrawn."))
    return redirect(link("result", key=key), code=303)


def _back(key: str, slot: int) -> str:
    return link("result", key=key) + (f"#appeal-{slot}" if slot else "")


def _person() -> Person:
    person = sitter()
    assert person is not None  # every route here is for those signed in or entered
    return person
