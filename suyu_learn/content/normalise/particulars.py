"""What a file says of a question beside its body; what cannot be understood is left out with a warning."""

from __future__ import annotations

import re
from collections.abc import Iterable

from suyu_learn.content.normalise import labels
from suyu_learn.content.normalise.answers import text_shown
from suyu_learn.domain.problems import Place, Problem

LONGEST_TAG = 64
LONGEST_TOPIC = 200
_CRITERION = re.compile(r"(?:基准)?\s*0?([1-9]|1\d|2[0-6])(?:\.0)?\D{0,40}")
_DIMENSIONS = {
    "知识": "knowledge", "方法": "methods", "精神": "spirit", "应用": "application", "能力": "application",
    "knowledge": "knowledge", "method": "methods", "spirit": "spirit", "applic": "application",
}  # fmt: skip
_LISTED = re.compile(r"[,，;；、|\n]")


def difficulty(said: str, warnings: list[Problem]) -> str:
    """The grade; medium where nothing is said."""
    if not said:
        return labels.MEDIUM
    found = labels.difficulty(said)
    if found is None:
        warnings.append(Problem("table.unknown_difficulty", place=Place(field="difficulty"), said=text_shown(said)))
    return found or labels.MEDIUM


def points(said: str, warnings: list[Problem]) -> str | None:
    """The points as a plain number; None where none are said, or 0."""
    found = labels.points(said) if said else None
    if said and found is None and said != "0":
        warnings.append(Problem("table.unknown_points", place=Place(field="points"), said=text_shown(said)))
    return found


def criterion(said: str, warnings: list[Problem]) -> int | None:
    """The number of the criterion, 1 to 26."""
    found = _CRITERION.fullmatch(said.strip()) if said else None
    if said and found is None:
        warnings.append(Problem("table.unknown_criterion", place=Place(field="criterion"), said=text_shown(said)))
    return int(found[1]) if found else None


def dimension(said: str, warnings: list[Problem]) -> str | None:
    """The dimension of science literacy."""
    found = next((code for word, code in _DIMENSIONS.items() if word in said.lower()), None) if said else None
    if said and found is None:
        warnings.append(Problem("table.unknown_dimension", place=Place(field="dimension"), said=text_shown(said)))
    return found


def topics(said: Iterable[str], warnings: list[Problem]) -> tuple[str, ...]:
    """The topics, each once."""
    return _listed(said, LONGEST_TOPIC, "topic", warnings)


def tags(said: Iterable[str], warnings: list[Problem]) -> tuple[str, ...]:
    """The tags, each once."""
    return _listed(said, LONGEST_TAG, "tags", warnings)


def _listed(said: Iterable[str], longest: int, field: str, warnings: list[Problem]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for cell in said:
        for part in _LISTED.split(cell):
            text = " ".join(part.split())
            if len(text) > longest:
                warnings.append(Problem("table.label_too_long", place=Place(field=field), most=longest))
            elif text:
                found[text] = None
    return tuple(found)
