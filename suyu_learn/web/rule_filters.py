"""What a row of a paper's rules can be narrowed to: topic, difficulty, criterion, dimension, tag."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from suyu_learn.models import Bank
from suyu_learn.services import bank_search
from suyu_learn.web import question_words
from suyu_learn.web.bank_questions import DIFFICULTIES, difficulty_name
from suyu_learn.web.context import session
from suyu_learn.web.i18n import _
from suyu_learn.web.pages.common import Choice
from suyu_learn.web.pages.exam_managing import RuleFilter

NAMES = ("topic", "difficulty", "criterion", "dimension", "tag")
INDENT = "\u3000"


class Asked(Protocol):
    """What a row asks for, as typed."""

    @property
    def topic(self) -> str: ...
    @property
    def difficulty(self) -> str: ...
    @property
    def criterion(self) -> str: ...
    @property
    def dimension(self) -> str: ...
    @property
    def tag(self) -> str: ...


class Offered:
    """The lists to narrow a row by, of which topics and tags are those of its bank."""

    def __init__(self, banks: Sequence[Bank]) -> None:
        self._banks = {str(row.id): row for row in banks}
        self._kept: dict[str, tuple[list[tuple[str, str]], list[tuple[str, str]]]] = {}

    def of(self, bank: str, *, asked: Asked) -> tuple[RuleFilter, ...]:
        """The lists for a row with what it has chosen; what the bank does not know is kept in its list."""
        topics, tags = self._of_bank(bank)
        lists = (
            ("topic", _("Topic, with all below it"), _("Every topic"), topics, asked.topic),
            ("difficulty", _("Difficulty"), _("Every difficulty"),
             [(code, difficulty_name(code)) for code in DIFFICULTIES], asked.difficulty),
            ("criterion", _("Criterion"), _("Every criterion"), question_words.criteria(), asked.criterion),
            ("dimension", _("Dimension"), _("Every dimension"),
             [(code.value, _(name)) for code, name in question_words.DIMENSIONS.items()], asked.dimension),
            ("tag", _("Tag"), _("Every tag"), tags, asked.tag),
        )  # fmt: skip
        return tuple(
            RuleFilter(name, label, _choices(pairs, every, value)) for name, label, every, pairs, value in lists
        )

    def _of_bank(self, bank: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        row = self._banks.get(bank)
        if row is None:
            return [], []
        if bank not in self._kept:
            nodes = bank_search.topics_of(session(), row)
            topics = {node.name: INDENT * node.depth + node.name for node in nodes}
            tags = bank_search.tags_of(session(), row)
            self._kept[bank] = list(topics.items()), [(tag, tag) for tag in tags]
        return self._kept[bank]


def _choices(pairs: Iterable[tuple[str, str]], every: str, value: str) -> tuple[Choice, ...]:
    offered = {"": every, **dict(pairs)}
    if value not in offered:
        offered[value] = value
    return tuple(Choice(one, label, one == value) for one, label in offered.items())
