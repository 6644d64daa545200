"""Multiple choice: any number of the options, at least one, is right."""

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
from suyu_learn.domain.questions.responses import several_values

HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class MultipleContent:
    """A stem, its options, and the keys of the right ones in authored order."""

    stem: str
    options: tuple[Option, ...]
    answer: tuple[str, ...]
    explanation: str = ""


class Multiple(QuestionType[MultipleContent]):
    """Multiple choice; the response is the list of the chosen keys in authored order."""

    code = "multiple"
    label = "Multiple choice"

    def read(self, body: Mapping[str, Json]) -> MultipleContent:
        reading = Reading(body)
        stem = reading.stem()
        options = choosing.read_options(reading)
        answer = choosing.read_answer(reading, options)
        explanation = reading.explanation()
        reading.finish()
        return MultipleContent(stem, options, answer, explanation)

    def write(self, content: MultipleContent) -> dict[str, Json]:
        return {
            "stem": content.stem,
            "options": choosing.write_options(content.options),
            "answer": list(content.answer),
            "explanation": content.explanation,
        }

    def parse(self, content: MultipleContent, raw: Json) -> Json:
        given = several_values(raw, most=len(content.options))
        chosen = {choosing.checked_key(content.options, value) for value in given}
        return [option.key for option in content.options if option.key in chosen] or None

    def mark(
        self,
        content: MultipleContent,
        response: Json,
        partial: PartialCredit = PartialCredit.ALL_OR_NOTHING,
    ) -> Decimal:
        chosen, right = set(response or ()), set(content.answer)
        if chosen == right:
            return FULL
        if partial is PartialCredit.HALF_FOR_SUBSET and chosen and chosen < right:
            return HALF
        return NOTHING

    def key(self, content: MultipleContent) -> Json:
        return list(content.answer)

    def summarise(self, content: MultipleContent, response: Json) -> str:
        return choosing.texts_of(content.options, response or [])

    def choices(self, content: MultipleContent) -> Sequence[Choice]:
        return choosing.choices(content.options, content.answer)

    def classify(self, content: MultipleContent, response: Json) -> Sequence[str]:
        return list(response or [])

    def arrange(self, content: MultipleContent, rng: Random | None) -> list[str]:
        return choosing.order_of(content.options, rng)

    def asked(self, content: MultipleContent, order: Sequence[str]) -> Mapping[str, Json]:
        return {"stem": content.stem, "options": choosing.in_order(content.options, order)}

    def samples(self, content: MultipleContent) -> Sequence[Sample]:
        right = list(content.answer)
        wrong = [option.key for option in content.options if option.key not in right]
        incomplete = right[:-1] or None
        return [
            Sample(right, FULL),
            Sample(incomplete, NOTHING),
            *(Sample(self.parse(content, [*right, key]), NOTHING) for key in wrong),
            Sample(None, NOTHING),
            Sample([choosing.unknown_key(content.options)], None),
        ]
