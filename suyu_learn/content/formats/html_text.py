"""HTML texts of other systems as Markdown or plain text; whatever is not kept is counted as a loss.

`markdown_of` gives Markdown, `plain_of` plain text (pictures stay in both), and `needs_markdown` says whether the
second would lose anything. GIFT, Moodle XML and QTI read their texts through these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from suyu_learn.content.formats import markdown, mathml
from suyu_learn.content.formats.losses import Losses
from suyu_learn.domain.problems import Problem

Picture: TypeAlias = Callable[[str, str], str]
"""Gets the address and the description of an image; gives the mark that stands for it, or nothing."""

LONGEST = 100_000
DEEPEST = 120
_NOT_A_TAG = re.compile(r"<(?![A-Za-z/!?][^<]*>)")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\ud800-\udfff]")
_OPENERS = {r"\(": (r"\)", "$"), r"\[": (r"\]", "$$"), "$$": ("$$", "$$")}
_OPENER = re.compile(r"\\\(|\\\[|\$\$")
_BLOCKS = frozenset({
    "address", "article", "aside", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "header", "html", "main", "nav", "p", "section", "summary"
})  # fmt: skip
_HEADINGS = {f"h{level}": "#" * min(max(level, 2), 4) + " " for level in range(1, 7)}
_SIGNS = {"b": "**", "strong": "**", "i": "*", "em": "*", "cite": "*", "dfn": "*", "var": "*", "s": "~~",
          "del": "~~", "strike": "~~"}  # fmt: skip
_CODE = frozenset({"code", "kbd", "samp", "tt"})
_SILENT = frozenset({"span", "label", "abbr", "acronym", "time", "ins", "q", "bdi", "bdo", "wbr", "tbody", "tr", "td"})
_LOOKS = frozenset({"u", "font", "big", "small", "mark"})
_DROPPED = frozenset({
    "script", "style", "iframe", "object", "embed", "video", "audio", "source", "track", "canvas", "svg", "input",
    "button", "select", "textarea", "map", "applet", "noscript", "template", "head", "title", "meta", "link"
})  # fmt: skip
_SOUNDS = frozenset({"video", "audio", "source", "embed", "object", "iframe"})
_MARKED = frozenset({*_SIGNS, *_CODE, *_HEADINGS, "ul", "ol", "table", "pre", "blockquote", "hr", "math"})
_ADDRESS = re.compile(r"(?:https?://|mailto:)\S+", re.IGNORECASE)


def markdown_of(html: str, *, picture: Picture, losses: Losses) -> str:
    """The Markdown of an HTML text; raises Problem when it is too long or too deeply nested."""
    return _Walk(picture, losses, plain=False).text(html)


def plain_of(html: str, *, picture: Picture, losses: Losses) -> str:
    """The words of an HTML text, paragraphs apart and pictures marked; emphasis and the like go without a word."""
    return _Walk(picture, losses, plain=True).text(html)


def needs_markdown(html: str) -> bool:
    """Whether an HTML text has anything that plain text cannot say: emphasis, lists, tables, links, formulas."""
    if "<" not in html:
        return bool(_OPENER.search(html))
    root = _parsed(html)
    return any(
        element.tag in _MARKED
        or (element.tag == "a" and _ADDRESS.fullmatch(element.get("href") or ""))
        or (element.tag == "img" and element.get("data-equation-content"))
        or (element.tag in ("sub", "sup") and markdown.raised("".join(element.itertext()).strip(), low=True) is None)
        for element in root.iter()
    ) or any(map(_OPENER.search, root.itertext()))  # fmt: skip


def looks_like_html(text: str) -> bool:
    """Whether a text of no stated format holds HTML: a tag, or a character written as an entity."""
    return bool(_HTML.search(text))


_HTML = re.compile(
    r"</?(?:p|br|div|span|b|i|u|em|strong|sub|sup|img|a|ul|ol|li|table|tr|td|th|pre|code|h[1-6]|hr|font|tt|center|s)"
    r"(?:\s[^<>]{0,2000})?/?>|&(?:nbsp|lt|gt|amp|quot|#\d{1,6});",
    re.IGNORECASE,
)


def with_breaks(text: str) -> str:
    """HTML of a text in which line ends count."""
    return text.replace("\r\n", "\n").replace("\n", "<br>")


def _parsed(html: str) -> Any:
    from lxml import etree

    if len(html) > LONGEST:
        raise Problem("html.too_long", most=LONGEST, length=len(html))
    clean = _NOT_A_TAG.sub("&lt;", _without_comments(_CONTROLS.sub("", html).replace("<![CDATA[", "")))
    parser = etree.HTMLParser(
        recover=True, no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8", huge_tree=False
    )
    root = etree.fromstring(f"<div>{clean}</div>".encode(), parser)
    if root is None:
        raise Problem("html.unreadable")
    _check_depth(root)
    return root


def _without_comments(html: str) -> str:
    first, *rest = html.split("<!--")
    pieces = [first]
    for piece in rest:
        _comment, end, after = piece.partition("-->")
        pieces.append(after if end else f"&lt;!--{piece}")
    return "".join(pieces)


def _check_depth(root: Any) -> None:
    layer, depth = [root], 0
    while layer:
        depth += 1
        if depth > DEEPEST:
            raise Problem("html.too_deep", most=DEEPEST)
        layer = [child for element in layer for child in element]


@dataclass(slots=True)
class _Flow:
    """Paragraphs while they grow; `blocks` tells which of them are finished Markdown, such as tables."""

    parts: list[str] = field(default_factory=lambda: [""])
    blocks: set[int] = field(default_factory=set)

    def add(self, text: str) -> None:
        if len(self.parts) - 1 in self.blocks:
            self.end()
        self.parts[-1] += text

    def end(self) -> None:
        if self.parts[-1].strip():
            self.parts.append("")
        else:
            self.parts[-1] = ""

    def block(self, text: str) -> None:
        self.end()
        self.parts[-1] = text
        self.blocks.add(len(self.parts) - 1)
        self.parts.append("")

    def join(self, other: _Flow, sign: str) -> None:
        """Go on with another flow, its first paragraph in this one's last."""
        for number, part in enumerate(other.parts):
            if number in other.blocks:
                self.block(part)
                continue
            if number:
                self.end()
            self.add(markdown.wrapped(part, sign) if sign else part)


