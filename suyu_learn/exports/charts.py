"""Charts as a few rectangles, lines and texts: the same shapes become SVG on a page and a picture in a document.

A chart stands beside its table, which is the truth. Everything is drawn in one dark tone, so that it prints in black
and white; what is hidden has no mark and its sign instead of a number.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import Any, TypeAlias

from suyu_learn.exports.documents import Picture, printable

WIDTH = 320
"""In units of the drawing; a text is 12 of them high."""
_ROW, _BAR, _PLOT, _LEFT, _TOP = 34, 10, 120, 8, 18
_VALUES = 66
"""What is left free beside a bar for its number."""
_MOST_LABELS = 12
_SCALE = 3
"""Pixels of a picture for one unit."""


class Kind(StrEnum):
    """How a chart is drawn: bars for units, a line for weeks, steps for lessons."""

    BARS = "bars"
    LINE = "line"
    STEPS = "steps"


@dataclass(frozen=True, slots=True)
class Point:
    """One value with its label and how it is printed; no value where it is hidden."""

    label: str
    value: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows; `description` says in a sentence what can be seen of it."""

    kind: Kind
    title: str
    description: str
    points: tuple[Point, ...]
    most: float = 0
    """Where the scale ends; the largest value unless it is given."""


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle; `rail` is the pale one behind a bar."""

    x: float
    y: float
    width: float
    height: float
    rail: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """A line through some places; pale for an axis."""

    places: tuple[tuple[float, float], ...]
    axis: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A text at a place: its start, middle or end lies there."""

    x: float
    y: float
    text: str
    anchor: str = "start"


Shape: TypeAlias = Box | Path | Label


def height(chart: Chart) -> int:
    """How high the drawing is."""
    return len(chart.points) * _ROW + 4 if chart.kind is Kind.BARS else _TOP + _PLOT + 24


def shapes(chart: Chart) -> tuple[Shape, ...]:
    """The drawing of a chart."""
    most = chart.most or max((one.value for one in chart.points if one.value is not None), default=0) or 1
    make = {Kind.BARS: _bars, Kind.LINE: _line, Kind.STEPS: _steps}[chart.kind]
    return tuple(make(chart.points, most))


def _bars(points: Sequence[Point], most: float) -> Iterator[Shape]:
    room = WIDTH - _VALUES
    for row, point in enumerate(points):
        y = row * _ROW
        yield Label(0, y + 13, point.label)
        yield Box(0, y + 18, room, _BAR, rail=True)
        if point.value:
            yield Box(0, y + 18, room * min(1.0, point.value / most), _BAR)
        yield Label(room + 6, y + 27, point.text)


def _line(points: Sequence[Point], most: float) -> Iterator[Shape]:
    yield from _frame(points, most)
    run: list[tuple[float, float]] = []
    for place, point in enumerate(points):
        if point.value is None:
            yield from _run(run)
            run = []
        else:
            run.append((_middle(place, points), _height(point.value, most)))
    yield from _run(run)


def _run(places: list[tuple[float, float]]) -> Iterator[Shape]:
    if len(places) > 1:
        yield Path(tuple(places))
    for x, y in places:
        yield Box(x - 1.5, y - 1.5, 3, 3)


def _steps(points: Sequence[Point], most: float) -> Iterator[Shape]:
    yield from _frame(points, most)
    wide = _step(points)
    for place, point in enumerate(points):
        if point.value is None:
            yield Label(_middle(place, points), _TOP + _PLOT - 4, point.text, "middle")
            continue
        y = _height(point.value, most)
        yield Box(_LEFT + place * wide + wide * 0.08, y, wide * 0.84, _TOP + _PLOT - y)
        if len(points) <= _MOST_LABELS:
            yield Label(_middle(place, points), y - 4, point.text, "middle")


def _frame(points: Sequence[Point], most: float) -> Iterator[Shape]:
    """The ground line, the top of the scale with its number, and as many labels as have room."""
    ground = _TOP + _PLOT
    yield Path(((_LEFT, ground), (WIDTH - _LEFT, ground)), axis=True)
    yield Path(((_LEFT, _TOP), (WIDTH - _LEFT, _TOP)), axis=True)
    yield Label(WIDTH - _LEFT, _TOP - 5, f"{most:g}", "end")
    every = -(-len(points) // _MOST_LABELS) if points else 1
    for place, point in enumerate(points):
        if place % every == 0:
            yield Label(_middle(place, points), ground + 16, point.label, "middle")


def _step(points: Sequence[Point]) -> float:
    return (WIDTH - 2 * _LEFT) / max(1, len(points))


def _middle(place: int, points: Sequence[Point]) -> float:
    return _LEFT + (place + 0.5) * _step(points)


def _height(value: float, most: float) -> float:
    return _TOP + _PLOT * (1 - min(1.0, value / most))


def svg(chart: Chart, name: str) -> str:
    """The chart for a page; `name` tells it from the others there."""
    inner = "".join(_svg(shape) for shape in shapes(chart))
    return (
        f'<svg class="sl-chart__picture" viewBox="0 0 {WIDTH} {height(chart)}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc" preserveAspectRatio="xMinYMin meet">'
        f'<title id="{name}-title">{escape(chart.title)}</title>'
        f'<desc id="{name}-desc">{escape(chart.description)}</desc>{inner}</svg>'
    )


def _svg(shape: Shape) -> str:
    if isinstance(shape, Box):
        kind = "rail" if shape.rail else "fill"
        return (f'<rect class="sl-chart__{kind}" x="{shape.x:.1f}" y="{shape.y:.1f}" width="{shape.width:.1f}" '
                f'height="{shape.height:.1f}"/>')  # fmt: skip
    if isinstance(shape, Path):
        kind = "axis" if shape.axis else "line"
        places = " ".join(f"{x:.1f},{y:.1f}" for x, y in shape.places)
        return f'<polyline class="sl-chart__{kind}" fill="none" points="{places}"/>'
    return f'<text x="{shape.x:.1f}" y="{shape.y:.1f}" text-anchor="{shape.anchor}">{escape(shape.text)}</text>'


def picture(chart: Chart) -> Picture:
    """The chart for a document, as a PNG."""
    from PIL import Image, ImageDraw

    size = (WIDTH * _SCALE, height(chart) * _SCALE)
    image = Image.new("L", size, 255)
    drawing = ImageDraw.Draw(image)
    drawing.fontmode = "L"
    font = _font()
    for shape in shapes(chart):
        _draw(drawing, shape, font)
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return Picture(stream.getvalue(), size[0], size[1], alt=f"{chart.title} {chart.description}".strip())


def _draw(drawing: Any, shape: Shape, font: Any) -> None:
    if isinstance(shape, Box):
        corners = (shape.x, shape.y, shape.x + shape.width, shape.y + shape.height)
        drawing.rectangle([one * _SCALE for one in corners], fill=228 if shape.rail else 64)
    elif isinstance(shape, Path):
        places = [(x * _SCALE, y * _SCALE) for x, y in shape.places]
        drawing.line(places, fill=160 if shape.axis else 32, width=1 if shape.axis else _SCALE * 2)
    else:
        anchor = {"start": "ls", "middle": "ms", "end": "rs"}[shape.anchor]
        drawing.text((shape.x * _SCALE, shape.y * _SCALE), printable(shape.text), fill=0, font=font, anchor=anchor)


def _font() -> Any:
    """The font of Chinese and Latin signs, which the PDFs have too."""
    from PIL import ImageFont

    from suyu_learn.exports import pdf_fonts

    return ImageFont.truetype(pdf_fonts.load().bold.path, 11 * _SCALE)
