"""What tells questions apart: hashes for versions and for duplicates, and the opaque keys of options."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from hashlib import blake2b, sha256
from itertools import count
from unicodedata import category

from suyu_learn.domain.questions.contract import Json
from suyu_learn.domain.questions.texts import comparable

# 3.5 is not 35, -5 is not 5, 1/2 is not 12: inside numbers these are no mere punctuation.
_PART_OF_A_NUMBER = re.compile(r"(?<=\d)[./:](?=\d)|-(?=\d)|[%‰]")

_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def content_hash(
    type_code: str, body: Mapping[str, Json], text_format: str, lang: str, metadata: Mapping[str, Json]
) -> str:
    """The sha256 of all that makes a version what it is; equal hashes mean that nothing was edited."""
    return _sha256([type_code, body, text_format, lang, metadata])


def normalised_identity(type_code: str, body: Mapping[str, Json]) -> str:
    """The same for two questions that differ only in punctuation, spaces, width, case or the order of options."""
    options = body.get("options") or ()
    return _sha256([type_code, _bare(body.get("stem")), sorted({_bare(option.get("text")) for option in options})])


def option_keys(uid: str, author_keys: Iterable[str]) -> dict[str, str]:
    """An opaque key for each key of the author's, always the same for the same question.

    A browser's value then tells nothing of the order in which the author wrote the options.
    """
    opaque: dict[str, str] = {}
    for author_key in author_keys:
        if author_key not in opaque:
            taken = set(opaque.values())
            opaque[author_key] = next(
                key for attempt in count() if (key := _opaque(uid, author_key, attempt)) not in taken
            )
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


def _bare(text: Json) -> str:
    folded = comparable(text) if isinstance(text, str) else ""
    bare, end = [], 0
    for found in _PART_OF_A_NUMBER.finditer(folded):
        bare += [folded[end : found.start()].translate(_MARKS), found.group()]
        end = found.end()
    bare.append(folded[end:].translate(_MARKS))
    return "".join(bare) or folded


def _sha256(value: Json) -> str:
    return sha256(_canonical(value).encode()).hexdigest()
