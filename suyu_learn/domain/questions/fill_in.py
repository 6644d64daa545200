"""Fill in the blanks: words typed into the gaps of a stem."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from suyu_learn.domain.questions.contract import (
    FULL,
    NOTHING,
    Json,
    Part,
    PartialCredit,
    QuestionType,
    Sample,
    share,
)
from suyu_learn.domain.questions.pairing import most_pairs
from suyu_learn.domain.questions.reading import Reading
from suyu_learn.domain.questions.responses import OPEN, a_list, typed_text
from suyu_learn.domain.questions.texts import comparable

BLANK = re.compile("[_＿]{2,}")
MOST_BLANKS = 50
ACCEPTED_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Blank:
    """One gap and the texts accepted in it; the first is the one shown as the answer."""

    key: str
    accepted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FillInContent:
    """A stem with gaps, what belongs in them, and whether their order is free."""

    stem: str
    blanks: tuple[Blank, ...]
    any_order: bool = False
    explanation: str = ""


class FillIn(QuestionType[FillInContent]):
    """Fill in the blanks; the response is a list of texts, one per blank, empty where it is open."""

    code = "fill_in"
    label = "Fill in the blanks"

    def read(self, body: Mapping[str, Json]) -> FillInContent:
        reading = Reading(body)
        stem = reading.stem()
        blanks = _read_blanks(reading, in_stem=len(BLANK.findall(stem)))
        any_order = reading.flag("any_order")
        explanation = reading.explanation()
        reading.finish()
        return FillInContent(stem, blanks, any_order, explanation)

    def write(self, content: FillInContent) -> dict[str, Json]:
        return {
            "stem": content.stem,
            "blanks": [{"key": blank.key, "accepted": list(blank.accepted)} for blank in content.blanks],
            "any_order": content.any_order,
            "explanation": content.explanation,
        }

    def parse(self, content: FillInContent, raw: Json) -> Json:
        given = a_list(raw, most=len(content.blanks))
        if given is None:
            return None
        typed = [typed_text(value) for value in given]
        missing = len(content.blanks) - len(typed)
        return typed + [""] * missing if any(typed) else None

    def is_complete(self, content: FillInContent, response: Json) -> bool:
        return response is not None and all(response)

    def mark(
        self,
        content: FillInContent,
        response: Json,
        partial: PartialCredit = PartialCredit.ALL_OR_NOTHING,
    ) -> Decimal:
        right = _right_blanks(content, response or [])
        return share(right, len(content.blanks))

    def key(self, content: FillInContent) -> Json:
        return [blank.accepted[0] for blank in content.blanks]

    def summarise(self, content: FillInContent, response: Json) -> str:
        return "；".join(text or OPEN for text in response or [])

    def key_in_words(self, content: FillInContent) -> str:
        return "；".join(" / ".join(blank.accepted) for blank in content.blanks)

    def parts(self, content: FillInContent, response: Json) -> Sequence[Part]:
        if content.any_order or len(content.blanks) < 2:
            return ()
        typed = response or [""] * len(content.blanks)
        return [
            Part(str(number), " / ".join(blank.accepted), _accepts(blank, text), text)
            for number, (blank, text) in enumerate(zip(content.blanks, typed, strict=False), start=1)
        ]

    def asked(self, content: FillInContent, order: Sequence[str]) -> Mapping[str, Json]:
        return {"stem": content.stem, "blanks": [blank.key for blank in content.blanks]}

    def samples(self, content: FillInContent) -> Sequence[Sample]:
        key = self.key(content)
        variants = [
            [*key[:place], text, *key[place + 1 :]]
            for place, blank in enumerate(content.blanks)
            for text in blank.accepted[1:]
        ]
        return [
            Sample(key, FULL),
            *(Sample(variant, FULL) for variant in variants),
            Sample([_wrong_text(content)] * len(key), NOTHING),
            Sample(None, NOTHING),
            Sample([*key, ""], None),
        ]


def _read_blanks(reading: Reading, *, in_stem: int) -> tuple[Blank, ...]:
    listed = len(reading.listed("blanks"))
    if listed != in_stem or not listed:
        reading.fault("question.blanks_do_not_match_stem", "blanks", in_stem=in_stem, listed=listed)
    if listed > MOST_BLANKS:
        reading.fault("question.too_many_blanks", "blanks", most=MOST_BLANKS, count=listed)
    return tuple(
        Blank(key, _read_accepted(reading, number, item.get("accepted")))
        for number, key, item in reading.keyed("blanks", most=MOST_BLANKS)
    )


def _read_accepted(reading: Reading, number: int, given: Json) -> tuple[str, ...]:
    if not isinstance(given, list | tuple | None):
        reading.fault("question.wrong_shape", "blanks", number=number)
        return ()
    texts = [reading.text("blanks", value, ACCEPTED_LIMIT, number=number) for value in given or ()]
    accepted = tuple(text for text in texts if text and comparable(text))
    if not accepted:
        reading.fault("question.blank_without_answer", "blanks", number=number)
    return accepted


def _right_blanks(content: FillInContent, response: Sequence[str]) -> int:
    accepted = [{comparable(text) for text in blank.accepted} for blank in content.blanks]
    typed = [comparable(text) for text in response]
    if content.any_order:
        fits = [[place for place, texts in enumerate(accepted) if text in texts] for text in typed]
        return most_pairs(fits)
    return sum(text in texts for text, texts in zip(typed, accepted, strict=False))


def _accepts(blank: Blank, text: str) -> bool:
    return comparable(text) in {comparable(accepted) for accepted in blank.accepted}


def _wrong_text(content: FillInContent) -> str:
    accepted = {comparable(text) for blank in content.blanks for text in blank.accepted}
    return next(text for length in count(1) if (text := "x" * length) not in accepted)
