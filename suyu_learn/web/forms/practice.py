"""The form of a mock exam."""

from __future__ import annotations

from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from suyu_learn.services.practice_mocks import MOST_MINUTES, MOST_QUESTIONS
from suyu_learn.web.forms import Form
from suyu_learn.web.i18n import _

USUAL_QUESTIONS = 20
USUAL_MINUTES = 30


def mock_form() -> Form:
    """How many questions, in how many minutes."""

    class MockForm(Form):
        questions = IntegerField(
            _("How many questions"), [InputRequired(), NumberRange(1, MOST_QUESTIONS)], default=USUAL_QUESTIONS
        )
        minutes = IntegerField(_("Minutes"), [InputRequired(), NumberRange(1, MOST_MINUTES)], default=USUAL_MINUTES)

    return MockForm()
