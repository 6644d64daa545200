"""Passages in tables: a row of its own with its questions below, or a column that says the passage beside each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from suyu_learn.content.drafts import Refused
from suyu_learn.content.normalise.texts import bare_label
from suyu_learn.content.normalise.types import ESSAY, GROUP
from suyu_learn.domain.problems import Place, Problem, Problems

if TYPE_CHECKING:
    from suyu_learn.content.formats.question_sheet import SheetReading

_SUB_NUMBER = re.compile(r"[(（]\s*\d{1,2}\s*[)）]|\d{1,4}[.\-－]\d{1,2}|[①-⑳]|小题\d{0,2}|子题\d{0,2}")
_SUB_START = re.compile(r"\s*(?:[(（]\s*\d{1,2}\s*[)）]|[①-⑳])")
_MAY_STAND_ALONE = ("案例", "综合")


@dataclass(slots=True)
class _Passage:
    """A passage whose questions are being read."""

    uid: str
    text: str
    row: Sequence[str]
    number: int
    label: str = ""
    of_its_own: bool = False
    """Whether it has a row of its own, and not a column beside its questions."""
    numbered: bool | None = None
    """Whether its questions are counted (1), (2); None until the first."""
    asked: int = 0
    taken: int = 0


class TableGroups:
    """Which passage each row of a sheet belongs to."""

    def __init__(self, sheet: SheetReading) -> None:
        self.sheet = sheet
        self.open: _Passage | None = None
        self.by_label: dict[str, _Passage] = {}
        self.all: list[_Passage] = []

    def begins(self, row: Sequence[str], number: int) -> bool:
        """Whether the row is a passage and nothing else; it is taken in then."""
        sheet = self.sheet
        if sheet.answers(row) or sheet.options(row) or sheet.first(row, "passage"):
            return False
        if self.open is not None and self.open.of_its_own and self._is_part(row):
            return False
        stem = row[sheet.columns.fields["stem"][0]]
        self._begin(stem, row, number, label=sheet.first(row, "group"), of_its_own=True)
        return True

    def of(self, row: Sequence[str], number: int) -> str:
        """The uid of the passage to which the row belongs, if it belongs to one; each call counts as a question."""
        sheet = self.sheet
        label, text = sheet.first(row, "group"), sheet.first(row, "passage")
        found: _Passage | None
        if text:
            beside = self.open if self.open is not None and self.open.text == text else None
            found = beside or self._begin(text, row, number, label=label, of_its_own=False)
        elif label:
            found = self.by_label.get(label)
        else:
            found = self.open if self.open is not None and self._follows(row) else None
        self.open = found
        if found is None:
            return ""
        found.asked += 1
        return found.uid

    def took(self) -> None:
        """Note that the row just asked for became a question."""
        if self.open is not None:
            self.open.taken += 1

    def gap(self) -> None:
        """An empty row ends a passage whose questions are not counted."""
        if self.open is not None and self.open.asked and not self.open.numbered:
            self.close()

    def close(self) -> None:
        """What comes next belongs to no passage."""
        self.open = None

    def told(self, row: Sequence[str]) -> list[tuple[str, str]]:
        """What a refused row must take along to be understood without its passage."""
        if self.open is None or not self.open.of_its_own or self.open.row is row:
            return []
        return [("材料", self.open.text)]

    def finish(self) -> None:
        """Passages without questions are no groups: they are essays where nothing was asked, else refused."""
        reading = self.sheet.reading
        for passage in self.all:
            if passage.taken:
                continue
            at = next(at for at, item in enumerate(reading.items) if item.uid == passage.uid)
            draft = reading.items.pop(at)
            place = draft.place
            if not passage.of_its_own:
                continue
            if not passage.asked and ESSAY in reading.types:
                body = {"stem": passage.text, "reference": "", "explanation": ""}
                reading.items.insert(at, self.sheet.draft(passage.row, passage.uid, ESSAY, body, place, []))
                reading.warnings.append(self.sheet.placed(Problem("table.passage_as_essay"), place))
            else:
                problem = self.sheet.placed(Problem("table.group_without_questions"), place)
                reading.errors.append(Refused(place, (problem,), (("题干", passage.text),)))

    def _begin(self, text: str, row: Sequence[str], number: int, *, label: str, of_its_own: bool) -> _Passage:
        sheet = self.sheet
        reading = sheet.reading
        place = Place(file=reading.file, sheet=sheet.sheet.name, row=number)
        uid, warnings = reading.next_uid(), list[Problem]()
        explanation = "\n".join(sheet.all(row, "explanation")) if of_its_own else ""
        try:
            draft = sheet.draft(row, uid, GROUP, {"stem": text, "explanation": explanation}, place, warnings)
        except (Problem, Problems):
            self.close()
            raise
        reading.items.append(draft)
        if of_its_own:
            reading.warnings += [sheet.placed(warning, place) for warning in warnings]
        passage = _Passage(uid, text, row, number, label, of_its_own)
        self.open = passage
        self.all.append(passage)
        if label:
            self.by_label[label] = passage
        return passage

    def _follows(self, row: Sequence[str]) -> bool:
        """Whether a row without a passage of its own belongs to the one above."""
        passage = self.open
        if passage is None or not passage.of_its_own or passage.label:
            return False
        part = self._is_part(row)
        if passage.numbered is None:
            word = bare_label(self.sheet.first(passage.row, "type"))
            alone = any(name in word for name in _MAY_STAND_ALONE)
            if not part and alone and self.sheet.first(row, "type"):
                return False
            passage.numbered = part
            if not part:
                place = Place(file=self.sheet.reading.file, sheet=self.sheet.sheet.name, row=passage.number)
                self.sheet.reading.warnings.append(Problem("table.group_guessed", place=place))
        return part or not passage.numbered

    def _is_part(self, row: Sequence[str]) -> bool:
        sheet = self.sheet
        stem = row[sheet.columns.fields["stem"][0]]
        return bool(_SUB_NUMBER.fullmatch(sheet.first(row, "number")) or _SUB_START.match(stem))
