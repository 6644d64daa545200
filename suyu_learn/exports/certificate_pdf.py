"""Certificates as PDF, one a page of A4 across, each with a QR code to the page that says whether it is valid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from suyu_learn.domain.problems import Problem
from suyu_learn.exports import pdf_fonts
from suyu_learn.exports.documents import Words, printable
from suyu_learn.exports.pdf_lines import POINT, lines_of

if TYPE_CHECKING:
    from fpdf import FPDF

MIME = "application/pdf"
WIDTH, HEIGHT = 297.0, 210.0
_INNER = 215.0
"""How wide the words stand, in millimetres."""
_TONE = (29, 80, 64)
_INK, _SOFT, _PALE = (27, 36, 32), (85, 97, 90), (170, 182, 174)
_CODE = 27.0
_LEFT, _BOTTOM = 30.0, 178.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on one certificate, ready to print; every text is one line unless said otherwise."""

    heading: str
    holder: str
    unit: str
    body: str
    """A sentence or two, broken into lines."""
    facts: tuple[str, ...]
    """Short ones, such as the hours and until when it is valid."""
    issuer: str
    signature: str
    issued: str
    number: str
    statement: str
    """That it is no official licence, broken into lines."""
    check: str = ""
    """How to check it, in words."""
    address: str = ""
    """Of the page that says whether it is valid; without one there is no code."""
    lang: str = "zh-CN"

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that is printed."""
        return (self.heading, self.holder, self.unit, self.body, *self.facts, self.issuer, self.signature, self.issued,
                self.number, self.statement, self.check, self.address)  # fmt: skip


@dataclass(slots=True)
class _Placed:
    """A text in one font at its place; the left end of its base line, in millimetres."""

    text: str
    font: str
    points: float
    left: float
    base: float
    colour: tuple[int, int, int]


@dataclass(slots=True)
class _Page:
    """One certificate laid out."""

    sheet: Sheet
    fonts: pdf_fonts.Fonts
    placed: list[_Placed] = field(default_factory=list)

    def line(
        self, text: str, base: float, points: float, *, bold: bool = False, left: float | None = None,
        width: float = _INNER, least: float = 8.0, colour: tuple[int, int, int] = _INK,
    ) -> None:  # fmt: skip
        """One line, in the middle unless `left` says where it begins; a long one in smaller letters.

        What is too long even then goes on in a second line.
        """
        text = printable(text).strip()
        while points > least and self._wide(text, points, bold) > width:
            points -= 0.5
        if self._wide(text, points, bold) > width:
            self.lines(text, base, points, bold=bold, left=left, width=width, colour=colour)
            return
        at = (WIDTH - self._wide(text, points, bold)) / 2 if left is None else left
        self._run(text, at, base, points, bold, colour)

    def lines(
        self, text: str, base: float, points: float, *, bold: bool = False, left: float | None = None,
        width: float = _INNER, colour: tuple[int, int, int] = _INK,
    ) -> float:  # fmt: skip
        """A text broken into lines; where the next one would stand."""
        for line in lines_of([Words(text, bold)], width, points, self.fonts.width, lambda _picture: (0.0, 0.0)):
            said = "".join(atom.inline.text for atom in line.atoms if isinstance(atom.inline, Words))
            at = (WIDTH - self._wide(said, points, bold)) / 2 if left is None else left
            self._run(said, at, base, points, bold, colour)
            base += points * POINT * 1.6
        return base

    def _wide(self, text: str, points: float, bold: bool) -> float:
        return sum(self.fonts.width(sign, bold) for sign in text) * points * POINT

    def _run(
        self, text: str, left: float, base: float, points: float, bold: bool, colour: tuple[int, int, int]
    ) -> None:
        for font, signs in groupby(text, key=lambda sign: self.fonts.of(sign, bold=bold) or self.fonts.text):
            some = "".join(signs)
            self.placed.append(_Placed(some, font.name, points, left, base, colour))
            left += self._wide(some, points, bold)


def written(sheets: Sequence[Sheet], *, extra_font: str = "") -> bytes:
    """The certificates in one file, at least one.

    Raises Problem when one has a sign that no font has, `extra_font` included: nothing is printed as a box.
    """
    fonts = pdf_fonts.load(extra_font)
    for sheet in sheets:
        if unknown := fonts.unknown(sheet.texts):
            named = "  ".join(f"{sign} (U+{ord(sign):04X})" for sign in unknown)
            raise Problem("certificate.no_font", name=sheet.holder, signs=named)
    pages = [_laid_out(sheet, fonts) for sheet in sheets]
    signs: dict[str, set[str]] = {}
    for page in pages:
        for one in page.placed:
            signs.setdefault(one.font, set()).update(one.text)
    with pdf_fonts.only(signs, extra=extra_font) as files:
        return _drawn(pages, files)


def _laid_out(sheet: Sheet, fonts: pdf_fonts.Fonts) -> _Page:
    page = _Page(sheet, fonts)
    page.line(sheet.heading, 47, 34, bold=True, least=18, colour=_TONE)
    page.line(sheet.holder, 78, 30, least=14)
    page.line(sheet.unit, 88, 12, colour=_SOFT)
    below = page.lines(sheet.body, 106, 16)
    if sheet.facts:
        page.line("　·　".join(sheet.facts), max(below, 116) + 4, 12, colour=_SOFT)
    _foot(page, sheet)
    return page


def _foot(page: _Page, sheet: Sheet) -> None:
    words = _LEFT + (_CODE + 5 if sheet.address else 0)
    page.line(sheet.number, _BOTTOM - 16, 13, bold=True, left=words, width=80)
    if sheet.address:
        below = page.lines(sheet.check, _BOTTOM - 9.5, 9, left=words, width=80, colour=_SOFT)
        page.lines(sheet.address, below, 8, left=words, width=80, colour=_SOFT)
    right = 187.0
    page.line(sheet.issuer, _BOTTOM - 22, 15, left=right, width=80)
    page.line(sheet.issued, _BOTTOM - 14, 12, left=right, width=80)
    if sheet.signature:
        page.line(sheet.signature, _BOTTOM + 1.5, 10, left=right, width=80, colour=_SOFT)
    page.lines(sheet.statement, 190, 8.5, width=240, colour=_SOFT)


def _drawn(pages: Sequence[_Page], files: Mapping[str, str]) -> bytes:
    from fpdf import FPDF

    pdf = FPDF(orientation="landscape", unit="mm", format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_title(printable(pages[0].sheet.heading))
    pdf.set_lang(pages[0].sheet.lang)
    pdf.set_creator("Suyu Learn")
    for name in sorted({one.font for page in pages for one in page.placed}):
        pdf.add_font(name, "", files[name])
    for page in pages:
        pdf.add_page()
        _frame(pdf)
        if page.sheet.signature:
            pdf.set_draw_color(*_SOFT)
            pdf.set_line_width(0.2)
            pdf.line(187, _BOTTOM - 3, 187 + 72, _BOTTOM - 3)
        for one in page.placed:
            pdf.set_font(one.font, size=one.points)
            pdf.set_text_color(*one.colour)
            pdf.text(one.left, one.base, one.text)
        if page.sheet.address:
            _code(pdf, page.sheet.address)
    return bytes(pdf.output())


def _frame(pdf: FPDF) -> None:
    pdf.set_draw_color(*_TONE)
    pdf.set_line_width(1.1)
    pdf.rect(9, 9, WIDTH - 18, HEIGHT - 18)
    pdf.set_line_width(0.25)
    pdf.rect(12, 12, WIDTH - 24, HEIGHT - 24)
    for x in (12.0, WIDTH - 12):  # a small square stands in each corner of the inner line
        for y in (12.0, HEIGHT - 12):
            pdf.set_fill_color(255, 255, 255)
            pdf.rect(x - 2.2, y - 2.2, 4.4, 4.4, style="DF")
            pdf.set_fill_color(*_TONE)
            pdf.rect(x - 1, y - 1, 2, 2, style="F")
    pdf.set_draw_color(*_PALE)
    pdf.set_line_width(0.3)
    middle = WIDTH / 2
    pdf.line(middle - 42, 56, middle - 4, 56)
    pdf.line(middle + 4, 56, middle + 42, 56)
    pdf.set_fill_color(*_TONE)
    pdf.polygon([(middle, 54.4), (middle + 1.6, 56), (middle, 57.6), (middle - 1.6, 56)], style="F")


def _code(pdf: FPDF, address: str) -> None:
    """The QR code as black runs of its lines, with the quiet zone of four squares left white around it."""
    rows = modules(address)
    side = _CODE / len(rows)
    top = _BOTTOM - _CODE + 3
    pdf.set_fill_color(0, 0, 0)
    for number, row in enumerate(rows):
        for begins, length in _runs(row):
            # a hair more than its share, so that no seam shows between lines
            pdf.rect(_LEFT + begins * side, top + number * side, length * side, side * 1.02, style="F")


def modules(address: str) -> list[list[bool]]:
    """The squares of a QR code, dark ones True, without the quiet zone."""
    import segno

    return [[bool(square) for square in row] for row in segno.make(address, error="m", micro=False).matrix]


def _runs(row: Sequence[bool]) -> Iterator[tuple[int, int]]:
    place = 0
    for dark, squares in groupby(row):
        length = len(list(squares))
        if dark:
            yield place, length
        place += length
