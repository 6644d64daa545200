"""What browsers send: the shapes that all question types share."""

from __future__ import annotations

from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions.contract import Json
from suyu_learn.domain.questions.texts import tidy

RESPONSE_LIMIT = 2_000
OPEN = "—"
"""Stands in words for a place that was left open."""


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


def a_list(raw: Json, *, most: int) -> list[Json] | None:
    """The values of a list as long as there are places, the open ones kept; None if nothing was sent."""
    if raw is None:
        return None
    if not isinstance(raw, list):
        raise Problem("response.wrong_shape")
    if len(raw) > most:
        raise Problem("response.too_many", limit=most)
    return raw


def checked_length(value: Json, limit: int = RESPONSE_LIMIT) -> Json:
    """The value, unless it is too long a text."""
    if isinstance(value, str) and len(value) > limit:
        raise Problem("response.too_long", limit=limit)
    return value


def typed_text(value: Json, limit: int = RESPONSE_LIMIT) -> str:
    """The tidy text that a learner typed."""
    if not isinstance(value, str):
        raise Problem("response.wrong_shape")
    return tidy(str(checked_length(value, limit)))


def one_text(raw: Json, limit: int = RESPONSE_LIMIT) -> str | None:
    """The one text of a form field or of a JSON call; None if nothing was typed."""
    if isinstance(raw, list):
        if len(raw) > 1:
            raise Problem("response.too_many", limit=1)
        raw = raw[0] if raw else None
    return None if raw is None else typed_text(raw, limit) or None
