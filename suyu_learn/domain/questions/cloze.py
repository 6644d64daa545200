"""Cloze: a text with gaps, each filled from a menu or by typing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
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
    share,
)
from suyu_learn.domain.questions.fill_in import BLANK
from suyu_learn.domain.questions.gaps import MENU, MOST_GAPS, NUMBER, Gap, menu_order, parse_gap, read_gaps, write_gap
from suyu_learn.domain.questions.reading import PASSAGE_LIMIT, Reading
from suyu_learn.domain.questions.responses import OPEN, a_list


@dataclass(frozen=True, slots=True)
class ClozeContent:
    """A text with `____` for each gap, and the gaps."""

    stem: str
    gaps: tuple[Gap, ...]
    explanation: str = ""


class Cloze(QuestionType[ClozeContent]):
    """Cloze; the response is a list with the key chosen or the text typed in each gap, empty where it is open."""

    code = "cloze"
    label = "Text with gaps"

    def read(self, body: Mapping[str, Json]) -> ClozeContent:
        reading = Reading(body)
        stem = reading.stem(PASSAGE_LIMIT)
        listed, in_stem = len(reading.listed("gaps")), len(BLANK.findall(stem))
        if listed != in_stem or not listed:
            reading.fault("question.gaps_do_not_match_stem", "gaps", in_stem=in_stem, listed=listed)
        if listed > MOST_GAPS:
            reading.fault("question.too_many_gaps", "gaps", most=MOST_GAPS, count=listed)
        gaps = read_gaps(reading)
        explanation = reading.explanation()
        reading.finish()
        return ClozeContent(stem, gaps, explanation)

    def write(self, content: ClozeContent) -> dict[str, Json]:
        return {
            "stem": content.stem,
            "gaps": [write_gap(gap) for gap in content.gaps],
            "explanation": content.explanation,
        }

    def parse(self, content: ClozeContent, raw: Json) -> Json:
        given = a_list(raw, most=len(content.gaps))
        if given is None:
            return None
        filled = [
            parse_gap(gap, value, number)
            for number, (gap, value) in enumerate(zip(content.gaps, given, strict=False), start=1)
        ]
        return filled + [""] * (len(content.gaps) - len(filled)) if any(filled) else None

    def is_complete(self, content: ClozeContent, response: Json) -> bool:
        return response is not None and all(response)

    def mark(
        self,
        content: ClozeContent,
        response: Json,
        partial: PartialCredit = PartialCredit.ALL_OR_NOTHING,
    ) -> Decimal:
        earned = sum(
            (gap.weight for gap, value in zip(content.gaps, response or [], strict=False) if gap.is_right(value)),
            NOTHING,
        )
        return share(earned, sum((gap.weight for gap in content.gaps), NOTHING))

    def key(self, content: ClozeContent) -> Json:
        return [gap.right_text() for gap in content.gaps]

    def summarise(self, content: ClozeContent, response: Json) -> str:
        filled = zip(content.gaps, response or [], strict=False)
        return "；".join(gap.said(value) if value else OPEN for gap, value in filled)

    def key_in_words(self, content: ClozeContent) -> str:
        return "；".join(gap.key_in_words() for gap in content.gaps)

    def parts(self, content: ClozeContent, response: Json) -> Sequence[Part]:
        filled = response or [""] * len(content.gaps)
        return [
            Part(str(number), gap.key_in_words(), gap.is_right(value), gap.said(value) if value else "",
                 chosen=gap.kind == MENU)
            for number, (gap, value) in enumerate(zip(content.gaps, filled, strict=False), start=1)
        ]  # fmt: skip

    def choices(self, content: ClozeContent) -> Sequence[Choice]:
        """The options of the menus; what is typed is not counted."""
        return [
            Choice(f"{gap.key}:{option.key}", f"{number}. {option.text}", option.key == gap.answer)
            for number, gap in enumerate(content.gaps, start=1)
            for option in gap.options
        ]

    def classify(self, content: ClozeContent, response: Json) -> Sequence[str]:
        known = {choice.key for choice in self.choices(content)}
        chosen = (f"{gap.key}:{value}" for gap, value in zip(content.gaps, response or [], strict=False))
        return [key for key in chosen if key in known]

    def arrange(self, content: ClozeContent, rng: Random | None) -> list[str]:
        """The options of the menus, menu by menu."""
        return [f"{gap.key}:{key}" for gap in content.gaps for key in choosing.order_of(gap.options, rng)]

    def asked(self, content: ClozeContent, order: Sequence[str]) -> Mapping[str, Json]:
        menus = menu_order(content.gaps, order)
        return {
            "stem": content.stem,
            "gaps": [
                {
                    "key": gap.key,
                    "kind": gap.kind,
                    "options": choosing.write_options(menus.get(gap.key, ())),
                }
                for gap in content.gaps
            ],
        }

    def samples(self, content: ClozeContent) -> Sequence[Sample]:
        key = self.key(content)
        return [
            Sample(key, FULL),
            Sample([_wrong(gap) for gap in content.gaps], NOTHING),
            Sample(None, NOTHING),
            Sample([*key, ""], None),
        ]


def _wrong(gap: Gap) -> str:
    """What is not right in a gap; nothing where every number is."""
    if gap.kind == MENU:
        return next(option.key for option in gap.options if option.key != gap.answer)
    if gap.kind == NUMBER:
        tries = (f"{sign}{10**power + 1}" for power in range(30) for sign in ("", "-"))
        return next((text for text in tries if not gap.is_right(text)), "")
    return next(text for length in count(1) if not gap.is_right(text := "x" * length))
