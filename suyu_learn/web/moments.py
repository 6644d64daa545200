"""What deciding about practice takes of a request."""

from __future__ import annotations

from suyu_learn.services.practice_questions import Moment
from suyu_learn.web.context import learn, now


def moment() -> Moment:
    """The time of the request, with what the app has in memory."""
    here = learn()
    return Moment(now(), here.grace, here.versions, here.catalogues)
