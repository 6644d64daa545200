"""What a programme says of itself, and how one is begun."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Optional

from suyu_learn.domain.programmes import HoursScope, Plan, Repeats
from suyu_learn.models import Unit
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.fields import Needed, choices, unit_field
from suyu_learn.web.i18n import _, number
from suyu_learn.web.programme_rows import hours_of, lines


def begin_form(templates: Iterable[tuple[str, str]], units: Sequence[tuple[Unit, int]]) -> Form:
    """From which template, and, where there is more than one to choose from, which unit keeps the programme."""
    offered = [SelectChoice("", _("Without a template: stages and parts of your own")),
               *choices(templates)]  # fmt: skip

    class BeginForm(Form):
        unit = unit_field(_("Unit that keeps it"), units)
        template = RadioField(_("Begin with"), choices=offered, default="", validate_choice=False)

    if len(units) < 2:
        del BeginForm.unit
    return BeginForm()


def head_form(data: Mapping[str, Any] | None = None) -> Form:
    """Title, basis in law, hours and how they count; bounds are the domain's."""

    class HeadForm(Form):
        title = StringField(_("Title of the programme"), [Needed()])
        summary = TextAreaField(_("In a few sentences"), description=_("For those who are given it."),
                                render_kw={"rows": 3})  # fmt: skip
        hours = StringField(_("Credit hours due"), description=_(
            "0 where nobody asks for hours: whoever does all its parts has then completed it, however short that was."
        ))  # fmt: skip
        counts = RadioField(
            _("Which hours count"),
            choices=[SelectChoice(HoursScope.PARTS.value, _("Those of its own parts; they have to add up")),
                     SelectChoice(HoursScope.ALL.value, _("All hours of a person, whatever brought them"))],
            default=HoursScope.PARTS.value,
        )  # fmt: skip
        repeats = SelectField(
            _("How often"),
            choices=[SelectChoice(Repeats.ONCE.value, _("Once")),
                     SelectChoice(Repeats.YEARLY.value, _("Each calendar year anew"))],
            default=Repeats.ONCE.value,
        )  # fmt: skip
        window_years = IntegerField(
            _("Calendar years that count together"), [InputRequired()], default=1,
            description=_("More than 1 only where all hours count: 5 for 550 hours in five years."),
        )  # fmt: skip
        valid_months = IntegerField(_("Valid for how many months"), [Optional()],
                                    description=_("Empty: without end."))  # fmt: skip
        in_order = BooleanField(_("In order: a stage opens once the one before it is done"))
        legal_basis = TextAreaField(_("Legal basis"), description=_("Law, article and what it asks for."),
                                    render_kw={"rows": 3})  # fmt: skip
        basis_day = DateField(_("In force since"), [Optional()])

    return HeadForm(data=dict(data)) if data is not None else HeadForm()


def head_data(plan: Plan) -> dict[str, Any]:
    """What the form begins with."""
    return {
        "title": plan.title, "summary": plan.summary, "hours": number(plan.hours), "counts": plan.counts.value,
        "repeats": plan.repeats.value, "window_years": plan.window_years, "valid_months": plan.valid_months,
        "in_order": plan.in_order, "legal_basis": plan.legal_basis, "basis_day": plan.basis_day,
    }  # fmt: skip


def head_in(form: Form) -> dict[str, Any]:
    """The same of a valid form as a plan takes it; raises Problem for hours that are no number."""
    said = form.data
    return {
        "title": (said["title"] or "").strip(), "summary": lines(said["summary"] or ""),
        "hours": hours_of(said["hours"] or "", "hours"), "counts": HoursScope(said["counts"]),
        "repeats": Repeats(said["repeats"]), "window_years": said["window_years"],
        "valid_months": said["valid_months"], "in_order": said["in_order"],
        "legal_basis": lines(said["legal_basis"] or ""), "basis_day": said["basis_day"],
    }  # fmt: skip
