"""Question types: what each must be able to do, and the four that are built in."""

from __future__ import annotations

from typing import Any

from suyu_learn.domain.questions.contract import (
    FULL,
    NOTHING,
    Choice,
    Json,
    PartialCredit,
    QuestionType,
    Sample,
)
from suyu_learn.domain.questions.fill_in import FillIn
from suyu_learn.domain.questions.multiple import Multiple
from suyu_learn.domain.questions.single import Single
from suyu_learn.domain.questions.true_false import TrueFalse

BUILT_IN: tuple[QuestionType[Any], ...] = (TrueFalse(), Single(), Multiple(), FillIn())
"""In the order in which a paper asks them."""

__all__ = [
    "BUILT_IN",
    "FULL",
    "NOTHING",
    "Choice",
    "FillIn",
    "Json",
    "Multiple",
    "PartialCredit",
    "QuestionType",
    "Sample",
    "Single",
    "TrueFalse",
]
