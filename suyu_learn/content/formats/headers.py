"""Which row of a sheet is its header, and which column holds what."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

ROWS_SEARCHED = 35
LONGEST_HEADING = 20

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|<[^<>]*>")
_NOISE = re.compile(r"[\s*#:：、,，。_\-]+")


@dataclass(frozen=True)
class Header:
    """The header's place in `rows` (its number in the file is one more), and what its columns are."""

    row: int
    columns: Mapping[str, int]
    unknown: Mapping[int, str]
    headings: tuple[str, ...] = ()

    def cell(self, row: Sequence[str], field: str) -> str:
        """What a row says in the column of a field; nothing if there is no such column."""
        column = self.columns.get(field)
        return row[column] if column is not None and column < len(row) else ""

    def heading(self, field: str) -> str:
        """The heading of a field as the file writes it."""
        column = self.columns.get(field)
        return self.headings[column] if column is not None else ""


def find_header(
    rows: Sequence[Sequence[str]], synonyms: Mapping[str, Sequence[str]], needed: Collection[str]
) -> Header | None:
    """The row among the first ones that names every needed field and most others; None if there is none."""
    known = {field: tuple(clean_heading(word) for word in words) for field, words in synonyms.items()}
    best: tuple[int, Header] | None = None
    for index, row in enumerate(rows[:ROWS_SEARCHED]):
        worth, columns = _columns(row, known)
        if all(field in columns for field in needed) and columns and (best is None or worth > best[0]):
            taken = set(columns.values())
            unknown = {place: text for place, text in enumerate(row) if text.strip() and place not in taken}
            best = worth, Header(index, columns, unknown, tuple(row))
    return best[1] if best else None


def clean_heading(text: str) -> str:
    """A heading without what people decorate it with: `＊ 姓　名（必填）：` is `姓名`."""
    text = unicodedata.normalize("NFKC", text).casefold()
    bare = _NOISE.sub("", _BRACKETS.sub("", text))
    return bare or _NOISE.sub("", text).strip("()[]【】<>")


def _columns(row: Sequence[str], known: Mapping[str, tuple[str, ...]]) -> tuple[int, dict[str, int]]:
    """Fields to columns: exact headings first, then those that contain a synonym, the longest first."""
    headings = [clean_heading(cell) for cell in row]
    columns: dict[str, int] = {}
    exact = {word: field for field, words in reversed(list(known.items())) for word in words}
    for place, heading in enumerate(headings):
        field = exact.get(heading)
        if field is not None and field not in columns:
            columns[field] = place
    exactly = len(columns)
    taken = set(columns.values())
    words = sorted(((word, field) for field, words in known.items() for word in words if len(word) > 1),
                   key=lambda pair: -len(pair[0]))  # fmt: skip
    for place, heading in enumerate(headings):
        if place in taken or len(heading) > LONGEST_HEADING:
            continue
        found = next((field for word, field in words if word in heading), None)
        if found is not None and found not in columns:
            columns[found] = place
    return exactly + len(columns), columns
