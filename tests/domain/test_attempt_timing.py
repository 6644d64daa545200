"""When one may begin, hand in, and until when one may write."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from suyu_learn.domain.attempts import entry_ends, hand_in_from
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
