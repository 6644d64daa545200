"""Ordering: items to be brought into the right order."""

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
    Part,
    PartialCredit,
    QuestionType,
    Sample,
)
from suyu_learn.domain.questions.options import Option
from suyu_learn.domain.questions.reading import Reading
from suyu_learn.domain.questions.responses import OPEN, a_list


@dataclass(frozen=True, slots=True)
class OrderingContent:
    """Items in their right order."""

    stem: str
    items: tuple[Option, ...]
    explanation: str = ""


class Ordering(QuestionType[OrderingContent]):
    """Ordering; the response is a list of keys from first to last, empty where a place is open.

    One and the same item in two places is a response that is not complete yet, not an unreadable one:
    whoever changes two places one after the other passes through it.
    """

    code = "ordering"
    label = "Ordering"

    def read(self, body: Mapping[str, Json]) -> OrderingContent:
        reading = Reading(body)
        stem = reading.stem()
        items = choosing.read_options(reading, "items")
        explanation = reading.explanation()
        reading.finish()
        return OrderingContent(stem, items, explanation)

    def write(self, content: OrderingContent) -> dict[str, Json]:
        return {
            "stem": content.stem,
            "items": choosing.write_options(content.items),
            "explanation": content.explanation,
        }

    def parse(self, content: OrderingContent, raw: Json) -> Json:
        given = a_list(raw, most=len(content.items))
        if given is None:
            return None
        placed = [choosing.key_or_open(content.items, value) for value in given]
        return placed + [""] * (len(content.items) - len(placed)) if any(placed) else None

    def is_complete(self, content: OrderingContent, response: Json) -> bool:
        return response is not None and all(response) and len(set(response)) == len(response)

    def mark(
        self,
        content: OrderingContent,
        response: Json,
        partial: PartialCredit = PartialCredit.ALL_OR_NOTHING,
    ) -> Decimal:
        return FULL if response == self.key(content) else NOTHING

    def key(self, content: OrderingContent) -> Json:
        return [item.key for item in content.items]

    def summarise(self, content: OrderingContent, response: Json) -> str:
        return "；".join(choosing.text_of(content.items, key) if key else OPEN for key in response or [])

    def parts(self, content: OrderingContent, response: Json) -> Sequence[Part]:
        placed = response or [""] * len(content.items)
        return [
            Part(str(place), item.text, item.key == key, choosing.text_of(content.items, key) if key else "",
                 chosen=True)
            for place, (item, key) in enumerate(zip(content.items, placed, strict=False), start=1)
        ]  # fmt: skip

    def choices(self, content: OrderingContent) -> Sequence[Choice]:
        """The places: how often each has its item."""
        return [Choice(item.key, f"{place}. {item.text}", True) for place, item in enumerate(content.items, start=1)]

    def classify(self, content: OrderingContent, response: Json) -> Sequence[str]:
        return [item.key for item, key in zip(content.items, response or [], strict=False) if item.key == key]

    def arrange(self, content: OrderingContent, rng: Random | None) -> list[str]:
        """The items as they are first shown, which is never the right order."""
        right = self.key(content)
        keys = choosing.mixed(content.items) if rng is None else rng.sample(right, len(right))
        return [*keys[1:], keys[0]] if keys == right else keys

    def asked(self, content: OrderingContent, order: Sequence[str]) -> Mapping[str, Json]:
        return {
            "stem": content.stem,
            "items": choosing.in_order(content.items, order or self.arrange(content, None)),
        }

    def samples(self, content: OrderingContent) -> Sequence[Sample]:
        key = self.key(content)
        return [
            Sample(key, FULL),
            Sample([*key[1:], key[0]], NOTHING),
            Sample(key[:1], NOTHING),
            Sample(None, NOTHING),
            Sample([choosing.unknown_key(content.items)], None),
            Sample([*key, ""], None),
        ]
