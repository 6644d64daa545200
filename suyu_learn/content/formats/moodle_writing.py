"""What the writers of GIFT and Moodle XML share: names, shares of marks, tolerances, and what cannot be carried."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from html import escape
from typing import Any

from suyu_learn.content import pictures
from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.domain.problems import Problem

NAME_LENGTH = 40
_SHARES = {
    1: "100", 2: "50", 3: "33.33333", 4: "25", 5: "20", 6: "16.66667", 7: "14.28571", 8: "12.5", 9: "11.11111",
    10: "10", 11: "8.33333", 12: "8.33333", 13: "6.66667", 14: "6.66667", 15: "6.66667",
}  # fmt: skip
_FORMULA = re.compile(r"(?<![\\$])\$(?![\s$])([^$\n]{1,400}?)(?<![\s\\])\$(?![\d$])")
_NO_NAME = re.compile(r"[<>&\[\]{}~=#:\\]+")


def name_of(draft: QuestionDraft) -> str:
    """The beginning of the stem, which Moodle shows in its lists."""
    words = _NO_NAME.sub(" ", pictures.without(draft.body["stem"]))
    return " ".join(words.split())[:NAME_LENGTH].strip() or draft.uid


def share_of_each(count: int) -> str:
    """The share of each of several right options, as Moodle knows it."""
    return _SHARES.get(count, "5")


def percent(credit: str) -> str:
    """A credit from 0 to 1 as a percentage."""
    return format((Decimal(credit) * 100).normalize(), "f")


def tolerance_of(answer: Mapping[str, Any]) -> str:
    """How far off an answer may be, as an amount."""
    tolerance = answer.get("tolerance", "0")
    if not answer.get("relative"):
        return str(tolerance)
    return format((abs(Decimal(answer["value"])) * Decimal(tolerance)).normalize(), "f")


def without_patterns(text: str) -> str:
    """A text whose `*` is a star and not any sequence of characters."""
    return text.replace("*", "\\*")


def formulas_for_moodle(text: str) -> str:
    r"""Markdown whose `$x$` are `\\(x\\)`, which is what Moodle shows as formulas."""
    return _FORMULA.sub(r"\\\\(\1\\\\)", text) if "$" in text else text


def as_html(text: str) -> str:
    """A plain text as HTML from which it comes back, its spaces and lines kept."""
    return escape(text, quote=False).replace("  ", " &nbsp;").replace("\n", "<br>")


def options_of(draft: QuestionDraft) -> Iterator[tuple[str, bool]]:
    """The options of a choice in authored order, each with whether it is right."""
    for option in draft.body["options"]:
        yield option["text"], option["key"] in draft.body["answer"]


def losses_of(
    questions: Sequence[QuestionDraft], *, carried: Mapping[str, object], pictures_too: bool
) -> list[Problem]:
    """What a writer leaves out: whole kinds of questions, translations, pictures."""
    left = Counter(draft.type for draft in questions if draft.type not in carried)
    told = [_not_written(kind, count) for kind, count in sorted(left.items())]
    kept = [draft for draft in questions if draft.type in carried]
    if translated := sum(bool(draft.translations) for draft in kept):
        told.append(Problem("moodle.translations_not_written", count=translated))
    if not pictures_too and (shown := sum(bool(pictures.named_in(draft.body)) for draft in kept)):
        told.append(Problem("moodle.pictures_not_written", count=shown))
    return told


def _not_written(kind: str, count: int) -> Problem:
    if kind == "ordering":
        return Problem("moodle.ordering_not_written", count=count)
    if kind == "cloze":
        return Problem("moodle.cloze_not_written", count=count)
    return Problem("moodle.kind_not_written", kind=kind, count=count)
