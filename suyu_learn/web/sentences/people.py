"""Sentences about people, units and signing in."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "link.dead": N_("This link has been used or is too old. Ask for a new one."),
    "password.too_easy": N_("This password is too easy to guess. Choose another one."),
    "password.too_long": N_("A password has at most %(longest)s characters."),
    "password.too_short": N_("A password needs at least %(shortest)s characters."),
    "person.no_name": N_("The name is missing."),
    "person.no_username": N_("Choose a name to sign in with."),
    "person.number_taken": N_("The staff number %(number)s is taken by somebody else in this organization."),
    "person.username_taken": N_("The sign-in name “%(username)s” is taken. Choose another one."),
    "sign_in.failed": N_("The name or the password is wrong. Check both; your organizer can give you a new password."),
    "sign_in.needed": N_("Sign in first; what you entered on this device is kept."),
    "sign_in.wait": N_("Please wait %(seconds)s seconds and try again; wrong tries were made here before."),
    "unit.ambiguous": N_("Several units are called “%(name)s”. Write the whole path, with / between the names."),
    "unit.unknown": N_("There is no unit called “%(name)s”. Check the spelling."),
    "unit.name_taken": N_("There is a unit called “%(name)s” here already."),
    "unit.no_name": N_("The unit needs a name."),
}
