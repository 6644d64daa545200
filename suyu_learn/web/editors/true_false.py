"""True or false: which of the two the statement is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from suyu_learn.web.editors.base import Editor
from suyu_learn.web.pages.bank_questions import Fields


class TrueFalseEditor(Editor):
    code = "true_false"
    values = ("answer",)
    places: ClassVar[Mapping[str, str]] = {"answer": "answer"}

    def fields_of(self, body: Mapping[str, Any]) -> Fields:
        answer = body.get("answer")
        return Fields({}, {"answer": "" if answer is None else "true" if answer else "false"})

    def body_from(self, fields: Fields) -> dict[str, Any]:
        return {"answer": {"true": True, "false": False}.get(fields.values["answer"])}


EDITOR = TrueFalseEditor()
