"""How hard the papers are that a specification draws, and how much they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from suyu_learn.domain.papers.draw import Assembly, Drawn
from suyu_learn.domain.papers.specification import Candidate, Part

LEVELS: Mapping[str, Decimal] = {"easy": Decimal(1), "medium": Decimal(2), "hard": Decimal(3)}
PAPERS = 200
"""Papers that are drawn on trial."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The mean over papers, and the bounds between which nine papers of ten lie."""

    mean: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Expected:
    """What papers drawn on trial come to; None where nothing is known."""

    papers: int
    level: Spread | None
    """The authors' difficulty, from 1 (easy) to 3 (hard), as the mean of a paper's questions."""
    right: Spread | None
    """The share right that was observed, as the mean of a paper's questions for which it is known."""
    known: Decimal
    """The share of the questions for which it is known."""


def expected(papers: Iterable[Sequence[Part]], observed: Mapping[int, Decimal]) -> Expected:
    """How hard some papers are; `observed` is the share right by question."""
    every = [paper for paper in papers if paper]
    asked = [part for paper in every for part in paper]
    known = sum(part.question_id in observed for part in asked)
    return Expected(
        papers=len(every),
        level=_spread(every, lambda part: LEVELS.get(part.difficulty or "")),
        right=_spread(every, lambda part: observed.get(part.question_id)),
        known=Decimal(known) / len(asked) if asked else Decimal(0),
    )


def on_trial(assembly: Assembly, *, number: int = PAPERS) -> list[list[Part]]:
    """The questions of so many papers, drawn as learners' are; raises Problem if none can be drawn."""
    by_version = {one.version_id: one for cell in assembly.pool.cells for one in cell.questions}
    return [parts(assembly.draw(Random(seed)), by_version) for seed in range(number)]


def parts(drawn: Iterable[Drawn], by_version: Mapping[int, Candidate]) -> list[Part]:
    """The questions that a paper asks, of a group its members."""
    return [part for one in drawn for part in by_version[one.version_id].asked]


def _spread(papers: Sequence[Sequence[Part]], value: Callable[[Part], Decimal | None]) -> Spread | None:
    means = []
    for paper in papers:
        values = [found for found in map(value, paper) if found is not None]
        if values:
            means.append(sum(values, Decimal(0)) / len(values))
    if not means:
        return None
    means.sort()
    cut = len(means) // 20
    return Spread(sum(means, Decimal(0)) / len(means), means[cut], means[-1 - cut])
