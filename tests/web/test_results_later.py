"""Results that come later than the handing in: the start page tells of them once they are there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from suyu_learn.models import Shown
from tests.browser_without_script import Visitor
from tests.clock import START, FrozenClock
from tests.factories import stage

THERE = "Your result in “An exam” is there."


@pytest.mark.parametrize(
    ("policy", "minutes"),
    [
        ({"results_at": START + timedelta(hours=2)}, 120),
        ({"show_score": Shown.AFTER_CLOSE, "closes_at": START + timedelta(hours=1)}, 60),
        ({"show_score": Shown.AFTER_CLOSE, "closes_at": START + timedelta(hours=1),
          "results_at": START + timedelta(hours=2)}, 120),
    ],
    ids=["a set time", "after the closing", "both"],
)  # fmt: skip
def test_the_start_page_tells_when_they_come(
    app: Flask, clock: FrozenClock, policy: dict[str, Any], minutes: int
) -> None:
    given = stage(app, minutes=30, attempts_allowed=1, **policy)
    lin = Visitor(app).sign_in("lin")
    paper = lin.start(given.exam_id)
    paper.save(1, "right")
    paper.submit()
    assert "20 out of 100" not in lin.words
    for wait in (1, minutes - 2):
        clock.advance(minutes=wait)
        lin.get("/")
        assert THERE not in lin.words
        lin.get(f"/attempts/{paper.key}/result")  # looking in vain is not having seen it
    clock.advance(minutes=2)
    lin.get("/")
    assert THERE in lin.words
    lin.get(f"/attempts/{paper.key}/result")
    assert "20 out of 100" in lin.words
    lin.get("/")
    assert THERE not in lin.words


@pytest.mark.parametrize("score", [Shown.NOW, Shown.NEVER])
def test_what_is_shown_at_once_or_never_is_no_news(app: Flask, clock: FrozenClock, score: Shown) -> None:
    given = stage(app, minutes=30, closes_at=START + timedelta(hours=1), show_score=score)
    lin = Visitor(app).sign_in("lin")
    lin.start(given.exam_id).submit()
    clock.advance(hours=2)
    lin.get("/")
    assert THERE not in lin.words
