"""Matching: for each prompt, the option that belongs to it."""

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
    share,
)
from suyu_learn.domain.questions.options import Option
from suyu_learn.domain.questions.reading import Reading
from suyu_learn.domain.questions.responses import a_list

ARROW = " → "


@dataclass(frozen=True, slots=True)
class MatchingContent:
    """Prompts, options of which some may belong to none, and the key of the right option for each prompt."""

    stem: str
    prompts: tuple[Option, ...]
    options: tuple[Option, ...]
    pairs: tuple[str, ...]
    explanation: str = ""


class Matching(QuestionType[MatchingContent]):
    """Matching; the response is a list of option keys, one per prompt in authored order, empty where it is open."""

    code = "matching"
    label = "Matching"

    def read(self, body: Mapping[str, Json]) -> MatchingContent:
        reading = Reading(body)
        stem = reading.stem()
        prompts = choosing.read_options(reading, "prompts")
        options = choosing.read_options(reading)
        pairs = _read_pairs(reading, prompts, options)
        explanation = reading.explanation()
        reading.finish()
        return MatchingContent(stem, prompts, options, pairs, explanation)

    def write(self, content: MatchingContent) -> dict[str, Json]:
        return {
            "stem": content.stem,
            "prompts": choosing.write_options(content.prompts),
            "options": choosing.write_options(content.options),
            "pairs": {prompt.key: key for prompt, key in zip(content.prompts, content.pairs, strict=True)},
            "explanation": content.explanation,
        }

    def parse(self, content: MatchingContent, raw: Json) -> Json:
        given = a_list(raw, most=len(content.prompts))
        if given is None:
            return None
        chosen = [choosing.key_or_open(content.options, value) for value in given]
        return chosen + [""] * (len(content.prompts) - len(chosen)) if any(chosen) else None

    def is_complete(self, content: MatchingContent, response: Json) -> bool:
        return response is not None and all(response)

    def mark(
        self,
        content: MatchingContent,
        response: Json,
        partial: PartialCredit = PartialCredit.ALL_OR_NOTHING,
    ) -> Decimal:
        return share(len(_right(content, response)), len(content.prompts))

    def key(self, content: MatchingContent) -> Json:
        return list(content.pairs)

    def summarise(self, content: MatchingContent, response: Json) -> str:
        return "；".join(
            f"{prompt.text}{ARROW}{choosing.text_of(content.options, key)}"
            for prompt, key in zip(content.prompts, response or [], strict=False)
        )

    def parts(self, content: MatchingContent, response: Json) -> Sequence[Part]:
        chosen = response or [""] * len(content.prompts)
        return [
            Part(
                prompt.text,
                choosing.text_of(content.options, right),
                key == right,
                choosing.text_of(content.options, key) if key else "",
                chosen=True,
            )
            for prompt, right, key in zip(content.prompts, content.pairs, chosen, strict=False)
        ]

    def choices(self, content: MatchingContent) -> Sequence[Choice]:
        """The right pairs: how often each was found."""
        return [
            Choice(prompt.key, f"{prompt.text}{ARROW}{choosing.text_of(content.options, key)}", True)
            for prompt, key in zip(content.prompts, content.pairs, strict=True)
        ]

    def classify(self, content: MatchingContent, response: Json) -> Sequence[str]:
        return _right(content, response)

    def arrange(self, content: MatchingContent, rng: Random | None) -> list[str]:
        """The options; without `rng` in a fixed order of their own, since authors write pairs side by side."""
        keys = choosing.mixed(content.options)
        return keys if rng is None else rng.sample(keys, len(keys))

    def asked(self, content: MatchingContent, order: Sequence[str]) -> Mapping[str, Json]:
        return {
            "stem": content.stem,
            "prompts": choosing.write_options(content.prompts),
            "options": choosing.in_order(content.options, order or self.arrange(content, None)),
        }

    def samples(self, content: MatchingContent) -> Sequence[Sample]:
        key = self.key(content)
        return [
            Sample(key, FULL),
            Sample([key[0]], share(1, len(key))),
            Sample([_another(content, right) for right in key], NOTHING),
            Sample(None, NOTHING),
            Sample([choosing.unknown_key(content.options)], None),
            Sample([*key, ""], None),
        ]


def _read_pairs(reading: Reading, prompts: Sequence[Option], options: Sequence[Option]) -> tuple[str, ...]:
    given = reading.body.get("pairs")
    if not isinstance(given, Mapping):
        reading.fault("question.wrong_shape", "pairs")
        return ()
    known = {option.key for option in options}
    pairs = []
    for number, prompt in enumerate(prompts, start=1):
        key = given.get(prompt.key)
        if not (isinstance(key, str) and key in known):
            reading.fault("question.prompt_without_option", "pairs", number=number)
        else:
            pairs.append(key)
    if set(given) - {prompt.key for prompt in prompts}:
        reading.fault("question.pair_without_prompt", "pairs")
    return tuple(pairs)


def _right(content: MatchingContent, response: Json) -> list[str]:
    """The keys of the prompts that have their option."""
    matched = zip(content.prompts, content.pairs, response or [], strict=False)
    return [prompt.key for prompt, right, chosen in matched if chosen == right]


def _another(content: MatchingContent, right: str) -> str:
    return next(option.key for option in content.options if option.key != right)
