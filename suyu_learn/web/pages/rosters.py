"""Importing rosters: the upload, the preview with its questions, what came of it, and the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .common import Action, Column, Message, Pages, Row


@dataclass(frozen=True, slots=True)
class RosterUpload:
    """`rosters/upload.html`; the form has `unit`, `file`, `encoding`."""

    form: Any
    template_url: str
    list_url: str
    first_unit_url: str = ""
    """Where the first unit is added, while there is none to import into."""


@dataclass(frozen=True, slots=True)
class RosterTab:
    """One kind of row, with how many there are."""

    label: str
    count: int
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class RosterChoice:
    """One answer to a doubtful row."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One row of the file: where it stands, whom it names, what becomes of it."""

    where: str
    name: str
    outcome: str
    sign: str
    facts: tuple[str, ...] = ()
    """What would change or where the person goes."""

    notes: tuple[str, ...] = ()
    """Doubts, reasons, and what is left out."""

    field: str = ""
    choices: tuple[RosterChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterBatch:
    """`rosters/batch.html`: a preview, or an import that is done or undone."""

    title: str
    facts: tuple[Row, ...]
    state: str
    tabs: tuple[RosterTab, ...]
    lines: tuple[RosterLine, ...]
    pages: Pages
    here: str
    """Where the form comes back to."""

    messages: tuple[Message, ...] = ()
    new_units: tuple[str, ...] = ()
    create_units: bool = True
    apply_label: str = ""
    """Empty when there is nothing to apply."""

    discard_url: str = ""
    left_out: Action | None = None
    sign_in_url: str = ""
    """Empty where there are no new people, or no links can be made."""

    sign_in_doubt: str = ""
    """What is wrong with the address in these links, for phones."""

    cards_url: str = ""
    """Where cards of those who came in are printed; empty when nobody waits for one."""

    cards_file_url: str = ""
    cards_label: str = ""
    undo_url: str = ""
    obstacles: tuple[str, ...] = ()
    list_url: str = ""


@dataclass(frozen=True, slots=True)
class RosterList:
    """`rosters/index.html`; each row's first cell is its link."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    upload_url: str
