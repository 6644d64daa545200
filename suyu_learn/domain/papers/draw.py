"""Drawing the questions of a paper by its rules, and by conditions on the whole paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from random import Random
from threading import RLock

from suyu_learn.domain.papers import conflict, programme, walk
from suyu_learn.domain.papers.allotment import Allotment
from suyu_learn.domain.papers.constraints import NO_CONSTRAINTS, Constraints
from suyu_learn.domain.papers.pool import Pool, fill_pool
from suyu_learn.domain.papers.specification import Candidate, Rule
from suyu_learn.domain.problems import Problem


@dataclass(frozen=True, slots=True)
class Drawn:
    """A question drawn, and the number of the rule that drew it."""

    version_id: int
    points: Decimal
    rule: int
    members: tuple[int, ...] = ()
    """Those of a group, which are asked instead of it, each worth the points."""


class Assembly:
    """A pool with what all papers drawn from it share, worked out once when it is first needed.

    Rules alone are a flow from rules to cells: exact at any size and drawn with even chances directly. Conditions
    on the whole paper tie the cells together; then a solver finds papers to set out from, and a walk leads to others.
    """

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self._guard = RLock()

    @property
    def problem(self) -> Problem | None:
        """Which rules and conditions cannot all be met; None if a paper can be drawn."""
        # Threads share an assembly, and a solver is no place for two.
        with self._guard:
            return self._problem

    @cached_property
    def _problem(self) -> Problem | None:
        if self._allotment.conflict:
            return conflict.too_few(self.pool, self._allotment.conflict)
        if not self.pool.lines:
            return None
        large = programme.too_large(self.pool)
        if large is not None:
            return large
        try:
            return None if self._found is not None else conflict.unmet(self._programme)
        except Problem as undecided:
            return undecided

    @property
    def possible(self) -> bool:
        """Whether a paper can be drawn, without finding out what stands against it, which takes much longer."""
        with self._guard:
            if self._allotment.conflict:
                return False
            try:
                return not self.pool.lines or (programme.too_large(self.pool) is None and self._found is not None)
            except Problem:
                return False

    def draw(self, rng: Random) -> list[Drawn]:
        """The questions of one paper, in the order of the rules; raises Problem if there is no such paper."""
        if self.problem is not None:
            raise self.problem
        return self._walked(rng) if self.pool.lines else self._flowed(rng)

    @cached_property
    def _allotment(self) -> Allotment:
        return Allotment(self.pool)

    @cached_property
    def _programme(self) -> programme.Programme:
        return programme.Programme(self.pool)

    @cached_property
    def _found(self) -> list[int] | None:
        return self._programme.solve([0.0] * len(self._programme.pairs))

    @cached_property
    def _board(self) -> walk.Board:
        return walk.Board(self.pool)

    @cached_property
    def _starts(self) -> tuple[walk.Start, ...]:
        return walk.starts(self._programme, self._board, self._found or ())

    def _walked(self, rng: Random) -> list[Drawn]:
        with self._guard:
            starts = self._starts
        walker = walk.set_out(self._board, rng.choice(starts), rng)
        walker.wander(rng)
        drawn: list[list[Drawn]] = [[] for _ in self.pool.rules]
        for place, at in zip(walker.rules, walker.at, strict=True):
            drawn[place].append(self._drawn(place, self._board.questions[at]))
        return [question for of_rule in drawn for question in of_rule]

    def _flowed(self, rng: Random) -> list[Drawn]:
        allotment = self._allotment.copy()
        left = [list(cell.questions) for cell in self.pool.cells]
        drawn: list[list[Drawn]] = [[] for _ in self.pool.rules]
        # Rules take turns in a random order: none is first served where they overlap.
        turns = [place for place, rule in enumerate(self.pool.rules) for _ in range(rule.count)]
        rng.shuffle(turns)
        for place in turns:
            questions = left[_chosen_cell(place, left, allotment, rng)]
            drawn[place].append(self._drawn(place, questions.pop(rng.randrange(len(questions)))))
        return [question for of_rule in drawn for question in of_rule]

    def _drawn(self, place: int, question: Candidate) -> Drawn:
        rule = self.pool.rules[place]
        return Drawn(question.version_id, rule.points, rule.number, question.members)


def available(rules: Sequence[Rule], candidates: Iterable[Candidate]) -> dict[int, int]:
    """How many questions suit each rule, by the rule's number, as if it were alone."""
    pool = fill_pool(rules, candidates)
    return {rule.number: pool.available([place]) for place, rule in enumerate(pool.rules)}


def shortage(
    rules: Sequence[Rule], candidates: Iterable[Candidate], constraints: Constraints = NO_CONSTRAINTS
) -> Problem | None:
    """Which rules and conditions cannot all be met; None if a paper can be drawn."""
    return Assembly(fill_pool(rules, candidates, constraints)).problem


def draw(
    rules: Sequence[Rule], candidates: Iterable[Candidate], rng: Random, constraints: Constraints = NO_CONSTRAINTS
) -> list[Drawn]:
    """The questions of one paper, in the order of the rules; raises Problem if there is no such paper.

    The same candidates, in any order, and an equally seeded `rng` give the same paper.
    """
    return Assembly(fill_pool(rules, candidates, constraints)).draw(rng)


def _chosen_cell(place: int, left: Sequence[Sequence[Candidate]], allotment: Allotment, rng: Random) -> int:
    """A cell as likely as it has questions left, among those that leave no rule short."""
    cells = [cell for cell in allotment.cells_of[place] if left[cell]]
    while True:
        [cell] = rng.choices(cells, weights=[len(left[cell]) for cell in cells])
        if allotment.take(place, cell):
            return cell
        cells.remove(cell)
