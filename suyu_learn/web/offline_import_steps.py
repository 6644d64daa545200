"""Taking a table of results in, and back: in short writes, so that answers being saved hardly wait."""

from __future__ import annotations

import time
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Exam, Import
from suyu_learn.services import offline_import_steps as steps
from suyu_learn.services import offline_imports
from suyu_learn.web.context import close, session, writing_apart
from suyu_learn.web.exam_making import ORGANIZERS
from suyu_learn.web.forms.exams import reason_form
from suyu_learn.web.i18n import _, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.offline_imports import PART, batch_of, desk_of, look_first
from suyu_learn.web.pages.common import MessageKind
from suyu_learn.web.pages.exam_managing import ReasonPage
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number

routes = Routes()

SECONDS = 1.0
"""For so long one request goes on with steps; then the page shows how far it is, and posts the next."""
BREATH = 0.02
"""Seconds between two steps in which whoever waits has the machine to themselves."""


@routes.post("/manage/exams/<int:exam_id>/paper/files/<import_key>", access=ORGANIZERS, writes=False,
             endpoint="paper_import_post")  # fmt: skip
def paper_import_post(exam_id: int, import_key: str) -> Response:
    """Keep the answers; enter the results when that button was pressed."""
    look_first(exam_id)
    exam, sight, batch = batch_of(exam_id, import_key)
    here = link("paper_import", exam_id=exam_id, import_key=import_key)
    if steps.under_way(batch):  # the button was pressed twice
        return redirect(here, code=303)
    found = offline_imports.look(session(), desk_of(exam, sight), batch, _answers())
    for start in range(0, len(found.rows), PART):
        with writing_apart() as writing:
            offline_imports.change_rows(
                writing, offline_imports.held(writing, import_key), found.rows[start : start + PART]
            )
    if request.form.get("do") != "apply":
        say(MessageKind.SUCCESS, _("Your answers are saved."))
    elif found.moved:
        say(MessageKind.WARNING, _("People or attempts have changed in the meantime. Look at the preview again."))
    else:
        with writing_apart() as writing:
            steps.begin(writing, offline_imports.held(writing, import_key))
        _go_on(exam_id, import_key)
    return redirect(here, code=303)


def _answers() -> dict[int, str]:
    return {
        int(name.removeprefix("row-")): value
        for name, value in request.form.items()
        if name.startswith("row-") and is_number(name.removeprefix("row-"))
    }


@routes.post("/manage/exams/<int:exam_id>/paper/files/<import_key>/step", access=ORGANIZERS, writes=False)
def paper_step(exam_id: int, import_key: str) -> Response:
    """Go on with taking a file in, or back."""
    look_first(exam_id)
    _go_on(exam_id, import_key)
    return redirect(link("paper_import", exam_id=exam_id, import_key=import_key), code=303)


@routes.get("/manage/exams/<int:exam_id>/paper/files/<import_key>/undo", access=ORGANIZERS)
def paper_undo(exam_id: int, import_key: str) -> str:
    """Ask why."""
    exam, _sight, batch = batch_of(exam_id, import_key)
    return _undo_page(exam, batch, reason_form(_learners_read()))


@routes.post("/manage/exams/<int:exam_id>/paper/files/<import_key>/undo", access=ORGANIZERS, writes=False,
             endpoint="paper_undo_post")  # fmt: skip
def paper_undo_post(exam_id: int, import_key: str) -> Any:
    """Take the results of a file back, as long as nothing was built on them."""
    look_first(exam_id)
    exam, sight, _batch = batch_of(exam_id, import_key)
    desk, form = desk_of(exam, sight), reason_form(_learners_read())
    try:
        with writing_apart() as writing:
            steps.begin_undo(writing, desk.within(writing), import_key, reason=form["reason"].data or "")
    except Problem as problem:
        close()
        form.refuse(problem)
        return _undo_page(*batch_of(exam_id, import_key)[::2], form), 422
    _go_on(exam_id, import_key)
    return redirect(link("paper_import", exam_id=exam_id, import_key=import_key), code=303)


def _go_on(exam_id: int, import_key: str) -> None:
    """Step after step, each read apart from its write, until it is done or the time of one request is over."""
    exam, sight, batch = batch_of(exam_id, import_key)
    if not steps.under_way(batch):
        return
    desk, end = desk_of(exam, sight), time.monotonic() + SECONDS
    back, parts = steps.taking_back(batch), list[steps.Part]()
    while True:
        if not back and not parts:
            parts = steps.coming(session(), desk, batch_of(exam_id, import_key)[2])
        with writing_apart() as writing:
            here = desk.within(writing)
            done = steps.undo_step(writing, here, import_key) if back else (
                steps.step(writing, here, import_key, parts.pop(0))
            )  # fmt: skip
        if done or time.monotonic() >= end:
            break
        time.sleep(BREATH)
    if done and back:
        say(MessageKind.SUCCESS, _("The results of this file are taken back."))
    elif done:
        count = batch_of(exam_id, import_key)[2].counts["new"]
        say(MessageKind.SUCCESS, ngettext("%(num)s result is in.", "%(num)s results are in.", count))


def _learners_read() -> str:
    return _("Learners read it with their result")


def _undo_page(exam: Exam, batch: Import, form: Any) -> str:
    said = (
        _("Every result of this file becomes void and counts nowhere; completions that rest on them are taken back."),
        _("The results can be entered anew, by a table or by hand."),
    )
    return render("exams/manage_reason.html", ReasonPage(
        _("Take the results of a file back"), exam.title, (batch.file_name, *said), form,
        link("paper_undo_post", exam_id=exam.id, import_key=batch.key), _("Take back"),
        link("paper_import", exam_id=exam.id, import_key=batch.key), danger=True,
    ))  # fmt: skip
