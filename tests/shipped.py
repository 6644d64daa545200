"""What comes with the product, for tests: a small library, and some of its questions."""

from __future__ import annotations

import shutil
from pathlib import Path

from suyu_learn import _resources
from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.content.question_packs import read_pack
from tests.question_types import TYPES

BANK = """lang = "zh_Hans"
review = true
reviewer = "a test"
reviewed_on = 2026-11-30

[[bank]]
folder = "farmers"
name = "农民题库"
"""


def some_questions(*, every: int = 5) -> list[QuestionDraft]:
    """Every fifth of what is shipped, of each bank and type; passages come with all their questions."""
    kept: list[QuestionDraft] = []
    for bank in read_pack(_resources.folder("question_bank"), types=TYPES):
        alone = sorted((one for one in bank.questions if not one.group), key=lambda one: one.type)
        uids = {one.uid for one in alone[::every]}
        kept += [one for one in bank.questions if one.uid in uids or one.group in uids]
    return kept


def small_library(folder: Path) -> Path:
    """The course for farmers on e-commerce with the files of its questions, in a folder as the product has it."""
    whole = _resources.folder("courses").parent
    course = "courses/farmers/rural-e-commerce"
    shutil.copytree(whole / course, folder / course)
    bank = folder / "question_bank/farmers"
    bank.mkdir(parents=True)
    shutil.copy(whole / "question_bank/facts.toml", folder / "question_bank")
    for name in ("e-commerce", "food-safety", "frauds"):
        shutil.copy(whole / "question_bank/farmers" / f"{name}.toml", bank)
    (folder / "question_bank/bank.toml").write_text(BANK, encoding="utf-8")
    return folder
