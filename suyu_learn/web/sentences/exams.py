"""Sentences about papers and exams."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "exam.is_closed": N_("This exam has closed."),
    "exam.is_paused": N_("The exam is paused. You can begin as soon as it goes on; nobody loses time."),
    "extend.minutes": N_("Say how many minutes to add, from 1 to %(most)s."),
    "extend.nobody": N_("None of those chosen sits any more, so there is nothing to extend. Load the board again."),
    "invigilation.closed": N_("This attempt is closed already. Load the board again."),
    "pause.already": N_("This attempt is paused already."),
    "pause.exam_is": N_("The exam is paused already."),
    "pause.exam_is_not": N_("The exam is not paused, or goes on already."),
    "pause.is_not": N_("This attempt is not paused."),
    "pause.nothing_runs": N_("The exam is not open and nobody sits it, so there is nothing to pause."),
    "pause.time_over": N_("The time of this attempt has run out. Give more time first, then pause."),
    "pause.with_all": N_("The whole exam is paused. Let the exam go on; then this attempt can go on too."),
    "void.already": N_("This attempt is void already."),
    "exam.is_draft": N_("This exam has not been published yet."),
    "exam.is_waiting": N_("This exam opens at %(opens_at)s. Come back then."),
    "exam.is_withdrawn": N_("This exam has been withdrawn by its organizer."),
    "exam.minutes": N_("An exam needs at least 1 minute."),
    "exam.no_attempt_left": N_("You have used all your attempts (%(allowed)s)."),
    "exam.not_for_you": N_("You are not on the list of this exam. If you should be, call the organizer."),
    "exam.pass_share": N_("The pass mark lies between 0 and 100 %%."),
    "exam.too_few_beside_passages": N_(
        "%(asked)s questions were asked for, but the bank has %(available)s to draw from one by one. Passages "
        "(%(passages)s) with their questions (%(below)s) are drawn whole: make the exam on its page, with a row of "
        "groups."
    ),
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
    "check.groups_differ": N_(
        "Row %(rule)s draws groups of %(fewest)s to %(most)s questions, so papers would not be worth the same. "
        "Let the groups of the bank have equally many questions, or keep the others in another bank."
    ),
    "check.paper_needs_a_person": N_(
        "The paper has %(count)s questions that only a person can mark. There is no marking by people yet, so nobody "
        "would get a result. Take these questions out."
    ),
    "check.rule_needs_a_person": N_(
        "Row %(rule)s may draw %(count)s questions that only a person can mark. There is no marking by people yet, so "
        "nobody would get a result. Choose another type in this row, or give the short answers keywords."
    ),
    "check.closes_before_opening": N_(
        "The exam closes (%(closes_at)s) before it opens (%(opens_at)s). Mend the window."
    ),
    "check.freeze_after_closing": N_(
        "The list of those due would be taken (%(freeze_at)s) after the exam has closed (%(closes_at)s). Choose an "
        "earlier moment, or leave it empty."
    ),
    "check.never_closes": N_(
        "The exam has no closing time, so nobody is ever late and nothing is shown “after closing”."
    ),
    "check.no_contact": N_("No phone number is given. Learners with a problem will not know whom to call."),
    "check.no_questions": N_("The exam has no questions. Choose a bank and say how many."),
    "check.no_way_in": N_("No way in is chosen, so nobody can sit the exam. Choose at least one."),
    "check.nobody_due": N_(
        "Nobody is due: the units and audiences chosen have no members. Choose others, import a roster first, "
        "or allow open entry."
    ),
    "check.nobody_due_open": N_(
        "Nobody is due: the units and audiences chosen have no members. Only guests can sit the exam, and there is no "
        "participation rate."
    ),
    "check.open_entry_only": N_(
        "Only open entry is allowed: everybody sits as a guest, gets no completion, and does not count for a unit."
    ),
    "check.pass_mark_none": N_(
        "The pass mark is %(percent)s %%: practically everybody passes, with 0 %% even without any answer. "
        "Usual are 60 %%, and 80 %% for safety."
    ),
    "check.pass_mark_odd": N_("The pass mark is %(percent)s %%. Usual are 60 %%, and 80 %% for safety."),
    "check.points_not_hundred": N_("The paper is worth %(points)s points, not 100."),
    "check.too_few_minutes": N_(
        "%(minutes)s minutes for %(questions)s questions is under %(seconds)s seconds each: too short to read them. "
        "Allow at least %(needed)s minutes."
    ),
    "check.unsound_questions": N_(
        "%(count)s questions of the bank have no right answer or cannot be asked. Mend or retire them in the bank."
    ),
    "check.window_past": N_("The exam would have closed already (%(closes_at)s). Choose a later closing time."),
    "check.window_shorter_than_minutes": N_(
        "The exam is open for less than its %(minutes)s minutes, so nobody gets the full time."
    ),
    "exam.bank_out_of_reach": N_("One of the banks is not yours to use. Choose another."),
    "exam.no_reason": N_("Please give a reason: learners read it."),
    "exam.no_title": N_("Please give the exam a title."),
    "exam.not_a_draft": N_("This exam is published already. Use “Change” instead."),
    "exam.not_published": N_("This exam is not published, so there is nothing to change. Load the page again."),
    "exam.not_withdrawn": N_("This exam is not withdrawn. Load the page again."),
    "exam.nothing_changed": N_("Nothing was changed: all values are as before."),
    "exam.scope_out_of_reach": N_("One of the units lies outside what you may organize. Choose among those listed."),
    "exam.unit_out_of_reach": N_("You may not organize exams for this unit. Choose one of yours."),
}
