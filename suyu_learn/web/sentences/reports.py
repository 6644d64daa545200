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
    "file.no_unit": N_("Choose the unit whose people's files you need."),
    "file.nobody": N_("Nobody fits the choice. Choose another unit or programme, or let those who left count too."),
    "record.dates_turned": N_("The last day lies before the first. Exchange them."),
    "record.not_a_day": N_("“%(given)s” is not a day. Write it as 2026-03-31."),
    "record.not_a_moment": N_("“%(given)s” is not a moment. Write it as 2026-03-31T18:00."),
    "record.view_name": N_("Give the view a name of at most %(most)s characters."),
    "record.too_many_views": N_("You keep %(most)s views already. Forget one of them first."),
    "fill.only_xlsx": N_("Only an Excel workbook (.xlsx) can be filled. Save the table as .xlsx and send it again."),
    "fill.too_large": N_("The table is larger than %(most)s MB. Take out its pictures, or split it."),
    "fill.no_header": N_(
        "No row of headings was found that names people. A column 姓名, 工号 or 手机号 is needed in one of the first "
        "rows."
    ),
    "fill.no_sheet": N_("The workbook has no sheet “%(name)s”. Send it again."),
    "fill.no_key": N_("Say which column holds the staff number or the phone; without them choose name and unit."),
    "fill.column_twice": N_("Each column can be filled once, and none that says who it is. Choose another column."),
    "fill.no_subject": N_(
        "Column %(number)s to be filled: choose of which course, exam or programme, or take the column out."
    ),
    "fill.only_programme": N_("Column %(number)s to be filled: only a programme has that. Choose one."),
    "fill.only_exam": N_("Column %(number)s to be filled: only an exam has that. Choose one."),
    "fill.no_year": N_("Column %(number)s to be filled: write the calendar year whose hours are meant, such as 2026."),
    "fill.year": N_("“%(given)s” is no year. Write it with four digits, such as 2026."),
    "fill.half": N_(
        "Column %(number)s to be filled: choose both the column and what it is filled with; choose neither to take it "
        "out."
    ),
    "fill.nothing": N_("Choose at least one column to be filled."),
    "plan_task.unknown": N_("The action plan has no such task. Choose among those that are shown."),
    "statistics.fixed_periods": N_("Who sees no names chooses a month, a quarter or a year."),
    "statistics.one_filter": N_(
        "Who sees no names chooses one filter at a time: an audience, or a programme, course or exam."
    ),
    "statistics.too_long": N_("These are %(days)s days. A period can have %(most)s days at most; take a year."),
    "record.unknown_person": N_("There is no such person in your units. Check the address, or look in the records."),
    "report.keys_later": N_(
        "The figures of questions say what is right. They are shown here once nobody can sit the exam any more."
    ),
}
