"""What a file says of one question, and what that comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from suyu_learn.domain.problems import Problem


@dataclass(slots=True)
class Said:
    """What a file says of one question, as texts; `type` is one of our words, or empty where nothing is said."""

    stem: str
    answers: Sequence[str]
    options: Mapping[str, str] = field(default_factory=dict)
    """By letter, in authored order."""
    type: str = ""
    explanation: str = ""
    numbered: bool = False
    """Whether the file counts options 1, 2, 3."""
    keywords: str = ""
    tolerance: str = ""
    unit: str = ""
    any_order: bool = False
    """Whether the texts of several blanks may come in any order."""
    pairs: str = ""
    """The list to which options are to be matched, where it stands apart."""


@dataclass(slots=True)
class Settled:
    """The type and stored body, and what was taken in one of several ways."""

    type: str
    body: dict[str, Any]
    warnings: list[Problem] = field(default_factory=list)
