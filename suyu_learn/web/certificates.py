"""Certificates: the page on which everybody checks one, and one's own to keep."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, make_response, redirect, request

from suyu_learn.domain.certificates import masked, read_number
from suyu_learn.domain.problems import Problem
from suyu_learn.exports import certificate_pdf
from suyu_learn.models import Certificate, Person
from suyu_learn.services import certificates, delays, unread
from suyu_learn.services.certificates import State
from suyu_learn.web import browser, certificate_words, exporting
from suyu_learn.web.access import PUBLIC, SIGNED_IN
from suyu_learn.web.acting import actor
from suyu_learn.web.context import begin_writing, close, learn, now, session
from suyu_learn.web.i18n import _, dated_time, local_date
from suyu_learn.web.links import link
from suyu_learn.web.pages.certificates import CertificateCheck, CertificateLink, OwnCertificate
from suyu_learn.web.pages.common import Message, MessageKind, Row
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render

routes = Routes()

LONGEST = 60


@routes.get("/certificates", access=PUBLIC, endpoint="check_certificate")
def index() -> Any:
    """Ask for a number; one that was typed leads to its page."""
    typed = request.args.get("number", "").strip()[:LONGEST]
    number = read_number(typed) if typed else None
    if number is not None:
        return redirect(link("certificate", number=number))
    return _answer(typed, None, _no_number() if typed else None)


@routes.get("/certificates/<number>", access=PUBLIC)
def certificate(number: str) -> Any:
    """Whether a certificate is valid: its title, days and masked name, and nothing else."""
    typed = number.strip()[:LONGEST]
    read = read_number(typed)
    if read is None:
        return _answer(typed, None, _no_number(), 404)
    try:
        return _answer(read, _checked(read), None)
    except Problem as problem:
        if problem.code != "certificate.unknown":
            raise
    return _answer(read, None, Message(
        MessageKind.ERROR, _("There is no certificate with this number."),
        todo=_("Compare it with the certificate sign by sign. If it is the same, the certificate is not from here."),
    ), 404)  # fmt: skip


def _checked(number: str) -> Certificate:
    """The certificate; whoever tries many numbers that do not exist waits longer and longer."""
    caller = browser.caller()
    account = delays.name_account(f"certificate {number}")
    turns = delays.admit(session(), caller, [account], now=now())
    if turns:
        delays.take(begin_writing(), turns, now=now())
    try:
        return certificates.find(session(), number)
    except Problem:
        delays.note_failure(begin_writing(), caller, [account], now=now())
        raise


def _no_number() -> Message:
    return Message(
        MessageKind.ERROR, _("This is not the number of a certificate."),
        todo=_("It has three groups of four letters and figures. Compare each sign; there is no 0, 1, I, L or O."),
    )  # fmt: skip


def _answer(typed: str, found: Certificate | None, message: Message | None, status: int = 200) -> Response:
    page = CertificateCheck(
        typed=typed,
        message=_verdict(found) if found is not None else message,
        facts=_shown(found) if found is not None else (),
        check_url=link("check_certificate"),
        statement=certificate_words.statement(),
    )
    response = make_response(render("certificates/check.html", page), status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _verdict(found: Certificate) -> Message:
    state = certificates.state_of(found, now=now(), zone=learn().zone)
    if state is State.VALID:
        return Message(MessageKind.SUCCESS, _("This certificate is valid."))
    if state is State.EXPIRED:
        return Message(MessageKind.WARNING, _("This certificate is genuine, but no longer valid: its time is over."))
    if found.revoked_at is not None and found.revoke_reason == certificates.REPLACED:
        return Message(MessageKind.WARNING, _("This certificate is revoked: another was issued in its place."))
    return Message(MessageKind.ERROR, _("This certificate is revoked. It proves nothing any more."))


def _shown(found: Certificate) -> tuple[Row, ...]:
    return (
        Row(_("Certificate number"), found.number),
        Row(_("Name"), masked(found.holder)),
        Row(_("Course, exam or training"), found.completion.title),
        Row(_("Issued on"), local_date(found.issued_at)),
        Row(_("Valid until"), certificate_words.validity(found)),
    )


@routes.get("/records/certificates/<number>", access=SIGNED_IN)
def own_certificate(number: str) -> str:
    """One's own certificate."""
    found = _own(number)
    state = certificates.state_of(found, now=now(), zone=learn().zone)
    return render("certificates/own.html", OwnCertificate(
        heading=certificate_words.heading(found),
        holder=found.holder,
        unit=found.unit_names,
        body=certificate_words.body(found),
        facts=_facts(found),
        statement=certificate_words.statement(),
        notice=standing_words(found, state) if state is not State.VALID else "",
        pdf_url=link("own_certificate_pdf", number=found.number) if state is not State.REVOKED else "",
        check_url=link("certificate", number=found.number),
        picture=_picture(found) if state is not State.REVOKED else "",
    ))  # fmt: skip


