"""Conditions on a whole paper: met whenever they can be, refused otherwise, evenly drawn, repeatable, quick."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from math import sqrt
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.paper_draw import REFUSED, blueprint, candidate, largest, rule
from suyu_learn.domain.papers import programme
from suyu_learn.domain.papers.conflict import Demand
from suyu_learn.domain.papers.constraints import ALL_CRITERIA, Constraints, Exclusion, Quota
from suyu_learn.domain.papers.draw import Assembly, Drawn, draw, shortage
from suyu_learn.domain.papers.pool import Pool, fill_pool
from suyu_learn.domain.papers.specification import Candidate, Part, Rule
from suyu_learn.domain.problems import Problem

KNOWLEDGE, METHODS = "knowledge", "methods"
NOTHING = Constraints()


def group(number: int, *parts: tuple[str, int | None, str | None]) -> Candidate:
    members = tuple(number * 100 + place for place in range(len(parts)))
    return candidate(
        number, type="group", members=members,
        parts=tuple(Part(one, *marks) for one, marks in zip(members, parts, strict=True)),
    )  # fmt: skip


def apart(*sets: frozenset[int] | set[int]) -> tuple[Exclusion, ...]:
    return tuple(Exclusion(f"set {number}", frozenset(questions)) for number, questions in enumerate(sets, start=1))


def meets(constraints: Constraints, chosen: list[Candidate]) -> bool:
    """Whether questions together meet all conditions, told without lines, weights and cells."""
    parts = [part for one in chosen for part in one.asked]
    ids = [number for one in chosen for number in {one.question_id, *(part.question_id for part in one.parts)}]
    right = sum(part.type == "true_false" for part in parts)
    dimensions = Counter(part.dimension for part in parts)
    return (
        constraints.criteria <= {part.criterion for part in parts}
        and all(
            quota.least <= dimensions[quota.dimension] <= (len(parts) if quota.most is None else quota.most)
            for quota in constraints.quotas
        )
        and (constraints.true_false is None or 100 * right <= constraints.true_false * len(parts))
        and all(
            sum(number in one.questions for number in ids) <= 1
            for one in constraints.exclusions
            if len(one.questions) > 1
        )
        and constraints.anchors <= set(ids)
    )


def papers(rules: list[Rule], candidates: list[Candidate]) -> Iterator[list[list[Candidate]]]:
    """Every way to serve the rules."""
    if not rules:
        yield []
        return
    first, *others = rules
    for chosen in combinations([one for one in candidates if first.suits(one)], first.count):
        for rest in papers(others, [one for one in candidates if one not in chosen]):
            yield [list(chosen), *rest]


def possible(rules: list[Rule], candidates: list[Candidate], constraints: Constraints) -> bool:
    """Whether some paper serves the rules and meets the conditions, by trying them all."""
    return any(meets(constraints, [one for part in paper for one in part]) for paper in papers(rules, candidates))


MARKS = st.tuples(
    st.sampled_from(["single", "true_false"]),
    st.sampled_from([1, 2, None]),
    st.sampled_from([KNOWLEDGE, METHODS, None]),
)
QUESTIONS = st.lists(
    st.one_of(
        st.tuples(MARKS, st.sets(st.sampled_from("xy"))).map(lambda made: ([made[0]], made[1])),
        st.tuples(st.lists(MARKS, min_size=2, max_size=3), st.sets(st.sampled_from("xy"))),
    ),
    max_size=6,
).map(lambda made: [_made(number, marks, tags) for number, (marks, tags) in enumerate(made, start=1)])


def _made(number: int, marks: list[tuple[str, int | None, str | None]], tags: set[str]) -> Candidate:
    if len(marks) == 1:
        kind, criterion, dimension = marks[0]
        return candidate(number, type=kind, criterion=criterion, dimension=dimension, tags=frozenset(tags))
    made = group(number, *marks)
    return candidate(number, type="group", members=made.members, parts=made.parts, tags=frozenset(tags))


RULES = st.lists(
    st.tuples(st.integers(0, 2), st.sets(st.sampled_from("xy"), max_size=1), st.booleans()), min_size=1, max_size=3
).map(
    lambda asked: [
        rule(number, count, tags=tags, types=["single", "true_false", "group"] if groups else [])
        for number, (count, tags, groups) in enumerate(asked, start=1)
    ]
)
QUOTAS = st.lists(
    st.tuples(st.sampled_from([KNOWLEDGE, METHODS]), st.integers(0, 3), st.one_of(st.none(), st.integers(0, 2))),
    max_size=2,
    unique_by=lambda quota: quota[0],
).map(lambda made: tuple(Quota(name, least, None if more is None else least + more) for name, least, more in made))
SOME = st.frozensets(st.integers(1, 6), max_size=3)
CONSTRAINTS = st.builds(
    Constraints,
    criteria=st.frozensets(st.integers(1, 2)),
    quotas=QUOTAS,
    true_false=st.sampled_from([None, 0, 30, 50]),
    exclusions=st.lists(SOME, max_size=2).map(lambda made: apart(*made)),
    anchors=st.frozensets(st.integers(1, 6), max_size=1),
)


@settings(deadline=None, max_examples=400)
@given(RULES, QUESTIONS, CONSTRAINTS, st.integers())
def test_a_paper_meets_everything_wherever_one_can(
    rules: list[Rule], candidates: list[Candidate], constraints: Constraints, seed: int
) -> None:
    assembly = Assembly(fill_pool(rules, candidates, constraints))
    assert (assembly.problem is None) == possible(rules, candidates, constraints)
    if assembly.problem is not None:
        with pytest.raises(Problem, match="paper"):
            assembly.draw(Random(seed))
        return
    drawn = assembly.draw(Random(seed))
    by_version = {one.version_id: one for one in candidates}
    of_number = {one.number: one for one in rules}
    assert len({one.version_id for one in drawn}) == len(drawn)
    assert Counter(one.rule for one in drawn) == Counter({one.number: one.count for one in rules})
    assert all(of_number[one.rule].suits(by_version[one.version_id]) for one in drawn)
    assert meets(constraints, [by_version[one.version_id] for one in drawn])


@settings(deadline=None, max_examples=150)
@given(RULES, QUESTIONS, CONSTRAINTS, st.integers(), st.randoms())
def test_the_seed_alone_decides(
    rules: list[Rule], candidates: list[Candidate], constraints: Constraints, seed: int, order: Random
) -> None:
    if shortage(rules, candidates, constraints) is None:
        mixed = order.sample(candidates, len(candidates))
        assert draw(rules, candidates, Random(seed), constraints) == draw(rules[::-1], mixed, Random(seed), constraints)


MIXED = [
    candidate(number, type="true_false" if number % 3 == 0 else "single", criterion=1 + number % 3,
              dimension=KNOWLEDGE if number % 2 else METHODS, tags=frozenset("x" if number < 9 else "y"))
    for number in range(1, 13)
]  # fmt: skip


def test_every_question_of_a_cell_is_drawn_equally_often() -> None:
    """Chi-square over the questions of each cell, 10,000 papers, seeded; refused beyond 5 standard deviations."""
    random = Random(11)
    candidates = [
        candidate(number, type=random.choice(["single", "single", "true_false"]), criterion=random.randint(1, 6),
                  dimension=random.choice([KNOWLEDGE, METHODS]), tags=frozenset(random.sample("xyz", 1)))
        for number in range(400)
    ]  # fmt: skip
    constraints = Constraints(
        criteria=frozenset(range(1, 7)), quotas=(Quota(KNOWLEDGE, 6, 6), Quota(METHODS, 6, 6)), true_false=30
    )
    assembly = Assembly(fill_pool([rule(1, 8), rule(2, 4, tags="x")], candidates, constraints))
    times = Counter(one.version_id for seed in range(10_000) for one in assembly.draw(Random(seed)))
    chi_square, freedom = 0.0, 0
    for cell in assembly.pool.cells:
        counts = [times[one.version_id] for one in cell.questions]
        expected = sum(counts) / len(counts)
        if expected >= 5:
            # Drawn without replacement: the variance of a count is smaller than Poisson's by the share drawn.
            chi_square += sum((count - expected) ** 2 for count in counts) / expected / (1 - expected / 10_000)
            freedom += len(counts) - 1
    assert freedom > 300
    assert abs(chi_square - freedom) < 5 * sqrt(2 * freedom)


def test_every_paper_that_meets_the_conditions_is_about_equally_likely() -> None:
    rules = [rule(1, 2, tags="x"), rule(2, 2)]
    constraints = Constraints(
        criteria=frozenset({1, 2, 3}), quotas=(Quota(KNOWLEDGE, 2, 2),), true_false=30, exclusions=apart({1, 2})
    )
    sound = [
        tuple(frozenset(one.version_id for one in part) for part in paper)
        for paper in papers(rules, MIXED)
        if meets(constraints, [one for part in paper for one in part])
    ]
    assembly = Assembly(fill_pool(rules, MIXED, constraints))
    rounds = 60 * len(sound)
    seen = Counter(_by_rule(assembly.draw(Random(seed))) for seed in range(rounds))
    assert set(seen) <= set(sound)
    chi_square = sum((seen[paper] - 60) ** 2 for paper in sound) / 60
    assert len(sound) > 100
    # A paper is a short walk away from one of few starts, so a little more than chance is allowed.
    assert chi_square / len(sound) < 2
    assert min(seen[paper] for paper in sound) > 15


def _by_rule(drawn: list[Drawn]) -> tuple[frozenset[int], ...]:
    return tuple(frozenset(one.version_id for one in drawn if one.rule == number) for number in (1, 2))


def test_papers_of_a_large_bank_are_drawn_quickly_and_differ() -> None:
    """The bound is wide since test machines are slow and shared; a quiet one needs a small part of it."""
    rules, candidates, constraints = blueprint()
    began = time.process_time()
    assembly = Assembly(fill_pool(rules, candidates, constraints))
    drawn = [assembly.draw(Random(seed)) for seed in range(500)]
    assert time.process_time() - began < 12
    by_version = {one.version_id: one for one in candidates}
    assert all(meets(constraints, [by_version[one.version_id] for one in paper]) for paper in drawn)
    # Conditions hold for all papers together, not for each rule: its share of a dimension varies.
    knowledge = Counter(
        sum(one.rule == 1 and by_version[one.version_id].dimension == KNOWLEDGE for one in paper) for paper in drawn
    )
    assert len(knowledge) >= 6
    common = [len({one.version_id for one in paper} & {one.version_id for one in drawn[0]}) for paper in drawn[1:]]
    assert sum(common) / len(common) < 14  # ten of them are on every paper


def test_solving_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    draw([rule(1, 2)], MIXED, Random(1), Constraints(criteria=frozenset({1, 2})))
    assert capfd.readouterr() == ("", "")


def refusal(rules: list[Rule], candidates: list[Candidate], **conditions: Any) -> Problem:
    problem = shortage(rules, candidates, Constraints(**conditions))
    assert problem is not None
    return problem


def test_criteria_without_questions_are_named() -> None:
    assert refusal([rule(1, 4)], MIXED, criteria=frozenset({1, 2, 3, 7, 9})) == Problem(
        "paper.unmet", what=Problem("paper.criteria_uncovered", possible=3, wanted=5, criteria=(7, 9))
    )


def test_too_few_places_for_the_criteria() -> None:
    assert refusal([rule(1, 1), rule(2, 1, tags="x")], MIXED, criteria=frozenset({1, 2, 3})) == Problem(
        "paper.conflict",
        what=Problem("paper.criteria_uncovered", possible=2, wanted=3, criteria=(1,)),
        beside=(Demand("rules", {"rules": (1, 2), "asked": 2}),),
    )


def test_a_quota_that_the_bank_cannot_fill() -> None:
    assert refusal([rule(1, 8)], MIXED, quotas=(Quota(KNOWLEDGE, 7),)) == Problem(
        "paper.unmet", what=Problem("paper.dimension_short", dimension=KNOWLEDGE, possible=6, wanted=7)
    )


def test_a_rule_that_brings_too_many_of_a_dimension() -> None:
    problem = refusal([rule(1, 3, dimensions=[KNOWLEDGE]), rule(2, 2)], MIXED, quotas=(Quota(KNOWLEDGE, 1, 2),))
    assert problem == Problem(
        "paper.conflict",
        what=Problem("paper.dimension_over", dimension=KNOWLEDGE, possible=3, wanted=2),
        beside=(Demand("rules", {"rules": (1,), "asked": 3}),),
    )


def test_quotas_that_ask_for_more_than_there_are_places() -> None:
    problem = refusal([rule(1, 5)], MIXED, quotas=(Quota(KNOWLEDGE, 3), Quota(METHODS, 3, 3)))
    assert problem == Problem(
        "paper.conflict",
        what=Problem("paper.dimension_short", dimension=KNOWLEDGE, possible=2, wanted=3),
        beside=(
            Demand("rules", {"rules": (1,), "asked": 5}),
            Demand("exact", {"dimension": METHODS, "wanted": 3}),
        ),
    )


def test_too_many_true_false_questions() -> None:
    problem = refusal([rule(1, 3, types=["true_false"]), rule(2, 3)], MIXED, true_false=30)
    assert problem == Problem(
        "paper.conflict",
        what=Problem("paper.true_false_over", possible=3, questions=6, percent=30),
        beside=(Demand("rules", {"rules": (1, 2), "asked": 6}),),
    )


def test_common_questions_that_no_rule_suits() -> None:
    problem = refusal([rule(1, 3, tags="x")], MIXED, anchors=frozenset({1, 12}))
    assert problem == Problem("paper.unmet", what=Problem("paper.anchors_left_out", possible=1, wanted=2))


def test_a_set_of_which_more_than_one_would_be_needed() -> None:
    problem = refusal([rule(1, 3, tags="y")], MIXED, exclusions=apart({9, 10, 11}))
    assert problem == Problem(
        "paper.conflict",
        what=Problem("paper.exclusion_over", name="set 1", possible=2),
        beside=(Demand("rules", {"rules": (1,), "asked": 3}),),
    )


def test_rules_short_by_themselves_are_told_as_before() -> None:
    problem = refusal([rule(1, 13)], MIXED, criteria=frozenset({1}))
    assert problem == Problem("paper.not_enough_questions", rules=(1,), asked=13, available=12)


@settings(deadline=None, max_examples=150)
@given(RULES, QUESTIONS, CONSTRAINTS)
def test_a_refusal_names_what_clashes_and_nothing_else(
    rules: list[Rule], candidates: list[Candidate], constraints: Constraints
) -> None:
    problem = shortage(rules, candidates, constraints)
    if problem is None or problem.code == "paper.not_enough_questions":
        return
    beside = problem.params.get("beside", ())
    named = {number for part in beside if part.kind == "rules" for number in part.values["rules"]}  # type: ignore[attr-defined]
    kept = [one for one in rules if one.number in named]
    # Rules that are not named may draw any number: even then no paper meets what is named.
    others = [one for one in rules if one.number not in named]
    for counts in _counts(len(others), len(candidates)):
        freed = [Rule(one.number, count, one.points, types=one.types, tags=one.tags)
                 for one, count in zip(others, counts, strict=True)]  # fmt: skip
        if sum(counts) + sum(one.count for one in kept) <= len(candidates):
            assert not possible(kept + freed, candidates, constraints)


@settings(deadline=None, max_examples=150)
@given(RULES, QUESTIONS, CONSTRAINTS)
def test_a_refusal_names_as_few_as_can_be(
    rules: list[Rule], candidates: list[Candidate], constraints: Constraints
) -> None:
    problem = shortage(rules, candidates, constraints)
    if problem is None or problem.code == "paper.not_enough_questions":
        return
    conditions = [replace(NOTHING, criteria=constraints.criteria)] if constraints.criteria else []
    conditions += [replace(NOTHING, quotas=(one,)) for one in constraints.quotas]
    conditions += [replace(NOTHING, true_false=constraints.true_false)] if constraints.true_false is not None else []
    conditions += [replace(NOTHING, exclusions=(one,)) for one in constraints.exclusions]
    conditions += [replace(NOTHING, anchors=constraints.anchors)] if constraints.anchors else []
    met = {_met(way, rules, candidates, conditions) for way in _ways(rules, candidates)}
    rows = range(len(rules) + len(conditions))
    sets = (frozenset(some) for size in rows for some in combinations(rows, size + 1))
    fewest = next(some for some in sets if not any(some <= way for way in met))
    beside = problem.params.get("beside", ())
    named = [len(part.values["rules"]) if part.kind == "rules" else 1 for part in beside]  # type: ignore[attr-defined]
    assert problem.code in ("paper.unmet", "paper.conflict")
    assert 1 + sum(named) == len(fewest)


def _ways(rules: list[Rule], candidates: list[Candidate]) -> Iterator[tuple[int | None, ...]]:
    """Every way to give each question to a rule that it suits, or to none."""
    return product(*[
        [None, *(at for at, rule in enumerate(rules) if rule.suits(candidate))] for candidate in candidates
    ])  # fmt: skip


def _met(
    way: tuple[int | None, ...], rules: list[Rule], candidates: list[Candidate], conditions: list[Constraints]
) -> frozenset[int]:
    """The rules and conditions that a way meets."""
    chosen = [candidate for candidate, rule in zip(candidates, way, strict=True) if rule is not None]
    found = [way.count(at) == rule.count for at, rule in enumerate(rules)]
    found += [meets(one, chosen) for one in conditions]
    return frozenset(row for row, is_met in enumerate(found) if is_met)


@settings(deadline=None, max_examples=80)
@given(RULES, QUESTIONS, CONSTRAINTS, st.randoms(use_true_random=False))
def test_what_is_known_and_found_nearby_answers_as_all_would(
    rules: list[Rule], candidates: list[Candidate], constraints: Constraints, random: Random
) -> None:
    pool = fill_pool(rules, candidates, constraints)
    whole = programme.Programme(pool)
    rows = range(len(rules) + len(whole.conditions))
    for _ in range(12):
        some = random.sample(rows, random.randint(0, len(rows)))
        nearby = bool(whole.width) and whole.agree_nearby(some)
        agreed = programme.Programme(pool).agree(some)
        assert agreed or not nearby
        assert whole.agree(some) == agreed


def _counts(rules: int, most: int) -> Iterator[tuple[int, ...]]:
    if not rules:
        yield ()
        return
    for first in range(most + 1):
        for rest in _counts(rules - 1, most - first):
            yield (first, *rest)


def test_groups_count_the_questions_they_bring() -> None:
    passage = group(50, ("single", 1, KNOWLEDGE), ("true_false", 2, KNOWLEDGE), ("single", 3, METHODS))
    constraints = Constraints(criteria=frozenset({1, 2, 3}), quotas=(Quota(KNOWLEDGE, 2, 2),))
    rules = [rule(1, 1, types=["group"])]
    assert [one.members for one in draw(rules, [passage], Random(1), constraints)] == [passage.members]
    assert refusal(rules, [passage], true_false=30).code == "paper.conflict"


def test_an_anchor_within_a_group_brings_the_group() -> None:
    passages = [group(50, ("single", 1, None), ("single", 2, None)), group(51, ("single", 1, None))]
    for seed in range(10):
        [drawn] = draw([rule(1, 1, types=["group"])], passages, Random(seed), Constraints(anchors=frozenset({5001})))
        assert drawn.version_id == 50


def test_more_than_can_be_solved_exactly_is_said() -> None:
    rules = [rule(number, 1) for number in range(1, 42)]
    candidates = [candidate(number) for number in range(60)]
    assert shortage(rules, candidates) is None
    problem = refusal(rules, candidates, true_false=30)
    assert problem == Problem("paper.too_many_cells", rules=41, cells=1, most_rules=40, most_cells=2000)


def test_forty_rules_and_two_thousand_cells_are_solved() -> None:
    random = Random(5)
    tags = [f"t{number}" for number in range(40)]
    candidates = [
        candidate(number, criterion=random.randint(1, 26), dimension=random.choice([KNOWLEDGE, METHODS]),
                  tags=frozenset(random.sample(tags, 2)))
        for number in range(2_000)
    ]  # fmt: skip
    rules = [rule(number, 2, tags=[tag]) for number, tag in enumerate(tags, start=1)]
    constraints = Constraints(criteria=ALL_CRITERIA, quotas=(Quota(KNOWLEDGE, 40, 40),))
    pool = fill_pool(rules, candidates, constraints)
    assert 1_800 < len(pool.cells) <= 2_000
    chosen = {one.version_id for one in Assembly(pool).draw(Random(1))}
    assert meets(constraints, [one for one in candidates if one.version_id in chosen])


@pytest.fixture(scope="module")
def pool() -> Pool:
    """40 overlapping rules, nearly 2,000 cells, and two dimensions that want more than there are places."""
    return largest(REFUSED["two dimensions want 90 of 80 places"], tags_each=2)


@pytest.mark.parametrize("time_for_it", [60.0, 0.0], ids=["proven", "without time"])
def test_the_largest_blueprint_is_refused_by_name_within_seconds(
    pool: Pool, time_for_it: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programme, "SECONDS_TO_EXPLAIN", time_for_it)
    assert 1_900 < len(pool.cells) <= 2_000
    began = time.process_time()
    problem = Assembly(pool).problem
    assert time.process_time() - began < 10
    assert problem is not None
    assert problem.code == ("paper.conflict" if time_for_it else "paper.conflict_perhaps_fewer")
    assert problem.params["what"].code == "paper.dimension_short"  # type: ignore[attr-defined]
    kinds = {part.kind: part.values for part in problem.params["beside"]}  # type: ignore[attr-defined]
    assert kinds["rules"]["rules"] == tuple(range(1, 41))
    assert "least" in kinds


@pytest.mark.parametrize(("label", "named"), list(zip(REFUSED, (44, 43), strict=False)))
def test_it_is_proven_that_no_fewer_of_forty_rows_clash(
    label: str, named: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programme, "SECONDS_TO_EXPLAIN", 60.0)  # of a busy machine
    began = time.process_time()
    problem = Assembly(largest(REFUSED[label])).problem
    assert time.process_time() - began < 15
    assert problem is not None
    assert problem.code == "paper.conflict"
    beside = problem.params["beside"]
    assert 1 + sum(len(one.values["rules"]) if one.kind == "rules" else 1 for one in beside) == named  # type: ignore[attr-defined]


def test_without_time_more_than_the_smallest_set_is_named_and_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [rule(1, 3, dimensions=[KNOWLEDGE]), rule(2, 2)]
    monkeypatch.setattr(programme, "SECONDS_TO_EXPLAIN", 0.0)
    problem = refusal(rules, MIXED, quotas=(Quota(KNOWLEDGE, 1, 2),))
    assert problem.code == "paper.conflict_perhaps_fewer"
    # Halves of passages would do, so nothing but whole numbers tells that both cannot be met.
    passages = [group(50 + at, *[("single", None, name)] * 2) for at, name in enumerate((KNOWLEDGE, METHODS))]
    halves = (Quota(KNOWLEDGE, 1, 1), Quota(METHODS, 1, 1))
    assert refusal([rule(1, 1, types=["group"])], passages, quotas=halves) == Problem("paper.unmet_unnamed")
    monkeypatch.undo()
    assert refusal([rule(1, 1, types=["group"])], passages, quotas=halves).code in ("paper.unmet", "paper.conflict")


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (lambda: Quota(KNOWLEDGE, 3, 2), "paper.quota_turned"),
        (lambda: Quota(KNOWLEDGE, -1), "paper.quota_turned"),
        (lambda: Constraints(true_false=101), "paper.share_out_of_range"),
        (lambda: Constraints(quotas=(Quota(KNOWLEDGE, 1), Quota(KNOWLEDGE, 2))), "paper.duplicate_quota"),
    ],
)
def test_conditions_are_sensible(made: Any, code: str) -> None:
    with pytest.raises(Problem) as refused:
        made()
    assert refused.value.code == code


@pytest.mark.parametrize("empty", [Constraints(), Constraints(true_false=100), Constraints(quotas=(Quota(METHODS),)),
                                   Constraints(exclusions=apart({1}))])  # fmt: skip
def test_what_asks_for_nothing_leaves_the_quick_way(empty: Constraints) -> None:
    assert not empty
    assert draw([rule(1, 3)], MIXED, Random(2), empty) == draw([rule(1, 3)], MIXED, Random(2))
