"""Marking by people: the exams, the questions of one, and one answer after the other."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from flask import redirect, request

from suyu_learn.domain.attempts import AnswerState
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions.rubric import ticked_share
from suyu_learn.models import Exam, OpenAnswer, Role
from suyu_learn.services import marking_queue, marking_saving
from suyu_learn.services.marking_queue import Rights
from suyu_learn.services.marking_saving import COMMENT_LIMIT, Given
from suyu_learn.web import context, marking_pages
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor, page_number
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.marking import mark_form
from suyu_learn.web.i18n import _
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import MessageKind
from suyu_learn.web.problems import sentence
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()

MARKERS = holding(Role.MARKER, Role.ORGANIZER)
ON_A_PAGE = 50
MEANWHILE = ("marking.done_meanwhile", "marking.done_by_you", "marking.changed_meanwhile",
             "marking.settled_meanwhile")  # fmt: skip
"""Somebody was faster: nothing can be mended in the form, so the queue goes on and says so."""


@routes.get("/manage/marking", access=MARKERS)
def marking_list() -> str:
    """The exams within reach in which people mark."""
    return render("marking/index.html", marking_pages.exams(marking_queue.exams_of(session(), actor(), now=now())))


@routes.get("/manage/exams/<int:exam_id>/marking", access=MARKERS)
def exam_marking(exam_id: int) -> str:
    """The questions of an exam, each with how many answers stand where."""
    exam, rights = _exam(exam_id)
    return render("marking/exam.html", marking_pages.questions(exam, rights))


@routes.get("/manage/exams/<int:exam_id>/marking/<int:question_id>/next", access=MARKERS, writes=True)
def mark_next(exam_id: int, question_id: int) -> Any:
    """Take the next answer to the question in hand, or go back to the questions when none waits."""
    exam, rights = _exam(exam_id)
    after = request.args.get("after", "")[:64]
    found = None
    if rights.mark:
        found = marking_queue.take(session(), exam, question_id, actor(), now=now(), after=after)
    if found is None:
        say(MessageKind.SUCCESS, _("No answer to this question waits for you now."))
        return redirect(link("exam_marking", exam_id=exam_id), code=303)
    return redirect(link("mark_answer", exam_id=exam_id, answer_key=found.key), code=303)


@routes.get("/manage/exams/<int:exam_id>/marking/<int:question_id>/answers", access=MARKERS)
def marking_answers(exam_id: int, question_id: int) -> str:
    """Answers in one state: to be settled, marked by oneself, marked by a machine, or all that are done."""
    exam, rights = _exam(exam_id)
    show = marking_pages.SHOWN.get(request.args.get("show", ""), marking_pages.SHOWN["mine"])
    page = page_number(request.args.get("page"))
    own_only = show.own or (show.code == "done" and not rights.settle)
    found, total = marking_queue.listed(session(), exam, question_id, actor(), states=show.states, own_marks=own_only,
                                        offset=(page - 1) * ON_A_PAGE, limit=ON_A_PAGE)  # fmt: skip
    return render("marking/answers.html", marking_pages.answers(exam, question_id, show, found, total, page))


@routes.get("/manage/exams/<int:exam_id>/marking/answers/<answer_key>", access=MARKERS, writes=True)
def mark_answer(exam_id: int, answer_key: str) -> str:
    """One answer; whoever opens one that waits has it in hand."""
    exam, rights = _exam(exam_id)
    answer = marking_queue.open_answer(session(), exam, answer_key)
    _take(answer, rights)
    return render("marking/answer.html", marking_pages.answer(exam, answer, rights, form=None))


@routes.post("/manage/exams/<int:exam_id>/marking/answers/<answer_key>", access=MARKERS, endpoint="mark_answer_post")
def mark_answer_post(exam_id: int, answer_key: str) -> Any:
    """Save the mark and go to the next answer; what cannot be saved comes back as it was typed."""
    exam, rights = _exam(exam_id)
    answer = marking_queue.open_answer(session(), exam, answer_key)
    before, question_id = request.form.get("state", ""), answer.question_id
    form = mark_form(ask_reason=marking_pages.asks_reason(before))
    try:
        if not form.validate():
            return render("marking/answer.html", marking_pages.answer(exam, answer, rights, form=form)), 422
        _save(exam, answer, rights, before, form)
    except Problem as problem:
        if problem.code in ("marking.unknown", "page.refused"):
            raise
        context.close()
        if problem.code in MEANWHILE:
            say(MessageKind.WARNING, sentence(problem))
            return redirect(link("exam_marking", exam_id=exam_id), code=303)
        exam, rights = _exam(exam_id)
        form.refuse(problem)
        answer = marking_queue.open_answer(session(), exam, answer_key)
        return render("marking/answer.html", marking_pages.answer(exam, answer, rights, form=form)), 422
    say(MessageKind.SUCCESS, _("Saved."))
    if before in (AnswerState.WAITING, ""):
        return redirect(link("mark_next", exam_id=exam_id, question_id=question_id), code=303)
    return redirect(link("exam_marking", exam_id=exam_id), code=303)


def _exam(exam_id: int) -> tuple[Exam, Rights]:
    return marking_queue.get_exam(session(), actor(), exam_id)


def _take(answer: OpenAnswer, rights: Rights) -> None:
    """Have a waiting answer in hand; raises Problem when somebody else has it, or it is one's own."""
    if not rights.mark or answer.state not in (AnswerState.WAITING, AnswerState.ONCE):
        return
    if answer.attempt.person_id == actor().id:
        raise Problem("marking.your_own")
    mine = answer.state is AnswerState.ONCE and answer.first_id == actor().id
    if not mine and not marking_queue.take_this(session(), answer, actor(), now=now()):
        raise Problem("marking.in_hand")


