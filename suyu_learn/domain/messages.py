"""Texts that go into chat groups: names that mention nobody, and messages that end before a robot cuts them off."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_MENTIONING = str.maketrans({"@": "＠", "<": "＜", ">": "＞"})
"""Chat programs read @all and <@somebody> also in the text of a robot; wide signs are read by people only."""


@dataclass(frozen=True, slots=True)
class Group:
    """A team with the names to say; `label` says how many these are, also where not all find room."""

    label: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Phrases:
    """How a language joins what a message is made of."""

    line: Callable[[str, str], str]
    """A label with the names behind it."""
    comma: str
    more: Callable[[int], str]
    """That so many names are left out."""


def harmless(text: str, *, longest: int = 60) -> str:
    """One line that mentions nobody, whatever was typed as a name or title."""
    seen = "".join(sign if unicodedata.category(sign) not in _UNSEEN else " " for sign in text)
    plain = " ".join(seen.split()).translate(_MENTIONING)
    return plain if len(plain) <= longest else f"{plain[: longest - 1]}…"


def composed(head: Sequence[str], groups: Sequence[Group], phrases: Phrases, *, names: int | None = None) -> str:
    """The message with its first names, or all; it says how many others there are."""
    total = sum(len(group.names) for group in groups)
    left = total if names is None else names
    lines = list(head)
    for group in groups:
        said = group.names[:left]
        left -= len(said)
        if said:
            lines.append(phrases.line(group.label, phrases.comma.join(said)))
    if names is not None and names < total:
        lines.append(phrases.more(total - names))
    return "\n".join(line for line in lines if line)


def fitted(head: Sequence[str], groups: Sequence[Group], phrases: Phrases, *, most: int) -> str:
    """The message with as many names as a robot takes in `most` bytes, counted as they are sent."""
    whole = composed(head, groups, phrases)
    if sent_bytes(whole) <= most:
        return whole
    fits, too_many = 0, sum(len(group.names) for group in groups)
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if sent_bytes(composed(head, groups, phrases, names=middle)) <= most:
            fits = middle
        else:
            too_many = middle
    return composed(head, groups, phrases, names=fits)


def sent_bytes(text: str) -> int:
    """How many bytes a text takes within JSON, where a quotation mark takes two."""
    return len(json.dumps(text, ensure_ascii=False).encode()) - 2
