"""Options: split out of one cell or out of the stem, and freed of the letters before them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice
from unicodedata import normalize

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LONGEST = 20_000
MOST_MARKS = 60
_SEPARATORS = ("{break}", "$;$", "\n", "|", "｜", "；", ";")
_LETTERED = re.compile(
    r"(?:(?<=\s)|(?<=[。？！?;；:：)）_＿])|^)[(（【]?([A-Za-zＡ-Ｚａ-ｚ])(?:[)）】]\s*[.．、]?|[.．、:：])\s*"
)
_OWN = re.compile(r"^\s*[(（【]?([A-Za-zＡ-Ｚａ-ｚ])(?:[)）】]\s*[.．、]?|[.．、:：])\s*")


def split_cell(text: str) -> dict[str, str]:
    """The options of a cell that holds them all."""
    before, found = lettered(text)
    if found and not before:
        return found
    for separator in _SEPARATORS:
        if separator in text:
            parts = [part.strip() for part in text.split(separator)]
            return without_letters(dict(zip(LETTERS, (part for part in parts if part), strict=False)))
    return {"A": text.strip()} if text.strip() else {}


def lettered(text: str) -> tuple[str, dict[str, str]]:
    """The text before options that stand in it as `A. ... B. ...`, and the options; none unless A and B are there."""
    if "A" not in text and "a" not in text and "Ａ" not in text and "ａ" not in text:
        return text, {}
    if len(text) > LONGEST:
        return text, {}
    marks = [(normalize("NFKC", mark.group(1)), mark) for mark in islice(_LETTERED.finditer(text), MOST_MARKS)]
    for start, (first, _mark) in enumerate(marks):
        if first not in "Aa":
            continue
        run = _run(marks[start:], LETTERS if first == "A" else LETTERS.lower())
        if len(run) >= 2:
            ends = [mark.start() for mark in run[1:]] + [len(text)]
            texts = [text[mark.end() : end].strip().rstrip(";；") for mark, end in zip(run, ends, strict=True)]
            return text[: run[0].start()].strip(), dict(zip(LETTERS, texts, strict=False))
    return text, {}


def _run(marks: Sequence[tuple[str, re.Match[str]]], alphabet: str) -> list[re.Match[str]]:
    run: list[re.Match[str]] = []
    for letter, mark in marks:
        if len(run) < len(alphabet) and letter == alphabet[len(run)]:
            run.append(mark)
    return run


def without_letters(options: Mapping[str, str]) -> dict[str, str]:
    """The options without their own letters, where every one begins with its own."""
    marks = {letter: _OWN.match(text) for letter, text in options.items()}
    if len(options) > 1 and all(mark and normalize("NFKC", mark[1]).upper() == own for own, mark in marks.items()):
        return {letter: text[mark.end() :].strip() for (letter, text), mark in zip(options.items(), marks.values(),
                                                                                  strict=True) if mark}  # fmt: skip
    return dict(options)
