"""Pages of the ledger of certificates that others issue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .common import Action, Choice, Message, Pages
from .people import Listing
from .reports import ExportForm


@dataclass(frozen=True, slots=True)
class OutsideList:
    """`outside/index.html`: what counts today, the first to come due first."""

    trail: tuple[Action, ...]
    lead: str
    text: str
    units: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    employments: tuple[Choice, ...]
    dues: tuple[Choice, ...]
    found: str
    rows: Listing
    pages: Pages
    actions: tuple[Action, ...]
    export: ExportForm
    filtered: bool = False


@dataclass(frozen=True, slots=True)
class OutsideEntry:
    """One entry of a person."""

    title: str
    facts: tuple[str, ...]
    warning: str
    """Why it is to be looked at; empty for one that is in order, and for history."""

    ended: str
    note: str
    actions: tuple[Action, ...]
    withdraw_url: str = ""


@dataclass(frozen=True, slots=True)
class PersonOutside:
    """`outside/person.html`."""

    title: str
    trail: tuple[Action, ...]
    entries: tuple[OutsideEntry, ...]
    history: tuple[OutsideEntry, ...]
    form: Any
    """None for who may not enter any."""

    back_url: str


@dataclass(frozen=True, slots=True)
class OutsideForm:
    """`outside/form.html`: an entry that is renewed or corrected, or a file that is brought."""

    title: str
    trail: tuple[Action, ...]
    lead: str
    form: Any
    submit: str
    back_url: str
    template_url: str = ""
    brought: Listing | None = None
    """The files that came in before."""


@dataclass(frozen=True, slots=True)
class OutsideRow:
    """A row of a file: what it says, and what is to be said of it."""

    number: str
    name: str
    said: str
    remarks: str


@dataclass(frozen=True, slots=True)
class OutsidePreview:
    """`outside/preview.html`: what would become of the rows of a file, or became of them."""

    title: str
    trail: tuple[Action, ...]
    message: Message
    heading: str
    """What stands above that which a row says."""

    counts: tuple[str, ...]
    notes: tuple[str, ...]
    refused: tuple[OutsideRow, ...]
    new: tuple[OutsideRow, ...]
    post_url: str
    left_out_url: str
    back_url: str
    waits: bool
    """Whether it can still be taken in."""


@dataclass(frozen=True, slots=True)
class KindsPage:
    """`outside/kinds.html`."""

    trail: tuple[Action, ...]
    kinds: Listing
    add_url: str
