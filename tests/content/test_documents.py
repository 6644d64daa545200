"""Printed documents: what a Word file and a PDF say, read back, and what hostile texts do to them."""

from __future__ import annotations

import io
import re
import sys
from typing import Any

import pytest
from docx import Document as read_docx
from pypdf import PdfReader

from suyu_learn.content import formulas
from suyu_learn.exports import docx_document, pdf_document
from suyu_learn.exports.documents import (
    PAGE,
    PAGES,
    Block,
    Columns,
    Document,
    Formula,
    Kind,
    Lines,
    NewPage,
    Paragraph,
    Picture,
    Table,
    Words,
    printable,
    words,
)
from suyu_learn.exports.pdf_fonts import STANDS_IN
from tests.pictures import drawing

FOOT = f"第 {PAGE} 页 共 {PAGES} 页"
HOSTILE = {
    "rare": "䶮字，𬬭",
    "emoji": "笑 \U0001f9a0 完",
    "family": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "long": "x" * 1000,
    "long_chinese": "长" * 1000,
    "controls": "a\x00b\x07c\x1fd",
    "directions": "\u202eright\u202c \u2067left\u2069 \u200f.",
    "hebrew": "שלום",
    "combining": "e" + "\u0301" * 50,
    "selectors": "\u2764\ufe0f",
    "private": "\ue000",
    "surrogate": "a\ud800b",
    "not_a_sign": "\uffff\ufdd0",
    "lines": "\n\n\n",
    "tabs": "a\tb",
    "markup": "<b>&amp;</b> {page} {nb} %(x)s \\n",
    "nothing": "",
}


def made(*blocks: Block, **more: Any) -> Document:
    return Document("标题", blocks, foot=FOOT, unknown_signs="没有的字 {mark}: {signs}", **more)


