"""What an exam is given for: the settings that are usual for each purpose, and those that an assessment locks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions import PartialCredit
from suyu_learn.models import Counts, PaperMode, Purpose, Shown
from suyu_learn.services import exam_appeals

SAFETY = "workers"
"""The audience whose exams are about safety at work."""
SAFETY_PASS, USUAL_PASS = Decimal("0.8"), Decimal("0.6")

_SHOWN = ("show_score", "show_key", "show_explanation")
LOCKED: Mapping[str, Any] = {
    "attempts_allowed": 1, "counts": Counts.BEST, "partial_credit": PartialCredit.ALL_OR_NOTHING, "retake_for": None,
    "appeal_days": None, **dict.fromkeys(_SHOWN, Shown.NEVER),
}  # fmt: skip
"""What cannot be otherwise in an assessment: it is sat once, and nobody learns its answers from it."""

_USUAL: Mapping[str, Any] = {
    "attempts_allowed": 1, "counts": Counts.BEST, "partial_credit": PartialCredit.ALL_OR_NOTHING, "retake_for": None,
    "show_score": Shown.NOW, "show_key": Shown.AFTER_CLOSE, "show_explanation": Shown.AFTER_CLOSE,
    "mode": PaperMode.DRAWN_PER_PERSON, "shuffle_questions": True, "shuffle_options": True, "ask_about": False,
    "appeal_days": exam_appeals.USUAL_DAYS,
}  # fmt: skip
PRESETS: Mapping[Purpose, Mapping[str, Any]] = {
    Purpose.ASSESSMENT: {**_USUAL, **LOCKED, "mode": PaperMode.DRAWN_ONCE, "ask_about": True},
    Purpose.EXAM: _USUAL,
    Purpose.TRAINING: {**_USUAL, "attempts_allowed": 3, "partial_credit": PartialCredit.HALF_FOR_SUBSET},
    Purpose.PRACTICE: {**_USUAL, "attempts_allowed": 100, "partial_credit": PartialCredit.HALF_FOR_SUBSET,
                       "appeal_days": None, **dict.fromkeys(_SHOWN, Shown.NOW)},
}  # fmt: skip


def check(purpose: str, wanted: object) -> None:
    """Raise Problem where an assessment would be otherwise than it is, or another exam would ask what it alone asks."""
    if purpose != Purpose.ASSESSMENT:
        if getattr(wanted, "ask_about", False):
            raise Problem("exam.asks_without_assessment", place=Place(field="ask_about"))
        return
    for name, value in LOCKED.items():
        if getattr(wanted, name, value) != value:
            raise Problem("exam.assessment_locked", place=Place(field=name))


def usual_pass_share(audiences: Collection[str]) -> Decimal:
    """The pass mark that is usual for exams of these audiences."""
    return SAFETY_PASS if SAFETY in audiences else USUAL_PASS


def purpose_of(text: str) -> Purpose:
    """The purpose of that value; an exam for every other."""
    return Purpose(text) if text in list(Purpose) else Purpose.EXAM
