"""The line of a lesson's text at which one of its questions stands: `::question UID`."""

from __future__ import annotations

import re

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
