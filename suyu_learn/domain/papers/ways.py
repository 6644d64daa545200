"""Ways to draw questions that are known to meet some rules and conditions, and others near them.

A way is counted question by question, so what it meets is certain; where none is found there may be one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from suyu_learn.domain.papers.pool import Pool

Pair = tuple[int, int]
"""A rule and a cell from which it draws, by their places."""


@dataclass(frozen=True, slots=True)
class Way:
    """How often each rule draws from a cell, and the rows that are met by it: rules, then conditions."""

    drawn: Mapping[Pair, int]
    met: frozenset[int]


class Ways:
    """The ways known of a pool; `conditions` are the places of the lines of each."""

    def __init__(self, pool: Pool, conditions: Sequence[Collection[int]]) -> None:
        self.pool = pool
        self.conditions = conditions
        self.known: list[Way] = []
        self.pairs_of: list[list[Pair]] = [[] for _ in pool.rules]
        for number, cell in enumerate(pool.cells):
            for rule in cell.rules:
                self.pairs_of[rule].append((rule, number))

    def nearest(self, rows: frozenset[int]) -> Way | None:
        """The youngest of those that leave the fewest of these unmet."""
        return min(reversed(self.known), key=lambda way: len(rows - way.met), default=None)

    def keep(self, drawn: Mapping[Pair, int], rows: frozenset[int]) -> bool:
        """Remember a way if it meets these rows."""
        way = self.count(drawn)
        if rows <= way.met:
            self.known.append(way)
        return rows <= way.met

    def count(self, drawn: Mapping[Pair, int]) -> Way:
        """What is met by drawing so; nothing where a cell has not as many questions."""
        of_rule = [0] * len(self.pool.rules)
        for (rule, _cell), number in drawn.items():
            of_rule[rule] += number
        taken, sums = self._sums(drawn)
        over = any(number > len(cell.questions) for cell, number in zip(self.pool.cells, taken, strict=True))
        if over or min(drawn.values(), default=0) < 0:
            return Way(drawn, frozenset())
        met = [rule.count == number for rule, number in zip(self.pool.rules, of_rule, strict=True)]
        met += [not any(self._away(line, sums[line]) for line in lines) for lines in self.conditions]
        return Way(drawn, frozenset(row for row, is_met in enumerate(met) if is_met))

    def refill(self, way: Way, rows: frozenset[int], anew: frozenset[int]) -> bool:
        """Whether these rows are met when some rules draw anew, each time what keeps the lines nearest to their bounds.

        Of the rules that draw anew, those that are not among the rows draw nothing.
        """
        drawn = {pair: number for pair, number in way.drawn.items() if pair[0] not in anew}
        taken, sums = self._sums(drawn)

        def further(pair: Pair) -> int:
            weights = self.pool.cells[pair[1]].weights
            return sum(self._away(line, sums[line] + by) - self._away(line, sums[line]) for line, by in weights)

        for rule in sorted(anew & rows):
            for _ in range(self.pool.rules[rule].count):
                roomy = (pair for pair in self.pairs_of[rule] if taken[pair[1]] < self._size(pair[1]))
                best = min(roomy, key=further, default=None)
                if best is None:
                    return False
                drawn[best] = drawn.get(best, 0) + 1
                taken[best[1]] += 1
                for line, by in self.pool.cells[best[1]].weights:
                    sums[line] += by
        return self.keep(drawn, rows)

    def _size(self, cell: int) -> int:
        return len(self.pool.cells[cell].questions)

    def _sums(self, drawn: Mapping[Pair, int]) -> tuple[list[int], list[int]]:
        """How many questions each cell gives, and what each line comes to."""
        taken, sums = [0] * len(self.pool.cells), [0] * len(self.pool.lines)
        for (_rule, cell), number in drawn.items():
            taken[cell] += number
            for line, weight in self.pool.cells[cell].weights:
                sums[line] += weight * number
        return taken, sums

    def _away(self, line: int, total: int) -> int:
        least, most = self.pool.lines[line].least, self.pool.lines[line].most
        return max(0 if least is None else least - total, 0 if most is None else total - most, 0)
