"""Lines that people write in less usual ways, put as the grammar of running text knows them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from unicodedata import normalize

from suyu_learn.content.formats import text_chat, text_lines
from suyu_learn.content.formats.text_lines import Line
from suyu_learn.content.normalise.types import type_named

_LETTERS = "ABCDEFGH"
_TYPE_FIRST = re.compile(r"([【\[（(]\s{0,5}([^【】\[\]（）()]{2,8}?)\s{0,5}[】\]）)])\s{0,5}[:：]?\s{0,5}(?=[\d第])")
_BARE = re.compile(r"([A-HＡ-Ｈ])(?:\s{1,20}(?=\S)|(?=[\u4e00-\u9fff《“]))")
_WITHIN = re.compile(r"(?<=\s)" + _BARE.pattern)


def usual(lines: Sequence[Line]) -> list[Line]:
    """The lines with 【单选题】1. as `1.【单选题】` and options A 甲, B 乙 with a dot behind their letters."""
    told = [_number_first(line) for line in lines]
    at = 0
    while at < len(told):
        marks = dict(_run(told, at)) if _first(told[at]) == "A" else {}
        if _are_options(marks):
            for row, found in marks.items():
                told[row] = replace(told[row], text=_dotted(told[row].text, found))
            at = max(marks)
        at += 1
    return told


def _are_options(marks: Mapping[int, Sequence[re.Match[str]]]) -> bool:
    """Whether these letters are options: two lines are enough where nothing else could be meant."""
    every = [mark for found in marks.values() for mark in found]
    glued = any(mark.end() == mark.end(1) for mark in every)
    letters = "".join(normalize("NFKC", mark[1]) for mark in every)
    sure = not glued and len(marks) > 1 and _LETTERS.startswith(letters)
    return len(every) >= (2 if sure else 3)


def _number_first(line: Line) -> Line:
    found = None if line.solid else _TYPE_FIRST.match(line.text)
    if found is None or not type_named(found[2]):
        return line
    rest = line.text[found.end() :]
    numbered = text_lines.numbered(rest)
    if numbered is None or not numbered.rest or not rest.endswith(numbered.rest):
        return line
    return replace(line, text=rest.removesuffix(numbered.rest) + found[1] + numbered.rest)


def _first(line: Line) -> str:
    """The letter of an option with which the line begins without a sign behind it, if it does."""
    found = None if line.solid or line.answers else _BARE.match(line.text)
    return normalize("NFKC", found[1]) if found is not None and not text_chat.is_aside(line.text) else ""


def _run(lines: Sequence[Line], start: int) -> Iterator[tuple[int, list[re.Match[str]]]]:
    """The letters that begin options from a line on, by line, one between them missing at most."""
    wanted = 0
    for row in range(start, len(lines)):
        if not lines[row].text:
            continue
        letter = _first(lines[row])
        if not letter or letter not in _LETTERS[wanted : wanted + 2]:
            return
        marks = _marks(lines[row].text, _LETTERS.index(letter))
        if not marks:
            return
        wanted = _LETTERS.index(letter) + len(marks)
        yield row, marks


def _marks(text: str, wanted: int) -> list[re.Match[str]]:
    """The letters of a line from that one on, if something stands behind each."""
    first = _BARE.match(text)
    marks = [first] if first else []
    for found in _WITHIN.finditer(text):
        following = wanted + len(marks)
        if following < len(_LETTERS) and normalize("NFKC", found[1]) == _LETTERS[following]:
            marks.append(found)
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    return marks if all(text[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=True)) else []


def _dotted(text: str, marks: Sequence[re.Match[str]]) -> str:
    for mark in reversed(marks):
        text = f"{text[: mark.end(1)]}. {text[mark.end() :]}"
    return text
