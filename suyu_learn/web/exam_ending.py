"""Ending an exam that runs, from its page or from the board."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import redirect

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Exam
from suyu_learn.services import exam_ending
from suyu_learn.web import context
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.exam_making import ORGANIZERS, managed, organizer
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.exams import end_form
from suyu_learn.web.i18n import _, local_time, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import MessageKind
from suyu_learn.web.pages.exam_managing import ReasonPage
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()


@routes.get("/manage/exams/<int:exam_id>/end", access=ORGANIZERS)
def end_exam(exam_id: int) -> str:
    """Ask what becomes of the papers that are open, and why."""
    return _page(managed(exam_id), end_form())


@routes.post("/manage/exams/<int:exam_id>/end", access=ORGANIZERS, endpoint="end_exam_post")
def end_exam_post(exam_id: int) -> Any:
    """End it."""
    exam, form = managed(exam_id), end_form()
    collect = form["collect"].data
    if not form.validate():
        return _page(exam, form), 422
    try:
        papers = exam_ending.end(
            session(), exam, collect_in=form["minutes"].data if collect else None, reason=form["reason"].data or "",
            actor=organizer(), now=now(), grace=learn().grace,
        )  # fmt: skip
    except Problem as problem:
        context.close()
        form.refuse(problem)
        return _page(managed(exam_id), form), 422
    said = _("Nobody can begin any more.")
    if collect and papers:
        said += " " + ngettext(
            "%(num)s paper is being collected: its page hands it in by itself.",
            "%(num)s papers are being collected: their pages hand them in by themselves.", papers,
        )  # fmt: skip
    say(MessageKind.SUCCESS, said)
    return redirect(link("board", exam_id=exam_id), code=303)


def _page(exam: Exam, form: Form) -> str:
    found = exam_ending.outlook(session(), exam, now=now(), grace=learn().grace)
    return render(
        "exams/manage_reason.html",
        ReasonPage(_("End the exam"), exam.title, tuple(_explained(found)), form,
                   link("end_exam_post", exam_id=exam.id), _("End the exam"), link("managed_exam", exam_id=exam.id),
                   danger=True),
    )  # fmt: skip


def _explained(found: exam_ending.Outlook) -> Iterator[str]:
    if not found.runs:
        yield _("The exam is not open and nobody sits it, so there is nothing to end.")
        return
    yield _("From now on nobody can begin. What was handed in stays.")
    if found.latest is None:
        yield _("Nobody is sitting it at this moment.")
        return
    yield ngettext(
        "%(num)s person is sitting it now, and has time until %(latest)s.",
        "%(num)s people are sitting it now, and have time until %(latest)s at the latest.",
        found.sitting, latest=local_time(found.latest),
    )  # fmt: skip
    yield _("Where papers are collected, the clocks on the pages follow within half a minute; what was answered in "
            "time counts. A paper can be opened again from the board.")  # fmt: skip
