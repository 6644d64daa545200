"""Single and multiple choice: a row for each option, with a mark at those that are right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from suyu_learn.web.editors.base import Editor, Rows
from suyu_learn.web.i18n import N_
from suyu_learn.web.pages.bank_questions import Fields


class ChoiceEditor(Editor):
    """Options and which of them are right."""

    lists: ClassVar[Mapping[str, Rows]] = {
        "option": Rows(("key", "text"), ("right",), fewest=2, usual=4,
             pictured={"text": N_("Option %(number)s")})
    }  # fmt: skip
    places: ClassVar[Mapping[str, str]] = {"options": "option", "answer": "option"}

    def fields_of(self, body: Mapping[str, Any]) -> Fields:
        right = set(body.get("answer", ()))
        return self.begun(
            {
                "option": [
                    {"key": one["key"], "text": one["text"], "right": "1" if one["key"] in right else ""}
                    for one in body.get("options", ())
                ]
            },
            {},
        )

    def body_from(self, fields: Fields) -> dict[str, Any]:
        options = self.filled(fields, "option")
        return {
            "options": [{"key": one["key"], "text": one["text"]} for one in options],
            "answer": [one["key"] for one in options if one["right"]],
        }


class SingleEditor(ChoiceEditor):
    code = "single"


class MultipleEditor(ChoiceEditor):
    code = "multiple"


SINGLE, MULTIPLE = SingleEditor(), MultipleEditor()
