"""Programmes in words: until when, where somebody stands, what is left."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from suyu_learn.domain.programmes import Progress
from suyu_learn.models import PartKind, ProgrammeMember
from suyu_learn.services.programme_people import Standing
from suyu_learn.web.acting import midnight
from suyu_learn.web.context import learn, now
from suyu_learn.web.i18n import N_, _, credit_hours, local_date, ngettext, number

STANDINGS = {
    Standing.COMPLETED: N_("Completed"),
    Standing.EXEMPT: N_("Exempt from it"),
    Standing.LEFT: N_("Left"),
    Standing.OVERDUE: N_("Overdue"),
    Standing.MISSING: N_("Not yet completed"),
}
KINDS = {
    PartKind.COURSE: N_("Course"),
    PartKind.EXAM: N_("Exam"),
    PartKind.EVENT: N_("Event"),
    PartKind.SIGN_OFF: N_("Taught at work"),
}


def today() -> date:
    """The day it is here."""
    return now().astimezone(learn().zone).date()


def day(value: date | None) -> str:
    """A day with its year; a dash for none."""
    return local_date(midnight(value)) if value is not None else "–"


def standing(one: Standing) -> str:
    """Where a member stands."""
    return _(STANDINGS[one])


def kind(one: PartKind) -> str:
    """What sort of part it is."""
    return _(KINDS[one])


def due(value: date | None) -> str:
    """Until when, and how long that is, in words."""
    if value is None:
        return _("no deadline")
    left = (value - today()).days
    if left < 0:
        return ngettext(
            "overdue since %(day)s: %(num)s day", "overdue since %(day)s: %(num)s days", -left, day=day(value)
        )
    if left == 0:
        return _("until today")
    return ngettext("until tomorrow", "until %(day)s: %(num)s days left", left, day=day(value))


def hours_of(done: Decimal, wanted: Decimal) -> str:
    """Hours of the hours that are due."""
    if not wanted:
        return credit_hours(done)
    return _("%(hours)s of %(due)s credit hours", hours=number(done), due=number(wanted))


def parts_of(how: Progress) -> str:
    """Parts of the parts that are due."""
    return _("%(done)s of %(parts)s parts done", done=how.parts_done, parts=how.parts_due)


def is_urgent(member: ProgrammeMember) -> bool:
    """Whether the deadline is within a week, or past."""
    return member.completed_at is None and member.due_on is not None and (member.due_on - today()).days <= 7
