"""What browsers send: the shapes that all question types share."""

from __future__ import annotations

from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions.contract import Json
from suyu_learn.domain.questions.texts import tidy

RESPONSE_LIMIT = 2_000


def one_value(raw: Json) -> Json:
    """The one value of a form field or of a JSON call; None if nothing was chosen."""
    if isinstance(raw, list):
        given = several_values(raw, most=1)
        return checked_length(given[0]) if given else None
    return None if raw == "" else checked_length(raw)


def several_values(raw: Json, *, most: int) -> list[Json]:
    """The values of a list, the empty ones left out; raises Problem if there are too many."""
    if raw is None:
        return []
    if not isinstance(raw, list):
        raise Problem("response.wrong_shape")
    given = [checked_length(value) for value in raw if value != ""]
    if len(given) > most:
        raise Problem("response.too_many", limit=most)
    return given


def checked_length(value: Json) -> Json:
    """The value, unless it is too long a text."""
    if isinstance(value, str) and len(value) > RESPONSE_LIMIT:
        raise Problem("response.too_long", limit=RESPONSE_LIMIT)
    return value


def typed_text(value: Json) -> str:
    """The tidy text that a learner typed."""
    if not isinstance(value, str):
        raise Problem("response.wrong_shape")
    return tidy(str(checked_length(value)))
