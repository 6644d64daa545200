"""Statistics: the dashboard, what its figures mean, the report to the city, the tasks of the action plan."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from .common import Action, Choice, Column, Pages
from .reports import ExportForm, ExportReason, TreeRow


@dataclass(frozen=True, slots=True)
class DefinedFigure:
    """A figure in a box: what it is called, its value, of what, and where its definition and its people stand."""

    label: str
    value: str
    note: str
    definition_url: str
    people: Action | None = None


@dataclass(frozen=True, slots=True)
class DefinedColumn:
    """A column whose heading leads to what its figures are."""

    label: str
    definition_url: str


@dataclass(frozen=True, slots=True)
class UnitTable:
    """The units that are compared; the last line is all of them together."""

    caption: str
    columns: tuple[DefinedColumn, ...]
    rows: tuple[TreeRow, ...]


@dataclass(frozen=True, slots=True)
class ChartTable:
    """A chart beside its table."""

    title: str
    definition_url: str
    chart: Markup
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure's definition, ready to print."""

    key: str
    label: str
    over: str
    under: str
    note: str


@dataclass(frozen=True, slots=True)
class StatisticsPage:
    """`statistics/dashboard.html`."""

    trail: tuple[Action, ...]
    title: str
    period: str
    units: tuple[Choice, ...]
    audiences: tuple[Choice, ...]
    subjects: tuple[Choice, ...]
    periods: tuple[Choice, ...]
    since: str
    until: str
    free: bool
    """Whether days can be typed, and filters be combined."""

    figures: tuple[DefinedFigure, ...]
    exams_note: str
    table: UnitTable | None
    charts: tuple[ChartTable, ...]
    ways: tuple[Action, ...]
    definitions: tuple[Definition, ...]
    rules: tuple[str, ...]
    limits: tuple[str, ...]
    """What is hidden from this viewer, and how far that goes."""

    export: ExportForm | None
    report_url: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class DefinitionsPage:
    """`statistics/definitions.html`."""

    trail: tuple[Action, ...]
    definitions: tuple[Definition, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CountedPage:
    """`statistics/people.html`: the people whom a figure counts."""

    trail: tuple[Action, ...]
    title: str
    period: str
    definition: str
    back: Action
    found: str
    note: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...]
    pages: Pages


@dataclass(frozen=True, slots=True)
class CityReportPage:
    """`statistics/report.html`: the form that makes the report of a year."""

    trail: tuple[Action, ...]
    units: tuple[Choice, ...]
    years: tuple[Choice, ...]
    formats: tuple[Choice, ...]
    reasons: tuple[ExportReason, ...]
    holds: tuple[str, ...]
    """What stands in it."""


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """Tasks of one action or project, to tick."""

    title: str
    tasks: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class PlanTasksPage:
    """`statistics/plan_tasks.html`: the tasks that a course, exam, event or programme serves."""

    trail: tuple[Action, ...]
    title: str
    document: str
    groups: tuple[TaskGroup, ...]
    url: str
