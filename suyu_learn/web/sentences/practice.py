"""Sentences about practice."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "practice.judged": N_("This answer has been judged already."),
    "practice.mock_minutes": N_("A mock exam takes between 1 and %(most)s minutes."),
    "practice.mock_questions": N_("A mock exam has between 1 and %(most)s questions."),
    "practice.no_bank_to_mock": N_(
        "This bank is not open for practice, or not yours to use. Choose one from the list."
    ),
    "practice.no_such_bank": N_("There is no such bank to practise with. Choose one from the list of practice."),
    "practice.no_such_mock": N_("There is no such mock exam of yours. Begin a new one from the bank."),
    "practice.no_such_mock_exam": N_("There is no mock exam of this exam for you, or no more. Look under practice."),
    "practice.no_such_question": N_("This question cannot be practised, or no more. Go on with the next one."),
    "practice.nothing_answered": N_("Nothing was answered yet. Answer first, or skip the question."),
    "practice.nothing_to_mock": N_("There are no questions for a mock exam here now."),
    "practice.unreadable": N_("This came in a form that cannot be read. Load the page again."),
}
