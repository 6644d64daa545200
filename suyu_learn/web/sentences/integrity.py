"""Sentences about the integrity rules of an exam."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "integrity.exempt_already": N_("%(name)s is exempt from the integrity rules of this exam already."),
    "integrity.most_leaves": N_(
        "Give how often the page may be left before the paper is handed in, from 1 to %(most)s."
    ),
    "integrity.most_seconds": N_(
        "Give the seconds in one go after which the paper is handed in, from %(least)s to %(most)s."
    ),
    "integrity.no_device": N_("No device holds this paper; it can be opened anywhere already."),
    "integrity.none": N_("This exam has no integrity rules, or they are lifted already."),
    "integrity.not_accepted": N_(
        "Leaving the page too often or for too long hands the paper in. Tick on the cover that you have read it, then "
        "begin."
    ),
    "integrity.not_counted": N_(
        "A warning or a limit needs the leaves to be counted. Tick “Count leaving the page”, or leave the others empty."
    ),
    "integrity.not_exempt": N_("%(name)s is not exempt from the integrity rules of this exam."),
    "integrity.too_many": N_("At most %(most)s leaves can be told at once."),
}
