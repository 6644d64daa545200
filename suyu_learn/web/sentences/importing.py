"""Sentences about imports that wait for a decision."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "bank.no_remarks": N_(
        "Files of this kind carry no remarks, or this one is no longer kept. Take the table of faults."
    ),
    "bank.import_under_way": N_("This import is being taken in. Let it finish; then it can be taken back as one."),
    "bank.import_arriving": N_(
        "This file is still being stored. Load the page again in a moment; if it stays so, that was cut off: "
        "choose the file again."
    ),
    "bank.left_out": N_("Left out by hand."),
}
