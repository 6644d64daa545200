"""Laying out a paper: the order of its questions and of their options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from suyu_learn.domain.questions.contract import QuestionType
from suyu_learn.domain.questions.group import Group

PAPER_ORDER = (
    "true_false",
    "single",
    "multiple",
    "fill_in",
    "numeric",
    "matching",
    "ordering",
    "cloze",
    "short_answer",
    "essay",
    "group",
)
"""The sections of a paper; types not named here follow in the order in which they appear, groups come last."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A question chosen for a paper, with its type and, if it belongs to a passage, the passage's version."""

    version_id: int
    points: Decimal
    type: QuestionType[Any]
    content: Any
    group: int | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A place on the paper, from 1, with the question asked there and the order of its options."""

    number: int
    version_id: int
    points: Decimal
    options: tuple[str, ...] = ()
    group: int | None = None


def arrange(
    questions: Sequence[Chosen],
    rng: Random,
    *,
    shuffle_questions: bool,
    shuffle_options: bool,
    order: Sequence[str] = PAPER_ORDER,
) -> list[Slot]:
    """The slots of a paper, section by section.

    A group stays whole and in its own order; groups have a section of their own.
    """
    slots: list[Slot] = []
    for section in _sections(_wholes(questions), order):
        if shuffle_questions:
            rng.shuffle(section)
        for question in (question for whole in section for question in whole):
            options = question.type.arrange(question.content, rng if shuffle_options else None)
            slots.append(Slot(len(slots) + 1, question.version_id, question.points, tuple(options), question.group))
    return slots


def _wholes(questions: Sequence[Chosen]) -> list[list[Chosen]]:
    """The questions, those of a group together where its first one stands."""
    groups: dict[int, list[Chosen]] = {}
    wholes: list[list[Chosen]] = []
    for question in questions:
        if question.group is not None and question.group in groups:
            groups[question.group].append(question)
            continue
        wholes.append([question])
        if question.group is not None:
            groups[question.group] = wholes[-1]
    return wholes


def _sections(wholes: Sequence[list[Chosen]], order: Sequence[str]) -> list[list[list[Chosen]]]:
    sections: dict[str, list[list[Chosen]]] = {code: [] for code in order}
    for whole in wholes:
        code = whole[0].type.code if whole[0].group is None else Group.code
        sections.setdefault(code, []).append(whole)
    return list(sections.values())
