"""Coming to one exam, and signing in by card."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import BooleanField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from suyu_learn.services.entry import EntryUnit
from suyu_learn.web.forms import Form
from suyu_learn.web.i18n import _


def code_form() -> Form:
    """The code of an exam."""

    class CodeForm(Form):
        code = StringField(_("Code of the exam"), [InputRequired(), Length(max=40)])

    return CodeForm()


def number_form(*, empty: bool = False) -> Form:
    """Name and staff number; `empty` when another form of the page was sent."""

    class NumberForm(Form):
        name = StringField(_("Your name"), [InputRequired(), Length(max=100)], id="number-name")
        number = StringField(_("Staff number"), [InputRequired(), Length(max=64)])

    return NumberForm(formdata=None) if empty else NumberForm()


def open_form(units: Sequence[EntryUnit], *, chosen: int | None, empty: bool = False) -> Form:
    """Name and unit; the unit of a poster is chosen ahead."""
    choices = [SelectChoice("", _("Choose your unit")), *(SelectChoice(str(one.id), one.name) for one in units)]

    class OpenForm(Form):
        name = StringField(_("Your name"), [InputRequired(), Length(max=100)], id="open-name")
        unit = SelectField(_("Your unit"), choices=choices, validate_choice=False, default=str(chosen or ""))

    form = OpenForm(formdata=None) if empty else OpenForm()
    if not units:
        del form.unit
    return form


def card_form(*, with_pin: bool) -> Form:
    """Whether the device belongs to somebody else, and the PIN of a card that has one."""

    class CardForm(Form):
        pin = StringField(_("PIN"), [InputRequired(), Length(max=20)])
        shared = BooleanField(_("This is not my phone"))

    form = CardForm()
    if not with_pin:
        del form.pin
    return form


def new_card_form() -> Form:
    """A new card for one person."""

    class NewCardForm(Form):
        pin = StringField(_("PIN of four digits"), [Length(max=20)])

    return NewCardForm()
