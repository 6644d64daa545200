"""The options of single and multiple choice: read, written, shown, chosen."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from random import Random
from unicodedata import normalize

from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions.contract import Choice, Json
from suyu_learn.domain.questions.reading import Reading
from suyu_learn.domain.questions.responses import OPEN, checked_length

FEWEST_OPTIONS = 2
MOST_OPTIONS = 26
OPTION_LIMIT = 500

_AND = r"\s*(和|与|及|或|、|,|，|and|or)\s*"
_VERDICT = r"\s*(都|均|皆)?不?(是|对|正确|错|错误)?"
_NAMES_LETTERS = re.compile(rf"[A-Z]({_AND}[A-Z])+{_VERDICT}[。.]?")
_FULL_WIDTH = re.compile("[！-～]")
_SUMS_UP = re.compile(r"以上|上述|都不?(是|对)|(all|none|both|neither) of the above|все перечисленн", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers offered; the key belongs to the question and survives its versions."""

    key: str
    text: str


_FAULTS = {
    "options": (
        "question.too_few_options",
        "question.too_many_options",
        "question.option_without_text",
        "question.duplicate_option",
    ),
    "prompts": (
        "question.too_few_prompts",
        "question.too_many_prompts",
        "question.prompt_without_text",
        "question.duplicate_prompt",
    ),
    "items": (
        "question.too_few_items",
        "question.too_many_items",
        "question.item_without_text",
        "question.duplicate_item",
    ),
}


def read_options(reading: Reading, field: str = "options", *, fewest: int = FEWEST_OPTIONS) -> tuple[Option, ...]:
    """The keyed texts of a field, `fewest` to 26, each with a text of its own."""
    too_few, too_many, without_text, duplicate = _FAULTS[field]
    count = len(reading.listed(field))
    if count < fewest:
        reading.fault(too_few, field, fewest=fewest, count=count)
    if count > MOST_OPTIONS:
        reading.fault(too_many, field, most=MOST_OPTIONS, count=count)
    options = []
    first_with: dict[str, int] = {}
    for number, key, item in reading.keyed(field, most=MOST_OPTIONS):
        text = reading.text(field, item.get("text"), OPTION_LIMIT, number=number)
        if text == "":
            reading.fault(without_text, field, number=number)
        elif text is not None:
            same_as = first_with.setdefault(_looks(text), number)
            if same_as != number:
                reading.fault(duplicate, field, number=number, same_as=same_as)
        options.append(Option(key, text or ""))
    return tuple(options)


def _looks(text: str) -> str:
    # Neither case nor superscripts are levelled: CO and Co, 10 m and 10 m² are different answers.
    return " ".join(_FULL_WIDTH.sub(lambda found: normalize("NFKC", found.group()), text).split())


def read_answer(reading: Reading, options: Sequence[Option]) -> tuple[str, ...]:
    """The keys of the right options, in authored order."""
    given = reading.listed("answer")
    known = {option.key for option in options}
    right: set[str] = set()
    for key in given:
        if not isinstance(key, str):
            reading.fault("question.wrong_shape", "answer")
        elif key not in known:
            reading.fault("question.answer_not_an_option", "answer", key=key)
        else:
            right.add(key)
    if not given:
        reading.fault("question.no_right_option", "answer")
    return tuple(option.key for option in options if option.key in right)


def write_options(options: Sequence[Option]) -> list[Json]:
    """The stored form of the options."""
    return [{"key": option.key, "text": option.text} for option in options]


def choices(options: Sequence[Option], right: Collection[str]) -> tuple[Choice, ...]:
    """The options as statistics count them."""
    return tuple(Choice(option.key, option.text, option.key in right) for option in options)


def order_of(options: Sequence[Option], rng: Random | None) -> list[str]:
    """The keys in authored order, or shuffled by `rng` as far as the texts allow.

    An option that sums up those above it keeps its place; where options name each other by letter, all do.
    """
    keys = [option.key for option in options]
    if rng is None or any(_NAMES_LETTERS.fullmatch(option.text) for option in options):
        return keys
    free = [place for place, option in enumerate(options) if not _SUMS_UP.match(option.text)]
    shuffled = rng.sample(free, len(free))
    for place, source in zip(free, shuffled, strict=True):
        keys[place] = options[source].key
    return keys


def mixed(options: Sequence[Option]) -> list[str]:
    """The keys in an order that is always the same and tells nothing, not even where an author numbered them."""
    return sorted((option.key for option in options), key=lambda key: blake2b(key.encode(), digest_size=8).digest())


def in_order(options: Sequence[Option], order: Sequence[str]) -> list[Json]:
    """The options as a learner sees them; in authored order if none is given."""
    by_key = {option.key: option for option in options}
    return write_options([by_key[key] for key in order] if order else options)


def key_or_open(options: Sequence[Option], value: Json) -> str:
    """The value, if it is the key of an option, or empty for a place left open; raises Problem if it is neither."""
    return "" if value == "" or value is None else checked_key(options, checked_length(value))


def text_of(options: Sequence[Option], key: str) -> str:
    """The text behind a key; a key of another version stands for itself, an open place is a dash."""
    return next((option.text for option in options if option.key == key), key) or OPEN


def texts_of(options: Sequence[Option], keys: Sequence[str]) -> str:
    """The texts behind the keys; a key of another version stands for itself."""
    by_key = {option.key: option.text for option in options}
    return "；".join(by_key.get(key, key) for key in keys)


def checked_key(options: Sequence[Option], value: Json) -> str:
    """The value, if it is the key of an option; raises Problem if not."""
    if not isinstance(value, str):
        raise Problem("response.wrong_shape")
    if all(option.key != value for option in options):
        raise Problem("response.unknown_choice")
    return value


def unknown_key(options: Sequence[Option]) -> str:
    """A key that no option has."""
    return max((option.key for option in options), key=len) + "?"
