"""Keys that tell nothing, for bodies whose author named options, blanks and the like in a way of their own.

What a learner's page sends back are keys; `a`, `b` or `item1`, `item2` would give away the order in which they were
written, which for some types is the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from suyu_learn.domain.questions.contract import Json
from suyu_learn.domain.questions.identity import option_keys

LISTS: Mapping[str, tuple[str, ...]] = {
    "single": ("options",), "multiple": ("options",), "fill_in": ("blanks",), "matching": ("prompts", "options"),
    "ordering": ("items",), "cloze": ("gaps",),
}  # fmt: skip
"""Where bodies have keys; types that come by plug-ins look after their own."""

_OURS = re.compile(r"[0-9a-f]{8}")
_CLOSE = 1 << 12


def with_opaque_keys(type_code: str, uid: str, body: Mapping[str, Json]) -> dict[str, Json]:
    """The body with keys of our own instead of the author's; the same question and key always make the same one.

    Keys of our own form stay, so that what left as a pack comes back equal.
    """
    return _renamed(body, body, LISTS.get(type_code, ()), uid)


def in_another_language(
    type_code: str, uid: str, body: Mapping[str, Json], translation: Mapping[str, Json]
) -> dict[str, Json]:
    """A translation of a body, with the keys that the body gets; `body` is as the author wrote it."""
    return _renamed(translation, body, LISTS.get(type_code, ()), uid)


def look_counted(keys: Iterable[str]) -> bool:
    """Whether keys of our form were made up one after the other, as 00000001 and 00000002 are."""
    numbers = sorted(int(key, 16) for key in keys)
    steps = {after - before for before, after in pairwise(numbers)}
    even = len(steps) == 1 and len(numbers) > 2
    plain = any(len(set(f"{number:08x}")) < 3 for number in numbers)
    return plain or even or any(step < _CLOSE for step in steps)


def _renamed(body: Mapping[str, Any], like: Mapping[str, Any], lists: Sequence[str], uid: str) -> dict[str, Any]:
    names = {field: _names(_keys(like.get(field)), uid if field != "prompts" else f"{uid} prompts") for field in lists}
    made = dict(body)
    for field in lists:
        if isinstance(body.get(field), list | tuple):
            made[field] = [_item(item, like.get(field), names[field], uid) for item in body[field]]
    options = names.get("options", {})
    if isinstance(body.get("pairs"), Mapping):
        made["pairs"] = {names.get("prompts", {}).get(prompt, prompt): _named(options, key)
                         for prompt, key in body["pairs"].items()}  # fmt: skip
    if options and "answer" in body:
        made["answer"] = _named(options, body["answer"])
    return made


def _item(item: Any, like: Any, names: Mapping[str, str], uid: str) -> Any:
    """One option, blank or gap; a gap with a menu has options of its own."""
    if not isinstance(item, Mapping) or not isinstance(item.get("key"), str):
        return item
    beside = next((one for one in _keyed(like) if one["key"] == item["key"]), item)
    made = _renamed(item, beside, ("options",), f"{uid} {item['key']}") if "options" in item else item
    return {**made, "key": names.get(item["key"], item["key"])}


def _named(names: Mapping[str, str], value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_named(names, one) for one in value]
    return names.get(value, value) if isinstance(value, str) else value


def _names(keys: Sequence[str], uid: str) -> dict[str, str]:
    ours = [key for key in keys if _OURS.fullmatch(key)]
    if look_counted(ours):
        ours = []
    made = option_keys(uid, [key for key in keys if key not in ours])
    if set(made.values()) & set(ours):
        return option_keys(uid, keys)
    return made | {key: key for key in ours}


def _keys(value: Any) -> list[str]:
    return [item["key"] for item in _keyed(value)]


def _keyed(value: Any) -> list[Mapping[str, Any]]:
    listed = value if isinstance(value, list | tuple) else ()
    return [item for item in listed if isinstance(item, Mapping) and isinstance(item.get("key"), str)]
