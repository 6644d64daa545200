"""Formulas that cannot be drawn, found before their question is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from suyu_learn.content.drafts import BankFile, QuestionDraft, Refused
from suyu_learn.content.formulas import fault_of
from suyu_learn.content.texts import formulas_in
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions.words import texts_in

MOST_DRAWN = 300
"""Formulas of one file that are drawn to see whether they can be; of the others only the signs are looked at."""


def faults_of_formulas(body: Mapping[str, Any], text_format: str, *, draw: bool = True) -> list[Problem]:
    """What is wrong with the formulas of a body; plain texts have none."""
    if text_format != "markdown":
        return []
    found = dict.fromkeys(source for text in texts_in(body) if "$" in text for source in formulas_in(text))
    return [fault for source in found if (fault := fault_of(source, draw=draw)) is not None]


def faults_in_fields(body: Mapping[str, Any], text_format: str) -> list[Problem]:
    """The same, each at the field of the body that has it; in a list with the `number` of its entry, from 1."""
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
    looked_at = 0
    for item in file.items:
        faults = [
            fault.at(replace(item.place, field="formula"))
            for body in (item.body, *item.translations.values())
            for fault in faults_of_formulas(body, item.text_format, draw=looked_at < MOST_DRAWN)
        ]
        looked_at += item.text_format == "markdown" and "$" in str(item.body)
        if faults:
            refused.append(Refused(item.place, tuple(faults), (("", str(item.body.get("stem", ""))),)))
        else:
            good.append(item)
    return replace(file, items=tuple(good), errors=(*file.errors, *refused)) if refused else file
