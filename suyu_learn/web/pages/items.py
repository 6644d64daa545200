"""The item analysis of an exam: its questions as a table, and each with its options by score group."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from .common import Action, Choice, Column, Pages, Row
from .reports import ExportForm, Figure


@dataclass(frozen=True, slots=True)
class SpreadBar:
    """How many of one score group chose an option: `share` from 0 to 100, and as printed."""

    group: str
    """`upper`, `middle` or `lower`."""
    label: str
    value: str
    share: float


@dataclass(frozen=True, slots=True)
class SpreadOption:
    """One option of the chart, by its letter."""

    letter: str
    right: bool
    bars: tuple[SpreadBar, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """What is remarkable about a question, and what to do about it."""

    title: str
    advice: str
    serious: bool
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemCard:
    """One question in full."""

    anchor: str
    number: str
    stem: Markup
    uid: str
    facts: tuple[Row, ...]
    remarks: tuple[Remark, ...]
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...]
    """One an option, and one for what was left open; empty for open questions."""
    chart: tuple[SpreadOption, ...]
    note: str
    """Why there is no chart, where there is none."""
    url: str
    """The question's page in its bank; empty for who may not open it."""
    open: bool


@dataclass(frozen=True, slots=True)
class ItemsPage:
    """`reports/items.html`."""

    trail: tuple[Action, ...]
    title: str
    kicker: str
    facts: tuple[Figure, ...]
    said: tuple[Remark, ...]
    """What the figures of the whole exam come to, in words."""
    tries: tuple[Choice, ...]
    """Which attempts, to choose from; empty where everybody has one."""
    shown: tuple[Choice, ...]
    """All questions, or those with remarks."""
    kept: tuple[tuple[str, str], ...]
    """What else the address carries."""
    url: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...]
    empty: str
    cards: tuple[ItemCard, ...]
    legend: tuple[Row, ...]
    """The score groups: `upper`, `middle`, `lower` with their names and sizes."""
    pages: Pages
    notes: tuple[str, ...]
    export: ExportForm | None
