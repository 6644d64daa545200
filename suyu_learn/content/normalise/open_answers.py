"""Answers that are no options: numbers with their tolerance, and keywords with their weights."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from unicodedata import normalize

from suyu_learn.content.normalise.answers import text_shown
from suyu_learn.content.normalise.texts import without_preface
from suyu_learn.domain.problems import Place, Problem

LONGEST_KEYWORD = 20
MOST_KEYWORDS = 50
LONGEST_NUMBER = 200
_AT_ANSWER = Place(field="answer")
_AT_KEYWORDS = Place(field="keywords")

_DIGITS = r"[+-]?\d{1,40}(?:,\d{3})*(?:\.\d{1,40})?(?:\s*(?:[x×*·]\s*10\s*\^\s*|[eE])[+-]?\d{1,3})?"
_NUMBER = re.compile(_DIGITS)
_FRACTION = re.compile(r"([+-]?\d{1,9})/(\d{1,9})")
_RANGE = re.compile(rf"({_DIGITS})\s*(?:~|至|到|—|–|--|-(?=\s*\d))\s*({_DIGITS})")
_TOLERANCE = re.compile(
    rf"[(,;]?\s*(?:(?:允许)?误差|±|\+/-|\+-)\s*(?:范围)?\s*(?:[:为是]|不超过|在)?\s*±?\s*({_DIGITS})\s*(%?)([^\d%].*)?$"
)
_WEIGHT = re.compile(r"(?:[(（\[【:：=]\s*)?(\d{1,3}(?:\.\d{1,4})?)\s*(?:(分|%)\s*)?(?:[)）\]】]\s*)?$")
_KEYWORDS_APART = re.compile(r"[;；\n|｜]|\{break\}")
_COMMAS = re.compile(r"[,，、]")
_VARIANTS = re.compile(r"[/／]|(?<=\S)或(?=\S)")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as an answer, and how far off a response may be."""

    value: Decimal
    tolerance: Decimal = Decimal(0)
    relative: bool = False
    unit: str = ""

    def as_answer(self) -> dict[str, Any]:
        """The form in which bodies keep it."""
        return {"value": plain(self.value), "tolerance": plain(self.tolerance), "relative": self.relative}


def plain(number: Decimal) -> str:
    """A decimal string without an exponent."""
    return f"{number.normalize():f}" if number else "0"


def number_said(text: str, *, tolerance: str = "", unit: str = "") -> Number | None:
    """The number in an answer such as `9.8±0.1 m/s²`, `9.7~9.9` or `3.14（误差0.01）`; None if it is none."""
    if not text or len(text) > LONGEST_NUMBER:
        return None
    said = _levelled(without_preface(text))
    allowed, relative = _tolerance(tolerance)
    found = _TOLERANCE.search(said)
    if found and found.start():
        allowed, relative = _decimal(found[1]), bool(found[2])
        rest = (found[3] or "").strip(" ()")
        said = f"{said[: found.start()].strip(' (,;')}{rest}"
    span = _RANGE.match(said)
    if span and not tolerance:
        low, high = _decimal(span[1]), _decimal(span[2])
        if low is not None and high is not None and low < high:
            return Number((low + high) / 2, (high - low) / 2, unit=unit or said[span.end() :].strip())
    number = _NUMBER.match(said)
    if number is None:
        return None
    value, behind = _decimal(number[0]), said[number.end() :].strip()
    if (fraction := _FRACTION.match(said)) is not None:
        value, behind = _divided(fraction), said[fraction.end() :].strip()
    if value is None or allowed is None or re.match(r"[\d.,;:=+*/^]", behind) or len(behind) > LONGEST_KEYWORD:
        return None
    if relative:
        allowed = allowed / 100
    return Number(value, abs(allowed), relative, unit or behind.replace("^2", "²").replace("^3", "³"))


def _tolerance(said: str) -> tuple[Decimal | None, bool]:
    if not said.strip():
        return Decimal(0), False
    text = _levelled(said).lstrip("±+/-").strip()
    found = _NUMBER.search(text)
    if found is None:
        raise Problem("table.tolerance_no_number", place=Place(field="tolerance"), said=text_shown(said))
    return _decimal(found[0]), "%" in text


def _levelled(text: str) -> str:
    return " ".join(normalize("NFKC", text.replace("²", "^2").replace("³", "^3")).replace("−", "-").split())


def _decimal(text: str) -> Decimal | None:
    mantissa, _x, power = re.sub(r"\s*(?:[x×*·]\s*10\s*\^\s*|[eE])", "e", text).replace(",", "").partition("e")
    try:
        number = Decimal(mantissa).scaleb(int(power or 0))
    except (InvalidOperation, ValueError):
        return None
    return number if abs(number.adjusted()) <= 60 else None


def _divided(found: re.Match[str]) -> Decimal | None:
    below = Decimal(found[2])
    value = Decimal(found[1]) / below if below else None
    return value if value is not None and value * below == Decimal(found[1]) else None


def keywords(text: str) -> list[dict[str, Any]]:
    """Weighted keywords out of `通风（0.4）；检测/测氧（0.3）；…`; empty where the text is prose for whoever marks."""
    parts = _pieces(_KEYWORDS_APART, text)
    if len(parts) == 1:
        parts = _pieces(_COMMAS, parts[0])
    found: list[tuple[list[str], Decimal | None]] = []
    for part in parts:
        mark = _WEIGHT.search(part)
        weight = Decimal(mark[1]) if mark and (mark[2] or mark[0].lstrip()[:1] in "(（[【:：=") else None
        said = part[: mark.start()].strip(" :：=") if mark and weight is not None else part
        words = [word.strip() for word in _VARIANTS.split(said) if word.strip()]
        if not words or any(len(word) > LONGEST_KEYWORD for word in words):
            return []
        found.append((words, weight))
    if not found or len(found) > MOST_KEYWORDS:
        return []
    said_weights = [weight for _words, weight in found if weight is not None]
    if said_weights and len(said_weights) < len(found):
        raise Problem("table.keyword_without_weight", place=_AT_KEYWORDS, count=len(found) - len(said_weights))
    weights = [weight if weight is not None else Decimal(1) for _words, weight in found]
    if sum(weights) <= 0:
        raise Problem("table.keyword_without_weight", place=_AT_KEYWORDS, count=len(found))
    return [
        {"words": words, "weight": plain(share)}
        for (words, _weight), share in zip(found, _shares(weights), strict=True)
    ]


def _pieces(apart: re.Pattern[str], text: str) -> list[str]:
    """What stands between separators; runs of spaces become one, on which a search for weights would take forever."""
    return [" ".join(part.split()) for part in apart.split(text) if part.strip()]


def _shares(weights: Sequence[Decimal]) -> list[Decimal]:
    """The weights as shares of 1; the last takes what rounding leaves."""
    whole = sum(weights)
    if whole == 1:
        return list(weights)
    shares = [(weight / whole).quantize(Decimal("0.0001")) for weight in weights]
    shares[-1] = Decimal(1) - sum(shares[:-1], Decimal(0))
    return shares
