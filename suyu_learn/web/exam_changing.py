"""Changing the values of an exam after publishing: the form, and whom it touches before it is done."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from flask import redirect

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Delivery, Exam, ExamState, Purpose
from suyu_learn.services import exam_appeals, exam_changes, exam_reach, exam_scope, exam_times
from suyu_learn.services.boards import Seat
from suyu_learn.services.exam_changes import Wanted
from suyu_learn.web import context, exam_kept, exam_words
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.exam_making import (
    ORGANIZERS,
    audience_pairs,
    managed,
    organizer,
    share_to_percent,
    ticks,
    unit_pairs,
)
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.exam_appeals import appeals_in
from suyu_learn.web.forms.exams import change_form, lock, retake_in, utc
from suyu_learn.web.i18n import _
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import MessageKind
from suyu_learn.web.pages.exam_managing import ChangePage
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()

_MOMENTS = ("opens_at", "closes_at", "entry_until", "results_at", "retake_opens_at", "retake_closes_at")


@routes.get("/manage/exams/<int:exam_id>/change", access=ORGANIZERS)
def change_exam(exam_id: int) -> Any:
    """The values that may still be changed after publishing."""
    exam = managed(exam_id)
    if exam.state is ExamState.DRAFT:
        return redirect(link("edit_exam", exam_id=exam.id), code=303)
    return _change_page(exam, _values_form(exam))


@routes.post("/manage/exams/<int:exam_id>/change", access=ORGANIZERS, endpoint="change_exam_post")
def change_exam_post(exam_id: int) -> Any:
    """Change; where people are touched, what happens to them is shown first."""
    exam = managed(exam_id)
    form = _values_form(exam, filled=True)
    if not form.validate():
        return _change_page(exam, form), 422
    kept = [one.id for one in exam_reach.kept_units(session(), exam, organizer())]
    wanted = Wanted(
        opens_at=utc(form["opens_at"].data), closes_at=utc(form["closes_at"].data), minutes=form["minutes"].data,
        pass_share=form["pass_mark"].data / 100, entry_minutes=form["entry_minutes"].data,
        entry_until=utc(form["entry_until"].data), hand_in_minutes=form["hand_in_minutes"].data,
        extra_past_closing=form["extra_past_closing"].data,
        results_at=utc(form["results_at"].data) if "results_at" in form else exam.results_at,
        **{**{name: getattr(exam, name) for name in exam_times.RETAKE}, **retake_in(form)}, **appeals_in(form),
        unit_ids=(*(form["units"].data or ()), *kept),
        audiences=tuple(form["audiences"].data or ()),
        question_seconds=form["question_seconds"].data if "question_seconds" in form else None,
        **{name: form[name].data for name in exam_changes.WAYS_IN},
    )  # fmt: skip
    wanted, shown = _to_the_second(exam, wanted), form["shown"].data or ""
    try:
        exam_changes.require_unchanged(session(), exam, shown)
    except Problem as problem:
        return _as_it_is_now(exam, form, problem), 409
    found = exam_changes.effects(session(), exam, wanted, now=now(), grace=learn().grace)
    said = exam_words.effects(found)
    mark = hashlib.sha256("\n".join((*found.changed, *said)).encode()).hexdigest()[:16]
    try:
        if not found.to_confirm or form["seen"].data == mark:
            exam_changes.change(
                session(), exam, wanted, reason=form["reason"].data or "", actor=organizer(), now=now(),
                grace=learn().grace, mark=shown,
            )  # fmt: skip
            say(MessageKind.SUCCESS, _("The exam was changed. Learners see it on the cover."))
            if found.cut_short:
                return redirect(link("board", exam_id=exam.id, state=Seat.TIMED_OUT.value), code=303)
            return redirect(link("managed_exam", exam_id=exam.id), code=303)
    except Problem as problem:
        context.close()
        exam = managed(exam_id)
        form.refuse(problem)
        return _change_page(exam, form), 422
    return _change_page(exam, form, effects=said, seen=mark)


def _as_it_is_now(exam: Exam, sent: Form, problem: Problem) -> str:
    """The form with the values that others have made meanwhile; of what was typed only the reason stays."""
    form = _values_form(exam)
    form["reason"].data = sent["reason"].data
    form.refuse(problem)
    return _change_page(exam, form)


def _to_the_second(exam: Exam, wanted: Wanted) -> Wanted:
    """The same; a moment that the form showed without its seconds, and got back so, stays as it is."""
    kept = {name: getattr(exam, name) for name in _MOMENTS}
    same = {name: was for name, was in kept.items()
            if was is not None and getattr(wanted, name) == was.replace(second=0, microsecond=0)}  # fmt: skip
    return replace(wanted, **same)


def _values_form(exam: Exam, *, filled: bool = False) -> Form:
    data = None
    if not filled:
        unit_ids, audiences = exam_scope.chosen(session(), exam)
        data = {"opens_at": exam.opens_at, "closes_at": exam.closes_at, "minutes": exam.minutes,
                "pass_mark": share_to_percent(exam.pass_share), "results_at": exam.results_at,
                **{name: getattr(exam, name)
                   for name in (*exam_times.FIELDS, *exam_appeals.FIELDS, *exam_changes.WAYS_IN)},
                "retake_for": exam.retake_for or "",
                "question_seconds": exam.question_seconds, "units": list(unit_ids),
                "audiences": list(audiences), "shown": exam_changes.mark_of(session(), exam)}  # fmt: skip
    units = [(value, label) for value, label, _depth in unit_pairs()]
    form = change_form(units=units, audiences=[(code, name) for code, name, _depth in audience_pairs()], data=data)
    if exam.purpose == Purpose.ASSESSMENT:
        lock(form, assessment=True)
    if exam.delivery is Delivery.WHOLE:
        del form["question_seconds"]
    return form


def _change_page(exam: Exam, form: Form, *, effects: tuple[str, ...] = (), seen: str = "") -> str:
    return render(
        "exams/manage_change.html",
        ChangePage(
            title=exam.title,
            form=form,
            post_url=link("change_exam_post", exam_id=exam.id),
            words_url=link("edit_words", exam_id=exam.id),
            back_url=link("managed_exam", exam_id=exam.id),
            units=ticks(unit_pairs(), form["units"].data),
            audiences=ticks(audience_pairs(), form["audiences"].data),
            effects=effects,
            kept_units=exam_kept.units(exam, organizer()),
            seen=seen,
        ),
    )
