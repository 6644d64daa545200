"""Text entry, inline choice and gap match interactions as bodies: blanks, numbers and cloze texts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

from suyu_learn.content.formats.qti_choices import not_too_many
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
    if kinds == {"text"} and asked.own_type != "cloze":
        return _fill_in(asked, declared, keys)
    if kinds == {"number"} and len(declared) == 1 and asked.own_type != "cloze":
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
    not_too_many(words)
    not_too_many(gaps)
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
    not_too_many(shown)
    right = asked.right_choices(declared, list(shown), one_only=True)
    keys = option_keys(f"{asked.uid} {key}", shown)
    return {"key": key, "kind": "menu", "options": [{"key": keys[one], "text": text} for one, text in shown.items()],
            "answer": keys[right[0]]}  # fmt: skip


def _fill_in(asked: Asked, declared: Sequence[Declared], keys: Sequence[str]) -> tuple[str, dict[str, Any]]:
    groups = _free_groups(asked, declared)
    any_order = bool(groups)
    if groups:
        for known, texts in zip(declared, groups, strict=True):
            asked.note_key(known, [texts[0]])
    accepted = groups or [asked.accepted(one) for one in declared]
    alike = len({tuple(sorted(texts)) for texts in accepted}) == 1 and len(accepted[0]) == len(accepted) > 1
    if not groups and alike and asked.counts_once(declared, accepted[0]):
        any_order, accepted = True, [[text] for text in accepted[0]]
    blanks = [{"key": key, "accepted": texts} for key, texts in zip(keys, accepted, strict=True)]
    return "fill_in", {"blanks": blanks, "any_order": any_order}


def _free_groups(asked: Asked, declared: Sequence[Declared]) -> list[list[str]]:
    """The words of each rule that looks for them in every blank, where there is one such rule a blank."""
    rules, names = asked.processing.rules, {one.identifier for one in declared}
    groups: list[list[str]] = []
    for branch in () if rules is None or len(names) < 2 else rules.iter("responseIf"):
        tests = list(branch[0]) if len(branch) and branch[0].tag == "or" else []
        if tests and all(one.tag == "stringMatch" for one in tests) and names == {
            variable.get("identifier") for one in tests for variable in one.iter("variable")
        }:  # fmt: skip
            groups.append(list(dict.fromkeys(value.text or "" for one in tests for value in one.iter("baseValue"))))
    return groups if len(groups) == len(declared) else []


def _answers(asked: Asked, declared: Declared) -> list[dict[str, Any]]:
    """The numbers that earn points, the full ones first, each with its tolerance."""
    found = _rewarded(asked, declared) or _mapped(asked, declared)
    if not found:
        raise Problem("qti.no_key")
    best = max(points for _value, _tolerance, points in found)
    found.sort(key=lambda one: -one[2])
    asked.note_key(declared, [str(found[0][0])])
    return [
        {"value": f"{value:f}", "tolerance": tolerance[0], "relative": tolerance[1], "credit": _credit(points, best)}
        for value, tolerance, points in found
    ]


_Answer = tuple[Decimal, tuple[str, bool], Decimal]


def _credit(points: Decimal, best: Decimal) -> str:
    return "1" if points == best else f"{(points / best).quantize(Decimal('0.00001')).normalize():f}"


def _rewarded(asked: Asked, declared: Declared) -> list[_Answer]:
    """The numbers with which the rules compare the response, each with the points that follow."""
    rules = asked.processing.rules
    found: list[_Answer] = []
    for branch in () if rules is None else (one for one in rules.iter() if one.tag in _BRANCHES and len(one)):
        test = branch[0]
        if test.tag != "equal" or test[:1] == [] or test[0].get("identifier") != declared.identifier:
            continue
        said = [one.text for one in test.iter("baseValue")] or list(declared.correct[:1])
        points = next((number(one.text) for rule in branch.iter("setOutcomeValue") if rule.get("identifier") == "SCORE"
                       for one in rule.iter("baseValue")), Decimal(1))  # fmt: skip
        value = number(said[0]) if said else None
        if value is not None and points is not None and points > 0:
            found.append((value, _tolerance(test, value), points))
    return found


_BRANCHES = frozenset({"responseIf", "responseElseIf"})


def _mapped(asked: Asked, declared: Declared) -> list[_Answer]:
    """The numbers of the correct response and of the mapping."""
    best = max((entry.value for entry in declared.mapping), default=Decimal(1))
    worth = {number(said): max(best, Decimal(1)) for said in declared.correct}
    for entry in declared.mapping:
        if entry.value > 0:
            worth.setdefault(number(entry.key), entry.value)
    rule = next(iter(_equals(asked, declared)), None)
    return [
        (value, _tolerance(rule, value) if rule is not None else ("0", False), points)
        for value, points in worth.items() if value is not None
    ]  # fmt: skip


def _equals(asked: Asked, declared: Declared) -> list[Element]:
    rules = asked.processing.rules
    return [] if rules is None else [
        one for one in rules.iter("equal")
        if any(child.tag == "variable" and child.get("identifier") == declared.identifier for child in one)
    ]  # fmt: skip


def _tolerance(rule: Element, value: Decimal) -> tuple[str, bool]:
    """How far a response may be off by a rule; uneven limits have no equal here."""
    try:
        low, high = tolerance_of(rule, value)
    except NotFollowed as strange:
        raise Problem("qti.marking", name=str(strange)) from strange
    if low == high:
        return "0", False
    if value - low != high - value:
        raise Problem("qti.marking", name="equal tolerance")
    said = number((rule.get("tolerance") or "").split()[0]) or Decimal(0)
    if rule.get("toleranceMode") == "relative":
        return f"{abs(said) / 100:f}", True
    return f"{abs(said):f}", False
