"""Sentences about papers and exams."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "exam.changed_meanwhile": N_(
        "Somebody has changed the exam meanwhile, or a pause has moved its times. Here it is as it stands now: make "
        "your change again."
    ),
    "exam.entry_before_opening": N_(
        "Nobody could begin: the latest entry lies before the opening. Choose a later one."
    ),
    "exam.entry_minutes": N_("Give the minutes after the opening until which one may begin, at least 1."),
    "exam.entry_over": N_(
        "Beginning was possible until %(ended_at)s. Call the organizer, who can let people begin later."
    ),
    "exam.entry_twice": N_("Give the latest entry either in minutes or as a moment, not both."),
    "extra_time.amount": N_("Extra time is 1.5 or 2 times the minutes, or up to %(most)s minutes more."),
    "extra_time.guest": N_("%(name)s came in as a guest. Extra time is for people who are on record."),
    "extra_time.unchanged": N_("That is what the person has already. Choose another amount, or go back."),
    "exam.appeal_days": N_("Give a number of days from 1 to %(most)s, or leave it empty: then nobody can object."),
    "exam.hand_in_minutes": N_(
        "The earliest hand-in lies between 1 minute after the start and the end of the %(minutes)s minutes."
    ),
    "exam.is_closed": N_("This exam has closed."),
    "exam.is_paused": N_("The exam is paused. You can begin as soon as it goes on; nobody loses time."),
    "end.minutes": N_("Say in how many minutes, from 0 to %(most)s."),
    "end.paused": N_("The exam is paused. Let it go on first, then end it."),
    "end.nothing_runs": N_("The exam is not open and nobody sits it, so there is nothing to end."),
    "extend.minutes": N_("Say how many minutes to add, from 1 to %(most)s."),
    "extend.nobody": N_("None of those chosen sits any more, so there is nothing to extend. Load the board again."),
    "again.begun_again": N_("%(name)s has begun again since, so the earlier paper stays closed."),
    "again.keys_seen": N_(
        "Right answers can be seen by those who have handed in. If that is only because the exam is over, move its "
        "closing under “Change” first. Else void the attempt: a new one can be begun."
    ),
    "again.not_closed": N_("The paper of %(name)s is not closed. Load the board again."),
    "again.on_paper": N_("%(name)s sat on paper; such a result is corrected, not opened again."),
    "again.paused": N_("The exam is paused. Let it go on first, then open papers again."),
    "again.read": N_(
        "Somebody has marked an answer of %(name)s, or answered an appeal about it, so the paper stays closed. Void "
        "the attempt if a new one shall be begun."
    ),
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
    "exam.question_seconds": N_("Say how many seconds each question is shown, from %(fewest)s to %(most)s."),
    "exam.seconds_beyond_minutes": N_(
        "%(questions)s questions of %(seconds)s seconds take %(needed)s minutes, but the exam has %(minutes)s. Give "
        "more minutes, or fewer seconds for each question."
    ),
    "exam.too_few_beside_passages": N_(
        "%(asked)s questions were asked for, but the bank has %(available)s to draw from one by one. Passages "
        "(%(passages)s) with their questions (%(below)s) are drawn whole: make the exam on its page, with a row of "
        "groups."
    ),
    "exam.too_few_questions": N_("%(asked)s questions were asked for, but the bank has %(available)s to draw from."),
    "exam.unknown": N_("There is no such exam. Check the address, or ask the organizer for the link."),
    "exam.window_turned": N_("The exam would close before it opens. Choose a later closing time."),
    "paper.anchors_left_out": N_("Only %(possible)s of the %(wanted)s questions for every paper fit on one."),
    "paper.conflict": N_(
        "%(what)s It clashes with: %(beside)s. Ask for less in one of them, or add fitting questions to the bank."
    ),
    "paper.conflict_perhaps_fewer": N_(
        "%(what)s It clashes with: %(beside)s. Perhaps fewer of them clash already; there was no time to try them all. "
        "Ask for less in one of them, or add fitting questions to the bank."
    ),
    "paper.criteria_uncovered": N_(
        "Only %(possible)s of the %(wanted)s criteria can have a question. Without one are left, for example: "
        "%(criteria)s."
    ),
    "paper.dimension_over": N_(
        "At least %(possible)s questions of the dimension “%(dimension)s” would be drawn, but at most %(wanted)s are "
        "wanted."
    ),
    "paper.dimension_short": N_(
        "Only %(possible)s questions of the dimension “%(dimension)s” can be drawn, but %(wanted)s are wanted."
    ),
    "paper.duplicate_quota": N_("A dimension is named twice. Name each once."),
    "paper.duplicate_rule": N_("Two rules have the number %(rule)s."),
    "paper.empty": N_("The paper has no questions yet."),
    "paper.exclusion_over": N_(
        "At least %(possible)s questions with the tag “%(name)s” would be drawn, but a paper may have one at most."
    ),
    "paper.negative_count": N_("Rule %(rule)s asks for fewer than 0 questions."),
    "paper.negative_points": N_("Rule %(rule)s gives fewer than 0 points."),
    "paper.not_enough_perhaps_fewer": N_(
        "Rows %(rules)s together ask for %(asked)s questions, but only %(available)s match. Perhaps fewer of them are "
        "short already; they are too many to try them all. Ask for fewer, or add questions to the bank."
    ),
    "paper.not_enough_questions": N_(
        "Rows %(rules)s together ask for %(asked)s questions, but only %(available)s match. "
        "Ask for fewer, or add questions to the bank."
    ),
    "paper.quota_turned": N_(
        "Dimension “%(dimension)s”: at most %(most)s is less than at least %(least)s. Exchange the numbers, or leave "
        "one empty."
    ),
    "paper.share_out_of_range": N_("True/false questions: %(percent)s %% does not lie between 0 and 100 %%."),
    "paper.too_many_cells": N_(
        "Conditions on the whole paper are checked exactly for up to %(most_rules)s rows and %(most_cells)s kinds of "
        "questions that differ in what rows and conditions look at; this paper has %(rules)s rows and %(cells)s "
        "kinds. Use fewer rows, conditions or banks."
    ),
    "paper.true_false_over": N_(
        "At least %(possible)s of %(questions)s questions would be true/false, more than %(percent)s %%."
    ),
    "paper.undecided": N_(
        "Whether these rows and conditions can be met could not be found out in time. Use fewer rows or conditions."
    ),
    "paper.unmet": N_("%(what)s Ask for less, or add fitting questions to the bank."),
    "paper.unmet_unnamed": N_(
        "These rows and conditions cannot all be met, but there was no time to find out which of them clash. Ask for "
        "less, or use fewer rows or conditions."
    ),
    "paper.unused_tag_anchors": N_(
        "No published question of these banks has the tag “%(tag)s” for questions on every paper. Check the spelling, "
        "or give questions this tag."
    ),
    "paper.unused_tag_exclusions": N_(
        "No published question of these banks has the tag “%(tag)s” for questions never together. Check the spelling, "
        "or give questions this tag."
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
    "check.practised": N_(
        "Learners can practise questions that this exam may ask (number: %(count)s), and see their answers before: the "
        "bank is open also for such questions (%(banks)s). If that is not meant, choose “Open, without what exams that "
        "are not over may ask” on the bank's page."
    ),
    "check.waits_for_people": N_(
        "Answers wait for a person: up to %(count)s on each paper, so up to %(answers)s with the %(due)s people due. A "
        "result is final when all answers of its paper are marked."
    ),
    "check.markers": N_("Who marks: %(names)s."),
    "check.no_marker": N_(
        "Nobody has the role of a marker or unit manager on the exam's unit, so nobody would mark these answers. Give "
        "somebody the role under “Roles”."
    ),
    "check.one_marker": N_(
        "The exam wants two markers, but only %(name)s has the role on its unit. Give it to a second person under "
        "“Roles”."
    ),
    "check.closes_before_opening": N_(
        "The exam closes (%(closes_at)s) before it opens (%(opens_at)s). Mend the window."
    ),
    "check.freeze_after_closing": N_(
        "The list of those due would be taken (%(freeze_at)s) after the exam has closed (%(closes_at)s). Choose an "
        "earlier moment, or leave it empty."
    ),
    "check.explained_before_key": N_(
        "Explanations are shown earlier than right answers, though most give the right answer away. Show both at the "
        "same time, or explanations later."
    ),
    "check.failing_hidden": N_(
        "The retake is for those who failed, but the score is not shown before the retake is over, so they do not "
        "learn in time that they failed. Show the score at once."
    ),
    "check.keys_before_retake": N_(
        "Right answers or explanations are shown at once, so whoever takes the retake may know them. Show them after "
        "the closing: that waits for the end of the retake."
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
    "check.too_few_seconds": N_(
        "Each question is shown for %(seconds)s seconds. Below %(least)s hardly anybody has read it through."
    ),
    "check.unsound_questions": N_(
        "%(count)s questions of the bank have no right answer or cannot be asked. Mend or retire them in the bank."
    ),
    "check.entry_past": N_(
        "Nobody could begin: the latest entry (%(entry_until)s) has passed. Choose a later moment or leave it empty."
    ),
    "check.window_past": N_("The exam would have closed already (%(closes_at)s). Choose a later closing time."),
    "check.window_shorter_than_minutes": N_(
        "The exam is open for less than its %(minutes)s minutes, so nobody gets the full time."
    ),
    "about.birth_year": N_("The year of birth lies between %(first)s and %(last)s. Leave it empty to say nothing."),
    "exam.asks_without_assessment": N_(
        "Only an assessment may ask people about themselves. Choose that kind, or do not ask."
    ),
    "exam.assessment_locked": N_(
        "An assessment is sat once, shows neither score nor answers, and has no retake. Choose another kind of exam."
    ),
    "exam.no_about_reason": N_("Say why you ask people about themselves; they read it before they begin."),
    "exam.bank_out_of_reach": N_("One of the banks is not yours to use. Choose another."),
    "exam.no_reason": N_("Please give a reason: learners read it."),
    "exam.no_title": N_("Please give the exam a title."),
    "exam.not_a_draft": N_("This exam is published already. Use “Change” instead."),
    "exam.not_published": N_("This exam is not published, so there is nothing to change. Load the page again."),
    "exam.not_withdrawn": N_("This exam is not withdrawn. Load the page again."),
    "exam.nothing_changed": N_("Nothing was changed: all values are as before."),
    "exam.retake_attempts": N_("A retake needs at least 1 attempt."),
    "exam.retake_too_early": N_(
        "The retake would open before the exam has closed (%(closes_at)s). Choose a later opening."
    ),
    "exam.retake_turned": N_("The retake would close before it opens. Choose a later closing time."),
    "exam.retake_window": N_("Say when the retake opens and closes."),
    "exam.retake_without_closing": N_("A retake comes after the closing: say when the exam closes."),
    "exam.scope_out_of_reach": N_("One of the units lies outside what you may organize. Choose among those listed."),
    "exam.unit_out_of_reach": N_("You may not organize exams for this unit. Choose one of yours."),
}
