"""Marking points read from a model answer, and what ticks of them earn."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from suyu_learn.domain.attempts import agreed
from suyu_learn.domain.questions.rubric import points_named, ticked_share


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("", []),
        ("Water boils at 100 degrees.", []),
        ("说明原因（3分）；提出办法（2分）", [("说明原因", "0.6"), ("提出办法", "0.4")]),
        ("答：\n1. 起因 (1 分)\n2. 后果（1.5分）。", [("1. 起因", "0.4"), ("2. 后果", "0.6")]),
        ("Names it (1 point), explains it (3 Points)", [("Names it", "0.25"), ("explains it", "0.75")]),
        ("（3分）", []),
        ("Nothing (0 points)", []),
        ("满分（共10分）", []),
        ("a (1 mark) b (1 mark) c (1 mark)", [("a", "0.333333"), ("b", "0.333333"), ("c", "0.333333")]),
    ],
)
def test_what_has_its_points_in_brackets_is_a_point(reference: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.label, one.share) for one in points_named(reference)] == [(said, D(part)) for said, part in expected]


@pytest.mark.parametrize(("ticked", "share"), [([], "0"), ([0], "0.333333"), ([0, 1, 2], "1"), ([7], "0")])
def test_all_points_earn_everything_whatever_was_rounded(ticked: list[int], share: str) -> None:
    assert ticked_share(points_named("a (1 mark) b (1 mark) c (1 mark)"), ticked) == D(share)


def test_no_points_earn_nothing() -> None:
    assert ticked_share((), [0]) == 0


@pytest.mark.parametrize(
    ("one", "other", "apart", "mean"),
    [("0.8", "0.6", "0.2", "0.7"), ("0.6", "0.8", "0.2", "0.7"), ("0.8", "0.599999", "0.2", None),
     ("0.5", "0.5", "0", "0.5"), ("0", "1", "1", "0.5"), ("0.333333", "0.666667", "0.4", "0.5")],
)  # fmt: skip
def test_two_marks_are_near_enough_or_not(one: str, other: str, apart: str, mean: str | None) -> None:
    assert agreed(D(one), D(other), apart=D(apart)) == (None if mean is None else D(mean))
