"""Cells of a workbook that are formulas without a usable value: nobody calculated them, or they came to an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.parsers import expat

from suyu_learn.content.formats.book_parts import Parts, column_number, sheet_parts
from suyu_learn.domain.problems import Place, Problem

MOST_FORMULAS = 5_000
LONGEST = 100
_HAS_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_WRITTEN = re.compile(r"=\s*(?:\+?\$?[A-Z]{1,3}\$?\d+|[A-Z][A-Z.]*\(.*\))", re.DOTALL)

Cells = Mapping[tuple[int, int], str]
"""What stands in each such cell, by row and column from 0."""


def looks_like_formula(text: str) -> bool:
    """Whether a cell of a text file is a formula that was written out: `=B2`, `=VLOOKUP(...)`."""
    return text.startswith("=") and _WRITTEN.fullmatch(text) is not None


def valueless(parts: Parts, *, place: Place) -> dict[str, dict[tuple[int, int], str]]:
    """By sheet, the formulas of a workbook that has passed the guard; most have none, and cost a glance."""
    having = {name for name, part in parts.items() if _HAS_FORMULA.search(part)}
    if not having:
        return {}
    found: dict[str, dict[tuple[int, int], str]] = {}
    for sheet, part in sheet_parts(parts).items():
        cells = _of_part(parts[part], place) if part in having else {}
        if cells:
            found[sheet] = cells
    return found


def _of_part(part: bytes, place: Place) -> dict[tuple[int, int], str]:
    reading = _FormulaCells(place)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = reading.start, reading.end
    parser.CharacterDataHandler = reading.text
    parser.Parse(part, True)
    return reading.found


class _FormulaCells:
    """Collects formulas without a value while expat reads a sheet; rows and cells without `r` are counted on."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.found: dict[tuple[int, int], str] = {}
        self.row = self.column = 0
        self.failed = self.formula = False
        self.inside = ""
        self.texts = {"f": "", "v": ""}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "row":
            self.row, self.column = int(attributes.get("r") or self.row + 1), 0
        elif name == "c":
            match = _REFERENCE.fullmatch(attributes.get("r", ""))
            self.column = column_number(match[1]) if match else self.column + 1
            self.row = int(match[2]) if match else self.row
            self.failed, self.formula, self.texts = attributes.get("t") == "e", False, {"f": "", "v": ""}
        elif name in self.texts:
            self.inside = name
            self.formula = self.formula or name == "f"

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name in self.texts:
            self.inside = ""
        elif name == "c" and self.formula and (self.failed or not self.texts["v"].strip()):
            if len(self.found) >= MOST_FORMULAS:
                raise Problem("sheet.too_many_formulas", place=self.place, most=MOST_FORMULAS)
            said = self.texts["v"].strip() if self.failed else ""
            self.found[self.row - 1, self.column - 1] = said or f"={self.texts['f'] or '…'}"

    def text(self, data: str) -> None:
        if self.inside and len(self.texts[self.inside]) < LONGEST:
            self.texts[self.inside] += data[:LONGEST]
