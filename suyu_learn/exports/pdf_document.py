"""A document as PDF: laid out on pages first, then drawn, so that each page knows how many there are."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from suyu_learn.exports import pdf_fonts
from suyu_learn.exports.documents import (
    PAGE,
    PAGES,
    Block,
    Columns,
    Document,
    Formula,
    Inlines,
    Kind,
    Lines,
    NewPage,
    Paragraph,
    Picture,
    Table,
    Words,
    printable,
    texts_of,
)
from suyu_learn.exports.pdf_fonts import STANDS_IN
from suyu_learn.exports.pdf_lines import POINT, Line, lines_of

if TYPE_CHECKING:
    from fpdf import FPDF

SUFFIX = ".pdf"
MIME = "application/pdf"
WIDTH, HEIGHT = 210.0, 297.0
MARGIN, TOP, BOTTOM = 20.0, 19.0, 19.0
TEXT_WIDTH = WIDTH - 2 * MARGIN
TEXT_HEIGHT = HEIGHT - TOP - BOTTOM
LINE = 8.5
"""The height of a line that people write on."""
_POINTS = {Kind.TITLE: 17.0, Kind.SUBTITLE: 11.0, Kind.HEADING: 12.5, Kind.TEXT: 10.5, Kind.SMALL: 9.0, Kind.MARK: 12.0}
_HEAVY = frozenset({Kind.TITLE, Kind.HEADING, Kind.MARK})
_CENTRED = frozenset({Kind.TITLE, Kind.SUBTITLE, Kind.MARK})
_PADDING = 1.2
_PIXEL = 25.4 / 96
_WIDEST, _HIGHEST = 110.0, 80.0

Draw: TypeAlias = Callable[["FPDF"], None]


def written(documents: Sequence[Document]) -> list[bytes]:
    """Whole documents; signs that no font has are named at the end of each. Several share the work on the fonts."""
    laid_out = [_laid_out(one) for one in documents]
    signs: dict[str, set[str]] = {}
    for layout in laid_out:
        for name, some in layout.signs.items():
            signs.setdefault(name, set()).update(some)
    with pdf_fonts.only(signs) as files:
        return [_drawn(one, layout, files) for one, layout in zip(documents, laid_out, strict=True)]


def _laid_out(document: Document) -> _Layout:
    layout = _Layout()
    for group in _kept_together(document.blocks):
        layout.group(group)
    unknown = layout.fonts.unknown(texts_of(document))
    if unknown:
        named = "  ".join(f"U+{ord(sign):04X}" for sign in unknown)
        said = document.unknown_signs.replace("{signs}", named).replace("{mark}", STANDS_IN)
        layout.group([Paragraph((Words(said),), Kind.SMALL, before=4)])
    layout.finish(document)
    return layout


def _kept_together(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """Blocks that stand on one page where they fit on one."""
    group: list[Block] = []
    for block in blocks:
        group.append(block)
        if not (isinstance(block, Paragraph) and (block.with_next or block.kind is Kind.HEADING)):
            yield group
            group = []
    if group:
        yield group


class _Layout:
    """Pages as they fill up: what is drawn on each."""

    def __init__(self) -> None:
        self.fonts = pdf_fonts.load()
        self.pages: list[list[Draw]] = [[]]
        self.signs: dict[str, set[str]] = {}
        """The signs that are drawn in each font."""
        self.y = TOP

    def group(self, blocks: Sequence[Block]) -> None:
        """Blocks one below the other, begun on a new page where they would else be torn without need."""
        whole = sum(self._height(block) for block in blocks)
        most = TEXT_HEIGHT / 2 if any(isinstance(block, Lines) for block in blocks) else TEXT_HEIGHT
        if self.y + whole > TOP + TEXT_HEIGHT and (whole <= most or (len(blocks) > 1 and self._late())):
            self._turn()
        for block in blocks:
            self._place(block)

    def _late(self) -> bool:
        return self.y > TOP + TEXT_HEIGHT * 0.85

    def _turn(self) -> None:
        if self.pages[-1]:
            self.pages.append([])
        self.y = TOP

    def _room(self, height: float) -> None:
        if self.y + height > TOP + TEXT_HEIGHT:
            self._turn()

    def _height(self, block: Block) -> float:
        if isinstance(block, Paragraph):
            return block.before + sum(line.height for line in self._lines_of(block))
        if isinstance(block, Columns):
            return sum(height for height, _row in self._rows_of(block))
        if isinstance(block, Lines):
            return LINE * block.count
        return 30.0 if isinstance(block, Table) else 0.0

    def _place(self, block: Block) -> None:
        if isinstance(block, Paragraph):
            self._paragraph(block)
        elif isinstance(block, Columns):
            self._columns(block)
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Lines):
            for _line in range(block.count):
                self._room(LINE)
                self.y += LINE
                self._rule(MARGIN + block.indent, self.y, WIDTH - MARGIN, self.y, grey=128)
        elif isinstance(block, NewPage):
            self._turn()

    def _broken(self, inlines: Inlines, width: float, kind: Kind = Kind.TEXT, *, first: float = 0) -> list[Line]:
        if kind in _HEAVY:
            inlines = tuple(Words(one.text, True, one.underlined, one.struck) if isinstance(one, Words) else one
                            for one in inlines)  # fmt: skip
        most = width / (_POINTS[kind] * POINT) - 1
        inlines = tuple(_fitting(one, most) if isinstance(one, Formula) and one.svg else one for one in inlines)
        return lines_of(inlines, width, _POINTS[kind], self.fonts.width, partial(_size, most=width), first=first)

    def _lines_of(self, block: Paragraph) -> list[Line]:
        width = TEXT_WIDTH - block.indent - block.hanging
        return self._broken(block.inlines, width, block.kind, first=block.hanging)

    def _paragraph(self, block: Paragraph) -> None:
        if self.y > TOP:
            self.y += block.before
        for number, line in enumerate(self._lines_of(block)):
            self._room(line.height)
            left = MARGIN + block.indent + (block.hanging if number else 0)
            if block.kind in _CENTRED:
                left = MARGIN + (TEXT_WIDTH - line.width) / 2
            self._line(line, left, self.y, block.kind)
            self.y += line.height

    def _rows_of(self, block: Columns) -> list[tuple[float, list[list[Line]]]]:
        width = (TEXT_WIDTH - block.indent) / block.count
        cells = [self._broken(cell, width - 3) for cell in block.cells]
        rows = [cells[start : start + block.count] for start in range(0, len(cells), block.count)]
        return [(max(sum(line.height for line in cell) for cell in row), row) for row in rows]

    def _columns(self, block: Columns) -> None:
        width = (TEXT_WIDTH - block.indent) / block.count
        for height, row in self._rows_of(block):
            self._room(height)
            for number, cell in enumerate(row):
                self._stack(cell, MARGIN + block.indent + number * width, self.y)
            self.y += height

    def _stack(
        self, lines: Sequence[Line], left: float, top: float, *, within: float | None = None, kind: Kind = Kind.TEXT
    ) -> None:
        for line in lines:
            self._line(line, left if within is None else left + (within - line.width) / 2, top, kind)
            top += line.height

    def _table(self, block: Table) -> None:
        self.y += block.before
        whole = sum(block.widths)
        widths = [TEXT_WIDTH * one / whole for one in block.widths]
        bold = [(Words(text, bold=True),) for text in block.head]
        head = self._cells(bold, widths, block.kind) if block.head else None
        first = True
        for cells in (self._cells(row, widths, block.kind) for row in block.rows):
            for part in _parts(cells, TEXT_HEIGHT - 30):
                height = max(_height_of(part), block.row_height)
                begun = _height_of(head) if head is not None and first else 0
                if self.y + begun + height > TOP + TEXT_HEIGHT:
                    self._turn()
                    first = True
                if head is not None and first:
                    self._row(head, widths, _height_of(head), block)
                first = False
                self._row(part, widths, height, block)
        if head is not None and first:
            self._row(head, widths, _height_of(head), block)
        self.y += 2

    def _cells(self, row: Sequence[Inlines], widths: Sequence[float], kind: Kind) -> list[list[Line]]:
        return [self._broken(cell, width - 2 * _PADDING, kind) for cell, width in zip(row, widths, strict=True)]

    def _row(self, cells: Sequence[list[Line]], widths: Sequence[float], height: float, block: Table) -> None:
        left = MARGIN
        for number, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            if block.ruled:
                self._box(left, self.y, width, height)
            own = sum(line.height for line in cell)
            within = width - 2 * _PADDING if number in block.centred else None
            self._stack(cell, left + _PADDING, self.y + (height - own) / 2, within=within, kind=block.kind)
            left += width
        self.y += height

    def _line(self, line: Line, left: float, top: float, kind: Kind = Kind.TEXT) -> None:
        points = _POINTS[kind]
        middle = top + line.height / 2
        for atom in line.atoms:
            if isinstance(atom.inline, Words):
                self._words(atom.inline, left, middle + points * POINT * 0.36, points)
            elif isinstance(atom.inline, Picture):
                width, height = atom.width, atom.height - 2
                self.pages[-1].append(partial(_picture, atom.inline, left, middle - height / 2, width, height))
            else:
                letter = points * POINT
                height = atom.inline.height * letter
                # its middle stands where the middle of small letters is
                at = middle + letter * 0.10 - height / 2
                self.pages[-1].append(partial(_formula, atom.inline, left + 0.3, at, atom.width - 0.6, height))
            left += atom.width

    def _words(self, words: Words, left: float, base: float, points: float) -> None:
        for font, signs in groupby(words.text, key=lambda sign: self.fonts.of(sign, bold=words.bold)):
            text = "".join(signs)
            width = sum(self.fonts.width(sign, words.bold) for sign in text) * points * POINT
            if font is None:
                text = STANDS_IN * len(text)
            self._text(self.pages[-1], text, (font or self.fonts.text).name, points, left, base)
            if words.underlined:
                self._rule(left, base + 0.6, left + width, base + 0.6)
            if words.struck:
                self._rule(left, base - points * POINT * 0.3, left + width, base - points * POINT * 0.3)
            left += width

    def _rule(self, x1: float, y1: float, x2: float, y2: float, *, grey: int = 0) -> None:
        self.pages[-1].append(partial(_rule, x1, y1, x2, y2, grey))

    def _box(self, left: float, top: float, width: float, height: float) -> None:
        self.pages[-1].append(partial(_box, left, top, width, height))

    def _text(self, page: list[Draw], text: str, font: str, points: float, left: float, base: float) -> None:
        if text.strip():
            self.signs.setdefault(font, set()).update(text)
            page.append(partial(_text, text, font, points, left, base))

    def finish(self, document: Document) -> None:
        """Head and foot of each page, once it is known how many there are."""
        if not self.pages[-1] and len(self.pages) > 1:
            self.pages.pop()
        points = _POINTS[Kind.SMALL]
        head = self._shortened(printable(document.head), points)
        for number, page in enumerate(self.pages, start=1):
            foot = printable(document.foot).replace(PAGES, str(len(self.pages))).replace(PAGE, str(number))
            self._small(page, foot, (WIDTH - self._wide(foot, points)) / 2, HEIGHT - 9, points)
            self._small(page, head, WIDTH - MARGIN - self._wide(head, points), 11, points)

    def _shortened(self, text: str, points: float) -> str:
        """A text no wider than the page; what stands at its end stays."""
        if self._wide(text, points) <= TEXT_WIDTH:
            return text
        while text and self._wide(f"…{text}", points) > TEXT_WIDTH:
            text = text[1:]
        return f"…{text}"

    def _wide(self, text: str, points: float) -> float:
        return sum(self.fonts.width(sign, False) for sign in text) * points * POINT

    def _small(self, page: list[Draw], text: str, left: float, y: float, points: float) -> None:
        for font, signs in groupby(text, key=lambda sign: self.fonts.of(sign, bold=False)):
            some = "".join(signs)
            shown = some if font is not None else STANDS_IN * len(some)
            self._text(page, shown, (font or self.fonts.text).name, points, left, y)
            left += self._wide(some, points)


def _parts(cells: Sequence[list[Line]], most: float) -> Iterator[list[list[Line]]]:
    """A row, or where it is higher than a page its lines on several."""
    left = [list(cell) for cell in cells]
    while any(left):
        part: list[list[Line]] = []
        for cell in left:
            height, count = 0.0, 0
            while count < len(cell) and (count == 0 or height + cell[count].height <= most):
                height += cell[count].height
                count += 1
            part.append(cell[:count])
            del cell[:count]
        yield part


def _height_of(cells: Sequence[list[Line]]) -> float:
    return max((sum(line.height for line in cell) for cell in cells), default=0.0) + 2 * _PADDING


def _size(picture: Picture, *, most: float) -> tuple[float, float]:
    """How large a picture stands on the page."""
    width, height = max(1, picture.width) * _PIXEL, max(1, picture.height) * _PIXEL
    if picture.whole:
        scale = min(1.0, most / width, (TEXT_HEIGHT - 30) / height)
    else:
        scale = min(1.0, min(_WIDEST, most) / width, _HIGHEST / height)
    return width * scale, height * scale


def _fitting(formula: Formula, most: float) -> Formula | Words:
    """A formula no wider than so many letters; what was typed where its drawing cannot be read."""
    if not _readable(formula.svg):
        return Words(formula.source)
    scale = min(1.0, most / max(formula.width, 1.0))
    return replace(formula, width=formula.width * scale, height=formula.height * scale) if scale < 1 else formula


@lru_cache(maxsize=256)
def _readable(svg: str) -> bool:
    from fpdf.svg import SVGObject

    try:
        SVGObject(svg)
    except Exception:  # it raises whatever comes to its mind
        return False
    return True


def _drawn(document: Document, layout: _Layout, files: Mapping[str, str]) -> bytes:
    from fpdf import FPDF

    pdf = FPDF(unit="mm", format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_title(printable(document.title))
    pdf.set_lang(document.lang)
    pdf.set_creator("Suyu Learn")
    for name in layout.signs:
        pdf.add_font(name, "", files[name])
    for page in layout.pages:
        pdf.add_page()
        for draw in page:
            draw(pdf)
    return bytes(pdf.output())


def _text(text: str, font: str, points: float, left: float, base: float, pdf: FPDF) -> None:
    pdf.set_font(font, size=points)
    pdf.text(left, base, text)


def _rule(x1: float, y1: float, x2: float, y2: float, grey: int, pdf: FPDF) -> None:
    pdf.set_line_width(0.15)
    pdf.set_draw_color(grey)
    pdf.line(x1, y1, x2, y2)


def _box(left: float, top: float, width: float, height: float, pdf: FPDF) -> None:
    pdf.set_line_width(0.2)
    pdf.set_draw_color(0)
    pdf.rect(left, top, width, height)


def _picture(picture: Picture, left: float, top: float, width: float, height: float, pdf: FPDF) -> None:
    try:
        pdf.image(io.BytesIO(picture.content), left, top, width, height)
    except (ValueError, OSError, RuntimeError):
        pdf.rect(left, top, width, height)


def _formula(formula: Formula, left: float, top: float, width: float, height: float, pdf: FPDF) -> None:
    pdf.image(io.BytesIO(formula.svg.encode()), left, top, width, height)
