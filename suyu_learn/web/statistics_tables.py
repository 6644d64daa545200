"""The figures of units as values and as cells, the same for page, file and report."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from suyu_learn.exports import Heading
from suyu_learn.models import CompletionKind
from suyu_learn.services.statistics_desk import Dashboard, UnitFigures
from suyu_learn.web.i18n import _, number
from suyu_learn.web.report_tables import HIDDEN, percent
from suyu_learn.web.statistics_definitions import BY_KEY

TRAINING = ("due", "started", "completed", "completion", "overdue", "hours")
EXAMS = ("exam-due", "sat", "participation", "passed", "pass-of-sat", "pass-of-due")
SHARES = frozenset({"completion", "participation", "pass-of-sat", "pass-of-due"})
_DUE_ALONE, _LISTED_ALONE = frozenset({"due"}), frozenset({"exam-due"})


def shown(found: Dashboard) -> tuple[str, ...]:
    """The keys of the figures that a choice has: none of exams where there are none, none of training for an exam."""
    training = () if found.asked.kind is CompletionKind.EXAM else TRAINING
    return (*training, *(EXAMS if found.exams else ()), "finishers")


def value(line: UnitFigures, key: str) -> int | Decimal | str | None:
    """One figure of a unit; None where there is nothing to divide by, HIDDEN where few people would be told of."""
    if key in TRAINING and (line.due_hidden or (line.trained_hidden and key not in _DUE_ALONE)):
        return HIDDEN
    if key in EXAMS and (line.exam_due_hidden or (line.sat_hidden and key not in _LISTED_ALONE)):
        return HIDDEN
    if key == "finishers":
        return HIDDEN if line.finishers_hidden else line.finishers
    trained, sat = line.trained, line.sat
    return {
        "due": trained.due, "started": trained.started, "completed": trained.completed,
        "completion": trained.completed_of_due, "overdue": trained.overdue, "hours": trained.hours_a_head,
        "exam-due": sat.due, "sat": sat.sat, "participation": sat.participation, "passed": sat.passed,
        "pass-of-sat": sat.pass_rate_of_sat, "pass-of-due": sat.pass_rate_of_due,
    }[key]  # fmt: skip


def cell(line: UnitFigures, key: str) -> str:
    """The same as it is printed."""
    found = value(line, key)
    if isinstance(found, str):
        return found
    if key in SHARES:
        return percent(found if isinstance(found, Decimal) else None)
    return "–" if found is None else number(found)


def label(key: str) -> str:
    """What a figure is called."""
    return _(BY_KEY[key].label)


def of_what(line: UnitFigures, key: str) -> str:
    """Numerator and denominator of a figure, with their values; empty for a plain count."""
    parts = {
        "completion": ("completed", "due"), "participation": ("sat", "exam-due"), "pass-of-sat": ("passed", "sat"),
        "pass-of-due": ("passed", "exam-due"), "started": ("", "due"), "completed": ("", "due"),
        "overdue": ("", "due"), "sat": ("", "exam-due"), "passed": ("", "sat"),
    }.get(key)  # fmt: skip
    if key == "hours":
        hours = HIDDEN if line.trained_hidden or line.due_hidden else number(line.trained.hours)
        return _("%(hours)s hours of %(all)s due", hours=hours, all=cell(line, "due"))
    if parts is None:
        return ""
    over, under = parts
    if not over:
        among = cell(line, under)
        if under == "sat":
            return _("of %(all)s who sat", all=among)
        return _("of %(all)s due for training", all=among) if under == "due" else _("of %(all)s due", all=among)
    return _("%(part)s of %(all)s", part=cell(line, over), all=cell(line, under))


def unit_headings(keys: Sequence[str]) -> list[Heading]:
    """The headings of the unit summary."""
    labels = [_("Unit"), *(label(key) for key in keys)]
    return [Heading(key, text, lambda row: row) for key, text in zip(("unit", *keys), labels, strict=True)]


def unit_rows(found: Dashboard, keys: Sequence[str]) -> list[tuple[object, ...]]:
    """The unit summary as cells: all units below, set in by their depth, then all together; rates from 0 to 1."""
    lines = [("　" * one.depth + one.name, one) for one in found.units]
    lines.append((_("Together"), found.total))
    return [(name, *(plain(value(line, key)) for key in keys)) for name, line in lines]


def plain(found: int | Decimal | str | None) -> object:
    """A figure as a cell holds it."""
    return float(round(found, 6)) if isinstance(found, Decimal) else found
