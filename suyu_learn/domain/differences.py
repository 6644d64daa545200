"""What became of a text: runs of words that stayed, went, or came."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from enum import StrEnum

_WORDS = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|\w+|\s+|[^\w\s]")
MOST_WORDS = 4_000
"""Texts of more words are told as gone and come as a whole."""
MOST_MEETINGS = 500_000
"""Times that a word of the one text may meet itself in the other; a page of Chinese comes to a tenth of it."""


class Change(StrEnum):
    """What became of a run of words."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


def takes_long(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two texts repeat themselves so much that comparing them would keep everybody waiting."""
    there = Counter(other)
    return sum(count * there[word] for word, count in Counter(one).items()) > MOST_MEETINGS


def differences(old: str, new: str) -> list[tuple[Change, str]]:
    """The runs of both texts in their order; a Chinese character counts as a word."""
    if old == new:
        return [(Change.SAME, new)] if new else []
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    long = len(before) > MOST_WORDS or len(after) > MOST_WORDS or takes_long(before, after)
    if long or not before or not after:
        return [(change, text) for change, text in ((Change.GONE, old), (Change.NEW, new)) if text]
    found: list[tuple[Change, str]] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append((Change.SAME, "".join(before[i1:i2])))
            continue
        if i2 > i1:
            found.append((Change.GONE, "".join(before[i1:i2])))
        if j2 > j1:
            found.append((Change.NEW, "".join(after[j1:j2])))
    return found
