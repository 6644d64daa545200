"""Ordering: the items from first to last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from suyu_learn.web.editors.base import Editor, Rows
from suyu_learn.web.i18n import N_
from suyu_learn.web.pages.bank_questions import Fields


class OrderingEditor(Editor):
    code = "ordering"
    lists: ClassVar[Mapping[str, Rows]] = {
        "item": Rows(("key", "text"), fewest=2, usual=4, pictured={"text": N_("Item %(number)s")})
    }
    places: ClassVar[Mapping[str, str]] = {"items": "item"}

    def fields_of(self, body: Mapping[str, Any]) -> Fields:
        return self.begun({"item": [{"key": one["key"], "text": one["text"]} for one in body.get("items", ())]}, {})

    def body_from(self, fields: Fields) -> dict[str, Any]:
        return {"items": [{"key": one["key"], "text": one["text"]} for one in self.filled(fields, "item")]}


EDITOR = OrderingEditor()
