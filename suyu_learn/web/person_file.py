"""One person's file as facts and tables."""

from __future__ import annotations

from datetime import datetime

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.models import Attempt, Completion
from suyu_learn.services.person_files import PersonFile as File
from suyu_learn.services.record_rows import masked
from suyu_learn.web.context import learn, now
from suyu_learn.web.i18n import N_, _, dated_time, labelled, listed, local_date, number
from suyu_learn.web.pages.common import Column, Row
from suyu_learn.web.pages.records import FileTable, PersonFile
from suyu_learn.web.record_columns import KINDS

HOURS_OF = {
    "course": N_("Course"),
    "event": N_("Event"),
    "sign_off": N_("Taught at the workplace"),
    "outside": N_("Entered by hand"),
    "correction": N_("Correction"),
}


def page(found: File, *, signed: bool = False, print_url: str = "") -> PersonFile:
    """The file, ready to print; `signed` has boxes for signatures."""
    return PersonFile(
        name=found.person.name,
        facts=_facts(found),
        tables=(_completions(found), _exams(found), _hours(found), _courses(found), _units(found)),
        printed=_("As of %(time)s", time=dated_time(now())),
        signatures=(_("Examiner"), _("Person named above"), _("Seal of the unit, date")) if signed else (),
        print_url=print_url,
    )


def _facts(found: File) -> tuple[Row, ...]:
    person = found.person
    total = sum(found.hours_by_year.values())
    years = listed(
        labelled(str(year), number(hours)) for year, hours in sorted(found.hours_by_year.items(), reverse=True)
    )
    rows = [
        Row(_("Staff number"), person.staff_number or ""),
        Row(_("Unit"), found.unit_names),
        Row(_("Job"), person.job or ""),
        Row(_("Phone"), masked(person.phone)),
        Row(_("Credit hours"), _("%(total)s (%(years)s)", total=number(total), years=years) if years else ""),
    ]
    return tuple(row for row in rows if row.value)


def _columns(*labels: str) -> tuple[Column, ...]:
    return tuple(Column(_(label)) for label in labels)


def _day(value: datetime | None) -> str:
    return value.astimezone(learn().zone).strftime("%Y-%m-%d") if value else ""


def _completions(found: File) -> FileTable:
    return FileTable(
        _("Completion records"),
        _columns(N_("Course or exam"), N_("Kind"), N_("Started on"), N_("Completed on"), N_("Unit"),
                 N_("Record number"), N_("Remark")),
        tuple(
            (one.title, _(KINDS[one.kind.value]), _day(one.started_at), _day(one.completed_at), one.unit_names, one.key,
             _remark(one))
            for one in found.completions
        ),
        _("Nothing has been completed yet."),
    )  # fmt: skip


def _remark(one: Completion) -> str:
    return _("Taken back: %(reason)s", reason=one.void_reason) if one.voided_at else ""


def _exams(found: File) -> FileTable:
    return FileTable(
        _("Exams sat"),
        _columns(N_("Exam"), N_("Attempt"), N_("Form of the exam"), N_("Handed in at"), N_("Score"), N_("Outcome"),
                 N_("Unit")),
        tuple((title, str(one.number), *_sat(one), _points(one), _result(one), one.unit_names)
              for title, one in found.attempts) + tuple(
            (title, str(one.number), *_sat(one), "", _("is not shown"), one.unit_names)
            for title, one in found.unshown),
        _("No exam has been sat yet."),
    )  # fmt: skip


def _sat(one: Attempt) -> tuple[str, str]:
    """How and when; of a paper the day alone."""
    if one.offline:
        return _("On paper"), local_date(one.closed_at)
    return _("Online"), dated_time(one.closed_at)


def _points(one: Attempt) -> str:
    if one.points is None:
        return ""
    return _("%(points)s of %(full)s", points=number(one.points), full=number(one.full_points))


def _result(one: Attempt) -> str:
    if one.passed is None:
        return _("Not marked yet")
    said = _("Passed") if one.passed else _("Not passed")
    return _("%(result)s (time ran out)", result=said) if one.state is AttemptState.TIMED_OUT else said


def _hours(found: File) -> FileTable:
    return FileTable(
        _("Credit hours"),
        _columns(N_("Day"), N_("For what"), N_("Kind"), N_("Hours"), N_("Remark")),
        tuple((one.day.isoformat(), one.title, _(HOURS_OF[one.kind]) if one.kind in HOURS_OF else one.kind,
               number(one.hours), one.reason) for one in found.hours),
        _("No hours have been credited yet."),
    )  # fmt: skip


def _courses(found: File) -> FileTable:
    return FileTable(
        _("Courses begun"),
        _columns(N_("Course"), N_("Started on")),
        tuple((title, _day(started)) for title, started in found.learning),
        _("No course has been begun yet."),
    )


def _units(found: File) -> FileTable:
    return FileTable(
        _("Units"),
        _columns(N_("Unit"), N_("From"), N_("To")),
        tuple((name, _day(since), _day(until)) for name, since, until in found.memberships),
        _("In no unit."),
    )
