"""Sentences about reports, records and backups."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "backup.bad_name": N_(
        "The backup holds a file called “%(name)s”, which no backup of ours has. Nothing was changed."
    ),
    "backup.damaged": N_(
        "“%(name)s” in the backup is not what was written then. Take another copy of the file; nothing was changed."
    ),
    "backup.exists": N_("There is a file called %(name)s already. Choose another name; backups are not overwritten."),
    "backup.not_a_backup": N_("%(name)s is not a backup made by “suyu backup”. Nothing was changed."),
    "backup.not_empty": N_(
        "This database is not empty (%(tables)s). Restore into an empty one, or add --replace to delete what is there."
    ),
    "backup.other_version": N_(
        "The backup was made by version %(version)s, whose tables have the form %(theirs)s; here they have the form "
        "%(ours)s. Install that version, restore with it, then update. Nothing was changed."
    ),
    "backup.not_prepared": N_("The database has no tables yet. Run “flask --app app suyu init” first."),
    "plan_task.unknown": N_("The action plan has no such task. Choose among those that are shown."),
    "record.dates_turned": N_("The last day lies before the first. Exchange them."),
    "record.not_a_day": N_("“%(given)s” is not a day. Write it as 2026-03-31."),
    "statistics.fixed_periods": N_("Who sees no names chooses a month, a quarter or a year."),
    "statistics.one_filter": N_(
        "Who sees no names chooses one filter at a time: an audience, or a programme, course or exam."
    ),
    "statistics.too_long": N_("These are %(days)s days. A period can have %(most)s days at most; take a year."),
    "record.unknown_person": N_("There is no such person in your units. Check the address, or look in the records."),
}
