"""Sentences about every page."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "address.unproved": N_(
        "To make links and QR codes, set SUYU_LEARN_PUBLIC_URL to the address of this site, for instance "
        "https://learn.example.org, and restart; only this request says that it is %(address)s."
    ),
    "address.unreachable": N_(
        "No phone can reach %(address)s. To try it in one room: stop the server, start it by make run HOST=0.0.0.0, "
        "and open this page by the address that it prints for phones. Otherwise set SUYU_LEARN_PUBLIC_URL to the "
        "address that phones use, for instance https://learn.example.org, and restart."
    ),
    "form.changed_meanwhile": N_(
        "Somebody else has saved this meanwhile. What they changed stands at its field; what you typed is kept. Look "
        "at both, then save again."
    ),
    "serve.impossible": N_(
        "This machine cannot answer on %(host)s, port %(port)s (%(reason)s). "
        "Choose another address, as make run HOST=127.0.0.1 PORT=8001 does."
    ),
    "serve.one_worker": N_("SQLite is served by one process: leave --workers out, or use PostgreSQL."),
    "serve.taken": N_(
        "Something answers on %(host)s, port %(port)s already: stop it, or use make run PORT=%(other)s "
        "for another port."
    ),
    "export.unknown_format": N_("Tables leave as: %(known)s. Choose one of these endings for the file."),
    "export.no_reason": N_("Say why the table leaves the house: choose a reason, and with “Other” write it down."),
    "export.too_many_rows": N_(
        "There are more than %(most)s rows, which is too much for a file of the kind %(format)s. Choose csv, which has "
        "no limit, or a narrower filter, such as one unit or one year."
    ),
    "csrf": N_("This page was open for too long. Go back, load it again and repeat what you did; nothing was changed."),
    "page.unreadable": N_("What was sent holds signs that are no text. Type it again."),
    "page.unknown": N_("There is no such page. Check the address, or start from the home page."),
    "page.not_this_way": N_("This address does not answer what was asked of it. Start from the home page."),
    "page.not_understood": N_("The server could not read what was sent. Go back, load the page again and repeat it."),
    "page.broken": N_(
        "Something went wrong on the server. Go back, load the page again and see whether what you did was kept. "
        "If this happens again, tell the organizer."
    ),
    "page.refused": N_("You may not do this. If you should, ask an administrator for the right."),
    "upload.too_large": N_("The file is larger than %(most)s MB. Split it, or remove its pictures."),
    "demo.not_alone": N_(
        "This instance has units or people of its own, so no demo is made in it. "
        "Name an empty folder: SUYU_LEARN_INSTANCE=instance/demo."
    ),
}
