"""The rows of a sheet as questions: merged cells told apart, and pictures put into the texts where they lie."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from suyu_learn.content import pictures
from suyu_learn.content.drafts import MediaDraft
from suyu_learn.content.formats.book_pictures import Picture
from suyu_learn.content.formats.question_columns import Columns
from suyu_learn.content.formats.sheets import Sheet

FILLED_DOWN = ("type", "passage", "group", "topic", "category", "lang", "difficulty", "points", "source", "tags")
"""Fields that a cell merged over several rows says of each of them."""
SHOWING = ("stem", "explanation", "options", "passage", "pairs")
"""Fields whose texts may have pictures; one that lies elsewhere belongs to the stem."""
_PLACEHOLDER = re.compile(r"[\[【]图(\d{1,2})[\]】]")


class SheetRows:
    """The rows below the header, each with its number in the file."""

    def __init__(self, sheet: Sheet, columns: Columns) -> None:
        self.sheet = sheet
        self.columns = columns
        self.media: dict[str, MediaDraft] = {}
        self.beside_answers = 0
        """Pictures in cells of answers, which would give the answer away in the stem."""

    def __iter__(self) -> Iterator[tuple[int, Sequence[str]]]:
        first = self.columns.row
        merged = [area for area in self.sheet.merged if area[2] > area[0] and area[0] >= first]
        shown = {where: some for where, some in self.sheet.pictures.items() if where[0] >= first}
        if not merged and not shown:
            yield from enumerate(self.sheet.rows[first:], start=first + 1)
            return
        rows = [list(row) for row in self.sheet.rows]
        joined = self._unmerged(rows, merged)
        by_row = self._pictures_by_row(rows, shown, joined)
        for at in range(first, len(rows)):
            if at not in joined:
                for place, some in by_row.get(at, {}).items():
                    rows[at][place] = self._with_pictures(rows[at][place], some)
                yield at + 1, rows[at]

    def _unmerged(self, rows: list[list[str]], merged: Sequence[tuple[int, int, int, int]]) -> dict[int, int]:
        """Say merged cells once more where each row needs them; rows that one stem spans become one row.

        Answers with the rows that went into another, and into which.
        """
        columns = self.columns
        down = {place for name in FILLED_DOWN for place in columns.fields.get(name, ())}
        stem = columns.fields["stem"][0]
        joined: dict[int, int] = {}
        said_until = dict.fromkeys(down, -1)
        for top, place, bottom, _last in merged:
            if place in down and top > said_until[place]:
                said_until[place] = bottom
                for at in range(top + 1, bottom + 1):
                    rows[at][place] = rows[top][place]
        stem_until = -1
        for top, place, bottom, last in merged:
            if place <= stem <= last and rows[top][place] and top > stem_until:
                stem_until = bottom
                rows[top] = [_together(rows[top : bottom + 1], at) for at in range(len(rows[top]))]
                joined.update(dict.fromkeys(range(top + 1, bottom + 1), top))
        return joined

    def _pictures_by_row(
        self, rows: list[list[str]], shown: Mapping[tuple[int, int], Sequence[Picture]], joined: Mapping[int, int]
    ) -> dict[int, dict[int, list[Picture]]]:
        """The pictures by row and by the place in whose text they belong; those of empty rows belong above."""
        columns = self.columns
        answers = {*columns.answers, *columns.fields.get("answer", ())}
        showing = {place for name in SHOWING for place in columns.fields.get(name, ())} | set(columns.options.values())
        stem = columns.fields["stem"][0]
        by_row: dict[int, dict[int, list[Picture]]] = {}
        for (row, column), some in sorted(shown.items()):
            if column in answers:
                self.beside_answers += len(some)
                continue
            at = joined.get(row, row)
            if column not in showing or row >= len(rows):
                at = self._filled(rows, at, joined)
            if at < len(rows):
                place = column if column in showing and column < len(rows[at]) else stem
                by_row.setdefault(at, {}).setdefault(place, []).extend(some)
        return by_row

    def _filled(self, rows: list[list[str]], at: int, joined: Mapping[int, int]) -> int:
        above = min(at, len(rows) - 1)
        while above > self.columns.row and not any(rows[above]):
            above -= 1
        return joined.get(above, above)

    def _with_pictures(self, text: str, some: Sequence[Picture]) -> str:
        """The text with each picture at its mark 【图1】, or at the end."""
        marks = [pictures.mark(one.media.sha256, one.alt) for one in some]
        self.media.update({one.media.sha256: one.media for one in some})
        placed: set[int] = set()

        def put(found: re.Match[str]) -> str:
            number = int(found[1])
            if not 1 <= number <= len(marks) or number in placed:
                return found[0]
            placed.add(number)
            return marks[number - 1]

        text = _PLACEHOLDER.sub(put, text)
        return "\n".join([*([text] if text else []), *(mark for at, mark in enumerate(marks, 1) if at not in placed)])


def _together(rows: Sequence[Sequence[str]], place: int) -> str:
    return "\n".join(dict.fromkeys(row[place] for row in rows if row[place]))
