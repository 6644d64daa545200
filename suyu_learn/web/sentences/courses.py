"""Sentences about courses and lessons."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "course.lesson_field_missing": N_("This field is missing. Every lesson needs it."),
    "course.lesson_length": N_("The lesson has %(length)s characters; between %(fewest)s and %(most)s are wanted."),
    "course.no_lesson_text": N_("The text of the lesson is missing. Put the file beside course.toml."),
    "course.not_text": N_("The text of the lesson is not UTF-8. Save it so."),
    "course.unknown_checkpoint": N_("The checkpoint %(uid)s is no question of the shipped banks. Check the uid."),
}
