"""Sentences about marking anew by a corrected key."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "regrade.by_hand": N_("Answers to this question are marked by people, so there is no key to mark them anew by."),
    "regrade.not_published": N_("Papers draw no version of this question. Publish the one with the right key first."),
    "regrade.nothing": N_("No attempt was marked by another key; there is nothing to mark anew."),
}
