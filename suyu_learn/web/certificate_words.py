"""What stands on certificates, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from suyu_learn.exports.certificate_pdf import Sheet
from suyu_learn.models import Certificate, CompletionKind
from suyu_learn.services import certificates
from suyu_learn.web import addresses
from suyu_learn.web.acting import midnight
from suyu_learn.web.context import learn, session
from suyu_learn.web.i18n import HTML_LANG, N_, _, credit_hours, labelled, language, local_date

HEADINGS = {
    CompletionKind.COURSE: N_("Certificate of learning"),
    CompletionKind.EXAM: N_("Certificate of a passed exam"),
    CompletionKind.PROGRAMME: N_("Certificate of training"),
}
_BODIES = {
    CompletionKind.COURSE: N_("completed the course “%(title)s” on %(day)s."),
    CompletionKind.EXAM: N_("passed the exam “%(title)s” on %(day)s."),
    CompletionKind.PROGRAMME: N_("completed the training “%(title)s” on %(day)s."),
}


def statement() -> str:
    """The sentence that stands on every certificate: it is no official licence."""
    return _(
        "This confirms what was learnt on this platform. It is no official licence: permits for special work, "
        "certificates of vocational skill and safety qualifications are issued by the authorities after exams of "
        "their own."
    )


def day(value: date | None) -> str:
    """A day in words."""
    return local_date(midnight(value)) if value is not None else ""


def heading(certificate: Certificate) -> str:
    """The line in large letters."""
    return certificate.heading or _(HEADINGS[certificate.completion.kind])


def body(certificate: Certificate) -> str:
    """What the holder has done, and when."""
    done = certificate.completion
    return _(_BODIES[done.kind], title=done.title, day=local_date(done.completed_at))


def hours(certificate: Certificate, ledger: Mapping[int, Decimal]) -> str:
    """The credit hours: of a course as the `ledger` has them by now, else as the completion recorded them; empty for an
    exam, which brings none."""
    if certificate.completion_id in ledger:
        return credit_hours(ledger[certificate.completion_id]) if ledger[certificate.completion_id] else ""
    try:
        found = Decimal(str(certificate.completion.evidence.get("hours") or 0))
    except InvalidOperation:
        return ""
    return credit_hours(found) if found else ""


def validity(certificate: Certificate) -> str:
    """Until when it is valid."""
    until = certificates.valid_until(certificate, zone=learn().zone)
    return day(until) if until is not None else _("without an end")


def check_address(certificate: Certificate) -> str:
    """The full address of its check page; empty where nobody can say that phones reach it."""
    if addresses.doubt() is not None:
        return ""
    return addresses.public_link("certificate", number=certificate.number)


def sheets(some: Sequence[Certificate]) -> list[Sheet]:
    """Certificates ready to print, in the language of the page."""
    ledger = certificates.hours_now(session(), some)
    return [_sheet(one, hours(one, ledger)) for one in some]


def _sheet(certificate: Certificate, brought: str) -> Sheet:
    until = certificates.valid_until(certificate, zone=learn().zone)
    facts = (brought, labelled(_("Valid until"), day(until)) if until else "")
    address = check_address(certificate)
    return Sheet(
        heading=heading(certificate),
        holder=certificate.holder,
        unit=certificate.unit_names,
        body=body(certificate),
        facts=tuple(one for one in facts if one),
        issuer=certificate.issuer,
        signature=certificate.signature,
        issued=local_date(certificate.issued_at),
        number=_("No. %(number)s", number=certificate.number),
        statement=statement(),
        check=_("Scan the code, or open this address, to see whether it is valid:") if address else "",
        address=address,
        lang=HTML_LANG[language()],
    )
