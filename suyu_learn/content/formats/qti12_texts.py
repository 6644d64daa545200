"""The texts of QTI 1.2: materials as HTML, and the answers that a response offers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from xml.etree.ElementTree import Element

from suyu_learn.content.formats.html_text import looks_like_html
from suyu_learn.content.formats.qti_texts import Html, inner_html
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions.options import MOST_OPTIONS

RESPONSES = frozenset({"response_lid", "response_str", "response_num", "response_xy", "response_grp",
                       "response_na"})  # fmt: skip
_LABEL = "response_label"


def responses_of(presentation: Element) -> list[Element]:
    """All that is asked, in the order of the text."""
    return [one for one in presentation.iter() if one.tag in RESPONSES]


def text_of(parent: Element, *, within: bool = True) -> Html:
    """The materials below an element, without the labels of answers; `within` takes those of responses too."""
    return Html("".join(_materials(parent, within)))


def labels_of(response: Element) -> dict[str, Html]:
    """The answers that a response offers, by their identifiers."""
    labels = {one.get("ident", ""): one for one in response.iter(_LABEL)}
    if len(labels) > 2 * MOST_OPTIONS:  # empty ones may still go
        raise Problem("question.too_many_options", most=MOST_OPTIONS, count=len(labels))
    return {ident: label_text(one) for ident, one in labels.items()}


def label_text(label: Element) -> Html:
    """What one answer says."""
    pieces = [one for material in label.iter("material") for one in _material(material)]
    return Html("".join(pieces) or escape((label.text or "").strip(), quote=False))


def _materials(parent: Element, within: bool) -> Iterator[str]:
    for child in parent:
        if child.tag in ("material", "material_ref"):
            yield "<div>" + "".join(_material(child)) + "</div>"
        elif child.tag != _LABEL and (within or child.tag not in RESPONSES):
            yield from _materials(child, within)


def _material(material: Element) -> Iterator[str]:
    for part in material:
        if part.tag in ("mattext", "matemtext"):
            text = _mattext(part)
            yield f"<em>{text}</em>" if part.tag == "matemtext" else text
        elif part.tag == "matimage":
            address = part.get("uri") or part.get("entityref") or ""
            yield f'<img src="{escape(address)}" alt="{escape(part.get("label", ""))}">'
        elif part.tag in ("mataudio", "matvideo", "matapplet", "matapplication"):
            yield f'<object data="{escape(part.get("uri", part.tag))}"></object>'
        elif part.tag == "matbreak":
            yield "<br>"


def _mattext(part: Element) -> str:
    if len(part):
        return inner_html(part)
    text = part.text or ""
    if part.get("texttype", "").lower() in ("text/html", "text/xhtml", "html") or (
        "texttype" not in part.attrib and looks_like_html(text)
    ):
        return text
    return "<br>".join(escape(line.strip(), quote=False) for line in text.strip().split("\n"))


def plain(html: str) -> str:
    """An answer's text without its tags, for what is compared with typed words."""
    from html import unescape

    return " ".join(unescape(re.sub(r"<[^<>]*>", "", html)).split())
