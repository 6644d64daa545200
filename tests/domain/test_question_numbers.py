"""Numbers as people type them, and when they are near enough."""

from decimal import Decimal
from typing import Any

import pytest

from suyu_learn.domain.problems import Problem, Problems
from suyu_learn.domain.questions import Numeric
from suyu_learn.domain.questions.numbers import read_number

NUMERIC = Numeric()


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("3.5", "3.5"), ("3,5", "3.5"), ("３．５", "3.5"), ("３，５", "3.5"), (".5", "0.5"), ("5.", "5"), ("-2", "-2"),
        ("−2", "-2"), ("+2", "2"), ("- 2", "-2"), ("1,234", "1234"), ("1,234.5", "1234.5"), ("1.234,5", "1234.5"),
        ("1 234 567", "1234567"), ("1,234,567", "1234567"), ("0,123", "0.123"), ("0.123", "0.123"), ("1.234", "1.234"),
        ("1.234.567", "1234567"), ("12,34", "12.34"), ("1e3", "1000"), ("1.5E-3", "0.0015"), ("3×10^8", "3e8"),
        ("3×10⁸", "3e8"), ("3 x 10^8", "3e8"), ("10^5", "1e5"), ("10⁻³", "0.001"), ("1/2", "0.5"), ("½", "0.5"),
        ("-3/4", "-0.75"), ("50%", "0.5"), ("  7  ", "7"), ("1'000", "1000"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_they_are_meant(typed: str, number: str) -> None:
    assert read_number(typed) == Decimal(number)


@pytest.mark.parametrize(
    "typed",
    ["3,5x", "x", "", "1/0", "1,23,4", "1.2.3", "1,2.3,4", "3 1/2", "12 34", "--3", "1e", "e5", "1e99999",
     "1e999999999",     "9" * 201, "9" * 100, "1/2/3", "NaN", "Infinity", "0x10", "1_000", "三", "3.5 m"],
)  # fmt: skip
def test_what_is_no_number_is_none(typed: str) -> None:
    assert read_number(typed) is None


@pytest.mark.parametrize(
    ("typed", "unit"),
    [("9.8m/s", "m/s"), ("9.8 m/s", "m/s"), ("9.8 ｍ/ｓ", "m/s"), ("9.8㎏", "kg"), ("9.8 m²", "m²"), ("9.8%", "%"),
     ("9.8", "m/s"), ("9.8千克", "千克")],
)  # fmt: skip
def test_the_unit_may_follow(typed: str, unit: str) -> None:
    assert read_number(typed, unit) == Decimal("9.8")


def asked(*answers: dict[str, Any], unit: str = "") -> Any:
    return NUMERIC.read({"stem": "g = ?", "answers": list(answers), "unit": unit})


@pytest.mark.parametrize(
    ("typed", "mark"),
    [("9.8", "1"), ("9.75", "1"), ("9,9", "1"), ("9.69", "0.5"), ("9.4", "0"), ("10", "0.5"), ("10.5", "0.5"),
     ("10.51", "0"),     ("98/10", "1"), ("-9.8", "0"), ("1e1000", "0"), ("1e-1000", "0")],
)  # fmt: skip
def test_the_best_answer_that_fits_counts(typed: str, mark: str) -> None:
    content = asked({"value": "9.8", "tolerance": "0.1"},
                    {"value": "10", "tolerance": "0.05", "relative": True, "credit": "0.5"})  # fmt: skip
    assert NUMERIC.mark(content, NUMERIC.parse(content, typed)) == Decimal(mark)


def test_a_slip_of_the_pen_is_a_message_and_not_a_zero() -> None:
    with pytest.raises(Problem) as without:
        NUMERIC.parse(asked({"value": "3.5"}), "3,5x")
    assert (without.value.code, without.value.params) == ("response.not_a_number", {"typed": "3,5x"})
    with pytest.raises(Problem) as with_unit:
        NUMERIC.parse(asked({"value": "3.5"}, unit="kg"), ["3,5 mg"])
    assert with_unit.value.code == "response.not_a_number_with_unit"


def test_the_key_carries_the_unit() -> None:
    assert NUMERIC.key(asked({"value": "9.80"}, unit="m/s²")) == "9.80 m/s²"


@pytest.mark.parametrize(
    ("answers", "unit", "code"),
    [
        pytest.param([], "", "question.no_number", id="none"),
        pytest.param([{"value": "3,5"}], "", "question.not_a_number", id="comma"),
        pytest.param([{"value": 3.5}], "", "question.not_a_number", id="no text"),
        pytest.param([{"value": "1e9999"}], "", "question.not_a_number", id="huge"),
        pytest.param([{"value": "1", "tolerance": "-1"}], "", "question.negative_tolerance", id="tolerance"),
        pytest.param([{"value": "1", "credit": "0.5"}], "", "question.first_number_not_full", id="first"),
        pytest.param([{"value": "1"}, {"value": "2", "credit": "2"}], "", "question.credit_out_of_range", id="credit"),
        pytest.param([{"value": "1"}], "000", "question.unit_is_a_number", id="unit"),
    ],
)
def test_unsound_numbers_are_refused(answers: list[Any], unit: str, code: str) -> None:
    with pytest.raises(Problems) as refused:
        NUMERIC.read({"stem": "?", "answers": answers, "unit": unit})
    assert code in [problem.code for problem in refused.value.problems]
