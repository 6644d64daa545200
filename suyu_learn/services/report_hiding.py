"""What of an exam's figures is hidden from somebody who may not see names, since it would tell of few people."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from suyu_learn.domain.statistics import (
    Flag,
    ItemFigures,
    QuestionNumbers,
    Raised,
    Rates,
    Tally,
    few_of,
    hidden_cells,
    hidden_rows,
)

_OPEN = "\0open"


@dataclass(frozen=True, slots=True)
class Hidden:
    """Which figures of one question are not shown."""

    line: bool = False
    """The whole question: too few were asked."""
    share_right: bool = False
    omitted: bool = False
    not_reached: bool = False
    groups: bool = False
    """The answers by score group."""
    options: frozenset[str] = frozenset()

    def may_tell(self, flags: tuple[Raised, ...]) -> tuple[Raised, ...]:
        """The flags without those that say what is hidden."""
        if self.line:
            return ()
        told = []
        for one in flags:
            options = tuple(key for key in one.options if key not in self.options)
            if one.options and not options:
                continue
            if (self.share_right and one.flag in (Flag.EASY, Flag.HARD)) or (
                self.omitted and one.flag in (Flag.LEFT_OPEN, Flag.NOT_REACHED)
            ):
                continue
            told.append(Raised(one.flag, options))
        return tuple(told)


NOTHING_HIDDEN = Hidden()


@dataclass(frozen=True, slots=True)
class HiddenResults:
    """Which figures of a unit are not shown; each block goes with the one before."""

    due: bool = False
    sat: bool = False
    """Sat, absent and participation."""
    passed: bool = False
    marks: bool = False
    """What is made of the points of those who are marked."""

    def with_(self, other: HiddenResults) -> HiddenResults:
        """What either of the two hides."""
        return HiddenResults(self.due or other.due, self.sat or other.sat, self.passed or other.passed,
                             self.marks or other.marks)  # fmt: skip


ALL_SHOWN = HiddenResults()


def hidden_results(
    tallies: Mapping[str, Tally], *, below: int, known: Callable[[str], bool]
) -> Mapping[str, HiddenResults]:
    """What is hidden of each unit of a tree, by path; "" is the total. Units `known` by name hide nothing."""

    due, sat, passed = hidden_rates(tallies, below=below, known=known)
    marking = {path: tally.marking for path, tally in tallies.items()}
    marks = hidden_rows(marking, below=below, forced=passed, known=known)
    return {path: HiddenResults(path in due, path in sat, path in passed, path in marks) for path in tallies}


def hidden_rates(
    figures: Mapping[str, Rates], *, below: int, known: Callable[[str], bool]
) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The paths where due, who sat, and who passed are hidden; each goes with the one before."""

    def gone(counts: Callable[[Rates], tuple[int, ...]], forced: Collection[str]) -> frozenset[str]:
        vectors = {path: counts(one) for path, one in figures.items()}
        return hidden_rows(vectors, below=below, forced=forced, known=known)

    due = gone(lambda one: (one.due,), ())
    sat = gone(lambda one: one.sitting, due)
    return due, sat, gone(lambda one: one.passing, sat)


def hidden_of(numbers: QuestionNumbers, right: Collection[str], *, below: int) -> Hidden:
    """What is hidden: few people, the rest of a whole that is few, and what these could be worked out from."""
    if numbers.asked < below:
        return Hidden(line=True, share_right=True, omitted=True, not_reached=True, groups=True)
    cells = {one.key: one.count for one in numbers.choices} | {_OPEN: numbers.omitted}
    gone = hidden_cells(cells, below=below)
    gone |= {key for key, count in cells.items() if few_of(count, numbers.asked, below=below)}
    earned = numbers.share_right * numbers.marked if numbers.share_right is not None else None
    told_by_share = earned is not None and (0 < earned < below or 0 < numbers.marked - earned < below)
    return Hidden(
        share_right=told_by_share or bool(gone & set(right)) or few_of(numbers.marked, numbers.asked, below=below),
        omitted=_OPEN in gone,
        options=gone - {_OPEN},
    )


def hidden_in_groups(figures: ItemFigures, right: Collection[str], *, below: int) -> Hidden:
    """The same with what score groups and the end of the paper would tell."""
    found = hidden_of(figures.numbers, right, below=below)
    return replace(
        found,
        not_reached=found.omitted or few_of(figures.not_reached, figures.numbers.omitted, below=below),
        groups=found.omitted or bool(found.options) or _few_in_groups(figures, below),
    )


def _few_in_groups(figures: ItemFigures, below: int) -> bool:
    for group, size in figures.sizes.items():
        if 0 < size < below or few_of(figures.omitted[group], size, below=below):
            return True
        if any(few_of(one.by_group[group], size, below=below) for one in figures.options):
            return True
    return False
