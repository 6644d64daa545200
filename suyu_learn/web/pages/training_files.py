"""One person's training file, on a page and as a document; choosing whose; and one's own records."""

from __future__ import annotations

from dataclasses import dataclass

from .certificates import CertificateLink
from .common import Action, Choice, Column, MenuItem, ProgrammeShare, Row
from .printing import MarkedPaper
from .reports import ExportReason, Figure


@dataclass(frozen=True, slots=True)
class FilePart:
    """One part of a file: facts in a line each, and a table; `widths` are the shares of its columns on paper."""

    title: str
    columns: tuple[Column, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[str | Action, ...], ...]
    empty: str = ""
    """What stands instead of a table without rows; empty where the facts are enough."""
    facts: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileForm:
    """Taking files along: where the form goes, and the reasons there are."""

    url: str
    reasons: tuple[ExportReason, ...]
    papers: bool = False
    """Whether the box for answered papers is ticked."""
    hidden: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PersonFile:
    """`records/person.html`: the whole file of one person."""

    name: str
    staff_number: str
    facts: tuple[Row, ...]
    parts: tuple[FilePart, ...]
    printed: str
    signatures: tuple[str, ...]
    papers: tuple[MarkedPaper, ...] = ()
    papers_said: str = ""
    """How many answered papers there are, and whether they follow."""
    papers_way: Action | None = None
    form: FileForm | None = None
    back_url: str = ""


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody found by name or number."""

    name: str
    facts: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class FilesPage:
    """`records/files.html`: find one person, or take along the files of a unit."""

    text: str
    """What was looked for."""
    found: tuple[FoundPerson, ...]
    found_said: str
    units: tuple[Choice, ...]
    programmes: tuple[Choice, ...]
    since: str
    """From which day on those who left are wanted too; empty for nobody."""
    count: str
    """How many people the choice means; empty until a unit is chosen."""
    batches: tuple[Choice, ...] = ()
    """The parts of a choice that one zip cannot hold."""
    batches_said: str = ""
    form: FileForm | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class MyRecords:
    """`records/mine.html`."""

    name: str
    year: int
    years: tuple[MenuItem, ...]
    hours: Figure
    five_years: Figure
    kinds: tuple[Row, ...]
    """What the hours of the year consist of."""
    kinds_said: str
    programmes: tuple[ProgrammeShare, ...]
    programmes_said: str
    certificates: tuple[CertificateLink, ...]
    outside: tuple[CertificateLink, ...]
    """Certificates of others; without a page of their own."""

    parts: tuple[FilePart, ...]
    printed: str
