"""Fill in the blanks: a row for each blank, its accepted answers a line each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from suyu_learn.web.editors.base import Editor, Rows, lines
from suyu_learn.web.pages.bank_questions import Fields


class FillInEditor(Editor):
    code = "fill_in"
    lists: ClassVar[Mapping[str, Rows]] = {"blank": Rows(("key", "accepted"))}
    values = ("any_order",)
    places: ClassVar[Mapping[str, str]] = {"blanks": "blank", "any_order": "any_order"}

    def fields_of(self, body: Mapping[str, Any]) -> Fields:
        return self.begun(
            {"blank": [{"key": one["key"], "accepted": "\n".join(one["accepted"])} for one in body.get("blanks", ())]},
            {"any_order": "1" if body.get("any_order") else ""},
        )

    def body_from(self, fields: Fields) -> dict[str, Any]:
        return {
            "blanks": [{"key": one["key"], "accepted": lines(one["accepted"])} for one in self.filled(fields, "blank")],
            "any_order": fields.values["any_order"] == "1",
        }


EDITOR = FillInEditor()
