"""A number: the accepted values, each with its tolerance and credit, and the unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from suyu_learn.web.editors.base import Editor, Rows
from suyu_learn.web.pages.bank_questions import Fields

WHOLE = "1"


class NumericEditor(Editor):
    code = "numeric"
    lists: ClassVar[Mapping[str, Rows]] = {
        "value": Rows(("key", "value", "tolerance", "relative", "credit"), quiet=("key", "relative", "credit"))
    }
    values = ("unit",)
    places: ClassVar[Mapping[str, str]] = {"answers": "value", "unit": "unit"}

    def fields_of(self, body: Mapping[str, Any]) -> Fields:
        rows = [
            {
                "key": str(number),
                "value": str(one["value"]),
                "tolerance": str(one.get("tolerance", "0")),
                "relative": "1" if one.get("relative") else "",
                "credit": str(one.get("credit", WHOLE)),
            }
            for number, one in enumerate(body.get("answers", ()))
        ]
        return self.begun({"value": rows}, {"unit": str(body.get("unit", ""))})

    def body_from(self, fields: Fields) -> dict[str, Any]:
        return {
            "answers": [
                {
                    "value": one["value"].strip(),
                    "tolerance": one["tolerance"].strip() or "0",
                    "relative": one["relative"] == "1",
                    "credit": one["credit"].strip() or WHOLE,
                }
                for one in self.filled(fields, "value")
            ],
            "unit": fields.values["unit"],
        }


EDITOR = NumericEditor()
