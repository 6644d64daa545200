"""Codes on the screen: good for the half minute in which they are shown and the one after."""

from __future__ import annotations

from datetime import timedelta

import pytest

from suyu_learn.domain.rotating_codes import LENGTH, SIGNS, code_of, seconds_left, step_of, step_shown
from tests.clock import START

SECRET = "a secret of one event"


@pytest.mark.parametrize(
    ("later", "good"), [(-1, False), (0, True), (29, True), (30, True), (59, True), (60, False), (86_400, False)]
)
def test_a_code_is_good_for_its_half_minute_and_the_next(later: int, good: bool) -> None:
    code = code_of(SECRET, step_of(START))
    assert (step_shown(SECRET, code, now=START + timedelta(seconds=later)) == step_of(START)) is good


def test_codes_differ_by_half_minute_and_secret_and_are_read_as_people_type_them() -> None:
    codes = [code_of(SECRET, step_of(START) + number) for number in range(200)]
    assert len(set(codes)) == 200
    assert all(len(one) == LENGTH and set(one) <= set(SIGNS) for one in codes)
    assert step_shown("another secret", codes[0], now=START) is None
    assert step_shown(SECRET, f" {codes[0][:3].lower()} {codes[0][3:]} ", now=START) == step_of(START)
    for text in ("", "不是", codes[0] + "A", codes[1]):
        assert step_shown(SECRET, text, now=START) is None


@pytest.mark.parametrize(("later", "left"), [(0, 30), (1, 29), (29, 1), (29.9, 1), (30, 30)])
def test_seconds_until_the_next_code(later: float, left: int) -> None:
    assert seconds_left(START + timedelta(seconds=later)) == left
