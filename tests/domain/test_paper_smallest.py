"""The smallest set that clashes: found, proven, and the fewest known where there is no time to prove it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suyu_learn.domain.papers import smallest as searching
from suyu_learn.domain.papers.smallest import Clash, Stopped, hitting, smallest

SETS = st.lists(st.frozensets(st.integers(0, 7), min_size=1), min_size=1, max_size=6)


def clashing(*cores: frozenset[int]) -> Callable[[Sequence[int]], bool]:
    """Whether some things contain all of one of these sets."""
    return lambda some: any(core <= set(some) for core in cores)


@settings(deadline=None, max_examples=150)
@given(SETS)
def test_the_smallest_is_found_among_all(cores: list[frozenset[int]]) -> None:
    found = smallest(range(8), clashing(*cores))
    assert found.proven
    assert frozenset(found.things) in cores
    assert len(found.things) == min(len(core) for core in cores)


@settings(deadline=None, max_examples=100)
@given(SETS, st.integers(0, 7))
def test_what_has_one_of_each_group_has_as_few_as_can_be(groups: list[frozenset[int]], most: int) -> None:
    every = (some for size in range(most + 1) for some in combinations(range(8), size))
    fewest = next((some for some in every if all(group & set(some) for group in groups)), None)
    found = hitting(groups, most)
    assert (found is None) == (fewest is None)
    if found is not None and fewest is not None:
        assert len(found) == len(fewest)
        assert all(group & set(found) for group in groups)


def test_forty_that_all_clash_together_are_proven_with_few_questions() -> None:
    asked = 0

    def clashes(some: Sequence[int]) -> bool:
        nonlocal asked
        asked += 1
        return len(some) == 40

    assert smallest(range(40), clashes) == Clash(tuple(range(40)), proven=True)
    assert asked <= 41


def test_a_small_set_hidden_behind_a_large_one_is_found() -> None:
    large, small = frozenset(range(10, 40)), frozenset({0, 3, 7})
    assert smallest(range(41), clashing(large, small), known=sorted(large)) == Clash((0, 3, 7), proven=True)


@pytest.mark.parametrize("knows", [True, False], ids=["told", "not told"])
def test_what_can_stand_for_another_is_not_asked_for(knows: bool) -> None:
    asked = 0

    def clashes(some: Sequence[int]) -> bool:
        nonlocal asked
        asked += 1
        return len(some) > 38

    found = smallest(range(40), clashes, likewise=lambda some: knows and len(some) <= 38)
    assert found.things == tuple(range(1, 40))
    assert (found.proven and asked < 150) == knows


@pytest.mark.parametrize("enough", [1, 5, 45])
def test_without_time_the_fewest_known_are_named_as_perhaps_too_many(enough: int) -> None:
    left = enough

    def clashes(some: Sequence[int]) -> bool:
        nonlocal left
        left -= 1
        if left < 0:
            raise Stopped
        return len(some) > 20

    found = smallest(range(40), clashes)
    assert not found.proven
    assert 20 < len(found.things) <= 40


def test_too_many_choices_are_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "MOST_STEPS", 1_000)
    found = smallest(range(30), lambda some: len(some) > 15)
    assert (len(found.things), found.proven) == (16, False)