def _save(exam: Exam, answer: OpenAnswer, rights: Rights, before: str, form: Form) -> None:
    """Mark, settle or correct, by the state in which the form was shown."""
    given, person = _given(answer, form), actor()
    if before == AnswerState.SETTLE:
        marking_saving.settle(session(), exam, answer.key, given, rights=rights, person=person, now=now())
    elif marking_pages.asks_reason(before):
        marking_saving.correct(session(), exam, answer.key, given, seen=_seen(), reason=form["reason"].data,
                               rights=rights, person=person, now=now())  # fmt: skip
    elif rights.mark:
        marking_saving.mark(session(), exam, answer.key, given, person=person, now=now())
    else:
        raise Problem("marking.not_yours")


def _seen() -> Decimal | None:
    """The mark that stood when the form was shown."""
    said = request.form.get("seen", "")
    try:
        seen = Decimal(said) if said else None
    except InvalidOperation:
        raise Problem("marking.changed_meanwhile") from None
    if seen is not None and not seen.is_finite():  # no mark, and nothing that can be compared with one
        raise Problem("marking.changed_meanwhile")
    return seen


def _given(answer: OpenAnswer, form: Form) -> Given:
    """What was typed, or else ticked."""
    slot = marking_queue.slot_of(session(), answer)
    asked = learn().versions.get(session(), slot.version_id)
    rubric = asked.type.rubric(asked.content)
    ticked = {int(one) for one in request.form.getlist("tick") if one.isdecimal() and len(one) < 4}
    places = sorted(place for place in ticked if place < len(rubric))
    comment = (form["comment"].data or "").strip()
    if len(comment) > COMMENT_LIMIT:
        raise Problem("marking.comment_too_long", place=Place(field="comment"), most=COMMENT_LIMIT)
    typed = (form["points"].data or "").strip()
    if typed:
        fraction = marking_saving.fraction_typed(typed, slot.points)
    elif places:
        fraction = ticked_share(rubric, places)
    else:
        raise Problem("marking.nothing_given", place=Place(field="points"))
    return Given(fraction, tuple(rubric[place].label for place in places), comment)
