"""The questions that rules may draw, sorted into cells of questions alike.

Questions that suit the same rules and add the same to every condition are alike to a draw, so rules compete for
a few cells and not for thousands of questions. A pool is costly to fill and cheap to draw from: an exam fills it once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from suyu_learn.domain.papers.constraints import NO_CONSTRAINTS, Constraints, Line, Weights, weigher
from suyu_learn.domain.papers.specification import Candidate, Rule
from suyu_learn.domain.problems import Problem


@dataclass(frozen=True, slots=True)
class Cell:
    """Questions that suit the same rules and weigh alike in all conditions; these are named by their places."""

    rules: tuple[int, ...]
    questions: tuple[Candidate, ...]
    weights: Weights = ()


@dataclass(frozen=True, slots=True)
class Pool:
    """Rules in the order of their numbers, the cells they draw from, and the sums that conditions come down to."""

    rules: tuple[Rule, ...]
    cells: tuple[Cell, ...]
    lines: tuple[Line, ...] = ()

    def asked(self, places: Collection[int]) -> int:
        """How many questions these rules ask for together."""
        return sum(self.rules[place].count for place in places)

    def available(self, places: Collection[int]) -> int:
        """How many questions suit at least one of these rules."""
        wanted = set(places)
        return sum(len(cell.questions) for cell in self.cells if not wanted.isdisjoint(cell.rules))

    def only(self, places: Sequence[int]) -> Pool:
        """Some of the rules and what suits them, without conditions: what is alike to these rules is one cell."""
        new_places = {place: number for number, place in enumerate(places)}
        cells: dict[tuple[int, ...], list[Candidate]] = {}
        for cell in self.cells:
            suited = tuple(new_places[place] for place in cell.rules if place in new_places)
            if suited:
                cells.setdefault(suited, []).extend(cell.questions)
        return Pool(
            tuple(self.rules[place] for place in places),
            tuple(Cell(suited, tuple(questions)) for suited, questions in cells.items()),
        )


def fill_pool(
    rules: Sequence[Rule], candidates: Iterable[Candidate], constraints: Constraints = NO_CONSTRAINTS
) -> Pool:
    """The pool of some rules, the same whatever the order of the candidates."""
    in_order = tuple(sorted(rules, key=lambda rule: rule.number))
    for former, rule in pairwise(in_order):
        if former.number == rule.number:
            raise Problem("paper.duplicate_rule", rule=rule.number)
    lines = constraints.lines()
    weigh = weigher(lines)
    cells: dict[tuple[tuple[int, ...], Weights], list[Candidate]] = {}
    for candidate in _newest(candidates):
        suited = tuple(place for place, rule in enumerate(in_order) if rule.suits(candidate))
        if suited:
            cells.setdefault((suited, weigh(candidate)), []).append(candidate)
    return Pool(
        in_order,
        tuple(Cell(suited, tuple(cells[suited, weights]), weights) for suited, weights in sorted(cells)),
        lines,
    )


def _newest(candidates: Iterable[Candidate]) -> list[Candidate]:
    """One candidate a question, its newest version, in a fixed order."""
    newest: dict[int, Candidate] = {}
    for candidate in candidates:
        known = newest.get(candidate.question_id)
        if known is None or known.version_id < candidate.version_id:
            newest[candidate.question_id] = candidate
    return [newest[question_id] for question_id in sorted(newest)]
