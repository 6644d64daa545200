"""Drawing: right counts, nothing twice, even, repeatable, and refused only when it must be."""

from collections import Counter
from decimal import Decimal
from itertools import combinations
from math import sqrt
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.paper_draw import candidate, rule
from suyu_learn.domain.papers.draw import Assembly, available, draw, shortage
from suyu_learn.domain.papers.pool import fill_pool
from suyu_learn.domain.papers.specification import Candidate, Rule, total_points
from suyu_learn.domain.problems import Problem

TAGS = "xyz"


def tagged(*tags: str) -> list[Candidate]:
    """One question for each argument, with each of its letters as a tag."""
    return [candidate(number, tags=frozenset(letters)) for number, letters in enumerate(tags, start=1)]


def can_be_served(rules: list[Rule], candidates: list[Candidate]) -> bool:
    """Whether some choice of questions serves all rules, by trying them all."""
    if not rules:
        return True
    first, *others = rules
    suited = [candidate for candidate in candidates if first.suits(candidate)]
    return any(
        can_be_served(others, [candidate for candidate in candidates if candidate not in chosen])
        for chosen in combinations(suited, first.count)
    )


SMALL_CASES = st.tuples(
    st.lists(st.tuples(st.integers(0, 3), st.sets(st.sampled_from(TAGS))), max_size=3).map(
        lambda asked: [rule(number, count, tags=tags) for number, (count, tags) in enumerate(asked, start=1)]
    ),
    st.lists(st.sets(st.sampled_from(TAGS)), max_size=6).map(
        lambda questions: tagged(*("".join(sorted(tags)) for tags in questions))
    ),
)


@settings(deadline=None)
@given(SMALL_CASES, st.integers())
def test_a_draw_fails_only_where_none_is_possible(case: tuple[list[Rule], list[Candidate]], seed: int) -> None:
    rules, candidates = case
    problem = shortage(rules, candidates)
    assert (problem is None) == can_be_served(rules, candidates)
    if problem is not None:
        with pytest.raises(Problem, match=r"paper\.not_enough_questions"):
            draw(rules, candidates, Random(seed))
        return
    drawn = draw(rules, candidates, Random(seed))
    by_version = {candidate.version_id: candidate for candidate in candidates}
    assert len({question.version_id for question in drawn}) == len(drawn)
    assert Counter(question.rule for question in drawn) == Counter({rule.number: rule.count for rule in rules})
    of_number = {rule.number: rule for rule in rules}
    assert all(of_number[question.rule].suits(by_version[question.version_id]) for question in drawn)
    assert total_points(drawn) == sum(rule.total_points for rule in rules)


def test_a_rule_that_asks_for_nothing_does_not_hide_the_one_that_is_short() -> None:
    asked = [(0, ""), (2, ""), (2, "x")]
    rules = [rule(number, count, tags=set(tags)) for number, (count, tags) in enumerate(asked, start=1)]
    problem = shortage(rules, tagged("", "x"))
    assert problem is not None
    assert (problem.params["rules"], problem.params["asked"], problem.params["available"]) == ((3,), 2, 1)


def test_rules_that_find_plenty_do_not_hide_the_one_that_is_short() -> None:
    asked = [(1, ""), (3, ""), (2, "x")]
    rules = [rule(number, count, tags=set(tags)) for number, (count, tags) in enumerate(asked, start=1)]
    problem = shortage(rules, tagged("", "", "", "x"))
    assert problem is not None
    assert problem.code == "paper.not_enough_questions"
    assert (problem.params["rules"], problem.params["asked"], problem.params["available"]) == ((3,), 2, 1)


@settings(deadline=None)
@given(SMALL_CASES)
def test_a_shortage_names_the_fewest_rules_and_true_figures(case: tuple[list[Rule], list[Candidate]]) -> None:
    rules, candidates = case
    problem = shortage(rules, candidates)
    if problem is None:
        return
    named = [rule for rule in rules if rule.number in problem.params["rules"]]  # type: ignore[operator]
    suited = [candidate for candidate in candidates if any(rule.suits(candidate) for rule in named)]
    assert problem.params["asked"] == sum(rule.count for rule in named) > len(suited)
    assert problem.params["available"] == len(suited)
    assert all(can_be_served(list(fewer), candidates) for fewer in combinations(named, len(named) - 1))


@settings(deadline=None)
@given(SMALL_CASES, st.integers(), st.randoms())
def test_the_seed_alone_decides(case: tuple[list[Rule], list[Candidate]], seed: int, order: Random) -> None:
    rules, candidates = case
    if shortage(rules, candidates) is None:
        mixed = order.sample(candidates, len(candidates))
        assert draw(rules, candidates, Random(seed)) == draw(rules[::-1], mixed, Random(seed))


@pytest.mark.parametrize(
    "wanted",
    [
        {"banks": [2]},
        {"types": ["multiple"]},
        {"topics": ["水", "火"]},
        {"difficulties": [3]},
        {"criteria": [26]},
        {"dimensions": ["spirit"]},
        {"tags": ["x"]},
        {"banks": [2], "types": ["multiple"], "tags": ["x", "y"]},
    ],
    ids=lambda wanted: " ".join(wanted),
)
def test_rules_look_at_every_mark_of_a_question(wanted: dict[str, Any]) -> None:
    suited = candidate(
        1,
        bank_id=2,
        type="multiple",
        topics=frozenset({"水"}),
        difficulty=3,
        criterion=26,
        dimension="spirit",
        tags=frozenset("x"),
    )
    asked = rule(7, 1, **wanted)
    assert available([asked], [suited, candidate(2)]) == {7: 1}
    assert [question.version_id for question in draw([asked], [candidate(2), suited], Random(1))] == [1]


