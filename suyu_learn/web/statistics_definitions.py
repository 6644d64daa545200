"""What each figure of the statistics is: numerator, denominator and whose unit, said in one place.

The page of definitions, the foot of the dashboard and docs/definitions.md are made from this table.
"""

from __future__ import annotations

from dataclasses import dataclass

from suyu_learn.web.i18n import N_


@dataclass(frozen=True, slots=True)
class Definition:
    """One figure: its key in addresses, its name, what is counted or summed, by what it is divided, what else."""

    key: str
    label: str
    over: str
    under: str = ""
    note: str = ""


_GIVEN = N_("The unit is the one to which the person belonged when the programme was given to them.")
_LISTED = N_("The unit is the one of the day on which the exam's list was taken.")

DEFINITIONS = (
    Definition(
        "due", N_("Due for training"),
        N_("People who had a programme in the period: given to them by its last day, and neither completed nor left "
           "before its first; the exempt are left out"),
        note=_GIVEN,
    ),
    Definition(
        "started", N_("Started"),
        N_("Of those due, people who by the end of the period had opened a course, sat an exam, come to an event or "
           "been taught something of a programme due to them"),
    ),
    Definition(
        "completed", N_("Completed"),
        N_("Of those due, people who by the end of the period had completed everything that was due to them there"),
    ),
    Definition(
        "completion", N_("Completion rate"), N_("Completed"), N_("Due for training"),
    ),
    Definition(
        "overdue", N_("Overdue"),
        N_("Of those due, people for whom a deadline had passed by the end of the period, or by today while it lasts, "
           "and who had not completed what was due"),
    ),
    Definition(
        "hours", N_("Hours a head"),
        N_("Credit hours that the people due earned on days of the period, wherever they belonged that day; what was "
           "taken back is taken off"),
        N_("Due for training"),
        N_("Where one course is chosen, only the hours that it brought."),
    ),
    Definition(
        "exam-due", N_("Due at exams"),
        N_("People on the list of an exam whose window touches the period, less exemptions, plus additions; exams "
           "for practice do not count"),
        note=_LISTED,
    ),
    Definition(
        "sat", N_("Sat"),
        N_("Of those due at exams, people who handed in at least one of these exams, or whose time ran out in it"),
    ),
    Definition("participation", N_("Participation"), N_("Sat"), N_("Due at exams")),
    Definition(
        "passed", N_("Passed"),
        N_("Of those who sat, people who passed every one of these exams that they sat, by the attempt that counts"),
        note=N_("Until its last answer is marked an exam is not passed."),
    ),
    Definition("pass-of-sat", N_("Pass rate of sat"), N_("Passed"), N_("Sat")),
    Definition("pass-of-due", N_("Pass rate of due"), N_("Passed"), N_("Due at exams")),
    Definition(
        "finishers", N_("Completed something"),
        N_("People who in the period completed a course, an exam or a programme, whether it was due to them or not; "
           "what was voided does not count"),
        note=N_("The unit is the one of the completion's day. Guests have no completions."),
    ),
    Definition(
        "weeks", N_("Week by week"),
        N_("People who completed something in that week; a person counts once in each week"),
        note=N_("Weeks begin on Monday; the first and the last are cut where the period begins and ends."),
    ),
    Definition(
        "reached", N_("Came so far"),
        N_("Of those who began the course as it is published now in the period, people who finished this lesson or a "
           "later one"),
        N_("People who began it in the period"),
        N_("The unit is the one to which the person belongs today."),
    ),
    Definition(
        "stopped", N_("Stopped after it"),
        N_("Of these, people for whom this is the last lesson that they have finished"),
        N_("People who began it in the period"),
    ),
)  # fmt: skip

RULES = (
    N_("A person counts once in every unit above, also with two programmes or after moving. Who moved counts in each "
       "unit in which something was due to them."),
    N_("Rates are made of the counts and sums of each unit. There is no average of averages."),
    N_("Exams count by what their results are now, also when they were marked after the period."),
    N_("Where somebody may not see the people by name, figures of fewer than %(few)s people are replaced by *, and so "
       "is what would reveal them within one report and its totals: differences, such as due less completed, and the "
       "next smallest units beside them."),
    N_("Who sees no names chooses among months, quarters and years, and one filter at a time. Of an audience nothing "
       "is shown that would tell of the few who are not in it; weeks, lessons and the lists of the report of a year "
       "are of all units in sight together, where none of these is seen by name. Otherwise each report is protected "
       "by itself; whoever compares many, such as two months with their quarter, may still learn more."),
)  # fmt: skip

TOGETHER = N_(
    "Neither weeks nor lessons nor the lists of a year are shown here: compared with those of other units that you "
    "see, they would tell of few people."
)
"""Said where somebody sees no names, but more than this."""

BY_KEY = {one.key: one for one in DEFINITIONS}


def as_markdown(*, few: int) -> str:
    """The definitions as docs/definitions.md has them, in English."""
    lines = ["| figure | is | of (denominator) | |", "|---|---|---|---|"]
    lines += [f"| {one.label} | {one.over} | {one.under or '–'} | {one.note} |" for one in DEFINITIONS]
    return "\n".join([*lines, "", *(f"- {_plain(one, few)}" for one in RULES)])


def _plain(rule: str, few: int) -> str:
    return rule % {"few": few} if "%(few)" in rule else rule
