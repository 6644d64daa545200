"""Numbers and their tolerances in the conditions of QTI 1.2."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

from suyu_learn.content.formats.qti_names import words_of
from suyu_learn.content.formats.qti_processing import NotFollowed, number
from suyu_learn.domain.problems import Problem


def answers_of(rewarding: Sequence[tuple[Element, Decimal]], name: str) -> list[dict[str, Any]]:
    """The numbers that earn points in one of the conditions, the full ones first."""
    best = max((points for _condition, points in rewarding), default=Decimal(1))
    answers: list[dict[str, Any]] = []
    for condition, points in sorted(rewarding, key=lambda pair: -pair[1]):
        credit = plain_number((points / best).quantize(Decimal("0.00001"))) if points != best else "1"
        for answer in _of_condition(condition, name):
            if all((answer["value"], answer["tolerance"]) != (one["value"], one["tolerance"]) for one in answers):
                answers.append({**answer, "credit": credit})
    if not answers:
        raise Problem("qti.no_key")
    return answers


def plain_number(value: Decimal) -> str:
    """A number without exponent and needless zeros."""
    text = f"{value.normalize():f}"
    return "0" if text == "-0" else text


def _of_condition(condition: Element, name: str) -> list[dict[str, Any]]:
    tests = [one for one in condition.iter() if one.get("respident") == name and one.tag.startswith("var")]
    low = _limit(tests, "vargte", "vargt")
    high = _limit(tests, "varlte", "varlt")
    exact = [one for one in tests if one.tag == "varequal"]
    if not exact and (low is None or high is None):
        raise NotFollowed("vargte" if low is not None else "varlte" if high is not None else "respcondition")
    answers = []
    for one in exact:
        value = number(words_of(one))
        if value is None:
            raise Problem("qti.key_unknown", key=words_of(one)[:80])
        answers.append(_around(one, value, low, high))
    inside = [
        answer for answer in answers if low is not None and high is not None and low <= Decimal(answer["value"]) <= high
    ]
    if low is not None and high is not None and not inside:
        answers.append(_answer((low + high) / 2, abs(high - low) / 2))
    return answers


def _around(test: Element, value: Decimal, low: Decimal | None, high: Decimal | None) -> dict[str, Any]:
    margin = number(test.get("margin"))
    if margin is not None and test.get("margintype") == "percent":
        return _answer(value, abs(margin) / 100, relative=True)
    if margin is not None:
        return _answer(value, abs(margin))
    if low is None or high is None or not low <= value <= high:
        return _answer(value, Decimal(0))
    if value - low == high - value:
        return _answer(value, value - low)
    return _answer((low + high) / 2, (high - low) / 2)


def _answer(value: Decimal, tolerance: Decimal, *, relative: bool = False) -> dict[str, Any]:
    return {"value": plain_number(value), "tolerance": plain_number(tolerance), "relative": relative}


def _limit(tests: Sequence[Element], *names: str) -> Decimal | None:
    return next((number(words_of(one)) for one in tests if one.tag in names), None)
