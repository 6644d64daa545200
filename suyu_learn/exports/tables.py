"""Tables as columns of (key, label, how): what an export says of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Heading:
    """One column: a lasting key, the label as printed, and how a row gives its value."""

    key: str
    label: str
    how: Callable[[Any], Any]
    width: int = 14
    moment: bool = False
    """Whether the values are times or days as text, which a workbook stores as such."""


class Table:
    """Columns applied to rows; the rows are walked once."""

    def __init__(self, title: str, headings: Sequence[Heading], rows: Iterable[Any]) -> None:
        self.title = title
        self.headings = headings
        self.columns = [heading.label for heading in headings]
        self.moments = frozenset(place for place, heading in enumerate(headings) if heading.moment)
        self._rows = rows

    @property
    def rows(self) -> Iterable[list[Any]]:
        return ([heading.how(row) for heading in self.headings] for row in self._rows)
