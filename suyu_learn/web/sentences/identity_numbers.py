"""Sentences about identity numbers; none of them repeats what was typed."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "identity.answered": N_("This person has answered already. Look at their answer and change it there."),
    "identity.changed_meanwhile": N_(
        "What is asked, or the answer, has changed since this page was opened, so nothing was stored. Look at it as it "
        "is now."
    ),
    "identity.check": N_("The last digit does not fit the others, so one is mistyped. Compare it with the card."),
    "identity.closed": N_("The programme is closed, so it asks for nothing any more. Open it again first."),
    "identity.damaged": N_(
        "This number cannot be opened: what is stored was changed or damaged. Delete it and have it given again."
    ),
    "identity.day": N_("The 7th to 14th digits are no possible day of birth. Compare them with the card."),
    "identity.declined": N_("%(name)s has declined or withdrawn. Only they themself can give the number now."),
    "identity.differs": N_(
        "Both entries gave an identity number for “%(title)s”, and they are not the same, so these are two people. If "
        "one was mistyped, withdraw it first."
    ),
    "identity.given": N_("You have given the number. Withdraw it if you do not want it to be stored."),
    "identity.key_lacks": N_(
        "This number cannot be opened: its key is not set. An administrator adds it to %(setting)s."
    ),
    "identity.length": N_("An identity number has 18 digits; these are %(signs)s."),
    "identity.missing": N_("Type the identity number."),
    "identity.no_column": N_(
        "No sheet has both a column of identity numbers and one that says who they are, such as 身份证号 and 姓名."
    ),
    "identity.no_key": N_(
        "No key is set, so no number can be stored. An administrator makes one with “suyu identity-key” and sets it as "
        "%(setting)s."
    ),
    "identity.no_longer": N_(
        "Numbers were given to be kept until %(day)s. They can be deleted earlier, not be kept longer."
    ),
    "identity.no_part": N_("%(name)s does not have this programme, so no number is asked."),
    "identity.none": N_("No number is stored, so there is nothing to delete."),
    "identity.not_asked": N_("This programme asks for no identity numbers."),
    "identity.old": N_("This is a number of the first generation with 15 digits. Type the 18 of the card of today."),
    "identity.purpose": N_("Say in %(fewest)s to %(most)s characters what the number is needed for."),
    "identity.purpose_fixed": N_(
        "People gave their number for the purpose as it stands. Ask no more, which deletes the numbers, and ask anew "
        "for another purpose."
    ),
    "identity.rounded": N_(
        "The table has rounded this number, and its last digits are lost. Format the column as text and type it again."
    ),
    "identity.signs": N_("An identity number has digits only; the last may be an X."),
    "identity.too_many": N_("A table has %(most)s rows at the most. Send it in parts."),
    "identity.twice": N_(
        "Somebody else has given this number in this programme. Compare it with the card; if it is right, one person "
        "stands in the list twice."
    ),
    "identity.until": N_("Choose a day from today to %(last)s."),
}
