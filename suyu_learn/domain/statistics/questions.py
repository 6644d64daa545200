"""What was answered to one question: how much of it was right, what was chosen, how many left it out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from suyu_learn.domain.statistics.counting import ratio


@dataclass(frozen=True, slots=True)
class AnswerCount:
    """One response, how often it was given, and the fractions that all of these earned together."""

    response: Any
    count: int
    marked: int
    fractions: Decimal


@dataclass(frozen=True, slots=True)
class ChoiceCount:
    """How often something was chosen; the share is of all who were asked."""

    key: str
    count: int
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class QuestionNumbers:
    """The figures of one question; `share_right` is the mean fraction of those marked, blanks counting nothing."""

    asked: int
    omitted: int
    marked: int
    share_right: Decimal | None
    choices: tuple[ChoiceCount, ...]


def question_numbers(
    answers: Iterable[AnswerCount], *, classify: Callable[[Any], Sequence[str]], keys: Sequence[str] = ()
) -> QuestionNumbers | None:
    """The figures; `classify` names the choices in a response, `keys` are listed first, also when nobody chose them."""
    asked = omitted = marked = 0
    fractions = Decimal(0)
    chosen: Counter[str] = Counter(dict.fromkeys(keys, 0))
    for answer in answers:
        asked += answer.count
        marked += answer.marked
        fractions += answer.fractions
        if answer.response is None:
            omitted += answer.count
            continue
        for key in dict.fromkeys(classify(answer.response)):
            chosen[key] += answer.count
    if not asked:
        return None
    listed = [*dict.fromkeys(keys), *sorted(set(chosen) - set(keys), key=lambda key: (-chosen[key], key))]
    return QuestionNumbers(
        asked=asked,
        omitted=omitted,
        marked=marked,
        share_right=ratio(fractions, marked),
        choices=tuple(ChoiceCount(key, chosen[key], ratio(chosen[key], asked)) for key in listed),
    )
