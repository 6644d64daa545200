"""Sentences about people, units and signing in."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "audience.built_in": N_("The five built-in audiences keep their names. Add another audience instead."),
    "audience.name_taken": N_("There is an audience called “%(name)s” already."),
    "audience.no_name": N_("The audience needs a name."),
    "audience.unknown": N_("There is no such audience. Load the page again and choose anew."),
    "grant.held": N_("%(name)s holds this role there already."),
    "grant.last_admin": N_(
        "This is the last administrator of everything. Make somebody else one first; the last admin cannot go."
    ),
    "grant.not_active": N_(
        "%(name)s is disabled, merged or a guest, and can hold no role and no password. Choose somebody else."
    ),
    "grant.not_yours": N_(
        "You can pass on only roles that you hold yourself, inside the units for which you hold them."
    ),
    "grant.nothing_held": N_("%(name)s holds no role that could be handed over."),
    "grant.same_person": N_("Choose another person: these are one and the same."),
    "grant.unknown": N_("There is no such role any more. Perhaps it has been taken back already."),
    "link.dead": N_("This link has been used or is too old. Ask for a new one."),
    "password.too_easy": N_("This password is too easy to guess. Choose another one."),
    "password.too_long": N_("A password has at most %(longest)s characters."),
    "password.too_short": N_("A password needs at least %(shortest)s characters."),
    "password.twice": N_("The two new passwords differ. Type the same one twice."),
    "password.wrong_old": N_("The old password is wrong. If you have forgotten it, ask for a link for a new one."),
    "person.ambiguous": N_("Several people are called “%(text)s”. Give a staff number or a phone number instead."),
    "person.phone": N_("“%(value)s” is not a phone number. Write all its digits, with the area code of a landline."),
    "person.birth_year": N_("The year of birth has four digits, such as 1980."),
    "person.may_more": N_(
        "%(name)s holds a role that you do not hold. Take it back first, and give it again after the new password."
    ),
    "person.holds_more": N_("%(name)s holds roles that you could not give, so only somebody who could may do this."),
    "person.is_merged": N_("The entry of %(name)s has been merged into another one. Go to that one."),
    "person.is_sitting": N_("%(name)s is sitting the exam “%(exam)s” until %(until)s. Merge them after that."),
    "person.keep_active": N_(
        "%(name)s is disabled, merged or a guest. Keep the other entry, or enable this one first."
    ),
    "person.move_in_future": N_("A move begins today or on an earlier day."),
    "person.move_too_early": N_("The present membership began at %(moment)s. Choose a later day."),
    "person.no_name": N_("The name is missing."),
    "person.no_username": N_("Choose a name to sign in with."),
    "person.none_named": N_("Write a name, a staff number or a phone number."),
    "person.not_found": N_(
        "Nobody within your reach has the number, phone, sign-in name or name “%(text)s”. Check the spelling."
    ),
    "person.not_merged": N_("%(name)s is not merged into anybody."),
    "person.number_taken": N_("The staff number %(number)s is taken by somebody else in this organization."),
    "person.same": N_("Choose another person: these are one and the same."),
    "person.there_already": N_("%(unit)s is the unit of this person already."),
    "person.unknown": N_("There is no such person, or you have no role where they belong."),
    "person.username_taken": N_("The sign-in name “%(username)s” is taken. Choose another one."),
    "person.yourself": N_("You cannot do this to yourself. Ask somebody else with the right."),
    "reason.missing": N_("Write in a few words why. The reason stays in the records."),
    "split.changed_since": N_(
        "%(name)s has been given another number or sign-in name since the merge. Set the old one again, then split."
    ),
    "split.completed_since": N_(
        "%(name)s has completed “%(title)s” since the merge with what the other one brought, so it stands."
    ),
    "split.merged_since": N_("%(name)s has been part of another merge since. Split that one first."),
    "split.moved_since": N_("%(name)s has been moved since from the unit that came with the merge, so it stands."),
    "split.sat_since": N_(
        "%(name)s has sat “%(exam)s” since the merge, and the attempts are numbered together, so it stands."
    ),
    "sign_in.failed": N_("The name or the password is wrong. Check both; your organizer can give you a new password."),
    "sign_in.needed": N_("Sign in first; what you entered on this device is kept."),
    "sign_in.shared_number": N_(
        "Too many people share this number. Sign in with your phone number, your sign-in name or your card."
    ),
    "sign_in.wait": N_("Please wait %(seconds)s seconds and try again; wrong tries were made here before."),
    "unit.ambiguous": N_("Several units are called “%(name)s”. Write the whole path, with / between the names."),
    "unit.circle": N_("%(parent)s lies below %(name)s, or is the same unit. Choose a unit elsewhere in the tree."),
    "unit.close_in_future": N_("A unit closes today or on an earlier day."),
    "unit.close_too_early": N_("Something happened in this unit until %(moment)s. Choose a later day."),
    "unit.is_closed": N_("%(name)s is closed. Open it again first, or choose another unit."),
    "unit.is_open": N_("%(name)s is open."),
    "unit.name_taken": N_("There is a unit called “%(name)s” here already."),
    "unit.no_name": N_("The unit needs a name."),
    "unit.not_empty": N_(
        "%(members)s people belong to this unit and %(units)s open units lie below it. Move them first, or "
        "merge the unit into another."
    ),
    "unit.not_here": N_("There is no such unit, or you have no role there."),
    "unit.same": N_("Choose another unit: these are one and the same."),
    "unit.unknown": N_("There is no unit called “%(name)s”. Check the spelling."),
}
