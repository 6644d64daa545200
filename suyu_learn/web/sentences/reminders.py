"""Sentences about reminders, their channels, and what becomes of a message."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "reminder.address": N_(
        "This is not the address of such a robot. Copy the whole address that the group shows for it: it begins with "
        "%(origin)s%(path)s and has %(secret)s= in it."
    ),
    "reminder.http_status": N_("The robot's server answered with the fault %(status)s and took nothing."),
    "reminder.mail_address": N_("This is not a mail address, such as %(example)s. Write one, without a name."),
    "reminder.mail_not_set": N_(
        "No mail can be sent from here yet. The administrator sets %(missing)s, and what the mail server asks besides "
        "(docs/settings.md)."
    ),
    "reminder.mail_recipient": N_("The mail server does not know the address, or sends nothing there. Check it."),
    "reminder.mail_refused": N_("The mail server refused the message with the number %(number)s."),
    "reminder.mail_security": N_(
        "The line to the mail server could not be secured as %(security)s. Check SUYU_LEARN_SMTP_SECURITY and _PORT."
    ),
    "reminder.mail_sign_in": N_(
        "The mail server does not let us in. Check SUYU_LEARN_SMTP_USER and SUYU_LEARN_SMTP_PASSWORD."
    ),
    "reminder.no_answer": N_(
        "No answer came within %(seconds)s seconds. The message may have arrived all the same: look there before you "
        "send it again."
    ),
    "reminder.no_name": N_("Give the channel a name, such as that of the group."),
    "reminder.no_such_channel": N_("There is no such channel within your reach any more. Perhaps somebody ended it."),
    "reminder.no_such_message": N_("There is no such message, or its channel has ended."),
    "reminder.nobody_missing": N_("Nobody is missing any more, so there is nothing to send."),
    "reminder.not_again": N_("Somebody else has sent this message in the meantime, or is just doing so."),
    "reminder.nothing_due": N_("None of these certificates is due any more, so there is nothing to send."),
    "reminder.redirected": N_(
        "The robot's server wanted to send us on to another address (%(status)s). We go only where the address says."
    ),
    "reminder.refused": N_("The robot refused the message with the number %(number)s: “%(words)s”."),
    "reminder.secret": N_("A signing secret has letters, digits and signs only, without spaces. Copy it once more."),
    "reminder.unit_out_of_reach": N_("Choose a unit for which you are organizer or HR."),
    "reminder.unreached": N_(
        "The server could not be reached, so nothing was sent. Check the line of this server, then send it again."
    ),
    "reminder.unreadable_reply": N_(
        "What answered is no robot: its answer cannot be read. Check the address and what stands between."
    ),
}
