"""All that a question says, in the form in which searches compare it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from suyu_learn.domain.questions.contract import Json
from suyu_learn.domain.questions.texts import comparable

SAID = frozenset({"stem", "text", "accepted", "words", "reference", "unit", "explanation"})
"""The fields of a body that hold texts, at whatever depth."""


def words_of(body: Mapping[str, Json]) -> str:
    """Every text of a body, comparable, a line each."""
    return "\n".join(comparable(text) for text in texts_in(body) if text)


def texts_in(value: Json, said: bool = False, *, named: Collection[str] = SAID) -> Iterator[str]:
    """The texts of a body in the order in which they stand; what is opaque, such as keys, is left out."""
    if isinstance(value, str):
        if said:
            yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from texts_in(inner, name in named, named=named)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts_in(inner, said, named=named)
