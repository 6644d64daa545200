"""Item statistics and alpha against figures that independent packages worked out (tests/item_figures/make.py)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from math import fsum
from pathlib import Path
from typing import Any

import pytest

from suyu_learn.domain.statistics import (
    Cell,
    ItemSums,
    Spread,
    correlation,
    discrimination,
    item_figures,
    reliability,
)

KEPT = json.loads((Path(__file__).parents[1] / "item_figures" / "cases.json").read_text("utf-8"))
CASES = KEPT["cases"]
CLOSE = {"rel": 1e-9, "abs": 1e-9}


def sums(pairs: Sequence[tuple[float, float]]) -> ItemSums:
    return ItemSums(
        len(pairs), fsum(x for x, _ in pairs), fsum(x * x for x, _ in pairs), fsum(y for _, y in pairs),
        fsum(y * y for _, y in pairs), fsum(x * y for x, y in pairs),
    )  # fmt: skip


def with_rest(case: Any, place: int) -> list[tuple[float, float]]:
    """The fraction of a question and the share of the rest of the paper, of who was asked it."""
    pairs = []
    for row in case["fractions"]:
        if row[place] < 0:
            continue
        others = [(value, of) for at, (value, of) in enumerate(zip(row, case["points"], strict=True))
                  if value >= 0 and at != place]  # fmt: skip
        pairs.append((row[place], fsum(value * of for value, of in others) / fsum(of for _, of in others)))
    return pairs


def spread(values: Sequence[float]) -> Spread:
    return Spread(len(values), fsum(values), fsum(value * value for value in values))


@pytest.mark.parametrize("name", CASES)
def test_discrimination_is_that_of_an_independent_package(name: str) -> None:
    case = CASES[name]
    for place, expected in enumerate(case["expected"]["items"]):
        found = sums(with_rest(case, place))
        assert correlation(found) == pytest.approx(expected["rest"], **CLOSE)
        assert discrimination(found) == round(Decimal(expected["rest"]), 4)
        assert found.x / found.count == pytest.approx(expected["mean"], **CLOSE)


@pytest.mark.parametrize("name", [name for name in CASES if "alpha" in CASES[name]["expected"]])
def test_alpha_and_error_are_those_of_an_independent_package(name: str) -> None:
    case = CASES[name]
    earned = [[value * of for value, of in zip(row, case["points"], strict=True)] for row in case["fractions"]]
    found = reliability([spread(column) for column in zip(*earned, strict=True)], spread([fsum(row) for row in earned]))
    assert found is not None
    assert (found.questions, found.people) == (len(case["points"]), len(case["fractions"]))
    assert found.alpha == pytest.approx(case["expected"]["alpha"], **CLOSE)
    assert found.deviation == pytest.approx(case["expected"]["deviation"], **CLOSE)
    error = case["expected"]["error"]
    assert found.error == (None if error is None else pytest.approx(error, **CLOSE))


def test_options_go_with_the_rest_as_an_independent_package_says() -> None:
    given = KEPT["options"]
    keys, papers = given["keys"], given["chosen"]
    for place, expected in enumerate(given["expected"]):
        cells = []
        for paper in papers:
            marks = [float(one == key) for one, key in zip(paper, keys, strict=True)]
            rest = (fsum(marks) - marks[place]) / (len(keys) - 1)
            response = None if paper[place] == "-" else paper[place]
            cells.append(Cell(response, None, 1, 1, Decimal(marks[place]), 0, sums([(marks[place], rest)])))
        found = item_figures(cells, classify=lambda response: [response], keys="abcd")
        assert found is not None
        assert {one.key: one.correlation for one in found.options} == pytest.approx(expected, **CLOSE)
        assert found.discrimination == pytest.approx(expected[keys[place]], **CLOSE)


def test_the_cases_are_not_all_alike() -> None:
    alphas = [case["expected"]["alpha"] for case in CASES.values() if "alpha" in case["expected"]]
    rests = [one["rest"] for case in CASES.values() for one in case["expected"]["items"]]
    assert min(alphas) < 0 < 0.5 < max(alphas)
    assert min(rests) < -0.1 < 0.4 < max(rests)
