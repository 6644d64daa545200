"""Marking anew by a corrected key: whose result changes, the reason, and the act."""

from __future__ import annotations

from typing import Any

from flask import redirect, request

from suyu_learn.db import after_commit
from suyu_learn.domain.attempts import Outcome
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Person, Role
from suyu_learn.services import appeals, bank_questions, exams, regrading
from suyu_learn.services.bank_questions import QuestionHere
from suyu_learn.services.exams import Standing
from suyu_learn.services.regrading import Change, Plan
from suyu_learn.web import problems, question_words
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor
from suyu_learn.web.bank_question import question_trail, question_url, stem_of
from suyu_learn.web.bank_questions import seen
from suyu_learn.web.context import close, learn, now, session
from suyu_learn.web.i18n import _, local_time, ngettext, number
from suyu_learn.web.links import link
from suyu_learn.web.pages.bank_questions import RegradePage
from suyu_learn.web.pages.common import MessageKind, Row
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()

ORGANIZERS = holding(Role.ORGANIZER)
_RULE = "/manage/bank/<int:bank_id>/questions/<int:question_id>/regrade"
MOST_LISTED = 200


@routes.get(_RULE, access=ORGANIZERS)
def question_regrade(bank_id: int, question_id: int) -> str:
    """What marking anew would change; nothing happens yet."""
    return _shown(bank_id, question_id)


@routes.post(_RULE, access=ORGANIZERS)
def question_regrade_post(bank_id: int, question_id: int) -> Any:
    """Mark anew, with the reason that learners will read."""
    found = _found(bank_id, question_id)
    try:
        done = regrading.apply(session(), found.question, person=actor(), reason=request.form.get("reason", "")[:2000],
                               now=now(), versions=learn().versions)  # fmt: skip
    except Problem as problem:
        close()
        return _shown(bank_id, question_id, problem), 422
    after_commit(session(), learn().pools.forget)  # who begins now is not asked what was wrong
    say(MessageKind.SUCCESS, ngettext("%(num)s attempt was marked anew.", "%(num)s attempts were marked anew.",
                                      len(done.changes)))  # fmt: skip
    if done.being_sat:
        later = ngettext("%(num)s that is still being sat will be marked by this key.",
                         "%(num)s that are still being sat will be marked by this key.", done.still_open)  # fmt: skip
        say(MessageKind.SUCCESS, later)
    return redirect(question_url(found), code=303)


def _found(bank_id: int, question_id: int) -> QuestionHere:
    return bank_questions.get_question(session(), actor(), bank_id, question_id, change=True)


def _shown(bank_id: int, question_id: int, problem: Problem | None = None) -> str:
    found, person = _found(bank_id, question_id), actor()
    try:
        plan: Plan | None = regrading.plan(session(), found.question, person=person, versions=learn().versions)
    except Problem as refused:
        plan, problem = None, refused
    return render("bank/regrade.html", _page(found, plan, problem))


def _page(found: QuestionHere, plan: Plan | None, problem: Problem | None) -> RegradePage:
    changes = plan.changes if plan is not None else ()
    differing = [one for one in changes if one.differs]
    return RegradePage(
        trail=question_trail(found, (stem_of(found.latest), question_url(found))),
        title=stem_of(found.latest),
        seen=seen(learn().versions.get(session(), plan.version.id), number=1) if plan is not None else None,
        version=question_words.version_name(plan.version.number) if plan is not None else "",
        facts=_facts(plan) if plan is not None else (),
        rows=tuple(_row(one) for one in differing[:MOST_LISTED]),
        hidden=_("The first %(shown)s of %(all)s are shown.", shown=MOST_LISTED, all=len(differing))
        if len(differing) > MOST_LISTED else "",
        may=plan is not None and bool(changes or plan.being_sat or plan.picks or plan.printed),
        reason=request.form["reason"] if "reason" in request.form else _usual_reason(found, person=actor()),
        problem=problems.sentence(problem) if problem is not None else "",
        action=link("question_regrade", bank_id=found.here.bank.id, question_id=found.question.id),
        back_url=question_url(found),
        open=plan is not None and _still_asked(plan),
    )  # fmt: skip


def _still_asked(plan: Plan) -> bool:
    """Whether somebody still sits an exam that is marked anew, or can still begin it or its retake."""
    over = (Standing.CLOSED, Standing.WITHDRAWN)
    those = {one.attempt.exam_id: one.attempt.exam for one in plan.changes}.values()
    return bool(plan.being_sat) or any(
        exams.standing(exam, now=now()) not in over or exams.retake_standing(exam, now=now()) not in over
        for exam in those
    )


def _usual_reason(found: QuestionHere, *, person: Person) -> str:
    """That an appeal was accepted, with the words in which it was; empty where none was."""
    accepted = appeals.accepted_for(session(), found.question.id, person)
    if accepted is None:
        return ""
    at, title, said = accepted
    return _("After an appeal in “%(title)s”, accepted on %(time)s: %(answer)s", title=title, time=local_time(at),
             answer=said)  # fmt: skip


def _facts(plan: Plan) -> tuple[Row, ...]:
    total = len(plan.changes)
    rows = [
        Row(_("Attempts marked by another key"), str(total)),
        Row(_("More points"), _("%(count)s of %(all)s", count=plan.more, all=total)),
        Row(_("Fewer points"), _("%(count)s of %(all)s", count=plan.less, all=total)),
        Row(_("Newly passed"), _("%(count)s of %(all)s", count=plan.newly_passed, all=total)),
        Row(_("No longer passed"), _("%(count)s of %(all)s", count=plan.no_longer_passed, all=total)),
    ]
    if plan.elsewhere:
        rows.append(Row(_("In exams of units that are not yours; they stay"), str(plan.elsewhere)))
    if plan.by_people:
        rows.append(Row(_("Marked by people; these marks stay"), str(plan.by_people)))
    if plan.still_open:
        rows.append(Row(_("Still being sat; marked by this key when they are handed in"), str(plan.still_open)))
    if plan.picks:
        rows.append(
            Row(_("Papers with fixed questions that ask the corrected version from now on"), str(len(plan.picks)))
        )
    if plan.printed:
        rows.append(Row(_("Printed papers with the former version; what is entered of them from now on is marked by "
                          "this key"), str(len(plan.printed))))  # fmt: skip
    return tuple(rows)


def _row(one: Change) -> tuple[str, str, str, str, str]:
    person: Person = one.attempt.person
    return (person.name, one.attempt.unit_names, one.attempt.exam.title, _outcome(one.before), _outcome(one.after))


def _outcome(outcome: Outcome) -> str:
    if outcome.points is None:
        return _("waits for a marker")
    verdict = _("passed") if outcome.passed else _("not passed")
    return f"{number(outcome.points)} · {verdict}"
