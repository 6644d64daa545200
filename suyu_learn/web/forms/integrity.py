"""The integrity rules in the form of an exam, and accepting them before beginning."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from suyu_learn.services.exam_integrity import FIELDS, LEAST_SECONDS, MOST_LEAVES, MOST_SECONDS
from suyu_learn.web.forms import Form
from suyu_learn.web.i18n import _


def integrity_fields() -> dict[str, Any]:
    """The fields of the exam form, by the names of the exam."""
    return {
        "count_leaves": BooleanField(
            _("Count leaving the page"),
            description=_("How often and for how long another app, another page or a locked screen is in front of the "
                          "paper, from 3 seconds on. The board shows it; it says nothing of why somebody left"),
        ),
        "warn_of_leaves": BooleanField(
            _("Tell the learner after each time"), description=_("In words, with how often it was so far")
        ),
        "most_leaves": IntegerField(
            _("Hand in after more than so many times"), [Optional(), NumberRange(1, MOST_LEAVES)],
            description=_("The cover says so, and one accepts it before beginning. Empty: never"),
        ),
        "most_seconds_away": IntegerField(
            _("or after more than so many seconds in one go"), [Optional(), NumberRange(LEAST_SECONDS, MOST_SECONDS)],
            description=_("What was answered counts. Empty: never"),
        ),
        "watermark": BooleanField(
            _("Watermark"), description=_("Name, and the end of the staff number or the unit, faintly over the paper")
        ),
        "one_device": BooleanField(
            _("One device at a time"),
            description=_("A second one is turned away until the first lets go, you let it on the board, or the first "
                          "is silent for 3 minutes. Without it the second device takes over"),
        ),
        "integrity_for_seniors": BooleanField(
            _("Older people too"),
            description=_("People of the audience “Older people” are exempt from all of this unless you tick it"),
        ),
    }  # fmt: skip


def integrity_in(form: Form) -> dict[str, Any]:
    """What was chosen, by the names of the exam."""
    return {name: form[name].data for name in FIELDS}


def accept_form(*, empty: bool = False) -> Form:
    """A tick, without which nobody begins."""

    class AcceptForm(Form):
        accepted = BooleanField(
            _("I have read this: leaving the page too often or for too long hands my paper in"),
            [InputRequired(_("Please tick that you have read it; then you can begin."))],
        )

    return AcceptForm(formdata=None) if empty else AcceptForm()
