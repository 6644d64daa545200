"""A text with gaps: a row for each, with a menu, accepted words, or a number."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from suyu_learn.web.editors.base import Editor, Rows, fresh_key, lines
from suyu_learn.web.pages.bank_questions import Fields
from suyu_learn.web.typed import decimal_of

RIGHT = "*"
"""Stands before the right line of a menu."""
_TOLERANCE = re.compile(r"\s*(?:±|\+/-|\+-)\s*")
_SHARE = re.compile(r"[%％]$")


class ClozeEditor(Editor):
    """What is typed in a gap is read by its kind: lines of a menu, accepted texts, or `9.8 ± 0.1`.

    The keys of a menu's options go along hidden, in their order: a line whose text is known keeps its key, and so
    does one that was reworded in its place.
    """

    code = "cloze"
    lists: ClassVar[Mapping[str, Rows]] = {
        "gap": Rows(("key", "kind", "said", "keys", "weight"), quiet=("key", "kind", "keys", "weight"))
    }
    places: ClassVar[Mapping[str, str]] = {"gaps": "gap", "options": "gap"}

    def fields_of(self, body: Mapping[str, Any]) -> Fields:
        rows = []
        for gap in body.get("gaps", ()):
            options = gap.get("options", ())
            rows.append(
                {
                    "key": gap["key"],
                    "kind": gap["kind"],
                    "said": _said(gap),
                    "keys": "\n".join(f"{one['key']} {one['text']}" for one in options),
                    "weight": str(gap.get("weight", "1")),
                }
            )
        return self.begun({"gap": rows}, {})

    def body_from(self, fields: Fields) -> dict[str, Any]:
        return {"gaps": [self._gap(one) for one in self.filled(fields, "gap")]}

    def _gap(self, row: Mapping[str, str]) -> dict[str, Any]:
        told: dict[str, Any] = {"key": row["key"], "kind": row["kind"] or "menu"}
        weight = row["weight"].strip() or "1"
        if weight != "1":
            told["weight"] = weight
        said = lines(row["said"])
        if told["kind"] == "text":
            return told | {"accepted": said}
        if told["kind"] == "number":
            value, *rest = _TOLERANCE.split(said[0] if said else "", maxsplit=1)
            tolerance = rest[0].strip() if rest else "0"
            relative = bool(_SHARE.search(tolerance))
            return told | {"value": value.strip(), "tolerance": _share(tolerance) if relative else tolerance,
                           "relative": relative}  # fmt: skip
        texts = [line.removeprefix(RIGHT).strip() for line in said]
        keys = _keys(texts, row["keys"])
        right = next((key for key, line in zip(keys, said, strict=True) if line.startswith(RIGHT)), "")
        options = [{"key": key, "text": text} for key, text in zip(keys, texts, strict=True)]
        return told | {"options": options, "answer": right}


def _said(gap: Mapping[str, Any]) -> str:
    if gap["kind"] == "text":
        return "\n".join(gap.get("accepted", ()))
    if gap["kind"] == "number":
        tolerance = str(gap.get("tolerance", "0"))
        if tolerance == "0":
            return str(gap["value"])
        return f"{gap['value']} ± {_percent(tolerance) if gap.get('relative') else tolerance}"
    return "\n".join((RIGHT if one["key"] == gap.get("answer") else "") + one["text"] for one in gap.get("options", ()))


def _keys(texts: Sequence[str], kept: str) -> list[str]:
    """The key of each line: of the option with its text, else of the one that stood in its place, else a new one."""
    known = [line.split(" ", 1) for line in kept.splitlines() if " " in line]
    by_text = {text: key for key, text in known}
    taken = {by_text[text] for text in texts if text in by_text}
    found = []
    for place, text in enumerate(texts):
        key = by_text.pop(text, "")
        if not key and place < len(known) and known[place][0] not in taken:
            key = known[place][0]
            taken.add(key)
        found.append(key or fresh_key())
    return found


def _share(text: str) -> str:
    """A percentage as a share, 2% as 0.02; what is no number stays, for the type to refuse."""
    percent = decimal_of(_SHARE.sub("", text))
    return text if percent is None else f"{(percent / 100).normalize():f}"


def _percent(text: str) -> str:

    return f"{(Decimal(text) * 100).normalize():f}%"


EDITOR = ClozeEditor()