def docx_text(document: Document) -> str:
    read = read_docx(io.BytesIO(docx_document.written([document])[0]))
    found = [part.text for part in read.paragraphs]
    found += [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return "\n".join(found)


def pages_of(document: Document) -> list[str]:
    return _pages(pdf_document.written([document])[0])


def _pages(content: bytes) -> list[str]:
    return [page.extract_text().replace("\0", "") for page in PdfReader(io.BytesIO(content)).pages]


def pdf_text(document: Document) -> str:
    return "\n".join(pages_of(document))


def joined(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_both_say_the_same() -> None:
    document = made(
        Paragraph(words("安全考试"), Kind.TITLE),
        Paragraph((Words("1. "), *words("氧的符号是")), hanging=7),
        Columns(tuple(words(said) for said in ("A. H", "B. He", "C. O", "D. Ne")), 4),
        Table((1, 2), ((words("甲"), words("乙")),), head=("序号", "姓名")),
        Lines(3),
        head="机密",
    )  # fmt: skip
    for text in (docx_text(document), pdf_text(document)):
        for said in ("安全考试", "1.氧的符号是", "A.H", "D.Ne", "甲", "乙", "序号", "姓名"):
            assert said in joined(text)
    assert "机密" in pdf_text(document)


def test_each_page_says_how_many_there_are() -> None:
    pages = pages_of(made(Paragraph(words("一")), NewPage(), Paragraph(words("二")), NewPage(), Paragraph(words("三"))))
    assert [joined(page) for page in pages] == [f"{text}第{at}页共3页" for at, text in enumerate("一二三", start=1)]


def test_a_word_file_counts_its_pages_itself() -> None:
    section = read_docx(io.BytesIO(docx_document.written([made(Paragraph(words("x")))])[0])).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    foot = section.footer._element.xml
    assert " PAGE " in foot and " NUMPAGES " in foot  # noqa: PT018


def hostile() -> dict[str, str]:
    """What a PDF of each hostile text says; all are written in one go."""
    documents = []
    for text in HOSTILE.values():
        blocks = (
            Paragraph(words(text), Kind.TITLE), Paragraph(words(text), hanging=7), Columns((words(text),) * 3, 4),
            Table((1, 3), ((words(text), words(text)),), head=(text, text)),
        )  # fmt: skip
        documents.append(
            Document(text, blocks, head=text, foot=f"{text} {FOOT}", unknown_signs="没有的字 {mark}: {signs}")
        )
    docx_document.written(documents)
    said = ["\n".join(_pages(content)) for content in pdf_document.written(documents)]
    return dict(zip(HOSTILE, said, strict=True))


def test_hostile_texts_print_and_no_hole_is_passed_over() -> None:
    """All in one test, since the fonts of a pdf take a second each time."""
    for name, said in hostile().items():
        text = HOSTILE[name]
        unknown = {"emoji": ["1F9A0"], "family": ["1F468", "1F469", "1F467"], "private": ["E000"]}.get(name, [])
        assert ("没有的字" in said) is bool(unknown), name
        assert all(f"U+{code}" in said for code in unknown), name
        assert (STANDS_IN in said) is bool(unknown), name
        if name == "rare":
            assert text in said
        if name in ("long", "long_chinese"):
            assert joined(said).count(text[0]) >= len(text), name


def test_no_line_begins_with_a_comma() -> None:
    said = pdf_text(made(Paragraph(words("字，" * 300))))
    assert not any(line.startswith("，") for line in said.splitlines())


def test_a_table_that_is_longer_than_a_page_repeats_its_head() -> None:
    rows = tuple((words(str(at)), words("王小明")) for at in range(120))
    pages = pages_of(made(Table((1, 4), rows, head=("序号", "姓名"), row_height=9)))
    assert len(pages) > 3
    assert all("序号" in page for page in pages)
    assert joined("".join(pages)).count("王小明") == 120


def test_a_cell_that_is_higher_than_a_page_goes_on() -> None:
    pages = pages_of(made(Table((1, 1), ((words("长" * 6000), words("短")),))))
    assert sum(page.count("长") for page in pages) == 6000


def test_pictures_and_formulas_stand_in_both() -> None:
    svg = re.sub(r' width="[^"]*" height="[^"]*"', "", formulas.drawn(r"\frac{1}{2}") or "", count=1)
    document = made(
        Paragraph((Picture(drawing(), 40, 40, "一个图"), Formula("1/2", svg.replace("currentColor", "#000"), 1, 2))),
        Paragraph((Formula(r"\unknown{x}"),)),
    )
    page = PdfReader(io.BytesIO(pdf_document.written([document])[0])).pages[0]
    assert len(page.images) == 1
    assert r"\unknown{x}" in page.extract_text().replace("\0", "")
    assert len(read_docx(io.BytesIO(docx_document.written([document])[0])).inline_shapes) == 1


def test_a_formula_whose_drawing_cannot_be_read_is_printed_as_it_was_typed() -> None:
    document = made(
        Paragraph((Formula(r"\sqrt{a}", "<svg><path d='M nonsense'", 2, 1, "<m:oMath><m:broken></m:oMath>"),)),
        Paragraph((Formula("nul", omml="<m:oMath><m:r><m:t>\x00</m:t></m:r></m:oMath>"),)),
    )
    for said in (pdf_text(document), docx_text(document)):
        assert r"\sqrt{a}" in said
        assert "nul" in said


def test_a_formula_is_no_wider_than_its_line() -> None:
    drawn = formulas.drawn("x" * 70) or ""
    document = made(Paragraph((Formula("x", re.sub(r' width="[^"]*" height="[^"]*"', "", drawn, count=1), 60, 2),)))
    [line] = pdf_document._Layout()._lines_of(document.blocks[0])  # type: ignore[arg-type]
    assert 160 < line.width <= pdf_document.TEXT_WIDTH


def test_a_question_stays_with_its_options_where_both_fit_on_a_page() -> None:
    filling = [Paragraph(words(f"filling {at}"), before=2) for at in range(20)]
    options = [Paragraph(words("an option " * 60), with_next=at < 5) for at in range(6)]
    pages = pages_of(made(*filling, Paragraph(words("the stem"), with_next=True), *options))
    assert len(pages) == 2
    assert "the stem" not in pages[0]
    assert "the stem" in pages[1]
    assert pages[1].count("option") == 360


def test_a_head_that_is_too_long_keeps_its_end() -> None:
    [page] = pages_of(made(Paragraph(words("x")), head="考试" * 100 + " · 试卷 ABCDEF-A"))
    head = next(line for line in page.splitlines() if "ABCDEF-A" in line)
    assert head.strip().startswith("…")
    assert 30 < len(head) < 80


@pytest.mark.parametrize("place", ["（　　）", "( )", "（  ）"])
def test_word_tears_no_place_for_an_answer(place: str) -> None:
    said = docx_text(made(Paragraph(words(f"Which one {place} is it?"))))
    inner = re.search(r"[（(](.*)[）)]", said)
    assert inner is not None
    assert set(inner[1]) == {"\u00a0"}


def test_word_keeps_short_lines_together_and_frames_within_the_margins() -> None:
    read = read_docx(io.BytesIO(docx_document.written([made(
        Paragraph(words("Why?"), with_next=True), Lines(4), Lines(14), Table((1, 1), ((words("a"), words("b")),)),
    )])[0]))  # fmt: skip
    kept = [one.paragraph_format.keep_with_next for one in read.paragraphs[1:19]]
    assert kept == [True, True, True, False] + [True] * 3 + [False] * 11
    [indent] = read.tables[0]._tbl.tblPr.xpath("w:tblInd/@w:w")
    [margin] = read.tables[0]._tbl.tblPr.xpath("w:tblCellMar/w:left/@w:w")
    assert indent == margin


def test_signs_that_print_nothing_are_left_out() -> None:
    assert printable("a\u202eb\u200bc\x00d\te") == "abcd e"


def test_the_fonts_wait_until_a_pdf_is_made() -> None:
    """Workers that print nothing stay small."""
    import subprocess

    code = "import sys, suyu_learn.exports.pdf_document, suyu_learn.exports.docx_document; print('fpdf' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
