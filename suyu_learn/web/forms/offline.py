"""Points of a paper, corrected with a reason; the upload of a table of results; a scan."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import HiddenField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length

from suyu_learn.web.forms import Form
from suyu_learn.web.forms.fields import reason_field
from suyu_learn.web.forms.rosters import ENCODINGS
from suyu_learn.web.i18n import _


def correct_form(**data: str) -> Form:
    """The points that are right, those that were seen, and why."""

    class CorrectForm(Form):
        points = StringField(_("Right points"), [InputRequired(), Length(max=20)], render_kw={"inputmode": "decimal"})
        seen = HiddenField()
        reason = reason_field()

    return CorrectForm(data=data, formdata=None) if data else CorrectForm()


def results_form() -> Form:
    """A table of results, and the encoding of a text file."""

    class ResultsForm(Form):
        file = FileField(_("Table of results"), [InputRequired()])
        encoding = SelectField(
            _("Encoding, for csv and txt"),
            choices=[SelectChoice("", _("Find out")), *(SelectChoice(code, name) for code, name in ENCODINGS.items())],
            default="",
        )

    return ResultsForm()


def scan_form() -> Form:
    """A photo or pdf of the paper."""

    class ScanForm(Form):
        file = FileField(_("Photo or pdf"), [InputRequired()])

    return ScanForm()
