"""How long questions take, from the steps of attempts made up by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from suyu_learn.domain.statistics import LONGEST_PAUSE, Made, Spent, seconds_by_slot, spent

START = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)


def made(*steps: tuple[float, int | None]) -> list[Made]:
    return [Made(START + timedelta(seconds=after), slot) for after, slot in steps]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        pytest.param([], {}, id="nothing"),
        pytest.param([(0, None)], {}, id="only opened"),
        pytest.param([(0, None), (20, 1), (50, 2)], {1: 20, 2: 30}, id="one after the other"),
        pytest.param([(0, None), (20, 1), (50, 2), (60, 1)], {1: 30, 2: 30}, id="coming back adds"),
        pytest.param([(0, None), (20, 1), (25, 1)], {1: 25}, id="changed at once"),
        pytest.param([(0, None), (20, 1), (320, None), (330, 2)], {1: 20, 2: 10}, id="opened again between"),
        pytest.param([(0, None), (600, 1)], {1: 600}, id="a pause just as long as counts"),
        pytest.param([(0, None), (600.001, 1), (605, 2)], {2: 4.999}, id="a longer one does not"),
        pytest.param([(0, None), (20, 1), (900, 1)], {1: 20}, id="only the pause is left out"),
        pytest.param([(0, None), (90, 1), (90, 2), (90, 3), (100, 4)], {4: 10}, id="a whole page at one moment"),
        pytest.param([(0, None), (90, 1), (90, 1)], {1: 90}, id="the same question twice at one moment"),
        pytest.param([(50, 2), (0, None), (20, 1)], {1: 20, 2: 30}, id="a queue comes in another order"),
        pytest.param([(20, 1), (50, 2)], {2: 30}, id="never opened"),
    ],
)  # fmt: skip
def test_seconds_of_each_question(steps: list[tuple[float, int | None]], expected: dict[int, float]) -> None:
    assert seconds_by_slot(made(*steps)) == pytest.approx(expected)


def test_the_longest_pause_can_be_said() -> None:
    assert timedelta(minutes=10) == LONGEST_PAUSE
    assert seconds_by_slot(made((0, None), (61, 1)), longest=timedelta(minutes=1)) == {}


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        ([], None),
        ([7.0], Spent(1, 7, 7, 7)),
        ([10.0, 20.0], Spent(2, 12.5, 15, 17.5)),
        ([50.0, 10.0, 30.0, 20.0, 40.0], Spent(5, 20, 30, 40)),
        ([1.0, 1.0, 1.0, 1.0, 500.0], Spent(5, 1, 1, 1)),
    ],
)
def test_median_and_middle_half(seconds: list[float], expected: Spent | None) -> None:
    before = list(seconds)
    assert spent(seconds) == expected
    assert seconds == before
