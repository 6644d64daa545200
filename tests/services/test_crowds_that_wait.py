"""How starts are spread where many wait for an exam."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from suyu_learn.models import ExamState
from suyu_learn.services import waiting_room
from suyu_learn.services.exams import Standing
from suyu_learn.services.waiting_room import LONGEST_SPREAD, STARTS_A_SECOND, Crowd, Opening
from tests.clock import START

OPENS = START + timedelta(hours=1)


@pytest.mark.parametrize(
    ("asking", "whole", "seconds"),
    [(0, True, 0), (STARTS_A_SECOND - 1, True, 0), (STARTS_A_SECOND * 3, True, 3), (10**6, True, LONGEST_SPREAD),
     (10**6, False, 0)],
    ids=["nobody", "few", "some", "a city", "no time to lose"],
)  # fmt: skip
def test_starts_are_spread_where_many_wait(asking: int, whole: bool, seconds: int) -> None:
    assert waiting_room.spread(asking, Opening(Standing.WAITING, OPENS, whole)) == seconds


@pytest.mark.parametrize(
    ("closes", "whole"),
    [(None, True), (OPENS + timedelta(minutes=60), False), (OPENS + timedelta(minutes=60, seconds=8), True)],
    ids=["no closing", "the closing cuts", "just enough"],
)
def test_who_would_lose_time_by_waiting_is_not_made_to_wait(closes: datetime | None, whole: bool) -> None:
    exam: Any = SimpleNamespace(state=ExamState.PUBLISHED, opens_at=OPENS, closes_at=closes, paused_at=None, minutes=60)
    assert waiting_room.opening_of(exam, retake=False, now=START).whole_time is whole


def test_how_many_ask_is_counted_by_the_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(waiting_room.time, "monotonic", lambda: now[0])
    crowd = Crowd()
    assert [crowd.count(1) for _ in range(3)] == [1, 2, 3]
    assert crowd.count(2) == 1
    now[0] = 61
    assert crowd.count(1) == 3, "the minute before counts until this one has more"
    now[0] = 200
    assert crowd.count(1) == 1
