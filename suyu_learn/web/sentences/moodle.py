"""Sentences about questions in Moodle's formats."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "gift.braces_twice": N_(
        "There are several pairs of braces. Leave an empty line between questions, and write \\{ and \\} for braces "
        "that belong to the text."
    ),
    "gift.no_arrow": N_("“%(said)s” has no ->. Write every pair of a matching question as =left -> right."),
    "gift.no_closing": N_("The closing brace } behind the answers is missing."),
    "gift.no_opening": N_("The opening brace { before the answers is missing. Write \\} for a brace of the text."),
    "gift.no_questions": N_(
        "The file has no GIFT question. Put an empty line between questions and the answers in {}."
    ),
    "gift.range_reversed": N_("The range %(low)s..%(high)s begins above its end. Write the smaller number first."),
    "moodle.feedback_lost": N_("%(count)s replies to answers were left out: the explanation would have been too long."),
    "moodle.gap_too_few_choices": N_("Gap %(number)s is a menu with fewer than two choices. Separate them by ~."),
    "moodle.gap_without_full_mark": N_("No answer of gap %(number)s is fully right. Write = before the right one."),
    "moodle.name_lost": N_("%(count)s questions had a title of their own, which was left out."),
    "moodle.negative_marks": N_("%(count)s questions took marks off for wrong answers; here a wrong answer gets none."),
    "moodle.no_full_mark": N_("No answer is fully right. Write = before the right one, or give it the full weight."),
    "moodle.no_gap": N_("The text has no gap. Write gaps as {1:SHORTANSWER:=answer}."),
    "moodle.not_a_number": N_("“%(said)s” is no number. A question that asks for a number needs one as its answer."),
    "moodle.only_information": N_("This is only a text to read, not a question. Put it into a question or a course."),
    "moodle.only_patterns": N_("The only right answers are patterns with *. Write out the answers that are right."),
    "moodle.partial_marks": N_("%(count)s questions gave part of the mark for answers that are not fully right; "
                               "here these get none."),
    "moodle.pattern_lost": N_("%(count)s right answers were patterns with *, and were left out."),
    "moodle.picture_lost": N_("The picture “%(name)s” is not in the file and was left out (%(count)s times)."),
    "moodle.several_right": N_(
        "%(count)s answers are marked as fully right; it was taken as multiple choice in which all of them are needed."
    ),
    "moodle.too_few_pairs": N_("There are %(count)s pairs to match; at least two are needed."),
    "moodle.type_not_supported": N_("Questions of the kind “%(kind)s” cannot be taken."),
    "moodle.uneven_weights": N_("%(count)s multiple choices weighed right answers unequally; here all count alike."),
}  # fmt: skip
