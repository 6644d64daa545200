"""The form of a mock exam."""

from __future__ import annotations

from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from suyu_learn.services.practice_mocks import MOST_MINUTES, MOST_QUESTIONS
from suyu_learn.web.forms import Form
from suyu_learn.web.i18n import _, ngettext

USUAL_QUESTIONS = 20
USUAL_MINUTES = 30


def mock_form(*, most: int = USUAL_QUESTIONS) -> Form:
    """How many questions, in how many minutes; `most` where there are fewer than usual."""
    hint = ngettext(
        "Here there is %(num)s question for it: those that stand alone and are marked at once.",
        "Here there are %(num)s questions for it: those that stand alone and are marked at once.",
        most,
    ) if most < USUAL_QUESTIONS else ""  # fmt: skip

    class MockForm(Form):
        questions = IntegerField(
            _("How many questions"), [InputRequired(), NumberRange(1, MOST_QUESTIONS)], default=max(1, most),
            description=hint,
        )  # fmt: skip
        minutes = IntegerField(_("Minutes"), [InputRequired(), NumberRange(1, MOST_MINUTES)], default=USUAL_MINUTES)

    return MockForm()