@dataclass(slots=True)
class _Walk:
    """One pass over a tree of HTML."""

    picture: Picture
    losses: Losses
    plain: bool

    def text(self, html: str) -> str:
        return self._finished(self._flow(_parsed(html)))

    def _finished(self, flow: _Flow) -> str:
        paragraphs = []
        for number, part in enumerate(flow.parts):
            if number in flow.blocks:
                paragraphs.append(part)
            elif part.strip():
                lines = "\n".join(line.strip() for line in part.strip().split("\n"))
                paragraphs.append(lines if self.plain else markdown.escaped_lines(lines))
        return "\n\n".join(paragraph for paragraph in paragraphs if paragraph.strip())

    def _flow(self, element: Any) -> _Flow:
        flow = _Flow()
        flow.add(self._said(element.text))
        for child in element:
            self._child(child, flow)
            flow.add(self._said(child.tail))
        return flow

    def _child(self, child: Any, flow: _Flow) -> None:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag == "br":
            flow.add("\n")
        elif tag in _DROPPED:
            self._dropped(tag, child)
        elif tag in _BLOCKS:
            flow.end()
            flow.join(self._flow(child), "")
            flow.end()
        elif tag in _SIGNS and not self.plain:
            flow.join(self._flow(child), _SIGNS[tag])
        elif tag in _HEADINGS or tag in _BLOCK_WRITERS:
            text = self._block(tag, child)
            if text.strip():
                flow.block(text)
        elif tag in _CODE or tag in _INLINE:
            flow.add(self._inline(tag, child))
        else:
            self._looks(tag, child)
            flow.join(self._flow(child), "")

    def _looks(self, tag: str, child: Any) -> None:
        if tag in _LOOKS or (child.get("style") and tag == "span"):
            self.losses.add("html.look_lost")
        elif tag and tag not in _SILENT and tag not in _SIGNS and ":" not in tag:
            self.losses.add("html.tag_lost", tag=tag[:40])

    def _dropped(self, tag: str, child: Any) -> None:
        address = child.get("src") or child.get("data") or next((one.get("src") for one in child.iter("source")), "")
        if tag in _SOUNDS and address:
            self.losses.add("html.media_lost", name=address.rpartition("/")[2][:100])
        elif tag not in ("head", "title", "meta", "link"):
            self.losses.add("html.tag_lost", tag=tag)

    def _said(self, text: str | None) -> str:
        if not text:
            return ""
        text = _SPACE.sub(" ", text)
        if self.plain:
            return text.replace("\xa0", " ")
        return "".join(
            f"{sign}{' '.join(piece.split())}{sign}" if sign else markdown.escaped(piece.replace("\xa0", " "))
            for piece, sign in _formulas(text)
        )

    def _inline(self, tag: str, child: Any) -> str:
        words = "".join(child.itertext())
        if tag == "img":
            return self._image(child)
        if tag == "a":
            return self._link(child)
        if tag == "math":
            return self._math(child)
        if tag in ("sub", "sup"):
            return self._small(words, child, low=tag == "sub")
        return words if self.plain else markdown.code(_SPACE.sub(" ", words))

    def _image(self, child: Any) -> str:
        formula = child.get("data-equation-content")
        if formula:
            return formula if self.plain else f"${' '.join(formula.split())}$"
        return self.picture(child.get("src") or "", child.get("alt") or "")

    def _link(self, child: Any) -> str:
        address = (child.get("href") or "").strip()
        text = " ".join(self._finished(self._flow(child)).split("\n"))
        if not _ADDRESS.fullmatch(address):
            if address and not address.startswith("#"):
                self.losses.add("html.link_lost", name=address.rpartition("/")[2][:100])
            return text
        if self.plain:
            return text
        return text if text.startswith("![") else markdown.link(text, address)

    def _math(self, child: Any) -> str:
        try:
            return mathml.tex_of(child) if self.plain else f"${mathml.tex_of(child)}$"
        except mathml.NotKnown as unknown:
            self.losses.add("html.formula_lost", tag=str(unknown)[:40])
            return self._said("".join(child.itertext()))

    def _small(self, words: str, child: Any, *, low: bool) -> str:
        found = markdown.raised(words.strip(), low=low)
        if found is not None:
            return found
        sign = "_" if low else "^"
        if not words.strip() or self.plain:
            return f"{sign}({words.strip()})" if words.strip() else words
        inner = words.strip().replace("\\", "").replace("$", "").replace("{", "").replace("}", "")
        return (
            f"${sign}{{\\text{{{inner}}}}}$" if not inner.isalnum() or not inner.isascii() else f"${sign}{{{inner}}}$"
        )

    def _block(self, tag: str, child: Any) -> str:
        if tag in _HEADINGS:
            words = " ".join(self._finished(self._flow(child)).split())
            return words if self.plain else _HEADINGS[tag] + words
        return _BLOCK_WRITERS[tag](self, child)

    def _list(self, child: Any) -> str:
        items = [self._finished(self._flow(item)).replace("\n\n", "\n") for item in child if item.tag == "li"]
        start = child.get("start") or "1"
        first = int(start) if start.isdecimal() and len(start) < 9 else 1
        return markdown.listed(items, first=first if child.tag == "ol" else None)

    def _table(self, child: Any) -> str:
        rows = []
        for row in _own_rows(child):
            cells = [cell for cell in row if cell.tag in ("td", "th")]
            if any(cell.get(span, "1") not in ("", "1") for cell in cells for span in ("colspan", "rowspan")):
                self.losses.add("html.merged_cells")
            rows.append([self._finished(self._flow(cell)) for cell in cells])
        if self.plain:
            return "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)
        return markdown.table(rows)

    def _pre(self, child: Any) -> str:
        words = "".join(child.itertext())
        return words.strip("\n") if self.plain else markdown.fenced(words)

    def _quote(self, child: Any) -> str:
        words = self._finished(self._flow(child))
        return words if self.plain else "> " + words.replace("\n", "\n> ")

    def _rule(self, child: Any) -> str:
        return "" if self.plain else "***"


_INLINE = frozenset({"img", "a", "math", "sub", "sup"})
_BLOCK_WRITERS: dict[str, Callable[[_Walk, Any], str]] = {
    "ul": _Walk._list, "ol": _Walk._list, "table": _Walk._table, "pre": _Walk._pre, "blockquote": _Walk._quote,
    "hr": _Walk._rule,
}  # fmt: skip


def _own_rows(table: Any) -> Iterator[Any]:
    """The rows of a table, without those of tables inside its cells."""
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in child if row.tag == "tr")


def _formulas(text: str) -> Iterator[tuple[str, str]]:
    """The pieces of a text: formulas with the sign that they stand in, and the words between them with none."""
    open_ends: set[str] = set()
    start = at = 0
    while (found := _OPENER.search(text, at)) is not None:
        closer, sign = _OPENERS[found.group()]
        end = -1 if closer in open_ends else text.find(closer, found.end())
        if end < 0:
            open_ends.add(closer)
            at = found.end()
        elif not text[found.end() : end].strip():
            at = found.end()
        else:
            yield text[start : found.start()], ""
            yield text[found.end() : end], sign
            start = at = end + len(closer)
    yield text[start:], ""
