"""What tells questions apart: hashes for versions and for duplicates, and the opaque keys of options."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from hashlib import blake2b, sha256
from itertools import count
from unicodedata import category

from suyu_learn.domain.questions.contract import Json
from suyu_learn.domain.questions.texts import comparable
from suyu_learn.domain.questions.words import SAID, texts_in

# 3.5 is not 35, -5 is not 5, 1/2 is not 12: inside numbers these are no mere punctuation.
_PART_OF_A_NUMBER = re.compile(r"(?<=\d)[./:](?=\d)|-(?=\d)|[%‰]")

OFFERED = frozenset({"text"})
_NO_KEY = frozenset({"stem", "explanation", "reference", "options", "prompts", "key", "text"})
_WITHOUT_ORDER = frozenset({"answer", "accepted", "words", "keywords"})
_NUMBERS = frozenset({"value", "tolerance", "credit", "weight"})

_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def content_hash(
    type_code: str, body: Mapping[str, Json], text_format: str, lang: str, metadata: Mapping[str, Json]
) -> str:
    """The sha256 of all that makes a version what it is; equal hashes mean that nothing was edited."""
    return _sha256([type_code, body, text_format, lang, metadata])


def normalised_identity(type_code: str, body: Mapping[str, Json], *, group: str = "") -> str:
    """The same for two questions that differ only in punctuation, spaces, width, case or the order of options.

    What is offered counts, in whatever field: options, prompts, items. `group` is the identity of the passage
    that the question refers to, since "which of these is true?" asks something else below another passage.
    """
    offered = sorted({bare(text) for text in texts_in(_without(body, "stem"), named=OFFERED)})
    return _sha256([type_code, bare(body.get("stem")), offered, *([group] if group else [])])


def same_key(one: Mapping[str, Json], other: Mapping[str, Json]) -> bool:
    """Whether two bodies of one identity have the same key.

    Keys of options stand for their texts. Right options, accepted texts and wordings of a keyword have no order, nor
    have blanks that may be filled in any order; items to be ordered have. A reference answer and an explanation are
    no key.
    """
    free = _in_any_order(one)
    return free is _in_any_order(other) and _key(one, free=free) == _key(other, free=free)


def only_the_order_differs(one: Mapping[str, Json], other: Mapping[str, Json]) -> bool:
    """Whether two bodies of one identity accept the same texts, but only one of them takes them in any order."""
    return _in_any_order(one) is not _in_any_order(other) and _key(one, free=True) == _key(other, free=True)


def _in_any_order(body: Mapping[str, Json]) -> bool:
    """Whether blanks may be filled in any order; of a single one that says nothing."""
    return bool(body.get("any_order")) and len(_keyed(body.get("blanks"))) > 1


def _key(body: Mapping[str, Json], *, free: bool) -> Json:
    """What is right by a body, its texts comparable; with `free` in whatever order its blanks stand."""
    said: Json = _said(_without(body, "any_order") if "blanks" in body else body, {}, "")
    if free and isinstance(said.get("blanks"), list):
        said["blanks"] = sorted(map(str, said["blanks"]))
    return said


def with_keys_of(body: Mapping[str, Json], former: Mapping[str, Json]) -> dict[str, Json]:
    """The body with the keys that its options, blanks and so on have in the question's former body.

    What has a text is known again by it, what has none by its place.
    """
    renamed: dict[str, str] = {}
    for field, value in body.items():
        for item, before in _beside(value, former.get(field)):
            renamed[item["key"]] = before.get("key", item["key"])
    if len(set(renamed.values())) < len(renamed):
        renamed = {}
    return {field: _with_keys(value, former.get(field), renamed, field) for field, value in body.items()}


def _beside(value: Json, former: Json) -> list[tuple[Mapping[str, Json], Mapping[str, Json]]]:
    """The keyed items of a list, each beside the former one that it is, or nothing."""
    items, before = _keyed(value), _keyed(former)
    by_text = {comparable(str(item["text"])): item for item in before if "text" in item}
    return [
        (item, by_text.get(comparable(str(item["text"])), {}) if "text" in item
         else before[place] if place < len(before) else {})
        for place, item in enumerate(items)
    ]  # fmt: skip


def _keyed(value: Json) -> list[Mapping[str, Json]]:
    listed = value if isinstance(value, list | tuple) else ()
    return [item for item in listed if isinstance(item, Mapping) and isinstance(item.get("key"), str)]


def _with_keys(value: Json, former: Json, renamed: Mapping[str, str], field: str) -> Json:
    if isinstance(value, str):
        return value if field in SAID else renamed.get(value, value)
    if isinstance(value, Mapping):
        return {renamed.get(name, name): _with_keys(inner, None, renamed, name) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        former_of = {item["key"]: before for item, before in _beside(value, former) if "text" not in item}
        return [
            {**with_keys_of(item, former_of[item["key"]]), "key": renamed.get(item["key"], item["key"])}
            if isinstance(item, Mapping) and item.get("key") in former_of
            else _with_keys(item, None, renamed, field)
            for item in value
        ]
    return value


def _said(value: Json, texts: Mapping[str, str], field: str) -> object:
    if isinstance(value, Mapping):
        if field == "items":
            return comparable(str(value.get("text")))
        known = {**texts, **{item["key"]: comparable(str(item["text"])) for item in _offered(value)}}
        return {
            known.get(name, name): _said(inner, known, name) for name, inner in value.items() if name not in _NO_KEY
        }
    if isinstance(value, list | tuple):
        said = [_said(inner, texts, field) for inner in value]
        return sorted({str(one) for one in said}) if field in _WITHOUT_ORDER else said
    if not isinstance(value, str):
        return value
    if field in _NUMBERS:
        return _number(value)
    return texts.get(value) or comparable(value)


def _offered(value: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    return [item for inner in value.values() for item in _keyed(inner) if "text" in item]


def _number(text: str) -> object:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _without(body: Mapping[str, Json], field: str) -> dict[str, Json]:
    return {name: value for name, value in body.items() if name != field}


def option_keys(uid: str, author_keys: Iterable[str]) -> dict[str, str]:
    """An opaque key for each key of the author's, always the same for the same question.

    A browser's value then tells nothing of the order in which the author wrote the options.
    """
    opaque: dict[str, str] = {}
    taken: set[str] = set()
    for author_key in author_keys:
        if author_key not in opaque:
            key = next(key for attempt in count() if (key := _opaque(uid, author_key, attempt)) not in taken)
            opaque[author_key] = key
            taken.add(key)
    return opaque


def _opaque(uid: str, author_key: str, attempt: int) -> str:
    named = f"{uid}\0{author_key}" + f"\0{attempt}" * bool(attempt)
    return blake2b(named.encode(), digest_size=4).hexdigest()


class _WithoutMarks(dict[int, int | None]):
    """For `str.translate`: drops punctuation and spaces, and remembers what each character is."""

    def __missing__(self, code: int) -> int | None:
        kept = None if category(chr(code))[0] in "PZ" else code
        if len(self) < 20_000:
            self[code] = kept
        return kept


_MARKS = _WithoutMarks()


def bare(text: Json) -> str:
    """A text without what does not count in comparing: punctuation, spaces, width and case."""
    folded = comparable(text) if isinstance(text, str) else ""
    bare, end = [], 0
    for found in _PART_OF_A_NUMBER.finditer(folded):
        bare += [folded[end : found.start()].translate(_MARKS), found.group()]
        end = found.end()
    bare.append(folded[end:].translate(_MARKS))
    return "".join(bare) or folded


def _sha256(value: Json) -> str:
    return sha256(_canonical(value).encode()).hexdigest()
