"""How much more time somebody has, and why."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from wtforms import IntegerField, RadioField
from wtforms.validators import InputRequired, NumberRange, Optional, StopValidation

from suyu_learn.domain.attempts import NO_EXTRA, Extra
from suyu_learn.services.extra_time import FACTORS, MOST_MINUTES
from suyu_learn.web import exam_words
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.fields import choices, reason_field
from suyu_learn.web.i18n import _

MINUTES, NONE = "minutes", "none"


def extra_form(have: Extra = NO_EXTRA, *, can_end: bool) -> Form:
    """One of the usual amounts, or minutes; also none any more where there is something to end."""
    amounts = [(str(factor), exam_words.extra(Extra(factor))) for factor in FACTORS]
    amounts.append((MINUTES, _("so many minutes more:")))
    if can_end:
        amounts.append((NONE, _("none any more")))

    class ExtraForm(Form):
        amount = RadioField(_("How much"), [InputRequired()], choices=choices(amounts))
        minutes = IntegerField(_("Minutes more"), [_said_if_chosen, Optional(), NumberRange(1, MOST_MINUTES)])
        reason = reason_field()

    chosen = str(have.factor) if have.factor != 1 else MINUTES if have.minutes else str(FACTORS[0])
    return ExtraForm(data={"amount": chosen, "minutes": have.minutes or None})


def _said_if_chosen(form: Any, field: Any) -> None:
    if form["amount"].data == MINUTES and not "".join(field.raw_data or ()).strip():
        field.errors = []  # an empty field is no wrong number
        raise StopValidation(_("Say how many minutes more, from 1 to %(most)s.", most=MOST_MINUTES))


def extra_in(form: Form) -> Extra:
    """What was chosen."""
    amount = form["amount"].data
    if amount == NONE:
        return NO_EXTRA
    return Extra(minutes=form["minutes"].data or 0) if amount == MINUTES else Extra(Decimal(amount))
