"""Events on paper: the sheet to sign, and one session's whole file."""

from __future__ import annotations

from flask import request

from suyu_learn.models import AttendanceChange, Event, Unit
from suyu_learn.services import attendance, event_files, events
from suyu_learn.services.attendance import Present
from suyu_learn.services.event_files import Sat, Taught
from suyu_learn.services.reports import Outcome
from suyu_learn.web import event_words, exam_words
from suyu_learn.web.acting import actor, unread
from suyu_learn.web.attendance import unit_asked, unit_choices
from suyu_learn.web.context import now, session
from suyu_learn.web.event_making import ORGANIZERS, managed
from suyu_learn.web.i18n import _, dated_time, ngettext, number
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Action, Row
from suyu_learn.web.pages.events import CameRow, DossierPage, SheetPage, SheetRow
from suyu_learn.web.report_tables import OUTCOMES
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render

routes = Routes()

BLANK = 8
"""Empty lines at the end, for who was not expected."""


@routes.get("/manage/events/<key>/sheet", access=ORGANIZERS)
def attendance_sheet(key: str) -> str:
    """The 签到表: who is expected, with places for times and signatures."""
    event = managed(key)
    unit = unit_asked(event, request.args.get("unit", ""))
    placed = events.expected(session(), event, at=now(), unit=unit)
    rows = [SheetRow(one.person.name, one.person.staff_number or "", one.unit.rpartition(" / ")[2])
            for one in attendance.seen(session(), placed)]  # fmt: skip
    return render("events/sheet.html", SheetPage(
        title=event.title,
        facts=(*event_words.facts(event, dated=True), *event_words.whose(event)),
        rows=(*rows, *(SheetRow() for _line in range(BLANK))),
        printed=_("As of %(time)s", time=dated_time(now())),
        units=_units(event, unit),
        left_out=_("%(count)s people are expected, the first %(most)s stand here. Print it by unit.",
                   count=len(placed), most=len(rows)) if len(placed) > len(rows) else "",
    ))  # fmt: skip


@routes.get("/manage/events/<key>/file", access=ORGANIZERS)
def event_dossier(key: str) -> str:
    """Plan, material, attendance, paper, results and summary in one print."""
    event = managed(key)
    found = event_files.file_of(session(), event, reader=actor(), unread=unread())
    return render("events/dossier.html", DossierPage(
        title=event.title,
        facts=(*event_words.facts(event, dated=True), *event_words.whose(event)),
        plan=event.plan,
        summary=event.summary,
        came=tuple(_came(event, one, found.sat) for one in found.came),
        came_words=ngettext("%(num)s person came", "%(num)s people came", len(found.came)),
        printed=_("As of %(time)s", time=dated_time(now())),
        course=_course(found.taught),
        lessons=tuple(found.taught.lessons) if found.taught is not None else (),
        paper=_paper(found.sat),
        results=_results(found.sat),
        corrections=tuple(_corrected(*one) for one in attendance.changes(session(), event)),
    ))  # fmt: skip


def _units(event: Event, chosen: Unit | None) -> tuple[Action, ...]:
    """The sheet of one unit each, where there are several."""
    below = unit_choices(event, chosen)
    every = [Action(_("All"), link("attendance_sheet", key=event.key))] if chosen is not None else []
    return (*every, *(
        Action(one.label.strip("\u3000"), link("attendance_sheet", key=event.key, unit=one.value))
        for one in below if not one.chosen
    ))  # fmt: skip


def _came(event: Event, one: Present, sat: Sat | None) -> CameRow:
    row = one.attendance
    return CameRow(
        name=one.person.name,
        unit=row.unit_names.rpartition(" / ")[2],
        came=event_words.clock(row.came_at, beside=event.starts_at),
        left=event_words.clock(row.left_at, beside=event.starts_at),
        hours=event_words.brought(row),
        way=_(event_words.WAYS[row.way]),
        result=_result(one.person.id, sat) if sat is not None else "",
    )


def _result(person_id: int, sat: Sat) -> str:
    """What somebody's paper came to, as far as the reader may know."""
    standing = sat.standings.get(person_id)
    if standing is None:
        return _("did not sit it")
    if person_id not in sat.told:
        return _(OUTCOMES[Outcome.UNSHOWN])
    if standing.points is None or standing.passed is None:
        return _(OUTCOMES[Outcome.UNMARKED])
    points = _("%(points)s of %(full)s", points=number(standing.points), full=number(standing.full_points))
    return f"{points} · {_(OUTCOMES[Outcome.PASSED if standing.passed else Outcome.FAILED])}"


def _course(taught: Taught | None) -> tuple[Row, ...]:
    if taught is None:
        return ()
    version = taught.version
    return (Row(_("Course"), version.title), Row(_("Version"), str(version.number)))


def _paper(sat: Sat | None) -> tuple[Row, ...]:
    if sat is None:
        return ()
    return (
        Row(_("Exam"), sat.exam.title),
        Row(_("Questions"), ngettext("%(num)s question", "%(num)s questions", sat.questions)),
        Row(_("Full marks"), number(sat.points)),
        Row(_("Time"), ngettext("%(num)s minute", "%(num)s minutes", sat.exam.minutes)),
        Row(_("Pass mark"), exam_words.percent(sat.exam.pass_share)),
    )


def _results(sat: Sat | None) -> tuple[Row, ...]:
    """How many of whom: each share beside what it is a share of."""
    if sat is None:
        return ()
    return (
        Row(_("Came"), str(sat.came)),
        Row(_("Sat the paper"), _("%(some)s of %(all)s who came", some=sat.sat, all=sat.came)),
        Row(_("Passed"), _("%(some)s of %(sat)s who sat, of %(all)s who came", some=sat.passed, sat=sat.sat,
                           all=sat.came)),
        *((Row(_("Left out"), _("your own result, which the exam does not show to you")),) if sat.own_left_out else ()),
        *((Row(_(OUTCOMES[Outcome.UNMARKED]), str(sat.unmarked)),) if sat.unmarked else ()),
    )  # fmt: skip


def _corrected(change: AttendanceChange, whose: str, by: str) -> str:
    return _("%(name)s: %(change)s. Reason: %(reason)s (%(by)s, %(time)s)", name=whose, reason=change.reason, by=by,
             change=event_words.changed(change), time=dated_time(change.at))  # fmt: skip
