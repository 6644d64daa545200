"""Sentences about HTML texts that come in with questions, and about what of them is not kept."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "html.formula_lost": N_("%(count)s formulas could not be taken over as such (“%(tag)s”); their signs were kept."),
    "html.link_lost": N_("%(count)s links to “%(name)s” lead nowhere from here; their words were kept."),
    "html.look_lost": N_("Colours, fonts and underlining of texts were left out in %(count)s places."),
    "html.media_lost": N_("The sound or video “%(name)s” was left out (%(count)s times)."),
    "html.merged_cells": N_("%(count)s rows of tables have merged cells, which were taken apart."),
    "html.tag_lost": N_("%(count)s parts of texts, of the kind “%(tag)s”, were left out or lost their form."),
    "html.too_deep": N_("The HTML of a text is nested more than %(most)s levels deep. Simplify it."),
    "html.too_long": N_("The HTML of a text has %(length)s characters; at most %(most)s are read. Shorten it."),
    "html.unreadable": N_("The HTML of a text cannot be read. Write it anew."),
    "loss.more": N_("%(count)s more things of other kinds were left out."),
}
