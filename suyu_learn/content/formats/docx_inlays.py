"""What stands among the words of a document without being words: pictures, formulas, tables.

While lines are cut into questions each is one character that no text uses; afterwards it becomes what it is. A body
with a formula or a table is Markdown, in which every other character stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_FIRST = 0xF0000
MOST = 60_000
ANY = re.compile(f"[\U000f0000-{chr(_FIRST + MOST - 1)}]")
_SHOWN = frozenset({"stem", "explanation", "text", "reference"})
_MARKUP = re.compile(r"([\\`*_\[\]<>&#$|~])")
_BLANK = re.compile(r"(_{2,})")
_BEGINS = re.compile(r"^[ \t]*(?:(\d{1,9})([.)])|([-+=]))", re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Inlay:
    markdown: str
    plain: str
    """What stands in a plain text; empty if it makes the text Markdown."""
    words: str


class Inlays:
    """All of a document; see `question_text.Inlays`."""

    def __init__(self) -> None:
        self._all: list[_Inlay] = []

    def picture(self, mark: str, alt: str) -> str:
        """The character for a picture; a refused passage keeps the mark."""
        return self._add(_Inlay(mark, mark, mark), alt)

    def formula(self, latex: str, words: str) -> str:
        """The character for a formula."""
        return self._add(_Inlay(f"${latex}$", "", words), words)

    def table(self, rows: Sequence[Sequence[str]]) -> str:
        """The character for a table; its cells may hold such characters themselves."""
        cells = [[" ".join(cell.split()) for cell in row] for row in rows]
        head, *body = [f"| {' | '.join(self.markdown(cell) or ' ' for cell in row)} |" for row in cells]
        told = "\n".join([head, "|" + " --- |" * len(cells[0]), *body])
        words = "\n".join("\t".join(self.words(cell) for cell in row) for row in cells)
        return self._add(_Inlay(f"\n\n{told}\n\n", "", words), words)

    def _add(self, inlay: _Inlay, otherwise: str) -> str:
        if len(self._all) >= MOST:
            return otherwise
        self._all.append(inlay)
        return chr(_FIRST + len(self._all) - 1)

    def _of(self, sign: str) -> _Inlay | None:
        at = ord(sign) - _FIRST
        return self._all[at] if at < len(self._all) else None

    def words(self, text: str) -> str:
        """A text with words for everything."""
        return ANY.sub(lambda found: one.words if (one := self._of(found[0])) else "", text)

    def plain(self, text: str) -> str:
        """A text that has nothing but pictures."""
        return ANY.sub(lambda found: one.plain or one.words if (one := self._of(found[0])) else "", text)

    def markdown(self, text: str, *, blanks: bool = False) -> str:
        """A text as Markdown in which only what was put in is markup."""
        pieces = _BLANK.split(text) if blanks else [text]
        told = "".join(piece if at % 2 else _literal(piece) for at, piece in enumerate(pieces))
        told = _BEGINS.sub(lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", told)
        told = ANY.sub(lambda found: one.markdown if (one := self._of(found[0])) else "", told)
        return re.sub(r"\n{3,}", "\n\n", told).strip()

    def body(self, body: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
        """The body with everything put in, and its text format."""
        markdown = self._needs_markdown(body)
        return self._put_in(body, markdown), "markdown" if markdown else "plain"

    def _needs_markdown(self, value: Any, name: str = "") -> bool:
        if isinstance(value, str):
            return name in _SHOWN and any(
                (one := self._of(sign)) is not None and not one.plain for sign in ANY.findall(value)
            )
        if isinstance(value, Mapping):
            return any(self._needs_markdown(inner, key) for key, inner in value.items())
        return isinstance(value, list) and any(self._needs_markdown(inner, name) for inner in value)

    def _put_in(self, value: Any, markdown: bool, name: str = "") -> Any:
        if isinstance(value, str):
            if name not in _SHOWN:
                return self.words(value)
            return self.markdown(value, blanks=name == "stem") if markdown else self.plain(value)
        if isinstance(value, Mapping):
            return {key: self._put_in(inner, markdown, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._put_in(inner, markdown, name) for inner in value]
        return value


def without_signs(text: str) -> str:
    """A document's own text without the characters that are used here."""
    return text if text.isascii() else ANY.sub("", text)


def _literal(text: str) -> str:
    return _MARKUP.sub(r"\\\1", _INDENT.sub("", text))
