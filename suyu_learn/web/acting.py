"""What every page shares that changes something: who acts, from when on, and what happens to a refusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Person
from suyu_learn.services import unread as unread_results
from suyu_learn.services.unread import Unread
from suyu_learn.web import context, problems
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.forms import Form
from suyu_learn.web.identity import current_person


def actor() -> Person:
    """Who is signed in; for routes whose access has made sure of somebody."""
    person = current_person()
    if person is None:
        raise Problem("sign_in.needed")
    return person


def unread() -> Unread | None:
    """What whoever is signed in may not read of themself."""
    return unread_results.of(session(), actor().id, now=now(), grace=learn().grace)


def carried_out(form: Form, act: Callable[[], Any]) -> bool:
    """Whether the form was valid and the service did it; a refusal is rolled back and shown in the form."""
    if not form.validate():
        return False
    try:
        act()
    except Problem as problem:
        if problem.code == "page.refused" or problems.status(problem) == 404:
            raise
        context.close()
        form.refuse(problem)
        return False
    return True


def day_begins(day: date | None) -> datetime | None:
    """The moment from which something holds that begins on a day: midnight here, or now if that is today."""
    if day is None or day == now().astimezone(learn().zone).date():
        return None
    return midnight(day)


def midnight(day: date) -> datetime:
    """The moment at which a day begins here."""
    return datetime.combine(day, time(), tzinfo=learn().zone)


def page_number(text: str | None) -> int:
    """The number of a page of a list, at least 1, whatever the address says."""
    return max(1, int(text)) if text and text.isdecimal() and len(text) < 7 else 1
