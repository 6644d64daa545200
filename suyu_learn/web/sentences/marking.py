"""Sentences about marking by people."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "marking.unknown": N_("There is no such answer to mark. Go back to the questions of the exam."),
    "marking.done_by_you": N_(
        "You have marked this answer already, and your first mark stands. To change it, open it under “My marks” and "
        "give the reason."
    ),
    "marking.done_meanwhile": N_(
        "Somebody else has marked this answer meanwhile. Their mark stands; yours was not saved."
    ),
    "marking.changed_meanwhile": N_(
        "Somebody else has changed this mark meanwhile. Look at the answer again; your mark was not saved."
    ),
    "marking.settled_meanwhile": N_("This answer is settled already; your mark was not saved."),
    "marking.in_hand": N_("Somebody else has this answer before them now. Take the next one."),
    "marking.your_own": N_("This answer is your own. Somebody else must mark it."),
    "marking.third_person": N_(
        "You gave one of the two marks. A third person, or the organizer, says which mark stands."
    ),
    "marking.not_yours": N_("This mark is not yours to change. Ask the organizer."),
    "marking.nothing_given": N_("Type the points, or tick what the answer says."),
    "marking.not_points": N_("Type a number from 0 to %(points)s, such as 2.5, with two decimals at most."),
    "marking.points_out_of_range": N_("The answer can earn from 0 to %(points)s points."),
    "marking.comment_too_long": N_("The comment is longer than %(most)s characters. Shorten it."),
}
