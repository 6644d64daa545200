"""Who is there: by the host's login through the hook `find_person`, by our own sign-in through Flask-Login, or,
for one exam only, by that exam's entry without an account.

A sign-in carries the person's id and stamp, the day it was last renewed, and whether the device is the person's
own; whoever loads the person checks the stamp.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import flask_login
from flask import Flask, Response, current_app, g, request
from flask import session as cookie
from flask_login.utils import encode_cookie

from suyu_learn.hooks import HostPerson
from suyu_learn.models import Person, Role
from suyu_learn.services import grants, people
from suyu_learn.services.answers import Claim
from suyu_learn.web import code_scans, preferences
from suyu_learn.web.browser import guests_left, know
from suyu_learn.web.context import begin_writing, learn, now, session, state
from suyu_learn.web.session import TYPING, UPLOADS, get, pop, put
from suyu_learn.web.typed import is_number

if TYPE_CHECKING:
    from suyu_learn.extension import Learn

SHARED_DAYS = 1
"""A sign-in on a device of many ends with the browser; some phones never close theirs, so it ends by itself too."""
ENTRY_LASTS = timedelta(days=1)
_ENTRY = "entry"


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody who came to one exam without an account; opens that exam and nothing else."""

    exam_id: int
    person_id: int
    stamp: str


class SignedIn(flask_login.UserMixin):
    """What Flask-Login keeps in its cookies: `<person id>.<stamp>.<day>.<own or shared>`."""

    def __init__(self, claim: Claim, day: int, *, own_device: bool) -> None:
        self.claim = claim
        self.day = day
        self.own_device = own_device

    def get_id(self) -> str:
        kind = "own" if self.own_device else "shared"
        return f"{self.claim.person_id}.{self.claim.stamp}.{self.day}.{kind}"

    @classmethod
    def read(cls, kept: str, *, today: int, own_days: int) -> SignedIn | None:
        """What was kept, unless it is older than it may become."""
        parts = kept.split(".")
        if len(parts) != 4 or not is_number(parts[0]) or not is_number(parts[2]):
            return None
        day, own = int(parts[2]), parts[3] == "own"
        if today - day > (own_days if own else SHARED_DAYS):
            return None
        return cls(Claim(int(parts[0]), parts[1]), day, own_device=own)


class _Manager(flask_login.LoginManager):
    """Flask-Login with a remember cookie that is `Secure` wherever the request was."""

    def _set_cookie(self, response: Response) -> None:
        response.set_cookie(
            REMEMBER_COOKIE, encode_cookie(str(cookie["_user_id"])),
            max_age=timedelta(days=learn().settings.stay_signed_in_days),
            secure=request.is_secure, httponly=True, samesite="Lax",
        )  # fmt: skip


REMEMBER_COOKIE = "suyu_remember"


def install(app: Flask, learn: Learn) -> None:
    """Serve our own sign-in through Flask-Login, for an app that has no login of its own."""
    manager = _Manager()
    manager.session_protection = None  # phones change their address between two answers
    app.config["REMEMBER_COOKIE_NAME"] = REMEMBER_COOKIE
    manager.init_app(app)

    @manager.user_loader
    def load(kept: str) -> SignedIn | None:
        return SignedIn.read(kept, today=_day(learn.now()), own_days=learn.settings.stay_signed_in_days)

    learn.own_sign_in = True


def claim() -> Claim | None:
    """Who the request says it is; not yet checked against the database for our own sign-in."""
    here = state().remembered
    if "claim" not in here:
        here["claim"] = _claim()
    found: Claim | None = here["claim"]
    return found


def _claim() -> Claim | None:
    if learn().plugins.host_signs_in:
        person = _host_person()
        if person is not None:
            return Claim(person.id, person.stamp)
    elif (user := _user()) is not None:
        return user.claim
    entry = entry_claim()
    return Claim(entry.person_id, entry.stamp, entry.exam_id) if entry else None


def current_person() -> Person | None:
    """The person who is signed in, checked; None when nobody is, whatever exam they entered."""
    here = state()
    if "person" not in here.remembered:
        here.remembered["person"] = _load()
    person: Person | None = here.remembered["person"]
    return person


