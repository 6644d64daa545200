"""A number to be worked out, with a tolerance and perhaps a unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions.contract import (
    FULL,
    NOTHING,
    Json,
    PartialCredit,
    QuestionType,
    Sample,
)
from suyu_learn.domain.questions.numbers import NUMBER_LIMIT, near, read_number, within, written_number
from suyu_learn.domain.questions.reading import Reading
from suyu_learn.domain.questions.responses import one_text

MOST_ANSWERS = 20
UNIT_LIMIT = 40


@dataclass(frozen=True, slots=True)
class Answer:
    """A number that earns `credit`, and how far a response may be from it: an amount, or a share of the number."""

    value: Decimal
    tolerance: Decimal = NOTHING
    relative: bool = False
    credit: Decimal = FULL


@dataclass(frozen=True, slots=True)
class NumericContent:
    """A question whose answer is a number; the first answer earns everything."""

    stem: str
    answers: tuple[Answer, ...]
    unit: str = ""
    explanation: str = ""


class Numeric(QuestionType[NumericContent]):
    """A number; the response is the text as typed, with or without the unit."""

    code = "numeric"
    label = "Number"

    def read(self, body: Mapping[str, Json]) -> NumericContent:
        reading = Reading(body)
        stem = reading.stem()
        answers = _read_answers(reading)
        unit = reading.text("unit", body.get("unit"), UNIT_LIMIT) or ""
        if read_number(f"1{unit}") is not None and unit not in ("", "%"):
            reading.fault("question.unit_is_a_number", "unit")
        explanation = reading.explanation()
        reading.finish()
        return NumericContent(stem, answers, unit, explanation)

    def write(self, content: NumericContent) -> dict[str, Json]:
        return {
            "stem": content.stem,
            "answers": [
                {
                    "value": str(answer.value),
                    "tolerance": str(answer.tolerance),
                    "relative": answer.relative,
                    "credit": str(answer.credit),
                }
                for answer in content.answers
            ],
            "unit": content.unit,
            "explanation": content.explanation,
        }

    def parse(self, content: NumericContent, raw: Json) -> Json:
        typed = one_text(raw, NUMBER_LIMIT)
        if typed is not None and read_number(typed, content.unit) is None:
            if content.unit:
                raise Problem("response.not_a_number_with_unit", typed=typed, unit=content.unit)
            raise Problem("response.not_a_number", typed=typed)
        return typed

    def mark(
        self,
        content: NumericContent,
        response: Json,
        partial: PartialCredit = PartialCredit.ALL_OR_NOTHING,
    ) -> Decimal:
        value = read_number(response, content.unit) if isinstance(response, str) else None
        if value is None:
            return NOTHING
        earned = [answer.credit for answer in content.answers if fits(answer, value)]
        return max(earned, default=NOTHING)

    def key(self, content: NumericContent) -> Json:
        return f"{content.answers[0].value} {content.unit}".rstrip()

    def key_in_words(self, content: NumericContent) -> str:
        full = [answer for answer in content.answers if answer.credit == FULL]
        return " / ".join(near(one.value, one.tolerance, relative=one.relative, unit=content.unit) for one in full)

    def summarise(self, content: NumericContent, response: Json) -> str:
        return response or ""

    def asked(self, content: NumericContent, order: Sequence[str]) -> Mapping[str, Json]:
        return {"stem": content.stem, "unit": content.unit}

    def samples(self, content: NumericContent) -> Sequence[Sample]:
        key = self.key(content)
        return [
            Sample(key, FULL),
            Sample(str(_far_off(content)), NOTHING),
            Sample(None, NOTHING),
            Sample(f"{key}x?", None),
        ]


def fits(answer: Answer, value: Decimal) -> bool:
    """Whether a number is near enough to an answer."""
    return within(value, answer.value, answer.tolerance, relative=answer.relative)


def _read_answers(reading: Reading) -> tuple[Answer, ...]:
    listed = reading.listed("answers")
    if not listed:
        reading.fault("question.no_number", "answers")
    if len(listed) > MOST_ANSWERS:
        reading.fault("question.too_many_numbers", "answers", most=MOST_ANSWERS, count=len(listed))
    answers = tuple(_read_answer(reading, number, item) for number, item in enumerate(listed[:MOST_ANSWERS], start=1))
    if answers and answers[0].credit != FULL:
        reading.fault("question.first_number_not_full", "answers")
    return answers


def _read_answer(reading: Reading, number: int, item: Json) -> Answer:
    if not isinstance(item, Mapping) or not isinstance(item.get("relative", False), bool):
        reading.fault("question.wrong_shape", "answers", number=number)
        return Answer(NOTHING)
    value = written_number(reading, "answers", item.get("value"), code="question.not_a_number", number=number)
    tolerance = written_number(
        reading, "answers", item.get("tolerance", "0"), code="question.not_a_number", number=number
    )
    credit = written_number(reading, "answers", item.get("credit", "1"), code="question.not_a_number", number=number)
    if tolerance < 0:
        reading.fault("question.negative_tolerance", "answers", number=number)
    if not NOTHING <= credit <= FULL:
        reading.fault("question.credit_out_of_range", "answers", number=number)
    return Answer(value, tolerance, item.get("relative", False), credit)


def _far_off(content: NumericContent) -> Decimal | str:
    """A number that no answer takes; a word where they take every one tried."""
    tries = (Decimal(sign * 10**power + 1) for power in range(30) for sign in (1, -1))
    return next((value for value in tries if not any(fits(answer, value) for answer in content.answers)), "")
