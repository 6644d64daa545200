"""Texts of questions as paragraphs of a Word document: breaks, pictures, formulas, tables."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from markdown_it import MarkdownIt
from markdown_it.token import Token

from suyu_learn.content import formulas, pictures
from suyu_learn.content.formats.docx_latex import NotKnown, omml
from suyu_learn.content.formats.docx_parts import TEXT_WIDTH
from suyu_learn.domain.questions.texts import tidy

Media = Callable[[str], tuple[bytes, str]]
_markdown = formulas.know_formulas(MarkdownIt("commonmark", {"html": False}).enable("table"))
_KINDS = {"image/png": "png", "image/jpeg": "jpeg", "image/gif": "gif", "image/bmp": "bmp"}
_PIXEL = 9525
_WIDEST, _HIGHEST = 4_900_000, 3_600_000
_MARKS = {"strong_open": "<w:b/>", "em_open": "<w:i/>", "s_open": "<w:strike/>"}


class Flow:
    """A body as it grows, and the pictures in it."""

    def __init__(self, media: Media) -> None:
        self._media = media
        self._parts: list[str] = []
        self.pictures: dict[str, tuple[bytes, str]] = {}
        self._known: dict[str, tuple[str, int, int]] = {}
        self._shown = 0

    @property
    def body(self) -> str:
        """All paragraphs so far."""
        return "".join(self._parts)

    def line(self, style: str, text: str, *, properties: str = "") -> None:
        """A paragraph of plain words; tabs stay tabs."""
        self._paragraph(style, run(text), properties)

    def text(self, style: str, before: str, text: str, text_format: str, *, following: str = "More") -> None:
        """A text behind what stands before it in the same line; its further lines are paragraphs of their own."""
        blocks = self.blocks(text, text_format) or [""]
        first = True
        for block in blocks:
            if block.startswith("<w:tbl>"):
                if first:
                    self.line(style, before)
                self._parts.append(block + '<w:p><w:pPr><w:pStyle w:val="More"/></w:pPr></w:p>')
            else:
                self._paragraph(style if first else following, (run(before) if first else "") + block)
            first = False

    def row(self, style: str, cells: Sequence[tuple[str, str]], text_format: str, stops: Sequence[int]) -> None:
        """Short texts beside each other at tab stops, each with what stands before it."""
        tabs = "".join(f'<w:tab w:val="left" w:pos="{stop}"/>' for stop in stops)
        inner = "<w:r><w:tab/></w:r>".join(
            run(before) + "".join(self.blocks(text, text_format)) for before, text in cells
        )
        self._paragraph(style, inner, f"<w:tabs>{tabs}</w:tabs>" if stops else "")

    def _paragraph(self, style: str, inner: str, properties: str = "") -> None:
        self._parts.append(f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{inner}</w:p>')

    def blocks(self, text: str, text_format: str) -> list[str]:
        """The runs of each line of a text, and its tables."""
        text = tidy(text)
        if text_format != "markdown":
            return [self._with_pictures(line) for line in text.split("\n")] if text else []
        told: list[str] = []
        tokens = _markdown.parse(text)
        at = 0
        while at < len(tokens):
            token = tokens[at]
            if token.type == "table_open":
                end = next(n for n in range(at, len(tokens)) if tokens[n].type == "table_close")
                told.append(self._table(tokens[at:end]))
                at = end
            elif token.type == "inline":
                told += self._inline(token.children or [])
            elif token.type in ("fence", "code_block"):
                told += [run(line) for line in token.content.rstrip("\n").split("\n")]
            elif token.type.startswith("math"):
                told.append(self._formula(token.content))
            at += 1
        return told

    def _inline(self, tokens: Sequence[Token]) -> list[str]:
        lines = [""]
        marks: list[str] = []
        for token in tokens:
            if token.type in ("softbreak", "hardbreak"):
                lines.append("")
            elif token.type in _MARKS:
                marks.append(_MARKS[token.type])
            elif token.type.endswith("_close") and marks and token.type[:-5] + "open" in _MARKS:
                marks.pop()
            elif token.type.startswith("math"):
                lines[-1] += self._formula(token.content)
            elif token.type == "image":
                lines[-1] += self._picture(str(token.attrs.get("src", "")).removeprefix(pictures.SCHEME), token.content)
            elif token.content:
                lines[-1] += run(token.content, "".join(marks))
        return lines

    def _formula(self, latex: str) -> str:
        try:
            return omml(latex)
        except NotKnown:
            return run(f"${latex}$")

    def _table(self, tokens: Sequence[Token]) -> str:
        rows: list[list[str]] = []
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append("".join(self._inline(token.children or [])))
        width = TEXT_WIDTH // max(1, max(map(len, rows), default=1))
        sides = "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        )
        grid = f'<w:gridCol w:w="{width}"/>' * max(map(len, rows), default=1)
        told = "".join(
            "<w:tr>" + "".join(
                f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p>{cell}</w:p></w:tc>' for cell in row
            ) + "</w:tr>"
            for row in rows
        )  # fmt: skip
        return (
            f"<w:tbl><w:tblPr><w:tblBorders>{sides}</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{told}</w:tbl>"
        )

    def _with_pictures(self, line: str) -> str:
        told, done = "", 0
        for mark in pictures.MARK.finditer(line):
            told += run(line[done : mark.start()]) + self._picture(mark[2], mark[1])
            done = mark.end()
        return told + run(line[done:])

    def _picture(self, sha256: str, alt: str) -> str:
        if sha256 not in self._known:
            try:
                content, width, height, kind = _sized(*self._media(sha256))
            except (LookupError, OSError, ValueError):
                return run(f"[{alt}]" if alt else "")
            name = f"picture{len(self._known) + 1}"
            self.pictures[name] = (content, kind)
            self._known[sha256] = (name, width, height)
        name, width, height = self._known[sha256]
        self._shown += 1
        shape = (
            f'<pic:pic><pic:nvPicPr><pic:cNvPr id="{self._shown}" name="{name}"/><pic:cNvPicPr/></pic:nvPicPr>'
            f'<pic:blipFill><a:blip r:embed="{name}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>'
            f'<a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
        )
        return (
            '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
            f'<wp:extent cx="{width}" cy="{height}"/>'
            f'<wp:docPr id="{self._shown}" name="{name}" descr={quoteattr(tidy(alt))}/><a:graphic>'
            '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
            f"{shape}</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        )


def run(text: str, properties: str = "") -> str:
    """A run of words."""
    if not text:
        return ""
    inner = '</w:t><w:tab/><w:t xml:space="preserve">'.join(escape(part) for part in text.split("\t"))
    given = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{given}<w:t xml:space="preserve">{inner}</w:t></w:r>'


def _sized(content: bytes, mime: str) -> tuple[bytes, int, int, str]:
    """A picture in a form that Word shows, with its size on paper."""
    from PIL import Image

    with Image.open(io.BytesIO(content)) as image:
        width, height = image.size[0] * _PIXEL, image.size[1] * _PIXEL
        kind = _KINDS.get(mime, "")
        if not kind:
            stream: Any = io.BytesIO()
            image.convert("RGBA").save(stream, "PNG")
            content, kind = stream.getvalue(), "png"
    scale = min(1.0, _WIDEST / max(1, width), _HIGHEST / max(1, height))
    return content, max(1, int(width * scale)), max(1, int(height * scale)), kind
