"""How a text names a picture: `![what it shows](media:<sha256>)`, in plain texts as in Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from suyu_learn.domain.questions.words import texts_in

SCHEME = "media:"
MARK = re.compile(r"!\[([^\[\]\n]{0,1000})\]\(media:([0-9a-f]{64})\)")
_UNTIDY = re.compile(r"[\[\]\s]+")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]")
"""Control signs, signs that turn the direction of a text, and what is no character."""
LONGEST_ALT = 1000


def mark(sha256: str, alt: str = "") -> str:
    """What stands in a text for a picture; `alt` says what it shows."""
    words = _UNTIDY.sub(" ", _UNSEEN.sub("", alt)).replace("\\", "＼").strip()  # a backslash would undo what follows
    return f"![{words[:LONGEST_ALT]}]({SCHEME}{sha256})"


def named_in(body: Mapping[str, Any]) -> dict[str, str]:
    """The pictures that the texts of a body name, by sha256, each with what its first mark says it shows."""
    named: dict[str, str] = {}
    for text in texts_in(body):
        if SCHEME in text:
            for alt, sha256 in MARK.findall(text):
                named.setdefault(sha256, alt)
    return named


def renamed(value: Any, new: Callable[[str], str | None]) -> Any:
    """The body, or a part of it, with each sha256 replaced; a picture for which `new` gives None goes."""
    if isinstance(value, str):
        return MARK.sub(lambda found: _renamed(found, new), value) if SCHEME in value else value
    if isinstance(value, Mapping):
        return {name: renamed(inner, new) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [renamed(inner, new) for inner in value]
    return value


def without(text: str) -> str:
    """The text with each picture replaced by what it shows, for where only words can stand."""
    return MARK.sub(lambda found: found[1], text) if SCHEME in text else text


def _renamed(found: re.Match[str], new: Callable[[str], str | None]) -> str:
    sha256 = new(found[2])
    return "" if sha256 is None else mark(sha256, found[1])
