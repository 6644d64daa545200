"""Charts: what is drawn, what is said beside it, what has no mark."""

from __future__ import annotations

import io

import pytest
from lxml import etree
from PIL import Image

from suyu_learn.exports import charts
from suyu_learn.exports.charts import Box, Chart, Kind, Label, Path, Point

POINTS = (Point("Mill & <Sons>", 50.0, "50.0%"), Point("Town", None, "*"), Point("Bureau", 100.0, "100.0%"))


def test_bars_have_the_length_of_their_values_and_none_where_hidden() -> None:
    drawn = charts.shapes(Chart(Kind.BARS, "Rates", "", POINTS, most=100))
    rails = [one.width for one in drawn if isinstance(one, Box) and one.rail]
    bars = [one.width for one in drawn if isinstance(one, Box) and not one.rail]
    assert len(rails) == 3
    assert bars == [rails[0] / 2, rails[0]]
    assert [one.text for one in drawn if isinstance(one, Label)][:4] == ["Mill & <Sons>", "50.0%", "Town", "*"]


def test_a_line_breaks_where_a_value_is_hidden() -> None:
    points = [Point(str(place), None if place == 2 else place, "") for place in range(5)]
    lines = [one for one in charts.shapes(Chart(Kind.LINE, "Weeks", "", tuple(points))) if isinstance(one, Path)]
    assert [len(one.places) for one in lines if not one.axis] == [2, 2]


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("points", [POINTS, (), (Point("a", 0.0, "0"),)], ids=["some", "none", "nothing but zero"])
def test_svg_is_sound_and_told_in_words_and_the_picture_opens(kind: Kind, points: tuple[Point, ...]) -> None:
    chart = Chart(kind, "Title <b>", "Said & done", points)
    svg = etree.fromstring(charts.svg(chart, "one"))
    assert [svg[0].text, svg[1].text] == ["Title <b>", "Said & done"]
    assert svg.get("aria-labelledby") == "one-title one-desc"
    made = charts.picture(chart)
    with Image.open(io.BytesIO(made.content)) as image:
        assert (image.width, image.height) == (made.width, made.height)
