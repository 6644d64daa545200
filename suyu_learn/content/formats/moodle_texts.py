"""The texts of one Moodle question, each in a format of its own, in the one format that carries them all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from suyu_learn.content.formats import html_text, markdown
from suyu_learn.content.formats.html_text import Picture
from suyu_learn.content.formats.losses import Losses

FORMATS = {
    "html": "html", "moodle": "moodle", "plain": "plain", "markdown": "markdown", "moodle_auto_format": "moodle",
    "plain_text": "plain", "0": "moodle", "1": "html", "2": "plain", "4": "markdown",
}  # fmt: skip
"""By Moodle's names in GIFT, in its XML, and by number."""
_PICTURE = re.compile(r"!\[([^\[\]\n]{0,1000})\]\(@@PLUGINFILE@@/([^()\s]{1,400})\)")
_ESCAPED_FORMULA = re.compile(r"\\\\\((.{1,1000}?)\\\\\)")


class Said(NamedTuple):
    """A text as a file gives it, and the format it names: html, moodle, plain or markdown."""

    text: str
    format: str = "moodle"

    @property
    def given(self) -> bool:
        return bool(self.text.strip())

    @property
    def html(self) -> str | None:
        """The text as HTML, where it is that; Moodle's own format is where there are tags."""
        if self.format == "html":
            return self.text
        if self.format == "moodle" and html_text.looks_like_html(self.text):
            return html_text.with_breaks(self.text)
        return None


NO_TEXT = Said("")


class Texts:
    """Turns what a question says into plain text where that is enough, else into Markdown, all of it."""

    def __init__(self, said: Iterable[Said], *, picture: Picture, losses: Losses) -> None:
        self.picture = picture
        self.losses = losses
        self.markdown = any(_needs_markdown(one) for one in said)

    @property
    def format(self) -> str:
        return "markdown" if self.markdown else "plain"

    def of(self, said: Said) -> str:
        """The text in the question's format."""
        if not self.markdown:
            return self.words(said)
        if said.format == "markdown":
            return _PICTURE.sub(lambda found: self.picture(found[2], found[1]), formulas_of_markdown(said.text))
        html = said.html
        if html is None and said.format == "moodle":
            html = html_text.with_breaks(escape(said.text, quote=False))
        if html is not None:
            return html_text.markdown_of(html, picture=self.picture, losses=self.losses)
        return markdown.escaped_lines(markdown.escaped(said.text))

    def words(self, said: Said) -> str:
        """The text without markup, for what is typed or chosen from a menu."""
        html = said.html
        return said.text if html is None else html_text.plain_of(html, picture=self.picture, losses=self.losses)

    def label(self, text: str) -> str:
        """Words of our own, within a text of the question's format."""
        return markdown.escaped(text) if self.markdown else text


def formulas_of_markdown(text: str) -> str:
    r"""Moodle's `\\(x\\)` within Markdown, as `$x$`."""
    return _ESCAPED_FORMULA.sub(r"$\1$", text) if r"\\(" in text else text


def _needs_markdown(said: Said) -> bool:
    if said.format in ("markdown", "plain"):
        return said.format == "markdown"
    html = said.html
    return html_text.needs_markdown(escape(said.text, quote=False) if html is None else html)
