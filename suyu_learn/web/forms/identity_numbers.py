"""What a programme asks identity numbers for, and a number that HR types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import Optional

from suyu_learn.web.forms import Form
from suyu_learn.web.forms.fields import Needed, reason_field
from suyu_learn.web.i18n import _


def request_form(data: Mapping[str, Any] | None = None) -> Form:
    """The purpose in writing, and the last day."""

    class RequestForm(Form):
        purpose = TextAreaField(
            _("What the number is needed for"), [Needed()], render_kw={"rows": 4},
            description=_("People read this word by word before they decide: which rule or office asks for it, and "
                          "what is done with it."),
        )  # fmt: skip
        keep_until = DateField(_("Kept until"), [Optional(), Needed()],
                               description=_("The last day; then every number is deleted by itself."))  # fmt: skip

    return RequestForm(data=dict(data)) if data is not None else RequestForm()


def number_form(seen: str | None = None) -> Form:
    """A number, and which answer was shown before."""

    class NumberForm(Form):
        number = StringField(
            _("Identity number"), [Needed()], description=_("18 digits; the last may be an X."),
            render_kw={"autocomplete": "off", "spellcheck": "false", "maxlength": "60"},
        )  # fmt: skip
        seen = HiddenField()

    return NumberForm(data={"seen": seen}) if seen is not None else NumberForm()


def withdraw_form() -> Form:
    """Why a number is erased."""

    class WithdrawForm(Form):
        reason = reason_field()

    return WithdrawForm()
