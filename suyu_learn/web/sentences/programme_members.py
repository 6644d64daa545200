"""Sentences about giving programmes to people."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "programme.due_before": N_("The deadline has passed by then. Choose a later day, or an earlier beginning."),
    "programme.due_days": N_("Give between 1 and %(most)s days."),
    "programme.far_day": N_("Choose a day that is at most %(most)s years away."),
    "programme.for_whom": N_("Choose the unit whose people shall get it, or one person."),
    "programme.no_such_member": N_("There is nobody with this programme here. Go back to the list."),
    "programme.nobody_found": N_("Nobody of that name or number lies within your units."),
    "programme.publish_first": N_("“%(title)s” is not published, so nobody can be given it. Publish it first."),
    "programme.not_yours": N_("This programme is not among yours. Go back to the home page."),
    "programme.whom_exactly": N_("Several people have that name or number. Give the staff number or the phone."),
}
