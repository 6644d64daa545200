"""From an author's text to safe HTML."""

from __future__ import annotations

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from suyu_learn.domain.problems import Place, Problem

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "hr", "img", "li", "ol", "p", "pre", "s",
    "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--")
_BLANK = re.compile(r"_{2,}")
GAP = "＿＿＿＿"
_TAG_OR_GAP = re.compile(rf"(<[^>]*>)|{GAP}")


@lru_cache(maxsize=4096)
def render(text: str, text_format: str) -> Markup:
    """HTML of a text: paragraphs and breaks for plain text, sanitized Markdown else."""
    if text_format == "markdown":
        return Markup(_clean(_markdown.render(text)))
    paragraphs = [str(escape(part)).replace("\n", "<br>") for part in re.split(r"\n\s*\n", text.strip()) if part]
    return Markup("".join(f"<p>{part}</p>" for part in paragraphs))


@lru_cache(maxsize=8192)
def render_inline(text: str, text_format: str) -> Markup:
    """The same within a line, for options and short stems: no paragraphs around a single one."""
    if text_format == "markdown":
        return Markup(_clean(_markdown.renderInline(text)))
    return Markup(str(escape(text.strip())).replace("\n", "<br>"))


@lru_cache(maxsize=512)
def render_reading(text: str, text_format: str, table_label: str) -> Markup:
    """A whole lesson: headings of columns say so, and a wide table scrolls within the page."""
    scroll = Markup('<div class="sl-reading__table" role="region" tabindex="0" aria-label="{}">').format(table_label)
    html = str(render(text, text_format)).replace("<th>", '<th scope="col">')
    return Markup(html.replace("<table>", f"{scroll}<table>").replace("</table>", "</table></div>"))


def faults_of_a_text(text: str) -> list[Problem]:
    """What a lesson must not have, by its row: the title of the page, HTML, pictures."""
    faults = []
    for token in _markdown.parse(text):
        place = Place(field="text", row=token.map[0] + 1 if token.map else 1)
        if token.type == "heading_open" and token.tag == "h1":
            faults.append(Problem("course.text_has_title", place=place))
        for child in token.children or ():
            if child.type == "image":
                faults.append(Problem("course.text_has_picture", place=place))
            elif child.type == "text" and _TAG.search(child.content):
                faults.append(Problem("course.text_has_html", place=place))
    return faults


def with_blanks(text: str) -> str:
    """A stem whose blanks are lines of equal length, as they are printed."""
    return _BLANK.sub(GAP, text)


def in_words(text: str, text_format: str, *, blanks: bool = False) -> str:
    """A text without its markup; blanks as lines of equal length."""
    return render(with_blanks(text) if blanks else text, text_format).striptags()


def unbroken(html: Markup) -> Markup:
    """The same with every blank kept on one line."""
    return Markup(_TAG_OR_GAP.sub(lambda found: found[1] or f'<span class="sl-gap">{GAP}</span>', html))


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "img": {"src", "alt", "title"}, "td": {"style"}, "th": {"style"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
        filter_style_properties={"text-align"},
    )
