"""Giving a programme to people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, IntegerField, SelectField
from wtforms.validators import Optional

from suyu_learn.models import Unit
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.fields import choices, day_field, reason_field, text_field, unit_field
from suyu_learn.web.i18n import _


def assign_form(
    units: Iterable[tuple[Unit, int]], audiences: Sequence[tuple[str, str]], *, today: date, unit_id: int | None
) -> Form:
    """Whom, from when, and until when."""

    class AssignForm(Form):
        unit = unit_field(_("Unit"), units)
        audience = SelectField(_("Audience"), choices=choices(audiences, none=_("Everybody in the unit")))
        starts_on = day_field(_("Begins on"))
        due_on = day_field(_("Until"), hint=_("The last day on which it can be completed; empty for none"))
        due_days = IntegerField(
            _("Or so many days after each person's beginning"), [Optional()], description=_("For newcomers, say 30")
        )
        newcomers_only = BooleanField(
            _("Only for those who join the unit on the first day or later"),
            description=_("As for the training of new workers; moving within the unit is no joining"),
        )

    return AssignForm(data={"starts_on": today, "unit": str(unit_id or "")})


def assign_person_form(*, today: date) -> Form:
    """The same for one person, with the reason."""

    class AssignPersonForm(Form):
        person = text_field(_("Name, staff number or phone"), most=100, required=True)
        starts_on = day_field(_("Begins on"))
        due_on = day_field(_("Until"), hint=_("The last day on which it can be completed; empty for none"))
        reason = reason_field()

    return AssignPersonForm(data={"starts_on": today})


def why_form() -> Form:
    """A reason alone."""

    class WhyForm(Form):
        reason = reason_field()

    return WhyForm()


def said(form: Form, name: str) -> Any:
    """What a field holds; nothing where it was left empty."""
    return form[name].data or None
