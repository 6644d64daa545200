"""What each answer earns: a table of cases for every question type, under both ways of marking a part of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.question_types import BODIES as OTHER_BODIES


@dataclass(frozen=True, slots=True)
class Case:
    """An answer as it is sent, and its share of the points; no share where it cannot be read."""

    type: str
    state: str
    raw: Any
    share: Decimal | None
    """All or nothing."""
    half: Decimal | None
    """Half for a part of a multiple choice."""

    def __str__(self) -> str:
        return f"{self.type}, {self.state}"


def _options(*keys: str) -> list[dict[str, str]]:
    return [{"key": key, "text": f"Option {key}"} for key in keys]


BODIES: dict[str, dict[str, Any]] = {
    **OTHER_BODIES,
    "true_false": {"stem": "Dust can explode.", "answer": True},
    "single": {"stem": "Which one?", "options": _options("a", "b", "c"), "answer": ["a"]},
    "multiple": {"stem": "Which ones?", "options": _options("a", "b", "c", "d"), "answer": ["a", "c"]},
    "fill_in": {"stem": "Air has ____ and ____.", "any_order": False, "blanks": [
        {"key": "b1", "accepted": ["oxygen"]}, {"key": "b2", "accepted": ["nitrogen"]}]},
    "numeric": {"stem": "How much?", "unit": "m/s²", "answers": [
        {"value": "9.8", "tolerance": "0.1"}, {"value": "9.8", "tolerance": "0.5", "credit": "0.5"}]},
}  # fmt: skip

_TABLE: dict[str, list[tuple[Any, ...]]] = {
    "true_false": [("right", True, "1"), ("wrong", False, "0"), ("unreadable", "perhaps", None)],
    "single": [("right", "a", "1"), ("wrong", "c", "0"), ("unreadable", "gone", None)],
    "multiple": [
        ("right", ["c", "a"], "1"), ("partly", ["a"], "0", "0.5"), ("partly and wrong", ["a", "b"], "0"),
        ("right and wrong", ["a", "b", "c"], "0"), ("everything", ["a", "b", "c", "d"], "0"), ("wrong", ["b"], "0"),
        ("unreadable", ["a", "gone"], None),
    ],
    "fill_in": [
        ("right", ["oxygen", "nitrogen"], "1"), ("partly", ["oxygen", ""], "0.5"),
        ("partly and wrong", ["argon", "nitrogen"], "0.5"), ("wrong", ["nitrogen", "oxygen"], "0"),
        ("unreadable", ["oxygen", "nitrogen", "argon"], None),
    ],
    "numeric": [
        ("right", "9,8 m/s²", "1"), ("partly", "10.2", "0.5"), ("wrong", "11", "0"), ("unreadable", "3,5x", None),
    ],
    "matching": [
        ("right", ["o0", "o1", "o2"], "1"), ("partly", ["o0", "", ""], "0.333333"),
        ("partly and wrong", ["o0", "o1", "o3"], "0.666667"), ("wrong", ["o3", "o3", "o3"], "0"),
        ("unreadable", ["gone"], None),
    ],
    "ordering": [
        ("right", ["i0", "i1", "i2", "i3"], "1"), ("partly", ["i0", "i1", "", ""], "0"),
        ("partly and wrong", ["i1", "i0", "i2", "i3"], "0"), ("wrong", ["i3", "i2", "i1", "i0"], "0"),
        ("unreadable", ["i0", "gone"], None),
    ],
    "cloze": [
        ("right", ["0", "m0", "膨胀"], "1"), ("partly", ["0", "", ""], "0.333333"),
        ("partly and wrong", ["0", "m1", "变大"], "0.666667"), ("wrong", ["5", "m1", "变小"], "0"),
        ("unreadable", ["cold", "m0", ""], None),
    ],
    "short_answer": [
        ("right", "补充氧气，排出有毒气体", "1"), ("partly", "因为缺氧", "0.5"), ("wrong", "不知道", "0"),
        ("unreadable", 5, None),
    ],
    "essay": [("right", "It burns.", "0"), ("unreadable", 5, None)],
    "group": [("unreadable", "It burns.", None)],
}  # fmt: skip
"""The state of an answer, as it is sent, its share, and its share where half is given, if that is another. An essay
earns nothing until a person marks it, and the text of a group is never answered."""


def _share(written: str | None) -> Decimal | None:
    return None if written is None else Decimal(written)


CASES = [
    Case(kind, "unanswered", raw, Decimal(0), Decimal(0)) for kind in _TABLE for raw in (None, [], [""])
] + [
    Case(kind, state, raw, _share(share), _share(half[0] if half else share))
    for kind, rows in _TABLE.items() for state, raw, share, *half in rows
]  # fmt: skip


def case_of(kind: str, state: str) -> Case | None:
    """The case of a type in that state; None where the type has none."""
    return next((one for one in CASES if (one.type, one.state) == (kind, state)), None)
