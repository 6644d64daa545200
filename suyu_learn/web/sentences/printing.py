"""Sentences about what is printed of an exam."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "paper.no_exam_chosen": N_("Choose the exam whose questions you want to take over."),
    "paper.nothing_ticked": N_("Tick the questions that you want to add."),
    "paper.pick_unpublished": N_(
        "One of these questions is no longer published, or its bank is gone. Load the list again and choose another."
    ),
    "paper.picks_gone": N_(
        "Picked questions that are no longer published: %(count)s. Remove them from the paper, or publish them again "
        "in their bank."
    ),
    "paper.points_each": N_("How many points each? Give a number such as 5 or 2.5, or leave it empty."),
    "paper.too_many_picks": N_("A paper has at most %(most)s questions. Add fewer."),
    "print.how_many": N_(
        "Choose how many papers to make: an exam has a letter for each, so up to %(most)s more (%(used)s are made)."
    ),
    "print.is_draft": N_("A draft can still change. Publish the exam first, then print its papers."),
    "print.nobody_due": N_("Nobody is due there. Choose another unit, or say in the exam for whom it is."),
    "print.not_open": N_("This paper can be printed once the exam shows its score and the right answers."),
    "print.nothing_chosen": N_("Choose at least one paper, and what of it to print."),
    "print.made_meanwhile": N_(
        "Since this page was opened, these papers have been made: %(known)s. Print them, or make further ones below."
    ),
    "print.too_much": N_(
        "One file has at most %(most)s questions, counted on each sheet; these would be %(asked)s. Print fewer papers "
        "at a time, or the papers, the answer sheets and the answers one after the other."
    ),
    "print.no_variants": N_("No paper of this exam has been made to print yet. Make one on its page “Print”."),
    "print.unknown_variant": N_("There is no paper “%(asked)s” of this exam. Its papers are: %(known)s."),
}
