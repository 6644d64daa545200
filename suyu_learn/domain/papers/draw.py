"""Drawing the questions of a paper by its rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from random import Random

from suyu_learn.domain.papers.allotment import Allotment
from suyu_learn.domain.papers.pool import Pool, fill_pool
from suyu_learn.domain.papers.specification import Candidate, Rule
from suyu_learn.domain.problems import Problem

FEW_RULES = 10
"""Up to so many rules, all sets of them are tried for the smallest that cannot be served."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A question drawn, and the number of the rule that drew it."""

    version_id: int
    points: Decimal
    rule: int
    members: tuple[int, ...] = ()
    """Those of a group, which are asked instead of it, each worth the points."""


def available(rules: Sequence[Rule], candidates: Iterable[Candidate]) -> dict[int, int]:
    """How many questions suit each rule, by the rule's number, as if it were alone."""
    pool = fill_pool(rules, candidates)
    return {rule.number: pool.available([place]) for place, rule in enumerate(pool.rules)}


def shortage(rules: Sequence[Rule], candidates: Iterable[Candidate]) -> Problem | None:
    """Which rules together ask for more questions than there are; None if a paper can be drawn."""
    pool = fill_pool(rules, candidates)
    return _told(pool, Allotment(pool).conflict)


def draw(rules: Sequence[Rule], candidates: Iterable[Candidate], rng: Random) -> list[Drawn]:
    """The questions of one paper, in the order of the rules; raises Problem if there are too few.

    The same candidates, in any order, and an equally seeded `rng` give the same paper.
    """
    return draw_from(fill_pool(rules, candidates), rng)


def draw_from(pool: Pool, rng: Random) -> list[Drawn]:
    """The questions of one paper from a pool that was filled before."""
    allotment = Allotment(pool)
    short = _told(pool, allotment.conflict)
    if short is not None:
        raise short
    left = [list(cell.questions) for cell in pool.cells]
    drawn: list[list[Drawn]] = [[] for _ in pool.rules]
    # Rules take turns in a random order: none is first served where they overlap.
    turns = [place for place, rule in enumerate(pool.rules) for _ in range(rule.count)]
    rng.shuffle(turns)
    for place in turns:
        questions = left[_chosen_cell(place, left, allotment, rng)]
        question = questions.pop(rng.randrange(len(questions)))
        rule = pool.rules[place]
        drawn[place].append(Drawn(question.version_id, rule.points, rule.number, question.members))
    return [question for of_rule in drawn for question in of_rule]


def _chosen_cell(place: int, left: Sequence[Sequence[Candidate]], allotment: Allotment, rng: Random) -> int:
    """A cell as likely as it has questions left, among those that leave no rule short."""
    cells = [cell for cell in allotment.cells_of[place] if left[cell]]
    while True:
        [cell] = rng.choices(cells, weights=[len(left[cell]) for cell in cells])
        if allotment.take(place, cell):
            return cell
        cells.remove(cell)


def _told(pool: Pool, conflict: frozenset[int]) -> Problem | None:
    if not conflict:
        return None
    places = _smallest(pool, conflict)
    return Problem(
        "paper.not_enough_questions",
        rules=tuple(pool.rules[place].number for place in places),
        asked=pool.asked(places),
        available=pool.available(places),
    )


def _smallest(pool: Pool, conflict: frozenset[int]) -> tuple[int, ...]:
    """The smallest set of rules in conflict; where there are many rules, one that no rule can be left out of."""

    def short(places: Sequence[int]) -> bool:
        return pool.asked(places) > pool.available(places)

    every = range(len(pool.rules))
    if len(every) <= FEW_RULES:
        sets = (places for size in range(1, len(every) + 1) for places in combinations(every, size))
        return next(places for places in sets if short(places))
    places = sorted(conflict)
    for place in sorted(conflict):
        without = [other for other in places if other != place]
        if short(without):
            places = without
    return tuple(places)
