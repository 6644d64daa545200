"""The waiting room of an exam: what its page asks once a minute, and what it is told."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from flask import jsonify, request

from suyu_learn.domain.problems import Problem
from suyu_learn.services import waiting_room
from suyu_learn.services.answers import NotSignedIn
from suyu_learn.services.exams import Situation, Standing
from suyu_learn.services.waiting_room import Opening
from suyu_learn.web.access import CLAIMED
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.i18n import N_, _, local_time
from suyu_learn.web.identity import claim
from suyu_learn.web.links import link
from suyu_learn.web.pages.exams import Wait
from suyu_learn.web.routing import Routes
from suyu_learn.web.typed import is_number

routes = Routes()

_SAID = {
    Standing.PAUSED: N_("The exam is paused before it has begun for you. Stay here: this page goes on by itself."),
    Standing.WITHDRAWN: N_("The exam does not take place now: it was withdrawn. Load the page again to read why."),
    Standing.CLOSED: N_("The exam has closed. Load the page again to read what was changed."),
}


@routes.get("/exams/<int:exam_id>/opening", access=CLAIMED)
def exam_opening(exam_id: int) -> Any:
    """Where the exam stands, and what has changed since the page was told last."""
    said = claim()
    assert said is not None  # CLAIMED
    try:
        found = waiting_room.ask(session(), exam_id, said, retake=bool(request.args.get("retake")), now=now())
    except NotSignedIn:
        raise Problem("sign_in.needed") from None
    asking = learn().crowd.count(exam_id)
    return jsonify(
        state=found.standing.value, seconds=_seconds(found.opens_at), opens=_mark(found.opens_at),
        time=local_time(found.opens_at), said=_changed(found), spread=waiting_room.spread(asking, found),
    )  # fmt: skip


def wait_of(found: Situation) -> Wait:
    """What the page needs to count down and to ask."""
    opening = waiting_room.opening_of(found.exam, retake=found.retake, now=now())
    more = {"retake": 1} if found.retake else {}
    return Wait(
        seconds=_seconds(opening.opens_at),
        opens=_mark(opening.opens_at),
        ask_url=link("exam_opening", exam_id=found.exam.id, **more),
        label=_("Begin the retake") if found.retake else _("Begin"),
        paused=found.standing is Standing.PAUSED,
    )


def _seconds(moment: datetime | None) -> int:
    """Whole seconds until then, rather one too many than one too few."""
    return max(0, math.ceil((moment - now()).total_seconds())) if moment is not None else 0


def _mark(moment: datetime | None) -> int:
    """A moment as the page gives it back."""
    return int(moment.timestamp()) if moment is not None else 0


def _changed(found: Opening) -> str:
    """In words what differs from what the page was told last; empty while nothing does."""
    if found.standing in _SAID:
        return _(_SAID[found.standing])
    known = request.args.get("opens", "")
    if found.standing is Standing.WAITING and is_number(known) and int(known) != _mark(found.opens_at):
        return _("The opening was moved to %(time)s.", time=local_time(found.opens_at))
    return ""