@routes.get("/records/certificates/<number>/certificate.pdf", access=SIGNED_IN)
def own_certificate_pdf(number: str) -> Response:
    """The same to print."""
    found = _own(number)
    refuse_revoked(found)
    return sent([found], name=_("Certificate"), about=[found.completion.title])


def _own(number: str) -> Certificate:
    read = read_number(number)
    if read is None:
        raise Problem("certificate.unknown")
    found = certificates.own(session(), read, actor())
    if not may_know(found):
        raise Problem("certificate.unknown")
    return found


def may_know(found: Certificate) -> bool:
    """Whether its holder may know already that the exam is passed, or the programme that has it is completed."""
    hidden = unread.of(session(), found.completion.person_id, now=now(), grace=learn().grace)
    return hidden is None or found.completion_id not in hidden.completion_ids


def refuse_revoked(found: Certificate) -> None:
    """Raise Problem for a certificate that proves nothing any more."""
    if certificates.state_of(found, now=now(), zone=learn().zone) is State.REVOKED:
        raise Problem("certificate.revoked_already")


def sent(found: list[Certificate], *, name: str, about: list[str]) -> Response:
    """Certificates as one pdf, written outside of any transaction."""
    sheets = certificate_words.sheets(found)
    close()
    content = certificate_pdf.written(sheets, extra_font=learn().settings.extra_font)
    return exporting.attached(content, exporting.file_name(name, about, "pdf"), certificate_pdf.MIME)


def standing_words(found: Certificate, state: State) -> str:
    """How a certificate stands, with why, for its holder and for HR."""
    if state is State.VALID:
        return _("valid")
    if state is State.EXPIRED:
        return _("Its time is over: it was valid until %(day)s.", day=certificate_words.validity(found))
    if found.revoked_at is None:
        return _("Revoked, because the completion was taken back on %(time)s: %(reason)s",
                 time=dated_time(found.completion.voided_at), reason=found.completion.void_reason)  # fmt: skip
    if found.revoke_reason == certificates.REPLACED:
        return _("Revoked on %(time)s: another was issued in its place.", time=dated_time(found.revoked_at))
    return _("Revoked on %(time)s: %(reason)s", time=dated_time(found.revoked_at), reason=found.revoke_reason)


def _facts(found: Certificate) -> tuple[Row, ...]:
    rows = (
        Row(_("Credit hours"), certificate_words.hours(found, certificates.hours_now(session(), [found]))),
        Row(_("Issued by"), found.issuer),
        Row(_("Signed by"), found.signature),
        Row(_("Issued on"), local_date(found.issued_at)),
        Row(_("Valid until"), certificate_words.validity(found)),
        Row(_("Certificate number"), found.number),
    )
    return tuple(row for row in rows if row.value)


def _picture(found: Certificate) -> str:
    """What the picture says, for the script that draws it."""
    address = certificate_words.check_address(found)
    rows = [("", certificate_words.body(found)), (_("Unit"), found.unit_names), (_("Issued by"), found.issuer),
            (_("Issued on"), local_date(found.issued_at)), (_("Valid until"), certificate_words.validity(found)),
            (_("Certificate number"), found.number)]  # fmt: skip
    squares = certificate_pdf.modules(address) if address else []
    return json.dumps(
        {
            "title": certificate_words.heading(found), "large": found.holder, "beside": "", "verdict": "", "good": True,
            "rows": [[label, value] for label, value in rows if value],
            "code": ["".join("1" if dark else "0" for dark in row) for row in squares],
            "note": certificate_words.statement(),
        },
        ensure_ascii=False,
    )  # fmt: skip


def links_of(person: Person) -> tuple[CertificateLink, ...]:
    """The certificates of a person's own page of records."""
    found = certificates.of_person(session(), person)
    hidden = unread.of(session(), person.id, now=now(), grace=learn().grace) if found else None
    untold = hidden.completion_ids if hidden is not None else frozenset()
    return tuple(_link(one) for one in found if one.completion_id not in untold)


def _link(one: Certificate) -> CertificateLink:
    state = certificates.state_of(one, now=now(), zone=learn().zone)
    until = certificates.valid_until(one, zone=learn().zone)
    fact = standing_words(one, state)
    if state is State.VALID and until is not None:
        fact = _("valid until %(day)s", day=certificate_words.day(until))
    return CertificateLink(one.completion.title, link("own_certificate", number=one.number), fact, state is State.VALID)
