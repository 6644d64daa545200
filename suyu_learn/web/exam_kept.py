"""What of an exam lies beyond whoever changes it and stays as it is, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from suyu_learn.models import Bank, Exam, Person
from suyu_learn.services import exam_plans, exam_reach
from suyu_learn.web.context import session
from suyu_learn.web.i18n import _, listed, ngettext


def units(exam: Exam | None, person: Person) -> str:
    """The units of the scope that are not offered, and why."""
    if exam is None:
        return ""
    kept = exam_reach.kept_units(session(), exam, person)
    named = [
        _("%(unit)s (closed)", unit=one.name) if one.closed_at is not None
        else _("%(unit)s (outside what you may organize)", unit=one.name)
        for one in kept
    ]  # fmt: skip
    return _("Also meant for these, which stay as they are: %(units)s.", units=listed(named)) if named else ""


def bank(row: Bank) -> str:
    """A bank that is not offered, and why."""
    if row.deleted_at is not None:
        return _("%(bank)s (in the recycle bin)", bank=row.name)
    return _("%(bank)s (not yours to use)", bank=row.name)


def picks(exam: Exam | None, usable: Iterable[Bank]) -> str:
    """The picked questions that come from banks which are not offered."""
    named = listed(_picked(exam, usable)) if exam is not None else ""
    return _("Kept as they are: %(what)s.", what=named) if named else ""


def after_saving(exam: Exam, person: Person) -> str:
    """The rows and picks that a saved draft keeps from somebody else's banks; empty where there are none."""
    usable = exam_reach.usable_banks(session(), person)
    plan = exam_plans.plan_of(session(), exam)
    named = []
    for one in exam_reach.kept_banks(session(), plan.rules, usable):
        rows = [str(number) for number, rule in enumerate(plan.rules, start=1) if rule.bank_id == one.id]
        named.append(ngettext("row %(rows)s, from %(bank)s", "rows %(rows)s, from %(bank)s", len(rows),
                              rows=listed(rows), bank=bank(one)))  # fmt: skip
    named += _picked(exam, usable)
    return _("Kept as they are: %(what)s.", what=_("; ").join(named)) if named else ""


def _picked(exam: Exam, usable: Iterable[Bank]) -> Iterator[str]:
    plan = exam_plans.plan_of(session(), exam)
    for one in exam_reach.picks_beyond(session(), plan.picks, usable):
        yield ngettext("%(num)s picked question from %(bank)s", "%(num)s picked questions from %(bank)s", one.count,
                       bank=bank(one.bank))  # fmt: skip
