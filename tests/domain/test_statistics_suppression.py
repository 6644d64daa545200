"""What a report shows of units does not tell of few people: worked out as an onlooker would, by linear programming.

The onlooker knows every figure that is shown, the tree, which units have people of their own, and what holds anyway:
completed <= started <= due, overdue <= due - completed, a unit is the sum of those below and its own people.
From this each hidden count of 1 to 4 people, and each hidden difference of two counts, could as well be 5 or more.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Any

import highspy
import pytest

from suyu_learn.domain.statistics import Trained, hidden_rows, hidden_steps

BELOW = 5
COLUMNS = ("due", "started", "completed", "overdue")
DIFFERENCES: tuple[dict[str, int], ...] = (
    {"due": 1}, {"started": 1}, {"due": 1, "started": -1}, {"completed": 1}, {"started": 1, "completed": -1},
    {"due": 1, "completed": -1}, {"overdue": 1}, {"due": 1, "completed": -1, "overdue": -1},
)  # fmt: skip
"""The places of `Trained.telling`."""


def random_tree(chance: random.Random) -> tuple[dict[str, Trained], set[str]]:
    """Figures by path with every person in one unit, and the paths that have people of their own."""
    numbers = count(1)
    own: dict[str, Trained] = {"": Trained()}
    waiting = [("/", depth) for depth in [chance.choice((1, 2, 3))]]
    tops = chance.choice((1, 1, 3))
    paths: list[str] = []
    while waiting:
        above, depth = waiting.pop()
        for _child in range(tops if above == "/" else chance.randint(1, 5)):
            path = f"{above}{next(numbers)}/"
            paths.append(path)
            if depth:
                waiting.append((path, depth - 1))
    inner = {path for path in paths if any(one != path and one.startswith(path) for one in paths)}
    rates = [chance.choice((0.0, 0.05, 0.3, 0.7, 0.95, 1.0)) for _rate in range(3)]
    for path in paths:
        most = 0 if path in inner and chance.random() < 0.7 else chance.choice((0, 2, 6, 12, 40))
        own[path] = _people(chance, chance.randint(0, most), rates)
    counts = {path: Trained() for path in ("", *paths)}
    for path, figures in own.items():
        for above in counts:
            if path.startswith(above):
                counts[above].add(figures)
    return counts, {path for path, figures in own.items() if figures.due and path in inner}


def _people(chance: random.Random, due: int, rates: Sequence[float]) -> Trained:
    found = Trained(due)
    for _person in range(due):
        started = chance.random() < rates[0]
        completed = started and chance.random() < rates[1]
        found.started += started
        found.completed += completed
        found.overdue += not completed and chance.random() < rates[2]
    return found


def hidden(counts: dict[str, Trained], known: Callable[[str], bool] = lambda path: False) -> tuple[set[str], set[str]]:
    due = hidden_rows({path: (one.due,) for path, one in counts.items()}, below=BELOW, known=known)
    rest = hidden_rows({path: one.telling for path, one in counts.items()}, below=BELOW, forced=due, known=known)
    return set(due), set(rest)


class Onlooker:
    """All that can be true, given what is shown, as a linear programme."""

    def __init__(self, counts: dict[str, Trained], own: Iterable[str], due: set[str], rest: set[str]) -> None:
        self.solver: Any = highspy.Highs()
        self.solver.silent()
        self.solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
        self.asked: list[int] = []
        self.places: dict[tuple[str, str], int] = {}
        for path, figures in counts.items():
            self._unit(path, figures, due, rest)
        for path in own:
            self._unit(f"own {path}", None, due, rest)
        parents = {one: _above(one, counts) for one in counts if one}
        for path in counts:
            below = [one for one, parent in parents.items() if parent == path]
            if below:
                members = [*below, *([f"own {path}"] if path in own else [])]
                for column in COLUMNS:
                    self._sum(path, members, column)

    def _unit(self, path: str, figures: Trained | None, due: set[str], rest: set[str]) -> None:
        for column in COLUMNS:
            gone = figures is None or path in (due if column == "due" else rest)
            value = None if gone else getattr(figures, column)
            self.places[path, column] = len(self.places)
            self.solver.addVar(0 if value is None else value, highspy.kHighsInf if value is None else value)
        at = {column: self.places[path, column] for column in COLUMNS}
        for row in ({"due": 1, "started": -1}, {"started": 1, "completed": -1},
                    {"due": 1, "completed": -1, "overdue": -1}):  # fmt: skip
            self.solver.addRow(0, highspy.kHighsInf, len(row), [at[one] for one in row], list(row.values()))

    def _sum(self, path: str, members: Sequence[str], column: str) -> None:
        places = [self.places[path, column], *(self.places[one, column] for one in members)]
        self.solver.addRow(0, 0, len(places), places, [1.0, *[-1.0] * len(members)])

    def most(self, path: str, difference: dict[str, int]) -> float:
        """The largest value that a count, or a difference of counts, of a unit can have."""
        for place in self.asked:
            self.solver.changeColCost(place, 0)
        self.asked = [self.places[path, column] for column in difference]
        for column, sign in difference.items():
            self.solver.changeColCost(self.places[path, column], sign)
        self.solver.run()
        if self.solver.getModelStatus() == highspy.HighsModelStatus.kUnbounded:
            return float("inf")
        assert self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return float(self.solver.getInfo().objective_function_value)


def _above(path: str, counts: Iterable[str]) -> str:
    return max((one for one in counts if one != path and path.startswith(one)), key=len, default="-")


def _without_tops(counts: dict[str, Trained], own: set[str]) -> tuple[dict[str, Trained], set[str]]:
    """What somebody sees who was given the units below the topmost ones, with their sum."""
    kept = {path: one for path, one in counts.items() if path.count("/") > 2}
    total = Trained()
    for path, one in kept.items():
        if path.count("/") == 3:
            total.add(one)
    return {"": total, **kept}, own & kept.keys()


@pytest.mark.parametrize("from_below", [False, True], ids=["whole tree", "from below its top"])
@pytest.mark.parametrize("seed", range(25))
def test_no_few_follow_from_what_is_shown(seed: int, from_below: bool) -> None:
    counts, own = random_tree(random.Random(seed))
    if from_below:
        counts, own = _without_tops(counts, own)
    due, rest = hidden(counts)
    onlooker = Onlooker(counts, own, due, rest)
    few = [
        (path, difference)
        for path, one in counts.items()
        for value, difference in zip(one.telling, DIFFERENCES, strict=True)
        if 0 < value < BELOW
    ]
    told = [(path, difference) for path, difference in few if onlooker.most(path, difference) < BELOW - 1e-6]
    assert not told


def test_the_onlooker_finds_what_is_not_hidden_well() -> None:
    """With its sibling shown, what is left of the parent is the hidden unit: the test above can fail."""
    counts = {"/1/": Trained(20, 20, 20), "/1/2/": Trained(17, 17, 17), "/1/3/": Trained(3, 3, 3)}
    onlooker = Onlooker(counts, (), {"/1/3/"}, {"/1/3/"})
    assert onlooker.most("/1/3/", {"due": 1}) == 3


def test_a_difference_of_few_hides_what_it_follows_from() -> None:
    counts = {"/1/": Trained(60, 60, 40), "/1/2/": Trained(30, 30, 29), "/1/3/": Trained(30, 30, 11)}
    due, rest = hidden(counts)
    assert due == set()
    assert rest == {"/1/2/", "/1/3/"}  # 1 of 30 has not completed; with the other shown it would follow from the sum


def test_large_units_stay() -> None:
    counts = {"": Trained(60, 50, 40, 10), "/1/": Trained(30, 25, 20, 5), "/2/": Trained(30, 25, 20, 5)}
    assert hidden(counts) == (set(), set())


def test_a_total_of_few_hides_everything() -> None:
    counts = {"": Trained(4, 4, 4), "/1/": Trained(4, 4, 4)}
    assert hidden(counts) == ({"", "/1/"}, {"", "/1/"})


def test_who_may_see_names_sees_the_own_units_and_the_others_stay_hidden() -> None:
    counts = {"": Trained(23, 23, 23), "/1/": Trained(3, 3, 3), "/2/": Trained(3, 3, 3), "/3/": Trained(17, 17, 17)}
    due, _rest = hidden(counts, known=lambda path: path == "/1/")
    assert due == {"/2/", "/3/"}


def test_who_knows_all_but_few_does_not_see_their_total() -> None:
    counts = {"/9/": Trained(23, 23, 23), "/9/1/": Trained(20, 20, 20), "/9/2/": Trained(3, 3, 3)}
    due, _rest = hidden(counts, known=lambda path: path == "/9/1/")
    assert due == {"/9/", "/9/2/"}


@pytest.mark.parametrize(
    ("reached", "gone"),
    [([20, 15, 10, 0], set()), ([20, 18, 15, 0], {1}), ([20, 20, 3, 0], {2}), ([4, 4, 0, 0], {0, 1}), ([], set())],
    ids=["all large", "two stopped", "three left", "few began", "none"],
)
def test_steps_hide_what_tells_of_few_who_stopped(reached: list[int], gone: set[int]) -> None:
    assert hidden_steps(reached, below=BELOW) == gone
