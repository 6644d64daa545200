"""Texts of questions as blocks of a printed document: breaks, marks, tables, pictures, formulas."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from sqlalchemy.orm import Session

from suyu_learn.content import formulas, pictures
from suyu_learn.content.formats.docx_latex import NotKnown, omml
from suyu_learn.domain.questions.texts import tidy
from suyu_learn.exports.documents import Block, Break, Formula, Inline, Inlines, Paragraph, Picture, Table, Words
from suyu_learn.services import media

_markdown = formulas.know_formulas(
    MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
)  # fmt: skip
_SVG_SIZE = re.compile(r' width="([\d.]+)em" height="([\d.]+)em"')
LONGEST_DRAWING = 5.0
"""Seconds that the formulas of one file may take; those that come after are printed as they were typed."""
_MARKS = {"strong": "bold", "em": "underlined", "s": "struck"}
"""There is no slanted Chinese: what is emphasized is underlined."""


class Texts:
    """Turns texts into blocks; pictures are read once each."""

    def __init__(self, session: Session, folder: Path, bodies: Iterable[Mapping[str, Any]]) -> None:
        named = {sha for body in bodies for sha in pictures.named_in(body)}
        self._sizes = media.shapes_of(session, named) if named else {}
        self._folder = folder
        self._read: dict[str, Picture | None] = {}
        self._drawing = 0.0

    def blocks(self, text: str, text_format: str, *, indent: float = 0) -> list[Block]:
        """A whole text: paragraphs and tables, one below the other."""
        text = tidy(text)
        if not text:
            return []
        if text_format != "markdown":
            return [Paragraph(self._plain(text), indent=indent)]
        return self._marked(_markdown.parse(text), indent)

    def inlines(self, text: str, text_format: str) -> Inlines:
        """A text for a place where no table can stand; its paragraphs become lines."""
        found: list[Inline] = []
        for block in self.blocks(text, text_format):
            rows: Sequence[Inlines] = [block.inlines] if isinstance(block, Paragraph) else ()
            if isinstance(block, Table):
                rows = [_beside(row) for row in block.rows]
            for row in rows:
                found += [*([Break()] if found else []), *row]
        return tuple(found)

    def _plain(self, text: str) -> Inlines:
        found: list[Inline] = []
        at = 0
        for mark in pictures.MARK.finditer(text):
            found += [*_lines(text[at : mark.start()]), self._picture(mark[2], mark[1])]
            at = mark.end()
        return (*found, *_lines(text[at:]))

    def _marked(self, tokens: Sequence[Token], indent: float) -> list[Block]:
        found: list[Block] = []
        at = 0
        lists: list[int | None] = []
        before = ""
        while at < len(tokens):
            token = tokens[at]
            if token.type == "table_open":
                end = next(n for n in range(at, len(tokens)) if tokens[n].type == "table_close")
                found.append(self._table(tokens[at:end]))
                at = end
            elif token.type in ("bullet_list_open", "ordered_list_open"):
                lists.append(int(token.attrs.get("start", 1)) if token.type.startswith("ordered") else None)
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                lists.pop()
            elif token.type == "list_item_open":
                number = lists[-1]
                before = "· " if number is None else f"{number}. "
                lists[-1] = None if number is None else number + 1
            elif token.type == "inline":
                inlines = self._inline(token.children or [])
                if before:
                    inlines = (Words(before), *inlines)
                found.append(Paragraph(inlines, indent=indent + 6 * max(0, len(lists) - 1)))
                before = ""
            elif token.type in ("fence", "code_block"):
                found.append(Paragraph(tuple(_lines(token.content.rstrip("\n"))), indent=indent))
            at += 1
        return found

    def _inline(self, tokens: Sequence[Token]) -> Inlines:
        found: list[Inline] = []
        looks = dict.fromkeys(_MARKS.values(), False)
        for token in tokens:
            name, _sep, side = token.type.rpartition("_")
            if token.type in ("softbreak", "hardbreak"):
                found.append(Break())
            elif name in _MARKS and side in ("open", "close"):
                looks[_MARKS[name]] = side == "open"
            elif token.type in (formulas.INLINE, formulas.BLOCK):
                found.append(self._formula(token.content, block=token.type == formulas.BLOCK))
            elif token.type == "image":
                sha256 = str(token.attrs.get("src", "")).removeprefix(pictures.SCHEME)
                found.append(self._picture(sha256, token.content))
            elif token.content:
                found.append(Words(token.content, **looks))
        return tuple(found)

    def _formula(self, source: str, *, block: bool) -> Formula:
        began = monotonic()
        found = _formula(source, block=block, draw=self._drawing < LONGEST_DRAWING)
        self._drawing += monotonic() - began
        return found

    def _table(self, tokens: Sequence[Token]) -> Table:
        rows: list[list[Inlines]] = []
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(self._inline(token.children or []))
        wide = max((len(row) for row in rows), default=1)
        return Table((1.0,) * wide, tuple((*row, *[()] * (wide - len(row))) for row in rows), before=1)

    def _picture(self, sha256: str, alt: str) -> Inline:
        if sha256 not in self._read:
            self._read[sha256] = self._opened(sha256)
        found = self._read[sha256]
        return Words(f"[{alt}]") if found is None else Picture(found.content, found.width, found.height, alt)

    def _opened(self, sha256: str) -> Picture | None:
        """A picture in a form that paper knows; None where it is lost."""
        from PIL import Image

        if sha256 not in self._sizes:
            return None
        try:
            content = media.path_of(self._folder, sha256).read_bytes()
            with Image.open(io.BytesIO(content)) as image:
                if image.format not in ("PNG", "JPEG"):
                    stream = io.BytesIO()
                    image.convert("RGBA").save(stream, "PNG")
                    content = stream.getvalue()
                return Picture(content, *image.size)
        except (OSError, ValueError):
            return None


def _lines(text: str) -> list[Inline]:
    found: list[Inline] = []
    for number, line in enumerate(text.split("\n")):
        if number:
            found.append(Break())
        if line:
            found.append(Words(line))
    return found


def _beside(cells: Sequence[Inlines]) -> Inlines:
    found: list[Inline] = []
    for cell in cells:
        found += [*([Words(" | ")] if found else []), *cell]
    return tuple(found)


def _formula(source: str, *, block: bool, draw: bool = True) -> Formula:
    """A formula as each writer needs it; where it cannot be drawn, what was typed stands there."""
    if len(source) > formulas.LONGEST:
        return Formula(source)
    svg = formulas.drawn(source, block=block) or "" if draw else ""
    size = _SVG_SIZE.search(svg)
    try:
        told = omml(source)
    except NotKnown:
        told = ""
    if size is None:
        return Formula(source, omml=told)
    drawing = _SVG_SIZE.sub("", svg, count=1).replace("currentColor", "#000")
    return Formula(source, drawing, float(size[1]), float(size[2]), told)
