"""What people type, read before it is believed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from suyu_learn.web import bank_editor
from suyu_learn.web.typed import decimal_of


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2", "2"), (" 1.50 ", "1.5"), ("1,5", "1.5"), ("１．５", "1.5"), ("1。5", "1.5"), (".5", "0.5"), ("3.", "3"),
        ("0", "0"), ("-1.5", "-1.5"), ("999999.25", "999999.25"),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(text: str, number: str) -> None:
    assert decimal_of(text) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    ["", ".", "-", "-0", "-0.00", "+1", "1e3", "1E999999999", "1e-999999999", "NaN", "sNaN", "Infinity", "1_000",
     "1000000", "0." + "1" * 13, "9" * 5000, "1.2.3", "two", "²", "٣"],
)  # fmt: skip
def test_what_no_form_means(text: str) -> None:
    assert decimal_of(text) is None


@pytest.mark.parametrize(("typed", "kept"), [
    ("1e-300", None), ("1E9", None), ("0", None), ("-1", None), ("0.005", None), ("1000.01", None), ("NaN", None),
    ("0.01", "0.01"), ("2", "2"), ("0,5", "0.5"), ("１", "1"), ("1000", "1000"),
])  # fmt: skip
def test_points_are_plain_numbers(typed: str, kept: str | None) -> None:
    assert bank_editor._points(typed) == kept
