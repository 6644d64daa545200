"""The page of every component."""

from __future__ import annotations

from dataclasses import dataclass

from .bank import NearPair
from .common import Action, Bar, Column, Message, Pages, Row
from .people import UnitRow
from .sitting import PaperQuestion, ReviewedQuestion


@dataclass(frozen=True, slots=True)
class Patterns:
    """`patterns.html`: samples for every component."""

    messages: tuple[Message, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    pages: Pages
    facts: tuple[Row, ...]
    bars: tuple[Bar, ...]
    classes: tuple[Bar, ...]
    asked: tuple[PaperQuestion, ...]
    reviewed: tuple[ReviewedQuestion, ...]
    trail: tuple[Action, ...] = ()
    units: tuple[UnitRow, ...] = ()
    near: tuple[NearPair, ...] = ()
