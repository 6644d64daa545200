"""Choice, order, match and associate interactions as bodies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Sized
from typing import Any
from xml.etree.ElementTree import Element

from suyu_learn.content.formats.qti_marking import Asked
from suyu_learn.content.formats.qti_names import all_of, words_of
from suyu_learn.content.formats.qti_texts import inner_html
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions.identity import option_keys
from suyu_learn.domain.questions.options import MOST_OPTIONS

_TRUE = frozenset({"true", "right", "correct", "对", "正确", "是", "richtig", "wahr", "vrai", "verdadero", "juist",
                   "waar", "верно", "да", "t", "√"})  # fmt: skip
_FALSE = frozenset({"false", "wrong", "incorrect", "错", "错误", "不正确", "否", "falsch", "faux", "falso",
                    "onjuist", "niet waar", "неверно", "нет", "f", "×"})  # fmt: skip


def choice(asked: Asked, interaction: Element) -> tuple[str, dict[str, Any]]:
    """A single or multiple choice, or a judgement where its two options say nothing but right and wrong."""
    options = _choices(interaction, "simpleChoice")
    declared = asked.declared(interaction)
    one_only = declared.cardinality == "single" or interaction.get("maxChoices") == "1"
    right = asked.right_choices(declared, list(options), one_only=one_only)
    for wrong in [key for key in options if key not in right][:10]:
        asked.probe(declared, [wrong] if one_only else [*right, wrong], beside_the_key=not one_only)
    verdict = judgement({key: words_of(element) for key, element in options.items()}, right) if one_only else None
    if asked.own_type == "single":
        verdict = None
    if verdict is not None:
        return "true_false", {"answer": verdict}
    keys = option_keys(asked.uid, options)
    return "single" if one_only else "multiple", {
        "options": [{"key": keys[key], "text": inner_html(element)} for key, element in options.items()],
        "answer": [keys[key] for key in options if key in right],
    }


def judgement(options: dict[str, str], right: Sequence[str]) -> bool | None:
    """The verdict, where two options are called true and false and one of them is right."""
    words = {key: text.strip(" .。!！").casefold() for key, text in options.items()}
    if len(words) != 2 or len(right) != 1:
        return None
    true = [key for key, word in words.items() if word in _TRUE]
    false = [key for key, word in words.items() if word in _FALSE]
    return right[0] == true[0] if len(true) == len(false) == 1 and true != false else None


def order(asked: Asked, interaction: Element) -> tuple[str, dict[str, Any]]:
    """Items in their right order; the key must place every one of them."""
    items = _choices(interaction, "simpleChoice")
    declared = asked.declared(interaction)
    right = asked.correct(declared)
    if Counter(right) != Counter(list(items)):
        raise Problem("qti.order_of_some")
    asked.probe(declared, right[::-1], beside_the_key=False)
    keys = option_keys(asked.uid, items)
    return "ordering", {"items": [{"key": keys[key], "text": inner_html(items[key])} for key in right]}


def match(asked: Asked, interaction: Element) -> tuple[str, dict[str, Any]]:
    """Prompts with their partners, whichever side has exactly one partner for each."""
    sets = list(all_of(interaction, "simpleMatchSet"))
    if len(sets) != 2:
        raise Problem("qti.incomplete", what="simpleMatchSet")
    left, right = (_choices(one, "simpleAssociableChoice") for one in sets)
    declared = asked.declared(interaction)
    pairs = _pairs(asked.correct(declared))
    if any(one not in left or other not in right for one, other in pairs):
        raise Problem("qti.key_unknown", key=" ".join(next(iter(pairs))))
    if {one for one, _other in pairs} == set(left) and len(pairs) == len(left):
        return _matching(asked, left, right, dict(pairs))
    if {other for _one, other in pairs} == set(right) and len(pairs) == len(right):
        return _matching(asked, right, left, {other: one for one, other in pairs})
    raise Problem("qti.match_many")


def associate(asked: Asked, interaction: Element) -> tuple[str, dict[str, Any]]:
    """Pairs out of one set: the first of each pair becomes a prompt, all others are options."""
    choices = _choices(interaction, "simpleAssociableChoice")
    declared = asked.declared(interaction)
    pairs = _pairs(asked.correct(declared))
    used = [key for pair in pairs for key in pair]
    if not pairs or len(set(used)) < len(used) or not set(used) <= set(choices):
        raise Problem("qti.match_many")
    prompts = {one: choices[one] for one, _other in pairs}
    asked.warn("qti.taken_as_matching")
    options = {key: element for key, element in choices.items() if key not in prompts}
    return _matching(asked, prompts, options, dict(pairs))


def _matching(
    asked: Asked, prompts: dict[str, Element], options: dict[str, Element], pairs: dict[str, str]
) -> tuple[str, dict[str, Any]]:
    prompt_keys = option_keys(f"{asked.uid} prompts", prompts)
    keys = option_keys(asked.uid, options)
    return "matching", {
        "prompts": [{"key": prompt_keys[key], "text": inner_html(element)} for key, element in prompts.items()],
        "options": [{"key": keys[key], "text": inner_html(element)} for key, element in options.items()],
        "pairs": {prompt_keys[one]: keys[other] for one, other in pairs.items()},
    }


def _pairs(values: Sequence[str]) -> list[tuple[str, str]]:
    pairs = [tuple(value.split()) for value in values]
    if not pairs or any(len(pair) != 2 for pair in pairs):
        raise Problem("qti.key_unknown", key=next(iter(values), "-")[:80])
    return [(pair[0], pair[1]) for pair in pairs]


def _choices(parent: Element, tag: str) -> dict[str, Element]:
    choices = {element.get("identifier", ""): element for element in parent.iter(tag)}
    if not choices:
        raise Problem("qti.incomplete", what=tag)
    not_too_many(choices)
    return choices


def not_too_many(choices: Sized) -> None:
    """Raise Problem when more is offered than any question of ours may offer, before each is looked at."""
    if len(choices) > MOST_OPTIONS:
        raise Problem("question.too_many_options", most=MOST_OPTIONS, count=len(choices))
