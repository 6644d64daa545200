"""Options: split out of one cell or out of the stem, and freed of the letters before them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from unicodedata import normalize

from suyu_learn.domain.problems import Place, Problem

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LONGEST = 20_000
MOST_MARKS = 60
_SEPARATORS = ("{break}", "$;$", "\n", "|", "｜", "；", ";")
_LETTERED = re.compile(
    r"(?:(?<=\s)|(?<=[。？！?;；:：)）_＿])|^)[(（【]?([A-Za-zＡ-Ｚａ-ｚ])(?:[)）】]\s*[.．、]?|[.．、:：])\s*"
)
_MAY_HAVE = re.compile("[ABabＡＢａｂ]")
_OWN = re.compile(r"^\s*(?:[(（【]?([A-Za-zＡ-Ｚａ-ｚ])(?:[)）】]\s*[.．、]?|[.．、:：])\s*|([A-ZＡ-Ｚ])\s+)")


def split_cell(text: str) -> dict[str, str]:
    """The options of a cell that holds them all; raises Problem where a letter stands before two."""
    before, found = options_said(text)
    if found and not before:
        return found
    for separator in _SEPARATORS:
        if separator in text:
            parts = [part.strip() for part in text.split(separator)]
            return without_letters(dict(zip(LETTERS, (part for part in parts if part), strict=False)))
    return {"A": text.strip()} if text.strip() else {}


def lettered(text: str) -> tuple[str, dict[str, str]]:
    """The text before options that stand in it as `A. ... B. ...`, and the options; none unless there are two."""
    found = lettering(text)
    return found.before, dict(found.options)


def options_said(text: str) -> tuple[str, dict[str, str]]:
    """`lettered` of what is to be taken in; raises Problem where a letter stands before two options."""
    found = lettering(text)
    if found.twice:
        raise Problem("question.option_letter_twice", place=Place(field="options"), letter=found.twice)
    return found.before, dict(found.options)


@dataclass(frozen=True, slots=True)
class Lettering:
    """Options as they stand in a text, each with its own letter, and the first letter that stands before two."""

    before: str
    options: Sequence[tuple[str, str]] = ()
    twice: str = ""


@dataclass(frozen=True, slots=True)
class _Mark:
    """A letter that may begin an option."""

    letter: str
    start: int
    end: int
    way: str
    """How it is set off from what follows."""
    leads: bool
    """Whether its line begins with it."""
    apart: bool
    """Whether it stands apart from what is before it, and something follows it on its line."""


def lettering(text: str) -> Lettering:
    """The options that stand in a text, with the letters that they have there.

    A letter that begins a line is an option even where the one before it is missing. One within a line is, where it
    follows in order, or is written as its neighbours are and at most one letter is missing: 维生素 D is none.
    """
    if len(text) > LONGEST or not _MAY_HAVE.search(text):
        return Lettering(text)
    marks = [_mark(text, found) for found in islice(_LETTERED.finditer(text), MOST_MARKS)]
    for alphabet in (LETTERS, LETTERS.lower()):
        own = [mark for mark in marks if mark.letter in alphabet]
        for start in _starts(own, alphabet):
            chosen = _chosen(own[start:], alphabet)
            if len(chosen) >= 2:
                return _told(text, chosen)
    return Lettering(text)


def _mark(text: str, found: re.Match[str]) -> _Mark:
    start, end = found.span()
    before = text[start - 1 : start]
    stop = text.find("\n", end)
    follows = text[end : stop if stop >= 0 else len(text)]
    way = normalize("NFKC", "".join(found[0].replace(found[1], "").split())).replace("【", "[").replace("】", "]")
    return _Mark(
        normalize("NFKC", found[1]), start, end, way or ".", before in ("", "\n") or not _line_before(text, start),
        (not before or before.isspace() or before in ";；。？！?") and bool(follows.strip())
        and _LETTERED.match(text, end) is None and "\n" not in found[0],
    )  # fmt: skip


def _line_before(text: str, start: int) -> str:
    """What stands before a place on its line; the last 40 characters of it are enough."""
    near = text[max(0, start - 40) : start]
    return near[near.rfind("\n") + 1 :].strip()


def _starts(marks: Sequence[_Mark], alphabet: str) -> Sequence[int]:
    """The places where options may begin, the likeliest first: at a line's beginning, written as the next is."""
    firsts = [at for at, mark in enumerate(marks) if mark.letter == alphabet[0]]
    if not firsts:
        leading = [at for at, mark in enumerate(marks) if mark.leads]
        pair = len(leading) > 1 and [marks[at].letter for at in leading[:2]] == [alphabet[1], alphabet[2]]
        return leading[:1] if pair else ()
    following = next((at for at, mark in enumerate(marks) if at > firsts[0] and mark.letter == alphabet[1]), len(marks))
    near = [at for at in firsts if at < following]
    way = marks[following].way if following < len(marks) else ""
    alike = [at for at in near if marks[at].way == way]
    if len(near) > 1 and len(alike) == 1:
        return [*alike, *firsts]
    leading = [at for at in near if marks[at].leads]
    return [*leading[:1], *firsts] if not any(marks[at].leads for at in near[:1]) else firsts


