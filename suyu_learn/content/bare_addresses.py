"""Addresses that stand as such in a lesson, in its text or among its sources, become links, as people expect who have
pasted them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup, escape

_ADDRESS = re.compile(
    r"(?<![A-Za-z0-9])https?://[A-Za-z0-9][A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]{0,2000}", re.IGNORECASE
)
_BEHIND = ".,;:!?'*)]"
"""Signs at the end that belong to the sentence around; a bracket only where none is open in the address."""


def know_addresses(parser: MarkdownIt) -> MarkdownIt:
    """The same parser, which makes links of addresses."""
    parser.core.ruler.push("bare_addresses", _link)
    return parser


def linked(line: str) -> Markup:
    """A line without markup as HTML, with its addresses as links."""
    pieces, at = [], 0
    for found in _ADDRESS.finditer(line):
        address = _trimmed(found[0])
        pieces.append(escape(line[at : found.start()]))
        pieces.append(Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(address, address))
        at = found.start() + len(address)
    return Markup("").join([*pieces, escape(line[at:])])


def _link(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and token.children and "://" in token.content:
            token.children = list(_linked(state.md, token.children))


def _linked(parser: MarkdownIt, children: Sequence[Token]) -> Iterator[Token]:
    within = 0
    for child in children:
        within += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        if child.type == "text" and not within:
            yield from _pieces(parser, child.content)
        else:
            yield child


def _pieces(parser: MarkdownIt, text: str) -> Iterator[Token]:
    """The text with its addresses as links."""
    at = 0
    for found in _ADDRESS.finditer(text):
        address = _trimmed(found[0])
        href = parser.normalizeLink(address)
        if not parser.validateLink(href):
            continue
        yield Token("text", "", 0, content=text[at : found.start()])
        yield Token("link_open", "a", 1, attrs={"href": href})
        yield Token("text", "", 0, content=address)
        yield Token("link_close", "a", -1)
        at = found.start() + len(address)
    yield Token("text", "", 0, content=text[at:])


def _trimmed(address: str) -> str:
    """The address without what ends the sentence or closes a bracket around it."""
    while address[-1] in _BEHIND:
        opened = {")": "(", "]": "["}.get(address[-1], "")
        if opened and address.count(opened) >= address.count(address[-1]):
            break
        address = address[:-1]
    return address
