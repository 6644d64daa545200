"""Title, notice and contact of a published exam: what may be corrected at any time, without a reason."""

from __future__ import annotations

from typing import Any

from flask import redirect

from suyu_learn.models import Exam
from suyu_learn.services import exam_changes, locks
from suyu_learn.web.acting import carried_out
from suyu_learn.web.context import now, session
from suyu_learn.web.exam_making import ORGANIZERS, managed, organizer
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.exams import words_form
from suyu_learn.web.forms.shared import Values
from suyu_learn.web.i18n import _
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import MessageKind
from suyu_learn.web.pages.exam_managing import WordingPage
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()


@routes.get("/manage/exams/<int:exam_id>/words", access=ORGANIZERS)
def edit_words(exam_id: int) -> str:
    """As they stand now."""
    exam = managed(exam_id)
    return _page(exam, words_form(_values(exam)))


@routes.post("/manage/exams/<int:exam_id>/words", access=ORGANIZERS)
def change_words(exam_id: int) -> Any:
    """Correct them."""
    managed(exam_id)
    form = words_form()

    def change() -> None:
        exam = managed(exam_id)
        locks.hold_exam(session(), exam)
        form.require_unchanged(_values(exam))
        exam_changes.edit_words(
            session(), exam, title=form["title"].data, notice=form["notice"].data or "",
            contact_name=form["contact_name"].data or "", contact_phone=form["contact_phone"].data or "",
            actor=organizer(), now=now(),
        )  # fmt: skip

    if not carried_out(form, change):
        return _page(managed(exam_id), form), 422
    say(MessageKind.SUCCESS, _("Saved."))
    return redirect(link("managed_exam", exam_id=exam_id), code=303)


def _values(exam: Exam) -> Values:
    return {name: getattr(exam, name) for name in ("title", "notice", "contact_name", "contact_phone")}


def _page(exam: Exam, form: Form) -> str:
    here = {"exam_id": exam.id}
    return render(
        "exams/manage_words.html",
        WordingPage(exam.title, form, post_url=link("change_words", **here), back_url=link("managed_exam", **here)),
    )
