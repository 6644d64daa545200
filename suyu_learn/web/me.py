"""One's own data, one's own password, and the one-time link for a new one."""

from __future__ import annotations

from typing import Any

from flask import redirect

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Person, PersonKind
from suyu_learn.services import audit, delays, grants, password_links, passwords, persons, signing_in
from suyu_learn.services.delays import Account
from suyu_learn.web import browser, context, identity_words, words
from suyu_learn.web.access import PUBLIC, SIGNED_IN
from suyu_learn.web.acting import actor
from suyu_learn.web.context import learn, now, session, state
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.persons import change_password_form, new_password_form
from suyu_learn.web.i18n import _, listed
from suyu_learn.web.identity import on_own_device, sign_in, sign_out
from suyu_learn.web.links import link
from suyu_learn.web.manage import roles_in_words
from suyu_learn.web.pages.common import MessageKind, Row
from suyu_learn.web.pages.people import Me, NewPassword
from suyu_learn.web.persons import memberships, sign_in_with
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()


@routes.get("/me", access=SIGNED_IN)
def me() -> str:
    """What is kept of oneself, and what one can change."""
    person = _myself()
    return _page(person, change_password_form(has_one=person.password_hash is not None))


def _myself() -> Person:
    person = actor()
    if person.kind is PersonKind.GUEST:
        raise Problem("page.refused")
    return person


def _page(person: Person, form: Form) -> str:
    said = (
        (_("Name"), person.name),
        (_("Staff number"), person.staff_number),
        (_("Phone"), person.phone),
        (_("Job"), person.job),
        (_("Audiences"), listed(words.audience(one) for one in persons.audiences_of(session(), person))),
        (_("You sign in with"), sign_in_with(person) if learn().own_sign_in else ""),
    )
    roles = roles_in_words(person)
    return render("me/index.html", Me(
        facts=tuple(Row(label, value) for label, value in said if value),
        memberships=memberships(person, linked=False),
        password=form if learn().own_sign_in else None,
        can_sign_out=learn().own_sign_in,
        roles=roles,
        identity=identity_words.own_list(person),
        manage_url=link("manage") if roles else None,
    ))  # fmt: skip


@routes.post("/me/password", access=SIGNED_IN)
def me_password() -> Any:
    """Set one's own password; the old one is asked where there is one. Other devices are signed out."""
    person = _myself()
    if not learn().own_sign_in:
        raise Problem("page.unknown")
    form = change_password_form(has_one=person.password_hash is not None)
    context.close()  # the slow hashes stay outside of the transaction
    try:
        if form.validate():
            password_hash = _new_hash(person, form)
            mine = session().get_one(Person, person.id)
            if mine.stamp != person.stamp:
                raise Problem("sign_in.needed")
            signing_in.set_password(session(), mine, password_hash, actor=mine, now=now())
            sign_in(mine, own_device=on_own_device())
            say(MessageKind.SUCCESS, _("Your password has been changed. Other devices are signed out."))
            return redirect(link("me"))
    except Problem as problem:
        if problem.code == "sign_in.needed":
            raise
        form.refuse(problem)
    mine = session().get_one(Person, person.id)
    state().remembered["person"] = mine
    return _page(mine, form), 422


def _new_hash(person: Person, form: Form) -> str:
    """The hash of the new password, once the old one is proved; wrong old ones are counted like failed sign-ins."""
    caller = browser.caller()
    accounts = (Account(f"own password of {person.id}", person.id),)
    if person.password_hash is not None:
        with learn().database.reading() as reading:
            delays.admit(reading, caller, accounts, now=now())
        if not passwords.verify(form.data["old"], person.password_hash):
            delays.note_failure(session(), caller, accounts, now=now())
            context.commit_and_go_on()
            raise Problem("password.wrong_old", place=Place(field="old"))
        delays.note_success(session(), caller, accounts[0])
        context.commit_and_go_on()
    return _checked_hash(person, form)


def _checked_hash(person: Person, form: Form) -> str:
    if form.data["password"] != form.data["again"]:
        raise Problem("password.twice", place=Place(field="again"))
    names = (person.name, person.username or "", person.staff_number or "", person.phone or "")
    passwords.check_strength(form.data["password"], names=names)
    return passwords.make_hash(form.data["password"])


@routes.post("/me/sign-out-everywhere", access=SIGNED_IN)
def me_sign_out() -> Any:
    """End one's sign-ins on all devices, this one too."""
    person = _myself()
    if not learn().own_sign_in:
        raise Problem("page.unknown")
    signing_in.end_sign_ins(person)
    audit.record(session(), "person.signed_out", now=now(), actor=person, on=person)
    sign_out()
    say(MessageKind.SUCCESS, _("You are signed out on all devices."))
    return redirect(link("login"))


@routes.get("/password/<token>", access=PUBLIC)
def password(token: str) -> str:
    """The form behind a one-time link."""
    person = password_links.person_of(session(), token, now=now())
    return _link_page(person, new_password_form())


@routes.post("/password/<token>", access=PUBLIC)
def password_post(token: str) -> Any:
    """Set the password and sign the person in."""
    with learn().database.reading() as reading:
        person = password_links.person_of(reading, token, now=now())
    form = new_password_form()
    try:
        if form.validate():
            password_hash = _checked_hash(person, form)
            mine = password_links.use(session(), token, password_hash, now=now())
            if not learn().own_sign_in:
                return redirect(link("home"))
            sign_in(mine, own_device=form.data["own_device"])
            say(MessageKind.SUCCESS, _("Your new password is set."))
            return redirect(link("manage") if grants.roles_of(session(), mine) else link("home"))
    except Problem as problem:
        if problem.code == "link.dead":
            raise
        form.refuse(problem)
    return _link_page(person, form), 422


def _link_page(person: Person, form: Form) -> str:
    return render("me/password.html", NewPassword(name=person.name, sign_in_with=sign_in_with(person), form=form))
