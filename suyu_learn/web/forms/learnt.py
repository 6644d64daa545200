"""What was learnt away from the screen: signed at the workplace, or entered by HR with a proof."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from wtforms import DateField, FileField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from suyu_learn.services import scans
from suyu_learn.services.outside_hours import Learnt
from suyu_learn.services.sign_offs import LONGEST_LINE, LONGEST_TEXT, Taught
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.exams import moment, utc
from suyu_learn.web.forms.fields import Needed, hours_field, reason_field, text_field
from suyu_learn.web.i18n import _
from suyu_learn.web.typed import is_sensible


def sign_off_form(*, minutes: int, data: Mapping[str, Any] | None = None) -> Form:
    """One part signed; for whom is ticked beside it."""

    class SignOffForm(Form):
        trainer = text_field(_("Who taught"), most=LONGEST_LINE, required=True, hint=_("As written on the paper."))
        began_at = moment(_("Began"), required=True)
        ended_at = moment(_("Ended"), required=True)
        hours = hours_field(
            _("Credit hours"),
            hint=_("%(minutes)s minutes each; no more than the time from beginning to end makes.", minutes=minutes),
        )
        result = TextAreaField(
            _("Result of the check"), [InputRequired(), Length(max=LONGEST_TEXT)], render_kw={"rows": 2},
            description=_("In a few words, such as: asked about everything, all right."),
        )  # fmt: skip

    return SignOffForm(data=data)


def taught_in(form: Any) -> Taught:
    """What was typed."""
    began, ended = utc(form.began_at.data), utc(form.ended_at.data)
    assert began is not None  # both are required
    assert ended is not None
    return Taught((form.trainer.data or "").strip(), began, ended, form.hours.data, (form.result.data or "").strip())


def outside_form() -> Form:
    """What somebody learnt elsewhere."""

    class OutsideForm(Form):
        what = text_field(_("What was learnt"), most=LONGEST_LINE, required=True)
        where = text_field(_("Where, from whom"), most=LONGEST_LINE, required=True)
        first = DateField(_("From the day"), [InputRequired(), _sensible])
        last = DateField(_("To the day, inclusive"), [InputRequired(), _sensible])
        hours = hours_field(_("Credit hours"))
        file = FileField(
            _("Proof"), [Needed()], render_kw={"accept": ".jpg,.jpeg,.png,.webp,.pdf"},
            description=_("A photo (JPEG, PNG or WebP), or a pdf of at most %(most)s MB; only HR sees it.",
                          most=scans.MOST_PDF),
        )  # fmt: skip
        reason = reason_field()

    return OutsideForm()


def learnt_in(form: Any) -> Learnt:
    """What was typed."""
    return Learnt(
        what=(form.what.data or "").strip(), where=(form.where.data or "").strip(), first=form.first.data,
        last=form.last.data, hours=form.hours.data or Decimal(0),
    )  # fmt: skip


def _sensible(_form: Any, field: Any) -> None:
    if field.data is not None and not is_sensible(field.data):
        raise ValidationError(_("This is no day that can be meant."))
