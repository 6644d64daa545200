"""Identity numbers: what is read as one, what is refused and why, and what is shown of one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyu_learn.domain import identity_numbers
from suyu_learn.domain.identity_numbers import masked, read, read_cell
from suyu_learn.domain.problems import Problem

TODAY = date(2026, 3, 2)
PRINTED = "11010519491231002X"
"""The example that GB 11643-1999 itself prints."""
OTHER = "440524188001010014"
"""The standard's second example; its day of birth lies too far back for anybody alive."""


@st.composite
def numbers(draw: Any) -> str:
    """Any number that can be: six digits of a place, a day, three digits, and the sign that follows."""
    place = draw(st.integers(110000, 659999))
    day = draw(st.dates(date(1900, 1, 1), TODAY))
    digits = f"{place}{day:%Y%m%d}{draw(st.integers(0, 999)):03}"
    return digits + identity_numbers.check_sign(digits)


def test_the_examples_of_the_standard_have_their_check_signs() -> None:
    assert identity_numbers.check_sign(PRINTED[:17]) == "X"
    assert identity_numbers.check_sign(OTHER[:17]) == "4"
    assert read(PRINTED, today=TODAY) == PRINTED


@pytest.mark.parametrize("typed", [
    "11010519491231002x", " 110105 19491231 002X ", "110105-19491231-002x", "１１０１０５１９４９１２３１００２Ｘ",
    "11010519491231002\u0445", "\u200b11010519491231002X\ufeff", "'11010519491231002X", "110105—19491231—002×",
    "11010519491231002Ⅹ",
])  # fmt: skip
def test_ways_of_writing_one_number(typed: str) -> None:
    assert read(typed, today=TODAY) == PRINTED


@pytest.mark.parametrize(("typed", "code"), [
    ("", "identity.missing"), ("  - ", "identity.missing"), ("1101051949123100", "identity.length"),
    ("1101051949123100211", "identity.length"), ("110105491231002", "identity.old"), ("张三", "identity.signs"),
    ("1101051949123X002X", "identity.signs"), ("110105194912310021", "identity.check"),
    ("11010519490231002X", "identity.day"), ("11010520991231002X", "identity.day"), (OTHER, "identity.day"),
    ("1.10105194912E+17", "identity.rounded"),
    ("1101051949123100٢X", "identity.signs"),
])  # fmt: skip
def test_what_is_refused_and_never_repeated(typed: str, code: str) -> None:
    with pytest.raises(Problem) as found:
        read(typed, today=TODAY)
    assert found.value.code == code
    assert not typed.strip(" -") or typed not in str(found.value)


def test_a_cell_that_was_rounded_is_refused_although_it_may_fit() -> None:
    fits = next(f"{digits}0" for serial in range(0, 1000, 100)
                if identity_numbers.check_sign(digits := f"23100319900101{serial:03}") == "0")  # fmt: skip
    assert read(fits, today=TODAY) == fits
    with pytest.raises(Problem, match="rounded"):
        read_cell(fits, today=TODAY)


@given(numbers())
def test_what_is_right_is_read_as_it_stands(number: str) -> None:
    assert read(number, today=TODAY) == number
    assert read(number.lower(), today=TODAY) == number


@given(numbers(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_sign_is_always_noticed(number: str, place: int, sign: str) -> None:
    wrong = number[:place] + sign + number[place + 1 :]
    if wrong == number:
        return
    with pytest.raises(Problem):
        read(wrong, today=TODAY)


@given(numbers(), st.integers(0, 16))
def test_two_neighbours_in_each_others_place_are_always_noticed(number: str, place: int) -> None:
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if wrong == number:
        return
    with pytest.raises(Problem):
        read(wrong, today=TODAY)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    said = ""
    try:
        assert len(read(text, today=TODAY)) == 18
    except Problem as problem:
        said = problem.code
    assert said == "" or said.startswith("identity.")


@given(numbers())
def test_a_mask_hides_the_day_of_birth_and_all_in_the_middle(number: str) -> None:
    shown = masked(number)
    assert len(shown) == 18
    assert shown == f"{number[:4]}**********{number[-4:]}"


@given(st.text(max_size=30).filter(lambda text: len(text) != 18))
def test_of_what_is_no_number_nothing_is_shown(text: str) -> None:
    assert set(masked(text)) == {"*"}


def test_somebody_born_today_has_a_number_and_nobody_born_tomorrow() -> None:
    for days, code in ((0, ""), (1, "identity.day")):
        digits = f"231003{TODAY + timedelta(days=days):%Y%m%d}123"
        number = digits + identity_numbers.check_sign(digits)
        if code:
            with pytest.raises(Problem, match=code):
                read(number, today=TODAY)
        else:
            assert read(number, today=TODAY) == number
