"""Sentences about rosters."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "roster.applied_already": N_("This roster has been imported already, or taken back."),
    "roster.disabled": N_("%(name)s is disabled. Enable them first if they are back, then import the row again."),
    "roster.doubt_leading_zeros": N_(
        "The number %(number)s differs from a known one only by zeros in front. Is it the same person?"
    ),
    "roster.doubt_name_elsewhere": N_(
        "Somebody of this name is in another unit. Did they move, or is this a new person?"
    ),
    "roster.doubt_name_no_unit": N_(
        "Somebody of this name belongs to no unit. Is it the same person, such as the first administrator?"
    ),
    "roster.doubt_name_other_number": N_("Somebody of this name is in this unit with another number."),
    "roster.doubt_name_other_phone": N_("Somebody of this name is in this unit with another phone."),
    "roster.doubt_number_of_several": N_("Several people have the number %(number)s. Who is meant?"),
    "roster.doubt_number_other_name": N_("The number %(number)s belongs to somebody of another name."),
    "roster.doubt_number_other_phone": N_("The number means one person, the phone %(phone)s another."),
    "roster.doubt_phone_other_name": N_("The phone %(phone)s belongs to somebody of another name."),
    "roster.doubt_phone_other_number": N_("Name and phone are known with another number."),
    "roster.doubt_several_of_that_name": N_("Several people have this name; nothing in the row tells them apart."),
    "roster.doubt_twice_in_file": N_("Row %(row)s may be about the same person."),
    "roster.elsewhere": N_(
        "This person belongs to a unit that you do not manage. Ask an administrator to move them, or to import the row."
    ),
    "roster.in_use": N_("This import cannot be taken back any more: something uses what came in with it."),
    "roster.moved_on": N_("People or units have changed in the meantime. Look at the preview again."),
    "roster.name_missing": N_("The name is missing. Every person needs one."),
    "roster.no_header": N_(
        "No column for names was found. Write 姓名 above the names, within the first rows of the sheet."
    ),
    "roster.no_rows": N_("Below the header there is nobody."),
    "roster.no_file": N_("Choose a file."),
    "roster.not_a_name": N_("“%(value)s” is not the name of a person."),
    "roster.not_done": N_("This roster has not been imported, or was taken back."),
    "roster.not_understood": N_("“%(value)s” is not understood and is left out."),
    "roster.number_cut": N_(
        "“%(value)s” is a number that a spreadsheet has shortened. Format the column as text, and write it in full."
    ),
    "roster.number_point": N_("“%(value)s” was read as %(number)s."),
    "roster.number_twice": N_(
        "The number %(number)s stands in row %(row)s too, with another name. Correct one of them."
    ),
    "roster.phone": N_("“%(value)s” is not a phone number. Format the column as text, and write digits only."),
    "roster.phone_of_known": N_(
        "%(other)s, who is known already, has the phone %(phone)s too. If the two do not share it, correct it."
    ),
    "roster.phone_of_row": N_(
        "%(name)s and %(other)s in row %(row)s have the same phone %(phone)s. If they do not share it, correct it."
    ),
    "roster.phone_odd": N_(
        "“%(value)s” has %(digits)s digits; a mobile number has 11 and begins with 1. "
        "It is kept as it stands: check it."
    ),
    "roster.same_as_row": N_("The same as row %(row)s; counted once."),
    "roster.shortened": N_("Shortened to %(most)s characters."),
    "roster.too_long": N_("Longer than %(most)s characters."),
    "roster.unit_chosen": N_("The row names no unit: %(unit)s is taken, which was chosen for the import."),
    "roster.unit_too_deep": N_("The unit has more than %(most)s levels."),
    "roster.unknown": N_("There is no such import. Start from the list of imports."),
    "roster.no_target": N_("Choose the unit that the people belong to."),
}
