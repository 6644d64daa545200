"""From an author's text to safe HTML.

A picture becomes `<img src="media:<sha256>" alt="...">` and a formula an empty `<span class="sl-formula" ...>`;
`suyu_learn.web.figures` puts in their place what the page needs, once a page is whole. A lesson may also say where one
of its questions stands (`question_places`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

from suyu_learn.content import bare_addresses, formulas, pictures, question_places
from suyu_learn.content.remembering import MEGABYTE, remembered
from suyu_learn.domain.problems import Place, Problem


class _Renderer(RendererHTML):
    """HTML with a place kept for each picture and formula, which the cleaning of the HTML would not let through."""

    def image(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        """Our own pictures; of others, which would be fetched from elsewhere, a link and what they show."""
        token = tokens[at]
        address = str(token.attrs.get("src", ""))
        alt = self.renderInlineAsText(token.children, options, env) if token.children else ""
        sha256 = address.removeprefix(pictures.SCHEME)
        if address != sha256:
            return _kept(env, _picture(sha256, alt, env)) if _SHA256.fullmatch(sha256) else str(escape(alt))
        if not _ELSEWHERE.match(address):
            return str(escape(alt))
        return str(Markup('<a href="{}">{}</a>').format(address, alt or address))

    def math_inline(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        """A formula within a line."""
        return _kept(env, _formula(tokens[at].content, env, block=False))

    def math_block(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        """A formula that stands by itself."""
        return _kept(env, _formula(tokens[at].content, env, block=True))

    def question_place(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        """Where a question of the lesson stands."""
        return _kept(env, question_places.mark(tokens[at].content))


def _parser() -> MarkdownIt:
    options = {"html": False, "breaks": True}
    return formulas.know_formulas(
        MarkdownIt("commonmark", options, renderer_cls=_Renderer).enable(["table", "strikethrough"])
    )


_markdown = _parser()
_lessons = bare_addresses.know_addresses(question_places.know_places(_parser()))
_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "s",
    "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ELSEWHERE = re.compile(r"https?://", re.IGNORECASE)
_NO_PICTURE = re.compile(r"!\[([^\[\]\n]{0,1000})\]\(media:[^()\s]{0,200}\)")
_BELOW_HEADS = re.compile(r"[|\-: >*+\t\d.)]+")
MOST_CELLS = 5_000
"""Cells of all tables of a lesson."""
MOST_SIGNS = 20_000
"""Signs of Markdown in a lesson; each takes some hundredths of a millisecond, whatever it turns out to mean."""
_SIGNS = "[*_`$~"
_BLANK = re.compile(r"_{2,}")
GAP = "＿＿＿＿"
_TAG_OR_GAP = re.compile(rf"(<[^>]*>)|{GAP}")
_PLACE = re.compile("\ufdd0([0-9]+)\ufdd1")
_LINE, _ALONE, _WORDS, _LESSON = "line", "alone", "words", "lesson"


@remembered(4 * MEGABYTE)
def render(text: str, text_format: str) -> Markup:
    """HTML of a text: paragraphs and breaks for plain text, sanitized Markdown else."""
    if text_format == "markdown":
        return Markup(_marked(text, _ALONE))
    paragraphs = [_plain(part, _ALONE) for part in re.split(r"\n\s*\n", text.strip()) if part]
    return Markup("".join(f"<p>{part}</p>" for part in paragraphs))


@remembered(4 * MEGABYTE)
def render_inline(text: str, text_format: str) -> Markup:
    """The same within a line, for options and short stems: no paragraphs around a single one."""
    if text_format == "markdown":
        return Markup(_marked(text, _LINE))
    return Markup(_plain(text.strip(), _LINE))


@remembered(8 * MEGABYTE)
def render_reading(text: str, text_format: str, table_label: str) -> Markup:
    """A whole lesson: headings of columns say so, and a wide table scrolls within the page."""
    scroll = Markup('<div class="sl-reading__table" role="region" tabindex="0" aria-label="{}">').format(table_label)
    html = _marked(text, _LESSON) if text_format == "markdown" else str(render(text, text_format))
    html = html.replace("<th>", '<th scope="col">')
    return Markup(html.replace("<table>", f"{scroll}<table>").replace("</table>", "</table></div>"))


def reading_parts(text: str, text_format: str, table_label: str) -> list[tuple[Markup, str]]:
    """The same in the pieces between its questions, each with the uid of the question behind it; the last with none."""
    return question_places.split(render_reading(text, text_format, table_label))


def questions_placed(text: str) -> list[tuple[str, int]]:
    """The questions that a lesson's text places, by uid, with their rows."""
    if question_places.BEGINNING not in text:
        return []
    found = (token for token in _lessons.parse(text) if token.type == question_places.TOKEN)
    return [(token.content, token.map[0] + 1 if token.map else 1) for token in found]


def faults_of_a_text(text: str, *, own_pictures: bool = False) -> list[Problem]:
    """What a lesson must not have, by its row: the title of the page, HTML, pictures, formulas that cannot be drawn.

    With `own_pictures`, those that are kept here may stand in it, named as `pictures.mark` does.
    """
    return list(_faults(text, own_pictures))


