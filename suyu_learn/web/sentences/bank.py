"""Sentences about banks, questions and packs."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "bank.uid_elsewhere": N_("The question %(uid)s belongs to another bank already. Give it another uid."),
    "bank.unknown": N_("There is no bank called “%(name)s”. Check the name, or load it first."),
    "pack.field_missing": N_("This field is missing. Every question needs it."),
    "pack.file_missing": N_("This file is missing."),
    "pack.no_reviewer": N_("The pack asks for review but names no reviewer. Add `reviewer` to bank.toml."),
    "pack.not_toml": N_("This is not a TOML file that can be read: %(error)s"),
    "pack.uid_twice": N_("This uid is used twice; the first is in %(first)s. Give one of them another uid."),
    "pack.unknown_field": N_("Questions have no such field. Check the spelling."),
    "pack.unknown_value": N_("“%(value)s” is not known here. Use one of: %(allowed)s."),
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
    "question.option_without_text": N_("Option %(number)s is empty."),
    "question.several_right_options": N_("A single choice has one right option, but %(count)s are marked."),
    "question.text_too_long": N_("The text has %(length)s characters; at most %(limit)s are allowed here."),
    "question.too_few_options": N_("There are %(count)s options; at least %(fewest)s are needed."),
    "question.too_many_blanks": N_("There are %(count)s blanks; at most %(most)s are allowed."),
    "question.too_many_options": N_("There are %(count)s options; at most %(most)s are allowed."),
    "question.unusable_key": N_("A key of an option is empty or too long."),
    "question.wrong_shape": N_("This part of the question is not of the expected form."),
}
