"""Sentences about cards and about entering one exam."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "card.newcomers_have_theirs": N_(
        "Everybody new in this import has a card or a password. Make a lost card anew on the page of QR cards."
    ),
    "card.holds_more": N_("%(name)s holds a role that you do not hold. Ask an administrator to make this card."),
    "card.nobody": N_("There is nobody to print a card for. Choose other people."),
    "card.person_gone": N_("This card no longer works, because its owner's account has been closed."),
    "card.person_unknown": N_("There is no such person in your units."),
    "card.pin_shape": N_("A PIN has exactly %(digits)s digits. Leave the field empty for a card without one."),
    "card.pin_wrong": N_("The PIN is wrong. Check the four digits."),
    "card.replaced": N_("This card no longer works, because a newer one was made. Use the newest card."),
    "card.revoked": N_("This card has been blocked. Ask the organizer for a new one."),
    "card.shown_once": N_(
        "These cards were shown once and cannot be shown again. If they were not printed, make new ones; "
        "those made before then stop working."
    ),
    "card.too_many": N_("%(asked)s cards are too many for one sheet; at most %(most)s. Choose a smaller unit."),
    "card.unit_unknown": N_("There is no such unit among yours. Choose one from the list."),
    "card.unknown": N_("This card is not known here. Scan it again, or ask the organizer for a new one."),
    "entry.both_needed": N_("Name and staff number are both needed."),
    "entry.choose_unit": N_("Choose your unit from the list."),
    "entry.code_unknown": N_("There is no exam with this code. Check it letter by letter, or ask the organizer."),
    "entry.name_too_long": N_("A name has at most %(most)s characters here."),
    "entry.not_found": N_(
        "Name and staff number do not fit together, or you are not on the list of this exam. "
        "Check both, or call the organizer."
    ),
    "entry.not_this_way": N_("This exam cannot be entered in this way. Use one of the ways on this page."),
}
