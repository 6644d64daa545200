"""Sentences about sitting an exam."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "response.gap_not_a_number": N_(
        "“%(typed)s” in gap %(number)s could not be read as a number. Write it like 3.5, -2, 1/2 or 1.2e3."
    ),
    "response.not_a_number": N_("“%(typed)s” could not be read as a number. Write it like 3.5, -2, 1/2 or 1.2e3."),
    "response.not_a_number_with_unit": N_(
        "“%(typed)s” could not be read as a number. Write it like 3.5, -2, 1/2 or 1.2e3, alone or followed by %(unit)s."
    ),
    "response.too_long": N_("An answer has at most %(limit)s characters. Shorten it."),
    "response.too_many": N_("There are more answers than the question asks for (%(limit)s)."),
    "response.unknown_choice": N_("This is not one of the choices. Load the page again and choose anew."),
    "response.wrong_shape": N_("This answer could not be read. Load the page again and answer anew."),
    "sitting.not_json": N_("The answers came in a form that cannot be read. Load the page again."),
    "sitting.too_early": N_(
        "You can hand in from %(from_time)s. Everything is saved; use the time to look over your answers."
    ),
    "sitting.too_many_answers": N_("At most %(most)s answers can be sent at once."),
    "sitting.unknown": N_("There is no such attempt of yours. Open the exam again from its link."),
}
