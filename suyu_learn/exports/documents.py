"""What a printed document consists of; `docx_document` and `pdf_document` write the same blocks.

How a paper is laid out is decided once, where the blocks are made; the writers only place them on A4.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

PAGE, PAGES = "{page}", "{pages}"
"""Where the foot of a document has the number of the page, and how many there are."""
_SPACES = "\t\u2028\u2029"
_NOT_PRINTED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_NO_SIGNS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0), range(0xFDD0, 0xFDF0))
"""What only varies the sign before it, and what Unicode says is none."""


@dataclass(frozen=True, slots=True)
class Words:
    """Some words of one kind."""

    text: str
    bold: bool = False
    underlined: bool = False
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Break:
    """A new line within a paragraph."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with its size in pixels, and what it shows for those who do not see it."""

    content: bytes = field(repr=False)
    width: int
    height: int
    alt: str = ""
    whole: bool = False
    """Whether it is a page itself, as a scan, and as large as the sheet has room for."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula: a drawing whose sides are given in letters of the text, Word's own form, and else what was typed."""

    source: str
    svg: str = field(default="", repr=False)
    width: float = 0
    height: float = 0
    omml: str = field(default="", repr=False)


Inline: TypeAlias = Words | Break | Picture | Formula
Inlines: TypeAlias = tuple[Inline, ...]


class Kind(StrEnum):
    """What a paragraph is; the writers know how each looks."""

    TITLE = "title"
    SUBTITLE = "subtitle"
    HEADING = "heading"
    TEXT = "text"
    SMALL = "small"
    MARK = "mark"
    """Something nobody may overlook, such as that a file has the answers."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Inlines that flow; sizes are in millimetres."""

    inlines: Inlines
    kind: Kind = Kind.TEXT
    indent: float = 0
    hanging: float = 0
    """By how much the first line begins before the others."""
    before: float = 0
    with_next: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    """Short texts beside each other, line by line, in columns of equal width."""

    cells: tuple[Inlines, ...]
    count: int
    indent: float = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its widths as shares; the head is repeated on each page, and no row is torn."""

    widths: tuple[float, ...]
    rows: tuple[tuple[Inlines, ...], ...]
    head: tuple[str, ...] = ()
    row_height: float = 0
    """At least so high, in millimetres, where people write in it."""
    ruled: bool = True
    centred: frozenset[int] = frozenset()
    """Columns whose cells stand in the middle."""
    before: float = 0
    kind: Kind = Kind.TEXT
    """The size of what stands in it."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Empty lines to write on."""

    count: int
    indent: float = 0


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows stands on a page of its own."""


Block: TypeAlias = Paragraph | Columns | Table | Lines | NewPage


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document; `foot` may have `PAGE` and `PAGES`."""

    title: str
    blocks: tuple[Block, ...]
    head: str = ""
    foot: str = f"{PAGE} / {PAGES}"
    lang: str = "zh-CN"
    unknown_signs: str = "{signs}"
    """The sentence that names signs which could not be printed, at the end of a document that has some."""


def words(text: str, *, bold: bool = False) -> Inlines:
    """A plain text; its line ends stay."""
    found: list[Inline] = []
    for number, line in enumerate(text.split("\n")):
        if number:
            found.append(Break())
        if line:
            found.append(Words(line, bold=bold))
    return tuple(found)


def printable(text: str) -> str:
    """The text without signs that print nothing: controls, directions, joiners, forms of other signs."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(" " if sign in _SPACES else sign for sign in text if sign in _SPACES or _prints(sign))


def _prints(sign: str) -> bool:
    code = ord(sign)
    if code & 0xFFFE == 0xFFFE or any(code in some for some in _NO_SIGNS):
        return False
    return unicodedata.category(sign) not in _NOT_PRINTED


def texts_of(document: Document) -> Iterator[str]:
    """Every text that a document prints."""
    yield from (document.title, document.head, document.foot)
    for block in document.blocks:
        for inline in _inlines(block):
            if isinstance(inline, Words):
                yield inline.text
            elif isinstance(inline, Formula) and not inline.svg:
                yield inline.source
        if isinstance(block, Table):
            yield from block.head


def _inlines(block: Block) -> Iterable[Inline]:
    if isinstance(block, Paragraph):
        return block.inlines
    cells: Sequence[Inlines] = ()
    if isinstance(block, Columns):
        cells = block.cells
    elif isinstance(block, Table):
        cells = [cell for row in block.rows for cell in row]
    return (inline for cell in cells for inline in cell)
