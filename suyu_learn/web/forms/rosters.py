"""The upload of a roster."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf.file import FileField
from wtforms import SelectChoice, SelectField
from wtforms.validators import InputRequired

from suyu_learn.web.forms import Form
from suyu_learn.web.i18n import _

ENCODINGS = {
    "utf-8": "UTF-8",
    "gb18030": "GBK / GB 18030",
    "utf-16": "UTF-16",
    "cp1251": "Windows-1251 (Русский)",
    "big5": "Big5",
}


def roster_form(units: Sequence[tuple[str, str]], chosen: str = "") -> Form:
    """A file, the unit it goes into, and the encoding of a text file."""

    class RosterForm(Form):
        unit = SelectField(
            _("Unit"), choices=[SelectChoice(value, label) for value, label in units], default=chosen or None
        )
        file = FileField(_("Roster file"), [InputRequired()])
        encoding = SelectField(
            _("Encoding, for csv and txt"),
            choices=[SelectChoice("", _("Find out")), *(SelectChoice(code, name) for code, name in ENCODINGS.items())],
            default="",
        )

    return RosterForm()
