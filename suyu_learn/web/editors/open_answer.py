"""Short answer with its keywords, essay with its model answer, and the passage of a group."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from suyu_learn.web.editors.base import Editor, Rows
from suyu_learn.web.pages.bank_questions import Fields

_VARIANTS = re.compile(r"\s*[/／|｜]\s*")


class ShortAnswerEditor(Editor):
    code = "short_answer"
    lists: ClassVar[Mapping[str, Rows]] = {
        "keyword": Rows(("key", "words", "weight"), fewest=0, usual=0, quiet=("key", "weight"))
    }
    values = ("reference",)
    places: ClassVar[Mapping[str, str]] = {"keywords": "keyword", "reference": "reference"}

    def fields_of(self, body: Mapping[str, Any]) -> Fields:
        rows = [
            {"key": str(number), "words": " / ".join(one["words"]), "weight": str(one["weight"])}
            for number, one in enumerate(body.get("keywords", ()))
        ]
        return self.begun({"keyword": rows}, {"reference": str(body.get("reference", ""))})

    def body_from(self, fields: Fields) -> dict[str, Any]:
        return {
            "keywords": [
                {"words": [word for word in _VARIANTS.split(one["words"].strip()) if word],
                 "weight": one["weight"].strip()}
                for one in self.filled(fields, "keyword")
            ],
            "reference": fields.values["reference"],
        }  # fmt: skip


class EssayEditor(Editor):
    code = "essay"
    values = ("reference",)
    places: ClassVar[Mapping[str, str]] = {"reference": "reference"}

    def fields_of(self, body: Mapping[str, Any]) -> Fields:
        return Fields({}, {"reference": str(body.get("reference", ""))})

    def body_from(self, fields: Fields) -> dict[str, Any]:
        return {"reference": fields.values["reference"]}


class GroupEditor(Editor):
    code = "group"

    def fields_of(self, body: Mapping[str, Any]) -> Fields:
        return Fields({}, {})

    def body_from(self, fields: Fields) -> dict[str, Any]:
        return {}


SHORT_ANSWER, ESSAY, GROUP = ShortAnswerEditor(), EssayEditor(), GroupEditor()
