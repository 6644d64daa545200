"""What an assessment asks people about themselves before they begin; each can be left out."""

from __future__ import annotations

from typing import Any

from wtforms import IntegerField, SelectField
from wtforms.validators import NumberRange, Optional

from suyu_learn.models import Residence, Schooling, Sex
from suyu_learn.services.exam_about import OLDEST, About
from suyu_learn.web import words
from suyu_learn.web.context import learn, now
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.fields import choices
from suyu_learn.web.i18n import _


def about_form(*, empty: bool = False) -> Form:
    """Year of birth, sex, schooling, and where one lives; nothing of what the person's record says is filled in."""
    latest = now().astimezone(learn().zone).year

    class AboutForm(Form):
        birth_year = IntegerField(
            _("Year of birth"),
            [Optional(), NumberRange(OLDEST, latest)],
            description=_("Four digits, such as 1968. Leave it empty if you prefer not to say"),
        )
        sex = _one_of(_("Sex"), words.SEXES)
        schooling = _one_of(_("Schooling"), words.SCHOOLINGS)
        residence = _one_of(_("Lives"), words.RESIDENCES)

    return AboutForm(formdata=None) if empty else AboutForm()


def _one_of(label: str, names: dict[Any, str]) -> SelectField:
    pairs = ((one.value, _(said)) for one, said in names.items())
    return SelectField(label, choices=choices(pairs, none=_("I prefer not to say")), default="")


def about_in(form: Form) -> About:
    """What was said."""
    said = form.data
    return About(
        birth_year=said["birth_year"],
        sex=Sex(said["sex"]) if said["sex"] else None,
        schooling=Schooling(said["schooling"]) if said["schooling"] else None,
        residence=Residence(said["residence"]) if said["residence"] else None,
    )
