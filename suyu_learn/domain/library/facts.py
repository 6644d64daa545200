"""Figures that laws, standards and authorities set and may change: declared once, named by texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from suyu_learn.domain.problems import NOWHERE, Place, Problem
from suyu_learn.domain.questions.identity import bare
from suyu_learn.domain.questions.likeness import NEAR, likeness, pairs_of

NAME = re.compile(r"\{\{\s*fact:([A-Za-z0-9_-]*)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure: what it is about, the value as texts write it, its unit, and where and when it was found."""

    key: str
    about: str
    value: str
    unit: str
    source: str
    checked: date
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Named:
    """A text that names facts, as it reads once they are filled in."""

    keys: tuple[str, ...]
    text: str
    place: Place = NOWHERE


def filled(value: Any, facts: Mapping[str, Fact]) -> Any:
    """A text, or a list or table of them, with `{{fact:key}}` as the value of that fact; unknown ones stay."""
    if isinstance(value, str):
        return NAME.sub(lambda found: facts[found[1]].value if found[1] in facts else found[0], value)
    if isinstance(value, Mapping):
        return {name: filled(inner, facts) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [filled(inner, facts) for inner in value]
    return value


def facts_named(value: Any) -> tuple[str, ...]:
    """The keys that a text, or a list or table of them, names, each once."""
    if isinstance(value, str):
        return tuple(dict.fromkeys(NAME.findall(value)))
    if isinstance(value, Mapping):
        value = value.values()
    elif not isinstance(value, list | tuple):
        return ()
    return tuple(dict.fromkeys(key for inner in value for key in facts_named(inner)))


def misnamed(facts: Mapping[str, Fact], texts: Iterable[Named]) -> list[Problem]:
    """Facts that no text names, and texts in which a value that they name does not stand."""
    used: Counter[str] = Counter()
    found = []
    for one in texts:
        used.update(one.keys)
        found += [
            Problem("fact.not_in_text", place=one.place, key=key, value=facts[key].value)
            for key in one.keys if key in facts and facts[key].value not in one.text
        ]  # fmt: skip
    found += [Problem("fact.unused", place=one.place) for key, one in facts.items() if not used[key]]
    return found


def contradictions(facts: Sequence[Fact]) -> list[Problem]:
    """Facts of one key, and facts about nearly the same thing that give it another value or say it twice."""
    found = []
    texts = [pairs_of({"stem": bare(one.about)}) for one in facts]
    for at, one in enumerate(facts):
        for before, text in zip(facts[:at], texts, strict=False):
            if one.key == before.key:
                found.append(Problem("fact.key_twice", place=one.place))
            elif likeness(text, texts[at]) >= NEAR:
                code = "fact.said_twice" if one.value == before.value else "fact.contradicts"
                found.append(Problem(code, place=one.place, other=before.key, value=before.value))
    return found


def unknown_in(keys: Collection[str], facts: Mapping[str, Fact], place: Place) -> list[Problem]:
    """Keys that nobody declares."""
    return [Problem("fact.unknown", place=place, key=key) for key in keys if key not in facts]
