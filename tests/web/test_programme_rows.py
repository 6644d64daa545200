"""Rows of the form of a programme: where the page comes back to once one was moved or removed."""

from __future__ import annotations

import pytest

from suyu_learn.domain.programmes import PartKind
from suyu_learn.web import programme_rows
from suyu_learn.web.programme_rows import TypedPart, TypedStage

STAGES = [TypedStage(parts=(TypedPart(PartKind.EVENT),) * parts) for parts in (2, 1)]


@pytest.mark.parametrize(
    ("place", "down", "removed"), [((1, 1), "s1-p2", "s1-p1"), ((1, 2), "s2-p1", "s1-p1"), ((2, 1), "s3-p1", "s2")]
)
def test_parts_go_down_and_what_stands_near_them(place: tuple[int, int], down: str, removed: str) -> None:
    ways = programme_rows.ways_of_a_part(STAGES, *place)
    assert (ways.down, ways.removed) == (down, removed)


@pytest.mark.parametrize(("place", "up"), [((1, 2), "s1-p1"), ((2, 1), "s1-p3")])
def test_parts_go_up_also_into_the_stage_above(place: tuple[int, int], up: str) -> None:
    assert programme_rows.ways_of_a_part(STAGES, *place).up == up


def test_stages_change_places() -> None:
    first, last = (programme_rows.ways_of_a_stage(STAGES, place) for place in (1, 2))
    assert (first.down, first.removed) == ("s2", "s1")
    assert (last.up, last.removed) == ("s1", "s1")