def fault_of_size(text: str) -> Problem | None:
    """What makes a text slow to draw, counted before anything is parsed."""
    if cells_of_tables(text) > MOST_CELLS:
        return Problem("course.tables_too_big", place=Place(field="text", row=1), most=MOST_CELLS)
    if sum(map(text.count, _SIGNS)) > MOST_SIGNS:
        return Problem("course.too_many_signs", place=Place(field="text", row=1), most=MOST_SIGNS)
    return None


def cells_of_tables(text: str) -> int:
    """How many cells the tables of a text have at the most; the parser fills each row up to the width of its table."""
    cells = columns = 0
    for line in text.split("\n"):
        if "|" in line and "-" in line and _BELOW_HEADS.fullmatch(line):
            columns = line.count("|") + 1
        elif not line.strip():
            columns = 0
        cells += columns
    return cells


@lru_cache(maxsize=16)
def _faults(text: str, own_pictures: bool) -> tuple[Problem, ...]:
    too_big = fault_of_size(text)
    if too_big is not None:
        return (too_big,)
    named = pictures.named_in({"text": text})
    faults = []
    for token in _lessons.parse(text):
        place = Place(field="text", row=token.map[0] + 1 if token.map else 1)
        if token.type == "heading_open" and token.tag == "h1":
            faults.append(Problem("course.text_has_title", place=place))
        if token.type == "inline" and question_places.is_misplaced(token.content):
            faults.append(Problem("course.question_line", place=place))
        for child in token.children or ():
            address = str(child.attrs.get("src", "")) if child.type == "image" else ""
            if own_pictures and address.startswith(pictures.SCHEME):
                if address.removeprefix(pictures.SCHEME) not in named:
                    faults.append(Problem("course.picture_unlike_ours", place=place))
            elif child.type == "image":
                faults.append(Problem("course.text_has_picture", place=place))
            elif child.type == "text" and _TAG.search(child.content):
                faults.append(Problem("course.text_has_html", place=place))
            elif child.type in (formulas.INLINE, formulas.BLOCK):
                fault = formulas.fault_of(child.content)
                faults += [fault.at(place)] if fault else []
    return tuple(faults)


def formulas_in(text: str) -> list[str]:
    """The formulas of a Markdown text, in their order."""
    if "$" not in text:
        return []
    found = (child for token in _markdown.parse(text) for child in token.children or ())
    return [child.content for child in found if child.type in (formulas.INLINE, formulas.BLOCK)]


def with_blanks(text: str) -> str:
    """A stem whose blanks are lines of equal length, as they are printed."""
    return _BLANK.sub(GAP, text)


def in_words(text: str, text_format: str, *, blanks: bool = False) -> str:
    """A text without its markup: pictures as what they show, formulas as typed, blanks as lines of equal length."""
    text = with_blanks(text) if blanks else text
    if text_format != "markdown":
        return render(pictures.without(text), text_format).striptags()
    return _in_words(text)


@remembered(4 * MEGABYTE)
def _in_words(text: str) -> str:
    return Markup(_marked(text, _WORDS)).striptags()


def unbroken(html: Markup) -> Markup:
    """The same with every blank kept on one line."""
    return Markup(_TAG_OR_GAP.sub(lambda found: found[1] or f'<span class="sl-gap">{GAP}</span>', html))


def _plain(text: str, how: str) -> str:
    """A plain text with its pictures; a mark that names none leaves what it shows."""
    if pictures.SCHEME not in text:
        return str(escape(text)).replace("\n", "<br>")
    parts, at = [], 0
    for found in pictures.MARK.finditer(text):
        parts.append(str(escape(_NO_PICTURE.sub(r"\1", text[at : found.start()]))))
        parts.append(_picture(found[2], found[1], {"how": how}))
        at = found.end()
    parts.append(str(escape(_NO_PICTURE.sub(r"\1", text[at:]))))
    return "".join(parts).replace("\n", "<br>")


def _marked(text: str, how: str) -> str:
    text = text.replace("\ufdd0", "").replace("\ufdd1", "")
    env: dict[str, Any] = {"how": how, "kept": []}
    markdown = _lessons if how == _LESSON else _markdown
    html = markdown.renderInline(text, env) if how == _LINE else markdown.render(text, env)
    kept = env["kept"]
    return _PLACE.sub(lambda found: kept[int(found[1])], _clean(html))


def _kept(env: Mapping[str, Any], html: str) -> str:
    env["kept"].append(html)
    return f"\ufdd0{len(env['kept']) - 1}\ufdd1"


def _picture(sha256: str, alt: str, env: Mapping[str, Any]) -> str:
    if env["how"] == _WORDS:
        return str(escape(alt))
    within = ' class="sl-picture__small"' if env["how"] == _LINE else ""
    return str(Markup('<img{} src="media:{}" alt="{}">').format(Markup(within), sha256, alt))


def _formula(source: str, env: Mapping[str, Any], *, block: bool) -> str:
    if env["how"] == _WORDS:
        return str(escape(source))
    name = "sl-formula sl-formula--block" if block else "sl-formula"
    return str(Markup('<span class="{}" role="img" aria-label="{}"></span>').format(name, source))


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "td": {"style"}, "th": {"style"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
        filter_style_properties={"text-align"},
    )