def test_available_counts_each_rule_as_if_alone() -> None:
    rules = [rule(1, 1), rule(2, 1, tags="x"), rule(3, 1, tags="z")]
    assert available(rules, tagged("x", "xy", "y")) == {1: 3, 2: 2, 3: 0}


def test_a_wide_rule_leaves_a_narrow_one_its_questions() -> None:
    candidates = tagged("x", "y", "y")
    for seed in range(50):
        drawn = draw([rule(1, 2), rule(2, 1, tags="x")], candidates, Random(seed))
        assert [question.version_id for question in drawn if question.rule == 2] == [1]


def test_a_shortage_of_one_rule_is_not_blamed_on_others() -> None:
    problem = shortage([rule(1, 2), rule(2, 3, tags="x")], tagged("x", "x", "y", "y", "y", "y"))
    assert problem == Problem("paper.not_enough_questions", rules=(2,), asked=3, available=2)


def test_rules_that_are_short_only_together_are_named_together() -> None:
    problem = shortage([rule(1, 1, tags="y"), rule(2, 2, tags="x"), rule(3, 2, tags="x")], tagged("x", "x", "x", "y"))
    assert problem == Problem("paper.not_enough_questions", rules=(2, 3), asked=4, available=3)


def test_many_rules_are_searched_too() -> None:
    rules = [rule(number, 1, tags="y") for number in range(1, 20)] + [rule(20, 2, tags="x"), rule(21, 2, tags="x")]
    problem = shortage(rules, tagged(*["y"] * 19, *["x"] * 3))
    assert problem == Problem("paper.not_enough_questions", rules=(20, 21), asked=4, available=3)


def test_a_question_with_two_versions_is_drawn_once_in_the_newest() -> None:
    versions = [candidate(10, question_id=1), candidate(11, question_id=1)]
    assert available([rule(1, 1)], versions) == {1: 1}
    assert draw([rule(1, 1)], versions, Random(3))[0].version_id == 11


def test_every_question_is_drawn_equally_often() -> None:
    # The second rule draws nothing, but divides the questions into a large and a small cell.
    candidates = tagged(*["x"] * 8, *["y"] * 2)
    rules = [rule(1, 4), rule(2, 0, tags="y")]
    rng = Random(20)
    times = Counter(question.version_id for _ in range(3000) for question in draw(rules, candidates, rng))
    assert all(1100 < times[number] < 1300 for number in range(1, 11))


def test_ten_thousand_papers_draw_the_questions_of_a_cell_alike() -> None:
    """Chi-square over the questions of each cell of three overlapping rules, seeded; refused beyond 5 standard
    deviations."""
    random = Random(8)
    candidates = tagged(*("".join(random.sample(TAGS, random.randint(1, 2))) for _ in range(60)))
    assembly = Assembly(fill_pool([rule(1, 4, tags="x"), rule(2, 3, tags="xy"), rule(3, 3)], candidates))
    times = Counter(one.version_id for seed in range(10_000) for one in assembly.draw(Random(seed)))
    chi_square, freedom = 0.0, 0
    for cell in assembly.pool.cells:
        counts = [times[one.version_id] for one in cell.questions]
        expected = sum(counts) / len(counts)
        # Drawn without replacement: the variance of a count is smaller than Poisson's by the share drawn.
        chi_square += sum((count - expected) ** 2 for count in counts) / expected / (1 - expected / 10_000)
        freedom += len(counts) - 1
    assert freedom > 50
    assert abs(chi_square - freedom) < 5 * sqrt(2 * freedom)


def test_a_draw_with_nothing_to_spare_always_succeeds() -> None:
    rules = [rule(1, 2, tags="xy"), rule(2, 2, tags="yz"), rule(3, 1, tags="x"), rule(4, 2)]
    candidates = tagged("x", "xy", "y", "yz", "z", "z", "", "xyz")
    for seed in range(300):
        assert len({question.version_id for question in draw(rules, candidates, Random(seed))}) == 7


def test_overlapping_rules_are_served_alike() -> None:
    # Each rule has a question of its own, and both want the second.
    candidates = tagged("x", "xy", "y")
    rng = Random(4)
    rules = [rule(1, 1, tags="x"), rule(2, 1, tags="y")]
    times = Counter(question.version_id for _ in range(3000) for question in draw(rules, candidates, rng))
    assert abs(times[1] - times[3]) < 200


def test_nothing_asked_is_nothing_drawn() -> None:
    assert draw([], tagged("x"), Random(1)) == []
    assert draw([rule(1, 0)], [], Random(1)) == []
    assert shortage([], []) is None


def test_two_rules_cannot_share_a_number() -> None:
    with pytest.raises(Problem, match=r"paper\.duplicate_rule"):
        draw([rule(1, 1), rule(1, 1)], tagged("x", "y"), Random(1))


@pytest.mark.parametrize(
    ("count", "points", "code"),
    [(-1, "1", "paper.negative_count"), (1, "-1", "paper.negative_points"), (1, "NaN", "paper.negative_points")],
)
def test_a_rule_asks_for_something_sensible(count: int, points: str, code: str) -> None:
    with pytest.raises(Problem) as refused:
        Rule(1, count, Decimal(points))
    assert refused.value.code == code


def test_ten_thousand_questions_are_drawn_from_quickly() -> None:
    candidates = [
        candidate(number, difficulty=number % 3, tags=frozenset(TAGS[number % 3])) for number in range(10_000)
    ]
    rules = [rule(1, 30), rule(2, 20, tags="x"), rule(3, 20, difficulties=[0, 1]), rule(4, 30, tags="yz")]
    drawn = draw(rules, candidates, Random(9))
    assert len({question.version_id for question in drawn}) == 100
