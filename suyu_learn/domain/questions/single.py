"""Single choice: one option of several is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from suyu_learn.domain.questions import options as choosing
from suyu_learn.domain.questions.contract import (
    FULL,
    NOTHING,
    Choice,
    Json,
    PartialCredit,
    QuestionType,
    Sample,
)
from suyu_learn.domain.questions.options import Option
from suyu_learn.domain.questions.reading import Reading
from suyu_learn.domain.questions.responses import one_value


@dataclass(frozen=True, slots=True)
class SingleContent:
    """A stem, its options, and the key of the right one."""

    stem: str
    options: tuple[Option, ...]
    answer: str
    explanation: str = ""


class Single(QuestionType[SingleContent]):
    """Single choice; the response is the key of the chosen option."""

    code = "single"
    label = "Single choice"

    def read(self, body: Mapping[str, Json]) -> SingleContent:
        reading = Reading(body)
        stem = reading.stem()
        options = choosing.read_options(reading)
        answer = choosing.read_answer(reading, options)
        if len(answer) > 1:
            reading.fault("question.several_right_options", "answer", count=len(answer))
        explanation = reading.explanation()
        reading.finish()
        return SingleContent(stem, options, answer[0], explanation)

    def write(self, content: SingleContent) -> dict[str, Json]:
        return {
            "stem": content.stem,
            "options": choosing.write_options(content.options),
            "answer": [content.answer],
            "explanation": content.explanation,
        }

    def parse(self, content: SingleContent, raw: Json) -> Json:
        value = one_value(raw)
        return None if value is None else choosing.checked_key(content.options, value)

    def mark(
        self,
        content: SingleContent,
        response: Json,
        partial: PartialCredit = PartialCredit.ALL_OR_NOTHING,
    ) -> Decimal:
        return FULL if response == content.answer else NOTHING

    def key(self, content: SingleContent) -> Json:
        return content.answer

    def summarise(self, content: SingleContent, response: Json) -> str:
        return "" if response is None else choosing.texts_of(content.options, [response])

    def choices(self, content: SingleContent) -> Sequence[Choice]:
        return choosing.choices(content.options, [content.answer])

    def classify(self, content: SingleContent, response: Json) -> Sequence[str]:
        return [] if response is None else [response]

    def arrange(self, content: SingleContent, rng: Random | None) -> list[str]:
        return choosing.order_of(content.options, rng)

    def asked(self, content: SingleContent, order: Sequence[str]) -> Mapping[str, Json]:
        return {"stem": content.stem, "options": choosing.in_order(content.options, order)}

    def samples(self, content: SingleContent) -> Sequence[Sample]:
        wrong = [option.key for option in content.options if option.key != content.answer]
        return [
            Sample(content.answer, FULL),
            *(Sample(key, NOTHING) for key in wrong),
            Sample(None, NOTHING),
            Sample(choosing.unknown_key(content.options), None),
        ]
