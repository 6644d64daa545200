"""Making and renaming banks, and choosing a file of questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from suyu_learn.content.formats.sheets import ENCODINGS
from suyu_learn.hooks import BankFormat
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


FORMAT_NAMES = {
    "xlsx": N_("Excel workbook (xlsx)"),
    "xls": N_("old Excel workbook (xls)"),
    "csv": N_("table as text (csv, tsv)"),
    "docx": N_("Word document (docx)"),
    "text": N_("running text"),
    "gift": N_("GIFT (Moodle)"),
    "aiken": N_("Aiken"),
    "moodle_xml": N_("Moodle XML"),
    "qti": N_("QTI"),
    "qti3": N_("QTI 3.0 package"),
    "pack": N_("question pack (zip)"),
}


def format_name(code: str, label: str = "") -> str:
    """A format in words; one that a plug-in brought has its own label, or its code."""
    return _(FORMAT_NAMES[code]) if code in FORMAT_NAMES else label or code


def format_choices(formats: Mapping[str, BankFormat]) -> list[SelectChoice]:
    """Every format that questions come in, with finding out at the top."""
    named = [(code, format_name(code, getattr(one, "label", ""))) for code, one in formats.items()]
    return _choices([("", _("Find out by itself")), *named])


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


def upload_form(formats: Mapping[str, BankFormat]) -> Form:
    """A file of questions, and how to read it where that is known better; or questions as text."""

    class UploadForm(Form):
        file = FileField(_("File with questions"))
        text = TextAreaField(_("Or paste the questions here"))
        form = SelectField(_("Read it as"), choices=format_choices(formats), default="")
        encoding = _encoding_field()

    return UploadForm()


def reading_form(formats: Mapping[str, BankFormat], *, form: str, encoding: str) -> Form:
    """How to read the kept file once more."""

    class ReadingForm(Form):
        form = SelectField(_("Read it as"), choices=format_choices(formats)[1:])
        encoding = _encoding_field()

    return ReadingForm(data={"form": form, "encoding": encoding})


def _encoding_field() -> Any:
    return SelectField(
        _("Characters of a csv or text file"),
        choices=_choices([(code, _(ENCODING_NAMES[code])) for code in ("", *ENCODINGS)]),
        default="",
    )


def _choices(pairs: Sequence[tuple[object, str]]) -> list[SelectChoice]:
    return [SelectChoice(str(value), label) for value, label in pairs]
