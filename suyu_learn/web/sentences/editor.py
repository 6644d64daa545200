"""Sentences about editing, reviewing and sharing questions."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "bulk.no_target": N_("Choose another bank that you keep and that is not in the bin."),
    "bulk.no_value": N_("Say which: choose a value from the list, or type it."),
    "bulk.others_now": N_("Other questions are found by now than when you looked. Look at the change again."),
    "bulk.pack_stays": N_("Questions that come with Suyu Learn stay in their bank. Copy them instead."),
    "bulk.too_many": N_("%(count)s questions are too many at once; at most %(most)s go together. Narrow the search."),
    "bulk.unknown": N_("Choose what shall change."),
    "filter.empty": N_("Look for something first, then keep the search."),
    "filter.no_name": N_("Give the search a name of at most %(most)s characters."),
    "filter.too_many": N_("You keep %(most)s searches already. Forget one first."),
    "question.bad_points": N_(
        "Points are a number above 0 and up to 1000, with two decimals at the most, such as 2 or 0.5."
    ),
    "question.changed_meanwhile": N_("Somebody else has made version %(number)s meanwhile. Look at it first."),
    "question.label_too_long": N_("A name here is too long; at most %(most)s characters fit."),
    "question.needs_review": N_("This bank asks for review: send the question to review first."),
    "question.no_editor": N_("Questions of this type have no editor here. Import them from a file."),
    "question.no_alt": N_("Say what the picture shows, for those who do not see it."),
    "question.no_picture": N_("Choose a picture first."),
    "question.picture_unknown": N_("The text names a picture that is not here. Add it below as a file."),
    "question.no_note": N_("Say in a few words what is to be mended."),
    "question.no_source": N_("This bank asks for a source. Say what the key rests on before it goes to review."),
    "question.not_a_draft": N_("Only a draft can be sent to review. Load the page again."),
    "question.not_in_review": N_("This question no longer waits for review. Load the page again."),
    "question.own_review": N_("You wrote this version; somebody else has to review it."),
    "question.published_already": N_("The newest version is published already."),
    "question.no_such_version": N_("This question has no such version."),
    "question.not_found": N_("There is no such question in this bank. It may have been moved to another."),
    "share.no_such_unit": N_("Choose a unit that does not have the bank yet."),
    "topic.in_use": N_("“%(name)s” is still used, or something lies below it. Merge it into another instead."),
    "topic.into_itself": N_("Choose a topic that is neither this one nor below it."),
    "topic.name_taken": N_("There is a topic called “%(name)s” in this place already."),
    "topic.no_name": N_("Give the topic a name of at most %(most)s characters."),
    "topic.unknown": N_("There is no such topic. It may have been merged into another."),
    "topic.used_elsewhere": N_("Banks of other units use “%(name)s” too: only who organizes them all may change it."),
    "share.unknown": N_("The bank is not shared with this unit. Load the page again."),
}
