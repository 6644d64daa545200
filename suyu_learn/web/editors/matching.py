"""Matching: a row for each pair, and options that belong to none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from suyu_learn.web.editors.base import Editor, Row, Rows, fresh_key
from suyu_learn.web.i18n import N_
from suyu_learn.web.pages.bank_questions import Fields


class MatchingEditor(Editor):
    """Two prompts with the same text on their right share one option."""

    code = "matching"
    lists: ClassVar[Mapping[str, Rows]] = {
        "pair": Rows(("key", "left", "other", "right"), fewest=2, usual=3, quiet=("key", "other"),
                     pictured={"left": N_("Left %(number)s"), "right": N_("Right side %(number)s")}),
        "spare": Rows(("key", "text"), fewest=0, usual=0, pictured={"text": N_("Option %(number)s")}),
    }  # fmt: skip
    places: ClassVar[Mapping[str, str]] = {"prompts": "pair", "pairs": "pair", "options": "pair"}
    unnumbered = frozenset({"options"})

    def fields_of(self, body: Mapping[str, Any]) -> Fields:
        texts = {one["key"]: one["text"] for one in body.get("options", ())}
        pairs = body.get("pairs", {})
        rows: list[Row] = []
        for one in body.get("prompts", ()):
            other = pairs.get(one["key"], "")
            rows.append({"key": one["key"], "left": one["text"], "other": other, "right": texts.get(other, "")})
        used = set(pairs.values())
        spare = [{"key": key, "text": text} for key, text in texts.items() if key not in used]
        return self.begun({"pair": rows, "spare": spare}, {})

    def body_from(self, fields: Fields) -> dict[str, Any]:
        rows = self.filled(fields, "pair")
        by_text: dict[str, str] = {}
        taken: set[str] = set()

        def key_of(text: str, known: str) -> str:
            if text not in by_text:
                key = known if known and known not in taken else fresh_key()
                by_text[text] = key
                taken.add(key)
            return by_text[text]

        pairs = {one["key"]: key_of(one["right"].strip(), one["other"]) for one in rows if one["right"].strip()}
        for one in self.filled(fields, "spare"):
            key_of(one["text"].strip(), one["key"])
        return {
            "prompts": [{"key": one["key"], "text": one["left"]} for one in rows],
            "options": [{"key": key, "text": text} for text, key in by_text.items()],
            "pairs": pairs,
        }


EDITOR = MatchingEditor()
