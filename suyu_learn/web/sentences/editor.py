"""Sentences about editing, reviewing and sharing questions."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "question.no_such_version": N_("This question has no such version."),
    "question.not_found": N_("There is no such question in this bank. It may have been moved to another."),
    "share.no_such_unit": N_("Choose a unit that does not have the bank yet."),
    "share.unknown": N_("The bank is not shared with this unit. Load the page again."),
}
