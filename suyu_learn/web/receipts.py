"""Checking the receipt that somebody shows."""

from __future__ import annotations

from flask import request

from suyu_learn.models import Exam
from suyu_learn.services import receipts
from suyu_learn.services.receipts import Agreement, Checked
from suyu_learn.web.context import secret, session
from suyu_learn.web.exam_making import ORGANIZERS, managed
from suyu_learn.web.i18n import _, dated_time, number
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Message, MessageKind, Row
from suyu_learn.web.pages.receipts import ReceiptCheck
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render
from suyu_learn.web.words import ATTEMPT_STATES

routes = Routes()

LONGEST = 60


@routes.get("/manage/exams/<int:exam_id>/receipt", access=ORGANIZERS)
def check_receipt(exam_id: int) -> str:
    """Ask for a code, and say whose it is and whether what is stored agrees."""
    exam = managed(exam_id)
    typed = request.args.get("code", "").strip()[:LONGEST]
    found = receipts.check(session(), exam, typed, secret=secret()) if typed else None
    return render("exams/receipt.html", _page(exam, typed, found))


def _page(exam: Exam, typed: str, found: Checked | None) -> ReceiptCheck:
    return ReceiptCheck(
        title=exam.title,
        typed=typed,
        message=_verdict(found) if typed else None,
        facts=_facts(found) if found is not None else (),
        check_url=link("check_receipt", exam_id=exam.id),
        back_url=link("managed_exam", exam_id=exam.id),
    )


def _verdict(found: Checked | None) -> Message:
    if found is None:
        return Message(
            MessageKind.ERROR,
            _("No receipt of this exam has this code or number."),
            todo=_("Compare it letter by letter with the result page or the picture; a receipt of another exam is "
                   "checked on that exam's page."),
        )  # fmt: skip
    if found.agreement is Agreement.CHANGED:
        return Message(
            MessageKind.WARNING,
            _("The receipt is this person's, but it does not agree with what is stored."),
            todo=_("Either its last six letters were copied wrongly, or the paper was changed after handing in."),
        )
    if found.agreement is Agreement.ONLY_NUMBER:
        return Message(
            MessageKind.WARNING,
            _("This is the paper with that number. A number alone proves nothing."),
            todo=_("Compare the code below with the one that the person shows."),
        )
    return Message(MessageKind.SUCCESS, _("The receipt is genuine, and what is stored agrees with it."))


def _facts(found: Checked) -> tuple[Row, ...]:
    attempt = found.attempt
    rows = (
        Row(_("Name"), attempt.person.name),
        Row(_("Staff number"), attempt.person.staff_number or ""),
        Row(_("Unit"), attempt.unit_names),
        Row(_("Attempt"), number(attempt.number)),
        Row(_("State"), _(ATTEMPT_STATES[attempt.state])),
        Row(_("Handed in at"), dated_time(attempt.closed_at)),
        Row(_("Answered"), number(found.answered)),
        Row(_("Receipt"), found.code if found.agreement is not Agreement.CHANGED else ""),
        Row(_("Receipt number"), receipts.number_of(attempt)),
    )
    return tuple(row for row in rows if row.value)
