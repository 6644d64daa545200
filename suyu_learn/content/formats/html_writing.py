"""Our texts as well-formed XHTML for other systems; `html_text` reads it back as the same text.

Formulas are written `\\(...\\)` and `\\[...\\]`, as MathJax and most learning platforms show them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from html import escape
from typing import Any, TypeAlias

from suyu_learn.content import formulas
from suyu_learn.content.pictures import MARK, SCHEME

Address: TypeAlias = Callable[[str], str]
"""Where the picture with a sha256 lies; empty leaves only what it shows."""

BLANK = re.compile("[_＿]{2,}")
GAP_SIGN = "\ue001"
"""Stands for a gap in what is written, until the writer puts its own element there."""
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPACES = re.compile("  +")
_LIKE_FORMULA = re.compile(r"\\(?=[(\[])|\$(?=\$)")
_IMAGE = re.compile(f'<img src="{SCHEME}([0-9a-f]{{64}})" alt="([^"]*)"[^>]*/>')


def xhtml(text: str, text_format: str, address: Address, *, gaps: bool = False) -> str:
    """The blocks of a text; with `gaps` each blank becomes GAP_SIGN."""
    text = _NO_XML.sub("", text).replace(GAP_SIGN, "")
    if gaps:
        text = BLANK.sub(GAP_SIGN, text)
    if text_format == "markdown":
        return _with_addresses(str(_markdown().render(text)).strip(), address)
    paragraphs = [part for part in re.split(r"\n[ \t]*\n", text.strip()) if part.strip()]
    return "".join(f"<p>{_plain(part, address)}</p>" for part in paragraphs)


def inline_xhtml(text: str, text_format: str, address: Address) -> str:
    """A text without the paragraph around a single one, for options and the like."""
    blocks = xhtml(text, text_format, address)
    if blocks.count("<p>") == 1 and blocks.startswith("<p>") and blocks.endswith("</p>"):
        return blocks[3:-4]
    return blocks


def _plain(text: str, address: Address) -> str:
    pieces, end = [], 0
    for found in MARK.finditer(text):
        pieces += [_words(text[end : found.start()]), _picture(found[2], escape(found[1]), address)]
        end = found.end()
    return "".join([*pieces, _words(text[end:])])


def _literal(text: str) -> str:
    """Words as they stand: signs that would begin a formula elsewhere are kept apart."""
    return _LIKE_FORMULA.sub(lambda found: f"{found.group()}<span></span>", escape(text, quote=False))


def _words(text: str) -> str:
    lines = _literal(text).split("\n")
    return "<br/>".join(_SPACES.sub(lambda found: "\u00a0" * (len(found.group()) - 1) + " ", line) for line in lines)


def _with_addresses(html: str, address: Address) -> str:
    return _IMAGE.sub(lambda found: _picture(found[1], found[2], address), html)


def _picture(sha256: str, alt: str, address: Address) -> str:
    where = address(sha256)
    return f'<img src="{escape(where)}" alt="{alt}"/>' if where else alt


@lru_cache(maxsize=1)
def _markdown() -> Any:
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML

    class Renderer(RendererHTML):
        """XHTML with formulas between their signs."""

        def text(self, tokens: Sequence[Any], at: int, _options: Any, _env: Any) -> str:
            return _literal(tokens[at].content)

        def math_inline(self, tokens: Sequence[Any], at: int, _options: Any, _env: Any) -> str:
            return rf"\({escape(tokens[at].content, quote=False)}\)"

        def math_block(self, tokens: Sequence[Any], at: int, _options: Any, _env: Any) -> str:
            return rf"\[{escape(tokens[at].content, quote=False)}\]"

        def s_open(self, _tokens: Sequence[Any], _at: int, _options: Any, _env: Any) -> str:
            return "<del>"

        def s_close(self, _tokens: Sequence[Any], _at: int, _options: Any, _env: Any) -> str:
            return "</del>"

    reader = MarkdownIt("commonmark", {"html": False, "breaks": True, "xhtmlOut": True}, renderer_cls=Renderer)
    return formulas.know_formulas(reader.enable(["table", "strikethrough"]))
