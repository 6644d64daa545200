"""Sentences about the columns of tables of questions, and the pictures in them."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "sheet.pictures_missing": N_("%(count)s pictures are named by the file but not in it, and were left out."),
    "sheet.pictures_nowhere": N_(
        "%(count)s pictures lie over no cell, and were left out. Move each into the row of its question."
    ),
    "sheet.pictures_of_other_kind": N_(
        "%(count)s pictures are drawings of a kind that browsers do not show, and were left out. Paste them as PNG."
    ),
    "sheet.pictures_too_large": N_("%(count)s pictures are larger than %(most)s MB each, and were left out."),
    "sheet.pictures_too_many": N_("A file may have %(most)s pictures; %(count)s more were left out. Split the file."),
    "table.column_missing": N_("No column is called %(column)s. Say which one it is."),
    "table.column_no_stem": N_(
        "Column “%(column)s” should hold the questions, but has letters or numbers. Say which column holds them."
    ),
    "table.columns_contradict": N_(
        "Column “%(column)s” should hold the answers, but has long texts, while column “%(other)s” has letters. "
        "Say which is which."
    ),
    "table.columns_guessed": N_("The headings are not known, so the columns were guessed. Check each of them."),
}
