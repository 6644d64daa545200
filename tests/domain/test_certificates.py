"""Numbers of certificates, months, and masked names."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from suyu_learn.domain.certificates import LETTERS, masked, months_later, new_number, read_number

NUMBERS = [new_number(Random(seed)) for seed in range(300)]


def test_a_number_is_read_however_it_is_grouped() -> None:
    for number in NUMBERS:
        plain = number.replace("-", "")
        for typed in (
            number,
            plain,
            number.lower(),
            f" {number} ",
            number.replace("-", " "),
            number.replace("-", "－"),
        ):
            assert read_number(typed) == number
    assert len(set(NUMBERS)) == len(NUMBERS)


def test_no_single_slip_and_no_two_signs_that_changed_places_pass() -> None:
    number = NUMBERS[0].replace("-", "")
    for place, sign in enumerate(number):
        for other in LETTERS.replace(sign, ""):
            assert read_number(number[:place] + other + number[place + 1 :]) is None
        for far in range(place + 1, len(number)):
            if number[far] != sign:
                signs = list(number)
                signs[place], signs[far] = signs[far], signs[place]
                assert read_number("".join(signs)) is None


@pytest.mark.parametrize("typed", ["", "-", "0000-0000-0000", "AAAA", "张三", "A" * 60, "<script>", "7KQP-3MXA-92H\0"])
def test_what_is_no_number(typed: str) -> None:
    assert read_number(typed) is None


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 11, 30), 12, date(2027, 11, 30)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 3, 15), 600, date(2076, 3, 15)),
    ],
)
def test_months_later(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later


@pytest.mark.parametrize(
    ("name", "shown"),
    [("张三丰", "张**"), ("李四", "李*"), ("欧阳修远", "欧**"), ("𠮷野家", "𠮷**"), ("Ivan Petrov", "I**"),
     ("An", "A*"), (" 王 ", "王*"), ("", "")],
)  # fmt: skip
def test_a_stranger_sees_only_the_beginning_of_a_name(name: str, shown: str) -> None:
    assert masked(name) == shown
