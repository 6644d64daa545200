"""Sentences about questions in Moodle's formats."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "aiken.answer_no_letter": N_("Behind ANSWER: stands “%(said)s”. Write the letter of the right option there."),
    "aiken.answer_no_option": N_("The answer names %(letter)s, but there is no such option."),
    "aiken.letter_twice": N_("Two options have the letter %(letter)s. Give each its own."),
    "aiken.no_answer": N_("The line with ANSWER: and the letter of the right option is missing."),
    "aiken.no_questions": N_("The file has no Aiken question: a stem, options as A) or A. and a line with ANSWER:."),
    "aiken.no_stem": N_("There are options or an answer, but no stem before them."),
    "aiken.too_few_options": N_("There are %(count)s options; at least two are needed, each on its own line."),
    "gift.braces_twice": N_(
        "There are several pairs of braces. Leave an empty line between questions, and write \\{ and \\} for braces "
        "that belong to the text."
    ),
    "gift.cloze_gaps": N_(
        "This is a text with gaps in Moodle's cloze form. Send it as a file of its own, ending in .cloze."
    ),
    "gift.no_arrow": N_("“%(said)s” has no ->. Write every pair of a matching question as =left -> right."),
    "gift.no_closing": N_("The closing brace } behind the answers is missing."),
    "gift.no_opening": N_("The opening brace { before the answers is missing. Write \\} for a brace of the text."),
    "gift.no_questions": N_(
        "The file has no GIFT question. Put an empty line between questions and the answers in {}."
    ),
    "gift.range_reversed": N_("The range %(low)s..%(high)s begins above its end. Write the smaller number first."),
    "moodle.blanks_not_written": N_("%(count)s questions with several blanks are left out; GIFT has no such form."),
    "moodle.calculated": N_("Its numbers are drawn anew for everyone (%(kind)s). Write it with fixed numbers."),
    "moodle.case_lost": N_("%(count)s questions told capital from small letters; here both count as the same."),
    "moodle.category_lost": N_("The descriptions of %(count)s categories were left out."),
    "moodle.cloze_not_written": N_("%(count)s texts with gaps are left out; GIFT has no such form."),
    "moodle.feedback_lost": N_("%(count)s replies to answers were left out: the explanation would have been too long."),
    "moodle.fixed_order_lost": N_("%(count)s questions kept their options in order; here options are shuffled."),
    "moodle.gap_not_closed": N_("The closing brace } of gap %(number)s is missing."),
    "moodle.gap_several": N_("Gap %(number)s asks for several choices at once. Make a multiple choice of it."),
    "moodle.gap_too_few_choices": N_("Gap %(number)s is a menu with fewer than two choices. Give it more."),
    "moodle.gap_without_full_mark": N_("No answer of gap %(number)s is fully right. Write = before the right one."),
    "moodle.gap_unknown": N_("Gap %(number)s is of the kind “%(kind)s”, which cannot be taken."),
    "moodle.hints_lost": N_("The hints of %(count)s questions were left out."),
    "moodle.invalid_grade": N_("%(grade)s is no share that Moodle knows for an answer; a third is 33.33333."),
    "moodle.kind_not_written": N_("%(count)s questions of the kind “%(kind)s” are left out; Moodle has no such kind."),
    "moodle.kind_unknown": N_("Questions of the kind “%(kind)s” are not known here."),
    "moodle.name_lost": N_("%(count)s questions had a title of their own, which was left out."),
    "moodle.needs_a_program": N_("It needs a program to be answered or marked (%(kind)s). Write it as an essay."),
    "moodle.negative_marks": N_("%(count)s questions took marks off for wrong answers; here a wrong answer gets none."),
    "moodle.no_full_mark": N_("No answer is fully right. Write = before the right one, or give it the full weight."),
    "moodle.no_gap": N_("The text has no gap. Write gaps as {1:SHORTANSWER:=answer}."),
    "moodle.no_such_choice": N_("The text names choice %(number)s, but there are only %(count)s."),
    "moodle.not_a_number": N_("“%(said)s” is no number. A question that asks for a number needs one as its answer."),
    "moodle.not_true_or_false": N_("A question of right or wrong needs the answers true and false, each once."),
    "moodle.on_a_picture": N_("It is answered on a picture (%(kind)s). Ask for the parts of the picture in words."),
    "moodle.only_information": N_("This is only a text to read, not a question. Put it into a question or a course."),
    "moodle.only_patterns": N_("The only right answers are patterns with *. Write out the answers that are right."),
    "moodle.ordering_not_written": N_("%(count)s questions of ordering are left out; GIFT has no such form."),
    "moodle.overall_feedback_lost": N_("%(count)s questions had replies of their own to right and wrong answers, which "
                                       "were left out."),
    "moodle.penalty_lost": N_("%(count)s questions took marks off for each try; here there is one try."),
    "moodle.partial_marks": N_("%(count)s questions gave part of the mark for answers that are not fully right; "
                               "here these get none."),
    "moodle.pattern_lost": N_("%(count)s right answers were patterns with *, and were left out."),
    "moodle.picture_lost": N_("The picture “%(name)s” is not in the file and was left out (%(count)s times)."),
    "moodle.pictures_not_written": N_("The pictures of %(count)s questions are left out; their descriptions stay."),
    "moodle.random": N_("It draws other questions (%(kind)s). Draw questions when you make the exam."),
    "moodle.several_right": N_(
        "%(count)s answers are marked as fully right; it was taken as multiple choice in which all of them are needed."
    ),
    "moodle.template_lost": N_("%(count)s essays began with a text to go on with, which was left out."),
    "moodle.too_few_pairs": N_("There are %(count)s pairs to match; at least two are needed."),
    "moodle.translations_not_written": N_("The translations of %(count)s questions are left out."),
    "moodle.type_not_supported": N_("Questions of the kind “%(kind)s” cannot be taken."),
    "moodle.units_lost": N_("%(count)s questions took other units too; only the first was kept."),
    "moodle.uneven_weights": N_("%(count)s multiple choices weighed right answers unequally; here all count alike."),
    "moodle_xml.no_questions": N_("The file has no question: it holds categories or settings only."),
    "moodle_xml.not_moodle": N_("The file is not Moodle XML: it begins with <%(root)s>, not with <quiz>."),
}  # fmt: skip
