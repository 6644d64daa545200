"""Short answer: a few sentences, marked by the keywords in them or, where there are none, by a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from suyu_learn.domain.questions.contract import (
    FULL,
    NOTHING,
    Choice,
    Json,
    Part,
    PartialCredit,
    QuestionType,
    RubricPoint,
    Sample,
)
from suyu_learn.domain.questions.numbers import written_number
from suyu_learn.domain.questions.reading import Reading
from suyu_learn.domain.questions.responses import RESPONSE_LIMIT, one_text
from suyu_learn.domain.questions.rubric import points_named
from suyu_learn.domain.questions.texts import comparable

MOST_KEYWORDS = 50
WORD_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Keyword:
    """A point to be made, in any of several wordings, and its share of the mark."""

    words: tuple[str, ...]
    weight: Decimal


@dataclass(frozen=True, slots=True)
class ShortAnswerContent:
    """A question, the keywords of its answer, and a model answer."""

    stem: str
    keywords: tuple[Keyword, ...] = ()
    reference: str = ""
    explanation: str = ""


class ShortAnswer(QuestionType[ShortAnswerContent]):
    """Short answer; the response is a text."""

    code = "short_answer"
    label = "Short answer"

    def marked_by_machine(self, content: ShortAnswerContent) -> bool:
        return bool(content.keywords)

    def read(self, body: Mapping[str, Json]) -> ShortAnswerContent:
        reading = Reading(body)
        stem = reading.stem()
        keywords = _read_keywords(reading)
        reference = reading.reference()
        explanation = reading.explanation()
        reading.finish()
        return ShortAnswerContent(stem, keywords, reference, explanation)

    def write(self, content: ShortAnswerContent) -> dict[str, Json]:
        return {
            "stem": content.stem,
            "keywords": [{"words": list(keyword.words), "weight": str(keyword.weight)} for keyword in content.keywords],
            "reference": content.reference,
            "explanation": content.explanation,
        }

    def parse(self, content: ShortAnswerContent, raw: Json) -> Json:
        return one_text(raw)

    def mark(
        self,
        content: ShortAnswerContent,
        response: Json,
        partial: PartialCredit = PartialCredit.ALL_OR_NOTHING,
    ) -> Decimal:
        return sum((keyword.weight for keyword in found_in(content, response)), NOTHING)

    def key(self, content: ShortAnswerContent) -> Json:
        if not content.keywords:
            return content.reference or None
        if self.mark(content, content.reference) == FULL:
            return content.reference
        return "；".join(keyword.words[0] for keyword in content.keywords)

    def summarise(self, content: ShortAnswerContent, response: Json) -> str:
        return response or ""

    def key_in_words(self, content: ShortAnswerContent) -> str:
        named = "；".join(" / ".join(keyword.words) for keyword in content.keywords)
        return content.reference or named

    def parts(self, content: ShortAnswerContent, response: Json) -> Sequence[Part]:
        found = found_in(content, response)
        return [Part(" / ".join(one.words), "", one in found) for one in content.keywords]

    def choices(self, content: ShortAnswerContent) -> Sequence[Choice]:
        """The keywords: how often each was named."""
        return [Choice(str(place), keyword.words[0], True) for place, keyword in enumerate(content.keywords, start=1)]

    def classify(self, content: ShortAnswerContent, response: Json) -> Sequence[str]:
        found = found_in(content, response)
        return [str(place) for place, keyword in enumerate(content.keywords, start=1) if keyword in found]

    def rubric(self, content: ShortAnswerContent) -> Sequence[RubricPoint]:
        if content.keywords:
            return [RubricPoint(" / ".join(one.words), one.weight) for one in content.keywords]
        return points_named(content.reference)

    def asked(self, content: ShortAnswerContent, order: Sequence[str]) -> Mapping[str, Json]:
        return {"stem": content.stem, "limit": RESPONSE_LIMIT}

    def samples(self, content: ShortAnswerContent) -> Sequence[Sample]:
        always = [Sample(None, NOTHING), Sample(["x", "x"], None)]
        return [Sample(self.key(content), FULL), *always] if content.keywords else always


def found_in(content: ShortAnswerContent, response: Json) -> list[Keyword]:
    """The keywords that a response names, in whatever wording."""
    said = comparable(response) if isinstance(response, str) else ""
    return [one for one in content.keywords if said and any(comparable(word) in said for word in one.words)]


def _read_keywords(reading: Reading) -> tuple[Keyword, ...]:
    listed = reading.listed("keywords")
    if len(listed) > MOST_KEYWORDS:
        reading.fault("question.too_many_keywords", "keywords", most=MOST_KEYWORDS, count=len(listed))
    keywords = tuple(_read_keyword(reading, number, item) for number, item in enumerate(listed[:MOST_KEYWORDS], 1))
    whole = sum((keyword.weight for keyword in keywords), NOTHING)
    if keywords and whole != FULL:
        reading.fault("question.weights_not_one", "keywords", whole=str(whole))
    return keywords


def _read_keyword(reading: Reading, number: int, item: Json) -> Keyword:
    words = item.get("words") if isinstance(item, Mapping) else None
    if not isinstance(words, list | tuple):
        reading.fault("question.wrong_shape", "keywords", number=number)
        return Keyword((), NOTHING)
    texts = [reading.text("keywords", word, WORD_LIMIT, number=number) for word in words]
    told = tuple(text for text in texts if text and comparable(text))
    if not told:
        reading.fault("question.keyword_without_words", "keywords", number=number)
    weight = written_number(reading, "keywords", item.get("weight"), code="question.not_a_weight", number=number)
    if weight < 0 or weight > FULL:
        reading.fault("question.weight_out_of_range", "keywords", number=number)
    return Keyword(told, weight)
