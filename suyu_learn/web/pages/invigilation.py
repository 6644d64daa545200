"""What is seen while an exam runs."""

from __future__ import annotations

from dataclasses import dataclass

from .common import Action, Choice, Pages, Row


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One person; `sign` names the icon beside the words."""

    id: str
    name: str
    number: str
    unit: str
    state: str
    sign: str
    kind: str
    facts: tuple[str, ...] = ()
    tag: str = ""
    """Why somebody is here who is not due."""

    value: str = ""
    """What a tick sends; empty where there is nothing to tick."""

    again: bool = False
    """Whether a tick means to open a closed paper again."""

    url: str = ""


@dataclass(frozen=True, slots=True)
class BoardRows:
    """`partials/_board.html`: the figures and the rows, loaded anew every few seconds."""

    figures: tuple[Row, ...]
    told: str
    """The figures in one sentence, which is announced when it changes."""

    as_of: str
    found: str
    rows: tuple[BoardRow, ...]
    others: tuple[BoardRow, ...]
    pages: Pages
    extend_url: str = ""
    """Where the ticks go; empty while nobody shown sits."""


@dataclass(frozen=True, slots=True)
class BoardPage:
    """`invigilation/board.html`."""

    title: str
    state: str
    rows: BoardRows
    rows_url: str
    reload_url: str
    every: int
    units: tuple[Choice, ...]
    seats: tuple[Choice, ...]
    search: str
    filter_url: str
    back_url: str
    note: str
    paused: str = ""
    """Since when, in words."""

    extend_all_url: str = ""
    again_url: str = ""
    """Where all papers are opened again that an old end has cut short; while such papers are looked at."""

    pause_url: str = ""
    resume_url: str = ""
    end_url: str = ""
    paper_url: str = ""
    """Where results on paper are entered."""


@dataclass(frozen=True, slots=True)
class SeatPage:
    """`invigilation/seat.html`: one person who sits."""

    title: str
    exam: str
    facts: tuple[Row, ...]
    actions: tuple[Action, ...]
    resume_url: str
    void_url: str
    back_url: str
    note: str = ""
    left: tuple[Row, ...] = ()
    """How often, when and how long the page was left; nothing where that is not counted."""
