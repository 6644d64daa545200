"""Which format reads an uploaded file of questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from suyu_learn.content.drafts import BankFile
from suyu_learn.content.formats.elsewhere import known_elsewhere
from suyu_learn.content.formula_faults import with_sound_formulas
from suyu_learn.domain.problems import Place, Problem, Problems
from suyu_learn.domain.questions import QuestionType
from suyu_learn.domain.questions.texts import tidy
from suyu_learn.hooks import BankFormat
from suyu_learn.services.bank_imports import uid_prefix
from suyu_learn.services.bulk import without_collecting


def format_of(
    content: bytes, *, file_name: str, formats: Mapping[str, BankFormat], said: str = ""
) -> BankFormat:  # fmt: skip
    """The format that a person `said`, else the one that knows the file as its own; raises Problem when there is none.

    Several formats share an ending: one that has a method `claims(content)` is asked before those that have none.
    """
    if said in formats:
        return formats[said]
    ending = PurePath(file_name.replace("\\", "/")).suffix.lower()
    fitting = [one for one in formats.values() if ending in one.suffixes]
    if not fitting:
        elsewhere = known_elsewhere(ending, place=Place(file=file_name))
        if elsewhere is not None:
            raise elsewhere
        known = ", ".join(sorted({suffix for one in formats.values() for suffix in one.suffixes}))
        raise Problem("bank.unknown_format", place=Place(file=file_name), ending=ending or "-", known=known)
    claiming = [one for one in fitting if hasattr(one, "claims")]
    sure = next((one for one in claiming if one.claims(content)), None)
    return sure or next((one for one in fitting if one not in claiming), fitting[0])


@without_collecting()
def read(
    content: bytes, *, file_name: str, key: str, formats: Mapping[str, BankFormat],
    types: Mapping[str, QuestionType[Any]], encoding: str = "", lang: str = "zh_Hans", said: str = "",
    columns: Mapping[str, Any] | None = None,
) -> BankFile:  # fmt: skip
    """The questions of a file for the import `key`; raises Problem when the file as a whole cannot be read.

    `said` is the code of the format that a person chose; without it the file tells. `columns` is what a person said
    of a table's columns.
    """
    chosen = format_of(content, file_name=file_name, formats=formats, said=said)
    options = {"uid_prefix": uid_prefix(key), "encoding": encoding, "lang": lang, "columns": columns or {}}
    try:
        return with_sound_formulas(_legible(chosen.read(content, file_name=file_name, options=options, types=types)))
    except Problems as found:
        raise found.problems[0] from found


def _legible(file: BankFile) -> BankFile:
    """The same without characters in sources, topics and tags that no database keeps; the types tidy the texts."""
    return replace(file, items=tuple(
        item if item.source.isprintable() and all(one.isprintable() for one in (*item.topics, *item.tags))
        else replace(item, source=tidy(item.source), topics=_labels(item.topics), tags=_labels(item.tags))
        for item in file.items
    ))  # fmt: skip


def _labels(labels: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(told for one in labels if (told := tidy(one))))
