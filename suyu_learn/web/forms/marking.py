"""Marking one answer."""

from __future__ import annotations

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from suyu_learn.services.marking_saving import COMMENT_LIMIT
from suyu_learn.web.forms import Form
from suyu_learn.web.i18n import _


def mark_form(*, ask_reason: bool) -> Form:
    """The points, a comment for the learner, and the reason of a change; ticks are read beside them."""

    class MarkForm(Form):
        points = StringField(_("Points"), [Length(max=12)])
        comment = TextAreaField(
            _("Comment for the learner"), [Length(max=COMMENT_LIMIT)], description=_("Shown beside the result")
        )
        reason = StringField(
            _("Reason for the change"),
            [InputRequired(), Length(max=500)],
            description=_("Shown to the learner beside the result"),
        )

    form = MarkForm()
    if not ask_reason:
        del form.reason
    return form
