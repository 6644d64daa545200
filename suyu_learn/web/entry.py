"""Coming to one exam by its code: by name and staff number, openly by name and unit, or by signing in."""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.domain.names import tidy_number
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Exam, Person
from suyu_learn.services import entry, exams
from suyu_learn.services.exams import Standing
from suyu_learn.web import browser, exam_words, problems
from suyu_learn.web.access import PUBLIC
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.exams import contact_of
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.entry import code_form, number_form, open_form
from suyu_learn.web.i18n import _, local_time, ngettext
from suyu_learn.web.identity import current_person, enter, entered, sign_out
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Action, Another, Contact, Row
from suyu_learn.web.pages.entry import JoinCode, JoinExam
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render

routes = Routes()


@routes.get("/join", access=PUBLIC)
def join() -> str:
    """A box for the code, for those who have it on paper."""
    return _code_page(code_form())


@routes.post("/join", access=PUBLIC, endpoint="join_post")
def join_post() -> Any:
    """To the exam of the code."""
    form = code_form()
    try:
        exam = entry.find_exam(session(), form.code.data or "")
    except Problem as problem:
        form.refuse(problem)
        return _code_page(form), 404
    return redirect(link("join_exam", code=exam.code), code=303)


@routes.get("/join/<code>", access=PUBLIC)
def join_exam(code: str) -> Any:
    """The ways into the exam; who is signed in goes straight to it."""
    try:
        exam = entry.find_exam(session(), code)
    except Problem as problem:
        form = code_form()
        form.code.data = code[:40]
        form.refuse(problem)
        return _code_page(form), 404
    if current_person() is not None:
        return redirect(link("exam", exam_id=exam.id))
    return _page(exam)


@routes.post("/join/<code>/number", access=PUBLIC)
def join_by_number(code: str) -> Any:
    """In by name and staff number."""
    exam = entry.find_exam(session(), code)
    form = number_form()
    try:
        if form.validate():
            person = entry.by_number(
                session(), exam, name=form.name.data or "", number=form.number.data or "",
                caller=browser.caller(), now=now(),
            )  # fmt: skip
            browser.guests_left()
            enter(person, exam.id)
            return redirect(link("exam", exam_id=exam.id), code=303)
    except Problem as problem:
        form.refuse(problem)
        return _page(exam, number=form), max(422, problems.status(problem))
    return _page(exam, number=form), 422


@routes.post("/join/<code>/open", access=PUBLIC)
def join_openly(code: str) -> Any:
    """In by name and unit."""
    exam = entry.find_exam(session(), code)
    form = open_form(entry.units(session(), exam), chosen=None)
    try:
        if form.validate():
            guest = entry.openly(
                session(), exam, name=form.name.data or "", unit_id=_number(form.unit.data) if "unit" in form else None,
                known_guests=browser.guests_of(exam.id), now=now(),
            )  # fmt: skip
            return _let_guest_in(exam, guest)
    except Problem as problem:
        form.refuse(problem)
    return _page(exam, openly=form), 422


@routes.post("/join/<code>/again", access=PUBLIC)
def join_again(code: str) -> Response:
    """Who entered in this browser before, and has not left, goes on."""
    exam = entry.find_exam(session(), code)
    if entered(exam.id) is not None:
        return redirect(link("exam", exam_id=exam.id), code=303)
    known = entry.guests(session(), exam, [browser.guest_here(exam.id) or 0])
    if not known or not exam.entry_open:
        return redirect(link("join_exam", code=exam.code), code=303)
    return _let_guest_in(exam, known[0])


@routes.post("/join/<code>/leave", access=PUBLIC)
def leave(code: str) -> Response:
    """End the entry or the sign-in; the next person begins at the same exam."""
    sign_out()
    return redirect(link("join_exam", code=code), code=303)


def _let_guest_in(exam: Exam, guest: Person) -> Response:
    enter(guest, exam.id)
    browser.keep_guest(exam.id, guest.id)
    return redirect(link("exam", exam_id=exam.id), code=303)


def _code_page(form: Form) -> str:
    settings = learn().settings
    return render("entry/code.html", JoinCode(form, Contact(settings.contact_name, settings.contact_phone)))


def _page(exam: Exam, *, number: Form | None = None, openly: Form | None = None) -> str:
    browser.browser()  # its age counts from here
    standing = exams.standing(exam, now=now())
    withdrawn = standing is Standing.WITHDRAWN
    here, going_on = _going_on(exam)
    offers_open = exam.entry_open and not withdrawn and (standing is not Standing.CLOSED or openly is not None)
    if offers_open and openly is None:
        openly = open_form(entry.units(session(), exam), chosen=_number(request.args.get("unit")), empty=True)
    offers_account = exam.entry_account and learn().own_sign_in
    return render(
        "entry/join.html",
        JoinExam(
            title=exam.title,
            facts=tuple(_facts(exam)),
            number_form=(number or number_form(empty=True)) if exam.entry_number and not withdrawn else None,
            number_url=link("join_by_number", code=exam.code),
            open_form=openly if offers_open else None,
            open_url=link("join_openly", code=exam.code),
            sign_in=Action(_("Sign in"), link("login", next=link("exam", exam_id=exam.id))) if offers_account else None,
            going_on=going_on,
            another=Another(here, link("join_exam", code=exam.code)) if here else None,
            note=_note(exam, standing),
            contact=contact_of(exam),
        ),
    )


def _going_on(exam: Exam) -> tuple[str, Action | None]:
    """Who may go on in this browser, and how."""
    person = entered(exam.id)
    if person is None and exam.entry_open:
        person = next(iter(entry.guests(session(), exam, [browser.guest_here(exam.id) or 0])), None)
    if person is None:
        return "", None
    return person.name, Action(_("Continue as %(name)s", name=person.name), link("join_again", code=exam.code))


def _facts(exam: Exam) -> list[Row]:
    rows = [Row(_("Time"), ngettext("%(num)s minute", "%(num)s minutes", exam.minutes))]
    if exam.opens_at:
        rows.append(Row(_("Opens"), local_time(exam.opens_at)))
    if exam.closes_at:
        rows.append(Row(_("Closes"), local_time(exam.closes_at)))
    if retake := exam_words.retake(exam):
        rows.append(Row(_("Retake"), retake))
    return rows


def _note(exam: Exam, standing: Standing) -> str:
    if standing is Standing.WITHDRAWN:
        return _("This exam has been withdrawn by its organizer.")
    if standing is Standing.CLOSED:
        return _("This exam has closed. Whoever sat it can still see the result.")
    if not (exam.entry_number or exam.entry_open or learn().own_sign_in):
        return _("Sign in on this site first, then open the exam's link again.")
    return ""


def _number(text: str | None) -> int | None:
    tidied = tidy_number(text or "")
    return int(tidied) if tidied.isascii() and tidied.isdigit() and len(tidied) < 12 else None
