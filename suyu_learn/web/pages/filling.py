"""HR's own table, filled from the records."""

from __future__ import annotations

from dataclasses import dataclass

from .common import Action, Choice, Pages, Row
from .people import Listing
from .reports import ExportForm


@dataclass(frozen=True, slots=True)
class FillUpload:
    """`records/fill_upload.html`: the form for the table."""

    trail: tuple[Action, ...]
    most_megabytes: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class KeyColumn:
    """Which column says something of whom a row is about."""

    name: str
    label: str
    columns: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class FillColumn:
    """One column to be filled: which, with what, of what, of which year."""

    number: int
    columns: tuple[Choice, ...]
    whats: tuple[Choice, ...]
    subjects: tuple[Choice, ...]
    year: str


@dataclass(frozen=True, slots=True)
class FillPage:
    """`records/fill_table.html`: the columns of a table, and how it would come out."""

    trail: tuple[Action, ...]
    title: str
    kept: str
    sheets: tuple[Choice, ...]
    keys: tuple[KeyColumn, ...]
    fills: tuple[FillColumn, ...]
    replace: bool
    counts: tuple[Row, ...]
    preview: Listing
    export: ExportForm | None
    """Where at least one column is to be filled."""

    discard_url: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ExportLogPage:
    """`records/export_log.html`: what was taken along as a file."""

    trail: tuple[Action, ...]
    listing: Listing
    found: str
    pages: Pages
