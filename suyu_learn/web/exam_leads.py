"""From what is said before publishing to the place where it is mended."""

from __future__ import annotations

from collections.abc import Mapping

from suyu_learn.models import Exam, PaperMode
from suyu_learn.services.exam_checks import Finding
from suyu_learn.web import problems
from suyu_learn.web.links import link
from suyu_learn.web.pages.exam_managing import Advice

QUESTIONS = "questions"
"""Where the rows stand, or the way to what was picked."""
NOWHERE = ""
"""What is no setting of the exam."""

LEADS: Mapping[str, str] = {
    "check.closes_before_opening": "closes_at",
    "check.entry_past": "entry_until",
    "check.explained_before_key": "show_explanation",
    "check.failing_hidden": "show_score",
    "check.freeze_after_closing": "freeze_at",
    "check.groups_differ": QUESTIONS,
    "check.keys_before_retake": "show_key",
    "check.markers": NOWHERE,
    "check.never_closes": "closes_at",
    "check.no_contact": "contact_phone",
    "check.no_marker": NOWHERE,
    "check.no_questions": QUESTIONS,
    "check.no_way_in": "entry_account",
    "check.nobody_due": "due",
    "check.nobody_due_open": "due",
    "check.one_marker": NOWHERE,
    "check.open_entry_only": "entry_account",
    "check.pass_mark_none": "pass_mark",
    "check.pass_mark_odd": "pass_mark",
    "check.points_not_hundred": QUESTIONS,
    "check.practised": NOWHERE,
    "check.too_few_minutes": "minutes",
    "check.too_few_seconds": "question_seconds",
    "check.unsound_questions": QUESTIONS,
    "check.waits_for_people": NOWHERE,
    "check.window_past": "closes_at",
    "check.window_shorter_than_minutes": "closes_at",
    "exam.question_seconds": "question_seconds",
    "exam.seconds_beyond_minutes": "question_seconds",
}
"""The place of each in the form of a draft."""
UNFOLDED = ("contact_phone", "entry_account", "entry_until", "question_seconds", "show_explanation", "show_key",
            "show_score")  # fmt: skip
"""Which of them stand where one has to unfold first."""


def advice(exam: Exam, found: Finding) -> Advice:
    """A finding in words, with the address at which it is mended."""
    return Advice(problems.sentence(found.problem), _address(exam, found.problem.code))


def _address(exam: Exam, code: str) -> str:
    place = LEADS.get(code, QUESTIONS if code.startswith("paper.") else NOWHERE)
    if place == NOWHERE:
        return ""
    if place == QUESTIONS and exam.paper.mode is PaperMode.FIXED:
        return link("picks", exam_id=exam.id)
    more = {"more": 1} if place in UNFOLDED else {}
    return link("edit_exam", exam_id=exam.id, _anchor=place, **more)
