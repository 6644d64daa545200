"""Records: HR's table."""

from __future__ import annotations

from dataclasses import dataclass

from .common import Action, Choice, Column, Pages
from .reports import ExportForm


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One record: its cells, and where the person's file lies."""

    cells: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class KeptView:
    """A filter with its columns under a name; without `delete_url` somebody else's."""

    name: str
    url: str
    said: str = ""
    """With whom it is shared, or by whom."""

    first: bool = False
    delete_url: str = ""


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
    changes: ExportForm
    """The form for other systems: what has changed since a moment."""

    certificates: ExportForm | None
    """The form for the certificates of these records, where they are completions."""

    note: str
    """Which unit and which days the filter means."""

    views: tuple[KeptView, ...]
    kept: tuple[tuple[str, str], ...]
    """The filter and columns of this page, to be kept under a name."""

    save_url: str
    share_with: str
    """The name of the unit of the filter, which a view can be shared with."""

    more: tuple[Action, ...]
    name_column: int = -1
    problem: str = ""
