"""What the buttons of a paper's rows do, and the banks from which rows are proposed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from flask import request

from suyu_learn.models import Bank
from suyu_learn.services import exam_plans
from suyu_learn.services import exam_presets as presets
from suyu_learn.web import exam_rules
from suyu_learn.web.context import session
from suyu_learn.web.exam_rules import TypedRow
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.exams import put
from suyu_learn.web.i18n import _
from suyu_learn.web.pages.common import Choice
from suyu_learn.web.typed import is_number

PROPOSE, BANK = "propose", "from_bank"
"""The button that proposes rows, and the field that says from which bank."""


def offered(form: Form, banks: Sequence[Bank], rows: Sequence[TypedRow]) -> tuple[Choice, ...]:
    """The banks to begin with; chosen is the one of all rows, or the only one for the audiences that are ticked."""
    used = {row.bank for row in rows}
    audiences = set(form["audiences"].data or ())
    fitting = {str(one.id) for one in banks if audiences.intersection(exam_plans.audiences_of([one]))}
    chosen = used or fitting
    return tuple(Choice(str(one.id), one.name, chosen == {str(one.id)}) for one in banks)


def worked_on(form: Form, rows: list[TypedRow], action: str, *, usable: Sequence[Bank]) -> list[TypedRow]:
    """The rows after a button of theirs was pressed."""
    known = [str(one.id) for one in usable]
    if action == PROPOSE:
        return _proposed(form, rows, usable, request.form.get(BANK, ""))
    if action == "add":
        only = known[0] if len(known) == 1 else ""
        bank = next((row.bank for row in reversed(rows) if row.bank in known), only)
        return [*rows, TypedRow(bank=bank, points=rows[-1].points if rows else "", open=True)]
    if action == "passages":
        return exam_rules.with_passages(rows, usable)
    if action == "hundred":
        made = exam_rules.hundred(rows, known)
        if made is None:
            form.form_errors.append(
                _("No round points make 100 with these numbers. Change a number of questions and try again.")
            )
        return made or rows
    name, _sep, place = action.partition("-")
    if name == "remove" and is_number(place):
        return [row for number, row in enumerate(rows, start=1) if number != int(place)]
    return rows


def _proposed(form: Form, rows: Sequence[TypedRow], banks: Sequence[Bank], wanted: str) -> list[TypedRow]:
    """The rows that are proposed from a bank in place of others, with its name and pass mark where none was typed."""
    bank = next((one for one in banks if str(one.id) == wanted), None)
    if bank is None:
        form.form_errors.append(_("Choose a question bank."))
        return list(rows)
    if (form["title"].data or "").strip() in {"", *(one.name for one in banks)}:
        put(form, "title", bank.name)
    if form["pass_mark"].data in {share * 100 for share in (presets.USUAL_PASS, presets.SAFETY_PASS)}:
        share = presets.usual_pass_share([*exam_plans.audiences_of([bank]), *(form["audiences"].data or ())])
        put(form, "pass_mark", (share * 100).quantize(Decimal(1)))
    rules = exam_plans.suggested_rules(exam_plans.type_counts(session(), [bank.id]))
    return exam_rules.typed(rules) or [TypedRow(bank=wanted, open=True)]
