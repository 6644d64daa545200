"""Language and large text: kept in the browser, and with the person so that the next device knows them."""

from __future__ import annotations

from flask import Response, after_this_request, request

from suyu_learn.models import Person
from suyu_learn.web import i18n
from suyu_learn.web.context import begin_writing

ELDER_COOKIE = "suyu_elder"
YEAR = 365 * 24 * 3600


def is_elder() -> bool:
    """Whether large text is on in this browser."""
    return request.cookies.get(ELDER_COOKIE) == "1"


def choose(person: Person | None, *, language: str | None = None, elder: bool | None = None) -> None:
    """Keep a choice in this browser, and with the person when somebody is signed in."""
    if language is not None:
        _send(i18n.COOKIE, language)
    if elder is not None:
        _send(ELDER_COOKIE, "1" if elder else "0")
    if person is not None:
        _store(person, language, elder)


def adopt(person: Person, *, after_another: bool) -> None:
    """At a sign-in: what was chosen in this browser just before becomes the person's; else theirs comes here.

    What another person left behind, who was signed in until now, is not taken for a choice.
    """
    language = request.cookies.get(i18n.COOKIE)
    elder = request.cookies.get(ELDER_COOKIE)
    if after_another:
        forget()
        language = elder = None
    _store(person, language if language in i18n.LANGUAGES else None, {"1": True, "0": False}.get(elder or ""))
    if person.language in i18n.LANGUAGES and person.language != language:
        _send(i18n.COOKIE, person.language)
    if person.elder and elder != "1":
        _send(ELDER_COOKIE, "1")


def forget() -> None:
    """At a sign-out: the next person on this device begins anew."""
    _send(i18n.COOKIE, None)
    _send(ELDER_COOKIE, None)


def _store(person: Person, language: str | None, elder: bool | None) -> None:
    chosen = person.language if language is None else language, person.elder if elder is None else elder
    if chosen != (person.language, person.elder):
        begin_writing()
        person.language, person.elder = chosen


def _send(name: str, value: str | None) -> None:
    @after_this_request
    def send(response: Response) -> Response:
        if value is None:
            response.delete_cookie(name, secure=request.is_secure, httponly=True, samesite="Lax")
        else:
            response.set_cookie(name, value, max_age=YEAR, secure=request.is_secure, httponly=True, samesite="Lax")
        return response
