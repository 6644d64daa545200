"""Every problem has its sentence, and every sentence its values."""

from __future__ import annotations

import re
from pathlib import Path

from suyu_learn.domain.rosters import Doubt
from suyu_learn.web.sentences import SENTENCES

PACKAGE = Path(__file__).parents[2] / "suyu_learn"
RAISED = re.compile(r'(?:Problem|\.fault|\._refuse)\(\s*"([a-z_]+(?:\.[a-z_]+)?)"')
STANDINGS = ("waiting", "closed", "withdrawn", "draft", "paused")


def _raised() -> set[str]:
    codes = {code for path in PACKAGE.rglob("*.py") for code in RAISED.findall(path.read_text(encoding="utf-8"))}
    return (
        codes | {f"exam.is_{standing}" for standing in STANDINGS} | {f"roster.doubt_{doubt.value}" for doubt in Doubt}
    )


def test_every_problem_that_is_raised_has_a_sentence() -> None:
    assert _raised() - SENTENCES.keys() == set()


def test_no_sentence_is_left_over() -> None:
    used = "\n".join(
        path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py") if path.parent.name != "sentences"
    )
    assert [code for code in SENTENCES.keys() - _raised() if f'"{code}"' not in used] == []


def test_sentences_end_like_sentences() -> None:
    assert [text for text in SENTENCES.values() if not text.rstrip().endswith((".", "?", "%(error)s"))] == []
