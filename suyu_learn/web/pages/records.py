"""Records: HR's table."""

from __future__ import annotations

from dataclasses import dataclass

from .common import Choice, Column, Pages
from .reports import ExportForm


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One record: its cells, and where the person's file lies."""

    cells: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class RecordsPage:
    """`records/table.html`."""

    units: tuple[Choice, ...]
    audiences: tuple[Choice, ...]
    subjects: tuple[Choice, ...]
    statuses: tuple[Choice, ...]
    since: str
    until: str
    fields: tuple[Choice, ...]
    columns: tuple[Column, ...]
    rows: tuple[RecordRow, ...]
    total: str
    pages: Pages
    export: ExportForm
    name_column: int = -1
    problem: str = ""
