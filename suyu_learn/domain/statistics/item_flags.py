"""What is remarkable about a question, and about the time of an exam, so that somebody should look at it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from suyu_learn.domain.statistics.counting import ratio
from suyu_learn.domain.statistics.item_analysis import FEWEST_COMPARED, ItemFigures

EASY_ABOVE = Decimal("0.95")
"""Of more than this share right, a question tells nobody from anybody."""

HARD_BELOW = Decimal("0.3")
"""Below this share right a question tells few from the others (M. J. Allen and W. M. Yen, Introduction to Measurement
Theory, 1979, chapter 6); of four options guessing alone gives 0.25."""

USED_FROM = Decimal("0.05")
"""A wrong option that fewer choose does no work (T. M. Haladyna and S. M. Downing, How many options is enough for a
multiple-choice test item?, Educational and Psychological Measurement 53, 1993, 999-1010)."""

OPEN_FROM = Decimal("0.2")
"""From this share left open, or not reached, a question is remarked."""

REACHED_FROM = Decimal("0.8")
"""At least so many should reach the last question, else the time was short (F. Swineford, The Test Analysis Manual,
Educational Testing Service SR-74-06, 1974)."""

FEWEST_CHOSE = 5
"""People who must have chosen a wrong option before it casts doubt on the key."""


class Flag(StrEnum):
    """What is remarkable, the most serious first."""

    KEY = "key"
    NEGATIVE = "negative"
    NOT_REACHED = "not_reached"
    LEFT_OPEN = "left_open"
    HARD = "hard"
    EASY = "easy"
    UNUSED = "unused"

    @property
    def serious(self) -> bool:
        """Whether somebody should look before the figures, or the points, are used."""
        return self not in (Flag.EASY, Flag.UNUSED)


@dataclass(frozen=True, slots=True)
class Raised:
    """A flag, with the options that raise it."""

    flag: Flag
    options: tuple[str, ...] = ()


def flags_of(
    figures: ItemFigures, *, right: Collection[str] = (), wrong: Collection[str] = (), in_parts: bool = False
) -> tuple[Raised, ...]:
    """The flags of a question, the most serious first; none while too few papers tell.

    `right` and `wrong` are the keys of its options, which in a question `in_parts` belong to different parts, so that
    none stands against all others. A key is doubted where a wrong option goes better with the rest of the paper than
    the mark does: those who know the subject choose it.
    """
    numbers = figures.numbers
    found: list[Raised] = []
    if figures.enough:
        doubted = () if in_parts else _better_than_key(figures, wrong)
        if doubted:
            found.append(Raised(Flag.KEY, doubted))
        elif figures.discrimination is not None and figures.discrimination < 0:
            found.append(Raised(Flag.NEGATIVE))
    if numbers.asked < FEWEST_COMPARED:
        return tuple(found)
    if _share(figures.not_reached, numbers.asked) >= OPEN_FROM:
        found.append(Raised(Flag.NOT_REACHED))
    elif _share(numbers.omitted, numbers.asked) >= OPEN_FROM:
        found.append(Raised(Flag.LEFT_OPEN))
    share = numbers.share_right if numbers.marked >= FEWEST_COMPARED else None
    if share is not None and share < HARD_BELOW:
        found.append(Raised(Flag.HARD))
    if share is not None and share > EASY_ABOVE:
        found.append(Raised(Flag.EASY))
    elif unused := _unused(figures, wrong, options=len(right) + len(wrong)):
        found.append(Raised(Flag.UNUSED, unused))
    return tuple(found)


def time_was_short(reached: int, papers: int) -> bool:
    """Whether too few of the papers were answered up to their last question."""
    return papers >= FEWEST_COMPARED and _share(reached, papers) < REACHED_FROM


def _better_than_key(figures: ItemFigures, wrong: Collection[str]) -> tuple[str, ...]:
    mark = figures.discrimination
    if mark is None:
        return ()
    counts = {one.key: one.count for one in figures.numbers.choices}
    better = [
        (-one.correlation, one.key) for one in figures.options
        if one.key in wrong and counts[one.key] >= FEWEST_CHOSE
        and one.correlation is not None and one.correlation > max(mark, 0.0)
    ]  # fmt: skip
    return tuple(key for _correlation, key in sorted(better))


def _unused(figures: ItemFigures, wrong: Collection[str], *, options: int) -> tuple[str, ...]:
    """Wrong options that hardly anybody chose; of two options one is always the other's rest."""
    if options < 3:
        return ()
    return tuple(
        one.key for one in figures.numbers.choices if one.key in wrong and (one.share or Decimal(0)) < USED_FROM
    )


def _share(part: int, whole: int) -> Decimal:
    return ratio(part, whole) or Decimal(0)
