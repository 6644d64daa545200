"""What all of Moodle's text formats share: opening a file, and handing over what was read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from suyu_learn.content.drafts import BankFile
from suyu_learn.content.formats.guard import MOST_ROWS
from suyu_learn.content.formats.html_text import Picture
from suyu_learn.content.formats.moodle_questions import Reading
from suyu_learn.content.formats.sheets import decoded
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions import QuestionType

PRIVATE = re.compile("[\ue000-\ue0ff]")
"""Characters that stand for gaps and escaped signs while we read."""
_LOOKED_AT = 64 * 1024


def beginning(content: bytes) -> str:
    """The first characters of a file, for telling what it is; empty if it is no text."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content[:_LOOKED_AT].decode(encoding, errors="strict" if len(content) <= _LOOKED_AT else "ignore")
        except UnicodeDecodeError:
            continue
    return ""


def opened(
    content: bytes, *, file_name: str, options: Mapping[str, Any], types: Mapping[str, QuestionType[Any]]
) -> tuple[str, Reading]:
    """The text of a file, and a reading that has not begun."""
    place = Place(file=file_name)
    text = decoded(content, place=place, encoding=options.get("encoding", ""))
    if not text.strip():
        raise Problem("sheet.empty", place=place)
    return PRIVATE.sub("", text), reading_of(file_name=file_name, options=options, types=types)


def reading_of(
    *, file_name: str, options: Mapping[str, Any], types: Mapping[str, QuestionType[Any]]
) -> Reading:  # fmt: skip
    """A reading that has not begun."""
    prefix, lang = options.get("uid_prefix", "moodle"), options.get("lang", "zh_Hans")
    return Reading(file_name, prefix, lang, types)


def closed(reading: Reading, nothing: str) -> BankFile:
    """What a file gave; raises Problem `nothing` when it has no question at all."""
    place = Place(file=reading.file)
    if not reading.read:
        raise Problem(nothing, place=place)
    if reading.read > MOST_ROWS:
        raise Problem("sheet.too_many_rows", place=place, most=MOST_ROWS)
    return BankFile(
        tuple(reading.items), tuple(reading.errors), tuple(reading.warnings), reading.losses.told(),
        tuple(reading.media.values()),
    )  # fmt: skip


def no_picture(reading: Reading) -> Picture:
    """For formats that carry no pictures: an image leaves its description, and is told as lost."""

    def left_out(source: str, alt: str) -> str:
        reading.losses.add("moodle.picture_lost", name=source.rpartition("/")[2][:100])
        return alt

    return left_out
