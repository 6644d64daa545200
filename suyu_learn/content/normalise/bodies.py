"""From what a row says to a question's type and stored body."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from suyu_learn.content.normalise import answers as answering
from suyu_learn.content.normalise import blanks as blanking
from suyu_learn.content.normalise.options import LETTERS, lettered
from suyu_learn.content.normalise.truth import truth
from suyu_learn.content.normalise.types import CHOICE, FILL_IN, MULTIPLE, SINGLE, TRUE_FALSE
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions.identity import option_keys

_AT_ANSWER = Place(field="answer")
_AT_TYPE = Place(field="type")
_CHOICES = (SINGLE, MULTIPLE, CHOICE)


@dataclass(slots=True)
class Said:
    """What a file says of one question, as texts; `type` is one of our words, or empty where nothing is said."""

    stem: str
    answers: Sequence[str]
    options: Mapping[str, str] = field(default_factory=dict)
    """By letter, in authored order."""
    type: str = ""
    explanation: str = ""
    numbered: bool = False
    """Whether the file counts options 1, 2, 3."""


@dataclass(slots=True)
class Settled:
    """The type and stored body, and what was taken in one of several ways."""

    type: str
    body: dict[str, Any]
    warnings: list[Problem] = field(default_factory=list)


def settle(said: Said, *, uid: str) -> Settled:
    """The type and body of what a file says; raises Problem when the file leaves it open."""
    stem, options = said.stem, said.options
    if not stem.strip():
        raise Problem("question.no_stem", place=Place(field="stem"))
    if not options and said.type not in (TRUE_FALSE, FILL_IN):
        stem, options = lettered(stem)
    answers = [answer for answer in said.answers if answer.strip()]
    if not answers:
        raise Problem("table.no_answer", place=_AT_ANSWER)
    kind = said.type or _inferred(stem, options, answers)
    settled = _SETTLE[kind](stem, options, answers, said, uid)
    settled.body["explanation"] = said.explanation
    return settled


def _inferred(stem: str, options: Mapping[str, str], answers: Sequence[str]) -> str:
    if options:
        judged = {truth(text) for text in options.values()}
        return TRUE_FALSE if len(options) == 2 and judged == {True, False} else CHOICE
    if truth(answers[0]) is None and set(answering.letters_in(answers[0])) & set("ABCD"):
        raise Problem("question.too_few_options", place=Place(field="options"), fewest=2, count=0)
    if len(answers) == 1 and truth(answers[0]) is not None and answers[0].strip() not in ("0", "1"):
        return TRUE_FALSE
    if blanking.with_blanks(stem)[1]:
        return FILL_IN
    raise Problem("table.type_unknown", place=_AT_TYPE)


def _choice(stem: str, options: Mapping[str, str], answers: Sequence[str], said: Said, uid: str) -> Settled:
    if len(options) < 2:
        raise Problem("question.too_few_options", place=Place(field="options"), fewest=2, count=len(options))
    right = answering.chosen(answers, options, numbered=said.numbered)
    kind = said.type if said.type in (SINGLE, MULTIPLE) else SINGLE if len(right) == 1 else MULTIPLE
    if kind == SINGLE and len(right) > 1:
        raise Problem("question.several_right_options", place=_AT_ANSWER, count=len(right))
    keys = option_keys(uid, options)
    body = {
        "stem": stem,
        "options": [{"key": keys[letter], "text": text} for letter, text in options.items()],
        "answer": [keys[letter] for letter in right],
    }
    warnings = [Problem("table.one_right_of_many", place=_AT_ANSWER)] if kind == MULTIPLE and len(right) == 1 else []
    return Settled(kind, body, warnings)


def _true_false(stem: str, options: Mapping[str, str], answers: Sequence[str], said: Said, uid: str) -> Settled:
    if not options:
        before, found = lettered(stem)
        if len(found) == 2 and {truth(text) for text in found.values()} == {True, False}:
            stem, options = before, found
    letters = answering.letters_in(answers[0])
    warnings: list[Problem] = []
    answer: bool | None
    judged = {letter: truth(text) for letter, text in options.items()}
    if options and set(judged.values()) != {True, False}:
        settled = _choice(stem, options, answers, Said(stem, answers, options, CHOICE, numbered=said.numbered), uid)
        settled.warnings.append(Problem("table.judged_as_choice", place=_AT_TYPE))
        return settled
    if len(letters) == 1 and letters[0] in judged:
        answer = judged[letters[0]]
    elif letters in (["A"], ["B"]) and not options:
        answer = letters == ["A"]
        warnings.append(Problem("table.letter_judged", place=_AT_ANSWER, letter=letters[0]))
    else:
        answer = truth(answers[0])
    if answer is None or len(answers) > 1:
        raise Problem("table.answer_not_a_verdict", place=_AT_ANSWER, answer=answering.text_shown(answers[0]))
    return Settled(TRUE_FALSE, {"stem": stem, "answer": answer}, warnings)


def _fill_in(stem: str, options: Mapping[str, str], answers: Sequence[str], said: Said, uid: str) -> Settled:
    if options:
        raise Problem("table.options_in_fill_in", place=_AT_TYPE)
    told, count = blanking.with_blanks(stem)
    warnings: list[Problem] = []
    if not count:
        told, count = f"{stem.rstrip()} {blanking.BLANK}", 1
        warnings.append(Problem("table.blank_added", place=Place(field="stem")))
    accepted = blanking.accepted(answers, count)
    keys = option_keys(uid, [f"blank {number}" for number in range(count)])
    body = {
        "stem": told,
        "blanks": [{"key": key, "accepted": texts} for key, texts in zip(keys.values(), accepted, strict=True)],
        "any_order": False,
    }
    return Settled(FILL_IN, body, warnings)


_SETTLE = {SINGLE: _choice, MULTIPLE: _choice, CHOICE: _choice, TRUE_FALSE: _true_false, FILL_IN: _fill_in}

MOST_LETTERS = len(LETTERS)
