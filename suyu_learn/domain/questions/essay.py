"""Essay: a longer text that a person marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from suyu_learn.domain.questions.contract import (
    NOTHING,
    Json,
    PartialCredit,
    QuestionType,
    RubricPoint,
    Sample,
)
from suyu_learn.domain.questions.reading import Reading
from suyu_learn.domain.questions.responses import one_text
from suyu_learn.domain.questions.rubric import points_named

ESSAY_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class EssayContent:
    """A task and, for whoever marks it, a model answer."""

    stem: str
    reference: str = ""
    explanation: str = ""


class Essay(QuestionType[EssayContent]):
    """Essay; the response is a text."""

    code = "essay"
    label = "Essay"
    machine_marked = False

    def read(self, body: Mapping[str, Json]) -> EssayContent:
        reading = Reading(body)
        stem = reading.stem()
        reference = reading.reference()
        explanation = reading.explanation()
        reading.finish()
        return EssayContent(stem, reference, explanation)

    def write(self, content: EssayContent) -> dict[str, Json]:
        return {"stem": content.stem, "reference": content.reference, "explanation": content.explanation}

    def parse(self, content: EssayContent, raw: Json) -> Json:
        return one_text(raw, ESSAY_LIMIT)

    def mark(
        self,
        content: EssayContent,
        response: Json,
        partial: PartialCredit = PartialCredit.ALL_OR_NOTHING,
    ) -> Decimal:
        return NOTHING

    def key(self, content: EssayContent) -> Json:
        return content.reference or None

    def summarise(self, content: EssayContent, response: Json) -> str:
        return response or ""

    def rubric(self, content: EssayContent) -> Sequence[RubricPoint]:
        return points_named(content.reference)

    def asked(self, content: EssayContent, order: Sequence[str]) -> Mapping[str, Json]:
        return {"stem": content.stem, "limit": ESSAY_LIMIT}

    def samples(self, content: EssayContent) -> Sequence[Sample]:
        return [Sample(None, NOTHING), Sample(["x", "x"], None)]
