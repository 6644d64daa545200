"""The line of a lesson's text at which one of its questions stands: `::question UID`."""

from __future__ import annotations

import re
from collections.abc import Mapping

QUESTION_LINE = re.compile(r"::question[ \t]+(\S(?:[^\n]*\S)?)[ \t]*")
"""Such a line, without what stands before it."""
BEGINNING = "::question"

_LINES = re.compile(rf"^[ \t>]*{QUESTION_LINE.pattern}$\n?", re.MULTILINE)


def question_line(uid: str) -> str:
    """The line that places a question."""
    return f"{BEGINNING} {uid}"


def without_questions(text: str) -> str:
    """The text as it is read, without the lines that place questions."""
    return _LINES.sub("", text) if BEGINNING in text else text


def without_question(text: str, uid: str) -> str:
    """The text without the lines that place one question."""
    return _LINES.sub(lambda found: "" if found[1] == uid else found[0], text) if BEGINNING in text else text


def with_names(text: str, names: Mapping[str, str]) -> str:
    """The text with its questions under the names that they have elsewhere."""
    if not names or BEGINNING not in text:
        return text

    def renamed(found: re.Match[str]) -> str:
        at, end = found.start(1) - found.start(), found.end(1) - found.start()
        return found[0][:at] + names.get(found[1], found[1]) + found[0][end:]

    return _LINES.sub(renamed, text)
