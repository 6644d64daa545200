"""Making and renaming banks, and choosing a file of questions."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf.file import FileField
from wtforms import SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from suyu_learn.content.formats.sheets import ENCODINGS
from suyu_learn.web.forms import Form
from suyu_learn.web.i18n import N_, _

ENCODING_NAMES = {
    "": N_("Find out by itself"),
    "utf-8": "UTF-8",
    "gb18030": "GB18030 / GBK",
    "utf-16": "UTF-16",
    "big5": "Big5",
    "cp1251": "Windows-1251",
}


def new_bank_form(units: Sequence[tuple[int, str]]) -> Form:
    """Name and unit of a new bank; with one unit only there is nothing to choose."""

    class NewBankForm(Form):
        name = StringField(_("Name of the new bank"), [InputRequired(), Length(max=200)])
        unit = SelectField(_("Unit that keeps it"), choices=_choices(units), coerce=int)

    form = NewBankForm()
    if len(units) < 2:
        del form.unit
    return form


def rename_form(name: str) -> Form:
    """The name of a bank."""

    class RenameForm(Form):
        name = StringField(_("Name of the bank"), [InputRequired(), Length(max=200)])

    return RenameForm(data={"name": name})


def upload_form() -> Form:
    """A file of questions, and its encoding where that is known better; or questions as text."""

    class UploadForm(Form):
        file = FileField(_("File with questions"))
        text = TextAreaField(_("Or paste the questions here"))
        encoding = SelectField(
            _("Characters of a csv or text file"),
            choices=_choices([(code, _(ENCODING_NAMES[code])) for code in ("", *ENCODINGS)]),
        )

    return UploadForm()


def _choices(pairs: Sequence[tuple[object, str]]) -> list[SelectChoice]:
    return [SelectChoice(str(value), label) for value, label in pairs]
