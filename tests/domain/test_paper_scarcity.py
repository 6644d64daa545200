"""The fewest rules that are short of questions: as few as can be, with true figures, and soon."""

import time
from decimal import Decimal
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.paper_draw import SHORT, candidate, rule, short
from suyu_learn.domain.papers import scarcity
from suyu_learn.domain.papers.draw import Assembly, shortage
from suyu_learn.domain.papers.pool import Pool, fill_pool
from suyu_learn.domain.papers.scarcity import fewest_short

TAGS = "wxyz"
RULES = st.lists(st.tuples(st.integers(0, 4), st.sets(st.sampled_from(TAGS))), min_size=1, max_size=6)
QUESTIONS = st.lists(st.sets(st.sampled_from(TAGS)), max_size=10)


def pool_of(asked: list[tuple[int, set[str]]], tags: list[set[str]]) -> Pool:
    rules = [rule(number, count, tags=those) for number, (count, those) in enumerate(asked, start=1)]
    return fill_pool(rules, [candidate(number, tags=frozenset(those)) for number, those in enumerate(tags)])


@settings(deadline=None, max_examples=150)
@given(RULES, QUESTIONS)
def test_no_fewer_rules_ask_for_more_than_suits_them(asked: list[tuple[int, set[str]]], tags: list[set[str]]) -> None:
    pool = pool_of(asked, tags)
    every = range(len(pool.rules))
    sets = [some for size in range(1, len(pool.rules) + 1) for some in combinations(every, size)]
    fewest = next((some for some in sets if pool.asked(some) > pool.available(some)), None)
    assert (fewest is None) == (Assembly(pool).problem is None)
    if fewest is not None:
        found = fewest_short(pool, every)
        assert found.proven
        assert len(found.things) == len(fewest)
        assert pool.asked(found.things) > pool.available(found.things)


@pytest.mark.parametrize(("label", "named"), list(zip(SHORT, (1, 5, 40), strict=False)))
def test_the_fewest_of_forty_rows_over_thousands_of_questions_are_proven_soon(
    label: str, named: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scarcity, "SECONDS", 30.0)  # of a busy machine
    assembly = Assembly(short(label))
    began = time.process_time()
    problem = assembly.problem
    assert time.process_time() - began < 5
    assert problem is not None
    assert problem.code == "paper.not_enough_questions"
    assert len(problem.params["rules"]) == named  # type: ignore[arg-type]


def test_where_any_few_of_forty_rows_may_give_way_it_is_said_that_perhaps_fewer_are_short() -> None:
    pool = short(list(SHORT)[-1])
    began = time.process_time()
    problem = Assembly(pool).problem
    assert time.process_time() - began < 6
    assert problem is not None
    assert problem.code == "paper.not_enough_perhaps_fewer"
    assert problem.params["asked"] > problem.params["available"]  # type: ignore[operator]


def test_without_time_those_found_first_are_named_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scarcity, "SECONDS", 0.0)
    random = Random(2)
    rules = [rule(number, random.randint(1, 4), tags=random.sample(TAGS, 2)) for number in range(1, 9)]
    problem = shortage(rules, [candidate(number, tags=frozenset(random.sample(TAGS, 2))) for number in range(12)])
    assert problem is not None
    assert problem.code == "paper.not_enough_perhaps_fewer"
    assert problem.params["asked"] > problem.params["available"]  # type: ignore[operator]
    assert sum(Decimal(one.count) for one in rules if one.number in problem.params["rules"]) == problem.params["asked"]  # type: ignore[operator]
