"""The rules and conditions of a paper as one integer programme over the cells of its pool.

Its unknowns are how many questions of each cell each rule draws. Each rule and each condition is one row, so any
of them can be lifted to see whether the others agree.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from suyu_learn.domain.papers.constraints import Aspect, Line
from suyu_learn.domain.papers.pool import Cell, Pool
from suyu_learn.domain.papers.smallest import Stopped
from suyu_learn.domain.papers.ways import Pair, Way, Ways
from suyu_learn.domain.problems import Problem

MOST_RULES = 40
MOST_CELLS = 2_000
SECONDS = 10.0
"""A solver that has found nothing by then is stopped; programmes of this size take a fraction of it."""
SECONDS_TO_EXPLAIN = 5.0
"""So long in all the solver may look for the smallest set that cannot be met; then the smallest found is named."""
SECONDS_TO_TELL = 2.0
"""So long it may look for how far a condition can be met."""

MOST_ANEW = 4
"""Where more rules than this draw anew, it is not near."""
GAP = 0.2
"""The solver's costs are arbitrary, so what is nearly cheapest will do."""
_NOTHING = 1e-7


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as a refusal names it: one line, or all the criteria together."""

    aspect: Aspect
    lines: tuple[Line, ...]

    @property
    def line(self) -> Line:
        """Its line where it has but one."""
        return self.lines[0]


def conditions(pool: Pool) -> tuple[Condition, ...]:
    """The conditions of a pool, all criteria first."""
    criteria = tuple(line for line in pool.lines if line.aspect is Aspect.CRITERION)
    others = (Condition(line.aspect, (line,)) for line in pool.lines if line.aspect is not Aspect.CRITERION)
    return (*([Condition(Aspect.CRITERION, criteria)] if criteria else []), *others)


def too_large(pool: Pool) -> Problem | None:
    """Why the programme of a pool is not tried, or None."""
    if len(pool.rules) <= MOST_RULES and len(pool.cells) <= MOST_CELLS:
        return None
    return Problem(
        "paper.too_many_cells", rules=len(pool.rules), cells=len(pool.cells), most_rules=MOST_RULES,
        most_cells=MOST_CELLS,
    )  # fmt: skip


class Programme:
    """The programme of a pool; its rows are the rules, then the conditions."""

    def __init__(self, pool: Pool) -> None:
        import highspy

        self.pool = pool
        self.conditions = conditions(pool)
        self._ways = Ways(pool, [[pool.lines.index(line) for line in one.lines] for one in self.conditions])
        self.pairs = [(rule, cell) for cell, those in enumerate(pool.cells) for rule in those.rules]
        """The rule and the cell of each unknown."""
        self.criteria = [place for place, line in enumerate(pool.lines) if line.aspect is Aspect.CRITERION]
        self._status = highspy.HighsModelStatus
        solver: Any = highspy.Highs
        self._solver, self._relaxed = solver(), solver()
        """The programme, and the same for any numbers: quick, and what it refuses no whole numbers meet."""
        for one in (self._solver, self._relaxed):
            for name, value in (("output_flag", False), ("threads", 1)):
                one.setOptionValue(name, value)
        self._relaxed.setOptionValue("presolve", "off")  # it goes on from the last answer, and can say what clashes
        self._bounds: list[tuple[float, float]] = []
        self._held: Collection[int] = ()
        self._explaining = SECONDS_TO_EXPLAIN
        self._refused: list[frozenset[int]] = []
        """Rows that were found not to agree."""
        self._by_line = self._columns_by_line()
        self._columns()
        self._rows()

    @property
    def width(self) -> int:
        """How many unknowns the programme has, those for the criteria counted."""
        return len(self.pairs) + len(self.criteria)

    def agree(self, rows: Collection[int]) -> bool:
        """Whether these rules and conditions can be met together when all others are lifted; raises Stopped when the
        time for all such questions is up."""
        if self._explaining <= 0:
            raise Stopped
        if not self.width:
            self._held = rows
            return self._solved()
        asked = frozenset(rows)
        agreed = self.agree_nearby(asked) or (not self._known_to_clash(asked) and self._agree(asked))
        if not agreed:
            self._refused.append(asked)
        return agreed

    def agree_nearby(self, rows: Collection[int]) -> bool:
        """Whether these are soon seen to agree: a way to meet them is known, or near one that is.

        Nearby, rules that are still unmet draw anew, as those that are lifted do, and the others from the cells that
        they draw from already. Where that is False they may agree all the same.
        """
        asked = frozenset(rows)
        nearest = self._ways.nearest(asked)
        if nearest is None or asked <= nearest.met or self._known_to_clash(asked):
            return nearest is not None and asked <= nearest.met
        rules = frozenset(range(len(self.pool.rules)))
        unmet = asked - nearest.met
        anew = unmet | rules - asked
        if not unmet <= rules or len(anew) > MOST_ANEW:
            return False
        return self._ways.refill(nearest, asked, anew) or self._near(nearest, asked, anew)

    def _near(self, way: Way, asked: frozenset[int], anew: frozenset[int]) -> bool:
        """Whether the programme of the cells near a way has one."""
        if self._explaining <= 0:
            raise Stopped
        pairs = {*way.drawn, *(pair for rule in anew for pair in self._ways.pairs_of[rule])}
        cells = sorted({cell for _rule, cell in pairs})
        if not cells:
            return False
        near = Programme(replace(self.pool, cells=tuple(self._part(cell, pairs) for cell in cells)))
        near._explaining = self._explaining
        try:
            return near._agree(asked) and all(
                self._ways.keep({(rule, cells[cell]): number for (rule, cell), number in one.drawn.items()}, asked)
                for one in near._ways.known
            )
        finally:
            self._explaining = near._explaining

    def _part(self, number: int, pairs: Collection[Pair]) -> Cell:
        """A cell for those rules that may draw from it."""
        cell = self.pool.cells[number]
        return replace(cell, rules=tuple(rule for rule in cell.rules if (rule, number) in pairs))

    def _known_to_clash(self, rows: frozenset[int]) -> bool:
        return any(one <= rows for one in self._refused)

    def _agree(self, rows: frozenset[int]) -> bool:
        self._hold(rows)
        self._cost([0.0] * self.width)
        before = self._solver.getRunTime() + self._relaxed.getRunTime()
        try:
            if not self._run(self._relaxed, self._explaining):
                return False
            solver = self._relaxed
            if not self._whole():
                if not self._one_more():
                    return False
                solver = self._solver
        except Problem:
            raise Stopped from None
        finally:
            self._explaining -= self._solver.getRunTime() + self._relaxed.getRunTime() - before
        if not self._ways.keep(self._drawn(solver.getSolution().col_value), rows):
            raise Stopped
        return True

    def _one_more(self) -> bool:
        self._solver.setOptionValue("presolve", "off")  # preparing takes longer than these answers do
        try:
            return self._run(self._solver, self._explaining)
        finally:
            self._solver.setOptionValue("presolve", "choose")

    def clashing(self) -> list[int]:
        """Rules and conditions that cannot all be met, all of them where no proof needs fewer."""
        rows = range(len(self._bounds))
        self._hold(rows)
        self._cost([0.0] * self.width)
        if not self.width or self._run(self._relaxed, SECONDS):
            return list(rows)
        _status, found, ray = self._relaxed.getDualRay()
        proof = [row for row in rows if found and abs(ray[row]) > _NOTHING]
        self._hold(proof)
        return list(rows) if self._run(self._relaxed, SECONDS) else proof

    def solve(self, costs: Sequence[float]) -> list[int] | None:
        """A cheap way to meet all rules and conditions: how often each pair is drawn; None if there is no way."""
        self._solver.setOptionValue("mip_rel_gap", GAP)
        self._hold(range(len(self._bounds)))
        self._cost([*costs, *[0.0] * len(self.criteria)])
        if not self._solved():
            return None
        found = [round(value) for value in self._values()[: len(self.pairs)]]
        if not self.meets(found):
            raise Problem("paper.undecided")
        return found

    def furthest(self, condition: int, rows: Collection[int], *, up: bool) -> list[float]:
        """The values of the unknowns where the sum of a condition is the most, or the least, that other rows allow."""
        self._hold(rows)
        self._solver.setOptionValue("mip_rel_gap", 0.0)
        costs = [0.0] * self.width
        for column, weight in self._weights(self.conditions[condition]):
            costs[column] = -weight if up else weight
        self._cost(costs)
        try:
            if self._solved(SECONDS_TO_TELL):
                return self._values()
        except Problem:  # then a bound will do
            if self._run(self._relaxed, SECONDS_TO_TELL):
                return list(self._relaxed.getSolution().col_value)
        raise Problem("paper.undecided")

    def meets(self, found: Sequence[int]) -> bool:
        """Whether whole numbers meet every rule and condition exactly, whatever the solver's tolerance."""
        return len(self._ways.count(self._drawn(found)).met) == len(self._bounds)

    def _drawn(self, values: Sequence[float]) -> dict[Pair, int]:
        """How often each pair is drawn by some values of the unknowns."""
        return {pair: round(value) for pair, value in zip(self.pairs, values, strict=False) if round(value)}

    def total(self, line: int, values: Sequence[float]) -> float:
        """What a line comes to."""
        sums = (
            weight * value
            for (_rule, cell), value in zip(self.pairs, values, strict=False)
            for place, weight in self.pool.cells[cell].weights
            if place == line
        )
        return sum(sums)

    def _columns(self) -> None:
        upper = [float(len(self.pool.cells[cell].questions)) for _rule, cell in self.pairs]
        upper += [1.0] * len(self.criteria)
        for solver in (self._solver, self._relaxed):
            solver.addVars(self.width, [0.0] * self.width, upper)
        self._solver.changeColsIntegrality(self.width, list(range(self.width)), [1] * self.width)

    def _rows(self) -> None:
        """The rows that can be lifted, and those that hold always: no cell gives more than it has."""
        far = self._solver.inf
        of_rule: list[list[tuple[int, int]]] = [[] for _ in self.pool.rules]
        of_cell: list[list[tuple[int, int]]] = [[] for _ in self.pool.cells]
        for column, (rule, cell) in enumerate(self.pairs):
            of_rule[rule].append((column, 1))
            of_cell[cell].append((column, 1))
        rows: list[tuple[float, float, list[tuple[int, int]]]] = [
            (float(rule.count), float(rule.count), terms) for rule, terms in zip(self.pool.rules, of_rule, strict=True)
        ]
        for condition in self.conditions:
            least, most = condition.line.least, condition.line.most
            if condition.aspect is Aspect.CRITERION:
                least = len(condition.lines)
            rows.append(
                (-far if least is None else float(least), far if most is None else float(most),
                 self._weights(condition))
            )  # fmt: skip
        self._bounds = [(least, most) for least, most, _terms in rows]
        rows += [
            (0.0, float(len(cell.questions)), terms)
            for cell, terms in zip(self.pool.cells, of_cell, strict=True)
            if len(terms) > 1
        ]
        # A criterion counts as covered only where a question on it is drawn.
        rows += [
            (0.0, far, [*self._by_line[line], (len(self.pairs) + at, -1)]) for at, line in enumerate(self.criteria)
        ]
        self._add(rows)

    def _add(self, rows: Sequence[tuple[float, float, Sequence[tuple[int, int]]]]) -> None:
        starts, columns, weights = [], list[int](), list[float]()
        for _least, _most, terms in rows:
            starts.append(len(columns))
            columns += [column for column, _weight in terms]
            weights += [float(weight) for _column, weight in terms]
        for solver in (self._solver, self._relaxed):
            solver.addRows(
                len(rows), [row[0] for row in rows], [row[1] for row in rows], len(columns), starts, columns, weights
            )

    def _weights(self, condition: Condition) -> list[tuple[int, int]]:
        if condition.aspect is Aspect.CRITERION:
            return [(len(self.pairs) + at, 1) for at in range(len(self.criteria))]
        return self._by_line[self.pool.lines.index(condition.line)]

    def _columns_by_line(self) -> list[list[tuple[int, int]]]:
        """The columns that each line counts, with their weights."""
        found: list[list[tuple[int, int]]] = [[] for _ in self.pool.lines]
        for column, (_rule, cell) in enumerate(self.pairs):
            for line, weight in self.pool.cells[cell].weights:
                found[line].append((column, weight))
        return found

    def _hold(self, rows: Collection[int]) -> None:
        far = self._solver.inf
        self._held = rows
        for row, (least, most) in enumerate(self._bounds):
            held = (least, most) if row in rows else (-far, far)
            for solver in (self._solver, self._relaxed):
                solver.changeRowBounds(row, *held)

    def _cost(self, costs: Sequence[float]) -> None:
        if costs:
            for solver in (self._solver, self._relaxed):
                solver.changeColsCost(len(costs), list(range(len(costs))), list(costs))

    def _solved(self, seconds: float = SECONDS) -> bool:
        if not self.width:
            return all(least <= 0 <= most for least, most in (self._bounds[row] for row in self._held))
        return self._run(self._solver, seconds)

    def _run(self, solver: Any, seconds: float) -> bool:
        # The solver counts the time of all that it has run.
        solver.setOptionValue("time_limit", solver.getRunTime() + seconds)
        solver.run()
        status = solver.getModelStatus()
        if status == self._status.kOptimal:
            return True
        # Every unknown is bounded, so it is never "unbounded".
        if status in (self._status.kInfeasible, self._status.kUnboundedOrInfeasible):
            return False
        raise Problem("paper.undecided")

    def _whole(self) -> bool:
        """Whether the last answer for any numbers has whole ones."""
        return all(abs(value - round(value)) < _NOTHING for value in self._relaxed.getSolution().col_value)

    def _values(self) -> list[float]:
        return list(self._solver.getSolution().col_value)
