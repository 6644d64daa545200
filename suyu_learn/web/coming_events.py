"""Events to come in the lists of learners: what, when, where, and for which programme."""

from __future__ import annotations

from suyu_learn.models import Person
from suyu_learn.services import coming_events
from suyu_learn.services.coming_events import SOON, Coming
from suyu_learn.web import event_words, programme_words
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.i18n import _, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import ComingEvent


def shown_to(person: Person, *, most: int = 50, soon: bool = False) -> tuple[tuple[ComingEvent, ...], str]:
    """The events that a person may come to, of the next days or all, and in words how many more there are."""
    found, count = coming_events.to(session(), person, now=now(), within=SOON if soon else None, most=most)
    left = count - len(found)
    return tuple(_row(one) for one in found), ngettext("%(num)s more", "%(num)s more", left) if left else ""


def _row(one: Coming) -> ComingEvent:
    event = one.event
    cancelled = event.cancelled_at is not None
    said = (event_words.when(event), event.place, one.programme)
    return ComingEvent(
        title=event.title,
        url=link("event", key=event.key),
        tag=_("Called off") if cancelled else _soon(one),
        facts=tuple(fact for fact in said if fact),
        cancelled=cancelled,
    )


def _soon(one: Coming) -> str:
    """How near it is, where that is a word."""
    if one.event.starts_at <= now():
        return _("Now")
    away = (one.event.starts_at.astimezone(learn().zone).date() - programme_words.today()).days
    return {0: _("Today"), 1: _("Tomorrow")}.get(away, "")
