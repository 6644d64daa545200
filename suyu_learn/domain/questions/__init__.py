"""Question types: what each must be able to do, and those that are built in."""

from __future__ import annotations

from typing import Any

from suyu_learn.domain.questions.cloze import Cloze
from suyu_learn.domain.questions.contract import (
    FULL,
    NOTHING,
    Choice,
    Json,
    Part,
    PartialCredit,
    QuestionType,
    RubricPoint,
    Sample,
)
from suyu_learn.domain.questions.essay import Essay
from suyu_learn.domain.questions.fill_in import FillIn
from suyu_learn.domain.questions.group import Group
from suyu_learn.domain.questions.matching import Matching
from suyu_learn.domain.questions.multiple import Multiple
from suyu_learn.domain.questions.numeric import Numeric
from suyu_learn.domain.questions.ordering import Ordering
from suyu_learn.domain.questions.short_answer import ShortAnswer
from suyu_learn.domain.questions.single import Single
from suyu_learn.domain.questions.true_false import TrueFalse

BUILT_IN: tuple[QuestionType[Any], ...] = (
    TrueFalse(),
    Single(),
    Multiple(),
    FillIn(),
    Numeric(),
    Matching(),
    Ordering(),
    Cloze(),
    ShortAnswer(),
    Essay(),
    Group(),
)
"""In the order in which a paper asks them."""

__all__ = [
    "BUILT_IN",
    "FULL",
    "NOTHING",
    "Choice",
    "Cloze",
    "Essay",
    "FillIn",
    "Group",
    "Json",
    "Matching",
    "Multiple",
    "Numeric",
    "Ordering",
    "Part",
    "PartialCredit",
    "QuestionType",
    "RubricPoint",
    "Sample",
    "ShortAnswer",
    "Single",
    "TrueFalse",
]