def roles() -> frozenset[Role]:
    """Every role that the person of this request holds somewhere, bundles opened."""
    here = state().remembered
    person = current_person()
    if "roles" not in here:
        here["roles"] = grants.roles_of(session(), person) if person is not None else frozenset()
    held: frozenset[Role] = here["roles"]
    return held


def sitter() -> Person | None:
    """Who sits the exam of this page: who is signed in, else who entered it; `access` has checked which exam."""
    return current_person() or state().remembered.get("entered")


def sign_in(person: Person, *, own_device: bool) -> None:
    """Begin a sign-in; on one's own device it lasts as long as the setting says, and is renewed by use."""
    before = current_person()
    _end()
    flask_login.login_user(
        SignedIn(Claim(person.id, person.stamp), _day(now()), own_device=own_device), remember=own_device
    )
    know(person.id)
    code_scans.belongs_to(person.id)
    preferences.adopt(person, after_another=before is not None and before.id != person.id)
    state().remembered["person"] = person


def sign_out() -> None:
    """End the sign-in or the entry on this device."""
    _end()
    code_scans.forget()
    guests_left()
    preferences.forget()
    state().remembered["person"] = None


def on_own_device() -> bool:
    """Whether the sign-in of this request said that the device is the person's own."""
    return bool(learn().own_sign_in and getattr(flask_login.current_user, "own_device", False))


# The entry to one exam


def enter(person: Person, exam_id: int) -> None:
    """Let somebody into one exam, in place of whoever was there before."""
    _end()
    put(_ENTRY, {"exam": exam_id, "person": person.id, "stamp": person.stamp, "at": int(now().timestamp())})
    state().remembered["person"] = None


def entry_claim() -> Entry | None:
    """The entry that the browser carries; not yet checked against the database."""
    kept = get(_ENTRY)
    if not isinstance(kept, dict) or now() - datetime.fromtimestamp(kept.get("at", 0), UTC) > ENTRY_LASTS:
        return None
    return Entry(kept["exam"], kept["person"], kept["stamp"])


def entered(exam_id: int | None) -> Person | None:
    """Who entered this exam, checked; from here on the page is theirs, unless somebody is signed in."""
    entry = entry_claim()
    if entry is None or exam_id is None or entry.exam_id != exam_id:
        return None
    person, _held = _checked(entry.person_id, entry.stamp)
    state().remembered["entered"] = person
    return person


def _end() -> None:
    if learn().own_sign_in:  # else the token is the host's
        flask_login.logout_user()
        _forget_token()
    pop(_ENTRY)
    pop(UPLOADS)
    pop(TYPING)
    for name in ("entered", "roles", "claim"):
        state().remembered.pop(name, None)


def _forget_token() -> None:
    """Let the next form have a token of its own: whoever used this browser before knows that of theirs."""
    name = current_app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token")
    cookie.pop(name, None)
    g.pop(name, None)


# Loading


def _load() -> Person | None:
    if learn().plugins.host_signs_in:
        return _host_person()
    user = _user()
    if user is None:
        return None
    person, state().remembered["roles"] = _checked(user.claim.person_id, user.claim.stamp)
    if person is not None and user.day < _day(now()):
        _renew(user)
    return person


def _user() -> SignedIn | None:
    """What Flask-Login found in the cookies; asked once, since each look through its proxy costs."""
    if not learn().own_sign_in:
        return None
    user: Any = flask_login.current_user._get_current_object()
    return user if user.is_authenticated else None


def _checked(person_id: int, stamp: str) -> tuple[Person | None, frozenset[Role]]:
    person, held = grants.with_roles(session(), person_id)
    if person is None or person.stamp != stamp or not person.active:
        return None, frozenset()
    return person, held


def _renew(user: SignedIn) -> None:
    """Begin the days anew; at most once a day, so that cookies do not travel with every page."""
    user.day = _day(now())
    cookie["_user_id"] = user.get_id()
    if user.own_device:
        cookie["_remember"] = "set"


def _day(moment: datetime) -> int:
    return moment.astimezone(UTC).date().toordinal()


def _host_person() -> Person | None:
    here = state()
    if "person" in here.remembered:
        found: Any = here.remembered["person"]
        return found if isinstance(found, Person) else None
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
