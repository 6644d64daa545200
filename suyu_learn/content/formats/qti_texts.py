"""The texts of QTI items: elements as HTML first, Markdown or plain text once a question's whole body is known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from xml.etree.ElementTree import Element

from suyu_learn.content.formats.html_text import Picture, markdown_of, needs_markdown, plain_of
from suyu_learn.content.formats.losses import Losses

GAP = "____"
GAP_SIGN = "\ue001"
"""What stands for a gap until other lines of underscores are levelled."""
_TAG = re.compile("<[^<>]*>")
_CLOSING = ("</p>", "</div>", "</span>")
_LINE = re.compile("[_＿]{2,}")
_VOID = frozenset({"br", "img", "hr", "source", "track", "col", "wbr"})
_ASIDE = frozenset(
    {
        "feedbackInline", "feedbackBlock", "stylesheet", "templateInline", "templateBlock", "catalogInfo",
        "rubricBlock", "companionMaterialsInfo", "simpleChoice", "inlineChoice", "simpleMatchSet",
        "simpleAssociableChoice", "gapText", "gapImg",
    }
)  # fmt: skip
"""What is no part of the running text: read apart, or told as a loss."""
_AS_BLOCK = frozenset({"prompt", "contentBody", "stimulusBody", "itemBody", "infoControl", "gapMatchInteraction"})
_PICTURES = ("image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp")


class Html(str):
    """A text that is still HTML."""

    __slots__ = ()


def inner_html(element: Element, instead: Mapping[Element, str] | None = None) -> Html:
    """What is within an element as HTML; an element of `instead` is replaced by HTML of its own."""
    pieces: list[str] = []
    _write_children(element, instead or {}, pieces)
    return Html("".join(pieces))


def html_of(element: Element, instead: Mapping[Element, str] | None = None) -> Html:
    """The element itself and what is within it."""
    pieces: list[str] = []
    _write(element, instead or {}, pieces)
    return Html("".join(pieces))


def paragraphs(*texts: str) -> Html:
    """Several texts, one below the other."""
    return Html("".join(f"<div>{text}</div>" for text in texts if text.strip()))


def is_blank(html: str) -> bool:
    """Whether there is nothing to see in a text."""
    if "<img" in html or "<math" in html:
        return False
    return not _TAG.sub("", html).replace("&nbsp;", " ").strip()


def with_gaps(html: str, signs: Sequence[str] = ()) -> Html:
    """A text with its gaps, at GAP_SIGN or at the first of each sign; other lines of underscores are no gaps."""
    html = _LINE.sub("＿", html)
    for sign in signs:
        html = html.replace(sign, GAP_SIGN, 1)
    return Html(html.replace(GAP_SIGN, GAP))


def with_gap_behind(html: str) -> Html:
    """A text with a gap behind its last words, within their paragraph."""
    words, closing = html.rstrip(), ""
    for _depth in range(50):
        end = next((tag for tag in _CLOSING if words.endswith(tag)), "")
        if not end:
            break
        words, closing = words[: -len(end)].rstrip(), end + closing
    return Html(f"{words} {GAP}{closing}")


def seen_length(html: str) -> int:
    """About how many characters people see of a text."""
    return len(" ".join(_TAG.sub("", html).split()))


@dataclass(frozen=True, slots=True)
class Finishing:
    """How the HTML of one question becomes its stored texts."""

    picture: Picture
    losses: Losses

    def body(self, body: Mapping[str, Any], text_format: str = "") -> tuple[dict[str, Any], str]:
        """The body with texts instead of HTML, and their format: plain where nothing is lost by it."""
        said = list(_htmls(body))
        chosen = text_format or ("markdown" if any(needs_markdown(one) for one in said) else "plain")
        made = self._finished(body, markdown_of if chosen == "markdown" else plain_of)
        return dict(made), chosen

    def _finished(self, value: Any, convert: Any) -> Any:
        if isinstance(value, Html):
            return convert(value, picture=self.picture, losses=self.losses).strip()
        if isinstance(value, Mapping):
            return {name: self._finished(inner, convert) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self._finished(inner, convert) for inner in value]
        return value


def _htmls(value: Any) -> Any:
    if isinstance(value, Html):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _htmls(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _htmls(inner)


def _write_children(element: Element, instead: Mapping[Element, str], pieces: list[str]) -> None:
    pieces.append(escape(element.text or "", quote=False))
    for child in element:
        _write(child, instead, pieces)
        pieces.append(escape(child.tail or "", quote=False))


def _write(element: Element, instead: Mapping[Element, str], pieces: list[str]) -> None:
    tag = element.tag
    if element in instead:
        pieces.append(instead[element])
    elif tag == "rubricBlock" and "candidate" in (element.get("view") or "").split():
        _wrap("div", element, instead, pieces)
    elif tag in _ASIDE:
        return
    elif tag == "object":
        _object(element, instead, pieces)
    elif tag in _AS_BLOCK:
        _wrap("div", element, instead, pieces)
    elif tag in _VOID:
        pieces.append(f"<{tag}{_attributes(element)}>")
    else:
        _wrap(tag if tag.isascii() and tag.islower() and tag.isalnum() else "span", element, instead, pieces)


def _wrap(tag: str, element: Element, instead: Mapping[Element, str], pieces: list[str]) -> None:
    pieces.append(f"<{tag}{_attributes(element)}>")
    _write_children(element, instead, pieces)
    pieces.append(f"</{tag}>")


def _object(element: Element, instead: Mapping[Element, str], pieces: list[str]) -> None:
    """A picture, or else what the file offers instead; sounds and films are counted as losses by their names."""
    kind, data = element.get("type", ""), element.get("data", "")
    if kind in _PICTURES:
        alt = " ".join("".join(element.itertext()).split())
        pieces.append(f'<img src="{escape(data)}" alt="{escape(alt)}">')
        return
    if any(inner.get("type") in _PICTURES for inner in element.iter("object") if inner is not element):
        _write_children(element, instead, pieces)
        return
    pieces.append(f'<img src="{escape(data)}" alt="">' if kind.startswith("image/")
                  else f'<object data="{escape(data)}"></object>')  # fmt: skip
    _write_children(element, instead, pieces)


def _attributes(element: Element) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in element.items() if name.isascii() and name.isalpha())
