"""The ledger of certificates that others issue: the list with what comes due, and one person's entries."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request
from werkzeug.wrappers import Response as Answer

from suyu_learn.domain.problems import Problem
from suyu_learn.exports import Heading
from suyu_learn.models import Employment, OutsideCertificate, OutsideEnd, Person, Unit
from suyu_learn.services import grants, outside_certificates, persons, scans, units
from suyu_learn.services.outside_certificates import Asked, Entry
from suyu_learn.web import context, exporting, outside_words, words
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor, carried_out, page_number
from suyu_learn.web.certificate_words import day
from suyu_learn.web.context import begin_writing, close, learn, now, session
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.fields import INDENT
from suyu_learn.web.forms.outside import certificate_form, said_in
from suyu_learn.web.forms.units import reason_form
from suyu_learn.web.i18n import N_, _, dated_time, labelled, language, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.manage import pages, trail
from suyu_learn.web.outside_words import today
from suyu_learn.web.pages.common import Action, Alignment, Choice, Column, MessageKind, Row
from suyu_learn.web.pages.outside import OutsideEntry, OutsideForm, OutsideList, PersonOutside
from suyu_learn.web.pages.people import FormPage, Listing
from suyu_learn.web.persons import person_trail
from suyu_learn.web.routing import Routes
from suyu_learn.web.scans import sent_file
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number

routes = Routes()

HR = holding(*persons.EDITORS)
DUES = {"over": N_("over"), "30": N_("due within 30 days"), "60": N_("due within 60 days"),
        "180": N_("due within 180 days")}  # fmt: skip
FILTERS = ("q", "unit", "kind", "employment", "due")
ENDS = {
    OutsideEnd.RENEWED: N_("Renewed by %(name)s on %(time)s"),
    OutsideEnd.CORRECTED: N_("Corrected by %(name)s on %(time)s: %(reason)s"),
    OutsideEnd.WITHDRAWN: N_("Withdrawn by %(name)s on %(time)s: %(reason)s"),
}
_OF = "/manage/people/<int:person_id>/outside-certificates"


@routes.get("/manage/outside-certificates", access=HR)
def outside_list() -> str:
    """What counts today, the first to come due first."""
    asked, given = _asked(request.args), _given(request.args)
    current = page_number(request.args.get("page"))
    total = outside_certificates.count(session(), asked, today=today())
    rows = outside_certificates.listed(session(), asked, today=today(),
                                       offset=(current - 1) * outside_certificates.PAGE)  # fmt: skip
    return render("outside/index.html", OutsideList(
        trail=trail(),
        lead=outside_words.standing_in_words(),
        text=given["q"],
        units=tuple(Choice(str(one.id), INDENT * depth + one.name, str(one.id) == given["unit"])
                    for one, depth in units.choices(session(), asked.reach)),
        kinds=tuple(Choice(one.code, one.called(language()), one.code == given["kind"])
                    for one in outside_words.kinds().values()),
        employments=tuple(Choice(one.value, _(label), one.value == given["employment"])
                          for one, label in words.EMPLOYMENTS.items()),
        dues=tuple(Choice(code, _(label), code == given["due"]) for code, label in DUES.items()),
        found=ngettext("%(num)s certificate found", "%(num)s certificates found", total),
        rows=_listing(rows),
        pages=pages(current, total, outside_certificates.PAGE, "outside_list", **given),
        actions=(Action(_("Bring in a table"), link("outside_import")),
                 Action(_("Enter one: find the person"), link("persons")),
                 Action(_("Kinds of certificates"), link("outside_kind_list"))),
        export=exporting.export_form(link("outside_export"), hidden=[(name, value) for name, value in given.items()
                                                                     if value]),
        filtered=any(given.values()),
    ))  # fmt: skip


@routes.post("/manage/outside-certificates/export", access=HR)
def outside_export() -> Response:
    """The same rows as a file."""
    form, reason = exporting.asked_format(), exporting.asked_reason()
    asked, given, here = _asked(request.form), _given(request.form), today()
    exporting.refuse_too_many(form, outside_certificates.count(session(), asked, today=here))
    known, employments = outside_words.kinds(), {one: _(label) for one, label in words.EMPLOYMENTS.items()}
    lang = language()
    headings = [
        Heading("name", _("Name"), lambda one: one.person.name),
        Heading("number", _("Staff number"), lambda one: one.person.staff_number or ""),
        Heading("unit", _("Unit"), lambda one: one.unit.name if one.unit else "", width=24),
        Heading("employment", _("Employed as"), lambda one: employments[one.person.employment]),
        Heading("kind", _("Kind"), lambda one: known[one.certificate.kind].called(lang)
                if one.certificate.kind in known else one.certificate.kind, width=28),
        Heading("detail", _("Work it holds for"), lambda one: one.certificate.detail),
        Heading("certificate", _("Certificate number"),
                lambda one: outside_certificates.without_identity(one.certificate.number), width=24),
        Heading("issuer", _("Issued by"), lambda one: one.certificate.issuer, width=20),
        Heading("issued_on", _("Issued on"), lambda one: one.certificate.issued_on.isoformat(), moment=True),
        Heading("valid_until", _("Valid until"), lambda one: _iso(one.certificate.valid_until), moment=True),
        Heading("review_on", _("Next review by"), lambda one: _iso(one.certificate.review_on), moment=True),
        Heading("todo", _("To be done"), lambda one: outside_words.warning(one.certificate), width=24),
        Heading("note", _("Note"), lambda one: one.certificate.note, width=24),
    ]  # fmt: skip
    return exporting.send(
        _("Certificates of others"), headings,
        lambda reading: outside_certificates.listed(reading, asked, today=here, limit=None),
        form=form, action="outside.exported", actor=actor(), reason=reason,
        unit_id=asked.unit.id if asked.unit is not None else None, about=_about(asked),
        filter={name: value for name, value in given.items() if value},
    )  # fmt: skip


def _iso(value: Any) -> str:
    return value.isoformat() if value is not None else ""


def _about(asked: Asked) -> list[str]:
    return [asked.unit.name] if asked.unit is not None else []


def _given(args: Any) -> dict[str, str]:
    return {name: args.get(name, "").strip()[:100] for name in FILTERS}


def _asked(args: Any) -> Asked:
    given = _given(args)
    return Asked(
        reach=_reach(), unit=_unit(given["unit"]), kind=given["kind"], text=given["q"],
        employment=Employment(given["employment"]) if given["employment"] in tuple(Employment) else None,
        within=int(given["due"]) if given["due"] in DUES and given["due"] != "over" else None,
        expired=given["due"] == "over",
    )  # fmt: skip


def _reach() -> grants.Reach:
    return grants.reach(session(), actor(), persons.EDITORS)


def _unit(text: str) -> Unit | None:
    return units.seen(session(), int(text), actor=actor()) if is_number(text) else None


def _listing(rows: list[Entry]) -> Listing:
    known = outside_words.kinds()
    labels = (_("Name"), _("Unit"), _("Kind"), _("Certificate number"), _("Valid until"), _("Next review by"),
              _("To be done"))  # fmt: skip
    days = (_("Valid until"), _("Next review by"))
    columns = tuple(Column(label, Alignment.DAY if label in days else Alignment.TEXT) for label in labels)
    shown = tuple(
        (
            Action(one.person.name, link("person_outside", person_id=one.person.id)),
            _place(one),
            outside_words.title(one.certificate, known),
            outside_certificates.without_identity(one.certificate.number),
            day(one.certificate.valid_until) or _("without an end"),
            day(one.certificate.review_on),
            outside_words.warning(one.certificate),
        )
        for one in rows
    )
    return Listing(_("Certificates of others"), columns, shown,
                   empty=_("No certificate fits. Take a filter away, or enter some."))  # fmt: skip


def _place(one: Entry) -> str:
    unit = one.unit.name if one.unit is not None else _("no unit")
    if one.person.employment is Employment.OWN:
        return unit
    return f"{unit} · {_(words.EMPLOYMENTS[one.person.employment])}"


# One person


@routes.get(_OF, access=HR)
def person_outside(person_id: int) -> str:
    """What somebody has, what they had, and the form for more."""
    return _person_page(_person(person_id), certificate_form(outside_words.kinds().values()))


@routes.post(_OF, access=HR, writes=False)
def person_outside_post(person_id: int) -> Any:
    """Enter one; the scan is read and re-encoded outside any transaction."""
    form = certificate_form(outside_words.kinds().values())

    def enter(filed: scans.Filed | None) -> None:
        outside_certificates.enter(session(), _person(person_id), said_in(form), filed, actor=actor(), now=now(),
                                   zone=learn().zone)  # fmt: skip

    if not _written(person_id, form, enter):
        return _person_page(_person(person_id), form), 422
    say(MessageKind.SUCCESS, _("The certificate is entered."))
    return redirect(link("person_outside", person_id=person_id), code=303)


@routes.get(f"{_OF}/<int:outside_id>/scan", access=HR)
def outside_scan(person_id: int, outside_id: int) -> Answer:
    """The scan, for HR alone."""
    proof = _entry(person_id, outside_id).proof
    if proof is None:
        raise Problem("scan.unknown")
    return sent_file(str(proof["sha256"]), str(proof["mime"]), name=f"certificate-{outside_id}")


@routes.get(f"{_OF}/<int:outside_id>/<act>", access=HR)
def outside_act(person_id: int, outside_id: int, act: str) -> str:
    """The form to renew or correct an entry, or why it is withdrawn."""
    person, row = _person(person_id), _entry(person_id, outside_id)
    return _act_page(person, row, act, _act_form(act, row, filled=True))


@routes.post(f"{_OF}/<int:outside_id>/<act>", access=HR, writes=False)
def outside_act_post(person_id: int, outside_id: int, act: str) -> Any:
    """Do it."""
    form = _act_form(act, _entry(person_id, outside_id))

    def carry_out(filed: scans.Filed | None) -> None:
        row = _entry(person_id, outside_id)
        if act == "withdraw":
            outside_certificates.withdraw(session(), row, reason=form["reason"].data or "", actor=actor(), now=now())
            return
        why = OutsideEnd.RENEWED if act == "renew" else OutsideEnd.CORRECTED
        reason = form["reason"].data or "" if why is OutsideEnd.CORRECTED else ""
        outside_certificates.follow(session(), row, said_in(form), filed, why=why, reason=reason, actor=actor(),
                                    now=now(), zone=learn().zone)  # fmt: skip

    if not _written(person_id, form, carry_out):
        return _act_page(_person(person_id), _entry(person_id, outside_id), act, form), 422
    say(MessageKind.SUCCESS, _(_ACTS[act][2]))
    return redirect(link("person_outside", person_id=person_id), code=303)


_ACTS = {
    "renew": (N_("Renew a certificate"),
              N_("After a review or with a new certificate. The entry of before stays as history."),
              N_("The certificate is renewed."), N_("Renew")),
    "correct": (N_("Correct a certificate"), N_("For what was typed wrongly. The entry of before stays as history."),
                N_("The certificate is corrected."), N_("Correct")),
    "withdraw": (N_("Withdraw a certificate"),
                 N_("For one that was entered by mistake, revoked or lost. It counts no more and stays as history."),
                 N_("The certificate is withdrawn."), N_("Withdraw it")),
}  # fmt: skip


def _act_form(act: str, row: OutsideCertificate, *, filled: bool = False) -> Form:
    if act not in _ACTS:
        raise Problem("page.unknown")
    if act == "withdraw":
        return reason_form()
    renews = act == "renew"
    data: dict[str, Any] | None = None
    if filled:
        data = {name: getattr(row, name) for name in ("kind", "detail", "number", "issuer", "issued_on", "note")}
        data |= {"for_ever": row.valid_until is None}
        data |= {} if renews else {"valid_until": row.valid_until, "review_on": row.review_on}
        if renews and row.review_on is not None:  # after a review the certificate itself goes on
            data |= {"valid_until": row.valid_until}
    proof = "" if renews or row.proof is None else _("Without a new one the scan of before stays.")
    return certificate_form(outside_words.kinds().values(), data=data, proof=proof, why=not renews)


def _written(person_id: int, form: Form, act: Any) -> bool:
    """Whether a valid form was carried out; a scan that came with it is written before the transaction begins."""
    _person(person_id)
    try:
        if not form.validate():
            return False
        filed = _filed()
        begin_writing()
        return carried_out(form, lambda: act(filed))
    except Problem as problem:
        if problem.code == "page.refused":
            raise
        context.close()
        form.refuse(problem)
        return False


def _filed() -> scans.Filed | None:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return None
    content = sent.stream.read()
    close()
    return scans.prepare(content, sent.filename, folder=learn().scan_folder)


def _person(person_id: int) -> Person:
    return persons.editable(session(), person_id, actor=actor())


def _entry(person_id: int, outside_id: int) -> OutsideCertificate:
    return outside_certificates.one_of(session(), _person(person_id), outside_id)


def _person_page(person: Person, form: Form) -> str:
    rows, known = outside_certificates.of_person(session(), person), outside_words.kinds()
    shown = [(row, _shown(person, row, outside_words.title(row, known))) for row in rows]
    return render("outside/person.html", PersonOutside(
        title=_("Certificates of others: %(name)s", name=person.name),
        trail=person_trail(person),
        entries=tuple(one for row, one in shown if row.ended_at is None),
        history=tuple(one for row, one in shown if row.ended_at is not None),
        form=form if person.id != actor().id else None,
        back_url=link("person", person_id=person.id),
    ))  # fmt: skip


def _shown(person: Person, row: OutsideCertificate, title: str) -> OutsideEntry:
    here = {"person_id": person.id, "outside_id": row.id}
    counts = row.ended_at is None and person.id != actor().id
    ways = [Action(_("Scan"), link("outside_scan", **here))] if row.proof is not None else []
    if counts:
        ways += [Action(_("Renew"), link("outside_act", **here, act="renew")),
                 Action(_("Correct"), link("outside_act", **here, act="correct"))]  # fmt: skip
    return OutsideEntry(
        title=title,
        facts=_facts(row),
        warning=outside_words.warning(row) if row.ended_at is None else "",
        ended=_(ENDS[row.ended_as], name=_name(row.ended_by_id), time=dated_time(row.ended_at), reason=row.end_reason)
        if row.ended_as is not None else "",
        note=row.note,
        actions=tuple(ways),
        withdraw_url=link("outside_act", **here, act="withdraw") if counts else "",
    )  # fmt: skip


def _facts(row: OutsideCertificate) -> tuple[str, ...]:
    said = [
        labelled(_("Certificate number"), row.number),
        row.issuer,
        labelled(_("Issued on"), day(row.issued_on)),
        labelled(_("Valid until"), day(row.valid_until) or _("without an end")),
        labelled(_("Next review by"), day(row.review_on)) if row.review_on else "",
        _("entered by %(name)s on %(time)s", name=_name(row.actor_id), time=dated_time(row.at)),
    ]
    return tuple(part for part in said if part)


def _name(person_id: int | None) -> str:
    person = session().get(Person, person_id) if person_id is not None else None
    return person.name if person is not None else _("somebody")


def _act_page(person: Person, row: OutsideCertificate, act: str, form: Form) -> str:
    title, lead, _done, submit = _ACTS[act]
    back = link("person_outside", person_id=person.id)
    if act == "withdraw":
        facts = (Row(_("Name"), person.name), Row(_("Kind"), outside_words.title(row, outside_words.kinds())),
                 Row(_("Certificate number"), row.number))  # fmt: skip
        return render("manage/form.html", FormPage(
            title=_(title), form=form, submit=_(submit), danger=True, lead=_(lead), cancel_url=back,
            trail=person_trail(person), facts=facts,
        ))  # fmt: skip
    return render("outside/form.html", OutsideForm(
        title=_(title), trail=person_trail(person), lead=_(lead), form=form, submit=_(submit), back_url=back,
    ))  # fmt: skip
