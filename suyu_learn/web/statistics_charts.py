"""Charts of the statistics with their tables: units as bars, weeks as a line, lessons as steps."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from suyu_learn.domain.statistics import ratio
from suyu_learn.exports import charts
from suyu_learn.exports.charts import Chart, Kind, Point
from suyu_learn.services.statistics_desk import Dashboard, UnitFigures
from suyu_learn.web.i18n import _, listed, ngettext
from suyu_learn.web.pages.common import Alignment, Column
from suyu_learn.web.pages.statistics import ChartTable
from suyu_learn.web.report_tables import HIDDEN, percent
from suyu_learn.web.statistics_tables import cell, label, value

_MOST_IN_WORDS = 12
MOST_BARS = 30
"""Units that are drawn beside each other; more are compared by their table alone."""


def chart_tables(found: Dashboard) -> Iterator[ChartTable]:
    """The charts that a choice has."""
    key = bar_key(found)
    if key is not None:
        yield _with_table(bars(found, key), key, (_("Unit"), label(key)))
    if any(one.people for one in found.weeks) and not found.total.finishers_hidden:
        yield _with_table(weeks(found), "weeks", (_("Week from"), label("finishers")))
    if found.lessons is not None and found.lessons.began:
        yield _lessons(found)


def bar_key(found: Dashboard) -> str | None:
    """What the bars compare: the completion rate, or where nobody is due for training, participation."""
    if not 1 < len(found.children) <= MOST_BARS:
        return None
    if found.total.trained.due:
        return "completion"
    return "participation" if found.total.sat.due else None


def bars(found: Dashboard, key: str) -> Chart:
    """A rate of the units right below, by unit."""
    points = tuple(_point(one, key) for one in found.children if value(one, key) is not None)
    return _described(Kind.BARS, _("%(figure)s by unit", figure=label(key)), points, most=100)


def _point(line: UnitFigures, key: str) -> Point:
    found = value(line, key)
    share = None if found is None or isinstance(found, str) else float(found * 100)
    return Point(line.name, share, cell(line, key))


def weeks(found: Dashboard) -> Chart:
    """How many people completed something, week by week."""
    points = tuple(
        Point(f"{one.days.first.month}/{one.days.first.day}", None, HIDDEN)
        if place in found.hidden_weeks
        else Point(f"{one.days.first.month}/{one.days.first.day}", float(one.people), str(one.people))
        for place, one in enumerate(found.weeks)
    )
    return _described(Kind.LINE, _("People who completed something, week by week"), points)


def steps(found: Dashboard) -> Chart:
    """How many people came how far in a course."""
    assert found.lessons is not None  # only asked for where there is a course
    reached = [found.lessons.began, *(one.reached for one in found.lessons.steps)]
    points = tuple(
        Point(str(place), None, HIDDEN)
        if place in found.hidden_lessons
        else Point(str(place), float(count), str(count))
        for place, count in enumerate(reached)
    )
    return _described(Kind.STEPS, _("How far people come, lesson by lesson (0: began)"), points)


def _described(kind: Kind, title: str, points: tuple[Point, ...], most: float = 0) -> Chart:
    """A chart whose description has its values, or where these are many, only how many there are."""
    if len(points) > _MOST_IN_WORDS:
        said = ngettext("%(num)s value; they stand in the table.", "%(num)s values; they stand in the table.",
                        len(points))  # fmt: skip
    else:
        said = listed(f"{one.label} {one.text}" for one in points)
    return Chart(kind, title, said, points, most)


def _with_table(chart: Chart, key: str, headings: tuple[str, str]) -> ChartTable:
    return ChartTable(
        title=chart.title,
        definition_url=f"#def-{key}",
        chart=Markup(charts.svg(chart, f"chart-{key}")),
        columns=(Column(headings[0]), Column(headings[1], Alignment.NUMBER)),
        rows=tuple((one.label, one.text) for one in chart.points),
        note=_without_mark(chart),
    )


def _without_mark(chart: Chart) -> str:
    return _("What would tell of few people has no mark.") if any(one.value is None for one in chart.points) else ""


def _lessons(found: Dashboard) -> ChartTable:
    lessons, hidden = found.lessons, found.hidden_lessons
    assert lessons is not None
    rows = [(_("Began the course"), HIDDEN if 0 in hidden else str(lessons.began), "", "")]
    for place, one in enumerate(lessons.steps, start=1):
        reached = HIDDEN if place in hidden else str(one.reached)
        share = HIDDEN if {0, place} & hidden else percent(ratio(one.reached, lessons.began))
        stopped = HIDDEN if {place, place + 1} & hidden else str(one.stopped)
        rows.append((f"{place}. {one.title}", reached, share, stopped))
    columns = (_("Lesson"), label("reached"), _("of those who began"), label("stopped"))
    chart = steps(found)
    return ChartTable(
        title=chart.title,
        definition_url="#def-reached",
        chart=Markup(charts.svg(chart, "chart-lessons")),
        columns=(Column(columns[0]), *(Column(one, Alignment.NUMBER) for one in columns[1:])),
        rows=tuple(rows),
        note=_without_mark(chart),
    )
