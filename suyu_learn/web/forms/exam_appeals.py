"""Until when an exam takes appeals, in its forms; and what learners and organizers write about one."""

from __future__ import annotations

from typing import Any

from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional

from suyu_learn.services.exam_appeals import MOST_DAYS
from suyu_learn.web.forms import Form
from suyu_learn.web.i18n import _


def appeal_days_field() -> IntegerField:
    """So many days; empty means that nobody can object."""
    return IntegerField(
        _("Appeals until so many days after the result"),
        [Optional(), NumberRange(1, MOST_DAYS)],
        description=_("Learners can say which question they think is wrong. Empty: no appeals"),
    )


def appeals_in(form: Form) -> dict[str, Any]:
    """What the form says of appeals, by the name of the exam; nothing where it does not ask."""
    return {"appeal_days": form.data["appeal_days"]} if "appeal_days" in form else {}
