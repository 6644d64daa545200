"""5,000 papers drawn from 5,000 questions, and refusals of the largest blueprints that are checked exactly.

    python -m benchmarks.paper_draw [--papers 5000]

Seconds are those of this process's CPU, since a busy machine stretches the others.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any, TypeVar

from suyu_learn.domain.papers.constraints import ALL_CRITERIA, Constraints, Exclusion, Quota
from suyu_learn.domain.papers.draw import Assembly
from suyu_learn.domain.papers.pool import Pool, fill_pool
from suyu_learn.domain.papers.programme import MOST_CELLS, MOST_RULES
from suyu_learn.domain.papers.specification import Candidate, Rule

QUESTIONS = 5_000
DIMENSIONS = ("knowledge", "methods", "spirit", "application")
T = TypeVar("T")


def rule(number: int, count: int, **wanted: Any) -> Rule:
    """A rule that draws so many questions of 2 points."""
    sets = {name: frozenset(values) for name, values in wanted.items()}
    return Rule(number, count, Decimal(2), **sets)


def candidate(number: int, **marks: Any) -> Candidate:
    """A single choice with these marks."""
    usual: dict[str, Any] = {"version_id": number, "question_id": number, "bank_id": 1, "type": "single"}
    return Candidate(**usual | marks)


def blueprint(seed: int = 3) -> tuple[list[Rule], list[Candidate], Constraints]:
    """5,000 questions, five overlapping rules, and every kind of condition at once."""
    random = Random(seed)
    candidates = [
        candidate(number, type=random.choice(["single", "multiple", "true_false"]), criterion=random.randint(1, 26),
                  difficulty=random.choice(["easy", "medium", "hard"]), dimension=random.choice(DIMENSIONS),
                  tags=frozenset(random.sample("abcdef", 2)))
        for number in range(QUESTIONS)
    ]  # fmt: skip
    rules = [
        rule(1, 15, types=["single"]), rule(2, 10, types=["multiple"]), rule(3, 10, tags="a"),
        rule(4, 10, difficulties=["hard"]), rule(5, 5),
    ]  # fmt: skip
    sets = [frozenset(random.sample(range(QUESTIONS), 3)) for _ in range(20)]
    constraints = Constraints(
        criteria=ALL_CRITERIA,
        quotas=tuple(Quota(name, count, count) for name, count in zip(DIMENSIONS, (20, 10, 10, 10), strict=True)),
        true_false=30,
        exclusions=tuple(Exclusion(f"set {number}", questions) for number, questions in enumerate(sets, start=1)),
        anchors=frozenset(random.sample(range(QUESTIONS), 10)),
    )
    return rules, candidates, constraints


def largest(constraints: Constraints, seed: int = 7, *, tags_each: int = 3) -> Pool:
    """40 overlapping rules of two questions each, and as many questions as make 2,000 cells under the conditions."""
    random = Random(seed)
    tags = [f"t{number}" for number in range(MOST_RULES)]
    rules = [rule(number, 2, tags=[tag]) for number, tag in enumerate(tags, start=1)]
    candidates = [
        candidate(number, type=random.choice(["single", "true_false"]), criterion=random.randint(1, 26),
                  dimension=random.choice(DIMENSIONS), tags=frozenset(random.sample(tags, tags_each)))
        for number in range(2 * MOST_CELLS)
    ]  # fmt: skip
    few, many = 1, len(candidates)
    while few < many:
        middle = (few + many + 1) // 2
        if len(fill_pool(rules, candidates[:middle], constraints).cells) <= MOST_CELLS:
            few = middle
        else:
            many = middle - 1
    return fill_pool(rules, candidates[:few], constraints)


REFUSED = {
    "four dimensions want 84 of 80 places": Constraints(
        criteria=ALL_CRITERIA, quotas=tuple(Quota(name, 21) for name in DIMENSIONS), true_false=50
    ),
    "four dimensions allow 76 of 80 places": Constraints(
        criteria=ALL_CRITERIA, quotas=tuple(Quota(name, 0, 19) for name in DIMENSIONS), true_false=50
    ),
    "two dimensions want 90 of 80 places": Constraints(
        criteria=ALL_CRITERIA, quotas=(Quota("knowledge", 50), Quota("methods", 40)), true_false=30
    ),
}


SHORT = {
    "one row wants one too many": (20, 1),
    "five rows want one too many": (20, 5),
    "forty rows want 2,001 of 2,000": (50, MOST_RULES),
    "forty rows want 2,400 of 2,000": (60, MOST_RULES),
}
"""So many questions each row wants, and the rows that are short by themselves."""


def short(label: str, seed: int = 5) -> Pool:
    """40 overlapping rows over 2,000 questions of which some rows together want more than there is."""
    each, few = SHORT[label]
    random = Random(seed)
    tags = [f"t{number}" for number in range(MOST_RULES)]
    own = 2_000 if few == MOST_RULES else few * each
    candidates = [
        candidate(number, tags=frozenset(random.sample(tags[:few] if number < own else tags[few:], min(3, few))))
        for number in range(2_000)
    ]
    rules = [rule(number, each + (number == 1), tags=[tag]) for number, tag in enumerate(tags, start=1)]
    return fill_pool(rules, candidates)


def timed(act: Callable[[], T]) -> tuple[T, float]:
    """What an act answers, and the CPU seconds that it takes."""
    began = time.process_time()
    answer = act()
    return answer, time.process_time() - began


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--papers", type=int, default=5_000)
    papers = asked.parse_args().papers
    rules, candidates, constraints = blueprint()
    for label, conditions in (("by rules alone", Constraints()), ("under every kind of condition", constraints)):

        def draw(conditions: Constraints = conditions) -> int:
            assembly = Assembly(fill_pool(rules, candidates, conditions))
            return sum(len(assembly.draw(Random(seed))) for seed in range(papers))

        drawn, seconds = timed(draw)
        print(f"{papers} papers, {drawn} questions, {label}: {seconds:.2f} s")
    refused = {label: largest(conditions) for label, conditions in REFUSED.items()}
    for label, pool in {**refused, **{label: short(label) for label in SHORT}}.items():
        assembly = Assembly(pool)
        problem, seconds = timed(lambda assembly=assembly: assembly.problem)
        assert problem is not None
        print(f"{MOST_RULES} rows, {len(assembly.pool.cells)} cells, {label}: {seconds:.2f} s, {problem.code}")


if __name__ == "__main__":
    main()