def _chosen(marks: Sequence[_Mark], alphabet: str) -> list[_Mark]:
    """The marks that begin options, in the order of the text."""
    run = _run(marks, alphabet)
    other = [mark for mark in marks if mark not in run]
    leading = [mark for mark in other if mark.leads]
    alike = [mark for mark in other if not mark.leads and mark.apart and mark.way == marks[0].way]
    certain = {mark.letter for mark in (*run, *leading)}
    if _missing(certain | {mark.letter for mark in alike}, alphabet) > 1:
        alike = [mark for mark in alike if mark.letter in certain]
    if len(run) > 2 and not leading:
        alike = [mark for mark in alike if mark.letter != marks[0].letter]
    return sorted((*run, *leading, *alike), key=lambda mark: mark.start)


def _missing(letters: set[str], alphabet: str) -> int:
    return max(map(alphabet.index, letters)) + 1 - len(letters)


def _run(marks: Sequence[_Mark], alphabet: str) -> list[_Mark]:
    run: list[_Mark] = []
    wanted = alphabet.index(marks[0].letter)
    for mark in marks:
        if wanted < len(alphabet) and mark.letter == alphabet[wanted]:
            run.append(mark)
            wanted += 1
    return run


def _told(text: str, chosen: Sequence[_Mark]) -> Lettering:
    ends = [*(mark.start for mark in chosen[1:]), len(text)]
    letters = [mark.letter.upper() for mark in chosen]
    texts = [text[mark.end : end].strip().rstrip(";；") for mark, end in zip(chosen, ends, strict=True)]
    twice = next((letter for at, letter in enumerate(letters) if letter in letters[:at]), "")
    return Lettering(text[: chosen[0].start].strip(), list(zip(letters, texts, strict=True)), twice)


def in_order(options: Mapping[str, str]) -> tuple[dict[str, str], list[Problem]]:
    """Options by their letters, and what is doubtful about these: one is left out, or they stand in another order.

    Shown, options are counted A, B, C without a gap, so that whoever reads of one by its letter must be told.
    """
    sorted_ = dict(sorted(options.items()))
    here, warnings = Place(field="options"), list[Problem]()
    last = LETTERS.find(next(reversed(sorted_), "A"))
    missing = [letter for letter in LETTERS[: last + 1] if letter not in sorted_]
    if missing:
        warnings.append(Problem("table.option_letter_missing", place=here, letters=missing, options="".join(sorted_)))
    if list(options) != list(sorted_):
        warnings.append(Problem("table.options_sorted", place=here, letters="".join(options)))
    return sorted_, warnings


def without_letters(options: Mapping[str, str]) -> dict[str, str]:
    """The options without their own letters, where every one begins with its own."""
    marks = {letter: _OWN.match(text) for letter, text in options.items()}
    if len(options) > 1 and all(
        mark and normalize("NFKC", mark[1] or mark[2]).upper() == own for own, mark in marks.items()
    ):
        bare = {own: options[own][mark.end() :].strip() for own, mark in marks.items() if mark}
        if all(mark and mark[1] for mark in marks.values()) or len(set(bare.values())) == len(bare):
            return bare  # A 地, B 地 are no letters before options
    return dict(options)
