"""How long a text plausibly takes to read, which is the most that reading it can be worth.

Chinese is counted in characters: the national curriculum standard (《义务教育语文课程标准（2022年版）》, third stage,
grades 5 and 6) asks for silent reading of ordinary texts at no fewer than 300 characters a minute. Other scripts are
counted in words: 238 a minute is the mean for silent reading of English non-fiction in M. Brysbaert, "How many words
do we read per minute?", Journal of Memory and Language 109 (2019). Who reads faster is credited the time they took.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import ceil

from suyu_learn.domain.courses.lesson_text import without_questions

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_WORD = re.compile(r"[0-9A-Za-z\u00c0-\u024f\u0370-\u052f]+(?:[.'’-][0-9A-Za-z\u00c0-\u024f\u0370-\u052f]+)*")
_TARGET = re.compile(r"\]\([^)\s]*(?:\s+\"[^\"]*\")?\)")
"""Where a Markdown link leads; nobody reads that."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Characters of Chinese, and words of other languages, read in a minute."""

    characters: int = 300
    words: int = 238


STANDARD_PACE = Pace()


def plausible_seconds(text: str, pace: Pace = STANDARD_PACE) -> int:
    """Seconds in which the text can be read at that pace; 0 only for a text without words."""
    text = _TARGET.sub("] ", without_questions(text))
    minutes = len(_HAN.findall(text)) / max(1, pace.characters) + len(_WORD.findall(text)) / max(1, pace.words)
    return ceil(round(60 * minutes, 6))
