"""Sentences about appeals."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "appeal.answered": N_("This appeal has been answered already. The answer stands beside your result."),
    "appeal.answered_meanwhile": N_("Somebody has answered one of these meanwhile. Look at it below and choose again."),
    "appeal.no_answer": N_("Say why. The learner reads it."),
    "appeal.no_question": N_("There is no such question on this paper."),
    "appeal.no_text": N_("Say what you think is wrong, and why."),
    "appeal.no_verdict": N_("Choose whether they are accepted or not."),
    "appeal.none_chosen": N_("Tick at least one appeal that waits for an answer."),
    "appeal.not_possible": N_("No appeal can be made here now. If something is wrong, call the organizer."),
    "appeal.too_late": N_("Appeals were possible until %(until)s. If something is wrong, call the organizer."),
    "appeal.too_long": N_("That is too long: at most %(most)s characters."),
    "appeal.twice": N_("You have an appeal about this already; it waits for an answer."),
    "appeal.unknown": N_("There is no such appeal."),
    "appeal.your_own": N_("You cannot answer your own appeal. Somebody else has to do that."),
}
