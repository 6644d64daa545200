"""Formulas that cannot be drawn, found before their question is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from time import monotonic
from typing import Any

from suyu_learn.content.drafts import BankFile, QuestionDraft, Refused
from suyu_learn.content.formulas import fault_of
from suyu_learn.content.texts import formulas_in
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions.words import texts_in

MOST_DRAWN = 300
"""Formulas of one file that are drawn to see whether they can be; of the others only the signs are looked at."""
LONGEST_DRAWING = 5.0
"""Seconds after which no more are drawn."""
MOST_IN_ONE = 100
"""Formulas of one question; more would keep whoever opens a page of it waiting."""


def faults_of_formulas(body: Mapping[str, Any], text_format: str, *, draw: int = MOST_IN_ONE) -> list[Problem]:
    """What is wrong with the formulas of a body, of which `draw` are drawn at most; plain texts have none."""
    found = formulas_of(body, text_format)
    if len(found) > MOST_IN_ONE:
        return [Problem("formula.too_many", most=MOST_IN_ONE, count=len(found))]
    return [fault for place, source in enumerate(found) if (fault := fault_of(source, draw=place < draw)) is not None]


def formulas_of(body: Mapping[str, Any], text_format: str) -> list[str]:
    """The formulas of a body, each once; plain texts have none."""
    if text_format != "markdown":
        return []
    return list(dict.fromkeys(source for text in texts_in(body) if "$" in text for source in formulas_in(text)))


def faults_in_fields(body: Mapping[str, Any], text_format: str) -> list[Problem]:
    """The same, each at the field of the body that has it; in a list with the `number` of its entry, from 1."""
    count = len(formulas_of(body, text_format))
    if count > MOST_IN_ONE:
        return [Problem("formula.too_many", place=Place(field="stem"), most=MOST_IN_ONE, count=count)]
    return [
        Problem(fault.code, place=Place(field=name), **fault.params, **({"number": number} if number else {}))
        for name, value in body.items()
        for number, part in (enumerate(value, start=1) if isinstance(value, list) else [(0, value)])
        for fault in faults_of_formulas({name: part}, text_format)
    ]


def with_sound_formulas(file: BankFile) -> BankFile:
    """The file with each question refused whose formulas cannot be shown."""
    good: list[QuestionDraft] = []
    refused: list[Refused] = []
    left, began = MOST_DRAWN, monotonic()
    for item in file.items:
        faults = []
        for body in (item.body, *item.translations.values()):
            faults += [fault.at(replace(item.place, field="formula"))
                       for fault in faults_of_formulas(body, item.text_format, draw=left)]  # fmt: skip
            left -= min(left, len(formulas_of(body, item.text_format))) if left else 0
            left = left if monotonic() - began < LONGEST_DRAWING else 0
        if faults:
            refused.append(Refused(item.place, tuple(faults), (("", str(item.body.get("stem", ""))),)))
        else:
            good.append(item)
    return replace(file, items=tuple(good), errors=(*file.errors, *refused)) if refused else file
