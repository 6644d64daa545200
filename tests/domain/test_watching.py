"""What was watched of a film: spans united, never more than could be played, and what that is worth."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyu_learn.domain.courses import (
    Film,
    Played,
    StepKind,
    StepRecord,
    Told,
    Watched,
    believed,
    counted,
    covered,
    project,
    united,
)

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # nine in the morning in Shanghai
spans = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 300)).map(lambda two: Played(*map(float, two))), max_size=12
)


@given(spans, st.randoms(use_true_random=False))
def test_what_was_played_twice_counts_once_in_whatever_order_it_is_told(some: list[Played], chance: Any) -> None:
    played = {second for span in some for second in range(int(span.begin), int(span.end))}
    assert covered(some) == len(played)
    mixed = some * 2
    chance.shuffle(mixed)
    found = united(mixed)
    assert found == united(some) == united(found)
    assert all(one.end < other.begin for one, other in pairwise(found))
    one_by_one = Watched()
    for span in some:
        one_by_one = one_by_one.more(span, 1)
    assert one_by_one.spans == found


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "?"]), st.floats(0, 400), st.floats(0, 400), st.floats(0, 1e6)), max_size=9
    ),
    st.integers(0, 500),
)
def test_never_more_is_believed_than_could_be_played(said: list[tuple[str, float, float, float]], room: int) -> None:
    films = {"a": Film("a", 100, True), "b": Film("b", 200, False)}
    granted = believed([Told(sha, Played(begin, end), took) for sha, begin, end, took in said], films, room=room)
    assert {one.sha256 for one in granted} <= films.keys()
    assert sum(one.span.seconds for one in granted) <= 2 * room + 0.01
    assert sum(one.took for one in granted) <= room + len(granted) / 2
    for one in granted:
        assert 0 <= one.span.begin < one.span.end <= films[one.sha256].seconds


@pytest.mark.parametrize(
    ("told", "took", "seconds", "worth", "left", "gap"),
    [
        ([], 0, 0, 0, 57, 0.0),
        ([(0, 30)], 30, 30, 30, 27, 30.0),
        ([(0, 30), (20, 60)], 70, 60, 60, 0, 60.0),
        ([(0, 60)], 30, 60, 30, 0, 60.0),  # at double speed: all watched, half the time
        ([(30, 60)], 30, 30, 30, 27, 0.0),
        ([(0, 57)], 57, 57, 57, 0, 57.0),
        ([(0, 56)], 56, 56, 56, 1, 56.0),
    ],
)
def test_what_a_film_of_a_minute_is_worth(
    told: list[tuple[int, int]], took: int, seconds: int, worth: int, left: int, gap: float
) -> None:
    film = Film("a", 60, True)
    watched = Watched()
    for number, (begin, end) in enumerate(told):
        watched = watched.more(Played(begin, end), took if number == 0 else 0)
    assert (watched.seconds(film), watched.worth(film), watched.left(film)) == (seconds, worth, left)
    assert watched.gap == gap
    assert watched.left(replace(film, is_film=False)) == 0  # a sound may be skipped


def _steps(*said: tuple[str, int, int, dict[str, Any]]) -> list[StepRecord]:
    return [
        StepRecord(StepKind(kind), lesson, MONDAY + timedelta(minutes=minute), more.pop("seconds", 0), more)
        for kind, lesson, minute, more in said
    ]


def test_films_follow_from_the_steps_and_come_on_top_of_the_reading_time() -> None:
    lesson = project(
        _steps(
            ("opened", 1, 0, {}),
            ("watched", 1, 2, {"seconds": 50, "media": "a", "from": 0, "to": 50}),
            ("watched", 1, 3, {"seconds": 20, "media": "a", "from": 40, "to": 60}),
            ("watched", 1, 4, {"seconds": 9, "media": "b", "from": 0, "to": 9.5}),
            ("spent", 1, 5, {"seconds": 300}),
        ),
        zone=ZONE,
    )[1]
    films = [Film("a", 60, True), Film("b", 100, False), Film("c", 100, True)]
    assert [lesson.watched(film).seconds(film) for film in films] == [60, 9, 0]
    assert lesson.worth(films) == 69
    day = date(2026, 3, 2)
    assert counted(lesson.days, 30, watched=lesson.worth(films)) == {day: 99}
    assert counted({day: 80}, 30, watched=69) == {day: 80}  # never more than passed
