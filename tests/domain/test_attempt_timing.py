"""When one may begin, hand in, and until when one may write."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from suyu_learn.domain.attempts import NO_EXTRA, Extra, RetakeFor, deadline, entry_ends, hand_in_from, may_retake
from tests.clock import START

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("opening", "minutes", "until", "expected"),
    [
        (START, None, None, None),
        (START, 15, None, START + 15 * MINUTE),
        (START, None, START + 20 * MINUTE, START + 20 * MINUTE),
        (None, 15, None, None),
        (None, None, START, START),
    ],
)
def test_the_latest_entry(
    opening: datetime | None, minutes: int | None, until: datetime | None, expected: datetime | None
) -> None:
    assert entry_ends(opening, minutes=minutes, until=until) == expected


@pytest.mark.parametrize(("minutes", "after"), [(None, 0), (30, 30), (60, 60), (90, 60)])
def test_the_earliest_hand_in_is_never_after_the_deadline(minutes: int | None, after: int) -> None:
    assert hand_in_from(START, minutes=minutes, deadline=START + 60 * MINUTE) == START + after * MINUTE


HALF_MORE, TEN_MORE = Extra(factor=Decimal("1.5")), Extra(minutes=10)


@pytest.mark.parametrize(
    ("extra", "minutes", "more"),
    [
        (NO_EXTRA, 60, 0),
        (HALF_MORE, 60, 30),
        (HALF_MORE, 45, 22.5),
        (Extra(factor=Decimal(2)), 60, 60),
        (TEN_MORE, 60, 10),
    ],
)
def test_how_much_extra_time_is(extra: Extra, minutes: int, more: float) -> None:
    assert extra.over(minutes) == more * MINUTE


@pytest.mark.parametrize(
    ("begun_after", "closes_after", "extra", "past_closing", "ends_after"),
    [
        (0, None, NO_EXTRA, True, 60),
        (0, 60, NO_EXTRA, True, 60),
        (30, 60, NO_EXTRA, True, 60),
        (0, None, HALF_MORE, True, 90),
        (0, 60, HALF_MORE, True, 90),
        (0, 60, HALF_MORE, False, 60),
        (30, 60, HALF_MORE, True, 90),  # 30 minutes for the others, 60 here
        (0, 75, HALF_MORE, False, 75),
        (0, 600, HALF_MORE, False, 90),
        (50, 60, TEN_MORE, True, 70),
    ],
)
def test_the_deadline(
    begun_after: int, closes_after: int | None, extra: Extra, past_closing: bool, ends_after: int
) -> None:
    closes_at = None if closes_after is None else START + closes_after * MINUTE
    found = deadline(START + begun_after * MINUTE, minutes=60, closes_at=closes_at, extra=extra,
                     past_closing=past_closing)  # fmt: skip
    assert found == START + ends_after * MINUTE


FAILED, ABSENT, BOTH = RetakeFor


@pytest.mark.parametrize(
    ("began", "passed", "whom"),
    [
        (False, None, {ABSENT, BOTH}),
        (True, False, {FAILED, BOTH}),
        (True, True, set()),
        (True, None, set()),  # still to be marked
        (False, False, {ABSENT, BOTH}),  # absent, and has failed the retake once
        (False, True, set()),
    ],
)
def test_whom_a_retake_is_for(began: bool, passed: bool | None, whom: set[RetakeFor]) -> None:
    assert {one for one in RetakeFor if may_retake(one, began=began, passed=passed)} == whom
