"""Answers as they stand on paper, typed in by somebody: letters, signs and words, read to what a type parses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, repeat
from typing import Any

from suyu_learn.domain.names import tidy
from suyu_learn.domain.problems import Problem

TRUE = frozenset({"对", "√", "✓", "✔", "正确", "是", "t", "true", "y", "a"})
FALSE = frozenset({"错", "×", "✗", "✘", "x", "错误", "否", "f", "false", "n", "b"})
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
OPEN = "-_?—"
_BETWEEN = re.compile(r"[\s,、;/.:，；。]+")
_PARTS = re.compile(r"[;；|｜\n]")


def raw_answer(type_code: str, keys: Sequence[str], text: str, *, menus: Sequence[Sequence[str]] = ()) -> Any:
    """What is typed as the type's `parse` takes it; `keys` are its options in the order of the paper.

    `menus` are the same for each gap of a text with gaps, nothing where words are written.
    None where nothing was answered; raises Problem for a letter that no option has.
    """
    said = tidy(text)
    if not said or all(sign in OPEN for sign in said):
        return None
    if type_code == "true_false":
        return _truth(said)
    if type_code in ("single", "multiple"):
        chosen = [key for key in _lettered(said, keys) if key]
        if type_code == "multiple":
            return chosen
        if len(chosen) != 1:
            raise Problem("offline.one_letter", answer=said[:40])
        return chosen[0]
    if type_code in ("matching", "ordering"):
        return _lettered(said, keys)
    if type_code == "fill_in":
        return parts_of(text)
    if type_code == "cloze":
        return [_in_gap(part, menu) for part, menu in zip(parts_of(text), chain(menus, repeat(())), strict=False)]
    return text.strip()


def parts_of(text: str) -> list[str]:
    """What stands in each blank."""
    return [part.strip() for part in _PARTS.split(text)]


def _in_gap(part: str, menu: Sequence[str]) -> str:
    """What was written in a gap, or the option of its letter; a dash leaves a menu open."""
    said = tidy(part)
    if not menu:
        return part
    if not said or all(sign in OPEN for sign in said):
        return ""
    chosen = _lettered(said, menu)
    if len(chosen) != 1:
        raise Problem("offline.one_letter", answer=said[:40])
    return chosen[0]


def _truth(said: str) -> bool:
    word = said.casefold()
    if word in TRUE or word in FALSE:
        return word in TRUE
    raise Problem("offline.right_or_wrong", answer=said[:40])


def _lettered(said: str, keys: Sequence[str]) -> list[str]:
    """The option of each letter in turn; a dash leaves a place open."""
    letters = _BETWEEN.sub("", said).upper()
    places = dict(zip(LETTERS, keys, strict=False))
    unknown = [letter for letter in letters if letter not in places and letter not in OPEN]
    if unknown:
        raise Problem("offline.letter", letter=unknown[0], last=LETTERS[len(keys) - 1] if keys else "–")
    return [places.get(letter, "") for letter in letters]
