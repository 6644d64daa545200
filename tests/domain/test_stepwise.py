"""One question at a time: its seconds, its end, and what comes in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyu_learn.domain.attempts import (
    ALL_SHOWN,
    FOR_THE_LINE,
    NO_EXTRA,
    Extra,
    StepKind,
    StepRecord,
    ends_at,
    judge_shown,
    minutes_needed,
    project,
    seconds_of,
)

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
GRACE = timedelta(minutes=5)
extras = st.builds(Extra, st.sampled_from([Decimal(1), Decimal("1.5"), Decimal(2)]), st.integers(0, 600))


@pytest.mark.parametrize(
    ("seconds", "minutes", "extra", "own"),
    [
        (60, 20, NO_EXTRA, 60),
        (60, 20, Extra(Decimal("1.5")), 90),
        (45, 20, Extra(Decimal(2)), 90),
        (60, 20, Extra(minutes=5), 75),
        (50, 60, Extra(minutes=7), 55),  # 55.83: never more in sum than was given
        (10, 1, Extra(minutes=600), 6010),
    ],
)
def test_extra_time_stretches_each_question(seconds: int, minutes: int, extra: Extra, own: int) -> None:
    assert seconds_of(seconds, minutes=minutes, extra=extra) == own


@given(st.integers(1, 200), st.integers(10, 3600), st.integers(0, 100), extras)
def test_what_fits_into_the_minutes_fits_with_extra_time_too(
    questions: int, seconds: int, spare: int, extra: Extra
) -> None:
    minutes = minutes_needed(questions, seconds) + spare
    own = seconds_of(seconds, minutes=minutes, extra=extra)
    assert own >= seconds
    assert questions * own <= minutes * 60 + extra.over(minutes).total_seconds()


@pytest.mark.parametrize(("questions", "seconds", "needed"), [(20, 60, 20), (20, 61, 21), (1, 10, 1), (0, 60, 0)])
def test_the_minutes_needed_are_rounded_up(questions: int, seconds: int, needed: int) -> None:
    assert minutes_needed(questions, seconds) == needed


@pytest.mark.parametrize(
    ("at", "changed", "refusal"),
    [
        (0, {}, None),
        (60, {}, None),
        (65, {}, None),
        (65.001, {}, "time_over"),
        (30, {"slot": 2}, "not_asked_now"),
        (30, {"slot": 4}, "not_asked_now"),
        (30, {"shown": ALL_SHOWN}, "not_asked_now"),
        (30, {"stale": True}, "continued_elsewhere"),
        (30, {"stale": True, "slot": 2}, "continued_elsewhere"),
        (30, {"closed": True}, "closed"),
        (50, {"deadline": START + 47 * SECOND}, None),
        (53, {"deadline": START + 47 * SECOND}, "time_over"),
        (50, {"deadline": START + 47 * SECOND, "late_counts": False}, "time_over"),
        (348, {"deadline": START + 47 * SECOND}, "closed"),
    ],
)
def test_what_counts_is_when_it_arrives(at: float, changed: dict[str, object], refusal: str | None) -> None:
    usual = {"slot": 3, "shown": 3, "until": START + 60 * SECOND, "deadline": START + 600 * SECOND, "grace": GRACE,
             "closed": False, "stale": False, "late_counts": True}  # fmt: skip
    assert judge_shown(START + at * SECOND, **{**usual, **changed}) == refusal  # type: ignore[arg-type]


def test_the_last_question_that_was_shown_is_the_one_that_is_asked() -> None:
    def shown(slot: int | None, at: int) -> StepRecord:
        detail = {"until": (START + (at + 60) * SECOND).isoformat()} if slot else {}
        return StepRecord(StepKind.SHOWN, START + at * SECOND, slot=slot, detail=detail)

    opened = StepRecord(StepKind.OPENED, START, epoch=1, detail={"deadline": (START + 600 * SECOND).isoformat()})
    assert (project([opened]).shown_slot, project([opened]).shown_until) == (None, None)
    found = project([opened, shown(1, 0), shown(2, 40)])
    assert (found.shown_slot, found.shown_until) == (2, START + 100 * SECOND)
    found = project([opened, shown(1, 0), shown(2, 40), shown(None, 80)])
    assert (found.shown_slot, found.shown_until) == (ALL_SHOWN, None)


@given(
    st.integers(10, 3600),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 4000)), max_size=6),
    st.lists(st.integers(1, 300), max_size=4),
)
def test_no_pause_takes_a_second_and_no_reload_gives_one(
    seconds: int, pauses: list[tuple[int, int]], reloads: list[int]
) -> None:
    """The time that runs between showing a question and its end is its seconds, whatever happens between."""
    deadline = START + timedelta(days=1)
    until = START + seconds * SECOND
    steps = [StepRecord(StepKind.OPENED, START, epoch=1, detail={"deadline": deadline.isoformat()}),
             StepRecord(StepKind.SHOWN, START, slot=1, detail={"until": until.isoformat()})]  # fmt: skip
    at, stood = START, timedelta(0)
    for ran, stands in pauses:
        at += ran * SECOND
        steps.append(StepRecord(StepKind.PAUSED, at))
        at += stands * SECOND
        steps.append(StepRecord(StepKind.RESUMED, at))
        stood += stands * SECOND
    for epoch, ran in enumerate(reloads, start=2):
        at += ran * SECOND
        steps.append(StepRecord(StepKind.OPENED, at, epoch=epoch, detail={"deadline": (deadline + stood).isoformat()}))
    found = project(steps)
    assert found.shown_until is not None
    assert found.deadline is not None
    assert found.shown_until - START - stood == seconds * SECOND
    assert ends_at(found.shown_until, found.deadline) <= found.deadline
    assert ends_at(found.shown_until, START) == START
    assert timedelta(seconds=10) > FOR_THE_LINE
