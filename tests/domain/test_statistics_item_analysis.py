"""Score groups, reliability, flags and what is hidden: by hand, and by what holds whatever the answers are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suyu_learn.domain.statistics import (
    NO_SUMS,
    Cell,
    Flag,
    ItemFigures,
    ItemSums,
    ScoreGroup,
    Spread,
    correlation,
    few_of,
    flags_of,
    item_figures,
    reliability,
    score_groups,
    time_was_short,
)

LOWER, MIDDLE, UPPER = ScoreGroup.LOWER, ScoreGroup.MIDDLE, ScoreGroup.UPPER


def sums(pairs: Sequence[tuple[float, float]]) -> ItemSums:
    return ItemSums(
        len(pairs), sum(x for x, _ in pairs), sum(x * x for x, _ in pairs), sum(y for _, y in pairs),
        sum(y * y for _, y in pairs), sum(x * y for x, y in pairs),
    )  # fmt: skip


def spread(values: Sequence[float]) -> Spread:
    return Spread(len(values), sum(values), sum(value * value for value in values))


# Score groups


def test_the_groups_are_27_in_a_hundred_of_each_end() -> None:
    found = score_groups({number / 100: 1 for number in range(1, 101)})
    assert found is not None
    assert (found.low, found.high) == (0.27, 0.74)
    assert found.sizes == {LOWER: 27, MIDDLE: 46, UPPER: 27}


def test_who_has_the_points_of_the_last_one_belongs_too() -> None:
    found = score_groups({0.2: 10, 0.4: 20, 0.6: 40, 0.8: 25, 1.0: 5})
    assert found is not None
    assert found.sizes == {LOWER: 30, MIDDLE: 40, UPPER: 30}


@pytest.mark.parametrize(
    "papers", [{}, {0.5: 29}, {0.5: 100}, {0.5: 60, 0.6: 1}, {number / 29: 1 for number in range(29)}]
)
def test_too_few_or_all_alike_are_no_groups(papers: dict[float, int]) -> None:
    assert score_groups(papers) is None


SCORES = st.dictionaries(st.integers(0, 40).map(lambda number: number / 40), st.integers(1, 30), max_size=30)


@settings(max_examples=50, deadline=None)
@given(SCORES)
def test_groups_are_apart_and_hold_enough(papers: dict[float, int]) -> None:
    found = score_groups(papers)
    every = sum(papers.values())
    if found is None:
        assert every < 30 or max(papers.values()) > 0.45 * every
        return
    assert found.low < found.high
    assert sum(found.sizes.values()) == every
    assert min(found.sizes[LOWER], found.sizes[UPPER]) >= 0.27 * every
    without_last = sum(count for share, count in papers.items() if share < found.low)
    assert without_last < 0.27 * every


# Correlation

FRACTIONS = st.sampled_from([0.0, 0.25, 0.5, 1.0])
SHARES = st.integers(0, 100).map(lambda number: number / 100)
PAIRS = st.lists(st.tuples(FRACTIONS, SHARES), min_size=2, max_size=60)


@settings(max_examples=50, deadline=None)
@given(PAIRS)
def test_a_correlation_lies_between_the_bounds_and_turns_with_its_sides(pairs: list[tuple[float, float]]) -> None:
    found = correlation(sums(pairs))
    turned = correlation(sums([(1 - x, y) for x, y in pairs]))
    swapped = correlation(sums([(y, x) for x, y in pairs]))
    if found is None:
        assert turned is None
        assert swapped is None
        return
    assert -1 <= found <= 1
    assert turned == pytest.approx(-found, abs=1e-7)
    assert swapped == pytest.approx(found, abs=1e-12)


@settings(max_examples=50, deadline=None)
@given(PAIRS, st.integers(1, 50), st.integers(-20, 20))
def test_a_correlation_does_not_mind_scale_or_place(pairs: list[tuple[float, float]], scale: int, place: int) -> None:
    found = correlation(sums(pairs))
    moved = correlation(sums([(x * scale, y * scale + place) for x, y in pairs]))
    if found is not None:
        assert moved == pytest.approx(found, abs=1e-6)


@settings(max_examples=50, deadline=None)
@given(PAIRS, st.randoms(use_true_random=False))
def test_neither_order_nor_parts_matter(pairs: list[tuple[float, float]], rng: object) -> None:
    whole = sums(pairs)
    mixed = list(pairs)
    rng.shuffle(mixed)  # type: ignore[attr-defined]
    half = len(mixed) // 2
    parts = sums(mixed[:half]) + sums(mixed[half:]) + NO_SUMS
    assert parts.count == whole.count
    found = correlation(whole)
    assert correlation(parts) == (None if found is None else pytest.approx(found, abs=1e-9))


# Reliability


def test_alpha_by_hand() -> None:
    # questions 1 1 0 0 and 1 0 1 0 and 1 1 0 0: variances 1/3 each; sums 3 2 1 0: variance 5/3; 3/2 x (1 - 1 / (5/3))
    table = [(1, 1, 1), (1, 0, 1), (0, 1, 0), (0, 0, 0)]
    found = reliability([spread(column) for column in zip(*table, strict=True)], spread([sum(row) for row in table]))
    assert found is not None
    assert found.alpha == pytest.approx(0.6)
    assert found.deviation == pytest.approx((5 / 3) ** 0.5)
    assert found.error == pytest.approx((5 / 3) ** 0.5 * 0.4**0.5)


@pytest.mark.parametrize(
    "table", [[], [(1, 0)], [(1,), (0,)], [(1, 1), (1, 1)], [(1, 0), (0, 1)]],
    ids=["nobody", "one person", "one question", "all the same", "sums the same"],
)  # fmt: skip
def test_no_alpha_without_two_questions_people_and_sums(table: list[tuple[int, ...]]) -> None:
    columns = [spread(column) for column in zip(*table, strict=True)]
    assert reliability(columns, spread([sum(row) for row in table])) is None


TABLES = st.integers(2, 6).flatmap(
    lambda width: st.lists(st.tuples(*[st.sampled_from([0.0, 0.5, 1.0, 2.0])] * width), min_size=3, max_size=40)
)


def _reliable(table: Sequence[Sequence[float]]) -> float | None:
    found = reliability([spread(column) for column in zip(*table, strict=True)], spread([sum(row) for row in table]))
    if found is None:
        return None
    assert found.alpha <= 1 + 1e-12
    assert (found.error is None) is (found.alpha < 0)
    if found.error is not None:
        assert 0 <= found.error <= found.deviation + 1e-12
    return found.alpha


@settings(max_examples=50, deadline=None)
@given(TABLES, st.sampled_from([0.5, 3.0, 20.0]), st.randoms(use_true_random=False))
def test_alpha_is_at_most_one_and_minds_neither_order_nor_scale(table: list, scale: float, rng: object) -> None:
    found = _reliable(table)
    people, questions = list(table), list(range(len(table[0])))
    rng.shuffle(people)  # type: ignore[attr-defined]
    rng.shuffle(questions)  # type: ignore[attr-defined]
    other = _reliable([[row[place] * scale for place in questions] for row in people])
    assert other == (None if found is None else pytest.approx(found, abs=1e-8, rel=1e-8))


@settings(max_examples=50, deadline=None)
@given(TABLES)
def test_the_same_question_twice_never_lowers_alpha_of_two(table: list) -> None:
    twice = [(row[0], row[0]) for row in table]
    found = _reliable(twice)
    assert found is None or found == pytest.approx(1.0)


# A question and its options


def answered(
    response: str | None, *, count: int, right: bool, rest: float, group: ScoreGroup | None = None, not_reached: int = 0
) -> Cell:
    """So many people who gave one response, all with the same share of the rest."""
    x = float(right)
    return Cell(response, group, count, count, D(count * right), not_reached,
                ItemSums(count, x * count, x * count, rest * count, rest * rest * count, x * rest * count))  # fmt: skip


def figures(*cells: Cell, keys: str = "abcd") -> ItemFigures:
    found = item_figures(cells, classify=lambda response: [response], keys=list(keys))
    assert found is not None
    return found


SOUND = (
    answered("a", count=40, right=True, rest=0.8, group=UPPER),
    answered("b", count=10, right=False, rest=0.3, group=LOWER),
    answered("c", count=10, right=False, rest=0.4, group=LOWER),
    answered("d", count=8, right=False, rest=0.4, group=MIDDLE),
    answered(None, count=4, right=False, rest=0.2, group=LOWER, not_reached=3),
)  # fmt: skip


def told(found: ItemFigures, right: str = "a", keys: str = "abcd") -> dict[Flag, tuple[str, ...]]:
    wrong = set(keys) - set(right)
    return {one.flag: one.options for one in flags_of(found, right=set(right), wrong=wrong)}


def test_a_question_is_counted_by_group_and_nobody_asked_is_none() -> None:
    found = figures(*SOUND)
    assert (found.asked, found.compared, found.not_reached, found.numbers.omitted) == (72, 72, 3, 4)
    assert found.sizes == {LOWER: 24, MIDDLE: 8, UPPER: 40}
    assert found.omitted == {LOWER: 4, MIDDLE: 0, UPPER: 0}
    by_group = {one.key: one.by_group for one in found.options}
    assert by_group["b"] == {LOWER: 10, MIDDLE: 0, UPPER: 0}
    assert by_group["a"][UPPER] == 40
    assert item_figures([], classify=list) is None


def test_a_sound_question_has_no_remark() -> None:
    assert told(figures(*SOUND)) == {}


def test_a_wrong_option_that_goes_better_with_the_rest_casts_doubt_on_the_key() -> None:
    assert told(figures(*SOUND), right="b") == {}  # the mark still says that a is right
    turned = [replace(one, fractions=D(one.count * (one.response == "b")), sums=answered(
        one.response, count=one.count, right=one.response == "b", rest=one.sums.y / one.sums.count).sums)
        for one in SOUND]  # fmt: skip
    assert told(figures(*turned), right="b") == {Flag.KEY: ("a",), Flag.HARD: ()}


def test_a_few_who_chose_an_option_cast_no_doubt() -> None:
    cells = [answered("a", count=60, right=True, rest=0.5), answered("b", count=4, right=False, rest=0.9),
             answered("c", count=10, right=False, rest=0.5), answered("d", count=9, right=False, rest=0.6)]  # fmt: skip
    assert set(told(figures(*cells))) == {Flag.KEY, Flag.UNUSED}
    assert told(figures(*cells))[Flag.KEY] == ("d",)
    assert told(figures(*cells[:3], replace(cells[3], count=4, sums=NO_SUMS))).keys() == {Flag.NEGATIVE}


@pytest.mark.parametrize(
    ("cells", "flag"),
    [
        ([("a", 97, 0.7), ("b", 1, 0.2), ("c", 1, 0.2), ("d", 1, 0.2)], Flag.EASY),
        ([("a", 20, 0.8), ("b", 30, 0.3), ("c", 25, 0.4), ("d", 25, 0.4)], Flag.HARD),
        ([("a", 60, 0.8), ("b", 20, 0.3), ("c", 16, 0.4), ("d", 4, 0.4)], Flag.UNUSED),
        ([("a", 50, 0.8), ("b", 10, 0.3), ("c", 10, 0.4), ("d", 10, 0.4), (None, 20, 0.2)], Flag.LEFT_OPEN),
    ],
)
def test_each_remark_alone(cells: list[tuple[str | None, int, float]], flag: Flag) -> None:
    found = figures(*(answered(key, count=count, right=key == "a", rest=rest) for key, count, rest in cells))
    assert list(told(found)) == [flag]
    few = figures(*(answered(key, count=1, right=key == "a", rest=rest) for key, _count, rest in cells))
    assert told(few) == {}


def test_not_reached_goes_before_left_open() -> None:
    cells = [answered("a", count=50, right=True, rest=0.8), answered("b", count=20, right=False, rest=0.3),
             answered("c", count=10, right=False, rest=0.3), answered("d", count=10, right=False, rest=0.3),
             answered(None, count=25, right=False, rest=0.3, not_reached=25)]  # fmt: skip
    assert list(told(figures(*cells))) == [Flag.NOT_REACHED]


def test_what_stands_in_parts_is_not_set_against_each_other() -> None:
    cells = [answered("a", count=60, right=False, rest=0.9), answered("b", count=40, right=True, rest=0.1)]
    found = figures(*cells, keys="ab")
    assert flags_of(found, right={"b"}, wrong={"a"})[0].flag is Flag.KEY
    assert flags_of(found, right={"b"}, wrong={"a"}, in_parts=True)[0].flag is Flag.NEGATIVE


@pytest.mark.parametrize(
    ("reached", "papers", "short"), [(79, 100, True), (80, 100, False), (0, 29, False), (0, 0, False)]
)
def test_time_was_short_where_fewer_than_four_of_five_came_to_the_end(reached: int, papers: int, short: bool) -> None:
    assert time_was_short(reached, papers) is short


RESPONSES = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c", None]), st.sampled_from([None, LOWER, UPPER]), SHARES), max_size=80
)


@settings(max_examples=50, deadline=None)
@given(RESPONSES, st.randoms(use_true_random=False))
def test_figures_add_up_whatever_was_answered(
    given_ones: list[tuple[str | None, ScoreGroup | None, float]], rng: object
) -> None:
    cells = [answered(key, count=1, right=key == "a", rest=rest, group=group) for key, group, rest in given_ones]
    found = item_figures(cells, classify=lambda response: [response], keys=["a", "b", "c"])
    if found is None:
        assert not cells
        return
    rng.shuffle(cells)  # type: ignore[attr-defined]
    again = item_figures(cells, classify=lambda response: [response], keys=["a", "b", "c"])
    assert again is not None
    assert (again.numbers, again.sizes, again.omitted) == (found.numbers, found.sizes, found.omitted)
    counts = Counter(key for key, _group, _rest in given_ones)
    assert sum(one.count for one in found.numbers.choices) + found.numbers.omitted == len(given_ones)
    assert {one.key: one.count for one in found.numbers.choices} == {key: counts[key] for key in "abc"}
    for one in found.options:
        assert sum(one.by_group.values()) <= counts[one.key]
        assert one.correlation is None or -1 <= one.correlation <= 1
    marked_by_key = {one.key: one.correlation for one in found.options}["a"]
    if found.discrimination is not None:
        assert found.discrimination == pytest.approx(marked_by_key, abs=1e-9)
    for raised in flags_of(found, right={"a"}, wrong={"b", "c"}):
        assert len(given_ones) >= 30
        assert set(raised.options) <= {"b", "c"}


@pytest.mark.parametrize(
    ("part", "whole", "few"), [(0, 9, False), (4, 9, True), (5, 9, True), (5, 10, False), (9, 9, False), (0, 3, True)]
)
def test_a_part_and_its_rest_are_both_looked_at(part: int, whole: int, few: bool) -> None:
    assert few_of(part, whole, below=5) is few
