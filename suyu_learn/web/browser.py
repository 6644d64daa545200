"""What we remember of a browser in a signed cookie: who has signed in from it, and who came as a guest.

The cookie opens nothing. It only says which browsers need not wait behind others, and lets a guest go on.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from flask import Response, after_this_request, current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer

from suyu_learn.services.delays import Caller
from suyu_learn.web.context import now

COOKIE = "suyu_browser"
LIFETIME = timedelta(days=730)
MOST_KNOWN = 40
MOST_GUESTS = 30


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who came to an exam openly; `here` until they said that they are done."""

    exam_id: int
    person_id: int
    here: bool


@dataclass(frozen=True, slots=True)
class Browser:
    """One browser, for as long as it keeps our cookie."""

    id: str
    since: int
    known: tuple[int, ...] = ()
    guests: tuple[Guest, ...] = ()


def browser() -> Browser:
    """The browser of this request; a new one gets its cookie with the answer."""
    found: Browser | None = g.get("_suyu_browser")
    if found is None:
        found = _read(request.cookies.get(COOKIE, ""))
        if found is None:
            found = Browser(secrets.token_urlsafe(9), int(now().timestamp()))
            _keep(found)
        g._suyu_browser = found
    return found


def caller() -> Caller:
    """The browser as the services see it when something is being guessed."""
    here = browser()
    said = "\0".join(request.headers.get(name, "") for name in ("User-Agent", "Accept-Language"))
    return Caller(
        browser=here.id,
        age=now() - datetime.fromtimestamp(here.since, UTC),
        known=frozenset(here.known),
        address=request.remote_addr or "",
        kind=hashlib.sha256(said.encode()).hexdigest()[:16],
    )


def know(person_id: int) -> None:
    """Remember that this person has signed in here."""
    here = browser()
    if person_id not in here.known[:1]:
        _keep(replace(here, known=(person_id, *(one for one in here.known if one != person_id))[:MOST_KNOWN]))


def guests_of(exam_id: int) -> list[int]:
    """The guests of an exam who came from here, the last one first."""
    return [one.person_id for one in browser().guests if one.exam_id == exam_id]


def guest_here(exam_id: int) -> int | None:
    """The guest of an exam who has not said that they are done."""
    return next((one.person_id for one in browser().guests if one.exam_id == exam_id and one.here), None)


def keep_guest(exam_id: int, person_id: int) -> None:
    """Remember a guest of an exam as the one who is here; nobody else is."""
    here = browser()
    others = tuple(replace(one, here=False) for one in here.guests if one.person_id != person_id)
    _keep(replace(here, guests=(Guest(exam_id, person_id, True), *others)[:MOST_GUESTS]))


def guests_left() -> None:
    """Nobody who came as a guest is here any longer."""
    here = browser()
    if any(one.here for one in here.guests):
        _keep(replace(here, guests=tuple(replace(one, here=False) for one in here.guests)))


def _keep(changed: Browser) -> None:
    waiting = "_suyu_browser_changed" in g
    g._suyu_browser = changed
    g._suyu_browser_changed = True
    if not waiting:
        after_this_request(_send)


def _send(response: Response) -> Response:
    here: Browser = g._suyu_browser
    guests = [[one.exam_id, one.person_id, int(one.here)] for one in here.guests]
    response.set_cookie(
        COOKIE, _serializer().dumps([here.id, here.since, here.known, guests]), max_age=LIFETIME,
        secure=request.is_secure, httponly=True, samesite="Lax",
    )  # fmt: skip
    return response


def _read(text: str) -> Browser | None:
    try:
        number, since, known, guests = _serializer().loads(text)
        return Browser(number, since, tuple(known), tuple(Guest(one[0], one[1], bool(one[2])) for one in guests))
    except (BadSignature, ValueError, TypeError, IndexError):
        return None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="suyu-learn-browser")
