"""What deciding about practice takes of a request."""

from __future__ import annotations

from suyu_learn.services.practice_questions import Moment
from suyu_learn.web.context import learn, now
from suyu_learn.web.identity import current_person


def moment() -> Moment:
    """The time of the request and who asks, with what the app has in memory."""
    here, person = learn(), current_person()
    return Moment(now(), here.grace, here.versions, here.catalogues, person.id if person is not None else None)
