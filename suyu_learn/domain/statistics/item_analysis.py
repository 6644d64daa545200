"""One question of an exam: how the upper and the lower group answered it, and what each option has to do with that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from suyu_learn.domain.statistics.items import NO_SUMS, ItemSums, correlation
from suyu_learn.domain.statistics.questions import AnswerCount, QuestionNumbers, question_numbers
from suyu_learn.domain.statistics.score_groups import ScoreGroup

FEWEST_COMPARED = 30
"""Papers below which nothing is said of how a question goes with the rest: chance alone makes a correlation of 0.36
in one of twenty questions then."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One response as the papers of one score group gave it; `group` is None where there are no groups.

    `sums` are over the papers that are marked whole: x is the fraction earned here, y the share of the rest.
    """

    response: Any
    group: ScoreGroup | None
    count: int
    marked: int
    fractions: Decimal
    not_reached: int
    sums: ItemSums


@dataclass(frozen=True, slots=True)
class OptionSpread:
    """How often an option was chosen in each group, and how choosing it goes with the share earned on the rest."""

    key: str
    by_group: Mapping[ScoreGroup, int]
    correlation: float | None


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """The figures of a question; `compared` are the papers marked whole, which discrimination is counted of."""

    numbers: QuestionNumbers
    not_reached: int
    compared: int
    discrimination: float | None
    options: tuple[OptionSpread, ...]
    sizes: Mapping[ScoreGroup, int]
    """How many of each group were asked."""
    omitted: Mapping[ScoreGroup, int]
    """How many of each group left it open."""

    @property
    def enough(self) -> bool:
        """Whether enough papers tell to compare the question with the rest."""
        return self.compared >= FEWEST_COMPARED

    @property
    def asked(self) -> int:
        """How many papers held it."""
        return self.numbers.asked


def item_figures(
    cells: Sequence[Cell], *, classify: Callable[[Any], Sequence[str]], keys: Sequence[str] = ()
) -> ItemFigures | None:
    """The figures of one question from all that was answered to it; None when nobody was asked.

    `classify` names the options in a response, `keys` are listed first. An option's correlation is that of having
    chosen it (1, else 0) with the share earned on the rest of the paper, as for the question itself.
    """
    numbers = question_numbers(
        (AnswerCount(one.response, one.count, one.marked, one.fractions) for one in cells), classify=classify, keys=keys
    )
    if numbers is None:
        return None
    every = _together(one.sums for one in cells)
    chosen: dict[str, list[Cell]] = {one.key: [] for one in numbers.choices}
    for cell in cells:
        if cell.response is not None:
            for key in dict.fromkeys(classify(cell.response)):
                chosen[key].append(cell)
    return ItemFigures(
        numbers=numbers,
        not_reached=sum(one.not_reached for one in cells),
        compared=every.count,
        discrimination=correlation(every),
        options=tuple(OptionSpread(key, _by_group(found), _goes_with(found, every)) for key, found in chosen.items()),
        sizes=_by_group(cells),
        omitted=_by_group(one for one in cells if one.response is None),
    )


def _together(sums: Iterable[ItemSums]) -> ItemSums:
    return sum(sums, NO_SUMS)


def _goes_with(chosen: Iterable[Cell], every: ItemSums) -> float | None:
    """The correlation of being among the chosen with the rest score."""
    theirs = _together(one.sums for one in chosen)
    return correlation(ItemSums(every.count, theirs.count, theirs.count, every.y, every.yy, theirs.y))


def _by_group(cells: Iterable[Cell]) -> dict[ScoreGroup, int]:
    found = dict.fromkeys(ScoreGroup, 0)
    for one in cells:
        if one.group is not None:
            found[one.group] += one.count
    return found
