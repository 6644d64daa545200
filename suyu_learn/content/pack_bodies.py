"""The bodies of questions as a pack's author writes them in TOML; docs/formats.md describes each type's form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from suyu_learn.domain.problems import Problem, Problems
from suyu_learn.domain.questions.identity import option_keys

Entry: TypeAlias = Mapping[str, Any]
Body: TypeAlias = dict[str, Any]

FIELDS = frozenset({
    "stem", "explanation", "options", "answer", "blanks", "any_order", "answers", "tolerance", "unit", "pairs",
    "distractors", "items", "gaps", "keywords", "reference", "body",
})  # fmt: skip
"""What a body is made of; everything else in an entry is told about the question."""


def body_of(entry: Entry, *, uid: str) -> Body:
    """The stored body of an entry, for the question's type to check; raises Problems if it has no such form."""
    body = {"stem": entry.get("stem", ""), "explanation": entry.get("explanation", "")}
    try:
        return body | _BODIES.get(entry["type"], _of_its_own)(entry, uid)
    except (TypeError, ValueError, AttributeError, KeyError):
        raise Problems([Problem("question.wrong_shape")]) from None


def _choice(entry: Entry, uid: str) -> Body:
    options = entry.get("options", {})
    answer = entry.get("answer", [])
    if not isinstance(options, Mapping):
        return {"options": options, "answer": answer}
    keys = option_keys(uid, options)
    return {
        "options": [{"key": keys[letter], "text": text} for letter, text in options.items()],
        "answer": [keys.get(letter, letter) for letter in ([answer] if isinstance(answer, str) else answer)],
    }


def _true_false(entry: Entry, uid: str) -> Body:
    return {"answer": entry.get("answer")}


def _fill_in(entry: Entry, uid: str) -> Body:
    accepted = entry.get("blanks", [])
    keys = _numbered(uid, "blank", len(accepted))
    return {
        "blanks": [{"key": key, "accepted": texts} for key, texts in zip(keys, accepted, strict=True)],
        "any_order": entry.get("any_order", False),
    }


def _numeric(entry: Entry, uid: str) -> Body:
    first = [{"value": entry["answer"], "tolerance": entry.get("tolerance", "0")}] if "answer" in entry else []
    answers = [*first, *entry.get("answers", [])]
    return {
        "answers": [_number(answer) if isinstance(answer, Mapping) else answer for answer in answers],
        "unit": entry.get("unit", ""),
    }


def _number(said: Entry) -> Body:
    """`tolerance` is an amount, or with a percent sign a share of the number."""
    tolerance = _decimal(said.get("tolerance", "0"))
    relative = said.get("relative", False)
    if isinstance(tolerance, str) and tolerance.endswith("%"):
        with suppress(InvalidOperation):
            tolerance, relative = str(Decimal(tolerance.removesuffix("%").strip()).scaleb(-2)), True
    credit = {"credit": _decimal(said["credit"])} if "credit" in said else {}
    return {"value": _decimal(said.get("value", "")), "tolerance": tolerance, "relative": relative} | credit


def _decimal(value: Any) -> Any:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _matching(entry: Entry, uid: str) -> Body:
    pairs = entry.get("pairs", [])
    if not all(isinstance(pair, list) and len(pair) == 2 and isinstance(pair[1], str) for pair in pairs):
        return {"prompts": pairs, "options": [], "pairs": {}}
    texts = dict.fromkeys([*(text for _prompt, text in pairs), *entry.get("distractors", [])])
    keys = dict(zip(texts, _numbered(uid, "option", len(texts)), strict=True))
    prompts = _numbered(uid, "prompt", len(pairs))
    return {
        "prompts": [{"key": key, "text": text} for key, (text, _option) in zip(prompts, pairs, strict=True)],
        "options": [{"key": key, "text": text} for text, key in keys.items()],
        "pairs": {key: keys[text] for key, (_prompt, text) in zip(prompts, pairs, strict=True)},
    }


def _ordering(entry: Entry, uid: str) -> Body:
    items = entry.get("items", [])
    keys = _numbered(uid, "item", len(items))
    return {"items": [{"key": key, "text": text} for key, text in zip(keys, items, strict=True)]}


def _cloze(entry: Entry, uid: str) -> Body:
    gaps = entry.get("gaps", [])
    keys = _numbered(uid, "gap", len(gaps))
    return {"gaps": [_gap(gap, key) if isinstance(gap, Mapping) else gap for gap, key in zip(gaps, keys, strict=True)]}


def _gap(said: Entry, key: str) -> Body:
    gap: Body = {"key": key} | ({"weight": _decimal(said["weight"])} if "weight" in said else {})
    if "menu" in said:
        keys = dict(zip(said["menu"], _numbered(key, "option", len(said["menu"])), strict=True))
        options = [{"key": key, "text": text} for text, key in keys.items()]
        return gap | {"kind": "menu", "options": options, "answer": keys.get(said.get("answer"), "")}
    if "number" in said:
        number = _number({"value": said["number"], "tolerance": said.get("tolerance", "0")})
        return gap | {"kind": "number"} | number
    return gap | {"kind": "text", "accepted": said.get("accepted", [])}


def _short_answer(entry: Entry, uid: str) -> Body:
    keywords = [
        dict(one) | {"weight": _decimal(one.get("weight", ""))} if isinstance(one, Mapping) else one
        for one in entry.get("keywords", [])
    ]
    return {"keywords": keywords, "reference": entry.get("reference", "")}


def _essay(entry: Entry, uid: str) -> Body:
    return {"reference": entry.get("reference", "")}


def _group(entry: Entry, uid: str) -> Body:
    return {}


def _of_its_own(entry: Entry, uid: str) -> Body:
    """A type that came by a plug-in: its body as it is stored, below `body`."""
    return dict(entry["body"]) if isinstance(entry.get("body"), Mapping) else {}


def _numbered(uid: str, what: str, count: int) -> list[str]:
    return list(option_keys(uid, [f"{what} {number}" for number in range(count)]).values())


_BODIES: Mapping[str, Callable[[Entry, str], Body]] = {
    "single": _choice,
    "multiple": _choice,
    "true_false": _true_false,
    "fill_in": _fill_in,
    "numeric": _numeric,
    "matching": _matching,
    "ordering": _ordering,
    "cloze": _cloze,
    "short_answer": _short_answer,
    "essay": _essay,
    "group": _group,
}
