"""The gaps of a cloze: a menu, a text or a number each; read, parsed, judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions import options as choosing
from suyu_learn.domain.questions.contract import FULL, NOTHING, Json
from suyu_learn.domain.questions.numbers import NUMBER_LIMIT, near, read_number, within, written_number
from suyu_learn.domain.questions.options import Option
from suyu_learn.domain.questions.reading import Reading
from suyu_learn.domain.questions.responses import checked_length, typed_text
from suyu_learn.domain.questions.texts import comparable

MOST_GAPS = 50
ACCEPTED_LIMIT = 500
MENU, TEXT, NUMBER = "menu", "text", "number"


@dataclass(frozen=True, slots=True)
class Gap:
    """One place in the text; what its kind does not need is empty."""

    key: str
    kind: str
    weight: Decimal = FULL
    options: tuple[Option, ...] = ()
    answer: str = ""
    accepted: tuple[str, ...] = ()
    value: Decimal = NOTHING
    tolerance: Decimal = NOTHING
    relative: bool = False

    def right_text(self) -> str:
        """A response that is right."""
        if self.kind == MENU:
            return self.answer
        return self.accepted[0] if self.kind == TEXT else str(self.value)

    def key_in_words(self) -> str:
        """All that is right."""
        if self.kind == MENU:
            return self.said(self.answer)
        if self.kind == TEXT:
            return " / ".join(self.accepted)
        return near(self.value, self.tolerance, relative=self.relative)

    def said(self, response: str) -> str:
        """A response in words."""
        return choosing.text_of(self.options, response) if self.kind == MENU else response

    def is_right(self, response: str) -> bool:
        """Whether a response fits."""
        if self.kind == MENU:
            return response == self.answer
        if self.kind == TEXT:
            return comparable(response) in {comparable(text) for text in self.accepted}
        number = read_number(response)
        return number is not None and within(number, self.value, self.tolerance, relative=self.relative)


def read_gaps(reading: Reading) -> tuple[Gap, ...]:
    """The gaps of a body."""
    return tuple(_read_gap(reading, number, key, item) for number, key, item in reading.keyed("gaps", most=MOST_GAPS))


def _read_gap(reading: Reading, number: int, key: str, item: Mapping[str, Json]) -> Gap:
    weight = written_number(reading, "gaps", item.get("weight", "1"), code="question.not_a_weight", number=number)
    if weight <= 0:
        reading.fault("question.gap_without_weight", "gaps", number=number)
    kind = item.get("kind")
    if kind == MENU:
        options, answer = _read_menu(reading, number, item)
        return Gap(key, MENU, weight, options, answer)
    if kind == TEXT:
        return Gap(key, TEXT, weight, accepted=_read_accepted(reading, number, item.get("accepted")))
    if kind != NUMBER or not isinstance(item.get("relative", False), bool):
        reading.fault("question.unknown_gap", "gaps", number=number)
        return Gap(key, TEXT, weight)
    value = written_number(reading, "gaps", item.get("value"), code="question.not_a_number", number=number)
    tolerance = written_number(reading, "gaps", item.get("tolerance", "0"), code="question.not_a_number", number=number)
    if tolerance < 0:
        reading.fault("question.negative_tolerance", "gaps", number=number)
    return Gap(key, NUMBER, weight, value=value, tolerance=tolerance, relative=item.get("relative", False))


def _read_menu(reading: Reading, number: int, item: Mapping[str, Json]) -> tuple[tuple[Option, ...], str]:
    inner = Reading(item)
    options = choosing.read_options(inner)
    answer = item.get("answer")
    if not any(option.key == answer for option in options):
        reading.fault("question.gap_without_answer", "gaps", number=number)
    for fault in inner.faults:
        reading.faults.append(Problem(fault.code, place=fault.place, **(dict(fault.params) | {"gap": number})))
    return options, str(answer)


def _read_accepted(reading: Reading, number: int, given: Json) -> tuple[str, ...]:
    if not isinstance(given, list | tuple | None):
        reading.fault("question.wrong_shape", "gaps", number=number)
        return ()
    texts = [reading.text("gaps", value, ACCEPTED_LIMIT, number=number) for value in given or ()]
    accepted = tuple(text for text in texts if text and comparable(text))
    if not accepted:
        reading.fault("question.gap_without_answer", "gaps", number=number)
    return accepted


def write_gap(gap: Gap) -> dict[str, Json]:
    """The stored form of a gap."""
    told: dict[str, Json] = {"key": gap.key, "kind": gap.kind}
    if gap.kind == MENU:
        told |= {"options": choosing.write_options(gap.options), "answer": gap.answer}
    elif gap.kind == TEXT:
        told["accepted"] = list(gap.accepted)
    else:
        told |= {"value": str(gap.value), "tolerance": str(gap.tolerance), "relative": gap.relative}
    return told if gap.weight == FULL else told | {"weight": str(gap.weight)}


def parse_gap(gap: Gap, raw: Json, number: int) -> str:
    """What was chosen or typed in a gap; raises Problem if it cannot be read."""
    if gap.kind == MENU:
        return choosing.key_or_open(gap.options, raw)
    typed = typed_text(raw)
    if gap.kind == NUMBER and typed:
        checked_length(typed, NUMBER_LIMIT)
        if read_number(typed) is None:
            raise Problem("response.gap_not_a_number", typed=typed, number=number)
    return typed


def menu_order(gaps: Sequence[Gap], order: Sequence[str]) -> Mapping[str, list[Option]]:
    """The options of each menu in the order in which they are shown; `order` holds `gap:option`."""
    place = {key: number for number, key in enumerate(order)}
    return {
        gap.key: sorted(gap.options, key=lambda one: place.get(f"{gap.key}:{one.key}", 0))
        for gap in gaps
        if gap.kind == MENU
    }
