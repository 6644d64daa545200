"""Figures by hand, and nothing where there is no data."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from suyu_learn.domain.statistics import (
    AnswerCount,
    Sitting,
    Standing,
    Tally,
    distribution,
    hidden_bands,
    hidden_cells,
    hidden_rows,
    mean,
    median,
    question_numbers,
    ratio,
    standing_of,
)


def test_no_data_is_none() -> None:
    nobody = Tally()
    rates = (nobody.participation, nobody.pass_rate_of_sat, nobody.pass_rate_of_due, nobody.excellent_of_sat)
    assert rates == (None, None, None, None)
    assert (nobody.mean, nobody.median, nobody.absent, nobody.marked) == (None, None, 0, 0)
    assert distribution([]) is None
    assert standing_of([], counts="best", pass_share=D("0.6")) is None
    assert question_numbers([], classify=list) is None
    assert (ratio(1, 0), mean([]), median([])) == (None, None, None)


def test_a_group_has_both_pass_rates_and_a_mean_of_those_who_sat() -> None:
    group = Tally()
    for points in (90, 60, 59):
        group.add(Standing(1, D(points), D(100), points >= 60))
    group.add(None)
    group.add(Standing(1, None, D(100), None))
    assert (group.due, group.sat, group.absent, group.passed, group.unmarked, group.excellent) == (5, 4, 1, 2, 1, 1)
    assert (group.participation, group.pass_rate_of_sat, group.pass_rate_of_due) == (D("0.8"), D("0.5"), D("0.4"))
    assert (group.median, group.excellent_of_sat) == (60, D("0.25"))
    assert round(group.mean or 0, 4) == D("69.6667")


def test_a_median_of_an_even_number_lies_between() -> None:
    assert median([D(1), D(9), D(4), D(2)]) == 3


@pytest.mark.parametrize(("counts", "points", "passed"), [("best", 80, True), ("last", 40, False), ("mean", 60, True)])
def test_the_attempt_that_counts(counts: str, points: int, passed: bool) -> None:
    sittings = [Sitting(2, D(80), D(100)), Sitting(3, D(40), D(100)), Sitting(1, D(60), D(100))]
    found = standing_of(sittings, counts=counts, pass_share=D("0.6"))
    assert found == Standing(3, D(points), D(100), passed)


@pytest.mark.parametrize(("counts", "points"), [("best", D(80)), ("last", None), ("mean", None)])
def test_an_unmarked_attempt_waits_unless_a_better_one_counts(counts: str, points: D | None) -> None:
    found = standing_of([Sitting(1, D(80), D(100)), Sitting(2, None, D(100))], counts=counts, pass_share=D("0.6"))
    assert found is not None
    assert found.points == points


@pytest.mark.parametrize("counts", ["best", "last", "mean"])
def test_nobody_has_failed_while_a_resit_is_unmarked(counts: str) -> None:
    sittings = [Sitting(1, D(40), D(100)), Sitting(2, None, D(100))]
    assert standing_of(sittings, counts=counts, pass_share=D("0.6")) == Standing(2, None, D(100), None)


def test_bands_hold_their_lower_end_and_the_last_one_holds_a_hundred() -> None:
    found = distribution([D(0), D("0.0999"), D("0.1"), D("0.599"), D("0.6"), D("0.9"), D(1)])
    assert found is not None
    assert [band.count for band in found] == [2, 1, 0, 0, 0, 1, 1, 0, 0, 2]
    assert (found[0].low, found[0].high, found[-1].low, found[-1].high) == (0, 9, 90, 100)


def test_a_question_counts_what_was_chosen_of_all_who_were_asked() -> None:
    answers = [AnswerCount(["a", "c"], 6, 6, D(6)), AnswerCount(["a"], 2, 2, D(1)), AnswerCount(None, 2, 2, D(0))]
    found = question_numbers(answers, classify=list, keys=("a", "b", "c"))
    assert found is not None
    assert (found.asked, found.omitted, found.share_right) == (10, 2, D("0.7"))
    assert [(one.key, one.count, one.share) for one in found.choices] == [
        ("a", 8, D("0.8")), ("b", 0, D(0)), ("c", 6, D("0.6")),
    ]  # fmt: skip


def test_what_nobody_has_marked_yet_has_no_share() -> None:
    found = question_numbers([AnswerCount("essay", 3, 0, D(0))], classify=lambda response: ["written"])
    assert found is not None
    assert (found.share_right, found.choices[0].count) == (None, 3)


@pytest.mark.parametrize(
    ("counts", "unseen", "hidden"),
    [
        ({"a": 9, "b": 7}, 0, set()),
        ({"a": 9, "b": 7, "c": 0}, 0, set()),
        ({"a": 9, "b": 7, "c": 2}, 0, {"b", "c"}),
        ({"a": 9, "b": 3, "c": 2}, 0, {"b", "c"}),
        ({"a": 9, "b": 1, "c": 2}, 0, {"a", "b", "c"}),
        ({"a": 9, "b": 2}, 8, {"b"}),
        ({"a": 9, "b": 7}, 3, {"b"}),
        ({}, 3, set()),
    ],
    ids=[
        "all large",
        "nobody",
        "next smallest",
        "two small",
        "two very small",
        "unseen protects",
        "small rest",
        "none",
    ],
)
def test_hidden_cells_cannot_be_worked_out(counts: dict[str, int], unseen: int, hidden: set[str]) -> None:
    assert hidden_cells(counts, below=5, unseen=unseen) == hidden


def test_what_lies_below_a_hidden_unit_is_hidden() -> None:
    counts = {"/1/": 40, "/1/2/": 20, "/1/3/": 17, "/1/4/": 3, "/1/3/5/": 9, "/1/3/6/": 8, "/1/2/7/": 20}
    hidden = hidden_rows({path: (people,) for path, people in counts.items()}, below=5)
    assert hidden == {"/1/4/", "/1/3/", "/1/3/5/", "/1/3/6/"}


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({"/1/2/": 4, "/1/3/": 9}, {"/1/2/"}),
        ({"": 13, "/1/2/": 4, "/1/3/": 9}, {"/1/2/", "/1/3/"}),
        ({"": 29, "/1/2/": 4, "/1/3/": 9, "/1/4/5/": 16}, {"/1/2/", "/1/3/"}),
        ({"/1/": 13, "/1/2/5/": 4, "/1/3/6/": 9}, {"/1/2/5/", "/1/3/6/"}),
        ({}, set()),
    ],
    ids=["no total", "the total tells", "the next smallest", "nothing between", "none"],
)
def test_a_tree_seen_from_below_its_top_hides_by_what_it_adds_up_to(counts: dict[str, int], hidden: set[str]) -> None:
    assert hidden_rows({path: (people,) for path, people in counts.items()}, below=5) == hidden


@pytest.mark.parametrize(
    ("counts", "pass_mark", "hidden"),
    [
        ({"0.1": 9, "0.3": 3, "0.7": 12, "0.95": 8}, "0.6", {1, 3}),
        ({"0.2": 7, "0.62": 2, "0.68": 6, "0.95": 9}, "0.65", {2, 6}),
        ({"0.2": 7, "0.75": 6, "0.95": 9}, "0.6", set()),
        ({}, "0.6", set()),
    ],
    ids=["not the smallest of all", "a band that the pass mark cuts", "all large", "none"],
)
def test_bands_cannot_be_worked_out_from_who_passed(counts: dict[str, int], pass_mark: str, hidden: set[int]) -> None:
    shares = [D(share) for share, people in counts.items() for _person in range(people)]
    assert hidden_bands(shares, cuts=(D(pass_mark), D("0.9")), below=5) == hidden
