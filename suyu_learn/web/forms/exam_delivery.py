"""How the questions of an exam are shown, and how long each where they come one at a time."""

from __future__ import annotations

from typing import Any

from wtforms import IntegerField, SelectChoice, SelectField
from wtforms.validators import NumberRange, Optional

from suyu_learn.domain.attempts import FEWEST_SECONDS, MOST_SECONDS
from suyu_learn.models import Delivery
from suyu_learn.web.forms import Form
from suyu_learn.web.i18n import N_, _

DELIVERIES = {
    Delivery.WHOLE: N_("all questions on one page"),
    Delivery.STEPWISE: N_("one question at a time, with so many seconds for each"),
}


def delivery_field() -> SelectField:
    """Whole, or one at a time."""
    return SelectField(
        _("How the questions come"), choices=[SelectChoice(one.value, _(said)) for one, said in DELIVERIES.items()],
        default=Delivery.WHOLE.value,
        description=_("One at a time, nobody can go back, and it does not go on while the line is down"),
    )  # fmt: skip


def seconds_field(hint: str = "") -> IntegerField:
    """How long each question is shown."""
    return IntegerField(
        _("Seconds for each question"), [Optional(), NumberRange(FEWEST_SECONDS, MOST_SECONDS)],
        description=hint or _("Only for one at a time. Questions × seconds must fit into the minutes; what is left "
                              "over is for the way from one question to the next"),
    )  # fmt: skip


def delivery_in(form: Form) -> dict[str, Any]:
    """What a form says of it, by the names of the exam; seconds only where they mean something."""
    delivery = Delivery(form["delivery"].data)
    return {
        "delivery": delivery,
        "question_seconds": form["question_seconds"].data if delivery is Delivery.STEPWISE else None,
    }
