"""Sentences about programmes and their templates."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "programme.all_of_nothing": N_("All hours of a person count, but none are due. Write how many are due."),
    "programme.changed_meanwhile": N_(
        "Somebody else has changed this programme meanwhile, so nothing was saved. What they made of it stands below; "
        "take over what is missing in yours, and save again."
    ),
    "programme.close_first": N_("The programme is published. Close it first; then it can go into the recycle bin."),
    "programme.course_gone": N_("“%(part)s”: learners cannot open this course. Choose another one, or remove it."),
    "programme.course_worth": N_(
        "“%(part)s” is planned with %(hours)s hours, but takes only %(worth)s. Write %(worth)s at the most."
    ),
    "programme.electives": N_(
        "“%(stage)s” asks for %(asked)s elective parts and has %(there)s. Ask for fewer, or add some."
    ),
    "programme.empty": N_("The programme has no part yet. Add a course, an exam, an event or teaching at work."),
    "programme.exam_gone": N_("“%(part)s”: this exam is not published. Publish it, choose another one, or remove it."),
    "programme.exam_hours": N_("“%(part)s”: an exam brings no hours. Write 0."),
    "programme.hours": N_("Write hours from 0 to %(most)s, with two decimals at the most."),
    "programme.hours_missing": N_(
        "“%(stage)s”: %(due)s hours are due, its parts bring %(planned)s; %(missing)s are missing. Add an event, "
        "teaching at work or a course that brings them."
    ),
    "programme.hours_over": N_(
        "“%(stage)s”: %(due)s hours are due, its parts bring %(planned)s; that is %(over)s too much. Raise the hours "
        "of the stage, or plan less."
    ),
    "programme.hours_unlike_stages": N_(
        "%(hours)s hours are due, but the stages together have %(stages)s. Make both the same."
    ),
    "programme.months": N_("Write whole months from 1 to %(most)s, or nothing."),
    "programme.no_template": N_("There is no such template. Choose one of the list, or begin without one."),
    "programme.no_unit": N_("There is no unit in which you organize, so nobody could keep the programme."),
    "programme.not_published": N_("The programme is not published, so there is nothing to close."),
    "programme.part_used": N_(
        "“%(part)s” cannot be removed: something was signed or held for it. Leave it, and make it elective if nobody "
        "needs it any more."
    ),
    "programme.part_without_hours": N_("“%(part)s” has no hours. Write how many it brings; it is done once it has."),
    "programme.published": N_("The programme is published already."),
    "programme.stage_empty": N_("The stage “%(stage)s” has no part. Add one, or remove the stage."),
    "programme.text": N_("Write at most %(limit)s characters here."),
    "programme.title": N_("Write a title of at most %(limit)s characters."),
    "programme.too_many": N_(
        "A programme has %(stages)s stages and %(parts)s parts at the most. Make two programmes of it."
    ),
    "programme.twice": N_("“%(part)s” is in the programme already. Once is enough."),
    "programme.unknown": N_("There is no such programme. Choose one from the list."),
    "programme.which_course": N_("Choose a course."),
    "programme.which_exam": N_("Choose an exam that you organize."),
    "programme.whole_number": N_("Write a whole number."),
    "programme.window": N_("Write whole years from 1 to %(most)s."),
    "programme.window_of_parts": N_("Several years count only where all hours of a person do. Write 1."),
    "template.audience": N_("There is no audience called “%(value)s”. Use the code of a built-in one."),
    "template.code_unlike_file": N_("The code must be the name of the file, “%(file)s”."),
    "template.course_unknown": N_("There is no course pack “%(value)s”. Write <audience>/<slug> of one that is there."),
    "template.day": N_("This must be a day, as in 2015-07-01 without quotation marks."),
    "template.key_missing": N_("This key is missing. Add it."),
    "template.key_unknown": N_("Templates have no such key. Check the spelling."),
    "template.number": N_("This must be a number that is not negative."),
    "template.one_of": N_("This must be one of: %(values)s."),
    "template.table": N_("This must be a table, or a list of tables."),
    "template.text": N_("This must be a text that is not empty."),
    "template.truth": N_("This must be true or false."),
}
