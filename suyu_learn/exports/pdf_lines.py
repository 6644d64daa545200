"""Text broken into lines as Chinese beside Latin needs it: between any two signs, but no line begins with a comma.

A line holds what is drawn, each with its width; how wide a sign is says the font, which is asked by `Measure`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from unicodedata import east_asian_width

from suyu_learn.exports.documents import Break, Formula, Inline, Picture, Words, printable

NOT_FIRST = frozenset("，。、；：！？）》」』】〕〉”’％…—·～,.;:!?)]}%")
NOT_LAST = frozenset("（《「『【〔〈“‘([{")
POINT = 25.4 / 72
"""A point in millimetres."""
LEADING = 1.55
"""The height of a line in letters."""

Measure: TypeAlias = Callable[[str, bool], float]
"""How wide a sign is in letters of the text, bold or not."""
Size: TypeAlias = Callable[[Picture], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Atom:
    """Something that is drawn in one go: words of one look, a picture, a formula; sizes in millimetres."""

    inline: Words | Picture | Formula
    width: float
    height: float


@dataclass(slots=True)
class Line:
    """Atoms beside each other."""

    atoms: list[Atom] = field(default_factory=list)
    width: float = 0
    height: float = 0

    def add(self, atom: Atom) -> None:
        """Put an atom at the end, joined to words of the same look."""
        last = self.atoms[-1] if self.atoms else None
        self.width += atom.width
        self.height = max(self.height, atom.height)
        if last is not None and isinstance(last.inline, Words) and isinstance(atom.inline, Words):
            mine, other = last.inline, atom.inline
            if (mine.bold, mine.underlined, mine.struck) == (other.bold, other.underlined, other.struck):
                joined = Words(mine.text + other.text, mine.bold, mine.underlined, mine.struck)
                self.atoms[-1] = Atom(joined, last.width + atom.width, last.height)
                return
        self.atoms.append(atom)


def lines_of(
    inlines: Sequence[Inline], width: float, points: float, measure: Measure, size: Size, *, first: float = 0
) -> list[Line]:
    """The lines of a paragraph of that width; `first` is by how much its first line is longer."""
    plain = points * POINT * LEADING
    lines = [Line(height=plain)]
    room = width + first
    for unit in _units(inlines, points, measure, size):
        if unit is None:
            lines.append(Line(height=plain))
            room = width
            continue
        wide = sum(atom.width for atom in unit)
        blank = all(isinstance(atom.inline, Words) and atom.inline.text.isspace() for atom in unit)
        if lines[-1].width + wide > room and not blank and lines[-1].atoms:
            lines.append(Line(height=plain))
            room = width
        if blank and not lines[-1].atoms and len(lines) > 1:
            continue
        for atom in unit if wide <= room else _torn(unit, points, measure):
            if lines[-1].width + atom.width > room and lines[-1].atoms and not blank:
                lines.append(Line(height=plain))
                room = width
            lines[-1].add(atom)
    return lines


def _units(
    inlines: Sequence[Inline], points: float, measure: Measure, size: Size
) -> Iterator[list[Atom] | None]:  # fmt: skip
    """What must not be torn, one after the other; None ends a line."""
    unit: list[Atom] = []
    open_end = False
    for inline in inlines:
        if isinstance(inline, Break):
            if unit:
                yield unit
            unit, open_end = [], False
            yield None
            continue
        for atom in _atoms(inline, points, measure, size):
            text = atom.inline.text if isinstance(atom.inline, Words) else ""
            if unit and not open_end and not (text and text[0] in NOT_FIRST):
                yield unit
                unit = []
            unit.append(atom)
            open_end = bool(text) and text[-1] in NOT_LAST
    if unit:
        yield unit


def _atoms(inline: Words | Picture | Formula, points: float, measure: Measure, size: Size) -> Iterator[Atom]:
    if isinstance(inline, Picture):
        width, height = size(inline)
        yield Atom(inline, width, height + 2)
    elif isinstance(inline, Formula) and inline.svg:
        letter = points * POINT
        yield Atom(inline, inline.width * letter + 0.6, max(inline.height * letter + 1, letter * LEADING))
    else:
        said = inline if isinstance(inline, Words) else Words(inline.source)
        for piece in _pieces(printable(said.text)):
            yield _of_words(said, piece, points, measure)


def _of_words(said: Words, text: str, points: float, measure: Measure) -> Atom:
    width = sum(measure(sign, said.bold) for sign in text) * points * POINT
    return Atom(Words(text, said.bold, said.underlined, said.struck), width, points * POINT * LEADING)


def _pieces(text: str) -> Iterator[str]:
    """Words of Latin and the like whole, everything else sign by sign, spaces by themselves."""
    word = ""
    for sign in text:
        if sign.isspace() or east_asian_width(sign) in "WF" or sign in NOT_LAST:
            if word:
                yield word
            word = ""
            yield sign
        else:
            word += sign
    if word:
        yield word


def _torn(unit: Sequence[Atom], points: float, measure: Measure) -> Iterator[Atom]:
    """Something wider than a line, sign by sign."""
    for atom in unit:
        if isinstance(atom.inline, Words):
            for sign in atom.inline.text:
                yield _of_words(atom.inline, sign, points, measure)
        else:
            yield atom
