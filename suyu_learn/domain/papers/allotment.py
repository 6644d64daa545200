"""Which cells can serve which rules, so that overlapping rules never take each other's last questions."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from copy import copy

from suyu_learn.domain.papers.pool import Pool


class Allotment:
    """How many questions of each cell are set aside for each rule.

    This is a maximum flow from rules through cells, found and repaired by augmenting paths.
    While questions are drawn it stays a proof that the rest of the paper can still be drawn.
    """

    def __init__(self, pool: Pool) -> None:
        self._rules_of = [cell.rules for cell in pool.cells]
        self._spare = [len(cell.questions) for cell in pool.cells]
        self._aside = [[0] * len(pool.cells) for _ in pool.rules]
        self.cells_of: list[list[int]] = [
            [cell for cell, suited in enumerate(self._rules_of) if rule in suited] for rule in range(len(pool.rules))
        ]
        self.conflict: frozenset[int] = frozenset()
        """Rules that together ask for more than there is; empty if all can be served."""
        for rule, wanted in enumerate(pool.rules):
            for _ in range(wanted.count):
                self.conflict = self._set_aside(rule)
                if self.conflict:
                    return

    def copy(self) -> Allotment:
        """The same allotment, to draw from without touching this one."""
        other = copy(self)
        other._spare = list(self._spare)
        other._aside = [list(aside) for aside in self._aside]
        return other

    def take(self, rule: int, cell: int) -> bool:
        """Draw one question of the cell for the rule, unless that would leave a rule short."""
        if self._aside[rule][cell]:
            self._aside[rule][cell] -= 1
            return True
        former = next(other for other in self.cells_of[rule] if self._aside[rule][other])
        self._aside[rule][former] -= 1
        self._spare[former] += 1
        if self._spare[cell]:
            self._spare[cell] -= 1
            return True
        holder = next(other for other in self._rules_of[cell] if self._aside[other][cell])
        self._aside[holder][cell] -= 1
        if not self._set_aside(holder):
            return True
        self._aside[holder][cell] += 1
        self._aside[rule][former] += 1
        self._spare[former] -= 1
        return False

    def _set_aside(self, rule: int) -> frozenset[int]:
        """Set one more question aside for the rule, if need be by letting others move to other cells.

        Where that is impossible nothing changes, and the rules in conflict are returned.
        """
        wanted_by: dict[int, int] = {}
        gives_up: dict[int, int | None] = {rule: None}
        queue = deque([rule])
        while queue:
            wanting = queue.popleft()
            for cell in self.cells_of[wanting]:
                if cell in wanted_by:
                    continue
                wanted_by[cell] = wanting
                if self._spare[cell]:
                    self._move_along(cell, wanted_by, gives_up)
                    return frozenset()
                for holder in self._rules_of[cell]:
                    if holder not in gives_up and self._aside[holder][cell]:
                        gives_up[holder] = cell
                        queue.append(holder)
        return frozenset(gives_up)

    def _move_along(self, spare: int, wanted_by: Mapping[int, int], gives_up: Mapping[int, int | None]) -> None:
        self._spare[spare] -= 1
        cell: int | None = spare
        while cell is not None:
            rule = wanted_by[cell]
            self._aside[rule][cell] += 1
            cell = gives_up[rule]
            if cell is not None:
                self._aside[rule][cell] -= 1
