"""Questions of a library that ask nearly the same, told by the measure that previews of imports use."""

from __future__ import annotations

from collections.abc import Sequence

from suyu_learn.domain.library.entries import Entry
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions.group import Group
from suyu_learn.domain.questions.likeness import near_pairs, pairs_of

CLOSE = 0.5
"""Likeness from which a pair is told; an import tells it from 0.8, a library is written with more care."""


def nearly_the_same(entries: Sequence[Entry]) -> list[Problem]:
    """Every pair at least `CLOSE`, with how alike it is in percent; two questions of one passage are compared too."""
    asked = [one for one in entries if one.type != Group.code]
    found = near_pairs([pairs_of(one.body) for one in asked], threshold=CLOSE)
    return [
        Problem("library.nearly_the_same", place=asked[pair.other].place, other=asked[pair.one].uid,
                percent=round(pair.likeness * 100))
        for pair in found.pairs
    ]  # fmt: skip
