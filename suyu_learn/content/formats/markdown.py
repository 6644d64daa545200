"""Writing Markdown: what must be escaped, wrapped and fenced so that our renderer shows what was meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_SUPERSCRIPTS = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_SUBSCRIPTS = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_RAISED = re.compile(r"[0-9+\-−=()ni]+")
_LOWERED = re.compile(r"[0-9+\-−=()]+")
_SPECIAL = re.compile(
    r"\\(?=[!-/:-@\[-`{-~]|$)"  # a backslash that would escape what follows
    r"|[*`\[\]$]|~(?=~)"
    r"|(?<!_)_{1,2}(?!_)"  # longer runs are blanks
    r"|<(?=[A-Za-z/!?])|&(?=#?[A-Za-z0-9]{1,31};)"
)
_LINE_START = re.compile(r"(?:#{1,6}|[-+])(?=\s|$)|>|~{3}|={1,}\s*$|-{2,}\s*$")
_NUMBERED = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_EDGE = frozenset(" \t\n“”‘’（）《》〈〉【】「」『』、，。；：？！…—\"'(),.;:?")


def escaped(text: str) -> str:
    """A text whose characters stand for themselves within a line."""
    return _SPECIAL.sub(lambda found: re.sub(r"(.)", r"\\\1", found.group()), text)


def escaped_lines(text: str) -> str:
    """The same for what also begins lines: no `1.`, `-` or `#` there makes a list or a heading."""
    return "\n".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> str:
    bare = line.strip()
    if _LINE_START.match(bare):
        return "\\" + bare
    numbered = _NUMBERED.match(bare)
    return f"{numbered[1]}\\{bare[numbered.end(1) :]}" if numbered else bare


def wrapped(text: str, sign: str) -> str:
    """A text in emphasis, its outer spaces and marks left outside: `“**重**”` is read as meant, `**“重”**` is not."""
    if not text.strip():
        return text
    edge = _EDGE if not any(sign_of in text for sign_of in ("](", "$", "`", "\\")) else frozenset(" \t\n")
    start, end = 0, len(text)
    while start < end and text[start] in edge:
        start += 1
    while end > start and text[end - 1] in edge:
        end -= 1
    inner = text[start:end]
    if not inner or inner.startswith(sign[0]) or inner.endswith(sign[0]):
        return text
    return f"{text[:start]}{sign}{inner}{sign}{text[end:]}"


def code(text: str) -> str:
    """A text as code within a line."""
    ticks = "`" * (_longest_run(text) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}" if text.strip() else text


def fenced(text: str) -> str:
    """Lines of code."""
    ticks = "`" * max(3, _longest_run(text) + 1)
    return f"{ticks}\n{text.strip(chr(10))}\n{ticks}"


def raised(text: str, *, low: bool = False) -> str | None:
    """Small characters above the line, or below it; None where some have no such form."""
    pattern, table = (_LOWERED, _SUBSCRIPTS) if low else (_RAISED, _SUPERSCRIPTS)
    return text.translate(table) if pattern.fullmatch(text) else None


def link(text: str, address: str) -> str:
    """A link; an address with brackets or spaces is written so that it ends where it should."""
    address = address.replace("\\", "%5C").replace("(", "%28").replace(")", "%29").replace("<", "%3C")
    return f"[{text}]({re.sub(r'[^!-~]+', '', address)})" if text.strip() else text


def listed(items: Iterable[str], *, first: int | None) -> str:
    """Items with dashes, or numbers from `first`; each item may have several lines."""
    lines = []
    for number, item in enumerate(items):
        mark = "- " if first is None else f"{first + number}. "
        lines.append(mark + item.replace("\n", "\n" + " " * len(mark)))
    return "\n".join(lines)


def table(rows: Sequence[Sequence[str]]) -> str:
    """A table; the first row is its heading, and rows that are too short are filled up."""
    width = max(map(len, rows), default=0)
    filled = [[_cell(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    lines = ["| " + " | ".join(row) + " |" for row in filled]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]]) if lines and width else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _longest_run(text: str) -> int:
    return max(map(len, re.findall(r"`+", text)), default=0)
