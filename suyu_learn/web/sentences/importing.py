"""Sentences about imports that wait for a decision."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "bank.left_out": N_("Left out by hand."),
}
