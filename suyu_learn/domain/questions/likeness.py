"""How alike two questions are, and all pairs that are nearly the same among thousands.

Likeness is Dice's coefficient of two sets of character pairs: twice the pairs that both have, by the pairs of the one
plus those of the other. The pairs are those of the stem and of each option, each text without punctuation and spaces
and in one width and case, so that questions equal after normalising are 100 % alike whatever the order of options.
`NEAR` is the threshold from which a pair is told.

The index is exact: with threshold t two sets x and y share at least t/2 (|x| + |y|) pairs, and |y| is at least
t/(2 - t) |x|; so of any such two sets the rarest |x| - ceil(t/(2 - t) |x|) + 1 pairs of each meet, and only those are
indexed (10,000 questions against 10,000 others: about 7 s). Nothing at or above the threshold is lost, unless `effort`
comparisons are used up or `MOST_FOUND` pairs are there; then `complete` is false.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain
from math import ceil

from suyu_learn.domain.differences import takes_long
from suyu_learn.domain.questions.contract import Json
from suyu_learn.domain.questions.identity import OFFERED, bare
from suyu_learn.domain.questions.words import texts_in

NEAR = 0.8
EFFORT = 1_500_000
LONGEST_COMPARED = 3_000
MOST_FOUND = 20_000
"""Pairs after which no more are looked for: nobody reads them, and each takes room."""
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Pair:
    """Two places in the list that was given, the earlier first, and how alike they are, from 0 to 1."""

    one: int
    other: int
    likeness: float


@dataclass(frozen=True, slots=True)
class Likenesses:
    """The pairs found, the likest first, and whether all were looked at."""

    pairs: tuple[Pair, ...]
    complete: bool


def pairs_of(body: Mapping[str, Json]) -> frozenset[str]:
    """The character pairs of the stem and of what is offered, such as options; a text of one character is its own."""
    offered = {name: value for name, value in body.items() if name != "stem"}
    texts = [str(body.get("stem", "")), *texts_in(offered, named=OFFERED)]
    found: set[str] = set()
    for text in texts:
        plain = bare(text[:LONGEST_COMPARED])
        found.update(plain[at : at + 2] for at in range(max(1, len(plain) - 1)) if plain)
    return frozenset(found)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Dice's coefficient of two sets; two empty ones are not alike."""
    together = len(one) + len(other)
    return 2 * len(one & other) / together if together else 0.0


def near_pairs(
    texts: Sequence[frozenset[str]], *, new: int | None = None, threshold: float = NEAR, effort: int = EFFORT
) -> Likenesses:
    """All pairs at least as alike as the threshold; of the first `new` texts with each other and with the rest.

    The rest, a bank's own questions, are not compared with one another.
    """
    new = len(texts) if new is None else new
    how_often = Counter(chain.from_iterable(texts))
    rank = {pair: place for place, pair in enumerate(sorted(how_often, key=lambda pair: (how_often[pair], pair)))}
    index: dict[int, list[int]] = defaultdict(list)
    found: list[Pair] = []
    for at in sorted(range(len(texts)), key=lambda place: (place < new, len(texts[place]))):
        text = texts[at]
        if not text:
            continue
        least = ceil(threshold / (2 - threshold) * len(text) - _ROUNDING)
        rare = sorted(map(rank.__getitem__, text))[: len(text) - least + 1]
        if at < new:
            candidates = set(chain.from_iterable(index[pair] for pair in rare if pair in index))
            effort -= len(candidates)
            if effort < 0 or len(found) > MOST_FOUND:
                return Likenesses(_sorted(found), complete=False)
            found += _alike(texts, at, candidates, threshold)
        for pair in rare:
            index[pair].append(at)
    return Likenesses(_sorted(found), complete=True)


def _alike(texts: Sequence[frozenset[str]], at: int, candidates: set[int], threshold: float) -> list[Pair]:
    text, found = texts[at], []
    for other in candidates:
        alike = likeness(text, texts[other])
        if alike >= threshold - _ROUNDING:
            found.append(Pair(min(at, other), max(at, other), alike))
    return found


def _sorted(found: list[Pair]) -> tuple[Pair, ...]:
    return tuple(sorted(found, key=lambda pair: (-pair.likeness, pair.one, pair.other)))


def differences(one: str, other: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Both texts in pieces, each with whether the other text has it otherwise."""
    one, other = one[:LONGEST_COMPARED], other[:LONGEST_COMPARED]
    if takes_long(one, other):
        return [(one, True)], [(other, True)]
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if end > start:
            left.append((one[start:end], kind != "equal"))
        if other_end > other_start:
            right.append((other[other_start:other_end], kind != "equal"))
    return left, right
