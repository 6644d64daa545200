"""Sentences about papers and exams."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "exam.is_closed": N_("This exam has closed."),
    "exam.is_draft": N_("This exam has not been published yet."),
    "exam.is_waiting": N_("This exam opens at %(opens_at)s. Come back then."),
    "exam.is_withdrawn": N_("This exam has been withdrawn by its organizer."),
    "exam.minutes": N_("An exam needs at least 1 minute."),
    "exam.no_attempt_left": N_("You have used all your attempts (%(allowed)s)."),
    "exam.not_for_you": N_("You are not on the list of this exam. If you should be, call the organizer."),
    "exam.pass_share": N_("The pass mark lies between 0 and 100 %%."),
    "exam.too_few_questions": N_("%(asked)s questions were asked for, but the bank has %(available)s to draw from."),
    "exam.unknown": N_("There is no such exam. Check the address, or ask the organizer for the link."),
    "exam.window_turned": N_("The exam would close before it opens. Choose a later closing time."),
    "paper.duplicate_rule": N_("Two rules have the number %(rule)s."),
    "paper.empty": N_("The paper has no questions yet."),
    "paper.negative_count": N_("Rule %(rule)s asks for fewer than 0 questions."),
    "paper.negative_points": N_("Rule %(rule)s gives fewer than 0 points."),
    "paper.not_enough_questions": N_(
        "Rules %(rules)s together ask for %(asked)s questions, but only %(available)s match. "
        "Ask for fewer, or add questions to the bank."
    ),
    "roster.already_due": N_("%(name)s is due already."),
    "roster.already_exempt": N_("%(name)s is exempt already."),
    "roster.disabled": N_("%(name)s is disabled and cannot be added. Enable the person first."),
    "roster.guest": N_("%(name)s came in as a guest; guests are never due."),
    "roster.no_reason": N_("Please give a reason: it is printed on the reconciliation."),
    "roster.not_due": N_("%(name)s is not due at this exam, so there is nothing to exempt from."),
    "roster.take_back_addition": N_("%(name)s was added by hand. Take that addition back instead."),
    "roster.take_back_exemption": N_("%(name)s is exempt. Take the exemption back instead."),
    "roster.unknown_change": N_("This exam has no such entry. Load the roster again."),
}
