"""A document as a Word file: A4, fonts for Chinese and Latin, numbered pages."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from suyu_learn.exports.documents import (
    PAGE,
    PAGES,
    Block,
    Break,
    Columns,
    Document,
    Formula,
    Inline,
    Inlines,
    Kind,
    Lines,
    NewPage,
    Paragraph,
    Picture,
    Table,
    Words,
    printable,
)

if TYPE_CHECKING:
    from docx.document import Document as Word

SUFFIX = ".docx"
MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MARGIN = 20
_WIDTH, _HEIGHT = 210, 297
_TEXT_WIDTH = _WIDTH - 2 * _MARGIN
_PIXEL_MM = 25.4 / 96
_WIDEST, _HIGHEST = 110.0, 80.0
_TOGETHER = 4
"""Of empty lines so many stand on one page."""
_PADDING = 68
"""Beside the text of a cell, in twentieths of a point."""
_PLACE = re.compile(r"(?<=[（(])[ \u3000]+(?=[）)])")
_SONG, _HEI = ("Times New Roman", "宋体"), ("Arial", "黑体")
_SIZES = {Kind.TITLE: 17, Kind.SUBTITLE: 11, Kind.HEADING: 12.5, Kind.TEXT: 10.5, Kind.SMALL: 9, Kind.MARK: 12}
_HEAVY = frozenset({Kind.TITLE, Kind.HEADING, Kind.MARK})
_CENTRED = frozenset({Kind.TITLE, Kind.SUBTITLE, Kind.MARK})
_MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def written(documents: Sequence[Document]) -> list[bytes]:
    """Whole documents."""
    return [_Writing(one).written() for one in documents]


class _Writing:
    def __init__(self, document: Document) -> None:
        from docx import Document as new_word

        self.document = document
        self.word: Word = new_word()
        self._page()

    def written(self) -> bytes:
        for block in self.document.blocks:
            self._block(block)
        self.word.core_properties.title = printable(self.document.title)[:255]
        self.word.core_properties.author = self.word.core_properties.comments = ""
        stream = io.BytesIO()
        self.word.save(stream)
        return stream.getvalue()

    def _page(self) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm, Pt

        section = self.word.sections[0]
        section.page_width, section.page_height = Mm(_WIDTH), Mm(_HEIGHT)
        section.left_margin = section.right_margin = Mm(_MARGIN)
        section.top_margin, section.bottom_margin = Mm(18), Mm(18)
        section.header_distance = section.footer_distance = Mm(9)
        normal: Any = self.word.styles["Normal"]
        normal.font.size = Pt(_SIZES[Kind.TEXT])
        _fonts(normal.element.get_or_add_rPr(), _SONG)
        normal.paragraph_format.space_after = Pt(0)
        normal.paragraph_format.line_spacing = 1.25
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._foot(foot)
        if self.document.head:
            head = section.header.paragraphs[0]
            head.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            self._words(head, Words(self.document.head), Kind.SMALL)

    def _foot(self, paragraph: Any) -> None:
        rest = self.document.foot
        while rest:
            at, mark = min(((rest.find(one), one) for one in (PAGE, PAGES) if one in rest), default=(len(rest), ""))
            if at:
                self._words(paragraph, Words(rest[:at]), Kind.SMALL)
            if mark:
                _number(paragraph, "NUMPAGES" if mark == PAGES else "PAGE")
            rest = rest[at + len(mark) :]

    def _block(self, block: Block) -> None:
        if isinstance(block, Paragraph):
            self._paragraph(block)
        elif isinstance(block, Columns):
            self._columns(block)
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Lines):
            for place in range(1, block.count + 1):
                self._line(block.indent, with_next=place < min(block.count, _TOGETHER))
        elif isinstance(block, NewPage):
            self.word.add_page_break()

    def _paragraph(self, block: Paragraph) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm

        paragraph = self.word.add_paragraph()
        form = paragraph.paragraph_format
        form.left_indent = Mm(block.indent + block.hanging)
        form.first_line_indent = Mm(-block.hanging)
        form.space_before = Mm(block.before)
        form.keep_with_next = block.with_next or block.kind is Kind.HEADING
        form.keep_together = block.kind is not Kind.TEXT or len(block.inlines) < 20
        if block.kind in _CENTRED:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._fill(paragraph, block.inlines, block.kind)

    def _columns(self, block: Columns) -> None:
        from docx.shared import Mm

        width = (_TEXT_WIDTH - block.indent) / block.count
        for start in range(0, len(block.cells), block.count):
            paragraph = self.word.add_paragraph()
            form = paragraph.paragraph_format
            form.left_indent, form.keep_together = Mm(block.indent), True
            form.keep_with_next = start + block.count < len(block.cells)
            for at in range(1, block.count):
                form.tab_stops.add_tab_stop(Mm(block.indent + at * width))
            for number, cell in enumerate(block.cells[start : start + block.count]):
                if number:
                    paragraph.add_run("\t")
                self._fill(paragraph, cell, Kind.TEXT)

    def _table(self, block: Table) -> None:
        from docx.oxml import parse_xml
        from docx.shared import Mm

        if block.before:
            self.word.add_paragraph().paragraph_format.line_spacing = Mm(block.before)
        count = len(block.rows) + bool(block.head)
        table = self.word.add_table(rows=count, cols=len(block.widths))
        table.autofit = False
        if block.ruled:
            table.style = "Table Grid"
        _padded(table, outdented=not block.ruled)
        whole = sum(block.widths)
        widths = [Mm(_TEXT_WIDTH * one / whole) for one in block.widths]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        rows = [tuple((Words(text, bold=True),) for text in block.head)] if block.head else []
        for row, cells in zip(table.rows, [*rows, *block.rows], strict=True):
            properties = row._tr.get_or_add_trPr()
            properties.append(parse_xml(f"<w:cantSplit {_W}/>"))
            if block.row_height:
                row.height = Mm(block.row_height)
            for number, (cell, inlines) in enumerate(zip(row.cells, cells, strict=True)):
                self._cell(cell, inlines, widths[number], centred=number in block.centred)
        if block.head:
            table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {_W}/>"))
        self.word.add_paragraph().paragraph_format.line_spacing = Mm(2)

    def _cell(self, cell: Any, inlines: Inlines, width: Any, *, centred: bool) -> None:
        from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        cell.width = width
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        if centred:
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._fill(cell.paragraphs[0], inlines, Kind.TEXT)

    def _line(self, indent: float, *, with_next: bool) -> None:
        from docx.oxml import parse_xml
        from docx.shared import Mm

        paragraph = self.word.add_paragraph()
        paragraph.paragraph_format.left_indent = Mm(indent)
        paragraph.paragraph_format.line_spacing = Mm(8.5)
        paragraph.paragraph_format.keep_with_next = with_next
        paragraph._p.get_or_add_pPr().insert(
            0,
            parse_xml(f'<w:pBdr {_W}><w:bottom w:val="single" w:sz="4" w:space="0" w:color="808080"/>'
                      f'<w:between w:val="single" w:sz="4" w:space="0" w:color="808080"/></w:pBdr>')
        )  # fmt: skip

    def _fill(self, paragraph: Any, inlines: Inlines, kind: Kind) -> None:
        for inline in inlines:
            self._inline(paragraph, inline, kind)

    def _inline(self, paragraph: Any, inline: Inline, kind: Kind) -> None:
        if isinstance(inline, Words):
            self._words(paragraph, inline, kind)
        elif isinstance(inline, Break):
            paragraph.add_run().add_break()
        elif isinstance(inline, Picture):
            self._picture(paragraph, inline)
        else:
            self._formula(paragraph, inline, kind)

    def _words(self, paragraph: Any, inline: Words, kind: Kind) -> None:
        from docx.shared import Pt

        run = paragraph.add_run(_PLACE.sub(_held_together, printable(inline.text)))
        run.font.size = Pt(_SIZES[kind])
        heavy = inline.bold or kind in _HEAVY
        if heavy:
            run.bold = True
            _fonts(run._r.get_or_add_rPr(), _HEI)
        run.underline, run.font.strike = inline.underlined or None, inline.struck or None

    def _picture(self, paragraph: Any, picture: Picture) -> None:
        from docx.shared import Mm

        width, height = size_in_mm(picture)
        try:
            shape = paragraph.add_run().add_picture(io.BytesIO(_known(picture.content)), Mm(width), Mm(height))
        except (ValueError, OSError, KeyError):
            paragraph.add_run(f"[{printable(picture.alt)}]")
            return
        shape._inline.docPr.set("descr", printable(picture.alt))

    def _formula(self, paragraph: Any, formula: Formula, kind: Kind) -> None:
        from docx.oxml import parse_xml

        try:
            told = parse_xml(formula.omml.replace("<m:oMath>", f"<m:oMath {_MATH} {_W}>", 1)) if formula.omml else None
        except (SyntaxError, ValueError):  # signs that no XML has
            told = None
        if told is None:
            self._words(paragraph, Words(formula.source), kind)
        else:
            paragraph._p.append(told)


def size_in_mm(picture: Picture) -> tuple[float, float]:
    """How large a picture stands on the page."""
    width, height = max(1, picture.width) * _PIXEL_MM, max(1, picture.height) * _PIXEL_MM
    scale = min(1.0, _WIDEST / width, _HIGHEST / height)
    return width * scale, height * scale


def _known(content: bytes) -> bytes:
    """The picture in a form that Word shows."""
    from PIL import Image

    with Image.open(io.BytesIO(content)) as image:
        if image.format in ("PNG", "JPEG", "GIF", "BMP"):
            return content
        stream = io.BytesIO()
        image.convert("RGBA").save(stream, "PNG")
        return stream.getvalue()


def _fonts(properties: Any, fonts: tuple[str, str]) -> None:
    """The font for Latin, and the one for Chinese, which python-docx cannot set."""
    from docx.oxml.ns import qn

    found = properties.get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi", "w:cs"):
        found.set(qn(name), fonts[0])
    found.set(qn("w:eastAsia"), fonts[1])


def _held_together(place: re.Match[str]) -> str:
    """The room between two brackets, where Word would else begin a line."""
    return "".join("\u00a0" * (4 if sign == "\u3000" else 1) for sign in place[0])


def _padded(table: Any, *, outdented: bool) -> None:
    """Narrow margins within cells, and a frame that stands no further left than the text."""
    from docx.oxml import parse_xml

    inner = f'<w:{{}} w:w="{_PADDING}" w:type="dxa"/>'
    margins = parse_xml(f"<w:tblCellMar {_W}>{inner.format('left')}{inner.format('right')}</w:tblCellMar>")
    indent = parse_xml(f'<w:tblInd {_W} w:w="{0 if outdented else _PADDING}" w:type="dxa"/>')
    properties = table._tbl.tblPr
    properties.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription")
    properties.insert_element_before(indent, "w:tblBorders", "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")


def _number(paragraph: Any, field: str) -> None:
    """A field that Word fills in: the page, or how many there are."""
    from docx.oxml import parse_xml
    from docx.shared import Pt

    for inner in (
        f'<w:fldChar {_W} w:fldCharType="begin"/>', f'<w:instrText {_W} xml:space="preserve"> {field} </w:instrText>',
        f'<w:fldChar {_W} w:fldCharType="separate"/>', f"<w:t {_W}>1</w:t>", f'<w:fldChar {_W} w:fldCharType="end"/>',
    ):  # fmt: skip
        run = paragraph.add_run()
        run.font.size = Pt(_SIZES[Kind.SMALL])
        run._r.append(parse_xml(inner))
