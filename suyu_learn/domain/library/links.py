"""Links of lessons that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Collection

from suyu_learn.domain.library.entries import LessonEntry
from suyu_learn.domain.problems import Problem

_LINK = re.compile(r"(?<!!)\[[^\[\]\n]*\]\(([^()\s]*)[^()\n]*\)")


def astray(lesson: LessonEntry, known: Collection[str]) -> list[Problem]:
    """Links that are neither an address of the web over https nor one of the addresses that are known."""
    return [
        Problem("library.link_astray", place=lesson.place, link=target)
        for target in _LINK.findall(lesson.text)
        if not target.startswith("https://") and target.partition("#")[0] not in known
    ]
