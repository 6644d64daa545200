"""Certificates of a course, exam or programme: set by its organizer, issued afterwards, printed for many."""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.domain.problems import Problem
from suyu_learn.models import CompletionKind, Course, Programme, Role, Unit
from suyu_learn.services import audit, certificates, grants, units
from suyu_learn.services.certificates import MOST_AT_ONCE, MOST_IN_A_FILE, Subject
from suyu_learn.services.grants import Reach
from suyu_learn.web import addresses, exporting
from suyu_learn.web.access import holding
from suyu_learn.web.acting import actor, carried_out
from suyu_learn.web.certificates import sent
from suyu_learn.web.context import commit_and_go_on, now, session
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.certificates import terms_form, values_of, wanted_in
from suyu_learn.web.forms.fields import INDENT
from suyu_learn.web.forms.shared import Values
from suyu_learn.web.i18n import _, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.pages.certificates import CertificateTermsPage
from suyu_learn.web.pages.common import Action, Choice, MessageKind
from suyu_learn.web.pages.reports import ExportReason
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render
from suyu_learn.web.typed import is_number

routes = Routes()

ORGANIZERS = holding(Role.ORGANIZER)
_HERE = "/manage/certificates/<kind>/<int:subject_id>"


@routes.get(_HERE, access=ORGANIZERS)
def certificate_terms(kind: str, subject_id: int) -> str:
    """What is set now, with ways to issue and print."""
    subject = _subject(kind, subject_id)
    return _page(subject, terms_form(subject, _values(subject)))


@routes.post(_HERE, access=ORGANIZERS)
def certificate_terms_post(kind: str, subject_id: int) -> Any:
    """Keep the settings, or show the form again."""
    form = terms_form(_subject(kind, subject_id))

    def keep() -> None:
        subject = _subject(kind, subject_id)
        certificates.hold_terms(session(), subject)
        form.require_unchanged(_values(subject))
        certificates.set_terms(session(), subject, wanted_in(form), actor=actor(), now=now())

    if not carried_out(form, keep):
        return _page(_subject(kind, subject_id), form), 422
    say(MessageKind.SUCCESS, _("Saved. It holds for certificates that are issued from now on."))
    return redirect(_here(_subject(kind, subject_id)), code=303)


@routes.post(f"{_HERE}/issue", access=ORGANIZERS)
def issue_certificates(kind: str, subject_id: int) -> Response:
    """Issue to those who completed it before certificates were set."""
    subject = _subject(kind, subject_id)
    count = certificates.issue_waiting(session(), subject, actor=actor(), now=now())
    said = ngettext("%(num)s certificate is issued.", "%(num)s certificates are issued.", count)
    left = certificates.waiting(session(), subject, limit=1)
    more = _("There are more: press the button once more for the next %(most)s.", most=MOST_AT_ONCE)
    say(MessageKind.SUCCESS, said, todo=more if left else "")
    return redirect(_here(subject), code=303)


@routes.post(f"{_HERE}/print", access=ORGANIZERS)
def print_certificates(kind: str, subject_id: int) -> Response:
    """The certificates of a unit in one pdf; who took them and why is logged."""
    subject = _subject(kind, subject_id)
    reach, unit, reason = _reach(), _unit(request.form.get("unit", "")), exporting.asked_reason()
    found = list(certificates.of_subject(session(), subject, reach=reach, unit=unit, limit=MOST_IN_A_FILE + 1))
    if not found:
        raise Problem("certificate.none_to_print")
    if len(found) > MOST_IN_A_FILE:
        count = certificates.count_of_subject(session(), subject, reach=reach, unit=unit)
        raise Problem("certificate.too_many", most=MOST_IN_A_FILE, count=count)
    audit.record(session(), "certificates.printed", now=now(), actor=actor(), on=subject.row, reason=reason,
                 unit_id=unit.id if unit is not None else subject.row.unit_id, people=len(found))  # fmt: skip
    commit_and_go_on()
    about = [unit.name, subject.title] if unit is not None else [subject.title]
    return sent(found, name=_("Certificates"), about=about)


def _values(subject: Subject) -> Values:
    return values_of(subject, certificates.terms_of(session(), subject.kind, subject.id))


def _subject(kind: str, subject_id: int) -> Subject:
    return certificates.subject_of(session(), kind, subject_id, actor=actor())


def _here(subject: Subject) -> str:
    return link("certificate_terms", kind=subject.kind.value, subject_id=subject.id)


def _reach() -> Reach:
    return grants.reach(session(), actor(), (Role.ORGANIZER, Role.HR))


def _unit(asked: str) -> Unit | None:
    if not asked:
        return None
    if not is_number(asked):
        raise Problem("page.unknown")
    return units.seen(session(), int(asked), actor=actor())


def _back(subject: Subject) -> str:
    if isinstance(subject.row, Course):
        return link("course_desk", slug=subject.row.slug)
    if isinstance(subject.row, Programme):
        return link("manage_programme", key=subject.row.key)
    return link("managed_exam", exam_id=subject.id)


def _trail(subject: Subject) -> tuple[Action, ...]:
    lists = {
        CompletionKind.COURSE: (_("Courses"), link("manage_courses")),
        CompletionKind.EXAM: (_("Exams"), link("exam_list")),
        CompletionKind.PROGRAMME: (_("Programmes"), link("manage_programmes")),
    }
    return trail(lists[subject.kind], (subject.title, _back(subject)))


def _page(subject: Subject, form: Form) -> str:
    terms = certificates.terms_of(session(), subject.kind, subject.id)
    waiting = len(certificates.waiting(session(), subject)) if terms is not None and terms.issued else 0
    standing = certificates.count_of_subject(session(), subject, reach=_reach(), unit=None)
    here = {"kind": subject.kind.value, "subject_id": subject.id}
    return render("certificates/terms.html", CertificateTermsPage(
        title=_("Certificates"),
        trail=_trail(subject),
        form=form,
        back_url=_back(subject),
        doubt=addresses.doubt_in_words(),
        waiting=_waiting(waiting),
        issue_url=link("issue_certificates", **here),
        issued=ngettext("%(num)s valid certificate of people in your units",
                        "%(num)s certificates of people in your units that were not revoked", standing)
        if standing else "",
        print_url=link("print_certificates", **here),
        units=tuple(Choice(str(one.id), INDENT * depth + one.name)
                    for one, depth in units.choices(session(), _reach())),
        reasons=tuple(ExportReason(code, _(label)) for code, label in exporting.REASONS.items()),
        most=MOST_IN_A_FILE,
    ))  # fmt: skip


def _waiting(count: int) -> str:
    if not count:
        return ""
    if count > MOST_AT_ONCE:
        return _("More than %(most)s people completed it before and have no certificate.", most=MOST_AT_ONCE)
    return ngettext("%(num)s person completed it before and has no certificate.",
                    "%(num)s people completed it before and have no certificate.", count)  # fmt: skip
