"""Signing in and out, and the one-time link of the first administrator."""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Person
from suyu_learn.services import audit, passwords, signing_in
from suyu_learn.web.access import PUBLIC
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.forms.people import sign_in_form, welcome_form
from suyu_learn.web.i18n import local_time
from suyu_learn.web.identity import current_person, sign_in, sign_out
from suyu_learn.web.links import back_to, link
from suyu_learn.web.pages.common import SignIn, Welcome
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render

routes = Routes()


@routes.get("/login", access=PUBLIC)
def login() -> Any:
    """The sign-in page; who is signed in goes on."""
    target = back_to(request.args.get("next"), link("home"))
    if current_person() is not None:
        return redirect(target)
    return render("people/sign_in.html", SignIn(form=sign_in_form(), next_url=target))


@routes.post("/login", access=PUBLIC, endpoint="login_post")
def login_post() -> Any:
    """Check the password, outside any transaction since it is slow, and remember the person."""
    form = sign_in_form()
    target = back_to(request.form.get("next"), link("home"))
    try:
        if form.validate():
            return _signed_in(form.username.data, form.password.data, form.own_device.data, target)
    except Problem as problem:
        form.refuse(problem)
    return render("people/sign_in.html", SignIn(form=form, next_url=target)), 422


def _signed_in(username: str, password: str, own_device: bool, target: str) -> Response:
    address = request.remote_addr or ""
    with learn().database.reading() as reading:
        signing_in.refuse_while_delayed(reading, account=username, address=address, now=now())
        among = signing_in.candidates(reading, username)
    found = signing_in.verified(password, among)
    if found is None:
        signing_in.note_failure(session(), account=username, address=address, now=now())
        raise Problem("sign_in.failed")
    person = session().get_one(Person, found.person_id)
    signing_in.note_success(session(), account=username, address=address)
    sign_in(person, own_device=own_device)
    return redirect(target)


@routes.post("/logout", access=PUBLIC)
def logout() -> Response:
    """Forget who is signed in on this device."""
    sign_out()
    return redirect(link("login"))


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
            return redirect(link("home"))
    except Problem as problem:
        if problem.code == "link.dead":
            raise
        form.refuse(problem)
    return render("people/welcome.html", Welcome(form=form)), 422
