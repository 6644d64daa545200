"""Marking points (评分要点): what a person looks for in an answer, and the share of the mark that each is worth."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from decimal import Decimal

from suyu_learn.domain.questions.contract import FULL, NOTHING, RubricPoint, share

_WORTH = re.compile(r"[（(]\s*(\d{1,4}(?:\.\d{1,2})?)\s*(?:分|points?|marks?)\s*[）)]", re.IGNORECASE)
_EDGES = " \t\r\n；;。.，,、"
LABEL_LIMIT = 300


def points_named(reference: str) -> tuple[RubricPoint, ...]:
    """The points that a model answer names with what they are worth: “Names two causes (3 points)”, “说明原因（3分）”.

    Each is worth its part of their sum, so that all of them together earn everything, whatever the slot is worth.
    """
    named: list[tuple[str, Decimal]] = []
    start = 0
    for found in _WORTH.finditer(reference):
        lines = [line.strip(_EDGES) for line in reference[start : found.start()].splitlines()]
        label = next((line for line in reversed(lines) if line), "")
        start = found.end()
        if label:
            named.append((label[:LABEL_LIMIT], Decimal(found[1])))
    whole = sum((worth for _label, worth in named), NOTHING)
    if not whole:
        return ()
    return tuple(RubricPoint(label, share(worth, whole)) for label, worth in named)


def ticked_share(rubric: Sequence[RubricPoint], ticked: Collection[int]) -> Decimal:
    """The share that the ticked points earn, by their places; all of them earn everything, whatever was rounded."""
    met = [point.share for place, point in enumerate(rubric) if place in ticked]
    return FULL if rubric and len(met) == len(rubric) else min(FULL, sum(met, NOTHING))
