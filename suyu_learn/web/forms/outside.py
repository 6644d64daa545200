"""Certificates that others issue: one of a person, a kind, a table of many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from wtforms import BooleanField, DateField, FileField, IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from suyu_learn.content.outside_kinds import Kind
from suyu_learn.services import outside_certificates, outside_kinds, scans
from suyu_learn.services.outside_certificates import Said
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.fields import Needed, choices, day_field, reason_field, text_field
from suyu_learn.web.i18n import _, language
from suyu_learn.web.typed import LATEST


def certificate_form(
    kinds: Iterable[Kind], *, data: Mapping[str, Any] | None = None, proof: str = "", why: bool = False
) -> Form:
    """What stands on a certificate; `proof` says what becomes of the scan, `why` asks for a reason."""
    most = outside_certificates.LONGEST_LINE

    class CertificateForm(Form):
        kind = SelectField(_("Kind"), [InputRequired()],
                           choices=choices((one.code, one.called(language())) for one in kinds))  # fmt: skip
        detail = text_field(_("Work it holds for"), most=most, hint=_("Such as low-voltage work, or N1 forklift."))
        number = text_field(_("Certificate number"), most=outside_certificates.LONGEST_NUMBER, required=True)
        issuer = text_field(_("Issued by"), most=most, hint=_("Without it: the usual authority."))
        issued_on = DateField(_("Issued on"), [InputRequired(), _sensible])
        valid_until = DateField(_("Valid until"), [Optional(), _sensible],
                                description=_("Its last day. Without it: as long as the kind says."))  # fmt: skip
        for_ever = BooleanField(_("Without an end, whatever its kind says"))
        review_on = DateField(_("Next review by"), [Optional(), _sensible], description=_("Where there is one."))
        file = FileField(
            _("Scan"), render_kw={"accept": ".jpg,.jpeg,.png,.webp,.pdf"},
            description=proof or _("A photo (JPEG, PNG or WebP), or a pdf of at most %(most)s MB; only HR sees it.",
                                   most=scans.MOST_PDF),
        )  # fmt: skip
        note = text_field(_("Note"), most=outside_certificates.LONGEST_NOTE)
        if why:
            reason = reason_field()

    return CertificateForm(data=data)


def said_in(form: Any) -> Said:
    """What was typed."""
    return Said(
        kind=form.kind.data, number=form.number.data or "", issued_on=form.issued_on.data or date.min,
        detail=form.detail.data or "", issuer=form.issuer.data or "", valid_until=form.valid_until.data,
        review_on=form.review_on.data, note=form.note.data or "", for_ever=bool(form.for_ever.data),
    )  # fmt: skip


def kind_form(kind: Kind | None = None) -> Form:
    """What is said of a kind."""

    class KindForm(Form):
        name = text_field(_("Name of the kind"), most=outside_kinds.LONGEST_NAME, required=True)
        issuer = text_field(_("Issued by"), most=outside_certificates.LONGEST_LINE)
        valid_months = IntegerField(_("Valid for how many months"), [Optional()], render_kw={"inputmode": "numeric"},
                                    description=_("Leave it empty if it is valid for ever."))  # fmt: skip
        review_months = IntegerField(_("First review after how many months"), [Optional()],
                                     render_kw={"inputmode": "numeric"})  # fmt: skip
        basis = TextAreaField(_("Basis"), [Optional(), Length(max=outside_kinds.LONGEST_BASIS)], render_kw={"rows": 3},
                              description=_("The rule that says so, with its number."))  # fmt: skip
        checked = day_field(_("Compared with the basis on"))
        confirmed = BooleanField(_("The basis confirms the months"))

    return KindForm(obj=kind) if kind is not None else KindForm()


def kind_in(form: Any) -> outside_kinds.Wanted:
    """What was typed."""
    return outside_kinds.Wanted(
        name=(form.name.data or "").strip(), issuer=(form.issuer.data or "").strip(),
        valid_months=form.valid_months.data, review_months=form.review_months.data,
        basis=(form.basis.data or "").strip(), checked=form.checked.data, confirmed=bool(form.confirmed.data),
    )  # fmt: skip


def file_form(*, most: int, proof: bool = False) -> Form:
    """A table of so many rows at most; `proof` asks for one scan that proves them all."""

    class TableForm(Form):
        file = FileField(_("File"), [Needed()], render_kw={"accept": ".xlsx,.xls,.csv,.tsv,.txt"},
                         description=_("xlsx, xls or csv; at most %(most)s rows.", most=most))  # fmt: skip

    class ProvenForm(TableForm):
        proof = FileField(
            _("One proof for all rows"), render_kw={"accept": ".jpg,.jpeg,.png,.webp,.pdf"},
            description=_("Where there is one, such as the stamped list of those who were there: a photo (JPEG, PNG or "
                          "WebP), or a pdf of at most %(most)s MB; only HR sees it. Rows need no number then.",
                          most=scans.MOST_PDF),
        )  # fmt: skip

    return ProvenForm() if proof else TableForm()


def _sensible(_form: Any, field: Any) -> None:
    if field.data is not None and not date(1980, 1, 1) <= field.data <= LATEST:
        raise ValidationError(_("This is no day that can be meant."))
