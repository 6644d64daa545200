"""Reports: an exam by unit, by question and by name; figures over all."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from .common import Action, Bar, Choice, Column, Pages


@dataclass(frozen=True, slots=True)
class ExportReason:
    """Why a table leaves the house, to choose from."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class ExportForm:
    """The form under a table that sends it as a file."""

    url: str
    hidden: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    """Which table, where there are several: value and label."""

    formats: tuple[tuple[str, str], ...]
    reasons: tuple[ExportReason, ...]


@dataclass(frozen=True, slots=True)
class ExportAgain:
    """`reports/export_again.html`: what a file was asked with, once more for its reason alone."""

    url: str
    hidden: tuple[tuple[str, str], ...]
    """All that was chosen."""

    reasons: tuple[ExportReason, ...]
    reason: str
    note: str
    error: str
    back_url: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure in a box; `note` says what it is counted of."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One unit of a tree with its cells, ready to print."""

    name: str
    depth: int
    cells: tuple[str, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Tree:
    """A table of units; the first column is the unit's name."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[TreeRow, ...]
    notes: tuple[str, ...] = ()
    """What each number is counted of."""

    empty: str = ""


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One option of a question with how often it was chosen."""

    text: str
    value: str
    share: float
    right: bool


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One question with its figures."""

    uid: str
    stem: Markup
    share_right: str
    asked: str
    omitted: str
    options: tuple[OptionRow, ...]
    attention: bool = False


@dataclass(frozen=True, slots=True)
class NameTable:
    """People by name."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str = ""
    note: str = ""
    """How many more there are, and where."""


@dataclass(frozen=True, slots=True)
class ExamReportPage:
    """`reports/exam.html` and `reports/exam_print.html`."""

    title: str
    kicker: str
    """So far, or as of when; and of which unit."""

    facts: tuple[Figure, ...]
    up: Action | None
    units: Tree
    participation: tuple[Bar, ...]
    distribution: tuple[Bar, ...]
    distribution_note: str
    questions: tuple[QuestionRow, ...]
    absent_heading: str
    absent: NameTable | None
    not_due: NameTable | None
    guests: NameTable | None
    notes: tuple[str, ...]
    export: ExportForm | None
    retake: NameTable | None = None
    """Who sat the retake, where there is one and names may be seen."""
    groups: tuple[NameTable, ...] = ()
    """Results by what people said of themselves, where the exam asks."""
    print_url: str = ""
    signatures: tuple[str, ...] = ()
    questions_note: str = ""
    """How many papers are known by their points alone."""
    board_url: str = ""
    """The board, for those who look after people while the exam runs."""
    papers_url: str = ""
    results_url: str = ""
    """What people answered, to print and sign; for those who see names."""
    items_url: str = ""
    """The item analysis, where questions may be seen and somebody has answered some."""


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """`reports/overview.html`; the same trees stand in the figures card of the organizer's first page."""

    people: str
    exams: Tree
    courses: Tree
    units: Tree
    audiences: Tree


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """`reports/results.html`: the results of an exam by name."""

    trail: tuple[Action, ...]
    title: str
    text: str
    unit: str
    """The number of the unit it is limited to; empty for all within sight."""

    outcomes: tuple[Choice, ...]
    filtered: bool
    found: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...]
    pages: Pages
    url: str
