"""Records: HR's table, one person's file, one's own."""

from __future__ import annotations

from dataclasses import dataclass

from .certificates import CertificateLink
from .common import Choice, Column, Pages, Row
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


@dataclass(frozen=True, slots=True)
class FileTable:
    """One table of a person's file."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str = ""


@dataclass(frozen=True, slots=True)
class PersonFile:
    """`records/person.html` and `records/mine.html`: the whole file of one person."""

    name: str
    facts: tuple[Row, ...]
    tables: tuple[FileTable, ...]
    printed: str
    signatures: tuple[str, ...] = ()
    print_url: str = ""
    certificates: tuple[CertificateLink, ...] = ()
    """On one's own page."""

    outside: tuple[CertificateLink, ...] = ()
    """Certificates of others, on one's own page; without a page of their own."""
