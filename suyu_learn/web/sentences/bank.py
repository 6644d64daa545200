"""Sentences about banks, questions and packs."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "bank.conflict_in_bank": N_(
        "The bank has this question already (%(known)s), but with another answer. Find out which is right: "
        "take the file's answer, or leave it out."
    ),
    "bank.conflict_in_file": N_(
        "The file has this question twice with different answers; the other is in row %(row)s. Find out which is right."
    ),
    "bank.conflict_in_sheet": N_(
        "The file has this question twice with different answers; the other is in row %(row)s of sheet “%(sheet)s”. "
        "Find out which is right."
    ),
    "bank.conflict_in_text": N_(
        "The file has this question twice with different answers; the other is question %(number)s in row %(row)s. "
        "Find out which is right."
    ),
    "bank.duplicate_in_bank": N_("The bank has this question already, with the same answer: %(known)s."),
    "bank.duplicate_in_file": N_("Twice in this file with the same answer; it stands first in row %(row)s."),
    "bank.duplicate_in_sheet": N_(
        "Twice in this file with the same answer; it stands first in row %(row)s of sheet “%(sheet)s”."
    ),
    "bank.duplicate_in_text": N_(
        "Twice in this file with the same answer; it stands first as question %(number)s in row %(row)s."
    ),
    "bank.order_in_bank": N_(
        "The bank has this question already (%(known)s), with the same answers, but only one of the two takes them in "
        "any order. Find out which is right: take the file's, or leave it out."
    ),
    "bank.order_in_file": N_(
        "The file has this question twice with the same answers, but only one of the two takes them in any order; the "
        "other is in row %(row)s. Find out which is right."
    ),
    "bank.order_in_sheet": N_(
        "The file has this question twice with the same answers, but only one of the two takes them in any order; the "
        "other is in row %(row)s of sheet “%(sheet)s”. Find out which is right."
    ),
    "bank.order_in_text": N_(
        "The file has this question twice with the same answers, but only one of the two takes them in any order; the "
        "other is question %(number)s in row %(row)s. Find out which is right."
    ),
    "bank.file_seen": N_("Exactly this file came into the bank “%(bank)s” before, on %(time)s."),
    "bank.held_back": N_(
        "Nothing is wrong here; it stayed out because others were refused and all or nothing was asked."
    ),
    "bank.import_not_done": N_("Only an import whose questions are in the bank can be taken back."),
    "bank.import_not_waiting": N_("This import no longer waits: it was finished, taken back or thrown away."),
    "bank.import_unknown": N_("There is no such import. It may have been thrown away; choose the file again."),
    "bank.in_use": N_("These open exams draw from the bank: %(exams)s. It can go into the bin when they are closed."),
    "bank.name_taken": N_("There is another bank called “%(name)s” in this unit. Choose another name."),
    "bank.name_too_long": N_("The name is too long; at most %(most)s characters fit."),
    "bank.needed": N_("After this, these open exams would have too few questions: %(exams)s. Wait until they close."),
    "bank.file_and_text": N_("Either choose a file or paste text, not both. Empty one of the two."),
    "bank.no_file": N_("Choose a file first, or paste the questions."),
    "bank.no_name": N_("Give the bank a name."),
    "bank.no_such_question": N_("This question is not in the bank any more. Load the page again."),
    "bank.not_found": N_("There is no such bank here. It may be in the bin, or belong to a unit that is not yours."),
    "bank.pack_only": N_("“%(name)s” comes with Suyu Learn and takes no uploads. Make a bank of your own for them."),
    "bank.undo_answered": N_("%(count)s of its questions have been answered in exams. Their records must stay."),
    "bank.undo_edited": N_("%(count)s of its questions have been edited since."),
    "bank.undo_moved": N_("%(count)s of its questions stand in another bank now. Move them back first."),
    "bank.undo_on_paper": N_("%(count)s of its questions stand on a paper. Take them off it first."),
    "bank.unknown_format": N_("Files of this kind (%(ending)s) cannot be read. Questions come in as: %(known)s."),
    "bank.uid_elsewhere": N_("The question %(uid)s belongs to another bank already. Give it another uid."),
    "bank.unknown": N_("There is no bank called “%(name)s”. Check the name, or load it first."),
    "pack.field_missing": N_("This field is missing. Every question needs it."),
    "pack.file_missing": N_("This file is missing."),
    "pack.no_reviewer": N_("The pack asks for review but names no reviewer. Add `reviewer` to bank.toml."),
    "pack.not_toml": N_("This is not a TOML file that can be read: %(error)s"),
    "pack.sample_mismarked": N_(
        "The question does not mark its own sample: %(response)s gets %(got)s instead of %(expected)s."
    ),
    "pack.marks_shown": N_(
        "Readers see the asterisks in “%(near)s”. Put ** inside the quotation marks, or a space behind the full stop."
    ),
    "pack.uid_twice": N_("This uid is used twice; the first is in %(first)s. Give one of them another uid."),
    "pack.unknown_field": N_("Questions have no such field. Check the spelling."),
    "pack.unknown_value": N_("“%(value)s” is not known here. Use one of: %(allowed)s."),
    "bank.group_unknown": N_("It belongs to the passage “%(group)s”, which is not in the question bank."),
    "bank.group_not_taken": N_("The passage that it belongs to was not taken, so it is not taken either."),
    "pack.group_unknown": N_(
        "It belongs to the group “%(group)s”, but no question of type group with this uid stands before it in the file."
    ),
    "question.answer_not_an_option": N_("The answer names “%(key)s”, which is not one of the options."),
    "question.answer_not_true_or_false": N_("The answer must be true or false."),
    "question.blank_without_answer": N_("Blank %(number)s has no accepted answer."),
    "question.blanks_do_not_match_stem": N_(
        "The stem has %(in_stem)s blanks, but answers are given for %(listed)s. Write ____ for each blank."
    ),
    "question.duplicate_key": N_("Two options have the same key. Give each its own."),
    "question.duplicate_option": N_("Option %(number)s says the same as option %(same_as)s."),
    "question.no_right_option": N_("No choice is marked correct."),
    "question.no_stem": N_("The question has no stem."),
    "question.option_letter_twice": N_("The letter %(letter)s stands before two options. Give each its own."),
    "question.option_without_text": N_("Option %(number)s is empty."),
    "question.several_right_options": N_("A single choice has one right option, but %(count)s are marked."),
    "question.text_too_long": N_("The text has %(length)s characters; at most %(limit)s are allowed here."),
    "question.too_few_options": N_("There are %(count)s options; at least %(fewest)s are needed."),
    "question.too_many_blanks": N_("There are %(count)s blanks; at most %(most)s are allowed."),
    "question.too_many_options": N_("There are %(count)s options; at most %(most)s are allowed."),
    "question.credit_out_of_range": N_("What answer %(number)s earns must be a number from 0 to 1."),
    "question.duplicate_item": N_("Item %(number)s says the same as item %(same_as)s."),
    "question.duplicate_prompt": N_("Line %(number)s on the left says the same as line %(same_as)s."),
    "question.first_number_not_full": N_("The first number is the right one: what it earns must be 1."),
    "question.gap_without_answer": N_("Gap %(number)s has no right answer."),
    "question.gap_without_weight": N_("The weight of gap %(number)s must be more than 0."),
    "question.gaps_do_not_match_stem": N_(
        "The text has %(in_stem)s gaps (____), but %(listed)s are described. Write one ____ for each."
    ),
    "question.item_without_text": N_("Item %(number)s is empty."),
    "question.keyword_without_words": N_("Keyword %(number)s is empty."),
    "question.negative_tolerance": N_("The tolerance of number %(number)s is below 0."),
    "question.no_number": N_("No number is given as the right answer."),
    "question.not_a_number": N_("“%(value)s” (number %(number)s) is not a number such as 9.8, -3 or 1.5e6."),
    "question.not_a_weight": N_("The weight “%(value)s” (number %(number)s) is not a number such as 0.5."),
    "question.pair_without_prompt": N_("A pair names a line on the left that does not exist."),
    "question.prompt_without_option": N_("Line %(number)s on the left has no partner among the options."),
    "question.prompt_without_text": N_("Line %(number)s on the left is empty."),
    "question.too_few_items": N_("There are %(count)s items to be ordered; at least %(fewest)s are needed."),
    "question.too_few_prompts": N_("There are %(count)s lines on the left; at least %(fewest)s are needed."),
    "question.too_many_gaps": N_("There are %(count)s gaps; at most %(most)s are allowed."),
    "question.too_many_items": N_("There are %(count)s items to be ordered; at most %(most)s are allowed."),
    "question.too_many_keywords": N_("There are %(count)s keywords; at most %(most)s are allowed."),
    "question.too_many_numbers": N_("There are %(count)s numbers; at most %(most)s are allowed."),
    "question.too_many_prompts": N_("There are %(count)s lines on the left; at most %(most)s are allowed."),
    "question.unit_is_a_number": N_("The unit must not be part of a number: write it in letters, such as m/s."),
    "question.unknown_gap": N_("Gap %(number)s is neither a menu nor a text nor a number."),
    "question.weight_out_of_range": N_("The weight of keyword %(number)s must be from 0 to 1."),
    "question.weights_not_one": N_("The weights of the keywords must add up to 1; they come to %(whole)s."),
    "question.unusable_key": N_("A key of an option is empty or too long."),
    "question.wrong_shape": N_("This part of the question is not of the expected form."),
    "table.answer_ambiguous": N_(
        "“%(answer)s” is the letter of one option and the text of another. Write letter and text, as in “B) text”."
    ),
    "table.answer_no_option": N_("The answer “%(answer)s” is none of the options. Write the letter of the right one."),
    "table.answer_not_a_verdict": N_("The answer “%(answer)s” is neither right nor wrong. Write 正确 or 错误."),
    "table.blank_added": N_("The stem shows no blank, so one was put at its end."),
    "table.column_not_kept": N_(
        "Column “%(column)s” is not kept: %(count)s of %(read)s questions have something there."
    ),
    "table.judged_as_choice": N_(
        "It is called true or false, but its options say something else; it was taken as a choice between them."
    ),
    "table.label_too_long": N_("A topic, tag or category longer than %(most)s characters was left out."),
    "table.letter_and_text_differ": N_(
        "The answer says %(letter)s and “%(answer)s”, but that is not option %(letter)s."
    ),
    "table.letter_beyond_options": N_("The answer names %(letters)s, but there are only %(count)s options."),
    "table.letter_of_no_option": N_("The answer names %(letters)s, but the options are %(options)s."),
    "table.letter_judged": N_("Without options, the answer %(letter)s was taken as A = right, B = wrong. Check it."),
    "table.no_answer": N_("The answer is missing. A question without a key cannot be marked."),
    "table.no_header": N_(
        "No heading row was found in the first 35 rows of any sheet. Name the columns, at least 题干 and 答案, "
        "or start from the template."
    ),
    "table.one_right_of_many": N_("A multiple choice with only one right option. Check that none was forgotten."),
    "table.option_letter_missing": N_(
        "There is no option %(letters)s. The options %(options)s are kept and lettered without a gap. "
        "Check that none is missing."
    ),
    "table.options_sorted": N_(
        "The options stood in the order %(letters)s; they were put in the order of their letters. Check them."
    ),
    "table.options_in_fill_in": N_("It is called fill-in but has options. Correct its type, or empty the options."),
    "table.pictures_not_kept": N_(
        "Pictures are not taken from tables: %(count)s of %(read)s questions have something in column “%(column)s”."
    ),
    "table.rows_with_number_only": N_("%(count)s rows have a number and nothing else; they were left out."),
    "table.sheet_hidden": N_("This sheet is hidden; its %(rows)s rows were left out. Show it in Excel if it is meant."),
    "table.sheet_without_header": N_("This sheet has no heading row with 题干; its %(rows)s rows were left out."),
    "table.type_not_supported": N_(
        "Questions of the type “%(type)s” are not known here. Install the plug-in that brings them, or change the type."
    ),
    "table.type_number": N_(
        "The type is the number %(number)s, whose meaning differs from system to system. Write it in words, "
        "or explain it in the heading: 题型（1单选，2多选，3判断）."
    ),
    "table.unknown_difficulty": N_("The difficulty “%(said)s” is not known; it was taken as medium."),
    "table.unknown_points": N_("The points “%(said)s” are no number above 0; they were left out."),
    "table.unknown_type": N_("The type “%(type)s” is not known. Write 单选, 多选, 判断, 填空, 简答 ..."),
    "text.answer_by_look": N_(
        "No answer is written; the options that stand out (%(answer)s) were taken as right. Look whether they are."
    ),
    "text.answers_left_over": N_("%(count)s answers fit no question that lacks one, and were left out: %(lines)s."),
    "text.left_over": N_("%(count)s lines belong to no question and were left out: %(lines)s."),
    "text.passage_guessed": N_(
        "“%(passage)s” was taken as a passage for the questions below it in this section. If it is for some of them "
        "only, write 回答1～3题 behind it."
    ),
    "text.no_questions": N_(
        "No question was found in the text. Number the questions 1. 2. 3., or leave an empty line between them."
    ),
}
