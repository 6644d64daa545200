"""Random papers under conditions: from one paper that meets them all to another by fair exchanges.

A solver finds ways to meet the conditions, but always the same and lopsided ones. From there questions are exchanged
at random, one or two at a time, and every exchange that keeps all conditions is made. An exchange is as likely as the
one that undoes it, so all papers that can be reached become equally likely. Questions of one cell are alike to every
step, hence each is drawn equally often, however few steps are taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from suyu_learn.domain.papers.constraints import Aspect, Weights
from suyu_learn.domain.papers.pool import Pool
from suyu_learn.domain.papers.programme import Programme

SOLVED = 3
"""Ways to meet the conditions that the solver is asked for, each cheapest by other costs."""
WIDE = 5_000
"""Programmes with more unknowns than this are solved once only."""
STARTS = 64
"""Papers between which a draw chooses where to set out."""
APART = 6
"""Walks between one such paper and the next."""
STEPS, STEPS_EACH = 100, 3
"""Exchanges tried on a walk, and for each question of the paper."""
ALIKE, ANY, CROSSED = 0.6, 0.75, 0.95
"""Up to these chances a step exchanges one for one of its family, one for any, two crosswise; else any two."""
MOST_KEPT = 50_000
_FAR = 1 << 60

Start = tuple[tuple[int, tuple[int, ...]], ...]
"""Cells, each with the rules that draw from it, a rule as often as it draws."""


class Board:
    """The questions of a pool by number, cell after cell, as the exchanges need them.

    A family are the questions that weigh alike in the quotas: exchanging within one disturbs none of them.
    """

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.questions = [question for cell in pool.cells for question in cell.questions]
        self.cell_of = [number for number, cell in enumerate(pool.cells) for _ in cell.questions]
        self.first = [0, *accumulate(len(cell.questions) for cell in pool.cells)]
        self.rules_of = [frozenset(cell.rules) for cell in pool.cells]
        kinds: dict[Weights, int] = {}
        kind_of = [kinds.setdefault(cell.weights, len(kinds)) for cell in pool.cells]
        self.kind_of = [kind_of[cell] for cell in self.cell_of]
        self._weights = list(kinds)
        families: dict[Weights, int] = {}
        self.family_of = [families.setdefault(self._quotas(cell.weights), len(families)) for cell in pool.cells]
        self.suited: list[list[int]] = [[] for _ in pool.rules]
        self.kin: list[list[list[int]]] = [[[] for _ in families] for _ in pool.rules]
        for number, cell in enumerate(pool.cells):
            for rule in cell.rules:
                those = range(self.first[number], self.first[number + 1])
                self.suited[rule] += those
                self.kin[rule][self.family_of[number]] += those
        self.least = [-_FAR if line.least is None else line.least for line in pool.lines]
        self.most = [_FAR if line.most is None else line.most for line in pool.lines]
        self._changes: dict[int, Weights] = {}

    def change(self, leaving: int, coming: int) -> Weights:
        """What the lines change by when a question of one kind makes way for one of another."""
        key = leaving * len(self._weights) + coming
        known = self._changes.get(key)
        if known is None:
            by = dict(self._weights[coming])
            for line, weight in self._weights[leaving]:
                by[line] = by.get(line, 0) - weight
            known = tuple((line, weight) for line, weight in by.items() if weight)
            if len(self._changes) < MOST_KEPT:
                self._changes[key] = known
        return known

    def _quotas(self, weights: Weights) -> Weights:
        lines = self.pool.lines
        return tuple((line, weight) for line, weight in weights if lines[line].aspect is Aspect.DIMENSION)


@dataclass(slots=True)
class Walker:
    """A paper on its way: which rule draws which question, and what the lines come to."""

    board: Board
    rules: list[int]
    at: list[int]
    holders: dict[int, int]
    sums: list[int]

    def wander(self, rng: Random) -> None:
        """Walk away from this paper."""
        places, chance = len(self.rules), rng.random
        for _ in range(STEPS + STEPS_EACH * places if places else 0):
            kind, place = chance(), int(chance() * places)
            if kind < ANY:
                self._one(place, kind < ALIKE, chance())
            else:
                other = int(chance() * places)
                if other != place:
                    self._two(place, other, kind < CROSSED, rng)

    def _one(self, place: int, alike: bool, chance: float) -> None:
        board, old, rule = self.board, self.at[place], self.rules[place]
        from_cell = board.cell_of[old]
        those = board.kin[rule][board.family_of[from_cell]] if alike else board.suited[rule]
        new = those[int(chance * len(those))]
        holder = self.holders.get(new)
        if holder is not None:
            # Both are on the paper: the rules exchange them, if both suit.
            if self.rules[holder] in board.rules_of[from_cell]:
                self.at[place], self.at[holder] = new, old
                self.holders[new], self.holders[old] = place, holder
            return
        leaving, coming = board.kind_of[old], board.kind_of[new]
        if leaving == coming or self._shift(board.change(leaving, coming)):
            self._put(place, new)

    def _two(self, place: int, other: int, crossed: bool, rng: Random) -> None:
        """Exchange two questions at once: what one breaks, the other may make up for."""
        board, holders = self.board, self.holders
        cells = board.cell_of[self.at[place]], board.cell_of[self.at[other]]
        those, others = board.suited[self.rules[place]], board.suited[self.rules[other]]
        if crossed:
            one, two = board.family_of[cells[0]], board.family_of[cells[1]]
            kin, other_kin = board.kin[self.rules[place]], board.kin[self.rules[other]]
            those, others = kin[two], other_kin[one]
            # The way back is to be as likely, though families differ in size.
            if rng.random() * len(kin[one]) * len(other_kin[two]) >= len(those) * len(others):
                return
        new, newer = those[int(rng.random() * len(those))], others[int(rng.random() * len(others))]
        if new == newer or new in holders or newer in holders:
            return
        kind_of = board.kind_of
        first = board.change(kind_of[self.at[place]], kind_of[new])
        second = board.change(kind_of[self.at[other]], kind_of[newer])
        if self._shift((*first, *second)):
            self._put(place, new)
            self._put(other, newer)

    def _put(self, place: int, new: int) -> None:
        del self.holders[self.at[place]]
        self.at[place] = new
        self.holders[new] = place

    def _shift(self, change: Weights) -> bool:
        """Change the lines, if in the end each is within its bounds."""
        sums, least, most = self.sums, self.board.least, self.board.most
        for line, by in change:
            sums[line] += by
        for line, _by in change:
            if not least[line] <= sums[line] <= most[line]:
                for changed, by in change:
                    sums[changed] -= by
                return False
        return True


def set_out(board: Board, start: Start, rng: Random) -> Walker:
    """A paper as a start says it, with any questions of its cells."""
    rules, at = list[int](), list[int]()
    sums = [0] * len(board.pool.lines)
    for cell, drawing in start:
        rules += drawing
        first, end = board.first[cell], board.first[cell + 1]
        at += [rng.randrange(first, end)] if len(drawing) == 1 else rng.sample(range(first, end), len(drawing))
        for line, weight in board.pool.cells[cell].weights:
            sums[line] += weight * len(drawing)
    return Walker(board, rules, at, {question: place for place, question in enumerate(at)}, sums)


def starts(programme: Programme, board: Board, found: Sequence[int]) -> tuple[Start, ...]:
    """Different papers that meet everything, the same for the same pool; `found` is a way to meet it."""
    rng = Random(0)
    solved = [_start(programme, found)]
    while len(solved) < SOLVED and programme.width <= WIDE:
        another = programme.solve([float(rng.randrange(100)) for _ in programme.pairs])
        solved.append(_start(programme, another or found))
    reached = []
    for one in solved:
        walker = set_out(board, one, rng)
        for _ in range(STARTS // len(solved)):
            for _ in range(APART):
                walker.wander(rng)
            reached.append(_left_at(walker))
    return tuple(reached)


def _start(programme: Programme, found: Sequence[int]) -> Start:
    return _sorted(
        (cell, rule) for (rule, cell), number in zip(programme.pairs, found, strict=True) for _ in range(number)
    )


def _left_at(walker: Walker) -> Start:
    cells = (walker.board.cell_of[question] for question in walker.at)
    return _sorted(zip(cells, walker.rules, strict=True))


def _sorted(drawing: Iterable[tuple[int, int]]) -> Start:
    by_cell: dict[int, tuple[int, ...]] = {}
    for cell, rule in sorted(drawing):
        by_cell[cell] = (*by_cell.get(cell, ()), rule)
    return tuple(by_cell.items())
