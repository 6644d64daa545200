"""From what a row says to a question's type and stored body."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from suyu_learn.content.normalise import answers as answering
from suyu_learn.content.normalise import blanks as blanking
from suyu_learn.content.normalise import open_answers, open_bodies
from suyu_learn.content.normalise.options import LETTERS, in_order, lettered, options_said
from suyu_learn.content.normalise.said import Said, Settled
from suyu_learn.content.normalise.truth import truth
from suyu_learn.content.normalise.types import (
    CHOICE,
    CLOZE,
    ESSAY,
    FILL_IN,
    GROUP,
    MATCHING,
    MULTIPLE,
    NUMERIC,
    ORDERING,
    SHORT_ANSWER,
    SINGLE,
    TRUE_FALSE,
)
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions.identity import option_keys

_AT_ANSWER = Place(field="answer")
_AT_TYPE = Place(field="type")
_CHOICES = (SINGLE, MULTIPLE, CHOICE)
_WITHOUT_ANSWER = (SHORT_ANSWER, ESSAY, GROUP, ORDERING, MATCHING)
_EXACT = re.compile(r"[^\n，。；！？]{1,12}|[\x20-\x7e]{1,30}")
"""Answers without a type that are longer, or sentences, are texts that a person must mark."""


def settle(said: Said, *, uid: str) -> Settled:
    """The type and body of what a file says; raises Problem when the file leaves it open."""
    stem, options = said.stem, said.options
    if not stem.strip():
        raise Problem("question.no_stem", place=Place(field="stem"))
    if not options and said.type in ("", GROUP, *_CHOICES):
        stem, options = options_said(stem)
    doubts: list[Problem] = []
    if options and said.type in ("", GROUP, TRUE_FALSE, *_CHOICES):
        options, doubts = in_order(options)
    answers = [answer for answer in said.answers if answer.strip()]
    if not answers and said.type not in _WITHOUT_ANSWER:
        raise Problem("table.no_answer", place=_AT_ANSWER)
    kind = _inferred(stem, options, answers, said.type) if said.type in ("", GROUP) else said.type
    settled = _SETTLE[kind](stem, options, answers, said, uid)
    settled.body["explanation"] = said.explanation
    settled.warnings += doubts
    return settled


def _inferred(stem: str, options: Mapping[str, str], answers: Sequence[str], said: str) -> str:
    """The type that options and answer tell; what only a person could mark is a text for one."""
    whole = " ".join(answers)
    if open_bodies.is_pairs(whole):
        return MATCHING
    if len(options) > 2 and open_bodies.is_new_order(whole, options):
        return ORDERING
    if options:
        judged = {truth(text) for text in options.values()}
        return TRUE_FALSE if len(options) == 2 and judged == {True, False} else CHOICE
    told = answers[0] if answers else ""
    if truth(told) is None and set(answering.letters_in(told)) & set("ABCD"):
        raise Problem("question.too_few_options", place=Place(field="options"), fewest=2, count=0)
    if len(answers) == 1 and truth(told) is not None and told.strip() not in ("0", "1"):
        return TRUE_FALSE
    if blanking.with_blanks(stem)[1] and answers:
        return FILL_IN
    if said == GROUP or not _EXACT.fullmatch(told):
        return ESSAY
    return NUMERIC if open_answers.number_said(told) is not None else FILL_IN


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
        "any_order": said.any_order,
    }
    return Settled(FILL_IN, body, warnings)


_SETTLE = {
    SINGLE: _choice,
    MULTIPLE: _choice,
    CHOICE: _choice,
    TRUE_FALSE: _true_false,
    FILL_IN: _fill_in,
    NUMERIC: open_bodies.numeric,
    ORDERING: open_bodies.ordering,
    MATCHING: open_bodies.matching,
    CLOZE: open_bodies.cloze,
    SHORT_ANSWER: open_bodies.short_answer,
    ESSAY: open_bodies.essay,
}

MOST_LETTERS = len(LETTERS)
