"""Questions as they stand on paper: what is asked, where one answers, what is right by the letters of that paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from unicodedata import east_asian_width

from suyu_learn.content.texts import GAP, with_blanks
from suyu_learn.domain.papers.arrange import Slot
from suyu_learn.exports.documents import (
    Block,
    Break,
    Columns,
    Formula,
    Inline,
    Inlines,
    Lines,
    Paragraph,
    Picture,
    Table,
    Words,
)
from suyu_learn.services.printed_texts import Texts
from suyu_learn.services.versions import Asked
from suyu_learn.web.i18n import _
from suyu_learn.web.printing import LETTERS

INDENT = 7.0
LINE_TO_FILL = "__________"
RIGHT, WRONG = "√", "×"
SHORT_LINES, LONG_LINES = 4, 14
_HAS_A_PLACE = re.compile(r"[（(]\s*[）)]|_{2,}")
_PLACE = "（　　）"
_FOUR, _TWO = 17, 38
"""How wide options may be, in half letters, to stand four or two beside each other."""
_HALF_LETTER_MM = 1.85
_PIXEL_MM = 25.4 / 96
_ALONE = 1000


@dataclass(frozen=True, slots=True)
class Printing:
    """One question of one paper: its slot, the version asked, and what turns its texts into blocks."""

    slot: Slot
    asked: Asked
    texts: Texts

    @property
    def shown(self) -> Mapping[str, Any]:
        """What the type lets a learner see, in the order of this paper."""
        return self.asked.type.asked(self.asked.content, self.slot.options)

    def inlines(self, text: str) -> Inlines:
        """A text of the question within a line."""
        return self.texts.inlines(text, self.asked.text_format)


def question(one: Printing, *, points: str = "", space: bool = True) -> list[Block]:
    """A question with its number, its options, and with `space` where one writes."""
    code = one.asked.type.code
    before = f"{one.slot.number}. {points}"
    blocks = stem(one, before)
    answered = _BODIES.get(code, _open)(one, space)
    if answered and isinstance(blocks[-1], Paragraph):
        blocks[-1] = replace(blocks[-1], with_next=True)
    return [*blocks, *answered]


def stem(one: Printing, before: str) -> list[Block]:
    """What is asked, behind its number."""
    code, text = one.asked.type.code, one.asked.stem
    if code in ("true_false", "single", "multiple") and not _HAS_A_PLACE.search(text):
        text = f"{text.rstrip()}{_PLACE}"
    blocks = one.texts.blocks(with_blanks(text), one.asked.text_format)
    place = _Gaps(numbered=code == "cloze")
    blocks = [_filled(block, place) for block in blocks]
    first = blocks[0] if blocks else None
    if not isinstance(first, Paragraph):
        return [Paragraph((Words(before),), before=1.6, with_next=True), *blocks]
    rest = [replace(block, indent=INDENT) if isinstance(block, Paragraph) else block for block in blocks[1:]]
    return [Paragraph((Words(before), *first.inlines), hanging=INDENT, before=1.6), *rest]


class _Gaps:
    """Lines to write on in place of the blanks of a text, numbered where there are several to tell apart."""

    def __init__(self, *, numbered: bool) -> None:
        self._numbered = numbered
        self._count = 0

    def put(self, text: str) -> str:
        """The text with its lines."""
        parts = text.split(GAP)
        told = parts[0]
        for part in parts[1:]:
            self._count += 1
            told += (f"({self._count})" if self._numbered else "") + LINE_TO_FILL + part
        return told


def _filled(block: Block, gaps: _Gaps) -> Block:
    def put(inlines: Inlines) -> Inlines:
        return tuple(replace(one, text=gaps.put(one.text)) if isinstance(one, Words) else one for one in inlines)

    if isinstance(block, Paragraph):
        return replace(block, inlines=put(block.inlines))
    if isinstance(block, Table):
        return replace(block, rows=tuple(tuple(put(cell) for cell in row) for row in block.rows))
    return block


def options(one: Printing, given: Sequence[Mapping[str, Any]], marks: Sequence[str]) -> list[Block]:
    """Options beside each other as far as their lengths allow."""
    cells = [(Words(f"{mark} "), *one.inlines(option["text"])) for mark, option in zip(marks, given, strict=False)]
    widest = max((_width(cell) for cell in cells), default=0)
    count = 4 if widest <= _FOUR and len(cells) > 2 else 2 if widest <= _TWO else 1
    if count == 1:
        return [Paragraph(cell, indent=INDENT, hanging=5.5, with_next=place + 1 < len(cells))
                for place, cell in enumerate(cells)]  # fmt: skip
    return [Columns(tuple(cells), count, INDENT)]


def _width(inlines: Sequence[Inline]) -> float:
    wide = 0.0
    for one in inlines:
        if isinstance(one, Words):
            wide += sum(2 if east_asian_width(sign) in "WF" else 1 for sign in one.text)
        elif isinstance(one, Formula):
            wide += one.width * 2 + 1 if one.svg else len(one.source)
        elif isinstance(one, Picture):
            wide += one.width * _PIXEL_MM / _HALF_LETTER_MM
        elif isinstance(one, Break):
            wide += _ALONE
    return wide


def lettered(count: int) -> list[str]:
    """A. B. C. and so on."""
    return [f"{letter}." for letter in LETTERS[:count]]


def _choices(one: Printing, _space: bool) -> list[Block]:
    given = one.shown["options"]
    return options(one, given, lettered(len(given)))


def _nothing(_one: Printing, _space: bool) -> list[Block]:
    return []


def _numeric(one: Printing, space: bool) -> list[Block]:
    unit = one.shown.get("unit") or ""
    return _answer_line(f"{LINE_TO_FILL} {unit}".rstrip()) if space else []


def _matching(one: Printing, space: bool) -> list[Block]:
    prompts, given = one.shown["prompts"], one.shown["options"]
    left = [(Words(f"({number}) "), *one.inlines(prompt["text"])) for number, prompt in enumerate(prompts, start=1)]
    right = [
        (Words(f"{mark} "), *one.inlines(option["text"]))
        for mark, option in zip(lettered(len(given)), given, strict=False)
    ]
    count = max(len(left), len(right))
    rows = tuple(
        ((), left[at] if at < len(left) else (), right[at] if at < len(right) else ()) for at in range(count)
    )  # fmt: skip
    table = Table((INDENT, 80, 83), rows, ruled=False)
    line = _answer_line("  ".join(f"({number}) ____" for number in range(1, len(prompts) + 1)))
    return [table, *(line if space else [])]


def _ordering(one: Printing, space: bool) -> list[Block]:
    items = one.shown["items"]
    line = _answer_line(" → ".join(["____"] * len(items)))
    return [*options(one, items, lettered(len(items))), *(line if space else [])]


def _cloze(one: Printing, _space: bool) -> list[Block]:
    blocks: list[Block] = []
    for number, gap in enumerate(one.shown["gaps"], start=1):
        if gap["options"]:
            marks = lettered(len(gap["options"]))
            marks[0] = f"({number}) {marks[0]}"
            blocks += options(one, gap["options"], marks)
    return blocks


def _short(_one: Printing, space: bool) -> list[Block]:
    return [Lines(SHORT_LINES, INDENT)] if space else []


def _open(_one: Printing, space: bool) -> list[Block]:
    return [Lines(LONG_LINES, INDENT)] if space else []


def _answer_line(text: str) -> list[Block]:
    return [Paragraph((Words(_("Answer: %(answer)s", answer=text)),), indent=INDENT, before=1)]


_BODIES: Mapping[str, Callable[[Printing, bool], list[Block]]] = {
    "true_false": _nothing, "single": _choices, "multiple": _choices, "fill_in": _nothing, "numeric": _numeric,
    "matching": _matching, "ordering": _ordering, "cloze": _cloze, "short_answer": _short, "essay": _open,
}  # fmt: skip


def right_answer(one: Printing) -> str:
    """The key by the letters of this paper; in words for what has none, empty where only a person can tell."""
    kind, content = one.asked.type, one.asked.content
    found = _KEYS.get(kind.code)
    return found(one, kind.key(content)) if found is not None else kind.key_in_words(content)


def _letters(given: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> str:
    letter = {option["key"]: mark for option, mark in zip(given, LETTERS, strict=False)}
    return "".join(sorted(letter.get(key, "?") for key in keys))


def _key_of_choice(one: Printing, key: Any) -> str:
    return _letters(one.shown["options"], [key] if isinstance(key, str) else key)


def _key_of_truth(_one: Printing, key: Any) -> str:
    return RIGHT if key else WRONG


def _key_of_matching(one: Printing, key: Any) -> str:
    given = one.shown["options"]
    return "  ".join(f"({number}) {_letters(given, [each])}" for number, each in enumerate(key, start=1))


def _key_of_ordering(one: Printing, key: Any) -> str:
    items = one.shown["items"]
    return " → ".join(_letters(items, [each]) for each in key)


def _key_of_cloze(one: Printing, _key: Any) -> str:
    told = []
    shown = one.shown["gaps"]
    for number, (gap, seen) in enumerate(zip(one.asked.content.gaps, shown, strict=True), start=1):
        said = _letters(seen["options"], [gap.answer]) if seen["options"] else gap.key_in_words()
        told.append(f"({number}) {said}")
    return "  ".join(told)


_KEYS: Mapping[str, Callable[[Printing, Any], str]] = {
    "single": _key_of_choice, "multiple": _key_of_choice, "true_false": _key_of_truth, "matching": _key_of_matching,
    "ordering": _key_of_ordering, "cloze": _key_of_cloze,
}  # fmt: skip
