"""Group: a passage, table or picture that several questions refer to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions.contract import (
    NOTHING,
    Json,
    PartialCredit,
    QuestionType,
    Sample,
)
from suyu_learn.domain.questions.reading import PASSAGE_LIMIT, Reading


@dataclass(frozen=True, slots=True)
class GroupContent:
    """What the members of the group refer to."""

    stem: str
    explanation: str = ""


class Group(QuestionType[GroupContent]):
    """The passage of a group; it is shown before its members, never asked alone, and has no response."""

    code = "group"
    label = "Group of questions"
    has_response = False

    def read(self, body: Mapping[str, Json]) -> GroupContent:
        reading = Reading(body)
        stem = reading.stem(PASSAGE_LIMIT)
        explanation = reading.explanation()
        reading.finish()
        return GroupContent(stem, explanation)

    def write(self, content: GroupContent) -> dict[str, Json]:
        return {"stem": content.stem, "explanation": content.explanation}

    def parse(self, content: GroupContent, raw: Json) -> Json:
        if raw not in (None, [], [""]):
            raise Problem("response.wrong_shape")
        return None

    def is_complete(self, content: GroupContent, response: Json) -> bool:
        return True

    def mark(
        self,
        content: GroupContent,
        response: Json,
        partial: PartialCredit = PartialCredit.ALL_OR_NOTHING,
    ) -> Decimal:
        return NOTHING

    def key(self, content: GroupContent) -> Json:
        return None

    def summarise(self, content: GroupContent, response: Json) -> str:
        return ""

    def asked(self, content: GroupContent, order: Sequence[str]) -> Mapping[str, Json]:
        return {"stem": content.stem}

    def samples(self, content: GroupContent) -> Sequence[Sample]:
        return [Sample(None, NOTHING), Sample("x", None)]
