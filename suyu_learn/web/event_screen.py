"""The code of an event on the projector: it changes every half minute, by itself where there is script."""

from __future__ import annotations

from suyu_learn.domain.problems import Problem
from suyu_learn.domain.rotating_codes import code_of, seconds_left, step_of
from suyu_learn.models import Event
from suyu_learn.services import attendance
from suyu_learn.web import addresses, event_words, problems
from suyu_learn.web.cards import qr_code
from suyu_learn.web.context import now, session
from suyu_learn.web.event_making import ORGANIZERS, managed
from suyu_learn.web.i18n import _
from suyu_learn.web.links import link
from suyu_learn.web.pages.events import ScreenCode, ScreenPage
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render

routes = Routes()


@routes.get("/manage/events/<key>/screen", access=ORGANIZERS)
def event_screen(key: str) -> str:
    """The whole page."""
    event = managed(key)
    return render("events/screen.html", ScreenPage(
        title=event.title,
        facts=tuple(one for one in (event_words.when(event), event.place) if one),
        code=_code(event),
        code_url=link("event_code", key=key),
        again_url=link("event_screen", key=key),
        back_url=link("managed_event", key=key),
    ))  # fmt: skip


@routes.get("/manage/events/<key>/code", access=ORGANIZERS)
def event_code(key: str) -> str:
    """What changes on it."""
    return render("partials/_event_code.html", None, code=_code(managed(key)))


def _code(event: Event) -> ScreenCode:
    came, there = attendance.counts(session(), [event.id]).get(event.id, (0, 0))
    here = _("Here: %(here)s. Left: %(left)s.", here=there, left=came - there)
    try:
        attendance.is_open(event, at=now())
    except Problem as problem:
        return ScreenCode(seconds=seconds_left(now()), said=problems.sentence(problem), here=here)
    code = code_of(event.secret, step_of(now()))
    doubt = addresses.doubt_in_words()
    return ScreenCode(
        qr=qr_code(addresses.public_link("event_here", key=event.key, code=code)) if not doubt else None,
        code=code,
        seconds=seconds_left(now()),
        here=here,
        note=doubt,
    )
