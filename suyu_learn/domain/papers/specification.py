"""What a paper asks for: rules, and the questions that may satisfy them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions.group import Group

GROUP = Group.code


@dataclass(frozen=True, slots=True)
class Part:
    """One question that is asked, with what conditions on the whole paper look at."""

    question_id: int
    type: str
    criterion: int | None = None
    dimension: str | None = None
    difficulty: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A published version that may be drawn, with what rules look at."""

    version_id: int
    question_id: int
    bank_id: int
    type: str
    topics: frozenset[str] = frozenset()
    difficulty: str | None = None
    criterion: int | None = None
    dimension: str | None = None
    tags: frozenset[str] = frozenset()
    members: tuple[int, ...] = ()
    """The versions of a group's members in their order; a group is drawn whole and its members never alone."""
    parts: tuple[Part, ...] = ()
    """The same members as conditions see them; without them each is taken to be as the group."""

    @property
    def asked(self) -> tuple[Part, ...]:
        """The questions that a paper asks when this is drawn: itself, or each member of the group."""
        alike = Part(self.question_id, self.type, self.criterion, self.dimension, self.difficulty)
        return self.parts or (alike,) * self.size

    @property
    def size(self) -> int:
        """How many questions a paper has more when this is drawn."""
        return len(self.members) or 1


@dataclass(frozen=True, slots=True)
class Rule:
    """So many questions of a kind, each worth so many points; an empty set means "any".

    Groups are drawn only by a rule that names their type: they bring several questions each, every one worth the
    rule's points, so a rule of any type would no longer say how many questions it asks for.
    """

    number: int
    count: int
    points: Decimal
    banks: frozenset[int] = frozenset()
    types: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    difficulties: frozenset[str] = frozenset()
    criteria: frozenset[int] = frozenset()
    dimensions: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.count < 0:
            raise Problem("paper.negative_count", place=Place(field="count"), rule=self.number)
        if not self.points.is_finite() or self.points < 0:
            raise Problem("paper.negative_points", place=Place(field="points"), rule=self.number)

    def suits(self, candidate: Candidate) -> bool:
        """Whether the rule may draw the question; one topic or tag in common is enough."""
        return (
            (not self.banks or candidate.bank_id in self.banks)
            and (candidate.type in self.types if self.types else candidate.type != GROUP)
            and (not self.topics or not self.topics.isdisjoint(candidate.topics))
            and (not self.difficulties or candidate.difficulty in self.difficulties)
            and (not self.criteria or candidate.criterion in self.criteria)
            and (not self.dimensions or candidate.dimension in self.dimensions)
            and (not self.tags or not self.tags.isdisjoint(candidate.tags))
        )

    @property
    def total_points(self) -> Decimal:
        """What all questions of the rule are worth together."""
        return self.points * self.count


class Scored(Protocol):
    """Anything worth points: a question drawn, a slot."""

    @property
    def points(self) -> Decimal: ...


def total_points(questions: Iterable[Scored]) -> Decimal:
    """What the questions are worth together."""
    return sum((question.points for question in questions), Decimal(0))
