"""Which format reads an uploaded file of questions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from suyu_learn.content.drafts import BankFile
from suyu_learn.domain.problems import Place, Problem, Problems
from suyu_learn.domain.questions import QuestionType
from suyu_learn.hooks import BankFormat
from suyu_learn.services.bank_imports import uid_prefix
from suyu_learn.services.bulk import without_collecting


@without_collecting()
def read(
    content: bytes, *, file_name: str, key: str, formats: Mapping[str, BankFormat],
    types: Mapping[str, QuestionType[Any]], encoding: str = "", lang: str = "zh_Hans",
) -> BankFile:  # fmt: skip
    """The questions of a file for the import `key`; raises Problem when the file as a whole cannot be read."""
    ending = PurePath(file_name.replace("\\", "/")).suffix.lower()
    chosen = next((one for one in formats.values() if ending in one.suffixes), None)
    if chosen is None:
        known = ", ".join(sorted({suffix for one in formats.values() for suffix in one.suffixes}))
        raise Problem("bank.unknown_format", place=Place(file=file_name), ending=ending or "-", known=known)
    options = {"uid_prefix": uid_prefix(key), "encoding": encoding, "lang": lang}
    try:
        return chosen.read(content, file_name=file_name, options=options, types=types)
    except Problems as found:
        raise found.problems[0] from found
