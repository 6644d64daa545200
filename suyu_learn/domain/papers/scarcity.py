"""The fewest rules that ask for more questions than suit any of them, as an integer programme.

Rules cannot be served exactly where some of them ask for more than suits them (Hall 1935, On Representatives of
Subsets), whatever the others find. Which rules are named is unknown; of a cell, whether it suits one that is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from suyu_learn.domain.papers.pool import Pool
from suyu_learn.domain.papers.smallest import Clash

SECONDS = 2.0
"""So long it is looked for fewer; then the fewest found are named."""


def fewest_short(pool: Pool, known: Collection[int]) -> Clash:
    """The fewest rules by their places; `known` are some that are short, named where no fewer are found in time."""
    # who asks for nothing is short of nothing
    asking = [place for place, rule in enumerate(pool.rules) if rule.count]
    alike = pool.only(asking)
    values, proven = _solve(alike)
    found = tuple(place for place, value in zip(asking, values, strict=False) if value > 1 / 2)
    if found and pool.asked(found) > pool.available(found):
        return Clash(found, proven)
    return Clash(tuple(sorted(place for place in known if pool.rules[place].count)), proven=False)


def _solve(pool: Pool) -> tuple[Sequence[float], bool]:
    """Which rules are named, and whether no fewer would do; nothing where none are found in time."""
    import highspy

    rules, cells = len(pool.rules), len(pool.cells)
    made: Any = highspy.Highs
    solver = made()
    for name, value in (("output_flag", False), ("threads", 1), ("time_limit", SECONDS)):
        solver.setOptionValue(name, value)
    solver.addVars(rules + cells, [0.0] * (rules + cells), [1.0] * (rules + cells))
    solver.changeColsCost(rules, list(range(rules)), [1.0] * rules)
    solver.changeColsIntegrality(rules, list(range(rules)), [1] * rules)
    asked = [float(rule.count) for rule in pool.rules]
    there = [-float(len(cell.questions)) for cell in pool.cells]
    solver.addRow(1.0, solver.inf, rules + cells, list(range(rules + cells)), [*asked, *there])
    suited = [(rules + cell, rule) for cell, those in enumerate(pool.cells) for rule in those.rules]
    solver.addRows(  # a cell is spent as soon as it suits one rule that is named
        len(suited), [0.0] * len(suited), [solver.inf] * len(suited), 2 * len(suited),
        list(range(0, 2 * len(suited), 2)), [column for pair in suited for column in pair], [1.0, -1.0] * len(suited),
    )  # fmt: skip
    solver.run()
    solution = solver.getSolution()
    found = solution.col_value[:rules] if solution.value_valid else ()
    return found, solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
