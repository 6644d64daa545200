"""Signing in and out, and the one-time link of the first administrator."""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.domain.addresses import is_this_machine
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Person, Role
from suyu_learn.services import audit, delays, grants, passwords, signing_in
from suyu_learn.web import browser, problems
from suyu_learn.web.access import PUBLIC
from suyu_learn.web.context import begin_writing, learn, now, session
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.people import sign_in_form, welcome_form
from suyu_learn.web.i18n import _, local_time
from suyu_learn.web.identity import current_person, entry_claim, sign_in, sign_out
from suyu_learn.web.links import back_to, link
from suyu_learn.web.pages.common import Action, Contact, MessageKind, SignIn, Welcome
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()


@routes.get("/login", access=PUBLIC)
def login() -> Any:
    """The sign-in page; who is signed in goes on."""
    target = back_to(request.args.get("next"), link("home"))
    if current_person() is not None:
        return redirect(target)
    browser.browser()  # its age counts from here
    return render("people/sign_in.html", _page(sign_in_form(), target))


@routes.post("/login", access=PUBLIC, writes=False, endpoint="login_post")
def login_post() -> Any:
    """Check the password, outside any transaction since it is slow, and remember the person."""
    form = sign_in_form()
    target = back_to(request.form.get("next"), link("home"))
    status = 422
    try:
        if form.validate():
            return _signed_in(form.username.data, form.password.data, not form.shared.data, target)
    except Problem as problem:
        form.refuse(problem)
        status = max(status, problems.status(problem))
    return render("people/sign_in.html", _page(form, target)), status


def _signed_in(username: str, password: str, own_device: bool, target: str) -> Response:
    caller = browser.caller()
    with learn().database.reading() as reading:
        among = signing_in.candidates(reading, username)
        accounts = signing_in.accounts(username, among)
        turns = delays.admit(reading, caller, accounts, now=now())
    if turns:
        with learn().database.writing() as writing:
            delays.take(writing, turns, now=now())
    found = signing_in.verified(password, among)
    if found is None:
        delays.note_failure(begin_writing(), caller, accounts, now=now())
        raise Problem("sign_in.failed")
    if delays.has_slipped(session(), caller, found.account):  # mostly not, and then nothing is written
        delays.note_success(begin_writing(), caller, found.account)
    person = session().get_one(Person, found.person_id)
    if person.stamp != found.stamp or not person.active:
        raise Problem("sign_in.failed")  # the password was changed while the old one was being checked
    sign_in(person, own_device=own_device)
    warn_of_plain_http(person)
    return redirect(target)


def warn_of_plain_http(person: Person) -> None:
    """Tell administrators that the line can be read by others; learners can do nothing about it."""
    if request.is_secure or is_this_machine(request.host) or Role.ADMIN not in grants.roles_of(session(), person):
        return
    say(
        MessageKind.WARNING,
        _("This site is open over http: others on the network can read passwords and take over sign-ins."),
        todo=_("Put it behind https before people use it beyond a trusted local network; see docs/sign-in.md."),
    )


def _page(form: Form, target: str) -> SignIn:
    entry = entry_claim()
    settings = learn().settings
    return SignIn(
        form=form,
        next_url=target,
        entry=Action(_("Back to the exam"), link("exam", exam_id=entry.exam_id)) if entry else None,
        contact=Contact(settings.contact_name, settings.contact_phone),
    )


@routes.post("/logout", access=PUBLIC)
def logout() -> Response:
    """Forget who is signed in on this device, and begin with the next person."""
    sign_out()
    return redirect(back_to(request.form.get("next"), link("login")))


@routes.get("/welcome/<token>", access=PUBLIC)
def welcome(token: str) -> str:
    """The form of the first administrator."""
    one_time = signing_in.usable_link(session(), token, purpose="first_admin", now=now())
    return render("people/welcome.html", Welcome(form=welcome_form(), valid_until=local_time(one_time.expires_at)))


@routes.post("/welcome/<token>", access=PUBLIC, endpoint="welcome_post")
def welcome_post(token: str) -> Any:
    """Make the first administrator and sign them in."""
    form = welcome_form()
    try:
        if form.validate():
            names = (form.name.data, form.username.data)
            passwords.check_strength(form.password.data, names=names)
            with learn().database.reading() as reading:
                signing_in.usable_link(reading, token, purpose="first_admin", now=now())
            password_hash = passwords.make_hash(form.password.data)
            one_time = signing_in.usable_link(session(), token, purpose="first_admin", now=now())
            person = signing_in.create_admin(
                session(), name=names[0], username=names[1], password_hash=password_hash, now=now()
            )
            one_time.used_at = now()
            audit.record(session(), "link.used", now=now(), actor=person, on=one_time)
            sign_in(person, own_device=True)
            return redirect(link("manage"))
    except Problem as problem:
        if problem.code == "link.dead":
            raise
        form.refuse(problem)
    return render("people/welcome.html", Welcome(form=form)), 422
