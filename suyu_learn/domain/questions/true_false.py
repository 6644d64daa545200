"""True or false: a statement to be judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions.contract import (
    FULL,
    NOTHING,
    Choice,
    Json,
    PartialCredit,
    QuestionType,
    Sample,
)
from suyu_learn.domain.questions.reading import Reading
from suyu_learn.domain.questions.responses import one_value

_SENT = {"true": True, "false": False}
_SIGNS = {True: "√", False: "×"}  # as on every printed paper
_KEYS = {True: "true", False: "false"}


@dataclass(frozen=True, slots=True)
class TrueFalseContent:
    """A statement, and whether it is true."""

    stem: str
    answer: bool
    explanation: str = ""


class TrueFalse(QuestionType[TrueFalseContent]):
    """True or false; the response is `true` or `false`."""

    code = "true_false"
    label = "True or false"

    def read(self, body: Mapping[str, Json]) -> TrueFalseContent:
        reading = Reading(body)
        stem = reading.stem()
        answer = reading.body.get("answer")
        if not isinstance(answer, bool):
            reading.fault("question.answer_not_true_or_false", "answer")
        explanation = reading.explanation()
        reading.finish()
        return TrueFalseContent(stem, answer is True, explanation)

    def write(self, content: TrueFalseContent) -> dict[str, Json]:
        return {"stem": content.stem, "answer": content.answer, "explanation": content.explanation}

    def parse(self, content: TrueFalseContent, raw: Json) -> Json:
        value = one_value(raw)
        if value is None or isinstance(value, bool):
            return value
        if not isinstance(value, str):
            raise Problem("response.wrong_shape")
        if value not in _SENT:
            raise Problem("response.unknown_choice")
        return _SENT[value]

    def mark(
        self,
        content: TrueFalseContent,
        response: Json,
        partial: PartialCredit = PartialCredit.ALL_OR_NOTHING,
    ) -> Decimal:
        return FULL if response is content.answer else NOTHING

    def key(self, content: TrueFalseContent) -> Json:
        return content.answer

    def summarise(self, content: TrueFalseContent, response: Json) -> str:
        return "" if response is None else _SIGNS[response]

    def choices(self, content: TrueFalseContent) -> Sequence[Choice]:
        return [Choice(_KEYS[value], _SIGNS[value], value is content.answer) for value in (True, False)]

    def classify(self, content: TrueFalseContent, response: Json) -> Sequence[str]:
        return [] if response is None else [_KEYS[response]]

    def asked(self, content: TrueFalseContent, order: Sequence[str]) -> Mapping[str, Json]:
        return {"stem": content.stem}

    def samples(self, content: TrueFalseContent) -> Sequence[Sample]:
        return [
            Sample(content.answer, FULL),
            Sample(not content.answer, NOTHING),
            Sample(None, NOTHING),
            Sample("perhaps", None),
        ]
