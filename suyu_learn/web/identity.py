"""Who is there: by the host's login through the hook `find_person`, or by our own sign-in through Flask-Login.

A sign-in carries the person's id and stamp and no more; whoever loads the person checks the stamp.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import flask_login
from flask import Flask

from suyu_learn.hooks import HostPerson
from suyu_learn.models import Person
from suyu_learn.services import people
from suyu_learn.services.answers import Claim
from suyu_learn.web.context import begin_writing, learn, now, session, state

if TYPE_CHECKING:
    from suyu_learn.extension import Learn


class SignedIn(flask_login.UserMixin):
    """What Flask-Login keeps in its cookies: `<person id>.<stamp>`."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim

    def get_id(self) -> str:
        return f"{self.claim.person_id}.{self.claim.stamp}"


def install(app: Flask, learn: Learn) -> None:
    """Serve our own sign-in through Flask-Login, for an app that has no login of its own."""
    manager = flask_login.LoginManager()
    manager.session_protection = None  # phones change their address between two answers
    app.config.setdefault("REMEMBER_COOKIE_DURATION", timedelta(days=learn.settings.stay_signed_in_days))
    app.config.setdefault("REMEMBER_COOKIE_HTTPONLY", True)
    app.config.setdefault("REMEMBER_COOKIE_SAMESITE", "Lax")
    app.config.setdefault("REMEMBER_COOKIE_NAME", "suyu_remember")
    manager.init_app(app)

    @manager.user_loader
    def load(kept: str) -> SignedIn | None:
        number, _, stamp = kept.partition(".")
        return SignedIn(Claim(int(number), stamp)) if number.isdigit() else None

    learn.own_sign_in = True


def claim() -> Claim | None:
    """Who the request says it is; not yet checked against the database for our own sign-in."""
    if learn().plugins.host_signs_in:
        person = _host_person()
        return Claim(person.id, person.stamp) if person else None
    if learn().own_sign_in:
        user = flask_login.current_user
        return user.claim if user.is_authenticated else None
    return None


def current_person() -> Person | None:
    """The person of this request, checked; None when nobody is signed in."""
    here = state()
    if "person" not in here.remembered:
        here.remembered["person"] = _load()
    person: Person | None = here.remembered["person"]
    return person


def sign_in(person: Person, *, own_device: bool) -> None:
    """Begin a sign-in; on one's own device it lasts as long as the setting says."""
    flask_login.login_user(SignedIn(Claim(person.id, person.stamp)), remember=own_device)
    state().remembered["person"] = person


def sign_out() -> None:
    """End the sign-in on this device."""
    if learn().own_sign_in:
        flask_login.logout_user()
    state().remembered["person"] = None


def _load() -> Person | None:
    if learn().plugins.host_signs_in:
        return _host_person()
    said = claim()
    if said is None:
        return None
    person = session().get(Person, said.person_id)
    return person if person is not None and person.stamp == said.stamp and person.active else None


def _host_person() -> Person | None:
    here = state()
    if "person" in here.remembered:
        return here.remembered["person"]
    said = learn().plugins.find_person()
    person = None
    if said is not None:
        person = people.by_host_key(session(), said.key) or _first_visit(said)
    here.remembered["person"] = person if person is not None and person.active else None
    return here.remembered["person"]


def _first_visit(said: HostPerson) -> Person:
    """Make the person whom the host knows known to us; the unit of that name is made if it is missing."""
    writing = begin_writing()
    unit = None
    if said.unit:
        unit = people.find_unit(writing, said.unit, parent=None) or people.add_unit(
            writing, said.unit, parent=None, now=now()
        )
    person = people.add_person(writing, said.name, now=now(), unit=unit, staff_number=said.staff_number)
    person.host_key = said.key
    writing.flush()
    return person
