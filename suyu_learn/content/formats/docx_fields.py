"""Fields of a Word document: their result is text, their instruction is not, save for formulas written as EQ fields."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from suyu_learn.content.formats.docx_math import HAN, lowered, raised

LONGEST = 2_000
DEEPEST = 50
_EQ = re.compile(r"\s*EQ\s+(.*)", re.IGNORECASE | re.DOTALL)
_SWITCH = re.compile(r"\\(f|r|s|o|i|a|b|x|l|d)((?:\s*\\[a-z]+\d*)*)\s*\(", re.IGNORECASE)
_OPTIONS = re.compile(r"\\[a-z]+\d*", re.IGNORECASE)
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@dataclass(slots=True)
class Field:
    """A field that is open: before it is separated its text is an instruction."""

    instruction: str = ""
    separated: bool = False

    @property
    def shown(self) -> bool:
        """Whether what stands there now is seen."""
        return self.separated


class Said(NamedTuple):
    """What an EQ field says."""

    latex: str
    words: str


def equation(instruction: str) -> Said | tuple[()] | None:
    """The formula of an EQ field; () where it has what we do not know, None where it is no EQ field."""
    found = _EQ.fullmatch(instruction)
    if found is None:
        return None
    try:
        return _read(found[1].strip(), 0)
    except ValueError:
        return ()


def bare(instruction: str) -> str:
    """The text of a formula that we cannot read."""
    return _OPTIONS.sub("", re.sub(r"^\s*EQ\s+", "", instruction, flags=re.IGNORECASE)).strip()


def _read(text: str, depth: int) -> Said:
    if depth > 10:
        raise ValueError("too deep")
    latex, words, at = "", "", 0
    while at < len(text):
        switch = _SWITCH.match(text, at)
        if switch is None:
            if text[at] == "\\":
                raise ValueError("an unknown switch")
            latex, words, at = latex + text[at], words + text[at], at + 1
            continue
        parts, at = _arguments(text, switch.end())
        said = _switch(switch[1].lower(), switch[2].replace(" ", "").lower(), [_read(one, depth + 1) for one in parts])
        latex, words = latex + said.latex, words + said.words
    return Said("" if HAN.search(latex) or not any(sign in latex for sign in "\\^_") else latex, words)


def _arguments(text: str, start: int) -> tuple[list[str], int]:
    parts, depth, begin = [], 0, start
    for at in range(start, len(text)):
        if text[at] == "(":
            depth += 1
        elif text[at] == ")" and depth:
            depth -= 1
        elif text[at] in ",;，" and not depth:
            parts.append(text[begin:at])
            begin = at + 1
        elif text[at] == ")":
            return [*parts, text[begin:at]], at + 1
    raise ValueError("an argument does not end")


def _switch(name: str, options: str, parts: list[Said]) -> Said:
    def said(part: Said) -> str:
        return part.latex or part.words

    def kept(part: Said) -> str:
        return part.words if len(part.words) <= 1 or part.words.isalnum() else f"({part.words})"

    if name == "f" and len(parts) == 2:
        return Said(rf"\frac{{{said(parts[0])}}}{{{said(parts[1])}}}", f"{kept(parts[0])}/{kept(parts[1])}")
    if name == "r" and len(parts) == 1:
        return Said(rf"\sqrt{{{said(parts[0])}}}", f"√{kept(parts[0])}")
    if name == "r" and len(parts) == 2:
        degree = said(parts[0])
        if not degree or degree == "2":
            return Said(rf"\sqrt{{{said(parts[1])}}}", f"√{kept(parts[1])}")
        return Said(rf"\sqrt[{degree}]{{{said(parts[1])}}}", f"{kept(parts[1])}^(1/{degree})")
    if name == "s" and len(parts) == 1:
        down = r"\do" in options
        return Said(f"{'_' if down else '^'}{{{said(parts[0])}}}", (lowered if down else raised)(parts[0].words))
    if name == "o" and r"\ac" in options and len(parts) == 2 and parts[1].words.strip().isdigit():
        number = int(parts[1].words)
        if 1 <= number <= len(_CIRCLED):
            return Said("", _CIRCLED[number - 1])
    raise ValueError("an unknown switch")
