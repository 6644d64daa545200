"""What is set for certificates."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, IntegerField
from wtforms.validators import Optional

from suyu_learn.models import CertificateTerms
from suyu_learn.services.certificates import LONGEST_LINE, Subject, Wanted
from suyu_learn.web.certificate_words import HEADINGS
from suyu_learn.web.forms.fields import text_field
from suyu_learn.web.forms.shared import SharedForm, Values
from suyu_learn.web.i18n import _


def terms_form(subject: Subject, values: Values | None = None) -> SharedForm:
    """Whether certificates are issued, and what stands on them."""

    class TermsForm(SharedForm):
        issued = BooleanField(_("Who completes it gets a certificate"))
        heading = text_field(_("Line in large letters"), most=LONGEST_LINE,
                             hint=_("Without it: %(usual)s", usual=_(HEADINGS[subject.kind])))  # fmt: skip
        issuer = text_field(_("Issued by"), most=LONGEST_LINE,
                            hint=_("The body, such as the science association or the works."))  # fmt: skip
        months = IntegerField(
            _("Valid for how many months"), [Optional()], render_kw={"inputmode": "numeric"},
            description=_("From the day of the completion on. Leave it empty if it is valid for ever."),
        )  # fmt: skip
        signature = text_field(_("Text of the line to sign on"), most=LONGEST_LINE,
                               hint=_("Such as “Head of training”. Without it there is no such line."))  # fmt: skip

    return TermsForm() if values is None else TermsForm(formdata=None, data=values).show(values)


def values_of(subject: Subject, terms: CertificateTerms | None) -> Values:
    """What the form shows of terms, or where nothing is set yet."""
    if terms is None:
        return {"issued": False, "heading": "", "issuer": "", "months": subject.usual_months, "signature": ""}
    return {name: getattr(terms, name) for name in ("issued", "heading", "issuer", "months", "signature")}


def wanted_in(form: Any) -> Wanted:
    """What was typed."""
    return Wanted(
        issued=bool(form.issued.data), heading=(form.heading.data or "").strip(),
        issuer=(form.issuer.data or "").strip(), months=form.months.data,
        signature=(form.signature.data or "").strip(),
    )  # fmt: skip
