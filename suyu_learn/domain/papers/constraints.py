"""What a paper must be as a whole, beside its rules.

Each condition comes down to sums over the questions of a paper that stay within bounds. A passage with its
questions counts as many questions as it brings.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from suyu_learn.domain.papers.specification import Candidate
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions.true_false import TrueFalse

ALL_CRITERIA = frozenset(range(1, 27))
PERCENT = 100
Weights = tuple[tuple[int, int], ...]
"""What a question adds to the lines that it touches: pairs of a line's place and the weight there."""


class Aspect(StrEnum):
    """What a line counts."""

    CRITERION = "criterion"
    DIMENSION = "dimension"
    TRUE_FALSE = "true_false"
    EXCLUSION = "exclusion"
    ANCHORS = "anchors"


@dataclass(frozen=True, slots=True)
class Line:
    """A sum over the questions of a paper, and the bounds within which it must lie; None means no bound."""

    aspect: Aspect
    subject: int | str | None
    """The criterion, the dimension, the most percent of true/false questions, the name of the exclusion."""
    least: int | None = None
    most: int | None = None
    questions: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Quota:
    """How many questions of a dimension a paper has at least and at most."""

    dimension: str
    least: int = 0
    most: int | None = None

    def __post_init__(self) -> None:
        if self.least < 0 or (self.most is not None and self.most < self.least):
            raise Problem(
                "paper.quota_turned", place=Place(field=self.dimension), dimension=self.dimension,
                least=self.least, most=self.most,
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Questions of which a paper has one at most, such as two that give each other away."""

    name: str
    questions: frozenset[int]


@dataclass(frozen=True, slots=True)
class Constraints:
    """Conditions on the whole paper; what is empty asks for nothing."""

    criteria: frozenset[int] = frozenset()
    """Each of them has a question at least."""
    quotas: tuple[Quota, ...] = ()
    true_false: int | None = None
    """At most so many percent of the questions are true/false."""
    exclusions: tuple[Exclusion, ...] = ()
    anchors: frozenset[int] = frozenset()
    """Questions that are on every paper; they take places of the rules that they suit."""

    def __post_init__(self) -> None:
        if self.true_false is not None and not 0 <= self.true_false <= PERCENT:
            raise Problem("paper.share_out_of_range", place=Place(field="true_false"), percent=self.true_false)
        if len({quota.dimension for quota in self.quotas}) < len(self.quotas):
            raise Problem("paper.duplicate_quota", place=Place(field="quotas"))

    def __bool__(self) -> bool:
        return bool(self.lines())

    def lines(self) -> tuple[Line, ...]:
        """The sums that all conditions come down to."""
        lines = [Line(Aspect.CRITERION, number, least=1) for number in sorted(self.criteria)]
        lines += [
            Line(Aspect.DIMENSION, quota.dimension, least=quota.least, most=quota.most)
            for quota in self.quotas
            if quota.least or quota.most is not None
        ]
        if self.true_false is not None and self.true_false < PERCENT:
            lines.append(Line(Aspect.TRUE_FALSE, self.true_false, most=0))
        lines += [
            Line(Aspect.EXCLUSION, one.name, most=1, questions=one.questions)
            for one in self.exclusions
            if len(one.questions) > 1
        ]
        if self.anchors:
            lines.append(Line(Aspect.ANCHORS, None, least=len(self.anchors), questions=self.anchors))
        return tuple(lines)


NO_CONSTRAINTS = Constraints()


def weigher(lines: Sequence[Line]) -> Callable[[Candidate], Weights]:
    """What says of a question how much it adds to each of the lines."""
    places: dict[tuple[Aspect, object], int] = {}
    holding: dict[int, list[int]] = {}
    for place, line in enumerate(lines):
        if line.questions:
            for question_id in line.questions:
                holding.setdefault(question_id, []).append(place)
        else:
            places[line.aspect, None if line.aspect is Aspect.TRUE_FALSE else line.subject] = place
    share = next((line.subject for line in lines if line.aspect is Aspect.TRUE_FALSE), None)
    return partial(_weights, places=places, holding=holding, percent=share if isinstance(share, int) else 0)


def _weights(
    candidate: Candidate, *, places: dict[tuple[Aspect, object], int], holding: dict[int, list[int]], percent: int
) -> Weights:
    found: dict[int, int] = {}
    share = places.get((Aspect.TRUE_FALSE, None))
    for part in candidate.asked:
        for place in (
            places.get((Aspect.CRITERION, part.criterion)), places.get((Aspect.DIMENSION, part.dimension)),
        ):  # fmt: skip
            if place is not None:
                found[place] = found.get(place, 0) + 1
        if share is not None:
            found[share] = found.get(share, 0) - percent + (PERCENT if part.type == TrueFalse.code else 0)
    for question_id in _ids(candidate):
        for place in holding.get(question_id, ()):
            found[place] = found.get(place, 0) + 1
    return tuple(sorted((place, weight) for place, weight in found.items() if weight))


def _ids(candidate: Candidate) -> Collection[int]:
    return {candidate.question_id, *(part.question_id for part in candidate.parts)}
