"""The learner's own identity number: what a programme asks it for, giving it, declining, withdrawing."""

from __future__ import annotations

from typing import Any

from flask import redirect, request

from suyu_learn.domain.problems import Problem
from suyu_learn.models import IdentityState, Programme
from suyu_learn.services import identity_numbers, programmes
from suyu_learn.web import context, identity_words, problems
from suyu_learn.web.access import SIGNED_IN
from suyu_learn.web.acting import actor
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.i18n import _
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Action, MessageKind
from suyu_learn.web.pages.identity_numbers import MyIdentity
from suyu_learn.web.programme_words import today
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()

LONGEST_TYPED = 60


@routes.get("/programmes/<key>/identity", access=SIGNED_IN)
def my_identity(key: str) -> str:
    """What it is needed for, and the form."""
    return _page(_mine(key))


@routes.post("/programmes/<key>/identity", access=SIGNED_IN, endpoint="my_identity_post")
def my_identity_post(key: str) -> Any:
    """Give the number, decline, or withdraw it."""
    programme, me, act = _mine(key), actor(), request.form.get("action", "give")
    typed, seen = request.form.get("number", ""), request.form.get("seen", "")
    try:
        if act == "withdraw":
            identity_numbers.withdraw(session(), programme, me, actor=me, now=now())
            say(MessageKind.SUCCESS, _("Your identity number is deleted."))
        elif act == "decline":
            identity_numbers.decline(session(), programme, me, seen=seen, now=now(), today=today())
            say(MessageKind.SUCCESS, _("You have declined. Nothing else changes; you can give it later."))
        else:
            identity_numbers.give(session(), programme, me, typed, seen=seen, actor=me, now=now(), today=today(),
                                  vault=learn().vault)  # fmt: skip
            say(MessageKind.SUCCESS, _("Your identity number is stored, encrypted."))
    except Problem as problem:
        context.close()
        status = problems.STATUS.get(problem.code, 422)
        return _page(_mine(key), problem, typed=typed[:LONGEST_TYPED]), status
    return redirect(link("my_identity", key=key), code=303)


def _mine(key: str) -> Programme:
    """A programme that the person has, or gave their number to."""
    programme = programmes.find(session(), key)
    if not identity_numbers.has_part(session(), programme, actor()) and (
        identity_numbers.answer_of(session(), programme, actor()) is None
    ):
        raise Problem("programme.not_yours")
    return programme


def _page(programme: Programme, problem: Problem | None = None, *, typed: str = "") -> str:
    asked = identity_numbers.request_of(session(), programme)
    row = identity_numbers.answer_of(session(), programme, actor())
    if asked is None and row is None:
        raise Problem("page.unknown")
    given = row is not None and row.state is IdentityState.GIVEN
    at_field = problem is not None and problem.place.field == "number"
    said = problems.sentence(problem) if problem is not None else ""
    return render("identity_numbers/mine.html", MyIdentity(
        programme=programme.title,
        back=Action(_("Back to the programme"), link("my_programme", key=programme.key)),
        purpose=asked.purpose if asked is not None else "",
        facts=identity_words.terms(asked) if asked is not None else (),
        answer=identity_words.answered(row),
        number=identity_words.number(row) if given else "",
        asks=identity_numbers.is_open(asked, programme, today=today()) and learn().vault.ready,
        can_decline=not given,
        seen=identity_numbers.mark(asked, row),
        post_url=link("my_identity_post", key=programme.key),
        typed=typed if at_field else "",
        error=said if at_field else "",
        refused="" if at_field else said,
    ))  # fmt: skip
