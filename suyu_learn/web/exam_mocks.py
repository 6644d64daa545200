"""The mock exam of an exam, on the exam's page: whether learners may sit one, and with the questions of which bank."""

from __future__ import annotations

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.domain.practice import Openness
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Bank, Exam, ExamState
from suyu_learn.services import exam_mocks
from suyu_learn.web.context import now, session
from suyu_learn.web.exam_making import ORGANIZERS, managed, organizer
from suyu_learn.web.i18n import _
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Choice, MessageKind
from suyu_learn.web.pages.exam_managing import MockOfExam
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.typed import is_number

routes = Routes()


@routes.post("/manage/exams/<int:exam_id>/mock", access=ORGANIZERS)
def exam_mock(exam_id: int) -> Response:
    """Name the bank of the mock exam, or let there be none."""
    exam, chosen = managed(exam_id), request.form.get("bank", "")
    if chosen and not is_number(chosen):
        raise Problem("practice.no_bank_to_mock", place=Place(field="bank"))
    exam_mocks.allow(session(), exam, int(chosen) if chosen else None, actor=organizer(), now=now())
    if not chosen:
        say(MessageKind.SUCCESS, _("There is no mock exam of this exam any more."))
    elif exam.state is ExamState.PUBLISHED:
        say(MessageKind.SUCCESS, _("Those for whom the exam is now find a mock exam under practice."))
    else:
        say(MessageKind.SUCCESS, _("Once the exam is published, those for whom it is find a mock exam under practice."))
    return redirect(link("managed_exam", exam_id=exam_id, _anchor="mock"), code=303)


def on_exam_page(exam: Exam) -> MockOfExam:
    """What can be chosen, the bank that is named included, though it may have been closed or lost since."""
    named = exam_mocks.bank_of(session(), exam)
    banks = exam_mocks.banks_to_choose(session(), organizer())
    lost = named is not None and named.id not in {one.id for one in banks}
    return MockOfExam(
        url=link("exam_mock", exam_id=exam.id),
        choices=(
            Choice("", _("No mock exam"), named is None),
            *(_choice(one, named) for one in ([named, *banks] if named is not None and lost else banks)),
        ),
        note=_("The bank is closed for practice, so there is no mock exam now. Open it on its page, or choose another.")
        if named is not None and named.practice is Openness.CLOSED
        else "",
    )


def _choice(one: Bank, named: Bank | None) -> Choice:
    return Choice(str(one.id), one.name, named is not None and one.id == named.id)
