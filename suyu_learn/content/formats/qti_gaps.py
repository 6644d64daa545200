"""Text entry, inline choice and gap match interactions as bodies: blanks, numbers and cloze texts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

from suyu_learn.content.formats.qti_marking import Asked
from suyu_learn.content.formats.qti_names import words_of
from suyu_learn.content.formats.qti_processing import Declared, NotFollowed, number, tolerance_of
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions.identity import option_keys

NUMBERS = frozenset({"float", "integer"})


def inline(asked: Asked, interactions: Sequence[Element]) -> tuple[str, dict[str, Any]]:
    """Gaps in a text: words only make a fill-in, one number a numeric question, anything else a cloze text."""
    declared = [asked.declared(one) for one in interactions]
    kinds = {_kind(interaction, known) for interaction, known in zip(interactions, declared, strict=True)}
    keys = list(option_keys(asked.uid, [f"blank {number}" for number in range(len(interactions))]).values())
    if kinds == {"text"}:
        return _fill_in(asked, declared, keys)
    if kinds == {"number"} and len(declared) == 1:
        return "numeric", {"answers": _answers(asked, declared[0]), "unit": ""}
    return "cloze", {
        "gaps": [
            _gap(asked, interaction, known, key)
            for interaction, known, key in zip(interactions, declared, keys, strict=True)
        ]
    }


def gap_match(asked: Asked, interaction: Element) -> tuple[str, dict[str, Any]]:
    """Words to be dragged into gaps, as a menu in each gap."""
    gaps = [element.get("identifier", "") for element in interaction.iter("gap")]
    words = {element.get("identifier", ""): words_of(element) for element in interaction.iter("gapText")}
    if not gaps or not words or next(interaction.iter("gapImg"), None) is not None:
        raise Problem("qti.interaction", name="gapMatchInteraction (gapImg)")
    right: dict[str, str] = {}
    for value in asked.correct(asked.declared(interaction)):
        word, _space, gap = value.partition(" ")
        if gap in right or gap not in gaps or word not in words:
            raise Problem("qti.match_many")
        right[gap] = word
    if set(right) != set(gaps):
        raise Problem("qti.key_unknown", key=next(gap for gap in gaps if gap not in right)[:80])
    keys = option_keys(asked.uid, words)
    gap_keys = option_keys(f"{asked.uid} gaps", gaps)
    options = [{"key": keys[word], "text": text} for word, text in words.items()]
    return "cloze", {
        "gaps": [{"key": gap_keys[gap], "kind": "menu", "options": options, "answer": keys[right[gap]]} for gap in gaps]
    }


def _kind(interaction: Element, declared: Declared) -> str:
    if interaction.tag == "inlineChoiceInteraction":
        return "menu"
    return "number" if declared.base in NUMBERS else "text"


def _gap(asked: Asked, interaction: Element, declared: Declared, key: str) -> dict[str, Any]:
    kind = _kind(interaction, declared)
    if kind == "text":
        return {"key": key, "kind": "text", "accepted": asked.accepted(declared)}
    if kind == "number":
        first = _answers(asked, declared)[0]
        return {"key": key, "kind": "number",
                **{name: first[name] for name in ("value", "tolerance", "relative")}}  # fmt: skip
    texts = {one.get("identifier", ""): words_of(one) for one in interaction.iter("inlineChoice")}
    shown = {one: text for one, text in texts.items() if text}  # an empty line asks to choose; ours does so by itself
    right = asked.right_choices(declared, list(shown), one_only=True)
    keys = option_keys(f"{asked.uid} {key}", shown)
    return {"key": key, "kind": "menu", "options": [{"key": keys[one], "text": text} for one, text in shown.items()],
            "answer": keys[right[0]]}  # fmt: skip


def _fill_in(asked: Asked, declared: Sequence[Declared], keys: Sequence[str]) -> tuple[str, dict[str, Any]]:
    accepted = [asked.accepted(one) for one in declared]
    any_order = False
    alike = len({tuple(sorted(texts)) for texts in accepted}) == 1 and len(accepted[0]) == len(accepted) > 1
    if alike and asked.counts_once(declared, accepted[0]):
        any_order, accepted = True, [[text] for text in accepted[0]]
    blanks = [{"key": key, "accepted": texts} for key, texts in zip(keys, accepted, strict=True)]
    return "fill_in", {"blanks": blanks, "any_order": any_order}


def _answers(asked: Asked, declared: Declared) -> list[dict[str, Any]]:
    """The numbers that earn points, the full ones first, each with its tolerance."""
    worth: dict[Decimal, Decimal] = {}
    best = max((entry.value for entry in declared.mapping), default=Decimal(0))
    for entry in declared.mapping:
        value = number(entry.key)
        if value is not None and entry.value > 0:
            worth[value] = min(entry.value / best, Decimal(1))
    for said in declared.correct:
        value = number(said)
        if value is not None:
            worth = {value: Decimal(1), **{one: credit for one, credit in worth.items() if one != value}}
    if not worth:
        worth = {value: Decimal(1) for value in _compared_with(asked, declared)}
    if not worth:
        raise Problem("qti.no_key")
    low_high = {value: _tolerance(asked, declared, value) for value in worth}
    answers = sorted(worth, key=lambda value: -worth[value])
    asked.note_key(declared, [str(answers[0])])
    return [
        {"value": _plain(value), "tolerance": low_high[value][0], "relative": low_high[value][1],
         "credit": _plain(worth[value].quantize(Decimal("0.00001")) if worth[value] != 1 else worth[value])}
        for value in answers
    ]  # fmt: skip


def _equals(asked: Asked, declared: Declared) -> list[Element]:
    rules = asked.processing.rules
    return [] if rules is None else [
        one for one in rules.iter("equal")
        if any(child.tag == "variable" and child.get("identifier") == declared.identifier for child in one)
    ]  # fmt: skip


def _compared_with(asked: Asked, declared: Declared) -> list[Decimal]:
    found = [number(child.text) for one in _equals(asked, declared) for child in one.iter("baseValue")]
    return [value for value in found if value is not None]


def _tolerance(asked: Asked, declared: Declared, value: Decimal) -> tuple[str, bool]:
    """How far a response may be off by the item's own rule; uneven limits are told."""
    for rule in _equals(asked, declared):
        try:
            low, high = tolerance_of(rule, value)
        except NotFollowed as strange:
            raise Problem("qti.marking", name=str(strange)) from strange
        if low == high:
            continue
        if value - low != high - value:
            raise Problem("qti.marking", name="equal tolerance")
        if rule.get("toleranceMode") == "relative" and value:
            return _plain((high - value) / abs(value)), True
        return _plain(high - value), False
    return "0", False


def _plain(value: Decimal) -> str:
    text = f"{value.normalize():f}"
    return "0" if text == "-0" else text
